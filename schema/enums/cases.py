"""The shared case, its plan, its consents and its log."""

from __future__ import annotations

from enum import Enum

from schema.declare import enum_of


@enum_of("State of a repayment agreement.")
class AgreementStatus(Enum):
    PROPOSED = "PROPOSED"
    ACTIVE = "ACTIVE"
    BREACHED = "BREACHED"
    FULFILLED = "FULFILLED"
    ENDED = "ENDED"


@enum_of("Paragraph that an application is decided under: sosialtjenesteloven § 18 or § 19.")
class AidLegalRef(Enum):
    STL_18 = "STL_18"
    STL_19 = "STL_19"


@enum_of("What financial aid is asked for.")
class AidPurpose(Enum):
    RENT_ARREARS = "RENT_ARREARS"
    HOUSING_COSTS = "HOUSING_COSTS"
    DEPOSIT = "DEPOSIT"
    ENFORCEMENT_COSTS = "ENFORCEMENT_COSTS"
    LIVING_COSTS = "LIVING_COSTS"
    EMERGENCY = "EMERGENCY"


@enum_of("State of an application for financial aid.")
class AidStatus(Enum):
    RECEIVED = "RECEIVED"
    IN_PROGRESS = "IN_PROGRESS"
    GRANTED = "GRANTED"
    REFUSED = "REFUSED"
    WITHDRAWN = "WITHDRAWN"


@enum_of("What happened to a case as such. PETITIONED: a copy of a petition for eviction came.")
class CaseChangeKind(Enum):
    OPENED = "OPENED"
    REOPENED = "REOPENED"
    PETITIONED = "PETITIONED"
    HANDED_OVER = "HANDED_OVER"
    CLOSED = "CLOSED"


@enum_of(
    "What cases are ordered by. A value that the requester may not see counts as absent; absent values come last.",
    {"CASE_NO": "Case.caseNo", "OPENED_AT": "Case.openedAt", "STATE": "Case.state", "UPDATED_AT": "Case.updatedAt"},
)
class CaseOrderField(Enum):
    UPDATED_AT = "UPDATED_AT"
    OPENED_AT = "OPENED_AT"
    CASE_NO = "CASE_NO"
    STATE = "STATE"


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
    "What a consent lets be shared.",
    {
        "HEALTH_NEED": "LeaseBreach",
        "HOUSEHOLD_FLAG": "Household",
        "HOUSING_SUPPORT_NOTES": "HouseholdMember",
        "RENT_ARREARS": "RentDefault",
    },
)
class ConsentCategory(Enum):
    LOAN_DEFAULT = "LOAN_DEFAULT"
    LOAN_DETAILS = "LOAN_DETAILS"
    RENT_ARREARS = "RENT_ARREARS"
    BUDGET = "BUDGET"
    DEBT_OVERVIEW = "DEBT_OVERVIEW"
    PLAN_STATUS = "PLAN_STATUS"
    AGREEMENT_TERMS = "AGREEMENT_TERMS"
    CONTACT_INFO = "CONTACT_INFO"
    HOUSING_SUPPORT_NOTES = "HOUSING_SUPPORT_NOTES"
    HEALTH_NEED = "HEALTH_NEED"
    HOUSEHOLD_FLAG = "HOUSEHOLD_FLAG"


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


@enum_of("What a comparison of costs recommends.")
class CoverRecommendation(Enum):
    COVER_COSTS = "COVER_COSTS"
    TEMPORARY_HOUSING = "TEMPORARY_HOUSING"
    NEW_HOME = "NEW_HOME"
    NO_COVER = "NO_COVER"


@enum_of("Kind of creditor in a repayment agreement.")
class CreditorType(Enum):
    MUNICIPALITY = "MUNICIPALITY"
    PRIVATE_LANDLORD = "PRIVATE_LANDLORD"
    BANK = "BANK"


@enum_of("How somebody appeared in an answer: looked up, listed among others, or shown as somebody's relation.")
class DisclosureKind(Enum):
    LOOKED_UP = "LOOKED_UP"
    LISTED = "LISTED"
    RELATED = "RELATED"


@enum_of("How instalments are paid. NAV may not collect for a private landlord.")
class InstalmentChannel(Enum):
    TENANT_PAYS = "TENANT_PAYS"
    VOLUNTARY_DEDUCTION = "VOLUNTARY_DEDUCTION"
    WAGE_DEDUCTION = "WAGE_DEDUCTION"
    BENEFIT_DEDUCTION = "BENEFIT_DEDUCTION"


@enum_of("Rising or falling.")
class OrderDirection(Enum):
    ASC = "ASC"
    DESC = "DESC"


@enum_of("Role of a party in a case.")
class ParticipantRole(Enum):
    COORDINATOR = "COORDINATOR"
    CASEWORKER = "CASEWORKER"
    DEBT_COUNSELLOR = "DEBT_COUNSELLOR"
    HOUSING_CASEWORKER = "HOUSING_CASEWORKER"
    RENT_OFFICER = "RENT_OFFICER"
    HOUSING_SUPPORT_WORKER = "HOUSING_SUPPORT_WORKER"
    ENFORCEMENT_OFFICER = "ENFORCEMENT_OFFICER"
    CREDITOR = "CREDITOR"
    SERVICER = "SERVICER"
    LANDLORD = "LANDLORD"


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


@enum_of("What a consent is given for (formål).")
class PurposeCode(Enum):
    EVICTION_PREVENTION = "EVICTION_PREVENTION"
    DEBT_COUNSELLING = "DEBT_COUNSELLING"
    REFINANCING = "REFINANCING"
    REPAYMENT_AGREEMENT = "REPAYMENT_AGREEMENT"
    HOUSING_ALLOCATION = "HOUSING_ALLOCATION"
    LOG_CONTROL = "LOG_CONTROL"
    SAR = "SAR"


@enum_of("Who approved a routine: the chief executive (kommunedirektør, rådmann), or the elected (politisk).")
class RoutineApprover(Enum):
    KOMMUNEDIREKTOR = "KOMMUNEDIREKTOR"
    POLITICAL = "POLITICAL"


@enum_of("Who an entry in the contact log was written for.")
class ShareLevel(Enum):
    INTERNAL = "INTERNAL"
    PARTICIPANTS = "PARTICIPANTS"
    CITIZEN = "CITIZEN"


@enum_of("How a signal arrived.")
class SignalChannel(Enum):
    API = "API"
    FILE = "FILE"
    FORM = "FORM"
    LETTER = "LETTER"
    PHONE = "PHONE"
    MEETING = "MEETING"


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


@enum_of("Whether somebody has taken a signal in hand. WITHDRAWN: its sender took it back before anybody had.")
class TriageStatus(Enum):
    NEW = "NEW"
    ASSIGNED = "ASSIGNED"
    DISMISSED = "DISMISSED"
    MERGED = "MERGED"
    WITHDRAWN = "WITHDRAWN"
