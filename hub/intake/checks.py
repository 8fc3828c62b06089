"""What a row must be by itself. Nothing is looked up here, so nothing here can tell anything of anybody."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from hub.commands.keys import is_key
from hub.commands.refusals import CommandRefusal, bad_key, expected
from hub.text import Text
from schema.commands.defaults import MortgageDefaultRow, SubmitMortgageDefaultsInput
from schema.commands.refused import CommandRefused
from schema.identifiers import InvalidIdentifier, Population, parse_national_id

MOST_ORE = 10**12
UNPAID_TERMS = range(1, 601)
LONGEST_REF = 64
LONGEST_NAME = 100
LONGEST_LINE = 200
POSTAL_CODE = 4

_AMOUNT = Text(nb="et beløp i øre under 10^12", en="an amount in øre below 10^12")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Why a row is rejected, as a word of the schema's `RowCode`, the field at fault, and what to do."""

    code: str
    field: str
    text: Text


_DUPLICATE = Fault(
    code="DUPLICATE_ROW",
    field="loanRef",
    text=Text(
        nb="Det samme lånet og den samme låntakeren står tidligere i forsendelsen. Send hvert mislighold én gang.",
        en="The same loan and debtor stand earlier in the batch. Send each default once.",
    ),
)
_INVALID_ID = Fault(
    code="INVALID_ID",
    field="debtorNationalId",
    text=Text(
        nb="Dette er ikke et gyldig fødselsnummer eller D-nummer. Kontroller sifrene.",
        en="This is not a valid fødselsnummer or D-number. Check the digits.",
    ),
)
_NO_AGREEMENT = Fault(
    code="NO_BASIS",
    field="loanType",
    text=Text(
        nb="Det er ingen avtale i kraft for slike lån.",
        en="There is no agreement in force for such loans.",
    ),
)
_NO_CONSENT = Fault(
    code="NO_BASIS",
    field="consentId",
    text=Text(
        nb="Det er ikke noe samtykke i kraft som gir deg lov til å dele dette misligholdet.",
        en="There is no consent in force that lets you share this default.",
    ),
)


def refusal_of(submitted: SubmitMortgageDefaultsInput, max_rows: int) -> CommandRefused | None:
    """Why the batch cannot be looked at as a whole, if so."""
    if not is_key(submitted.idempotency_key):
        return bad_key().answer
    if not submitted.rows:
        return CommandRefusal("BAD_USER_INPUT", "rows", nb="Oppgi minst én rad.", en="State at least one row.").answer
    over = len(submitted.rows) - max_rows
    if over > 0:
        return CommandRefusal(
            "LIMIT_EXCEEDED",
            "rows",
            nb=f"Grensen er {max_rows} rader. Her er det {over} for mange.",
            en=f"The limit on rows is {max_rows}; this is {over} over.",
        ).answer
    return None


def faults_of(rows: Sequence[MortgageDefaultRow], today: date, population: Population) -> list[Fault | None]:
    """For each row, in order, what is wrong with it. Of several that are the same, the first one counts."""
    found: list[Fault | None] = []
    seen: set[tuple[str, str, str]] = set()
    for row in rows:
        fault = next(_faults(row, today, population), None)
        identity = (row.loan_type.name, row.loan_ref, row.debtor_national_id)
        if fault is None and identity in seen:
            fault = _DUPLICATE
        if fault is None:
            seen.add(identity)
        found.append(fault)
    return found


def ground_missing(row: MortgageDefaultRow) -> Fault:
    """The same whether the person is unknown, has not consented, or has consented to something else."""
    return _NO_AGREEMENT if row.loan_type.name == "STARTLAN" else _NO_CONSENT


def rejected_before(code: str) -> Fault:
    """A row that was rejected by rules of before, and would not be any more."""
    text = Text(nb="Raden ble avvist da den ble sendt første gang.", en="The row was rejected when it was first sent.")
    return Fault(code=code, field="rows", text=text)


def _faults(row: MortgageDefaultRow, today: date, population: Population) -> Iterator[Fault]:
    if not is_text(row.loan_ref, LONGEST_REF):
        yield _bad_text("loanRef", LONGEST_REF)
    if not _is_national_id(row.debtor_national_id, population):
        yield _INVALID_ID
    yield from _faults_of_debtor(row)
    if row.first_unpaid_due > today:
        yield _bad("firstUnpaidDue", "en dag som ikke er i framtiden", "a day that is not in the future")
    if row.unpaid_terms not in UNPAID_TERMS:
        first, last = UNPAID_TERMS.start, UNPAID_TERMS.stop - 1
        yield _bad("unpaidTerms", f"et antall fra {first} til {last}", f"{first} to {last}")
    if not 0 < row.arrears < MOST_ORE:
        yield _bad("arrears", f"{_AMOUNT.nb} og over 0", f"{_AMOUNT.en}, more than 0")
    if row.interest_accrued is not None and not 0 <= row.interest_accrued < MOST_ORE:
        yield _bad("interestAccrued", f"{_AMOUNT.nb}, 0 eller mer", f"{_AMOUNT.en}, 0 or more")


def _faults_of_debtor(row: MortgageDefaultRow) -> Iterator[Fault]:
    name, address = row.debtor_name, row.debtor_address
    texts: list[tuple[str, str, int]] = []
    if name is not None:
        texts += [("debtorName.first", name.first, LONGEST_NAME), ("debtorName.last", name.last, LONGEST_NAME)]
    if address is not None:
        texts += [
            ("debtorAddress.line", address.line, LONGEST_LINE),
            ("debtorAddress.place", address.place, LONGEST_NAME),
        ]
        if not _is_postal_code(address.postal_code):
            yield _bad("debtorAddress.postalCode", f"{POSTAL_CODE} sifre", f"{POSTAL_CODE} digits")
    for field, text, longest in texts:
        if not is_text(text, longest):
            yield _bad_text(field, longest)


def is_text(text: str, longest: int) -> bool:
    """Something to read: no control characters, no lone surrogates, no space around it."""
    return 0 < len(text) <= longest and text.isprintable() and text == text.strip()


def _is_postal_code(text: str) -> bool:
    return len(text) == POSTAL_CODE and text.isascii() and text.isdigit()


def _is_national_id(text: str, population: Population) -> bool:
    try:
        parse_national_id(text, population)
    except InvalidIdentifier:
        return False
    return True


def _bad(field: str, nb: str, en: str) -> Fault:
    return Fault(code="BAD_VALUE", field=field, text=expected(nb, en))


def _bad_text(field: str, longest: int) -> Fault:
    return _bad(field, f"1 til {longest} synlige tegn", f"1 to {longest} printable characters")
