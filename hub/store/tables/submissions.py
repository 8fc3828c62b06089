"""Schema `hub`: what a party handed in, kept as it came, so that the party can be shown its own and nothing else."""

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint
from sqlmodel import Field

from hub.store.tables import values as words
from hub.store.tables.columns import (
    UUID,
    Day,
    DayOrNone,
    Instant,
    JsonOrNone,
    Ore,
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
    """One batch. The submitter's own key makes a replay give the same receipts.

    The submitter is a party, or a person who hands something in as herself: then it is the person's id, in no register
    of parties.
    """

    __tablename__ = "submission"
    __table_args__ = (
        UniqueConstraint("submitter_party", "kind", "idempotency_key"),
        UniqueConstraint("id", "submitter_party"),
        UniqueConstraint("id", "submitter_party", "kind", name="uq_submission_id_submitter_party_kind"),
        one_of("kind", words.SIGNAL_KINDS),
        CheckConstraint("content_sha256 ~ '^[0-9a-f]{64}$'", name="content_sha256"),
        {"schema": "hub"},
    )

    id: UUID = key()
    submitter_party: Text
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
        UniqueConstraint("id", "submitter_party"),
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


class SubmittedDefaultEvent(Table, table=True):
    """What the submitter later did to a default that was accepted: corrected it, or withdrew it, which ends it.

    The row itself stays as it was sent. Each event carries how the default stands after it, so that the last one says
    all; a correction repeats what it did not change.
    """

    __tablename__ = "submitted_default_event"
    __table_args__ = (
        # INVARIANT: one thing happens to a default after the other, and nothing after it was withdrawn.
        UniqueConstraint("submitted_default_id", "event_no"),
        Index(None, "submitted_default_id", unique=True, postgresql_where=sa.text("kind = 'WITHDRAWN'")),
        within(("submitted_default_id", "submitter_party"), "hub.submitted_default", ("id", "submitter_party")),
        one_of("kind", words.SUBMITTED_EVENTS),
        one_of("correction_reason", words.CORRECTION_REASONS),
        one_of("withdrawal_reason", words.WITHDRAWAL_REASONS),
        CheckConstraint("(kind = 'CORRECTED') = (correction_reason IS NOT NULL)", name="why_corrected"),
        CheckConstraint("(kind = 'WITHDRAWN') = (withdrawal_reason IS NOT NULL)", name="why_withdrawn"),
        CheckConstraint("event_no > 0", name="event_no"),
        {"schema": "hub"},
    )

    id: UUID = key()
    submitted_default_id: UUID
    submitter_party: Text
    event_no: int
    kind: Text
    recorded_at: Instant = now()
    supplier: TextOrNone
    actor: Text
    correction_reason: TextOrNone
    withdrawal_reason: TextOrNone
    debtor_first_name: TextOrNone
    debtor_last_name: TextOrNone
    debtor_address_line: TextOrNone
    debtor_postal_code: TextOrNone
    debtor_postal_place: TextOrNone
    first_unpaid_due: Day
    unpaid_terms: int
    arrears_ore: Ore
    interest_accrued_ore: OreOrNone
    is_late: bool = flag()


SUBMITTED_DEFAULT_STANDING = sa.Table(
    "submitted_default_standing",
    Table.metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("submission_id", sa.Uuid),
    sa.Column("submitter_party", sa.Text),
    sa.Column("row_no", sa.Integer),
    sa.Column("received_at", sa.DateTime(timezone=True)),
    sa.Column("outcome", sa.Text),
    sa.Column("code", sa.Text),
    sa.Column("status", sa.Text),
    sa.Column("withdrawal_reason", sa.Text),
    sa.Column("loan_type", sa.Text),
    sa.Column("loan_ref", sa.Text),
    sa.Column("debtor_national_id", sa.Text),
    sa.Column("debtor_first_name", sa.Text),
    sa.Column("debtor_last_name", sa.Text),
    sa.Column("debtor_address_line", sa.Text),
    sa.Column("debtor_postal_code", sa.Text),
    sa.Column("debtor_postal_place", sa.Text),
    sa.Column("first_unpaid_due", sa.Date),
    sa.Column("unpaid_terms", sa.Integer),
    sa.Column("arrears_ore", sa.BigInteger),
    sa.Column("interest_accrued_ore", sa.BigInteger),
    sa.Column("basis", sa.Text),
    sa.Column("consent_id", sa.Uuid),
    sa.Column("agreement_id", sa.Uuid),
    sa.Column("is_late", sa.Boolean),
    schema="hub",
    info={"is_view": True},
)
"""A view over `submitted_default` and its events: how each stands now, out of what the submitter itself sent."""


class SubmittedReport(Table, table=True):
    """One row of anything else that is handed in; its id is the receipt. A rejected row keeps nothing personal.

    `payload` is the row as it was sent: the names of the GraphQL input, enums by name, days and moments in ISO 8601,
    amounts as whole øre.
    INVARIANT: it is the one place where what a sender wrote of a dwelling is kept, and only that sender is shown it.
    What becomes of the row elsewhere is worked out from it, and for a protected person takes no address along.
    """

    __tablename__ = "submitted_report"
    __table_args__ = (
        UniqueConstraint("submission_id", "row_no"),
        ForeignKeyConstraint(
            ["submission_id", "submitter_party", "kind"],
            ["hub.submission.id", "hub.submission.submitter_party", "hub.submission.kind"],
        ),
        one_of("kind", words.SIGNAL_KINDS),
        one_of("outcome", words.OUTCOMES),
        one_of("code", words.ROW_CODES),
        CheckConstraint("content_sha256 ~ '^[0-9a-f]{64}$'", name="content_sha256"),
        CheckConstraint(r"municipality ~ '^\d{4}$'", name="municipality"),
        CheckConstraint(r"subject_national_id ~ '^\d{11}$'", name="subject_national_id"),
        CheckConstraint("jsonb_typeof(payload) = 'object'", name="payload"),
        CheckConstraint("(outcome = 'REJECTED') = (code IS NOT NULL)", name="code_when_rejected"),
        CheckConstraint(
            "outcome = 'ACCEPTED' OR NOT is_late AND NOT is_reserved AND num_nonnulls(basis, municipality, "
            "subject_national_id, payload, mandate_id, consent_id, earliest_petition, objection_deadline) = 0",
            name="rejected_keeps_nothing",
        ),
        CheckConstraint(
            "outcome = 'REJECTED' OR num_nonnulls(basis, payload) = 2",
            name="accepted_rests_on_a_basis",
        ),
        {"schema": "hub"},
    )

    id: UUID = key()
    submission_id: UUID = ref("hub.submission.id")
    submitter_party: str = Field(sa_type=sa.Text, index=True)
    kind: Text
    row_no: int
    received_at: Instant = now()
    outcome: Text
    code: TextOrNone
    content_sha256: Text
    basis: TextOrNone
    is_late: bool = flag()
    # Where it belongs: as the sender says, or the sender's own municipality.
    municipality: TextOrNone
    subject_national_id: TextOrNone
    payload: JsonOrNone
    # On which mandate it was handed in for somebody else.
    mandate_id: UUID | None = ref_or_none("hub.mandate.id")
    # On which consent, where it rests on one.
    consent_id: UUID | None = ref_or_none("hub.consent.id")
    # What the law counts from it: the first day of a petition after a landlord's notice, the last of an objection.
    earliest_petition: DayOrNone
    objection_deadline: DayOrNone
    # The tenant has reserved against a municipal landlord. Whether that binds is open, so it only marks the row.
    is_reserved: bool = flag()
