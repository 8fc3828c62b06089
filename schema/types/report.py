"""What a sender has itself handed in, beside defaults on loans, as it was sent."""

from __future__ import annotations

import strawberry

from schema.categories import Anchor, DataCategory, Source
from schema.declare import shared, shared_type
from schema.enums import (
    AidPurpose,
    BreachKind,
    CaseTrack,
    DemandKind,
    PetitionStatus,
    ReporterRelation,
    RowCode,
    SignalKind,
    SubmissionOutcome,
)
from schema.scalars import Kommunenummer, LegalDay, Moment, Ore
from schema.types.organisation import Record

C = DataCategory


def _sent(description: str, name: str, sql_type: str = "text") -> object:
    """A value of the row as it was sent."""
    return shared(
        C.OWN_SUBMISSION,
        description,
        expression=f"({{row}}.payload ->> '{name}')::{sql_type}",
        columns=("payload",),
    )


@shared_type(
    source=Source.HUB,
    table="hub.submitted_report",
    category=C.OWN_SUBMISSION,
    anchor=Anchor.SUBMISSION,
    source_party="submitter_party",
    order="received_at DESC, {child}.id",
)
class SubmittedReport(Record):
    """A row as this sender submitted it: of rent, of a petition, or what persons fill in. It is served from the
    sender's own copy and tells nothing of what the hub knows.
    """

    id: strawberry.ID | None = shared(C.OWN_SUBMISSION, "The receipt.")
    kind: SignalKind | None = shared(C.OWN_SUBMISSION, "What was submitted.")
    row_no: int | None = shared(C.OWN_SUBMISSION, "Number of the row in its batch, from 1.")
    received_at: Moment | None = shared(C.OWN_SUBMISSION, "When it was received.")
    outcome: SubmissionOutcome | None = shared(C.OWN_SUBMISSION, "Accepted or rejected.")
    code: RowCode | None = shared(C.OWN_SUBMISSION, "Why it was rejected.")
    basis: str | None = shared(C.OWN_SUBMISSION, "Code of the legal basis that the row was accepted on.")
    municipality: Kommunenummer | None = shared(C.OWN_SUBMISSION, "Municipality number of the dwelling.")
    tenant_national_id_masked: str | None = shared(
        C.OWN_SUBMISSION,
        "The first six digits of the national id that was stated, the rest starred.",
        expression="left({row}.subject_national_id, 6) || '*****'",
        columns=("subject_national_id",),
    )
    earliest_petition: LegalDay | None = shared(
        C.OWN_SUBMISSION, "After a landlord's notice, the first day on which to petition."
    )
    objection_deadline: LegalDay | None = shared(C.OWN_SUBMISSION, "The tenant's last day for objections.")
    lease_ref: str | None = _sent("The sender's reference to the lease.", "leaseRef")
    landlord_orgnr: str | None = _sent("Who lets, as stated.", "landlordOrgnr")
    dunning_level: int | None = _sent("How far the demand had come, 0 to 4.", "dunningLevel", "int")
    oldest_due_date: LegalDay | None = _sent("Due date of the oldest unpaid claim.", "oldestDueDate", "date")
    months_in_arrears: int | None = _sent("Number of months with unpaid rent.", "monthsInArrears", "int")
    arrears: Ore | None = _sent("Arrears, in øre.", "arrears", "bigint")
    fees: Ore | None = _sent("Fees, in øre.", "fees", "bigint")
    interest: Ore | None = _sent("Interest for late payment, in øre.", "interest", "bigint")
    demand_no: int | None = _sent("Number of the demand.", "demandNo", "int")
    demand_kind: DemandKind | None = _sent("Second demand, or collection claim.", "kind")
    issued_at: Moment | None = _sent("When the demand was issued.", "issuedAt", "timestamptz")
    amount: Ore | None = _sent("Amount demanded or applied for, in øre.", "amount", "bigint")
    document_ref: str | None = _sent("The sender's reference to the document.", "documentRef")
    tenant_informed_at: Moment | None = _sent("When the tenant got a copy.", "tenantInformedAt", "timestamptz")
    enforcement_case_no: str | None = _sent("The officer's case number.", "enforcementCaseNo")
    petition_received_at: Moment | None = _sent(
        "When the officer received the petition.", "petitionReceivedAt", "timestamptz"
    )
    petitioner_orgnr: str | None = _sent("Who petitioned, as stated.", "petitionerOrgnr")
    presented_at: Moment | None = _sent("When the petition was put before the tenant.", "presentedAt", "timestamptz")
    petition_status: PetitionStatus | None = _sent("How far the petition had come.", "status")
    eviction_date: LegalDay | None = _sent("Day set for the eviction.", "evictionDate", "date")
    tenancy_id: strawberry.ID | None = _sent("The lease that a landlord's notice is about, as stated.", "tenancyId")
    oldest_unpaid_due: LegalDay | None = _sent("Due date of the oldest unpaid rent.", "oldestUnpaidDue", "date")
    breach: BreachKind | None = _sent("Another breach than unpaid rent.", "breach")
    grounds_summary: str | None = _sent("What a landlord's notice says.", "groundsSummary")
    sent_at: Moment | None = _sent("When a landlord's notice was sent on paper.", "sentAt", "timestamptz")
    copy_to_tenant_at: Moment | None = _sent("When the tenant was sent a copy.", "copyToTenantAt", "timestamptz")
    address_line: str | None = shared(
        C.OWN_SUBMISSION,
        "Street and number of the home, as stated.",
        expression="({row}.payload -> 'dwelling' ->> 'line')::text",
        columns=("payload",),
    )
    track: CaseTrack | None = _sent("Rented or owned, as stated.", "track")
    reporter_relation: ReporterRelation | None = _sent("Who is worried.", "reporterRelation")
    text: str | None = _sent("What the worry is.", "text")
    requested_until: LegalDay | None = _sent("Until when payment is to be deferred.", "requestedUntil", "date")
    purpose: AidPurpose | None = _sent("What financial aid is for.", "purpose")
    reason: str | None = _sent("Why, as stated.", "reason")
