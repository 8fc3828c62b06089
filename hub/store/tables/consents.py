"""Schema `hub`: consents and what goes with them: their history, receipts, messages, and access by break-glass."""

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, Index, UniqueConstraint

from hub.store.tables import values as words
from hub.store.tables.columns import (
    UUID,
    Instant,
    InstantOrNone,
    SmallOrNone,
    Table,
    Text,
    TextOrNone,
    Texts,
    all_of,
    code_key,
    code_ref,
    code_ref_or_none,
    key,
    now,
    number_or_none,
    one_of,
    party,
    ref,
    ref_or_none,
    sequence,
    source,
)

_OPENS = "kind IN ('GIVEN', 'RENEWED')"
_TERMS = "given_at, given_by, assurance, collection_method, notice_version, notice_sha256, language, expires_at"


class Consent(Table, table=True):
    """A consent: what, from whom, to whom and what for. On which terms, and whether it is in force, its events say."""

    __tablename__ = "consent"
    __table_args__ = (
        # "Has she consented that we get this, for this?"
        Index(None, "subject_id", "recipient_party", "purpose"),
        one_of("kind", words.CONSENT_KINDS),
        one_of("purpose", words.PURPOSES),
        all_of("categories", words.CONSENT_CATEGORIES),
        CheckConstraint("cardinality(categories) > 0", name="some_category"),
        {"schema": "hub"},
    )

    id: UUID = key()
    kind: Text
    subject_id: UUID = ref("nav.person.id")
    case_id: UUID | None = ref_or_none("hub.case.id")
    source_party: str = source()
    recipient_party: str = party()
    purpose: Text
    categories: Texts
    # The party that asked for it. Without one, it was given unasked.
    asked_by: str | None = code_ref_or_none("hub.party.id")
    supersedes: UUID | None = ref_or_none("hub.consent.id")
    recorded_at: Instant = now()


class ConsentEvent(Table, table=True):
    """Something that happened to a consent. One that opens carries the terms on which it does.

    Three clocks: when it was given, from when it counts, when it was written down.
    """

    __tablename__ = "consent_event"
    __table_args__ = (
        Index(None, "consent_id", "seq"),
        one_of("kind", words.CONSENT_EVENTS),
        one_of("given_by", words.GIVERS),
        CheckConstraint("given_by IS NULL OR given_by = 'SELF' OR mandate_id IS NOT NULL", name="others_need_mandate"),
        one_of("collection_method", words.COLLECTION_METHODS),
        one_of("language", words.LANGUAGES),
        CheckConstraint("notice_sha256 ~ '^[0-9a-f]{64}$'", name="notice_sha256"),
        CheckConstraint(f"NOT {_OPENS} OR num_nulls({_TERMS}) = 0", name="terms"),
        CheckConstraint(
            f"{_OPENS} OR num_nonnulls(given_at, assurance, notice_version, notice_sha256, expires_at) = 0",
            name="terms_of_what_opens_alone",
        ),
        CheckConstraint("effective_at < expires_at", name="period"),
        {"schema": "hub"},
    )

    id: UUID = key()
    seq: int = sequence()
    consent_id: UUID = ref("hub.consent.id")
    kind: Text
    given_at: InstantOrNone
    effective_at: Instant
    recorded_at: Instant = now()
    recorded_by: Text
    given_by: TextOrNone
    mandate_id: UUID | None = ref_or_none("hub.mandate.id")
    assurance: SmallOrNone
    collection_method: TextOrNone
    evidence_ref: TextOrNone
    notice_version: TextOrNone
    notice_sha256: TextOrNone
    language: TextOrNone
    expires_at: InstantOrNone
    reason: TextOrNone


RECEIPT = sa.Table(
    "receipt",
    Table.metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("consent_id", sa.Uuid),
    sa.Column("key_id", sa.Text),
    sa.Column("document", sa.Text),
    sa.Column("issued_at", sa.DateTime(timezone=True)),
    sa.Column("subject_id", sa.Uuid),
    sa.Column("source_party", sa.Text),
    sa.Column("categories", sa.ARRAY(sa.Text)),
    schema="hub",
    info={"is_view": True},
)
"""A view over the receipts of consents, each with whom it concerns."""

