"""Schema `hub`: the written routines (skriftlige rutiner) of municipalities. A routine is never changed; a new version
of it is in force from its first day on.
"""

from sqlalchemy import CheckConstraint, UniqueConstraint

from hub.store.tables import values as words
from hub.store.tables.columns import (
    UUID,
    Day,
    DayOrNone,
    Instant,
    Small,
    Table,
    Text,
    code_ref,
    code_ref_or_none,
    flag,
    key,
    now,
    one_of,
    party,
    ref,
)


class Routine(Table, table=True):
    """One version of a municipality's routine. In force is, on any day, the version that began last."""

    __tablename__ = "routine"
    __table_args__ = (
        UniqueConstraint("municipality", "version"),
        UniqueConstraint("municipality", "valid_from"),
        CheckConstraint(r"municipality ~ '^\d{4}$'", name="municipality"),
        CheckConstraint("version > 0", name="version"),
        one_of("approved_by", words.ROUTINE_APPROVERS),
        CheckConstraint("valid_from <= valid_to", name="period"),
        CheckConstraint("intake_unit <> secure_unit", name="two_units"),
        {"schema": "hub"},
    )

    id: UUID = key()
    municipality: Text
    version: int
    approved_by: Text
    approved_on: Day
    valid_from: Day
    valid_to: DayOrNone
    # What no line of the routine sends elsewhere.
    intake_unit: str = code_ref("hub.unit.id")
    # Who looks after strictly protected persons.
    secure_unit: str | None = code_ref_or_none("hub.unit.id")
    recorded_at: Instant = now()


class RoutineUnit(Table, table=True):
    """Where signals of one kind go, if not to the usual unit."""

    __tablename__ = "routine_unit"
    __table_args__ = (
        UniqueConstraint("routine_id", "kind"),
        one_of("kind", words.SIGNAL_KINDS),
        {"schema": "hub"},
    )

    id: UUID = key()
    routine_id: UUID = ref("hub.routine.id", index=False)
    kind: Text
    unit_id: str = code_ref("hub.unit.id")


class RoutineCopy(Table, table=True):
    """That NAV gets a copy of a claim for rent, and from which level of dunning on."""

    __tablename__ = "routine_copy"
    __table_args__ = (
        UniqueConstraint("routine_id"),
        CheckConstraint("dunning_level_from BETWEEN 0 AND 4", name="dunning_level_from"),
        {"schema": "hub"},
    )

    id: UUID = key()
    routine_id: UUID = ref("hub.routine.id", index=False)
    dunning_level_from: Small


class RoutineTask(Table, table=True):
    """What is to be done about a signal of one kind, and within how many days of its arrival."""

    __tablename__ = "routine_task"
    __table_args__ = (
        UniqueConstraint("routine_id", "kind"),
        one_of("kind", words.SIGNAL_KINDS),
        CheckConstraint("within_days >= 0", name="within_days"),
        {"schema": "hub"},
    )

    id: UUID = key()
    routine_id: UUID = ref("hub.routine.id", index=False)
    kind: Text
    what: Text
    within_days: int


class RoutineParticipant(Table, table=True):
    """Who takes part in a case beside the NAV office, from the arrival of a signal of one kind on."""

    __tablename__ = "routine_participant"
    __table_args__ = (
        UniqueConstraint("routine_id", "kind", "unit_id"),
        one_of("kind", words.SIGNAL_KINDS),
        one_of("role", words.PARTICIPANT_ROLES),
        {"schema": "hub"},
    )

    id: UUID = key()
    routine_id: UUID = ref("hub.routine.id", index=False)
    kind: Text
    # Of defaults on loans: those on the municipality's own alone.
    startlan_only: bool = flag()
    party_id: str = party()
    unit_id: str = code_ref("hub.unit.id")
    role: Text
    basis: Text
