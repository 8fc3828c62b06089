"""Schema `audit`: what was disclosed, what was refused, and what proofs of it need.

What SQLModel cannot say (partitions, triggers, grants) stands as DDL in `audit_ddl.py` beside this file.
INVARIANT: rows of event, security_event, writer and writer_end are never changed or deleted; whole months are dropped.
"""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field

from hub.store.tables.columns import UUID, Instant, InstantOrNone, Small, Table, Text, TextOrNone, Texts, now, one_of

WRITER_KINDS = ("COMMAND", "READ")
WRITER_ENDS = ("FOUND_DEAD", "STOPPED")
EVENT_KINDS = ("BREAK_GLASS", "BREAK_GLASS_READ", "COMMAND", "NOT_DELIVERED", "QUERY")
ACTOR_KINDS = ("CITIZEN", "STAFF", "SYSTEM")
ENTRY_KINDS = ("LISTED", "LOOKED_UP", "RELATED")


def _stream() -> Any:
    """The stream that a row of bookkeeping is about: one row each."""
    return Field(sa_type=sa.BigInteger, foreign_key="audit.writer.id", primary_key=True)


def _bytes_or_none() -> Any:
    return Field(default=None, sa_type=sa.LargeBinary)


class AuditWriter(Table, table=True):
    """A stream of events numbered without a gap: one per connection of the record, one per process for its commands."""

    __tablename__ = "writer"
    __table_args__ = (one_of("kind", WRITER_KINDS), {"schema": "audit"})

    id: int | None = Field(
        default=None, primary_key=True, sa_type=sa.BigInteger, sa_column_args=(sa.Identity(always=True),)
    )
    kind: Text
    software: Text
    started_at: Instant = now()


class AuditWriterEnd(Table, table=True):
    """The last number of a stream that nobody writes to any more, so that a missing tail is seen."""

    __tablename__ = "writer_end"
    __table_args__ = (one_of("how", WRITER_ENDS), {"schema": "audit"})

    writer_id: int = _stream()
    last_seq: int = Field(sa_type=sa.BigInteger)
    how: Text
    ended_at: Instant = now()


class AuditCommandCounter(Table, table=True):
    """The last number given out in a COMMAND stream. Its row lock, held to the commit, makes numbers follow commits."""

    __tablename__ = "command_counter"
    __table_args__ = ({"schema": "audit"},)

    writer_id: int = _stream()
    last_seq: int = Field(default=0, sa_type=sa.BigInteger, sa_column_kwargs={"server_default": sa.text("0")})
    closed: bool = Field(default=False, sa_column_kwargs={"server_default": sa.false()})


class AuditEvent(Table, table=True):
    """One request: who asked, for whom, what for, and what was disclosed, packed. Partitioned by month."""

    __tablename__ = "event"
    __table_args__ = (
        sa.Index("ix_event_writer_seq", "writer_id", "writer_seq", "occurred_at", unique=True),
        sa.Index("ix_event_about", "about", postgresql_where=sa.text("about IS NOT NULL")),
        one_of("actor_kind", ACTOR_KINDS),
        one_of("kind", EVENT_KINDS),
        sa.CheckConstraint("(kind = 'NOT_DELIVERED') = (about IS NOT NULL)", name="about"),
        {"schema": "audit", "postgresql_partition_by": "RANGE (occurred_at)"},
    )

    id: UUID = Field(primary_key=True)
    occurred_at: Instant = Field(primary_key=True)
    writer_id: int = Field(sa_type=sa.BigInteger)
    writer_seq: int = Field(sa_type=sa.BigInteger)
    leaf_version: Small
    kind: Text
    # The event whose answer did not arrive.
    about: UUID | None = None
    request_id: Text
    actor_kind: Text
    actor_id: Text
    actor_name: Text
    actor_role: Text
    party: Text
    party_kind: Text
    unit: TextOrNone
    supplier: TextOrNone
    purpose: TextOrNone
    assurance: Small
    operation_name: TextOrNone
    operation_digest: bytes | None = _bytes_or_none()
    policy_digest: Text
    # What was disclosed, in columns of fixed width so that it costs little to write (docs/audit-events.md, "Entries"):
    # the distinct grounds as JSON, then per entry 16 bytes of subject, 16 of evidence, 2 of ground and 4 of rows.
    # No name and no national id ever stands here.
    grounds: Any = Field(sa_type=sa.JSON, nullable=False)
    entry_subjects: bytes
    entry_evidence: bytes | None = _bytes_or_none()
    entry_grounds: bytes
    entry_rows: bytes
    # Digest of the security events of the same request; they may be dropped before this row is.
    security_digest: bytes | None = _bytes_or_none()


