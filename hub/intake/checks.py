"""What a row must be by itself. Nothing is looked up here, so nothing here can tell anything of anybody."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from hub.commands.keys import is_key
from schema.commands.defaults import MortgageDefaultRow, SubmitMortgageDefaultsInput
from schema.commands.refused import CommandRefused
from schema.identifiers import InvalidIdentifier, Population, parse_national_id

MOST_ORE = 10**12
UNPAID_TERMS = range(1, 601)
LONGEST_REF = 64
LONGEST_NAME = 100
LONGEST_LINE = 200
POSTAL_CODE = 4

_AMOUNT = "an amount in øre below 10^12"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Why a row is rejected, as a word of the schema's `RowCode`, and the field at fault."""

    code: str
    field: str
    message: str


def refusal_of(submitted: SubmitMortgageDefaultsInput, max_rows: int) -> CommandRefused | None:
    """Why the batch cannot be looked at as a whole, if so."""
    if not is_key(submitted.idempotency_key):
        return CommandRefused(
            code="BAD_USER_INPUT", field="idempotencyKey", message="State a key of 8 to 128 printable characters."
        )
    if not submitted.rows:
        return CommandRefused(code="BAD_USER_INPUT", field="rows", message="State at least one row.")
    over = len(submitted.rows) - max_rows
    if over > 0:
        return CommandRefused(
            code="LIMIT_EXCEEDED", field="rows", message=f"The limit on rows is {max_rows}; this is {over} over."
        )
    return None


def faults_of(rows: Sequence[MortgageDefaultRow], today: date, population: Population) -> list[Fault | None]:
    """For each row, in order, what is wrong with it. Of several that are the same, the first one counts."""
    found: list[Fault | None] = []
    seen: set[tuple[str, str, str]] = set()
    for row in rows:
        fault = next(_faults(row, today, population), None)
        identity = (row.loan_type.name, row.loan_ref, row.debtor_national_id)
        if fault is None and identity in seen:
            fault = Fault(
                code="DUPLICATE_ROW",
                field="loanRef",
                message="The same loan and debtor stand earlier in the batch. Send each default once.",
            )
        if fault is None:
            seen.add(identity)
        found.append(fault)
    return found


def ground_missing(row: MortgageDefaultRow) -> Fault:
    """The same whether the person is unknown, has not consented, or has consented to something else."""
    is_startlan = row.loan_type.name == "STARTLAN"
    return Fault(
        code="NO_BASIS",
        field="loanType" if is_startlan else "consentId",
        message="There is no agreement in force for such loans."
        if is_startlan
        else "There is no consent in force that lets you share this default.",
    )


def _faults(row: MortgageDefaultRow, today: date, population: Population) -> Iterator[Fault]:
    if not is_text(row.loan_ref, LONGEST_REF):
        yield _bad("loanRef", f"1 to {LONGEST_REF} printable characters")
    if not _is_national_id(row.debtor_national_id, population):
        yield Fault(
            code="INVALID_ID",
            field="debtorNationalId",
            message="This is not a valid fødselsnummer or D-number. Check the digits.",
        )
    yield from _faults_of_debtor(row)
    if row.first_unpaid_due > today:
        yield _bad("firstUnpaidDue", "a day that is not in the future")
    if row.unpaid_terms not in UNPAID_TERMS:
        yield _bad("unpaidTerms", f"{UNPAID_TERMS.start} to {UNPAID_TERMS.stop - 1}")
    if not 0 < row.arrears < MOST_ORE:
        yield _bad("arrears", f"{_AMOUNT}, more than 0")
    if row.interest_accrued is not None and not 0 <= row.interest_accrued < MOST_ORE:
        yield _bad("interestAccrued", f"{_AMOUNT}, 0 or more")


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
            yield _bad("debtorAddress.postalCode", f"{POSTAL_CODE} digits")
    for field, text, longest in texts:
        if not is_text(text, longest):
            yield _bad(field, f"1 to {longest} printable characters")


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


def _bad(field: str, expected: str) -> Fault:
    return Fault(code="BAD_VALUE", field=field, message=f"State {expected}.")