CONSENT_HISTORY = sa.Table(
    "consent_history",
    Table.metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("consent_id", sa.Uuid),
    sa.Column("seq", sa.BigInteger),
    sa.Column("kind", sa.Text),
    sa.Column("given_at", sa.DateTime(timezone=True)),
    sa.Column("effective_at", sa.DateTime(timezone=True)),
    sa.Column("recorded_at", sa.DateTime(timezone=True)),
    sa.Column("given_by", sa.Text),
    sa.Column("collection_method", sa.Text),
    sa.Column("evidence_ref", sa.Text),
    sa.Column("notice_version", sa.Text),
    sa.Column("notice_sha256", sa.Text),
    sa.Column("language", sa.Text),
    sa.Column("expires_at", sa.DateTime(timezone=True)),
    sa.Column("reason", sa.Text),
    sa.Column("subject_id", sa.Uuid),
    sa.Column("source_party", sa.Text),
    sa.Column("recipient_party", sa.Text),
    sa.Column("categories", sa.ARRAY(sa.Text)),
    sa.Column("case_id", sa.Uuid),
    schema="hub",
    info={"is_view": True},
)
"""A view over the events of consents, each with whom it concerns."""


class ReceiptKey(Table, table=True):
    """A key that receipts are verified with. It stays after it is retired: old receipts do too."""

    __tablename__ = "receipt_key"
    __table_args__ = ({"schema": "hub"},)

    kid: str = code_key()
    public_jwk: Text
    created_at: Instant = now()
    retired_at: InstantOrNone


class ConsentReceipt(Table, table=True):
    """The signed copy of one event of a consent, as it is handed out."""

    __tablename__ = "consent_receipt"
    __table_args__ = (UniqueConstraint("event_id"), {"schema": "hub"})

    id: UUID = key()
    consent_id: UUID = ref("hub.consent.id")
    event_id: UUID = ref("hub.consent_event.id", index=False)
    key_id: str = code_ref("hub.receipt_key.kid")
    document: Text
    issued_at: Instant = now()


class Message(Table, table=True):
    """That somebody has something to read. Never what."""

    __tablename__ = "message"
    __table_args__ = (
        UniqueConstraint(
            "kind",
            "consent_id",
            "event_seq",
            "signal_id",
            "person_id",
            "party_id",
            name="uq_message_once",
            postgresql_nulls_not_distinct=True,
        ),
        one_of("kind", words.MESSAGE_KINDS),
        CheckConstraint("num_nonnulls(person_id, party_id) = 1", name="one_addressee"),
        {"schema": "hub"},
    )

    id: UUID = key()
    kind: Text
    person_id: UUID | None = ref_or_none("nav.person.id")
    party_id: str | None = code_ref_or_none("hub.party.id")
    consent_id: UUID | None = ref_or_none("hub.consent.id")
    case_id: UUID | None = ref_or_none("hub.case.id")
    # The event or the signal that gave rise to it: nobody is told twice of one.
    event_seq: int | None = number_or_none()
    signal_id: UUID | None = ref_or_none("hub.signal.id")
    created_at: Instant = now()


class BreakGlass(Table, table=True):
    """Access to one case that an employee has taken, with a reason and an end."""

    __tablename__ = "break_glass"
    __table_args__ = (
        CheckConstraint("char_length(reason) BETWEEN 10 AND 255", name="reason"),
        CheckConstraint("effective_from < until_at", name="period"),
        CheckConstraint("until_at <= effective_from + interval '72 hours'", name="within_three_days"),
        {"schema": "hub"},
    )

    id: UUID = key()
    case_id: UUID = ref("hub.case.id")
    # The employee as a person, and as the record of look-ups knows the one who acts.
    person_id: UUID = ref("nav.person.id")
    actor_id: Text
    party_id: str = party()
    unit_id: str | None = code_ref_or_none("hub.unit.id")
    reason: Text
    danger_to_life: bool
    effective_from: Instant
    until_at: Instant
    recorded_at: Instant = now()


class CommandKey(Table, table=True):
    """A key that a client has used for a command, with what the command made. Sent again, it makes nothing new."""

    __tablename__ = "command_key"
    __table_args__ = (
        UniqueConstraint("actor", "command", "key"),
        CheckConstraint("content_sha256 ~ '^[0-9a-f]{64}$'", name="content_sha256"),
        {"schema": "hub"},
    )

    id: UUID = key()
    actor: Text
    command: Text
    key: Text
    content_sha256: Text
    result_id: UUID
    recorded_at: Instant = now()
