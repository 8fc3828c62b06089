"""The shared case: what the hub itself is the system of record for."""

from __future__ import annotations

from typing import Annotated, Any

import strawberry

from schema.categories import DataCategory, Source
from schema.declare import children, link, shared, shared_type
from schema.enums import (
    AgreementStatus,
    CaseChangeKind,
    CaseState,
    CaseTrack,
    Channel,
    CloseReason,
    ContactOutcome,
    CoverRecommendation,
    CreditorType,
    InstalmentChannel,
    ParticipantRole,
    PlanStatus,
    ShareLevel,
    SignalChannel,
    SignalKind,
    SolutionKind,
    StepStatus,
    TriageStatus,
    WithdrawalReason,
)
from schema.scalars import Kommunenummer, LegalDay, Moment, Ore
from schema.types.bank import MortgageLoan
from schema.types.consent import Consent
from schema.types.enforcement import DebtSettlement, EvictionNotice, EvictionPetition
from schema.types.forms import ConcernReport, DeferralRequest, LandlordNotice
from schema.types.housing import Dwelling, LeaseBreach, RentDefault, RentDemandCopy, Tenancy
from schema.types.mandate import Mandate, Reservation
from schema.types.nav import FinancialAidApplication
from schema.types.organisation import Party, Record
from schema.types.person import Household, Person

C = DataCategory
LazyCase = Annotated["Case", strawberry.lazy("schema.types.case")]


@shared_type(source=Source.HUB, table="hub.signal", category=C.SIGNAL, order="received_at DESC, {child}.id")
class Signal(Record):
    """Something that arrived and may lead to an eviction (melding)."""

    id: strawberry.ID | None = shared(C.SIGNAL, "The hub's id of the signal.")
    kind: SignalKind | None = shared(C.SIGNAL, "What kind of signal.")
    received_at: Moment | None = shared(C.SIGNAL, "When the hub received it.")
    channel: SignalChannel | None = shared(C.SIGNAL, "How it arrived.")
    sender: Party | None = link(C.SIGNAL, "Who sent it.", column="sender_party")
    basis: str | None = shared(C.SIGNAL, "Code of the legal basis that it was sent on.")
    triage_status: TriageStatus | None = shared(C.SIGNAL, "Whether somebody has taken it in hand.")
    unit: str | None = shared(C.SIGNAL, "Unit that it was routed to.", column="unit_id")
    task: str | None = shared(C.SIGNAL, "What the municipality's routine asks to be done about it.")
    due_on: LegalDay | None = shared(C.SIGNAL, "By when.")
    is_reserved: bool | None = shared(
        C.SIGNAL,
        "Whether the tenant had reserved against notices of the municipal landlord (husleieloven § 9-11).",
    )
    duplicates_of: strawberry.ID | None = shared(
        C.SIGNAL, "The first signal that told of the same claim, if this is another."
    )
    corrected_at: Moment | None = shared(C.SIGNAL, "When its sender corrected what it told, the last time.")
    withdrawn_at: Moment | None = shared(C.SIGNAL, "When its sender took it back.")
    withdrawal_reason: WithdrawalReason | None = shared(C.SIGNAL, "Why its sender took it back.")
    case: LazyCase | None = link(C.CASE_EXISTENCE, "The case that it belongs to.", column="case_id")


@shared_type(source=Source.HUB, table="hub.participant", category=C.PARTICIPANT, order="valid_from, {child}.id")
class Participant(Record):
    """A party that takes part in the case (deltaker): the relation that access rests on (tjenstlig behov)."""

    id: strawberry.ID | None = shared(C.PARTICIPANT, "The hub's id of the participation.")
    party: Party | None = link(C.PARTICIPANT, "The party.", column="party_id")
    unit: str | None = shared(C.PARTICIPANT, "The unit (enhet).", column="unit_id")
    person_name: str | None = shared(C.PARTICIPANT, "The person who acts for the party.")
    role: ParticipantRole | None = shared(C.PARTICIPANT, "Role in the case.")
    valid_from: Moment | None = shared(C.PARTICIPANT, "Since when.")
    valid_to: Moment | None = shared(C.PARTICIPANT, "Until when, if ended.")
    basis: str | None = shared(C.PARTICIPANT, "Code of the legal basis.")
    granted_by: str | None = shared(C.PARTICIPANT, "Who granted it.")


