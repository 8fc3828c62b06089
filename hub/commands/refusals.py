"""Why a command was not done, carried out of its transaction: nothing of it is written. Said in both languages."""

from __future__ import annotations

from hub.commands.keys import KEY_LENGTH
from hub.text import Text
from schema.commands.refused import CommandRefused
from schema.wording import Wording

NOT_FOUND = "NOT_FOUND"


class CommandRefusal(Exception):
    """The command is refused. `noted` says that somebody may have been looking for what is not theirs."""

    def __init__(self, code: str, field: str | None, *, nb: str, en: str, noted: bool = False) -> None:
        self.answer = CommandRefused(code=code, field=field, text=Wording(nb=nb, en=en))
        self.noted = noted
        super().__init__(code)


def said(text: Text) -> Wording:
    """A text as the schema answers with it."""
    return Wording(nb=text.nb, en=text.en)


def expected(nb: str, en: str) -> Text:
    """What to state instead: what was stated cannot be so. Both are the rest of a sentence."""
    return Text(nb=f"Oppgi {nb}.", en=f"State {en}.")


def not_found(field: str) -> CommandRefusal:
    """The same whether it is not there or not theirs."""
    return CommandRefusal(
        NOT_FOUND,
        field,
        nb="Vi finner det ikke, eller du har ikke lov til å gjøre dette.",
        en="There is no such thing, or this party may not do this to it.",
        noted=True,
    )


def bad_value(field: str, *, nb: str, en: str) -> CommandRefusal:
    """What was stated cannot be so. The texts are the rest of a sentence that begins with Oppgi, and with State."""
    text = expected(nb, en)
    return CommandRefusal("BAD_VALUE", field, nb=text.nb, en=text.en)


def bad_key() -> CommandRefusal:
    """What was stated will not do as a key."""
    first, last = KEY_LENGTH.start, KEY_LENGTH.stop - 1
    return CommandRefusal(
        "BAD_USER_INPUT",
        "idempotencyKey",
        nb=f"Oppgi en nøkkel på {first} til {last} synlige tegn.",
        en=f"State a key of {first} to {last} printable characters.",
    )


def conflict() -> CommandRefusal:
    """The key was used before, for something else."""
    return CommandRefusal(
        "CONFLICT",
        "idempotencyKey",
        nb="Nøkkelen er brukt før, med et annet innhold. Send nytt innhold med en ny nøkkel.",
        en="The same key was used before with other content. Send other content under a key of its own.",
    )
