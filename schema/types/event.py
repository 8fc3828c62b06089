"""Events: that something happened, with ways to what it is about as that stands when the event is sent."""

from __future__ import annotations

import strawberry

from schema.categories import Anchor, DataCategory, Source
from schema.declare import children, link, shared, shared_type
from schema.enums import CaseEventKind, InboxEventKind, SubmissionEventKind
from schema.scalars import Moment
from schema.types.case import Case, Signal
from schema.types.consent import Consent
from schema.types.organisation import Record
from schema.types.submission import SubmittedDefault

C = DataCategory


@shared_type(source=Source.HUB, table="hub.case_event", category=C.CASE_EXISTENCE, order="occurred_at DESC, {child}.id")
class CaseEvent(Record):
    """Something that happened in a case. It is told to those who may see what it is about, when it is sent."""

    id: strawberry.ID | None = shared(
        C.CASE_EXISTENCE, "To know the event by, where it is sent again; give it as `after` to go on from here."
    )
    kind: CaseEventKind | None = shared(C.CASE_EXISTENCE, "What happened.")
    occurred_at: Moment | None = shared(C.CASE_EXISTENCE, "When.")
    case: Case | None = link(C.CASE_EXISTENCE, "The case, as it stands now.", column="case_id")
    signal: Signal | None = link(C.SIGNAL, "The signal that it is about, if it is about one.", column="signal_id")
    consent: Consent | None = link(C.CONSENT, "The consent that it is about, if it is about one.", column="consent_id")


@shared_type(source=Source.HUB, table="hub.inbox_event", category=C.SIGNAL, order="occurred_at DESC, {child}.id")
class InboxEvent(Record):
    """Something that happened to a signal. It is told to the unit that has the signal when the event is sent."""

    id: strawberry.ID | None = shared(
        C.SIGNAL, "To know the event by, where it is sent again; give it as `after` to go on from here."
    )
    kind: InboxEventKind | None = shared(C.SIGNAL, "What happened.")
    occurred_at: Moment | None = shared(C.SIGNAL, "When.")
    signal: Signal | None = link(C.SIGNAL, "The signal, as it stands now.", column="signal_id")


@shared_type(
    source=Source.HUB,
    table="hub.submission_event",
    category=C.OWN_SUBMISSION,
    anchor=Anchor.SUBMISSION,
    source_party="submitter_party",
    order="occurred_at DESC, {child}.id",
)
class SubmissionEvent(Record):
    """Something that happened to what this party handed in. It tells nothing of what came of it in a case."""

    id: strawberry.ID | None = shared(
        C.OWN_SUBMISSION, "To know the event by, where it is sent again; give it as `after` to go on from here."
    )
    kind: SubmissionEventKind | None = shared(C.OWN_SUBMISSION, "What happened.")
    occurred_at: Moment | None = shared(C.OWN_SUBMISSION, "When.")
    submission_id: strawberry.ID | None = shared(C.OWN_SUBMISSION, "The submission, as its receipt names it.")
    row_count: int | None = shared(C.OWN_SUBMISSION, "Number of rows that were handed in.")
    defaults: list[SubmittedDefault] | None = children(
        C.OWN_SUBMISSION,
        "Its rows, where it was a batch of defaults on loans.",
        by="submission_id",
        key="submission_id",
        order="row_no, {child}.id",
        extra_columns=("row_no",),
    )