@shared_type(
    source=Source.HUB, table="hub.case_change", category=C.CASE_EXISTENCE, order="occurred_at DESC, {child}.id"
)
class CaseChange(Record):
    """Something that happened to the case as such: opened, reopened, petitioned, handed over to another unit."""

    id: strawberry.ID | None = shared(C.CASE_EXISTENCE, "The hub's id of the change.")
    kind: CaseChangeKind | None = shared(C.CASE_EXISTENCE, "What happened.")
    occurred_at: Moment | None = shared(C.CASE_EXISTENCE, "When.")
    state_before: CaseState | None = shared(C.CASE_EXISTENCE, "How far the case had come.")
    state_after: CaseState | None = shared(C.CASE_EXISTENCE, "How far it was then.")
    phase_before: int | None = shared(C.CASE_EXISTENCE, "The phase before.")
    phase_after: int | None = shared(C.CASE_EXISTENCE, "The phase then.")
    closed_at: Moment | None = shared(C.CASE_EXISTENCE, "Of a case that was reopened: when it had been closed.")
    close_reason: CloseReason | None = shared(C.CASE_EXISTENCE, "And why.")


@shared_type(source=Source.HUB, table="hub.contact_log_entry", category=C.CONTACT_LOG, order="at DESC, {child}.id")
class ContactLogEntry(Record):
    """An entry in the contact log (kontaktlogg). Attempts that failed count too."""

    id: strawberry.ID | None = shared(C.CONTACT_LOG, "The hub's id of the entry.")
    at: Moment | None = shared(C.CONTACT_LOG, "When contact was sought.")
    channel: Channel | None = shared(C.CONTACT_LOG, "By which channel.")
    by: str | None = shared(C.CONTACT_LOG, "Who sought contact.", column="by_name")
    by_unit: str | None = shared(C.CONTACT_LOG, "The unit (enhet) that sought contact.")
    with_whom: str | None = shared(C.CONTACT_LOG, "With whom.")
    outcome: ContactOutcome | None = shared(C.CONTACT_LOG, "What came of it.")
    note: str | None = shared(C.CONTACT_LOG, "What was said, in free text.")
    share_level: ShareLevel | None = shared(C.CONTACT_LOG, "Who the entry was written for.")


@shared_type(source=Source.HUB, table="hub.plan_step", category=C.PLAN, order="ord, {child}.id")
class PlanStep(Record):
    """A step in the plan (tiltak i fremdriftsplanen)."""

    id: strawberry.ID | None = shared(C.PLAN, "The hub's id of the step.")
    what: str | None = shared(C.PLAN, "What is to be done.")
    responsible: str | None = shared(C.PLAN, "Who does it.")
    due_date: LegalDay | None = shared(C.PLAN, "By when.")
    status: StepStatus | None = shared(C.PLAN, "State of the step.")


@shared_type(source=Source.HUB, table="hub.progress_plan", category=C.PLAN_STATUS, order="version DESC, {child}.id")
class ProgressPlan(Record):
    """The plan for the case (fremdriftsplan). The solution is chosen together with the tenant."""

    id: strawberry.ID | None = shared(C.PLAN_STATUS, "The hub's id of the plan.")
    status: PlanStatus | None = shared(C.PLAN_STATUS, "State of the plan.", column="state")
    updated_at: Moment | None = shared(C.PLAN_STATUS, "When the plan was last changed.")
    version: int | None = shared(C.PLAN, "Version of the plan, from 1.")
    created_by: str | None = shared(C.PLAN, "Who made it.")
    alternatives: list[SolutionKind] | None = shared(C.PLAN, "Ways out that were weighed (løsningsalternativer).")
    chosen: SolutionKind | None = shared(C.PLAN, "The way out that was chosen.")
    agreed_by_citizen_at: Moment | None = shared(C.PLAN, "When the tenant or owner agreed.")
    next_review: LegalDay | None = shared(C.PLAN, "Day of the next review.")
    steps: list[PlanStep] | None = children(
        C.PLAN, "Steps, in order.", by="plan_id", order="ord, {child}.id", extra_columns=("ord",)
    )


