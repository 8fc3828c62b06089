"""The tables, one module per database schema (the hub's own schema is in several)."""

from hub.store.tables import audit
from hub.store.tables.bank import MortgageDefault, MortgageLoan
from hub.store.tables.cases import Case, CasePerson, ContactLogEntry, Household, Participant, Signal
from hub.store.tables.consents import (
    BreakGlass,
    CommandKey,
    Consent,
    ConsentEvent,
    ConsentReceipt,
    Message,
    ReceiptKey,
)
from hub.store.tables.enforcement import DebtSettlement, EvictionNotice, EvictionPetition
from hub.store.tables.events import Event, Outbox
from hub.store.tables.forms import ConcernReport, DeferralRequest, LandlordNotice
from hub.store.tables.housing import Dwelling, LeaseBreach, RentClaim, RentDefault, RentDemandCopy, Tenancy
from hub.store.tables.ledgers import (
    Agreement,
    AgreementEvent,
    Mandate,
    MandateEvent,
    Reservation,
    ReservationEvent,
)
from hub.store.tables.nav import FinancialAidApplication, Kinship, Person
from hub.store.tables.parties import Employee, Party, Registration, SupplierAgreement, Unit
from hub.store.tables.plans import CostComparison, PlanStep, ProgressPlan, RepaymentAgreement
from hub.store.tables.policies import PolicyVersion
from hub.store.tables.routines import Routine, RoutineCopy, RoutineParticipant, RoutineTask, RoutineUnit
from hub.store.tables.routing import CaseChange, Routed, Unrouted
from hub.store.tables.submissions import Submission, SubmittedDefault, SubmittedReport

SCHEMAS = ("hub", "nav", "housing", "enforcement", "bank", "audit")
# The views that facts are read from; each is made by its migration.
FACTS = (
    "active_policy",
    "agreement",
    "break_glass",
    "case_kin",
    "case_person",
    "consent",
    "consent_area",
    "consent_informed",
    "consent_party",
    "consent_status",
    "guardian",
    "loan",
    "mandate",
    "mandate_holder",
    "mandate_person",
    "own_employee",
    "participant",
    "party",
    "person_key",
    "person_kin",
    "person_municipality",
    "person_protection",
    "person_relation",
    "protection",
    "reservation",
)
# Rows are written once. A trigger refuses every change of them.
LEDGERS = (
    BreakGlass,
    CommandKey,
    Consent,
    ConsentEvent,
    ConsentReceipt,
    Message,
    Agreement,
    AgreementEvent,
    Reservation,
    ReservationEvent,
    Mandate,
    MandateEvent,
    Submission,
    SubmittedDefault,
    SubmittedReport,
    PolicyVersion,
    Routine,
    RoutineCopy,
    RoutineParticipant,
    RoutineTask,
    RoutineUnit,
    Routed,
    CaseChange,
    ConcernReport,
    DeferralRequest,
    LandlordNotice,
)

__all__ = [
    "FACTS",
    "LEDGERS",
    "SCHEMAS",
    "Agreement",
    "AgreementEvent",
    "BreakGlass",
    "Case",
    "CaseChange",
    "CasePerson",
    "CommandKey",
    "ConcernReport",
    "Consent",
    "ConsentEvent",
    "ConsentReceipt",
    "ContactLogEntry",
    "CostComparison",
    "DebtSettlement",
    "DeferralRequest",
    "Dwelling",
    "Employee",
    "Event",
    "EvictionNotice",
    "EvictionPetition",
    "FinancialAidApplication",
    "Household",
    "Kinship",
    "LandlordNotice",
    "LeaseBreach",
    "Mandate",
    "MandateEvent",
    "Message",
    "MortgageDefault",
    "MortgageLoan",
    "Outbox",
    "Participant",
    "Party",
    "Person",
    "PlanStep",
    "PolicyVersion",
    "ProgressPlan",
    "ReceiptKey",
    "Registration",
    "RentClaim",
    "RentDefault",
    "RentDemandCopy",
    "RepaymentAgreement",
    "Reservation",
    "ReservationEvent",
    "Routed",
    "Routine",
    "RoutineCopy",
    "RoutineParticipant",
    "RoutineTask",
    "RoutineUnit",
    "Signal",
    "Submission",
    "SubmittedDefault",
    "SubmittedReport",
    "SupplierAgreement",
    "Tenancy",
    "Unit",
    "Unrouted",
    "audit",
]
