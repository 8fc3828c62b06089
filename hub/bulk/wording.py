"""What is said of lines that are no rows, and of files that are none. Nothing of what was sent is quoted."""

from __future__ import annotations

from typing import Final

from hub.errors import BadInput
from hub.intake.model import Fault
from hub.intake.wording import bad, fault
from hub.text import Text

LINE: Final = "row"
"""The field that is named where no single one is at fault."""

_EXPECTED: Final = {
    "Date": Text(nb="en dag skrevet ÅÅÅÅ-MM-DD, som 2026-11-01", en="a day written YYYY-MM-DD, as 2026-11-01"),
    "Int": Text(nb="et helt tall, med sifre alene", en="a whole number, in digits alone"),
    "Ore": Text(
        nb="hele øre med sifre alene, uten desimaler og skilletegn, som 3018750",
        en="whole øre in digits alone, without decimals or separators, as 3018750",
    ),
}
_TEXT: Final = Text(nb="en tekst", en="a text")


def unreadable(nb: str, en: str) -> Fault:
    """The line as a whole cannot be read."""
    return fault("BAD_VALUE", LINE, nb=nb, en=en)


EMPTY: Final = unreadable(nb="Linjen er tom. Ta den bort.", en="The line is empty. Leave it out.")
NOT_UTF8: Final = unreadable(
    nb="Linjen er ikke i UTF-8. Lagre fila som UTF-8.", en="The line is not in UTF-8. Save the file as UTF-8."
)
NOT_AN_OBJECT: Final = unreadable(
    nb="Linjen er ikke et JSON-objekt. Skriv ett objekt på hver linje.",
    en="The line is not a JSON object. Write one object on each line.",
)
UNKNOWN_MEMBER: Final = unreadable(
    nb="Objektet har et felt som ikke finnes i skjemaet. Ta det bort, eller rett navnet.",
    en="The object has a member that is not in the schema. Leave it out, or correct its name.",
)
UNCLOSED: Final = unreadable(
    nb="Anførselstegnene på linjen går ikke opp. En verdi kan ikke gå over flere linjer.",
    en="The quotation marks of the line do not match. A value cannot stand on several lines.",
)


def too_long(most: int) -> Fault:
    return unreadable(
        nb=f"Linjen er lengre enn {most} byte, som er grensen for én rad.",
        en=f"The line is longer than {most} bytes, the limit on a row.",
    )


def wrong_width(found: int, expected: int) -> Fault:
    return unreadable(
        nb=f"Linjen har {found} verdier, og fila har {expected} kolonner. Sett komma i anførselstegn.",
        en=f"The line has {found} values, and the file has {expected} columns. Put commas between quotation marks.",
    )


def missing(field: str) -> Fault:
    return bad(field, "en verdi; den mangler", "a value; there is none")


def not_a(field: str, kind: str, words: tuple[str, ...]) -> Fault:
    if words:
        listed = ", ".join(words)
        return bad(field, f"én av {listed}", f"one of {listed}")
    text = _EXPECTED.get(kind, _TEXT)
    return bad(field, text.nb, text.en)


def not_an_object(field: str) -> Fault:
    return bad(field, "et JSON-objekt", "a JSON object")


class FileRefused(BadInput):
    """The file cannot be read. Nothing of it was kept."""

    def __init__(self, nb: str, en: str) -> None:
        super().__init__(en, text=Text(nb=nb, en=en), line=1)


def no_rows() -> FileRefused:
    return FileRefused("Fila har ingen rader.", "The file has no rows.")


def not_utf8() -> FileRefused:
    return FileRefused("Fila er ikke i UTF-8. Lagre den som UTF-8.", "The file is not in UTF-8. Save it as UTF-8.")


def compressed() -> FileRefused:
    return FileRefused("Fila er pakket. Pakk den ut først.", "The file is compressed. Unpack it first.")


def a_list() -> FileRefused:
    return FileRefused(
        "Fila er en JSON-liste. Skriv ett objekt på hver linje, uten klammer og komma rundt.",
        "The file is a JSON list. Write one object on each line, without brackets and commas around them.",
    )


def no_header(most: int) -> FileRefused:
    return FileRefused(
        f"Den første linjen er lengre enn {most} byte. Den skal ha navnene på kolonnene.",
        f"The first line is longer than {most} bytes. It is to hold the names of the columns.",
    )


def other_separator() -> FileRefused:
    return FileRefused(
        "Kolonnene er ikke skilt med komma. Lagre fila med komma mellom kolonnene, og beløp i hele øre.",
        "The columns are not separated by commas. Save the file with commas between columns, and amounts in whole øre.",
    )


def unknown_column(number: int) -> FileRefused:
    return FileRefused(
        f"Kolonne {number} har et navn som ikke finnes i malen.",
        f"Column {number} has a name that is not in the template.",
    )


def column_twice(name: str) -> FileRefused:
    return FileRefused(f"Kolonnen {name} står to ganger.", f"The column {name} stands twice.")


def column_missing(name: str) -> FileRefused:
    return FileRefused(f"Kolonnen {name} mangler.", f"The column {name} is missing.")
