"""The closed lists of words. A Norwegian term stands in the description; what a table may hold is the same list."""

from __future__ import annotations

from enum import Enum

from schema.declare import enum_of


@enum_of("Grade of one address (adressegradering).")
class AddressGrade(Enum):
    UGRADERT = "UGRADERT"
    KLIENTADRESSE = "KLIENTADRESSE"
    FORTROLIG = "FORTROLIG"


@enum_of("Address protection of a person (adressebeskyttelse): FORTROLIG is kode 7, STRENGT_FORTROLIG is kode 6.")
class AddressProtection(Enum):
    UGRADERT = "UGRADERT"
    FORTROLIG = "FORTROLIG"
    STRENGT_FORTROLIG = "STRENGT_FORTROLIG"
    STRENGT_FORTROLIG_UTLAND = "STRENGT_FORTROLIG_UTLAND"


@enum_of("State of an application for financial aid.")
class AidStatus(Enum):
    RECEIVED = "RECEIVED"
    IN_PROGRESS = "IN_PROGRESS"
    GRANTED = "GRANTED"
    REFUSED = "REFUSED"
    WITHDRAWN = "WITHDRAWN"


@enum_of("State of a repayment agreement.")
class AgreementStatus(Enum):
    PROPOSED = "PROPOSED"
    ACTIVE = "ACTIVE"
    BREACHED = "BREACHED"
    FULFILLED = "FULFILLED"
    ENDED = "ENDED"


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


@enum_of("How far a case has come.")
class CaseState(Enum):
    SIGNAL_RECEIVED = "SIGNAL_RECEIVED"
    TRIAGE = "TRIAGE"
    DISMISSED = "DISMISSED"
    MERGED = "MERGED"
    OPEN = "OPEN"
    CONTACTING = "CONTACTING"
    NO_CONTACT = "NO_CONTACT"
    OVERVIEW = "OVERVIEW"
    PLAN_PROPOSED = "PLAN_PROPOSED"
    PLAN_AGREED = "PLAN_AGREED"
    PLAN_ACTIVE = "PLAN_ACTIVE"
    PLAN_BREACHED = "PLAN_BREACHED"
    AWAITING_MANDATE = "AWAITING_MANDATE"
    CLAIM_MET = "CLAIM_MET"
    ENFORCEMENT = "ENFORCEMENT"
    OBJECTION_WINDOW = "OBJECTION_WINDOW"
    DATE_SET = "DATE_SET"
    HALTED = "HALTED"
    PAID_BEFORE_LOCK = "PAID_BEFORE_LOCK"
    EVICTED = "EVICTED"
    MOVED = "MOVED"
    AFTERCARE = "AFTERCARE"
    LOAN_DEFAULT = "LOAN_DEFAULT"
    REMINDER2 = "REMINDER2"
    ENFORCEMENT_NOTICE = "ENFORCEMENT_NOTICE"
    FORCED_SALE_PETITION = "FORCED_SALE_PETITION"
    OBJECTION = "OBJECTION"
    SALE_DECIDED = "SALE_DECIDED"
    SOLD = "SOLD"
    STOPPED = "STOPPED"
    CLOSED = "CLOSED"


@enum_of("Whether the home is rented (leieforhold) or owned (eieforhold).")
class CaseTrack(Enum):
    TENANCY = "TENANCY"
    OWNER = "OWNER"


@enum_of("How contact was sought.")
class Channel(Enum):
    PHONE = "PHONE"
    SMS = "SMS"
    LETTER = "LETTER"
    VISIT = "VISIT"
    MEETING = "MEETING"
    DIGITAL = "DIGITAL"


@enum_of("State of a rent claim.")
class ClaimStatus(Enum):
    OPEN = "OPEN"
    PARTLY_PAID = "PARTLY_PAID"
    PAID = "PAID"
    CANCELLED = "CANCELLED"


@enum_of("Why a case was closed. CLAIM_MET is kravet innfridd.")
class CloseReason(Enum):
    CLAIM_MET = "CLAIM_MET"
    AGREEMENT_KEPT = "AGREEMENT_KEPT"
    MOVED_VOLUNTARILY = "MOVED_VOLUNTARILY"
    DEBT_SETTLEMENT = "DEBT_SETTLEMENT"
    EVICTED = "EVICTED"
    FORCED_SALE = "FORCED_SALE"
    WITHDRAWN = "WITHDRAWN"
    ERROR = "ERROR"
    TRANSFERRED = "TRANSFERRED"


