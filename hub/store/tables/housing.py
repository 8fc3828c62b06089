"""Schema `housing`: dwellings, tenancies, and what is owed or broken under them."""

from sqlalchemy import CheckConstraint, UniqueConstraint

from hub.store.tables import values as words
from hub.store.tables.columns import (
    UUID,
    Day,
    DayOrNone,
    Instant,
    InstantOrNone,
    Ore,
    OreOrNone,
    Small,
    Table,
    Text,
    TextOrNone,
    Texts,
    code_ref_or_none,
    key,
    one_of,
    party,
    ref,
    ref_or_none,
    source,
    within,
)

_OF_TENANCY = (("tenancy_id", "case_id"), "housing.tenancy", ("id", "case_id"))
# By the lease that a register has, or by the sender's own reference to it.
_KNOWN_BY = "num_nonnulls(tenancy_id, lease_ref) > 0"


class Dwelling(Table, table=True):
    """A dwelling (bolig)."""

    __tablename__ = "dwelling"
    __table_args__ = (
        one_of("dwelling_type", words.DWELLING_TYPES),
        CheckConstraint(r"municipality ~ '^\d{4}$'", name="municipality"),
        {"schema": "housing"},
    )

    id: UUID = key()
    address_line: TextOrNone
    postal_code: TextOrNone
    postal_place: TextOrNone
    municipality: Text
    cadastral: TextOrNone
    dwelling_type: Text
    # Empty where the person of the case owns it.
    owner_party: str | None = code_ref_or_none("hub.party.id")
    kobo_id: TextOrNone
    source_party: str = source()


class Tenancy(Table, table=True):
    """A lease (leieforhold)."""

    __tablename__ = "tenancy"
    __table_args__ = (
        UniqueConstraint("id", "case_id"),
        one_of("term_type", words.TERM_TYPES),
        one_of("guarantee", words.GUARANTEES),
        one_of("status", words.TENANCY_STATUSES),
        CheckConstraint("due_day BETWEEN 1 AND 31", name="due_day"),
        {"schema": "housing"},
    )

    id: UUID = key()
    case_id: UUID = ref("hub.case.id")
    dwelling_id: UUID = ref("housing.dwelling.id")
    landlord_party: str = party()
    start_date: Day
    end_date: DayOrNone
    term_type: Text
    monthly_rent_ore: Ore
    due_day: Small
    contract_written: bool
    eviction_clause: bool
    signed_by_tenant: bool
    reserved_for_disadvantaged: bool
    deposit_ore: OreOrNone
    guarantee: TextOrNone
    rent_account_no: TextOrNone
    kid_pattern: TextOrNone
    status: Text
    source_party: str = source()


class RentClaim(Table, table=True):
    """The rent claimed for one period (husleiekrav)."""

    __tablename__ = "rent_claim"
    __table_args__ = (
        UniqueConstraint("tenancy_id", "period"),
        within(*_OF_TENANCY),
        one_of("status", words.RENT_CLAIM_STATUSES),
        CheckConstraint("dunning_level BETWEEN 0 AND 4", name="dunning_level"),
        {"schema": "housing"},
    )

    id: UUID = key()
    tenancy_id: UUID = ref("housing.tenancy.id")
    case_id: UUID = ref("hub.case.id")
    # The first day of the period.
    period: Day
    due_date: Day
    amount_ore: Ore
    paid_ore: Ore
    kid: TextOrNone
    status: Text
    dunning_level: Small
    source_party: str = source()


class RentDefault(Table, table=True):
    """Arrears of rent, as reported (mislighold av husleie)."""

    __tablename__ = "rent_default"
    __table_args__ = (
        within(*_OF_TENANCY),
        one_of("discovery_source", words.DISCOVERY_SOURCES),
        one_of("status", words.DEFAULT_STATUSES),
        CheckConstraint(_KNOWN_BY, name="of_a_lease"),
        {"schema": "housing"},
    )

    id: UUID = key()
    case_id: UUID = ref("hub.case.id")
    tenancy_id: UUID | None = ref_or_none("housing.tenancy.id")
    # The sender's own reference to the lease, where a sender has told of it.
    lease_ref: TextOrNone
    arrears_ore: Ore
    months_in_arrears: int
    oldest_due_date: Day
    fees_ore: Ore
    interest_ore: Ore
    reported_by: str = party()
    reported_at: Instant
    basis: Text
    discovery_source: Text
    # The signal that it first came with.
    signal_id: UUID | None = ref_or_none("hub.signal.id")
    status: Text
    source_party: str = source()


class RentDemandCopy(Table, table=True):
    """A copy to NAV of a second demand or a collection claim."""

    __tablename__ = "rent_demand_copy"
    __table_args__ = (
        within(*_OF_TENANCY),
        one_of("kind", words.DEMAND_KINDS),
        CheckConstraint(_KNOWN_BY, name="of_a_lease"),
        {"schema": "housing"},
    )

    id: UUID = key()
    case_id: UUID = ref("hub.case.id")
    tenancy_id: UUID | None = ref_or_none("housing.tenancy.id")
    lease_ref: TextOrNone
    demand_no: int
    kind: Text
    issued_at: Instant
    amount_ore: Ore
    document_ref: TextOrNone
    routine_ref: TextOrNone
    delivered_to: str = party()
    tenant_informed_at: InstantOrNone
    signal_id: UUID | None = ref_or_none("hub.signal.id")
    source_party: str = source()


class LeaseBreach(Table, table=True):
    """Another breach of the lease than unpaid rent."""

    __tablename__ = "lease_breach"
    __table_args__ = (
        within(*_OF_TENANCY),
        one_of("kind", words.BREACH_KINDS),
        one_of("status", words.BREACH_STATUSES),
        {"schema": "housing"},
    )

    id: UUID = key()
    case_id: UUID = ref("hub.case.id")
    tenancy_id: UUID = ref("housing.tenancy.id")
    kind: Text
    description: TextOrNone
    occurred_at: Instant
    verified_with_tenant_at: InstantOrNone
    consequences_explained_at: InstantOrNone
    written_warning_at: InstantOrNone
    measures: Texts
    status: Text
    source_party: str = source()
