"""Schema `hub`: agreements, reservations, mandates. Append-only: a change is a new event, never an update.

Consents stand beside this, in `consents.py`.
"""

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, Index

from hub.store.tables import values as words
from hub.store.tables.columns import (
    UUID,
    Day,
    DayOrNone,
    Instant,
    Table,
    Text,
    TextOrNone,
    Texts,
    all_of,
    key,
    now,
    one_of,
    party,
    ref,
    ref_or_none,
    sequence,
)


class Agreement(Table, table=True):
    """A general agreement with a loan manager on notice of unpaid terms."""

    __tablename__ = "agreement"
    __table_args__ = (
        all_of("loan_types", words.LOAN_TYPES),
        CheckConstraint("notify_within_days > 0", name="notify_within_days"),
        {"schema": "hub"},
    )

    id: UUID = key()
    municipality: Text
    lender_party: str = party()
    loan_manager_party: str = party()
    loan_types: Texts
    notify_within_days: int
    data_fields: Texts
    valid_from: Day
    valid_to: DayOrNone
    signed_by: Text
    recorded_at: Instant = now()


class AgreementEvent(Table, table=True):
    """Something that happened to an agreement."""

    __tablename__ = "agreement_event"
    __table_args__ = (
        Index(None, "agreement_id", "seq"),
        one_of("kind", words.AGREEMENT_EVENTS),
        {"schema": "hub"},
    )

    id: UUID = key()
    seq: int = sequence()
    agreement_id: UUID = ref("hub.agreement.id")
    kind: Text
    effective_at: Instant
    recorded_at: Instant = now()
    recorded_by: Text


class Reservation(Table, table=True):
    """A tenant's objection to the landlord's notifying the social services (husleieloven § 9-11)."""

    __tablename__ = "reservation"
    __table_args__ = ({"schema": "hub"},)

    id: UUID = key()
    tenant_id: UUID = ref("nav.person.id")
    tenancy_id: UUID | None = ref_or_none("housing.tenancy.id")
    landlord_party: str = party()
    given_at: Instant
    evidence_ref: TextOrNone
    recorded_at: Instant = now()


class ReservationEvent(Table, table=True):
    """Something that happened to a reservation."""

    __tablename__ = "reservation_event"
    __table_args__ = (
        Index(None, "reservation_id", "seq"),
        one_of("kind", words.RESERVATION_EVENTS),
        {"schema": "hub"},
    )

    id: UUID = key()
    seq: int = sequence()
    reservation_id: UUID = ref("hub.reservation.id")
    kind: Text
    effective_at: Instant
    recorded_at: Instant = now()
    recorded_by: Text


class Mandate(Table, table=True):
    """A power to act for another: guardianship, power of attorney, or one that was made for the future."""

    __tablename__ = "mandate"
    __table_args__ = (
        one_of("kind", words.MANDATE_KINDS),
        all_of("areas", words.MANDATE_AREAS),
        all_of("rights", words.MANDATE_RIGHTS),
        CheckConstraint("giver_id <> holder_id", name="two_persons"),
        CheckConstraint("num_nonnulls(holder_id, holder_national_id) = 1", name="one_holder"),
        CheckConstraint(r"holder_national_id ~ '^\d{11}$'", name="holder_national_id"),
        Index(None, "holder_national_id"),
        {"schema": "hub"},
    )

    id: UUID = key()
    kind: Text
    giver_id: UUID = ref("nav.person.id")
    # As the register has the holder, or as the giver named one whom the hub may or may not know.
    holder_id: UUID | None = ref_or_none("nav.person.id")
    holder_national_id: TextOrNone
    areas: Texts
    rights: Texts
    valid_from: Day
    valid_to: DayOrNone
    evidence_ref: TextOrNone
    recorded_at: Instant = now()


class MandateEvent(Table, table=True):
    """Something that happened to a mandate."""

    __tablename__ = "mandate_event"
    __table_args__ = (
        Index(None, "mandate_id", "seq"),
        one_of("kind", words.MANDATE_EVENTS),
        {"schema": "hub"},
    )

    id: UUID = key()
    seq: int = sequence()
    mandate_id: UUID = ref("hub.mandate.id")
    kind: Text
    effective_at: Instant
    recorded_at: Instant = now()
    recorded_by: Text


MANDATE_STANDING = sa.Table(
    "mandate_standing",
    Table.metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("kind", sa.Text),
    sa.Column("giver_id", sa.Uuid),
    sa.Column("holder_id", sa.Uuid),
    sa.Column("holder_national_id_masked", sa.Text),
    sa.Column("areas", sa.ARRAY(sa.Text)),
    sa.Column("rights", sa.ARRAY(sa.Text)),
    sa.Column("valid_from", sa.Date),
    sa.Column("valid_to", sa.Date),
    sa.Column("recorded_at", sa.DateTime(timezone=True)),
    sa.Column("status", sa.Text),
    sa.Column("ended_at", sa.DateTime(timezone=True)),
    sa.Column("source_party", sa.Text),
    schema="hub",
    info={"is_view": True},
)
"""A view over `mandate` and its events: where each stands now."""

RESERVATION_STANDING = sa.Table(
    "reservation_standing",
    Table.metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("tenant_id", sa.Uuid),
    sa.Column("tenancy_id", sa.Uuid),
    sa.Column("landlord_party", sa.Text),
    sa.Column("given_at", sa.DateTime(timezone=True)),
    sa.Column("evidence_ref", sa.Text),
    sa.Column("recorded_at", sa.DateTime(timezone=True)),
    sa.Column("status", sa.Text),
    sa.Column("withdrawn_at", sa.DateTime(timezone=True)),
    sa.Column("source_party", sa.Text),
    schema="hub",
    info={"is_view": True},
)
"""A view over `reservation` and its events: where each stands now."""