class AuditSecurityEvent(Table, table=True):
    """A denial or a probe, never shown to a citizen. Partitioned by month; written in its event's own transaction."""

    __tablename__ = "security_event"
    __table_args__ = (
        sa.Index("ix_security_event_event", "event_id", "ordinal"),
        sa.Index("ix_security_event_actor", "actor_id", "occurred_at"),
        {"schema": "audit", "postgresql_partition_by": "RANGE (occurred_at)"},
    )

    id: UUID = Field(primary_key=True)
    occurred_at: Instant = Field(primary_key=True)
    event_id: UUID | None = None
    ordinal: Small
    kind: Text
    code: Text
    target: TextOrNone
    policy: TextOrNone
    # Keyed digest of what was sought, so that repeated attempts can be counted without keeping what they sought.
    probe: bytes | None = _bytes_or_none()
    count: int
    request_id: Text
    actor_kind: TextOrNone
    actor_id: TextOrNone
    party: TextOrNone
    unit: TextOrNone


class AuditSubjectSalt(Table, table=True):
    """The salt of a subject's or actor's commitments. Erased, they are unlinkable; the row stays as a mark of that."""

    __tablename__ = "subject_salt"
    __table_args__ = (
        sa.CheckConstraint("(salt IS NULL) = (erased_at IS NOT NULL)", name="erased"),
        sa.CheckConstraint("octet_length(salt) = 32", name="length"),
        {"schema": "audit"},
    )

    subject_id: UUID = Field(primary_key=True)
    salt: bytes | None = _bytes_or_none()
    created_at: Instant = now()
    erased_at: InstantOrNone


class AuditAccessGround(Table, table=True):
    """What the entries of one ground of an event share, once. Derived from `event`, rebuildable."""

    __tablename__ = "access_ground"
    __table_args__ = (
        # Without the id: what the grounds of one event have in common is then kept once. Rows of one moment are put in
        # their order as they are read.
        sa.Index("ix_access_ground_recipient", "recipient_party", "occurred_at"),
        sa.Index("ix_access_ground_source", "source_party", "occurred_at"),
        sa.Index("ix_access_ground_actor", "actor_id", "occurred_at"),
        one_of("actor_kind", ACTOR_KINDS),
        one_of("kind", ENTRY_KINDS),
        {"schema": "audit"},
    )

    # The event's id with the number of the ground in its last four digits: the same on each rebuild.
    occurred_at: Instant = Field(primary_key=True)
    id: UUID = Field(primary_key=True)
    event_id: UUID
    source_party: Text
    recipient_party: Text
    recipient_unit: TextOrNone
    actor_id: Text
    actor_name: Text
    actor_role: Text
    actor_kind: Text
    supplier: TextOrNone
    purpose: TextOrNone
    basis: Text
    categories: Texts
    policies: Texts
    kind: Text
    operation_name: TextOrNone
    request_id: Text
    # False once a NOT_DELIVERED event says that the answer did not arrive; then it is not in a citizen's log.
    delivered: bool


