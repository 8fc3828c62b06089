"""Loans on a home: what is owed, to whom, and what was reported on which ground."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from hub.demo.offices import MUNICIPALITIES, Municipality
from hub.demo.rows import Rows
from hub.demo.scene import Scene, at, fixed_id
from hub.store.tables import Agreement, AgreementEvent, MortgageDefault, MortgageLoan

NOTIFY_WITHIN: Final = 14
_DATA_FIELDS: Final = ["loanRef", "firstUnpaidDue", "unpaidTerms", "arrearsOre", "interestAccruedOre"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Loan:
    """A loan as the rest of the story needs it."""

    id: UUID
    type: str
    ref: str
    source: str
    term_ore: int


def agreement_id(place: Municipality) -> UUID:
    """The agreement in force between the municipality and its loan manager."""
    return fixed_id(f"agreement {place.number}")


def add_agreements(rows: Rows) -> None:
    """Each municipality has an agreement with its loan manager in force, and Testby had an older one."""
    for place in MUNICIPALITIES:
        _add_agreement(rows, place, agreement_id(place), first=date(2024, 1, 1), last=None)
    testby = MUNICIPALITIES[0]
    _add_agreement(rows, testby, fixed_id("agreement old"), first=date(2020, 1, 1), last=date(2023, 12, 31))


def _add_agreement(rows: Rows, place: Municipality, identifier: UUID, *, first: date, last: date | None) -> None:
    rows.add(
        Agreement,
        id=identifier,
        municipality=place.number,
        lender_party=place.orgnr,
        loan_manager_party=place.loan_manager,
        loan_types=["STARTLAN"],
        notify_within_days=NOTIFY_WITHIN,
        data_fields=_DATA_FIELDS,
        valid_from=first,
        valid_to=last,
        signed_by="Kommunedirektøren",
        recorded_at=at(first),
    )
    for event, day in (("SIGNED", first), ("TERMINATED", last)):
        if day is None:
            continue
        moment = at(day)
        rows.add(
            AgreementEvent,
            id=fixed_id(f"agreement event {identifier} {event}"),
            agreement_id=identifier,
            kind=event,
            effective_at=moment,
            recorded_at=moment,
            recorded_by="Kommunedirektøren",
        )


def add_loan(scene: Scene, loan_type: str, lender: str, *, principal_ore: int, **values: Any) -> Loan:
    """A loan. A startlån is the municipality's own, and its loan manager tells of it; a bank tells of its own."""
    servicer = scene.place.loan_manager if loan_type == "STARTLAN" else None
    source = servicer or lender
    ref = f"{'SL' if servicer else 'BL'}-{scene.rng.randrange(10**8):08}"
    term = principal_ore // 240
    loan_id = scene.add(
        MortgageLoan,
        source,
        loan_type=loan_type,
        lender_party=lender,
        servicer_party=servicer,
        loan_ref=ref,
        principal_ore=principal_ore,
        term_amount_ore=term,
        collateral="Pant i egen bolig",
        **{
            "outstanding_ore": principal_ore * 4 // 5,
            "next_due": date(2026, 12, 2),
            "status": "ACTIVE",
            **values,
        },
    )
    return Loan(id=loan_id, type=loan_type, ref=ref, source=source, term_ore=term)


def add_default(scene: Scene, loan: Loan, first_unpaid: date, terms: int, reported: date, **values: Any) -> UUID:
    """A default on the loan, on the ground that its kind of loan needs: an agreement, or the customer's consent."""
    arrears = loan.term_ore * terms
    ground = (
        {"basis": "LOAN_MANAGER_AGREEMENT", "agreement_id": agreement_id(scene.place)}
        if loan.type == "STARTLAN"
        else {"basis": "BANK_CUSTOMER_CONSENT"}
    )
    return scene.add(
        MortgageDefault,
        loan.source,
        loan_id=loan.id,
        loan_ref=loan.ref,
        loan_type=loan.type,
        first_unpaid_due=first_unpaid,
        unpaid_terms=terms,
        reported_at=at(reported, 6),
        **{
            "arrears_ore": arrears,
            "interest_accrued_ore": arrears // 50,
            "second_reminder_at": at(first_unpaid + timedelta(days=10), 7),
            "status": "OPEN",
            **ground,
            **values,
        },
    )
