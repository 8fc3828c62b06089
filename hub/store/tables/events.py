"""Schema `hub`: what has happened, put in line for those whom it concerns. Ids alone, and no word of anybody.

Neither table is written by any program: the tables in which something happens tell of it by trigger, and one function
of the database takes it from there and puts it in line.
"""

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field

from hub.store.tables import values as words
from hub.store.tables.columns import UUID, Instant, Table, Text, TextOrNone, one_of


class Outbox(Table, table=True):
    """Something that has happened and that nobody has put in line yet."""

    __tablename__ = "outbox"
    __table_args__ = (one_of("kind", words.EVENT_KINDS), {"schema": "hub"})

    no: int = Field(sa_type=sa.BigInteger, primary_key=True, sa_column_args=(sa.Identity(always=True),))
    kind: Text
    occurred_at: Instant = Field(
        sa_type=sa.DateTime(timezone=True), sa_column_kwargs={"server_default": sa.func.clock_timestamp()}
    )
    case_id: UUID | None = None
    consent_id: UUID | None = None
    signal_id: UUID | None = None
    submission_id: UUID | None = None
    party_id: TextOrNone
    unit_id: TextOrNone


class Event(Table, table=True):
    """An event in its place in the line, for those who follow a case or for one party."""

    __tablename__ = "event"
    __table_args__ = (
        UniqueConstraint("id"),
        CheckConstraint("num_nonnulls(case_id, party_id) = 1", name="one_addressee"),
        # "What came after this, of this case, for this party, for this unit?"
        Index(None, "case_id", "position"),
        Index(None, "party_id", "position"),
        Index(None, "unit_id", "position"),
        {"schema": "hub"},
    )

    position: int = Field(sa_type=sa.BigInteger, primary_key=True, sa_column_kwargs={"autoincrement": False})
    id: UUID = Field(sa_column_kwargs={"server_default": sa.text("uuidv7()")})
    kind: Text
    topic: str = Field(
        default=None,
        sa_type=sa.Text,
        nullable=False,
        sa_column_args=(sa.Computed("split_part(kind, '_', 1)", persisted=True),),
    )
    occurred_at: Instant
    case_id: UUID | None = None
    consent_id: UUID | None = None
    signal_id: UUID | None = None
    submission_id: UUID | None = None
    party_id: TextOrNone
    unit_id: TextOrNone


CASE_EVENT = sa.Table(
    "case_event",
    Table.metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("kind", sa.Text),
    sa.Column("topic", sa.Text),
    sa.Column("occurred_at", sa.DateTime(timezone=True)),
    sa.Column("case_id", sa.Uuid),
    sa.Column("signal_id", sa.Uuid),
    sa.Column("consent_id", sa.Uuid),
    sa.Column("source_party", sa.Text),
    schema="hub",
    info={"is_view": True},
)
"""A view over events of cases, each with what it is decided by."""

INBOX_EVENT = sa.Table(
    "inbox_event",
    Table.metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("kind", sa.Text),
    sa.Column("topic", sa.Text),
    sa.Column("occurred_at", sa.DateTime(timezone=True)),
    sa.Column("case_id", sa.Uuid),
    sa.Column("signal_id", sa.Uuid),
    sa.Column("unit_id", sa.Text),
    sa.Column("source_party", sa.Text),
    schema="hub",
    info={"is_view": True},
)
"""A view over events of signals, each with the unit that has the signal now."""

SUBMISSION_EVENT = sa.Table(
    "submission_event",
    Table.metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("kind", sa.Text),
    sa.Column("topic", sa.Text),
    sa.Column("occurred_at", sa.DateTime(timezone=True)),
    sa.Column("submission_id", sa.Uuid),
    sa.Column("submitter_party", sa.Text),
    sa.Column("row_count", sa.Integer),
    schema="hub",
    info={"is_view": True},
)
"""A view over events of what was handed in, each with who handed it in."""
