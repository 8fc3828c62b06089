"""What has arrived: rows of the ledgers, read into what routing needs to know of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlmodel.ext.asyncio.session import AsyncSession

from hub.routing.reports import Arrears, Demand, FilledIn, Petition, report_of
from hub.store.driver import fetch

_OSLO = ZoneInfo("Europe/Oslo")
BY_ROUTINE = "MUNI_ROUTINE"
DEFAULT = "MORTGAGE_DEFAULT"


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
    report: LoanDefault | Arrears | Demand | Petition | FilledIn
    # The tenant has reserved against notices of the municipal landlord.
    is_reserved: bool = False

    @property
    def day(self) -> date:
        """The legal day on which it came."""
        return self.received_at.astimezone(_OSLO).date()

    @property
    def is_by_routine(self) -> bool:
        """Whether the municipality's written routine is what it rests on."""
        return self.basis == BY_ROUTINE


async def read(session: AsyncSession, rows: Mapping[UUID, str]) -> list[Arrival]:
    """The rows of these kinds as they can be passed on now, in the order in which they came, without those that lost
    their ground.
    """
    defaults = [row for row, kind in rows.items() if kind == DEFAULT]
    reports = [row for row, kind in rows.items() if kind != DEFAULT]
    found: list[Arrival] = []
    if defaults:
        found += map(_default, await fetch(session, _DEFAULTS, defaults))
    if reports:
        found += filter(None, map(_report, await fetch(session, _REPORTS, reports)))
    return sorted(found, key=lambda one: one.id)


def _default(row: Any) -> Arrival:
    is_serviced = row.agreement_id is not None
    return Arrival(
        id=row.id,
        submission_id=row.submission_id,
        kind=DEFAULT,
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


def _report(row: Any) -> Arrival | None:
    report = report_of(row)
    if report is None:
        return None
    return Arrival(
        id=row.id,
        submission_id=row.submission_id,
        kind=row.kind,
        sender=row.sender,
        source=row.source,
        channel="FORM" if isinstance(report, FilledIn) else "API",
        basis=row.basis,
        received_at=row.received_at,
        municipality=row.municipality,
        national_id=row.subject_national_id,
        report=report,
        is_reserved=row.is_reserved,
    )


# As it stands: what its sender corrected meanwhile is right, and what it withdrew is not passed on. The ground is
# looked at once more too: where that was withdrawn, nothing is passed on either. A consent covers the office that it
# names, and the one case that it is tied to if any; an agreement covers its municipality and the lender's own loans.
_DEFAULTS = """
    SELECT line.*, coalesce(recipient.municipality, agreement.municipality) AS municipality,
        consent.case_id AS tied_case, agreement.lender_party
    FROM hub.submitted_default_standing AS line
    LEFT JOIN facts.consent AS consent ON consent.id = line.consent_id AND consent.category = 'LOAN_DEFAULT'
    LEFT JOIN hub.party AS recipient ON recipient.id = consent.recipient_party
    LEFT JOIN facts.agreement AS agreement
        ON agreement.id = line.agreement_id AND agreement.loan_type = line.loan_type
    WHERE line.id = ANY ($1::uuid[]) AND line.status IN ('ACCEPTED', 'CORRECTED')
        AND coalesce(recipient.municipality, agreement.municipality) IS NOT NULL
    ORDER BY line.id
"""
# A reservation that was given meanwhile stops a landlord's notice, and a consent that was withdrawn what rests on it;
# whether a routine still copies is for who has the routine at hand. Who sent it may be a person who is no party: it is
# then kept as the office's that it comes to. So is a report of concern: whose it is would tell who is worried.
_REPORTS = """
    SELECT line.id, line.submission_id, line.kind, line.basis, line.received_at, line.submitter_party,
        coalesce(line.municipality, lease.municipality) AS municipality,
        coalesce(line.subject_national_id, lease.national_id) AS subject_national_id,
        line.payload, line.objection_deadline, line.earliest_petition, line.is_reserved, sender.id AS sender,
        CASE line.kind WHEN 'CONCERN_REPORT' THEN office.id ELSE coalesce(sender.id, office.id) END AS source,
        CASE line.basis WHEN 'HL_9_11' THEN sender.id ELSE lets.id END AS landlord,
        petitioner.id AS petitioner
    FROM hub.submitted_report AS line
    LEFT JOIN hub.party AS sender ON sender.id = line.submitter_party
    LEFT JOIN LATERAL (
        SELECT about.municipality, tenant.id AS tenant, tenant.national_id FROM housing.tenancy AS tenancy
        JOIN hub."case" AS about ON about.id = tenancy.case_id
        JOIN nav.person AS tenant ON tenant.id = about.subject_id
        -- By its key, and for notices alone: thousands of other rows state no lease of ours. Else no id.
        WHERE tenancy.id = CASE line.kind WHEN 'LANDLORD_NOTICE' THEN CAST(line.payload ->> 'tenancyId' AS uuid) END
            AND tenancy.landlord_party = line.submitter_party
    ) AS lease ON true
    LEFT JOIN LATERAL (
        SELECT min(party.id) AS id FROM hub.party AS party
        WHERE party.kind = 'NAV' AND party.municipality = coalesce(line.municipality, lease.municipality)
    ) AS office ON true
    LEFT JOIN LATERAL (
        SELECT min(party.id) FILTER (WHERE party.kind = 'HOUSING') AS id FROM hub.party AS party
        WHERE party.orgnr = line.payload ->> 'landlordOrgnr' AND party.municipality = line.municipality
    ) AS lets ON true
    LEFT JOIN LATERAL (
        SELECT min(party.id) AS id FROM hub.party AS party WHERE party.orgnr = line.payload ->> 'petitionerOrgnr'
            AND party.kind IN ('HOUSING', 'LANDLORD', 'MUNICIPALITY')
    ) AS petitioner ON true
    WHERE line.id = ANY ($1::uuid[]) AND line.outcome = 'ACCEPTED'
        AND num_nonnulls(coalesce(line.municipality, lease.municipality),
            coalesce(line.subject_national_id, lease.national_id), coalesce(sender.id, office.id)) = 3
        AND NOT (line.basis = 'HL_9_11' AND EXISTS (
            SELECT FROM facts.person_key AS person
            JOIN facts.reservation AS reservation ON reservation.tenant_id = person.person_id
            WHERE person.national_id = coalesce(line.subject_national_id, lease.national_id)
                AND reservation.landlord_party = line.submitter_party
                AND (reservation.tenancy_id IS NULL OR NOT line.payload ? 'tenancyId'
                    OR reservation.tenancy_id::text = line.payload ->> 'tenancyId')
        ))
        AND (line.consent_id IS NULL OR EXISTS (
            SELECT FROM facts.consent AS consent
            WHERE consent.id = line.consent_id AND consent.category = 'HOUSING_SUPPORT_NOTES'
        ))
    ORDER BY line.id
"""
