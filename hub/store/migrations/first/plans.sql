-- Plans, steps, agreements on repayment, comparisons of cost.

CREATE TABLE hub.progress_plan (
    id UUID DEFAULT uuidv7() NOT NULL,
    case_id UUID NOT NULL,
    version INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    alternatives TEXT[] NOT NULL,
    chosen TEXT,
    agreed_by_citizen_at TIMESTAMP WITH TIME ZONE,
    next_review DATE,
    state TEXT NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
    source_party TEXT NOT NULL,
    CONSTRAINT pk_progress_plan PRIMARY KEY (id),
    CONSTRAINT uq_progress_plan_case_id_version UNIQUE (case_id, version),
    CONSTRAINT uq_progress_plan_id_case_id UNIQUE (id, case_id),
    CONSTRAINT ck_progress_plan_alternatives CHECK (alternatives <@ ARRAY['DEBT_COUNSELLING',
        'PAYMENT_DEFERRAL', 'REFINANCING', 'REPAYMENT_PLAN', 'WAGE_DEDUCTION', 'BENEFIT_DEDUCTION',
        'CHEAPER_HOUSING', 'COVER_COSTS', 'VOLUNTARY_DEBT_SETTLEMENT', 'COMPULSORY_DEBT_SETTLEMENT',
        'FINANCIAL_AID', 'HOUSING_SUPPORT', 'OTHER']),
    CONSTRAINT ck_progress_plan_chosen CHECK (chosen IN ('DEBT_COUNSELLING', 'PAYMENT_DEFERRAL',
        'REFINANCING', 'REPAYMENT_PLAN', 'WAGE_DEDUCTION', 'BENEFIT_DEDUCTION', 'CHEAPER_HOUSING',
        'COVER_COSTS', 'VOLUNTARY_DEBT_SETTLEMENT', 'COMPULSORY_DEBT_SETTLEMENT', 'FINANCIAL_AID',
        'HOUSING_SUPPORT', 'OTHER')),
    CONSTRAINT ck_progress_plan_state CHECK (state IN ('DRAFT', 'PROPOSED', 'AGREED', 'ACTIVE', 'BREACHED',
        'FULFILLED', 'SUPERSEDED', 'NEEDS_REVIEW'))
);

CREATE TABLE hub.plan_step (
    id UUID DEFAULT uuidv7() NOT NULL,
    plan_id UUID NOT NULL,
    case_id UUID NOT NULL,
    ord INTEGER NOT NULL,
    what TEXT NOT NULL,
    responsible TEXT NOT NULL,
    responsible_unit TEXT,
    names_party TEXT,
    due_date DATE NOT NULL,
    status TEXT NOT NULL,
    source_party TEXT NOT NULL,
    CONSTRAINT pk_plan_step PRIMARY KEY (id),
    CONSTRAINT uq_plan_step_plan_id_ord UNIQUE (plan_id, ord),
    CONSTRAINT ck_plan_step_status CHECK (status IN ('PLANNED', 'DONE', 'MISSED', 'NEEDS_REVIEW',
        'CANCELLED'))
);

CREATE TABLE hub.repayment_agreement (
    id UUID DEFAULT uuidv7() NOT NULL,
    case_id UUID NOT NULL,
    creditor_party TEXT NOT NULL,
    creditor_type TEXT NOT NULL,
    total_ore BIGINT NOT NULL,
    instalment_ore BIGINT NOT NULL,
    day_of_month INTEGER NOT NULL,
    first_due DATE NOT NULL,
    last_due DATE NOT NULL,
    channel TEXT NOT NULL,
    signed_by TEXT[] NOT NULL,
    breach_rule TEXT NOT NULL,
    status TEXT NOT NULL,
    source_party TEXT NOT NULL,
    CONSTRAINT pk_repayment_agreement PRIMARY KEY (id),
    CONSTRAINT ck_repayment_agreement_creditor_type CHECK (creditor_type IN ('MUNICIPALITY',
        'PRIVATE_LANDLORD', 'BANK')),
    CONSTRAINT ck_repayment_agreement_channel CHECK (channel IN ('TENANT_PAYS', 'VOLUNTARY_DEDUCTION',
        'BENEFIT_DEDUCTION', 'WAGE_DEDUCTION')),
    CONSTRAINT ck_repayment_agreement_status CHECK (status IN ('PROPOSED', 'ACTIVE', 'BREACHED', 'FULFILLED',
        'ENDED')),
    CONSTRAINT ck_repayment_agreement_day_of_month CHECK (day_of_month BETWEEN 1 AND 31),
    CONSTRAINT ck_repayment_agreement_nav_does_not_collect CHECK (creditor_type <> 'PRIVATE_LANDLORD' OR
        channel <> 'BENEFIT_DEDUCTION')
);

CREATE TABLE hub.cost_comparison (
    id UUID DEFAULT uuidv7() NOT NULL,
    case_id UUID NOT NULL,
    cover_costs_ore BIGINT NOT NULL,
    temporary_housing_per_night_ore BIGINT NOT NULL,
    nights INTEGER NOT NULL,
    new_home_ore BIGINT NOT NULL,
    eviction_fees_ore BIGINT NOT NULL,
    alternative_total_ore BIGINT NOT NULL,
    recommendation TEXT NOT NULL,
    decided_by TEXT NOT NULL,
    source_party TEXT NOT NULL,
    CONSTRAINT pk_cost_comparison PRIMARY KEY (id),
    CONSTRAINT ck_cost_comparison_recommendation CHECK (recommendation IN ('COVER_COSTS', 'TEMPORARY_HOUSING',
        'NEW_HOME', 'NO_COVER'))
);