class AuditAccessEntry(Table, table=True):
    """Of whom something was shown on a ground: one narrow row per event and entry, derived from `event`, rebuildable.

    No foreign key: the two are written in one statement, and a check of each entry would cost more than the entry.
    """

    __tablename__ = "access_entry"
    __table_args__ = (
        sa.Index("ix_access_entry_moment", "occurred_at"),
        sa.Index("ix_access_entry_subject", "subject_id", "occurred_at"),
        sa.Index(
            "ix_access_entry_evidence",
            "evidence_id",
            "occurred_at",
            postgresql_where=sa.text("evidence_id IS NOT NULL"),
        ),
        {"schema": "audit"},
    )

    # The event's id with the number of the entry in its last four digits: ordered by time, the same on each rebuild.
    id: UUID = Field(primary_key=True)
    ground_id: UUID
    # As on the ground: by it the two are joined, and what is about one subject comes in the order of time.
    occurred_at: Instant
    subject_id: UUID | None = None
    evidence_id: UUID | None = None
    rows: int
    # Whether the subject, or somebody in its households, was graded or shielded when it was indexed.
    is_marked: bool


class AuditIndexCursor(Table, table=True):
    """How far `access_ground` and `access_entry` have followed each stream."""

    __tablename__ = "index_cursor"
    __table_args__ = ({"schema": "audit"},)

    writer_id: int = _stream()
    writer_seq: int = Field(sa_type=sa.BigInteger)


def _shown(table: type[Table], *names: str) -> Iterator[sa.Column[Any]]:
    """Columns of a view that are those of a table, with what the table promises of them."""
    columns = Table.metadata.tables[f"audit.{table.__tablename__}"].columns
    yield from (sa.Column(name, columns[name].type, nullable=columns[name].nullable) for name in names)


ACCESS_SUBJECT = sa.Table(
    "access_subject",
    Table.metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    *_shown(AuditAccessEntry, "occurred_at", "subject_id", "evidence_id", "rows"),
    *_shown(
        AuditAccessGround, "event_id", "source_party", "recipient_party", "recipient_unit", "actor_id", "actor_name",
        "actor_role", "actor_kind", "supplier", "purpose", "basis", "categories", "policies", "kind", "operation_name",
        "request_id", "delivered",
    ),
    sa.Column("severity", sa.Text, nullable=False),
    schema="audit",
    info={"is_view": True, "joins": ("audit.access_entry", "audit.access_ground")},
)  # fmt: skip
"""A view over the two: who was shown what of whom, one row per event and entry."""

ACCESS_LINE = sa.Table(
    "access_line",
    Table.metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("subject_id", sa.Uuid),
    sa.Column("source_party", sa.Text),
    sa.Column("sources", sa.ARRAY(sa.Text)),
    sa.Column("recipient_party", sa.Text),
    sa.Column("recipient_unit", sa.Text),
    sa.Column("actor_id", sa.Text),
    sa.Column("actor_name", sa.Text),
    sa.Column("actor_role", sa.Text),
    sa.Column("purpose", sa.Text),
    sa.Column("bases", sa.ARRAY(sa.Text)),
    sa.Column("categories", sa.ARRAY(sa.Text)),
    sa.Column("break_glass", sa.Boolean),
    schema="audit",
    info={"is_view": True, "joins": ("audit.access_entry", "audit.access_ground")},
)
"""A view over `access_subject`: one line for each look-up that was delivered, as the citizen reads it."""

BREAK_GLASS_LINE = sa.Table(
    "break_glass_line",
    Table.metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("effective_from", sa.DateTime(timezone=True)),
    sa.Column("until_at", sa.DateTime(timezone=True)),
    sa.Column("reason", sa.Text),
    sa.Column("danger_to_life", sa.Boolean),
    sa.Column("actor_id", sa.Text),
    sa.Column("actor_name", sa.Text),
    sa.Column("recipient_party", sa.Text),
    sa.Column("recipient_unit", sa.Text),
    sa.Column("subject_id", sa.Uuid),
    sa.Column("source_party", sa.Text),
    sa.Column("uses", sa.Integer),
    sa.Column("last_used_at", sa.DateTime(timezone=True)),
    schema="audit",
    info={"is_view": True},
)
"""A view over `hub.break_glass`, as leaders and privacy officers read it."""
