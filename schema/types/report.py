"""What a sender has itself handed in, beside defaults on loans, as it was sent."""

from __future__ import annotations

import strawberry

from schema.categories import Anchor, DataCategory, Source
from schema.declare import shared, shared_type
from schema.enums import AidPurpose, BreachKind, CaseTrack, ReporterRelation, RowCode, SignalKind, SubmissionOutcome
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
    """A notice, a report, a request or an application as this sender submitted it. It is served from the sender's own
    copy and tells nothing of what the hub knows.
    """

    id: strawberry.ID | None = shared(C.OWN_SUBMISSION, "The receipt.")
    kind: SignalKind | None = shared(C.OWN_SUBMISSION, "What was submitted.")
    row_no: int | None = shared(C.OWN_SUBMISSION, "Number of the row in its batch, from 1.")
    received_at: Moment | None = shared(C.OWN_SUBMISSION, "When it was received.")
    outcome: SubmissionOutcome | None = shared(C.OWN_SUBMISSION, "Accepted or rejected.")
    code: RowCode | None = shared(C.OWN_SUBMISSION, "Why it was rejected.")
    basis: str | None = shared(C.OWN_SUBMISSION, "Code of the legal basis that the row was accepted on.")
    municipality: Kommunenummer | None = shared(C.OWN_SUBMISSION, "Municipality number of the dwelling.")
    earliest_petition: LegalDay | None = shared(
        C.OWN_SUBMISSION, "After a landlord's notice, the first day on which a petition should be sent."
    )
    # As the sender stated it: of a tenant who was named by the lease there is none.
    subject_national_id_masked: str | None = shared(
        C.OWN_SUBMISSION,
        "The first six digits of the national id that was stated, the rest starred.",
        expression="left({row}.subject_national_id, 6) || '*****'",
        columns=("subject_national_id",),
    )
    tenancy_id: strawberry.ID | None = _sent("The lease that was stated.", "tenancyId")
    address_line: str | None = shared(
        C.OWN_SUBMISSION,
        "Street and number of the home, as stated.",
        expression="({row}.payload -> 'dwelling' ->> 'line')::text",
        columns=("payload",),
    )
    oldest_unpaid_due: LegalDay | None = _sent("Due date of the oldest unpaid rent.", "oldestUnpaidDue", "date")
    arrears: Ore | None = _sent("Arrears, in øre.", "arrears", "bigint")
    breach: BreachKind | None = _sent("Another breach than unpaid rent.", "breach")
    grounds_summary: str | None = _sent("What a landlord's notice says.", "groundsSummary")
    sent_at: Moment | None = _sent("When a landlord's notice was sent on paper.", "sentAt", "timestamptz")
    copy_to_tenant_at: Moment | None = _sent("When the tenant was sent a copy.", "copyToTenantAt", "timestamptz")
    track: CaseTrack | None = _sent("Rented or owned, as stated.", "track")
    reporter_relation: ReporterRelation | None = _sent("Who is worried.", "reporterRelation")
    text: str | None = _sent("What the worry is.", "text")
    requested_until: LegalDay | None = _sent("Until when payment is to be deferred.", "requestedUntil", "date")
    purpose: AidPurpose | None = _sent("What financial aid is for.", "purpose")
    amount: Ore | None = _sent("Amount applied for, in øre.", "amount", "bigint")
    reason: str | None = _sent("Why, as stated.", "reason")
