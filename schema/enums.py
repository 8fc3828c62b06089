"""The closed lists of words. Values are written as in the printed schema; the Norwegian term stands in the description."""

from __future__ import annotations

from enum import Enum

from schema.declare import enum_of


def _words(name: str, words: str, description: str, needs: dict[str, str] | None = None) -> type[Enum]:
    values = Enum(name, {word: word for word in words.split()}, module=__name__)  # type: ignore[misc]
    return enum_of(values, description, needs)


AddressGrade = _words("AddressGrade", "UGRADERT KLIENTADRESSE FORTROLIG", "Grade of one address (adressegradering).")
AddressProtection = _words(
    "AddressProtection",
    "UGRADERT FORTROLIG STRENGT_FORTROLIG STRENGT_FORTROLIG_UTLAND",
    "Address protection of a person (adressebeskyttelse): FORTROLIG is kode 7, STRENGT_FORTROLIG is kode 6.",
)
AidStatus = _words("AidStatus", "RECEIVED IN_PROGRESS GRANTED REFUSED WITHDRAWN", "State of an application for financial aid.")
AgreementStatus = _words("AgreementStatus", "PROPOSED ACTIVE BREACHED FULFILLED ENDED", "State of a repayment agreement.")
BreachKind = _words(
    "BreachKind",
    "NOISE DISORDER DAMAGE ILLEGAL_SUBLET MISUSE HOUSE_RULES UNACCEPTABLE_CONDITIONS OTHER",
    "Kind of breach of the lease (brudd på leiekontrakten). UNACCEPTABLE_CONDITIONS is kritikkverdige forhold.",
)
BreachStatus = _words(
    "BreachStatus",
    "BREACH_RECEIVED VERIFIED_WITH_TENANT INFORMED_OF_CONSEQUENCES MEASURES FOLLOW_UP RESOLVED TERMINATION",
    "How far the follow-up of a breach has come.",
)
CaseState = _words(
    "CaseState",
    "SIGNAL_RECEIVED TRIAGE DISMISSED MERGED OPEN CONTACTING NO_CONTACT OVERVIEW PLAN_PROPOSED PLAN_AGREED PLAN_ACTIVE"
    " PLAN_BREACHED AWAITING_MANDATE CLAIM_MET ENFORCEMENT OBJECTION_WINDOW DATE_SET HALTED PAID_BEFORE_LOCK EVICTED MOVED"
    " AFTERCARE LOAN_DEFAULT REMINDER2 ENFORCEMENT_NOTICE FORCED_SALE_PETITION OBJECTION SALE_DECIDED SOLD STOPPED CLOSED",
    "How far a case has come.",
)
CaseTrack = _words("CaseTrack", "TENANCY OWNER", "Whether the home is rented (leieforhold) or owned (eieforhold).")
Channel = _words("Channel", "PHONE SMS LETTER VISIT MEETING DIGITAL", "How contact was sought.")
ClaimStatus = _words("ClaimStatus", "OPEN PARTLY_PAID PAID CANCELLED", "State of a rent claim.")
CloseReason = _words(
    "CloseReason",
    "CLAIM_MET AGREEMENT_KEPT MOVED_VOLUNTARILY DEBT_SETTLEMENT EVICTED FORCED_SALE WITHDRAWN ERROR TRANSFERRED",
    "Why a case was closed. CLAIM_MET is kravet innfridd.",
)
ConsentKind = _words(
    "ConsentKind",
    "CONSENT_GDPR CONSENT_LIFTS_CONFIDENTIALITY CONSENT_BANK_SECRECY",
    "What a consent does: GDPR art. 6(1)(a), lifts the duty of confidentiality (taushetsplikt), or lifts bank secrecy.",
)
ConsentStatus = _words(
    "ConsentStatus",
    "REQUESTED GIVEN RENEWED REFUSED LAPSED WITHDRAWN EXPIRED INVALIDATED SUPERSEDED",
    "Where a consent stands.",
)
ContactOutcome = _words("ContactOutcome", "REACHED NO_ANSWER REFUSED", "What came of an attempt at contact.")
CreditorType = _words("CreditorType", "MUNICIPALITY PRIVATE_LANDLORD BANK", "Kind of creditor in a repayment agreement.")
DebtSettlementKind = _words("DebtSettlementKind", "VOLUNTARY COMPULSORY", "Frivillig or tvungen gjeldsordning.")
DebtSettlementStatus = _words(
    "DebtSettlementStatus", "APPLIED OPENED PROPOSED SETTLED REFUSED DONE", "How far a debt settlement has come."
)
DefaultStatus = _words("DefaultStatus", "OPEN SETTLED WITHDRAWN", "State of a default (mislighold).")
DemandKind = _words("DemandKind", "SECOND_DEMAND COLLECTION_CLAIM", "Andre gangs husleiekrav, or inkassokrav.")
DiscoverySource = _words(
    "DiscoverySource",
    "RENT_LEDGER NAV_CASEWORKER HEALTH_SERVICE HOUSING_OFFICE DEBT_COUNSELLOR LANDLORD ENFORCEMENT_COPY BANK",
    "Who discovered that rent was missing.",
)
DwellingType = _words("DwellingType", "APARTMENT HOUSE TERRACED ROOM OTHER", "Kind of dwelling (bolig).")
HouseholdRole = _words("HouseholdRole", "ADULT CHILD OTHER", "Role in the household.")
InstalmentChannel = _words(
    "InstalmentChannel",
    "TENANT_PAYS VOLUNTARY_DEDUCTION WAGE_DEDUCTION BENEFIT_DEDUCTION",
    "How instalments are paid. NAV may not collect for a private landlord.",
)
LoanStatus = _words("LoanStatus", "ACTIVE DEFAULTED SETTLED", "State of a loan.")
LoanType = _words("LoanType", "BANK_LOAN STARTLAN GRUNNLAN", "Banklån, startlån or grunnlån.")
NoticeGrounds = _words(
    "NoticeGrounds",
    "UNPAID_RENT TERM_EXPIRED UNCONTESTED_NOTICE RESCISSION",
    "Grounds of a notice of eviction (tvangsfullbyrdelsesloven § 4-18, § 13-2).",
)
NoticeStatus = _words("NoticeStatus", "SENT PAID EXPIRED WITHDRAWN", "State of a notice of eviction.")
PartyKind = _words(
    "PartyKind",
    "BANK CITIZEN DEBT_COUNSEL ENFORCEMENT HOUSING HOUSING_SUPPORT LANDLORD LEADER LOAN_MANAGER MUNICIPALITY NAV PRIVACY"
    " RENT_COLLECTOR SECURE_UNIT",
    "Kind of party.",
)
PetitionStatus = _words(
    "PetitionStatus",
    "RECEIVED OBJECTION_WINDOW DATE_SET HALTED PAID_BEFORE_LOCK EVICTED MOVED WITHDRAWN",
    "State of a petition for eviction (begjæring om fravikelse).",
)
PlanStatus = _words(
    "PlanStatus",
    "DRAFT PROPOSED AGREED ACTIVE BREACHED FULFILLED SUPERSEDED NEEDS_REVIEW",
    "State of a progress plan (fremdriftsplan).",
)
ShareLevel = _words("ShareLevel", "INTERNAL PARTICIPANTS CITIZEN", "Who an entry in the contact log was written for.")
SignalKind = _words(
    "SignalKind",
    "RENT_DEFAULT LEASE_BREACH MORTGAGE_DEFAULT CONCERN_REPORT DEFAULT_NOTICE DEFERRAL_REQUEST FINANCIAL_AID_APPLICATION"
    " EVICTION_NOTICE_COPY RENT_DEMAND_COPY LANDLORD_NOTICE",
    "What kind of signal (melding) arrived.",
    {
        "FINANCIAL_AID_APPLICATION": "FinancialAidApplication",
        "LEASE_BREACH": "LeaseBreach",
        "MORTGAGE_DEFAULT": "MortgageDefault",
        "RENT_DEMAND_COPY": "RentDemandCopy",
    },
)
SolutionKind = _words(
    "SolutionKind",
    "DEBT_COUNSELLING PAYMENT_DEFERRAL REFINANCING REPAYMENT_PLAN WAGE_DEDUCTION BENEFIT_DEDUCTION CHEAPER_HOUSING COVER_COSTS"
    " VOLUNTARY_DEBT_SETTLEMENT COMPULSORY_DEBT_SETTLEMENT FINANCIAL_AID HOUSING_SUPPORT OTHER",
    "A way out of the arrears (løsningsalternativ).",
    {"FINANCIAL_AID": "FinancialAidApplication", "COVER_COSTS": "CostComparison"},
)
StepStatus = _words("StepStatus", "PLANNED DONE MISSED NEEDS_REVIEW CANCELLED", "State of a step in a plan.")
TenancyStatus = _words("TenancyStatus", "ACTIVE TERMINATED ENDED", "State of a lease.")
TermType = _words("TermType", "FIXED INDEFINITE", "Fixed term (tidsbestemt) or indefinite (tidsubestemt).")
TriageStatus = _words("TriageStatus", "NEW ASSIGNED DISMISSED MERGED", "Whether somebody has taken a signal in hand.")

CaseOrderField = _words(
    "CaseOrderField",
    "UPDATED_AT OPENED_AT CASE_NO STATE",
    "What cases are ordered by. A value that the requester may not see counts as absent; absent values come last.",
    {"CASE_NO": "Case.caseNo", "OPENED_AT": "Case.openedAt", "STATE": "Case.state", "UPDATED_AT": "Case.updatedAt"},
)
OrderDirection = _words("OrderDirection", "ASC DESC", "Rising or falling.")
SubmissionOutcome = _words("SubmissionOutcome", "ACCEPTED REJECTED", "What became of a submitted row.")
RowCode = _words(
    "RowCode",
    "NO_BASIS INVALID_ID BAD_VALUE DUPLICATE_ROW",
    "Why a row was rejected. It never says anything of whether the person has a case.",
)
DisclosureKind = _words(
    "DisclosureKind",
    "LOOKED_UP LISTED RELATED",
    "How somebody appeared in an answer: looked up, listed among others, or shown as somebody's relation.",
)
