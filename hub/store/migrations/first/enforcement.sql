-- Notices, petitions, debt settlements.

CREATE TABLE enforcement.eviction_notice (
    id UUID DEFAULT uuidv7() NOT NULL,
    case_id UUID NOT NULL,
    sent_at TIMESTAMP WITH TIME ZONE NOT NULL,
    sender_party TEXT NOT NULL,
    grounds TEXT NOT NULL,
    amount_ore BIGINT,
    pay_by DATE,
    document_ref TEXT,
    status TEXT NOT NULL,
    source_party TEXT NOT NULL,
    CONSTRAINT pk_eviction_notice PRIMARY KEY (id),
    CONSTRAINT ck_eviction_notice_grounds CHECK (grounds IN ('UNPAID_RENT', 'TERM_EXPIRED',
        'UNCONTESTED_NOTICE', 'RESCISSION')),
    CONSTRAINT ck_eviction_notice_status CHECK (status IN ('SENT', 'PAID', 'EXPIRED', 'WITHDRAWN'))
);

CREATE TABLE enforcement.eviction_petition (
    id UUID DEFAULT uuidv7() NOT NULL,
    case_id UUID NOT NULL,
    enforcement_case_no TEXT NOT NULL,
    petition_received_at TIMESTAMP WITH TIME ZONE NOT NULL,
    petitioner_party TEXT NOT NULL,
    objection_deadline DATE NOT NULL,
    eviction_date DATE,
    status TEXT NOT NULL,
    received_at TIMESTAMP WITH TIME ZONE NOT NULL,
    basis TEXT NOT NULL,
    source_party TEXT NOT NULL,
    CONSTRAINT pk_eviction_petition PRIMARY KEY (id),
    CONSTRAINT ck_eviction_petition_status CHECK (status IN ('RECEIVED', 'OBJECTION_WINDOW', 'DATE_SET',
        'HALTED', 'PAID_BEFORE_LOCK', 'EVICTED', 'MOVED', 'WITHDRAWN'))
);

CREATE TABLE enforcement.debt_settlement (
    id UUID DEFAULT uuidv7() NOT NULL,
    case_id UUID NOT NULL,
    kind TEXT NOT NULL,
    applied_at TIMESTAMP WITH TIME ZONE NOT NULL,
    opened_at TIMESTAMP WITH TIME ZONE,
    negotiation_ends DATE,
    claims_deadline DATE,
    proposal_answer_deadline DATE,
    settled_at TIMESTAMP WITH TIME ZONE,
    period_years INTEGER,
    registry_ref TEXT,
    content_summary TEXT,
    status TEXT NOT NULL,
    source_party TEXT NOT NULL,
    CONSTRAINT pk_debt_settlement PRIMARY KEY (id),
    CONSTRAINT ck_debt_settlement_kind CHECK (kind IN ('VOLUNTARY', 'COMPULSORY')),
    CONSTRAINT ck_debt_settlement_status CHECK (status IN ('APPLIED', 'OPENED', 'PROPOSED', 'SETTLED',
        'REFUSED', 'DONE'))
);
