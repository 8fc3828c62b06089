"""Defaults on loans, as banks and loan managers send them: what a row must be, and what it can rest on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from hub.gate import Evidence, Grant
from hub.identity.model import Inquiry, Requester
from hub.identity.snapshot import legal_day
from hub.intake import checks, wording
from hub.intake.grounds import Consenting, Reports, consents_in_force
from hub.intake.model import Fault, Form, Ground, Setting
from hub.store.driver import Held, driver_of
from hub.store.tables import SubmittedDefault
from schema.commands.defaults import CorrectMortgageDefaultInput, MortgageDefaultRow
from schema.identifiers import Population

COMMAND = "submitMortgageDefaults"
KIND = "MORTGAGE_DEFAULT"
REPORT = "do:reportLoanDefault"
CONSENTED = "LOAN_DEFAULT"
UNPAID_TERMS = range(1, 601)

Changeable = MortgageDefaultRow | CorrectMortgageDefaultInput
"""What states the values that can be corrected after a row was accepted."""

_DUPLICATE = wording.fault(
    "DUPLICATE_ROW",
    "loanRef",
    nb="Det samme lånet og den samme låntakeren står tidligere i forsendelsen. Send hvert mislighold én gang.",
    en="The same loan and debtor stand earlier in the batch. Send each default once.",
)
_NO_AGREEMENT = wording.fault(
    wording.NO_BASIS,
    "loanType",
    nb="Det er ingen avtale i kraft for slike lån.",
    en="There is no agreement in force for such loans.",
)
_NO_CONSENT = wording.fault(
    wording.NO_BASIS,
    "consentId",
    nb="Det er ikke noe samtykke i kraft som gir deg lov til å dele dette misligholdet.",
    en="There is no consent in force that lets you share this default.",
)


def mortgage_defaults(reports: Reports, population: Population) -> Form[MortgageDefaultRow]:
    """The form."""
    return Form(
        command=COMMAND,
        kind=KIND,
        population=population,
        rows=lambda given: given.rows,
        faults=faults_of,
        identity=lambda row: (row.loan_type.name, row.loan_ref, row.debtor_national_id),
        duplicate=_DUPLICATE,
        grounds=_Grounds(reports).of,
        groundless=groundless,
        table=SubmittedDefault,
        columns=_columns,
    )


def faults_of(row: MortgageDefaultRow, setting: Setting) -> Iterator[Fault]:
    """What is wrong with a row by itself."""
    yield from checks.text("loanRef", row.loan_ref, checks.LONGEST_REF)
    yield from checks.national_id("debtorNationalId", row.debtor_national_id, setting)
    yield from changeable_faults(row, setting)


def changeable_faults(row: Changeable, setting: Setting) -> Iterator[Fault]:
    """What is wrong with what may be corrected later."""
    if row.debtor_name is not None:
        yield from checks.name("debtorName", row.debtor_name.first, row.debtor_name.last)
    if row.debtor_address is not None:
        at = row.debtor_address
        yield from checks.address("debtorAddress", at.line, at.postal_code, at.place)
    yield from checks.past_day("firstUnpaidDue", row.first_unpaid_due, setting)
    yield from checks.number("unpaidTerms", row.unpaid_terms, UNPAID_TERMS)
    yield from checks.amount("arrears", row.arrears)
    yield from checks.amount_or_zero("interestAccrued", row.interest_accrued)


def changeable_columns(row: Changeable) -> Mapping[str, Any]:
    """What may be corrected later, by column."""
    name, address = row.debtor_name, row.debtor_address
    return {
        "debtor_first_name": name.first if name else None,
        "debtor_last_name": name.last if name else None,
        "debtor_address_line": address.line if address else None,
        "debtor_postal_code": address.postal_code if address else None,
        "debtor_postal_place": address.place if address else None,
        "first_unpaid_due": row.first_unpaid_due,
        "unpaid_terms": row.unpaid_terms,
        "arrears_ore": row.arrears,
        "interest_accrued_ore": row.interest_accrued,
    }


def groundless(row: MortgageDefaultRow, code: str) -> Fault:
    """The same whether the person is unknown, has not consented, or has consented to something else."""
    if code != wording.NO_BASIS:
        return wording.rejected_before(code)
    return _NO_AGREEMENT if row.loan_type.name == "STARTLAN" else _NO_CONSENT


def stated_columns(row: MortgageDefaultRow) -> Mapping[str, Any]:
    """What a row states, by column."""
    return {
        "loan_type": row.loan_type.name,
        "loan_ref": row.loan_ref,
        "debtor_national_id": row.debtor_national_id,
        **changeable_columns(row),
    }


def ground_columns(ground: Ground | None) -> Mapping[str, Any]:
    """On what a row rests, by column; the same columns where it rests on nothing."""
    if ground is None:
        return {"basis": None, "consent_id": None, "agreement_id": None, "is_late": False}
    return {
        "basis": ground.basis,
        "consent_id": ground.consent_id,
        "agreement_id": ground.agreement_id,
        "is_late": ground.is_late,
    }


def _columns(row: MortgageDefaultRow, ground: Ground) -> Mapping[str, Any]:
    return {**stated_columns(row), **ground_columns(ground)}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Agreement:
    """An agreement with the submitter on notice of unpaid terms."""

    id: UUID
    notify_within: timedelta


class _Grounds:
    """Finds the ground of each row."""

    def __init__(self, reports: Reports) -> None:
        self._reports = reports

    async def of(
        self, session: Held, inquiry: Inquiry, rows: Mapping[int, MortgageDefaultRow]
    ) -> dict[int, Ground | Fault]:
        """The grounds by row number. A row that has none is not in it. Raises `PurposeNotPermitted`."""
        decide = self._reports.decider(inquiry, REPORT)
        consents = await _consents(session, inquiry, self._reports, rows) if decide.asks("consentInForce") else {}
        agreements = await _agreements(session, inquiry.requester) if decide.asks("agreed") else {}
        # It is as late as it was received; what it rests on is decided by today.
        received = legal_day(inquiry.received_at)
        found: dict[int, Ground | Fault] = {}
        for number, row in rows.items():
            loan = row.loan_type.name
            consent, agreement = consents.get(number), agreements.get(loan)
            grant = decide(
                {
                    "startlan": loan == "STARTLAN",
                    "agreed": agreement is not None,
                    "consentInForce": consent is not None,
                }
            )
            if grant is not None:
                found[number] = _ground(grant, row.first_unpaid_due, received, consent, agreement)
        return found


def _ground(grant: Grant, due: date, received: date, consent: UUID | None, agreement: _Agreement | None) -> Ground:
    if grant.evidence is Evidence.AGREEMENT and agreement is not None:
        return Ground(basis=grant.basis, agreement_id=agreement.id, is_late=received - due > agreement.notify_within)
    return Ground(basis=grant.basis, consent_id=consent if grant.evidence is Evidence.CONSENT else None)


async def _consents(
    session: Held, inquiry: Inquiry, reports: Reports, rows: Mapping[int, MortgageDefaultRow]
) -> dict[int, UUID]:
    purpose = reports.purpose(inquiry)
    code = purpose.code if purpose else None
    asked = {
        number: Consenting(national_id=row.debtor_national_id, named=row.consent_id) for number, row in rows.items()
    }
    # One look-up for each customer, however many loans of the same one are in default.
    first = {who: number for number, who in asked.items()}
    distinct = {number: who for who, number in first.items()}
    found = await consents_in_force(session, inquiry.requester.party, code, CONSENTED, distinct)
    return {number: found[first[who]] for number, who in asked.items() if first[who] in found}


# With whom on whose behalf: the municipality that the loan manager reports for is the consumer of its token.
_AGREEMENTS = """
    SELECT DISTINCT ON (agreement.loan_type) agreement.loan_type, agreement.id, terms.notify_within_days
    FROM facts.agreement AS agreement
    JOIN hub.agreement AS terms ON terms.id = agreement.id
    JOIN hub.party AS lender
        ON lender.id = agreement.lender_party AND lender.municipality = agreement.municipality
    WHERE agreement.loan_manager_party = $1 AND lender.orgnr = $2
    ORDER BY agreement.loan_type, agreement.id DESC
"""


async def _agreements(session: Held, requester: Requester) -> dict[str, _Agreement]:
    driver = await driver_of(session)
    found = await driver.fetch(_AGREEMENTS, requester.party, requester.consumer)
    return {
        row["loan_type"]: _Agreement(id=row["id"], notify_within=timedelta(days=row["notify_within_days"]))
        for row in found
    }
