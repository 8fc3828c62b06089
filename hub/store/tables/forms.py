"""Schema `hub`: what persons have filled in, as the case that it came to holds it."""

from sqlalchemy import CheckConstraint

from hub.store.tables import values as words
from hub.store.tables.columns import (
    UUID,
    Day,
    DayOrNone,
    Instant,
    OreOrNone,
    Table,
    Text,
    TextOrNone,
    Texts,
    code_ref_or_none,
    flag,
    key,
    one_of,
    ref,
    source,
)


class LandlordNotice(Table, table=True):
    """A landlord's notice to the social services. It takes along no address: that stays in the landlord's own copy."""

    __tablename__ = "landlord_notice"
    __table_args__ = (
        one_of("breach", words.BREACH_KINDS),
        CheckConstraint("copy_to_tenant_at <= sent_at", name="copy_in_time"),
        {"schema": "hub"},
    )

    id: UUID = key()
    case_id: UUID = ref("hub.case.id")
    signal_id: UUID = ref("hub.signal.id")
    # Nobody, where a person lets who is in no register of parties.
    landlord_party: str | None = code_ref_or_none("hub.party.id")
    arrears_ore: OreOrNone
    oldest_unpaid_due: DayOrNone
    breach: TextOrNone
    grounds_summary: TextOrNone
    sent_at: Instant
    copy_to_tenant_at: Instant
    sent_by_agent: bool = flag()
    earliest_petition: Day
    source_party: str = source()


class DeferralRequest(Table, table=True):
    """A request for deferral of payment."""

    __tablename__ = "deferral_request"
    __table_args__ = ({"schema": "hub"},)

    id: UUID = key()
    case_id: UUID = ref("hub.case.id")
    signal_id: UUID = ref("hub.signal.id")
    claim_refs: Texts
    requested_until: Day
    reason: TextOrNone
    requested_at: Instant
    source_party: str = source()


class ConcernReport(Table, table=True):
    """A report of concern. Who sent it is not here."""

    __tablename__ = "concern_report"
    __table_args__ = (one_of("reporter_relation", words.REPORTER_RELATIONS), {"schema": "hub"})

    id: UUID = key()
    case_id: UUID = ref("hub.case.id")
    signal_id: UUID = ref("hub.signal.id")
    reporter_relation: Text
    text: Text
    child_concern: bool = flag()
    danger: bool = flag()
    reported_at: Instant
    source_party: str = source()