@shared_type(
    source=Source.HUB, table="hub.repayment_agreement", category=C.AGREEMENT_TERMS, order="first_due DESC, {child}.id"
)
class RepaymentAgreement(Record):
    """Agreement on repayment (nedbetalingsavtale). NAV may not collect for a private landlord."""

    id: strawberry.ID | None = shared(C.AGREEMENT_TERMS, "The hub's id of the agreement.")
    creditor: Party | None = link(C.AGREEMENT_TERMS, "Who is owed.", column="creditor_party")
    creditor_type: CreditorType | None = shared(C.AGREEMENT_TERMS, "Kind of creditor.")
    total: Ore | None = shared(C.AGREEMENT_TERMS, "Total to repay, in øre.")
    instalment: Ore | None = shared(C.AGREEMENT_TERMS, "Instalment a month, in øre.")
    day_of_month: int | None = shared(C.AGREEMENT_TERMS, "Day of the month on which instalments fall due, 1 to 31.")
    first_due: LegalDay | None = shared(C.AGREEMENT_TERMS, "First instalment.")
    last_due: LegalDay | None = shared(C.AGREEMENT_TERMS, "Last instalment.")
    channel: InstalmentChannel | None = shared(C.AGREEMENT_TERMS, "How instalments are paid.")
    signed_by: list[str] | None = shared(C.AGREEMENT_TERMS, "Who has signed.")
    breach_rule: str | None = shared(C.AGREEMENT_TERMS, "What happens when an instalment is missed.")
    status: AgreementStatus | None = shared(C.AGREEMENT_TERMS, "State of the agreement.")


@shared_type(source=Source.HUB, table="hub.cost_comparison", category=C.COST_COMPARISON)
class CostComparison(Record):
    """What it costs to cover the arrears, beside what an eviction would cost (kostnadssammenligning)."""

    id: strawberry.ID | None = shared(C.COST_COMPARISON, "The hub's id of the comparison.")
    cover_costs: Ore | None = shared(C.COST_COMPARISON, "Arrears and fees to cover, in øre.")
    temporary_housing_per_night: Ore | None = shared(
        C.COST_COMPARISON, "Temporary housing a night (midlertidig botilbud), in øre."
    )
    nights: int | None = shared(C.COST_COMPARISON, "Expected number of nights.")
    new_home: Ore | None = shared(C.COST_COMPARISON, "A new home: deposit, moving, furniture, in øre.")
    eviction_fees: Ore | None = shared(C.COST_COMPARISON, "Fees of the eviction, in øre.")
    alternative_total: Ore | None = shared(C.COST_COMPARISON, "Total cost of an eviction, in øre.")
    recommendation: CoverRecommendation | None = shared(C.COST_COMPARISON, "What is recommended.")
    decided_by: str | None = shared(C.COST_COMPARISON, "Who decided, under which mandate (fullmakt).")


def _of_case(category: DataCategory, description: str, order: str, *, latest: bool = False) -> Any:
    """The rows of one table that belong to the case; with `latest`, the first of them."""
    columns = tuple(part.split()[0] for part in order.split(", ") if not part.startswith("{"))
    chosen, others = (order, None) if latest else (None, order)
    return children(category, description, by="case_id", extra_columns=columns, latest=chosen, order=others)


