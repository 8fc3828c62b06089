"""Schema `hub`: the plan, its steps, and what was agreed or weighed."""

from sqlalchemy import CheckConstraint, UniqueConstraint

from hub.store.tables import values as words
from hub.store.tables.columns import (
    UUID,
    Day,
    DayOrNone,
    Instant,
    InstantOrNone,
    Ore,
    Table,
    Text,
    TextOrNone,
    Texts,
    all_of,
    code_ref_or_none,
    key,
    one_of,
    party,
    ref,
    source,
    within,
)


class ProgressPlan(Table, table=True):
    """A version of the plan (fremdriftsplan) for a case."""

    __tablename__ = "progress_plan"
    __table_args__ = (
        UniqueConstraint("case_id", "version"),
        UniqueConstraint("id", "case_id"),
        all_of("alternatives", words.SOLUTIONS),
        one_of("chosen", words.SOLUTIONS),
        one_of("state", words.PLAN_STATES),
        {"schema": "hub"},
    )

    id: UUID = key()
    case_id: UUID = ref("hub.case.id")
    version: int
    created_by: Text
    alternatives: Texts
    chosen: TextOrNone
    agreed_by_citizen_at: InstantOrNone
    next_review: DayOrNone
    state: Text
    updated_at: Instant
    source_party: str = source()


class PlanStep(Table, table=True):
    """A step of a plan."""

    __tablename__ = "plan_step"
    __table_args__ = (
        UniqueConstraint("plan_id", "ord"),
        within(("plan_id", "case_id"), "hub.progress_plan", ("id", "case_id")),
        one_of("status", words.STEP_STATUSES),
        {"schema": "hub"},
    )

    id: UUID = key()
    plan_id: UUID = ref("hub.progress_plan.id")
    case_id: UUID = ref("hub.case.id")
    ord: int
    what: Text
    responsible: Text
    responsible_unit: str | None = code_ref_or_none("hub.unit.id")
    # The party outside the municipality that the step names.
    names_party: str | None = code_ref_or_none("hub.party.id")
    due_date: Day
    status: Text
    source_party: str = source()


class RepaymentAgreement(Table, table=True):
    """An agreement with a creditor on paying down (nedbetalingsavtale)."""

    __tablename__ = "repayment_agreement"
    __table_args__ = (
        one_of("creditor_type", words.CREDITOR_TYPES),
        one_of("channel", words.REPAYMENT_CHANNELS),
        one_of("status", words.REPAYMENT_STATUSES),
        CheckConstraint("day_of_month BETWEEN 1 AND 31", name="day_of_month"),
        # NAV may not collect money for a private landlord.
        CheckConstraint(
            "creditor_type <> 'PRIVATE_LANDLORD' OR channel <> 'BENEFIT_DEDUCTION'", name="nav_does_not_collect"
        ),
        {"schema": "hub"},
    )

    id: UUID = key()
    case_id: UUID = ref("hub.case.id")
    creditor_party: str = party()
    creditor_type: Text
    total_ore: Ore
    instalment_ore: Ore
    day_of_month: int
    first_due: Day
    last_due: Day
    channel: Text
    signed_by: Texts
    breach_rule: Text
    status: Text
    source_party: str = source()


class CostComparison(Table, table=True):
    """What it costs to cover the arrears, against what an eviction would cost the municipality."""

    __tablename__ = "cost_comparison"
    __table_args__ = (one_of("recommendation", words.RECOMMENDATIONS), {"schema": "hub"})

    id: UUID = key()
    case_id: UUID = ref("hub.case.id")
    cover_costs_ore: Ore
    temporary_housing_per_night_ore: Ore
    nights: int
    new_home_ore: Ore
    eviction_fees_ore: Ore
    alternative_total_ore: Ore
    recommendation: Text
    decided_by: Text
    source_party: str = source()
