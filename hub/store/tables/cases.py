"""Schema `hub`: the shared case, who belongs to it, and what arrived about it."""

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint

from hub.store.tables import values as words
from hub.store.tables.columns import (
    UUID,
    DayOrNone,
    Instant,
    InstantOrNone,
    Small,
    Table,
    Text,
    TextOrNone,
    code_ref,
    code_ref_or_none,
    flag,
    key,
    one_of,
    ref,
    ref_or_none,
    source,
    unindexed_party,
)


class Case(Table, table=True):
    """A case of preventing an eviction (utkastelsessak)."""

    __tablename__ = "case"
    __table_args__ = (
        # INVARIANT: the subject is among the persons of the case, or the facts about them would miss the subject.
        # Deferred, as each of the two rows points at the other.
        ForeignKeyConstraint(
            ["id", "subject_id"],
            ["hub.case_person.case_id", "hub.case_person.person_id"],
            name="fk_case_subject_among_persons",
            deferrable=True,
            initially="DEFERRED",
            use_alter=True,
        ),
        UniqueConstraint("case_no"),
        one_of("track", words.TRACKS),
        one_of("state", words.CASE_STATES),
        one_of("close_reason", words.CLOSE_REASONS),
        CheckConstraint("phase BETWEEN 1 AND 3", name="phase"),
        # Lists of cases are read in these orders.
        Index(None, "updated_at", "id"),
        Index(None, "opened_at", "id"),
        CheckConstraint(r"municipality ~ '^\d{4}$'", name="municipality"),
        {"schema": "hub"},
    )

    id: UUID = key()
    case_no: Text
    municipality: Text
    nav_unit: str = code_ref("hub.unit.id")
    subject_id: UUID = ref("nav.person.id")
    track: Text
    phase: Small
    state: Text
    responsible_unit: str = code_ref("hub.unit.id")
    opened_at: Instant
    updated_at: Instant
    closed_at: InstantOrNone
    close_reason: TextOrNone
    # It was closed, and reopened within a year.
    recidivism: bool = flag()
    dwelling_id: UUID | None = ref_or_none("housing.dwelling.id")
    source_party: str = source()


class CasePerson(Table, table=True):
    """A person of the household that the case is about; the subject is one of them."""

    __tablename__ = "case_person"
    __table_args__ = (
        UniqueConstraint("case_id", "person_id"),
        one_of("relation", words.HOUSEHOLD_RELATIONS),
        one_of("role", words.HOUSEHOLD_ROLES),
        {"schema": "hub"},
    )

    id: UUID = key()
    case_id: UUID = ref("hub.case.id")
    person_id: UUID = ref("nav.person.id")
    relation: Text
    role: Text
    # Percent.
    share_of_tenancy: int | None = None
    source_party: str = source()


class Household(Table, table=True):
    """What is known of the household as a whole."""

    __tablename__ = "household"
    __table_args__ = (UniqueConstraint("case_id"), {"schema": "hub"})

    id: UUID = key()
    case_id: UUID = ref("hub.case.id")
    children_count: int
    children_under18: int
    has_children: bool
    child_needs_note: TextOrNone
    source_party: str = source()


class Participant(Table, table=True):
    """A party that works on the case: the official need (tjenstlig behov) that decisions build on."""

    __tablename__ = "participant"
    __table_args__ = (
        # "The cases of my unit."
        Index(None, "party_id", "unit_id", "case_id"),
        one_of("role", words.PARTICIPANT_ROLES),
        {"schema": "hub"},
    )

    id: UUID = key()
    case_id: UUID = ref("hub.case.id")
    party_id: str = unindexed_party()
    unit_id: str | None = code_ref_or_none("hub.unit.id")
    person_name: TextOrNone
    role: Text
    # In force from `valid_from` until, and not including, `valid_to`.
    valid_from: Instant
    valid_to: InstantOrNone
    basis: Text
    granted_by: Text
    source_party: str = source()


class Signal(Table, table=True):
    """A message (melding) that arrived about the case."""

    __tablename__ = "signal"
    __table_args__ = (
        one_of("kind", words.SIGNAL_KINDS),
        one_of("channel", words.SIGNAL_CHANNELS),
        one_of("triage_status", words.TRIAGE_STATUSES),
        one_of("withdrawal_reason", words.WITHDRAWAL_REASONS),
        CheckConstraint("(withdrawn_at IS NULL) = (withdrawal_reason IS NULL)", name="why_withdrawn"),
        {"schema": "hub"},
    )

    id: UUID = key()
    case_id: UUID = ref("hub.case.id")
    kind: Text
    received_at: Instant
    channel: Text
    # Nobody where a person sent it as herself, who is no party.
    sender_party: str | None = code_ref_or_none("hub.party.id")
    basis: Text
    triage_status: Text
    # The first signal about the same claim.
    duplicates_of: UUID | None = ref_or_none("hub.signal.id")
    unit_id: str = code_ref("hub.unit.id")
    # What the routine asks to be done about it, and until when.
    task: TextOrNone
    due_on: DayOrNone
    # The sender has corrected it, or taken it back.
    corrected_at: InstantOrNone
    withdrawn_at: InstantOrNone
    withdrawal_reason: TextOrNone
    # The tenant has reserved against notices of the municipal landlord.
    is_reserved: bool = flag()
    source_party: str = source()


class ContactLogEntry(Table, table=True):
    """One attempt to reach the citizen, with or without success."""

    __tablename__ = "contact_log_entry"
    __table_args__ = (
        one_of("channel", words.CONTACT_CHANNELS),
        one_of("outcome", words.CONTACT_OUTCOMES),
        one_of("share_level", words.SHARE_LEVELS),
        {"schema": "hub"},
    )

    id: UUID = key()
    case_id: UUID = ref("hub.case.id")
    at: Instant
    channel: Text
    by_name: Text
    by_unit: str = code_ref("hub.unit.id")
    with_whom: Text
    outcome: Text
    note: TextOrNone
    share_level: Text
    source_party: str = source()
