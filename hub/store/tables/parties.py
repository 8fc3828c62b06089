"""Schema `hub`: parties, their units and people, and the register that leads a token to one acting party."""

from sqlalchemy import CheckConstraint, Index, UniqueConstraint

from hub.store.tables import values as words
from hub.store.tables.columns import (
    UUID,
    Day,
    DayOrNone,
    Table,
    Text,
    TextOrNone,
    Texts,
    code_key,
    code_ref,
    code_ref_or_none,
    flag,
    key,
    one_of,
    ref,
)
from hub.store.tables.columns import party as party_ref


class Party(Table, table=True):
    """An organisation, an office of one, or a private person who lets a dwelling."""

    __tablename__ = "party"
    __table_args__ = (
        one_of("sector", words.SECTORS),
        one_of("kind", words.PARTY_KINDS),
        CheckConstraint(r"orgnr ~ '^\d{9}$'", name="orgnr"),
        {"schema": "hub"},
    )

    id: str = code_key()
    orgnr: TextOrNone
    kind: Text
    sector: Text
    name: Text
    municipality: TextOrNone
    # The party has decided that the citizen's log names its employees.
    log_shows_names: bool = flag()


class Unit(Table, table=True):
    """A unit (enhet) of a party."""

    __tablename__ = "unit"
    __table_args__ = (CheckConstraint(r"id ~ '^\d{4}$'", name="id"), {"schema": "hub"})

    id: str = code_key()
    party_id: str = party_ref()
    name: Text
    # The dedicated unit for strictly protected persons.
    secure: bool = flag()


class Employee(Table, table=True):
    """A person in the service of a unit, known by the ident in the tenant's tokens."""

    __tablename__ = "employee"
    __table_args__ = (UniqueConstraint("tenant", "ident"), {"schema": "hub"})

    id: UUID = key()
    tenant: Text
    ident: Text
    display_name: Text
    person_id: UUID = ref("nav.person.id")
    unit_id: str = code_ref("hub.unit.id")
    valid_from: Day
    valid_to: DayOrNone


class Registration(Table, table=True):
    """Tenant and role, or consumer and scope, lead to the acting party. Without a party: a person acting as itself."""

    __tablename__ = "registration"
    __table_args__ = (
        one_of("issuer", words.ISSUERS),
        one_of("kind", words.ACTING_KINDS),
        {"schema": "hub"},
    )

    id: UUID = key()
    issuer: Text
    tenant: Text
    role: Text
    party_id: str | None = code_ref_or_none("hub.party.id")
    unit_id: str | None = code_ref_or_none("hub.unit.id")
    kind: Text
    groups: Texts
    valid_from: Day
    valid_to: DayOrNone


class SupplierAgreement(Table, table=True):
    """What a supplier may do on behalf of a consumer. It only ever narrows."""

    __tablename__ = "supplier_agreement"
    __table_args__ = (Index(None, "consumer_orgnr"), {"schema": "hub"})

    id: UUID = key()
    consumer_orgnr: Text
    supplier_orgnr: Text
    scopes: Texts
    valid_from: Day
    valid_to: DayOrNone