@enum_of(
    "What a consent does: GDPR art. 6(1)(a), lifts the duty of confidentiality (taushetsplikt), or lifts bank secrecy."
)
class ConsentKind(Enum):
    CONSENT_GDPR = "CONSENT_GDPR"
    CONSENT_LIFTS_CONFIDENTIALITY = "CONSENT_LIFTS_CONFIDENTIALITY"
    CONSENT_BANK_SECRECY = "CONSENT_BANK_SECRECY"


@enum_of("Where a consent stands.")
class ConsentStatus(Enum):
    REQUESTED = "REQUESTED"
    GIVEN = "GIVEN"
    RENEWED = "RENEWED"
    REFUSED = "REFUSED"
    LAPSED = "LAPSED"
    WITHDRAWN = "WITHDRAWN"
    EXPIRED = "EXPIRED"
    INVALIDATED = "INVALIDATED"
    SUPERSEDED = "SUPERSEDED"


@enum_of("What came of an attempt at contact.")
class ContactOutcome(Enum):
    REACHED = "REACHED"
    NO_ANSWER = "NO_ANSWER"
    REFUSED = "REFUSED"


@enum_of("Kind of creditor in a repayment agreement.")
class CreditorType(Enum):
    MUNICIPALITY = "MUNICIPALITY"
    PRIVATE_LANDLORD = "PRIVATE_LANDLORD"
    BANK = "BANK"


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


@enum_of("Role in the household.")
class HouseholdRole(Enum):
    ADULT = "ADULT"
    CHILD = "CHILD"
    OTHER = "OTHER"


@enum_of("How instalments are paid. NAV may not collect for a private landlord.")
class InstalmentChannel(Enum):
    TENANT_PAYS = "TENANT_PAYS"
    VOLUNTARY_DEDUCTION = "VOLUNTARY_DEDUCTION"
    WAGE_DEDUCTION = "WAGE_DEDUCTION"
    BENEFIT_DEDUCTION = "BENEFIT_DEDUCTION"


@enum_of("State of a loan.")
class LoanStatus(Enum):
    ACTIVE = "ACTIVE"
    DEFAULTED = "DEFAULTED"
    SETTLED = "SETTLED"


@enum_of("Banklån, startlån or grunnlån.")
class LoanType(Enum):
    BANK_LOAN = "BANK_LOAN"
    STARTLAN = "STARTLAN"
    GRUNNLAN = "GRUNNLAN"


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


@enum_of("Kind of party.")
class PartyKind(Enum):
    BANK = "BANK"
    CITIZEN = "CITIZEN"
    DEBT_COUNSEL = "DEBT_COUNSEL"
    ENFORCEMENT = "ENFORCEMENT"
    HOUSING = "HOUSING"
    HOUSING_SUPPORT = "HOUSING_SUPPORT"
    LANDLORD = "LANDLORD"
    LEADER = "LEADER"
    LOAN_MANAGER = "LOAN_MANAGER"
    MUNICIPALITY = "MUNICIPALITY"
    NAV = "NAV"
    PRIVACY = "PRIVACY"
    RENT_COLLECTOR = "RENT_COLLECTOR"
    SECURE_UNIT = "SECURE_UNIT"


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


@enum_of("State of a progress plan (fremdriftsplan).")
class PlanStatus(Enum):
    DRAFT = "DRAFT"
    PROPOSED = "PROPOSED"
    AGREED = "AGREED"
    ACTIVE = "ACTIVE"
    BREACHED = "BREACHED"
    FULFILLED = "FULFILLED"
    SUPERSEDED = "SUPERSEDED"
    NEEDS_REVIEW = "NEEDS_REVIEW"


@enum_of("Who an entry in the contact log was written for.")
class ShareLevel(Enum):
    INTERNAL = "INTERNAL"
    PARTICIPANTS = "PARTICIPANTS"
    CITIZEN = "CITIZEN"


