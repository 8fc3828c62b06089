"""What has arrived: rows of the ledgers, read into what routing needs to know of them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

_OSLO = ZoneInfo("Europe/Oslo")


@dataclass(frozen=True, slots=True, kw_only=True)
class LoanDefault:
    """A default on a loan. `lender` is who lent the money, `servicer` who tells of it where that is somebody else."""

    loan_type: str
    loan_ref: str = field(repr=False)
    lender: str
    servicer: str | None
    first_unpaid_due: date
    unpaid_terms: int
    arrears_ore: int
    interest_ore: int
    consent_id: UUID | None
    agreement_id: UUID | None
    # The one case that the consent is for, if it is for one alone.
    tied_case: UUID | None

    @property
    def is_startlan(self) -> bool:
        return self.loan_type == "STARTLAN"

    @property
    def figures(self) -> tuple[object, ...]:
        """Told again with the same, nothing is new in it."""
        return (self.first_unpaid_due, self.unpaid_terms, self.arrears_ore, self.interest_ore)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A row that was accepted, and whose ground still stands.

    `sender` is a party, or nobody where a person sent it as herself; `source` is whose data it is.
    """

    id: UUID
    submission_id: UUID
    kind: str
    sender: str | None
    source: str
    channel: str
    basis: str
    received_at: datetime
    municipality: str
    national_id: str = field(repr=False)
    report: LoanDefault

    @property
    def day(self) -> date:
        """The legal day on which it came."""
        return self.received_at.astimezone(_OSLO).date()


async def read(session: AsyncSession, rows: Collection[UUID]) -> list[Arrival]:
    """The rows as they can be passed on now, in the order in which they came, without those that lost their ground."""
    connection = await session.connection()
    found = await connection.execute(_DEFAULTS, {"rows": list(rows)})
    return [_default(row) for row in found]


def _default(row: Any) -> Arrival:
    is_serviced = row.agreement_id is not None
    return Arrival(
        id=row.id,
        submission_id=row.submission_id,
        kind="MORTGAGE_DEFAULT",
        sender=row.submitter_party,
        source=row.submitter_party,
        channel="API",
        basis=row.basis,
        received_at=row.received_at,
        municipality=row.municipality,
        national_id=row.debtor_national_id,
        report=LoanDefault(
            loan_type=row.loan_type,
            loan_ref=row.loan_ref,
            lender=row.lender_party if is_serviced else row.submitter_party,
            servicer=row.submitter_party if is_serviced else None,
            first_unpaid_due=row.first_unpaid_due,
            unpaid_terms=row.unpaid_terms,
            arrears_ore=row.arrears_ore,
            interest_ore=row.interest_accrued_ore or 0,
            consent_id=row.consent_id,
            agreement_id=row.agreement_id,
            tied_case=row.tied_case,
        ),
    )


# As it stands: what its sender corrected meanwhile is right, and what it withdrew is not passed on. The ground is
# looked at once more too: where that was withdrawn, nothing is passed on either. A consent covers the office that it
# names, and the one case that it is tied to if any; an agreement covers its municipality and the lender's own loans.
_DEFAULTS = sa.text("""
    SELECT line.*, coalesce(recipient.municipality, agreement.municipality) AS municipality,
        consent.case_id AS tied_case, agreement.lender_party
    FROM hub.submitted_default_standing AS line
    LEFT JOIN facts.consent AS consent ON consent.id = line.consent_id AND consent.category = 'LOAN_DEFAULT'
    LEFT JOIN hub.party AS recipient ON recipient.id = consent.recipient_party
    LEFT JOIN facts.agreement AS agreement
        ON agreement.id = line.agreement_id AND agreement.loan_type = line.loan_type
    WHERE line.id = ANY (CAST(:rows AS uuid[])) AND line.status IN ('ACCEPTED', 'CORRECTED')
        AND coalesce(recipient.municipality, agreement.municipality) IS NOT NULL
    ORDER BY line.id
""")
