"""Schema `hub`: what a party handed in, kept as it came, so that the party can be shown its own and nothing else."""

from sqlalchemy import CheckConstraint, UniqueConstraint

from hub.store.tables import values as words
from hub.store.tables.columns import (
    UUID,
    DayOrNone,
    Instant,
    OreOrNone,
    Table,
    Text,
    TextOrNone,
    flag,
    key,
    now,
    one_of,
    party,
    ref,
    ref_or_none,
    within,
)


class Submission(Table, table=True):
    """One batch. The submitter's own key makes a replay give the same receipts."""

    __tablename__ = "submission"
    __table_args__ = (
        UniqueConstraint("submitter_party", "kind", "idempotency_key"),
        UniqueConstraint("id", "submitter_party"),
        one_of("kind", words.SIGNAL_KINDS),
        CheckConstraint("content_sha256 ~ '^[0-9a-f]{64}$'", name="content_sha256"),
        {"schema": "hub"},
    )

    id: UUID = key()
    submitter_party: str = party()
    supplier: TextOrNone
    actor: Text
    kind: Text
    received_at: Instant = now()
    idempotency_key: Text
    content_sha256: Text
    row_count: int


class SubmittedDefault(Table, table=True):
    """One row of a batch of mortgage defaults; its id is the receipt. A rejected row keeps nothing personal."""

    __tablename__ = "submitted_default"
    __table_args__ = (
        UniqueConstraint("submission_id", "row_no"),
        within(("submission_id", "submitter_party"), "hub.submission", ("id", "submitter_party")),
        one_of("outcome", words.OUTCOMES),
        one_of("loan_type", words.LOAN_TYPES),
        CheckConstraint("content_sha256 ~ '^[0-9a-f]{64}$'", name="content_sha256"),
        one_of("code", words.ROW_CODES),
        CheckConstraint("(outcome = 'REJECTED') = (code IS NOT NULL)", name="code_when_rejected"),
        CheckConstraint(
            "outcome = 'ACCEPTED' OR num_nonnulls(loan_type, loan_ref, debtor_national_id, debtor_first_name, "
            "debtor_last_name, debtor_address_line, debtor_postal_code, debtor_postal_place, first_unpaid_due, "
            "unpaid_terms, arrears_ore, interest_accrued_ore, basis, consent_id, agreement_id) = 0",
            name="rejected_keeps_nothing",
        ),
        {"schema": "hub"},
    )

    id: UUID = key()
    submission_id: UUID = ref("hub.submission.id")
    submitter_party: str = party()
    row_no: int
    received_at: Instant = now()
    outcome: Text
    code: TextOrNone
    content_sha256: Text
    loan_type: TextOrNone
    loan_ref: TextOrNone
    debtor_national_id: TextOrNone
    debtor_first_name: TextOrNone
    debtor_last_name: TextOrNone
    debtor_address_line: TextOrNone
    debtor_postal_code: TextOrNone
    debtor_postal_place: TextOrNone
    first_unpaid_due: DayOrNone
    unpaid_terms: int | None = None
    arrears_ore: OreOrNone
    interest_accrued_ore: OreOrNone
    basis: TextOrNone
    consent_id: UUID | None = ref_or_none("hub.consent.id")
    agreement_id: UUID | None = ref_or_none("hub.agreement.id")
    is_late: bool = flag()
