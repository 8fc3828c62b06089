"""Schema `hub`: what was accepted on its way to the cases, and what became of the cases by it."""

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field

from hub.store.tables import values as words
from hub.store.tables.columns import (
    UUID,
    Instant,
    InstantOrNone,
    Small,
    SmallOrNone,
    Table,
    Text,
    TextOrNone,
    code_ref,
    code_ref_or_none,
    key,
    now,
    one_of,
    ref,
    ref_or_none,
    source,
)


class Unrouted(Table, table=True):
    """A row that was accepted, or what was later done to one, and has yet to reach a case. A trigger of its ledger puts
    it here as it is stored.
    """

    __tablename__ = "unrouted"
    __table_args__ = (
        # What comes one by one goes before what comes by the thousand.
        Index(None, "turn", "row_id"),
        one_of("kind", words.QUEUED_KINDS),
        {"schema": "hub"},
    )

    row_id: UUID = Field(primary_key=True)
    kind: Text
    turn: Small
    # Not before this: somebody else was at it with the same person, or it did not work.
    due_at: Instant = now()
    attempts: int = Field(default=0, sa_column_kwargs={"server_default": sa.text("0")})


class Routed(Table, table=True):
    """What became of a row, by the id that it has in its ledger. Written in one transaction with what it says."""

    __tablename__ = "routed"
    __table_args__ = (
        UniqueConstraint("signal_id"),
        one_of("kind", words.QUEUED_KINDS),
        one_of("outcome", words.ROUTED_OUTCOMES),
        CheckConstraint("(outcome = 'SIGNAL') = (signal_id IS NOT NULL)", name="signal"),
        {"schema": "hub"},
    )

    id: UUID = Field(primary_key=True)
    kind: Text
    outcome: Text
    signal_id: UUID | None = Field(default=None, foreign_key="hub.signal.id")
    routed_at: Instant = now()


class CaseChange(Table, table=True):
    """Something that happened to a case as such, and how the case stood before."""

    __tablename__ = "case_change"
    __table_args__ = (
        one_of("kind", words.CASE_CHANGES),
        one_of("state_before", words.CASE_STATES),
        one_of("state_after", words.CASE_STATES),
        one_of("close_reason", words.CLOSE_REASONS),
        {"schema": "hub"},
    )

    id: UUID = key()
    case_id: UUID = ref("hub.case.id")
    kind: Text
    occurred_at: Instant
    signal_id: UUID | None = ref_or_none("hub.signal.id")
    state_before: TextOrNone
    state_after: Text
    phase_before: SmallOrNone
    phase_after: Small
    unit_before: str | None = code_ref_or_none("hub.unit.id")
    unit_after: str = code_ref("hub.unit.id")
    # Of a case that is reopened: when and why it had been closed.
    closed_at: InstantOrNone
    close_reason: TextOrNone
    source_party: str = source()
