"""Schema `enforcement`: notices, petitions and debt settlements, as the enforcement officer has them."""

from hub.store.tables import values as words
from hub.store.tables.columns import (
    UUID,
    DayOrNone,
    Instant,
    InstantOrNone,
    OreOrNone,
    Table,
    Text,
    TextOrNone,
    code_ref_or_none,
    key,
    one_of,
    party,
    ref,
    ref_or_none,
    source,
)


class EvictionNotice(Table, table=True):
    """A notice before enforcement (varsel etter tvangsfullbyrdelsesloven § 4-18)."""

    __tablename__ = "eviction_notice"
    __table_args__ = (
        one_of("grounds", words.NOTICE_GROUNDS),
        one_of("status", words.NOTICE_STATUSES),
        {"schema": "enforcement"},
    )

    id: UUID = key()
    case_id: UUID = ref("hub.case.id")
    sent_at: Instant
    sender_party: str = party()
    grounds: Text
    amount_ore: OreOrNone
    pay_by: DayOrNone
    document_ref: TextOrNone
    status: Text
    source_party: str = source()


class EvictionPetition(Table, table=True):
    """A petition for eviction (begjæring om utkastelse)."""

    __tablename__ = "eviction_petition"
    __table_args__ = (one_of("status", words.PETITION_STATUSES), {"schema": "enforcement"})

    id: UUID = key()
    case_id: UUID = ref("hub.case.id")
    enforcement_case_no: Text
    petition_received_at: Instant
    # Nobody where a private person petitions, who is no party.
    petitioner_party: str | None = code_ref_or_none("hub.party.id")
    # From the day on which it was put before the tenant.
    objection_deadline: DayOrNone
    eviction_date: DayOrNone
    status: Text
    received_at: Instant
    basis: Text
    # The signal that it first came with.
    signal_id: UUID | None = ref_or_none("hub.signal.id")
    source_party: str = source()


class DebtSettlement(Table, table=True):
    """A debt settlement (gjeldsordning)."""

    __tablename__ = "debt_settlement"
    __table_args__ = (
        one_of("kind", words.SETTLEMENT_KINDS),
        one_of("status", words.SETTLEMENT_STATUSES),
        {"schema": "enforcement"},
    )

    id: UUID = key()
    case_id: UUID = ref("hub.case.id")
    kind: Text
    applied_at: Instant
    opened_at: InstantOrNone
    negotiation_ends: DayOrNone
    claims_deadline: DayOrNone
    proposal_answer_deadline: DayOrNone
    settled_at: InstantOrNone
    period_years: int | None = None
    registry_ref: TextOrNone
    content_summary: TextOrNone
    status: Text
    source_party: str = source()
