"""What a person has itself filled in and sent, as it was sent.

Each is served from the sender's own copy and tells nothing of what the hub knows.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, dataclass_transform

import strawberry

from schema.categories import Anchor, DataCategory, Source
from schema.declare import shared, shared_type
from schema.enums import AidPurpose, BreachKind, CaseTrack, ReporterRelation, RowCode, SubmissionOutcome
from schema.scalars import Kommunenummer, LegalDay, Moment, Ore
from schema.types.organisation import Record

C = DataCategory
T = TypeVar("T", bound=type)


def _of_row(description: str) -> Any:
    """A value that the ledger has a column for."""
    return shared(C.OWN_SUBMISSION, description)


def _sent(description: str, name: str, sql_type: str = "text") -> Any:
    """A value of the form as it was sent."""
    expression = f"({{row}}.payload ->> '{name}')::{sql_type}"
    return shared(C.OWN_SUBMISSION, description, expression=expression, columns=("payload",))


def _masked() -> Any:
    return shared(
        C.OWN_SUBMISSION,
        "The first six digits of the national id that it is about, the rest starred.",
        expression="left({row}.subject_national_id, 6) || '*****'",
        columns=("subject_national_id",),
    )


@dataclass_transform(kw_only_default=True)
def _own_copy() -> Callable[[T], T]:
    return shared_type(
        source=Source.HUB,
        table="hub.submitted_report",
        category=C.OWN_SUBMISSION,
        anchor=Anchor.SUBMISSION,
        source_party="submitter_party",
        order="received_at DESC, {child}.id",
    )


@_own_copy()
class SubmittedLandlordNotice(Record):
    """A landlord's notice as this landlord submitted it."""

    id: strawberry.ID | None = _of_row("The receipt.")
    received_at: Moment | None = _of_row("When it was received.")
    outcome: SubmissionOutcome | None = _of_row("Accepted or rejected.")
    code: RowCode | None = _of_row("Why it was rejected.")
    basis: str | None = _of_row("Code of the legal basis that it was accepted on.")
    earliest_petition: LegalDay | None = _of_row("The first day on which to petition.")
    municipality: Kommunenummer | None = _of_row("Municipality number of the home, as stated.")
    # As it was stated: of a tenant who was named by the lease there is none.
    tenant_national_id_masked: str | None = _masked()
    tenancy_id: strawberry.ID | None = _sent("The lease, as stated.", "tenancyId")
    address_line: str | None = shared(
        C.OWN_SUBMISSION,
        "Street and number of the home, as stated.",
        expression="({row}.payload -> 'dwelling' ->> 'line')::text",
        columns=("payload",),
    )
    arrears: Ore | None = _sent("Unpaid rent, in øre.", "arrears", "bigint")
    oldest_unpaid_due: LegalDay | None = _sent("Due date of the oldest unpaid rent.", "oldestUnpaidDue", "date")
    breach: BreachKind | None = _sent("Another breach than unpaid rent.", "breach")
    grounds_summary: str | None = _sent("What it says.", "groundsSummary")
    sent_at: Moment | None = _sent("When it was sent on paper, if it was.", "sentAt", "timestamptz")
    copy_to_tenant_at: Moment | None = _sent("When the tenant was sent a copy.", "copyToTenantAt", "timestamptz")
    sent_by_agent: bool | None = _sent("Whether it was sent on the landlord's behalf.", "sentByAgent", "boolean")


@_own_copy()
class SubmittedConcernReport(Record):
    """A report of concern as this reporter submitted it."""

    id: strawberry.ID | None = _of_row("The receipt.")
    received_at: Moment | None = _of_row("When it was received.")
    outcome: SubmissionOutcome | None = _of_row("Accepted or rejected.")
    code: RowCode | None = _of_row("Why it was rejected.")
    basis: str | None = _of_row("Code of the legal basis that it was accepted on.")
    municipality: Kommunenummer | None = _of_row("Municipality number of the home.")
    subject_national_id_masked: str | None = _masked()
    track: CaseTrack | None = _sent("Rented or owned, as stated.", "track")
    reporter_relation: ReporterRelation | None = _sent("Who is worried.", "reporterRelation")
    text: str | None = _sent("What the worry is.", "text")
    child_concern: bool | None = _sent("Whether it is also about a child.", "childConcern", "boolean")
    danger: bool | None = _sent("Whether life or health is said to be in danger.", "danger", "boolean")


@_own_copy()
class SubmittedDeferralRequest(Record):
    """A request for deferral of payment as this person submitted it."""

    id: strawberry.ID | None = _of_row("The receipt.")
    received_at: Moment | None = _of_row("When it was received.")
    outcome: SubmissionOutcome | None = _of_row("Accepted or rejected.")
    code: RowCode | None = _of_row("Why it was rejected.")
    basis: str | None = _of_row("Code of the legal basis that it was accepted on.")
    municipality: Kommunenummer | None = _of_row("Municipality number of the home.")
    subject_national_id_masked: str | None = _masked()
    track: CaseTrack | None = _sent("Rented or owned, as stated.", "track")
    claim_refs: list[str] | None = shared(
        C.OWN_SUBMISSION,
        "What is to be deferred, as stated.",
        expression="ARRAY(SELECT jsonb_array_elements_text({row}.payload -> 'claimRefs'))",
        columns=("payload",),
    )
    requested_until: LegalDay | None = _sent("The day on which the person can pay.", "requestedUntil", "date")
    reason: str | None = _sent("Why, as stated.", "reason")


@_own_copy()
class SubmittedAidApplication(Record):
    """An application for financial aid as this person submitted it."""

    id: strawberry.ID | None = _of_row("The receipt.")
    received_at: Moment | None = _of_row("When it was received.")
    outcome: SubmissionOutcome | None = _of_row("Accepted or rejected.")
    code: RowCode | None = _of_row("Why it was rejected.")
    basis: str | None = _of_row("Code of the legal basis that it was accepted on.")
    municipality: Kommunenummer | None = _of_row("Municipality number of the home.")
    subject_national_id_masked: str | None = _masked()
    track: CaseTrack | None = _sent("Rented or owned, as stated.", "track")
    purpose: AidPurpose | None = _sent("What the aid is for.", "purpose")
    amount: Ore | None = _sent("Amount applied for, in øre.", "amount", "bigint")
    reason: str | None = _sent("Why, as stated.", "reason")
