-- Mortgage loans and defaults.

CREATE TABLE bank.mortgage_loan (
    id UUID DEFAULT uuidv7() NOT NULL,
    case_id UUID NOT NULL,
    loan_type TEXT NOT NULL,
    lender_party TEXT NOT NULL,
    servicer_party TEXT,
    loan_ref TEXT NOT NULL,
    principal_ore BIGINT NOT NULL,
    outstanding_ore BIGINT NOT NULL,
    collateral TEXT NOT NULL,
    term_amount_ore BIGINT NOT NULL,
    next_due DATE NOT NULL,
    status TEXT NOT NULL,
    source_party TEXT NOT NULL,
    CONSTRAINT pk_mortgage_loan PRIMARY KEY (id),
    CONSTRAINT uq_mortgage_loan_id_case_id_loan_type_loan_ref UNIQUE (id, case_id, loan_type, loan_ref),
    CONSTRAINT ck_mortgage_loan_loan_type CHECK (loan_type IN ('BANK_LOAN', 'STARTLAN', 'GRUNNLAN')),
    CONSTRAINT ck_mortgage_loan_status CHECK (status IN ('ACTIVE', 'DEFAULTED', 'SETTLED'))
);

CREATE TABLE bank.mortgage_default (
    id UUID DEFAULT uuidv7() NOT NULL,
    case_id UUID NOT NULL,
    loan_id UUID NOT NULL,
    loan_ref TEXT NOT NULL,
    loan_type TEXT NOT NULL,
    first_unpaid_due DATE NOT NULL,
    unpaid_terms INTEGER NOT NULL,
    arrears_ore BIGINT NOT NULL,
    interest_accrued_ore BIGINT NOT NULL,
    second_reminder_at TIMESTAMP WITH TIME ZONE,
    notice_sent_at TIMESTAMP WITH TIME ZONE,
    forced_sale_petition_at TIMESTAMP WITH TIME ZONE,
    reported_at TIMESTAMP WITH TIME ZONE NOT NULL,
    submission_id UUID,
    basis TEXT NOT NULL,
    consent_id UUID,
    agreement_id UUID,
    status TEXT NOT NULL,
    source_party TEXT NOT NULL,
    CONSTRAINT pk_mortgage_default PRIMARY KEY (id),
    CONSTRAINT ck_mortgage_default_loan_type CHECK (loan_type IN ('BANK_LOAN', 'STARTLAN', 'GRUNNLAN')),
    CONSTRAINT ck_mortgage_default_status CHECK (status IN ('OPEN', 'SETTLED', 'WITHDRAWN')),
    CONSTRAINT ck_mortgage_default_unpaid_terms CHECK (unpaid_terms > 0)
);
