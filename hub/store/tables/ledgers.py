"""Schema `hub`: consents, agreements, reservations, mandates. Append-only: a change is a new event, never an update."""

from sqlalchemy import CheckConstraint, Index

from hub.store.tables import values as words
from hub.store.tables.columns import (
    UUID,
    Day,
    DayOrNone,
    Instant,
    Small,
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
    source,
)


class Consent(Table, table=True):
    """A consent: what, from whom, to whom and what for. Whether it is in force, its events say."""

    __tablename__ = "consent"
    __table_args__ = (
        # "Has she consented that we get this, for this?"
        Index(None, "subject_id", "recipient_party", "purpose"),
        one_of("kind", words.CONSENT_KINDS),
        one_of("purpose", words.PURPOSES),
        all_of("categories", words.CONSENT_CATEGORIES),
        CheckConstraint("cardinality(categories) > 0", name="some_category"),
        one_of("given_by", words.GIVERS),
        CheckConstraint("given_by = 'SELF' OR mandate_id IS NOT NULL", name="others_need_mandate"),
        one_of("collection_method", words.COLLECTION_METHODS),
        one_of("language", words.LANGUAGES),
        CheckConstraint("notice_sha256 ~ '^[0-9a-f]{64}$'", name="notice_sha256"),
        CheckConstraint("effective_from < expires_at", name="period"),
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
    given_by: Text
    mandate_id: UUID | None = ref_or_none("hub.mandate.id")
    notice_version: Text
    notice_sha256: Text
    language: Text
    collection_method: Text
    assurance: Small
    # Three clocks: when it was given, from when it counts, when it was written down.
    given_at: Instant
    effective_from: Instant
    expires_at: Instant
    recorded_at: Instant = now()


class ConsentEvent(Table, table=True):
    """Something that happened to a consent."""

    __tablename__ = "consent_event"
    __table_args__ = (
        Index(None, "consent_id", "seq"),
        one_of("kind", words.CONSENT_EVENTS),
        {"schema": "hub"},
    )

    id: UUID = key()
    seq: int = sequence()
    consent_id: UUID = ref("hub.consent.id")
    kind: Text
    effective_at: Instant
    recorded_at: Instant = now()
    recorded_by: Text


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
        {"schema": "hub"},
    )

    id: UUID = key()
    kind: Text
    giver_id: UUID = ref("nav.person.id")
    holder_id: UUID = ref("nav.person.id")
    areas: Texts
    rights: Texts
    valid_from: Day
    valid_to: DayOrNone
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