@enum_of(
    "What kind of signal (melding) arrived.",
    {
        "FINANCIAL_AID_APPLICATION": "FinancialAidApplication",
        "LEASE_BREACH": "LeaseBreach",
        "MORTGAGE_DEFAULT": "MortgageDefault",
        "RENT_DEMAND_COPY": "RentDemandCopy",
    },
)
class SignalKind(Enum):
    RENT_DEFAULT = "RENT_DEFAULT"
    LEASE_BREACH = "LEASE_BREACH"
    MORTGAGE_DEFAULT = "MORTGAGE_DEFAULT"
    CONCERN_REPORT = "CONCERN_REPORT"
    DEFAULT_NOTICE = "DEFAULT_NOTICE"
    DEFERRAL_REQUEST = "DEFERRAL_REQUEST"
    FINANCIAL_AID_APPLICATION = "FINANCIAL_AID_APPLICATION"
    EVICTION_NOTICE_COPY = "EVICTION_NOTICE_COPY"
    RENT_DEMAND_COPY = "RENT_DEMAND_COPY"
    LANDLORD_NOTICE = "LANDLORD_NOTICE"


@enum_of("A way out of the arrears (løsningsalternativ).")
class SolutionKind(Enum):
    DEBT_COUNSELLING = "DEBT_COUNSELLING"
    PAYMENT_DEFERRAL = "PAYMENT_DEFERRAL"
    REFINANCING = "REFINANCING"
    REPAYMENT_PLAN = "REPAYMENT_PLAN"
    WAGE_DEDUCTION = "WAGE_DEDUCTION"
    BENEFIT_DEDUCTION = "BENEFIT_DEDUCTION"
    CHEAPER_HOUSING = "CHEAPER_HOUSING"
    COVER_COSTS = "COVER_COSTS"
    VOLUNTARY_DEBT_SETTLEMENT = "VOLUNTARY_DEBT_SETTLEMENT"
    COMPULSORY_DEBT_SETTLEMENT = "COMPULSORY_DEBT_SETTLEMENT"
    FINANCIAL_AID = "FINANCIAL_AID"
    HOUSING_SUPPORT = "HOUSING_SUPPORT"
    OTHER = "OTHER"


@enum_of("State of a step in a plan.")
class StepStatus(Enum):
    PLANNED = "PLANNED"
    DONE = "DONE"
    MISSED = "MISSED"
    NEEDS_REVIEW = "NEEDS_REVIEW"
    CANCELLED = "CANCELLED"


@enum_of("State of a lease.")
class TenancyStatus(Enum):
    ACTIVE = "ACTIVE"
    TERMINATED = "TERMINATED"
    ENDED = "ENDED"


@enum_of("Fixed term (tidsbestemt) or indefinite (tidsubestemt).")
class TermType(Enum):
    FIXED = "FIXED"
    INDEFINITE = "INDEFINITE"


@enum_of("Whether somebody has taken a signal in hand.")
class TriageStatus(Enum):
    NEW = "NEW"
    ASSIGNED = "ASSIGNED"
    DISMISSED = "DISMISSED"
    MERGED = "MERGED"


@enum_of(
    "What cases are ordered by. A value that the requester may not see counts as absent; absent values come last.",
    {"CASE_NO": "Case.caseNo", "OPENED_AT": "Case.openedAt", "STATE": "Case.state", "UPDATED_AT": "Case.updatedAt"},
)
class CaseOrderField(Enum):
    UPDATED_AT = "UPDATED_AT"
    OPENED_AT = "OPENED_AT"
    CASE_NO = "CASE_NO"
    STATE = "STATE"


@enum_of("Rising or falling.")
class OrderDirection(Enum):
    ASC = "ASC"
    DESC = "DESC"


@enum_of("What became of a submitted row.")
class SubmissionOutcome(Enum):
    ACCEPTED = "ACCEPTED"
    REJECTED = "REJECTED"


@enum_of("Why a row was rejected. It never says anything of whether the person has a case.")
class RowCode(Enum):
    NO_BASIS = "NO_BASIS"
    INVALID_ID = "INVALID_ID"
    BAD_VALUE = "BAD_VALUE"
    DUPLICATE_ROW = "DUPLICATE_ROW"


@enum_of("How somebody appeared in an answer: looked up, listed among others, or shown as somebody's relation.")
class DisclosureKind(Enum):
    LOOKED_UP = "LOOKED_UP"
    LISTED = "LISTED"
    RELATED = "RELATED"
