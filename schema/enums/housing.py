"""The tenancy track and what the enforcement officer holds."""

from __future__ import annotations

from enum import Enum

from schema.declare import enum_of


@enum_of("Kind of breach of the lease (brudd på leiekontrakten). UNACCEPTABLE_CONDITIONS is kritikkverdige forhold.")
class BreachKind(Enum):
    NOISE = "NOISE"
    DISORDER = "DISORDER"
    DAMAGE = "DAMAGE"
    ILLEGAL_SUBLET = "ILLEGAL_SUBLET"
    MISUSE = "MISUSE"
    HOUSE_RULES = "HOUSE_RULES"
    UNACCEPTABLE_CONDITIONS = "UNACCEPTABLE_CONDITIONS"
    OTHER = "OTHER"


@enum_of("How far the follow-up of a breach has come.")
class BreachStatus(Enum):
    BREACH_RECEIVED = "BREACH_RECEIVED"
    VERIFIED_WITH_TENANT = "VERIFIED_WITH_TENANT"
    INFORMED_OF_CONSEQUENCES = "INFORMED_OF_CONSEQUENCES"
    MEASURES = "MEASURES"
    FOLLOW_UP = "FOLLOW_UP"
    RESOLVED = "RESOLVED"
    TERMINATION = "TERMINATION"


@enum_of("State of a rent claim.")
class ClaimStatus(Enum):
    OPEN = "OPEN"
    PARTLY_PAID = "PARTLY_PAID"
    PAID = "PAID"
    CANCELLED = "CANCELLED"


@enum_of("Frivillig or tvungen gjeldsordning.")
class DebtSettlementKind(Enum):
    VOLUNTARY = "VOLUNTARY"
    COMPULSORY = "COMPULSORY"


@enum_of("How far a debt settlement has come.")
class DebtSettlementStatus(Enum):
    APPLIED = "APPLIED"
    OPENED = "OPENED"
    PROPOSED = "PROPOSED"
    SETTLED = "SETTLED"
    REFUSED = "REFUSED"
    DONE = "DONE"


@enum_of("State of a default (mislighold).")
class DefaultStatus(Enum):
    OPEN = "OPEN"
    SETTLED = "SETTLED"
    WITHDRAWN = "WITHDRAWN"


@enum_of("Andre gangs husleiekrav, or inkassokrav.")
class DemandKind(Enum):
    SECOND_DEMAND = "SECOND_DEMAND"
    COLLECTION_CLAIM = "COLLECTION_CLAIM"


@enum_of("Who discovered that rent was missing.")
class DiscoverySource(Enum):
    RENT_LEDGER = "RENT_LEDGER"
    NAV_CASEWORKER = "NAV_CASEWORKER"
    HEALTH_SERVICE = "HEALTH_SERVICE"
    HOUSING_OFFICE = "HOUSING_OFFICE"
    DEBT_COUNSELLOR = "DEBT_COUNSELLOR"
    LANDLORD = "LANDLORD"
    ENFORCEMENT_COPY = "ENFORCEMENT_COPY"
    BANK = "BANK"


@enum_of("Kind of dwelling (bolig).")
class DwellingType(Enum):
    APARTMENT = "APARTMENT"
    HOUSE = "HOUSE"
    TERRACED = "TERRACED"
    ROOM = "ROOM"
    OTHER = "OTHER"


@enum_of("Security for a lease (garanti).")
class Guarantee(Enum):
    MUNICIPAL_GUARANTEE = "MUNICIPAL_GUARANTEE"
    DEPOSIT_ACCOUNT = "DEPOSIT_ACCOUNT"
    INSURANCE = "INSURANCE"


@enum_of("Grounds of a notice of eviction (tvangsfullbyrdelsesloven § 4-18, § 13-2).")
class NoticeGrounds(Enum):
    UNPAID_RENT = "UNPAID_RENT"
    TERM_EXPIRED = "TERM_EXPIRED"
    UNCONTESTED_NOTICE = "UNCONTESTED_NOTICE"
    RESCISSION = "RESCISSION"


@enum_of("State of a notice of eviction.")
class NoticeStatus(Enum):
    SENT = "SENT"
    PAID = "PAID"
    EXPIRED = "EXPIRED"
    WITHDRAWN = "WITHDRAWN"


@enum_of("State of a petition for eviction (begjæring om fravikelse).")
class PetitionStatus(Enum):
    RECEIVED = "RECEIVED"
    OBJECTION_WINDOW = "OBJECTION_WINDOW"
    DATE_SET = "DATE_SET"
    HALTED = "HALTED"
    PAID_BEFORE_LOCK = "PAID_BEFORE_LOCK"
    EVICTED = "EVICTED"
    MOVED = "MOVED"
    WITHDRAWN = "WITHDRAWN"


@enum_of("State of a lease.")
class TenancyStatus(Enum):
    ACTIVE = "ACTIVE"
    TERMINATED = "TERMINATED"
    ENDED = "ENDED"


@enum_of("Fixed term (tidsbestemt) or indefinite (tidsubestemt).")
class TermType(Enum):
    FIXED = "FIXED"
    INDEFINITE = "INDEFINITE"
