"""What a person has itself filled in and sent, as it was sent.

Each is served from the sender's own copy and tells nothing of what the hub knows.
"""

from __future__ import annotations

import strawberry

from schema.categories import DataCategory
from schema.declare import shared
from schema.enums import AidPurpose, BreachKind, CaseTrack, ReporterRelation, RowCode, SubmissionOutcome
from schema.scalars import Kommunenummer, LegalDay, Moment, Ore
from schema.types.organisation import Record
from schema.types.own_copy import masked, of_row, own_copy, sent

C = DataCategory


@own_copy()
class SubmittedLandlordNotice(Record):
    """A landlord's notice as this landlord submitted it."""

    id: strawberry.ID | None = of_row("The receipt.")
    received_at: Moment | None = of_row("When it was received.")
    outcome: SubmissionOutcome | None = of_row("Accepted or rejected.")
    code: RowCode | None = of_row("Why it was rejected.")
    basis: str | None = of_row("Code of the legal basis that it was accepted on.")
    earliest_petition: LegalDay | None = of_row("The first day on which to petition.")
    municipality: Kommunenummer | None = of_row("Municipality number of the home, as stated.")
    # As it was stated: of a tenant who was named by the lease there is none.
    tenant_national_id_masked: str | None = masked("the tenant's")
    tenancy_id: strawberry.ID | None = sent("The lease, as stated.", "tenancyId")
    address_line: str | None = shared(
        C.OWN_SUBMISSION,
        "Street and number of the home, as stated.",
        expression="({row}.payload -> 'dwelling' ->> 'line')::text",
        columns=("payload",),
    )
    arrears: Ore | None = sent("Unpaid rent, in øre.", "arrears", "bigint")
    oldest_unpaid_due: LegalDay | None = sent("Due date of the oldest unpaid rent.", "oldestUnpaidDue", "date")
    breach: BreachKind | None = sent("Another breach than unpaid rent.", "breach")
    grounds_summary: str | None = sent("What it says.", "groundsSummary")
    sent_at: Moment | None = sent("When it was sent on paper, if it was.", "sentAt", "timestamptz")
    copy_to_tenant_at: Moment | None = sent("When the tenant was sent a copy.", "copyToTenantAt", "timestamptz")
    sent_by_agent: bool | None = sent("Whether it was sent on the landlord's behalf.", "sentByAgent", "boolean")


@own_copy()
class SubmittedConcernReport(Record):
    """A report of concern as this reporter submitted it."""

    id: strawberry.ID | None = of_row("The receipt.")
    received_at: Moment | None = of_row("When it was received.")
    outcome: SubmissionOutcome | None = of_row("Accepted or rejected.")
    code: RowCode | None = of_row("Why it was rejected.")
    basis: str | None = of_row("Code of the legal basis that it was accepted on.")
    municipality: Kommunenummer | None = of_row("Municipality number of the home.")
    subject_national_id_masked: str | None = masked("the person's")
    track: CaseTrack | None = sent("Rented or owned, as stated.", "track")
    reporter_relation: ReporterRelation | None = sent("Who is worried.", "reporterRelation")
    text: str | None = sent("What the worry is.", "text")
    child_concern: bool | None = sent("Whether it is also about a child.", "childConcern", "boolean")
    danger: bool | None = sent("Whether life or health is said to be in danger.", "danger", "boolean")


@own_copy()
class SubmittedDeferralRequest(Record):
    """A request for deferral of payment as this person submitted it."""

    id: strawberry.ID | None = of_row("The receipt.")
    received_at: Moment | None = of_row("When it was received.")
    outcome: SubmissionOutcome | None = of_row("Accepted or rejected.")
    code: RowCode | None = of_row("Why it was rejected.")
    basis: str | None = of_row("Code of the legal basis that it was accepted on.")
    municipality: Kommunenummer | None = of_row("Municipality number of the home.")
    subject_national_id_masked: str | None = masked("the person's")
    track: CaseTrack | None = sent("Rented or owned, as stated.", "track")
    claim_refs: list[str] | None = shared(
        C.OWN_SUBMISSION,
        "What is to be deferred, as stated.",
        expression="ARRAY(SELECT jsonb_array_elements_text({row}.payload -> 'claimRefs'))",
        columns=("payload",),
    )
    requested_until: LegalDay | None = sent("The day on which the person can pay.", "requestedUntil", "date")
    reason: str | None = sent("Why, as stated.", "reason")


@own_copy()
class SubmittedAidApplication(Record):
    """An application for financial aid as this person submitted it."""

    id: strawberry.ID | None = of_row("The receipt.")
    received_at: Moment | None = of_row("When it was received.")
    outcome: SubmissionOutcome | None = of_row("Accepted or rejected.")
    code: RowCode | None = of_row("Why it was rejected.")
    basis: str | None = of_row("Code of the legal basis that it was accepted on.")
    municipality: Kommunenummer | None = of_row("Municipality number of the home.")
    subject_national_id_masked: str | None = masked("the person's")
    track: CaseTrack | None = sent("Rented or owned, as stated.", "track")
    purpose: AidPurpose | None = sent("What the aid is for.", "purpose")
    amount: Ore | None = sent("Amount applied for, in øre.", "amount", "bigint")
    reason: str | None = sent("Why, as stated.", "reason")
