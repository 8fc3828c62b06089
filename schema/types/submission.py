"""What a lender has itself submitted, served from its own copy, and the figures of that."""

from __future__ import annotations

import strawberry

from schema.categories import Anchor, DataCategory, Source
from schema.declare import children, computed, embedded_type, embedded_value, member, shared, shared_type
from schema.enums import (
    CorrectionReason,
    LoanType,
    RowCode,
    SubmissionOutcome,
    SubmissionStatus,
    SubmittedDefaultEventKind,
    WithdrawalReason,
)
from schema.scalars import LegalDay, Moment, Ore
from schema.types.organisation import Record

C = DataCategory


@embedded_type
class DebtorName:
    """The debtor's name as the submitter wrote it."""

    first: str | None = member("Given name.", column="debtor_first_name")
    last: str | None = member("Family name.", column="debtor_last_name")


@embedded_type
class DebtorAddress:
    """The debtor's address as the submitter wrote it."""

    line: str | None = member("Street and number.", column="debtor_address_line")
    postal_code: str | None = member("Postal code.", column="debtor_postal_code")
    place: str | None = member("Postal place.", column="debtor_postal_place")


@shared_type(
    source=Source.HUB,
    table="hub.submitted_default_event",
    category=C.OWN_SUBMISSION,
    anchor=Anchor.SUBMISSION,
    source_party="submitter_party",
    order="event_no",
)
class SubmittedDefaultEvent(Record):
    """What the submitter did to a default after it was accepted, and how the default stood after that."""

    id: strawberry.ID | None = shared(C.OWN_SUBMISSION, "The hub's id of the event.")
    kind: SubmittedDefaultEventKind | None = shared(C.OWN_SUBMISSION, "Corrected or withdrawn.")
    recorded_at: Moment | None = shared(C.OWN_SUBMISSION, "When it was written down.")
    correction_reason: CorrectionReason | None = shared(C.OWN_SUBMISSION, "Why it was corrected.")
    withdrawal_reason: WithdrawalReason | None = shared(C.OWN_SUBMISSION, "Why it was withdrawn.")
    debtor_name: DebtorName | None = embedded_value(C.OWN_SUBMISSION, "The debtor's name.")
    debtor_address: DebtorAddress | None = embedded_value(C.OWN_SUBMISSION, "The debtor's address.")
    first_unpaid_due: LegalDay | None = shared(C.OWN_SUBMISSION, "Due date of the first unpaid term.")
    unpaid_terms: int | None = shared(C.OWN_SUBMISSION, "Number of unpaid terms.")
    arrears: Ore | None = shared(C.OWN_SUBMISSION, "Arrears, in øre.")
    interest_accrued: Ore | None = shared(C.OWN_SUBMISSION, "Interest accrued, in øre.")
    is_late: bool | None = shared(C.OWN_SUBMISSION, "Whether it came later than the agreement says.")


@shared_type(
    source=Source.HUB,
    table="hub.submitted_default_standing",
    category=C.OWN_SUBMISSION,
    anchor=Anchor.SUBMISSION,
    source_party="submitter_party",
    order="received_at DESC, {child}.id",
)
class SubmittedDefault(Record):
    """A default as this party submitted it, with the party's own corrections. It is served from the party's own copy
    and tells nothing of what the hub knows.
    """

    id: strawberry.ID | None = shared(C.OWN_SUBMISSION, "The receipt.")
    row_no: int | None = shared(C.OWN_SUBMISSION, "Number of the row in its batch, from 1.")
    received_at: Moment | None = shared(C.OWN_SUBMISSION, "When it was received.")
    outcome: SubmissionOutcome | None = shared(C.OWN_SUBMISSION, "Accepted or rejected.")
    code: RowCode | None = shared(C.OWN_SUBMISSION, "Why it was rejected.")
    status: SubmissionStatus | None = shared(C.OWN_SUBMISSION, "Where it stands now.")
    withdrawal_reason: WithdrawalReason | None = shared(C.OWN_SUBMISSION, "Why it was withdrawn.")
    loan_type: LoanType | None = shared(C.OWN_SUBMISSION, "Kind of loan.")
    loan_ref: str | None = shared(C.OWN_SUBMISSION, "The submitter's reference to the loan.")
    debtor_name: DebtorName | None = embedded_value(C.OWN_SUBMISSION, "The debtor's name as submitted.")
    debtor_address: DebtorAddress | None = embedded_value(C.OWN_SUBMISSION, "The debtor's address as submitted.")
    debtor_national_id_masked: str | None = shared(
        C.OWN_SUBMISSION,
        "The first six digits of the debtor's national id, the rest starred.",
        expression="left({row}.debtor_national_id, 6) || '*****'",
        columns=("debtor_national_id",),
    )
    first_unpaid_due: LegalDay | None = shared(C.OWN_SUBMISSION, "Due date of the first unpaid term.")
    unpaid_terms: int | None = shared(C.OWN_SUBMISSION, "Number of unpaid terms.")
    arrears: Ore | None = shared(C.OWN_SUBMISSION, "Arrears, in øre.")
    interest_accrued: Ore | None = shared(C.OWN_SUBMISSION, "Interest accrued, in øre.")
    basis: str | None = shared(C.OWN_SUBMISSION, "Code of the legal basis that the row was accepted on.")
    is_late: bool | None = shared(C.OWN_SUBMISSION, "Whether it came later than the agreement says.")
    events: list[SubmittedDefaultEvent] | None = children(
        C.OWN_SUBMISSION,
        "What the submitter has done to it since, the first first.",
        by="submitted_default_id",
        order="event_no",
        extra_columns=("event_no",),
    )


@embedded_type
class RejectedRows:
    """Rows that were rejected for one reason."""

    code: RowCode | None = member("Why.")
    count: int | None = member("How many.")


@embedded_type
class WithdrawnRows:
    """Rows that were withdrawn for one reason."""

    reason: WithdrawalReason | None = member("Why.")
    count: int | None = member("How many.")


@shared_type(source=Source.HUB, table="", category=C.OWN_SUBMISSION, anchor=Anchor.SUBMISSION, source_party=None)
class SubmissionStatistics:
    """The rows of defaults that this party submitted in a period, counted as they stand now. No number says what became
    of a person.
    """

    rows: int | None = computed(C.OWN_SUBMISSION, "Rows received.")
    accepted: int | None = computed(C.OWN_SUBMISSION, "Rows accepted, whatever was done to them since.")
    late: int | None = computed(C.OWN_SUBMISSION, "Rows accepted that came later than the agreement says.")
    corrected: int | None = computed(C.OWN_SUBMISSION, "Rows that stand as they were corrected.")
    rejected: list[RejectedRows] | None = computed(C.OWN_SUBMISSION, "Rows rejected, by code; none without a row.")
    withdrawn: list[WithdrawnRows] | None = computed(C.OWN_SUBMISSION, "Rows withdrawn, by reason; none without a row.")