@shared_type(
    source=Source.HUB,
    table="hub.case",
    category=C.CASE_EXISTENCE,
    subject="subject_id",
    order="updated_at DESC, {child}.id",
)
class Case(Record):
    """An eviction case (utkastelsessak): one home, one tenant or owner, everybody who may help."""

    id: strawberry.ID | None = shared(C.CASE_EXISTENCE, "The hub's id of the case.")
    case_no: str | None = shared(C.CASE_EXISTENCE, "Case number (saksnummer).")
    municipality: Kommunenummer | None = shared(C.CASE_EXISTENCE, "Municipality number (kommunenummer), 4 digits.")
    nav_unit: str | None = shared(C.CASE_EXISTENCE, "NAV office that follows up (enhet), 4 digits.")
    track: CaseTrack | None = shared(C.CASE_EXISTENCE, "Rented or owned home.")
    phase: int | None = shared(C.CASE_EXISTENCE, "Phase: 1 prevent, 2 before a petition, 3 after a petition.")
    state: CaseState | None = shared(C.CASE_EXISTENCE, "How far the case has come.")
    responsible_unit: str | None = shared(C.CASE_EXISTENCE, "Unit to contact (ansvarlig enhet).")
    opened_at: Moment | None = shared(C.CASE_EXISTENCE, "When the case was opened.")
    updated_at: Moment | None = shared(C.CASE_EXISTENCE, "When the case was last changed.")
    closed_at: Moment | None = shared(C.CASE_EXISTENCE, "When the case was closed.")
    close_reason: CloseReason | None = shared(C.CASE_EXISTENCE, "Why it was closed.")
    recidivism: bool | None = shared(
        C.CASE_EXISTENCE, "Whether it was closed once, and reopened within twelve months (gjentakelse)."
    )
    changes: list[CaseChange] | None = _of_case(
        C.CASE_EXISTENCE, "What happened to the case as such, the latest first.", "occurred_at DESC, {child}.id"
    )
    subject: Person | None = link(C.PERSON_NAME, "The tenant or owner (leieboer, eier).", column="subject_id")
    household: Household | None = children(C.HOUSEHOLD_FLAG, "The household.", by="case_id", latest="id")
    dwelling: Dwelling | None = link(C.ADDRESS, "The home in question.", column="dwelling_id")
    tenancies: list[Tenancy] | None = _of_case(C.RENT, "Leases, the latest first.", "start_date DESC, {child}.id")
    rent_defaults: list[RentDefault] | None = _of_case(
        C.RENT, "Defaults on rent, the latest first.", "reported_at DESC, {child}.id"
    )
    rent_demand_copies: list[RentDemandCopy] | None = _of_case(
        C.RENT_DEMAND, "Copies of second demands, the latest first.", "issued_at DESC, {child}.id"
    )
    lease_breaches: list[LeaseBreach] | None = _of_case(
        C.LEASE_BREACH, "Other breaches of the lease, the latest first.", "occurred_at DESC, {child}.id"
    )
    eviction_notices: list[EvictionNotice] | None = _of_case(
        C.PETITION, "Notices of eviction, the latest first.", "sent_at DESC, {child}.id"
    )
    eviction_petitions: list[EvictionPetition] | None = _of_case(
        C.PETITION, "Petitions, the latest first.", "petition_received_at DESC, {child}.id"
    )
    mortgage_loans: list[MortgageLoan] | None = _of_case(C.LOAN, "Loans secured in the home.", "loan_type, {child}.id")
    financial_aid_applications: list[FinancialAidApplication] | None = _of_case(
        C.FINANCIAL_AID, "Applications for financial aid, the latest first.", "applied_at DESC, {child}.id"
    )
    debt_settlements: list[DebtSettlement] | None = _of_case(
        C.DEBT_SETTLEMENT_OPENING, "Debt settlements, the latest first.", "applied_at DESC, {child}.id"
    )
    landlord_notices: list[LandlordNotice] | None = _of_case(
        C.LANDLORD_NOTICE, "Landlords' notices to the social services, the latest first.", "sent_at DESC, {child}.id"
    )
    deferral_requests: list[DeferralRequest] | None = _of_case(
        C.FINANCIAL_AID, "Requests for deferral of payment, the latest first.", "requested_at DESC, {child}.id"
    )
    concern_reports: list[ConcernReport] | None = _of_case(
        C.CONCERN, "Reports of concern, the latest first.", "reported_at DESC, {child}.id"
    )
    signals: list[Signal] | None = _of_case(C.SIGNAL, "What arrived, the latest first.", "received_at DESC, {child}.id")
    participants: list[Participant] | None = _of_case(C.PARTICIPANT, "Who takes part.", "valid_from, {child}.id")
    contact_log: list[ContactLogEntry] | None = _of_case(
        C.CONTACT_LOG, "Contact log, the latest first.", "at DESC, {child}.id"
    )
    plan: ProgressPlan | None = _of_case(C.PLAN_STATUS, "The current plan.", "version DESC, {child}.id", latest=True)
    repayment_agreements: list[RepaymentAgreement] | None = _of_case(
        C.AGREEMENT_TERMS, "Agreements on repayment, the latest first.", "first_due DESC, {child}.id"
    )
    cost_comparisons: list[CostComparison] | None = children(
        C.COST_COMPARISON, "Comparisons of cost.", by="case_id", order="id"
    )
    consents: list[Consent] | None = children(
        C.CONSENT,
        "The subject's consents that concern this case.",
        by="subject_id",
        key="subject_id",
        order="recorded_at DESC, {child}.id",
        extra=" AND ({child}.case_id IS NULL OR {child}.case_id = {parent}.id)",
        extra_columns=("case_id", "recorded_at"),
    )
    mandates: list[Mandate] | None = children(
        C.CONSENT,
        "Who may act for the subject, or might once.",
        by="giver_id",
        key="subject_id",
        order="recorded_at DESC, {child}.id",
        extra_columns=("recorded_at",),
    )
    reservations: list[Reservation] | None = children(
        C.CONSENT,
        "The subject's reservations against landlords' notices.",
        by="tenant_id",
        key="subject_id",
        order="given_at DESC, {child}.id",
        extra_columns=("given_at",),
    )
