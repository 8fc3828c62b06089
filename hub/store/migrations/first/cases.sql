-- The shared case, its persons and participants, and what arrived about it.

CREATE TABLE hub."case" (
    id UUID DEFAULT uuidv7() NOT NULL,
    case_no TEXT NOT NULL,
    municipality TEXT NOT NULL,
    nav_unit TEXT NOT NULL,
    subject_id UUID NOT NULL,
    track TEXT NOT NULL,
    phase SMALLINT NOT NULL,
    state TEXT NOT NULL,
    responsible_unit TEXT NOT NULL,
    opened_at TIMESTAMP WITH TIME ZONE NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
    closed_at TIMESTAMP WITH TIME ZONE,
    close_reason TEXT,
    dwelling_id UUID,
    source_party TEXT NOT NULL,
    CONSTRAINT pk_case PRIMARY KEY (id),
    CONSTRAINT uq_case_case_no UNIQUE (case_no),
    CONSTRAINT ck_case_track CHECK (track IN ('TENANCY', 'OWNER')),
    CONSTRAINT ck_case_state CHECK (state IN ('SIGNAL_RECEIVED', 'TRIAGE', 'DISMISSED', 'MERGED', 'OPEN',
        'CONTACTING', 'NO_CONTACT', 'OVERVIEW', 'PLAN_PROPOSED', 'PLAN_AGREED', 'PLAN_ACTIVE',
        'PLAN_BREACHED', 'AWAITING_MANDATE', 'CLAIM_MET', 'ENFORCEMENT', 'OBJECTION_WINDOW', 'DATE_SET',
        'HALTED', 'PAID_BEFORE_LOCK', 'EVICTED', 'MOVED', 'AFTERCARE', 'LOAN_DEFAULT', 'REMINDER2',
        'ENFORCEMENT_NOTICE', 'FORCED_SALE_PETITION', 'OBJECTION', 'SALE_DECIDED', 'SOLD', 'STOPPED',
        'CLOSED')),
    CONSTRAINT ck_case_close_reason CHECK (close_reason IN ('CLAIM_MET', 'AGREEMENT_KEPT',
        'MOVED_VOLUNTARILY', 'DEBT_SETTLEMENT', 'EVICTED', 'FORCED_SALE', 'WITHDRAWN', 'ERROR',
        'TRANSFERRED')),
    CONSTRAINT ck_case_phase CHECK (phase BETWEEN 1 AND 3),
    CONSTRAINT ck_case_municipality CHECK (municipality ~ '^\d{4}$')
);

CREATE TABLE hub.case_person (
    id UUID DEFAULT uuidv7() NOT NULL,
    case_id UUID NOT NULL,
    person_id UUID NOT NULL,
    relation TEXT NOT NULL,
    role TEXT NOT NULL,
    share_of_tenancy INTEGER,
    source_party TEXT NOT NULL,
    CONSTRAINT pk_case_person PRIMARY KEY (id),
    CONSTRAINT uq_case_person_case_id_person_id UNIQUE (case_id, person_id),
    CONSTRAINT ck_case_person_relation CHECK (relation IN ('SELF', 'SPOUSE', 'COHABITANT', 'CHILD', 'PARENT',
        'SIBLING', 'OTHER')),
    CONSTRAINT ck_case_person_role CHECK (role IN ('ADULT', 'CHILD', 'OTHER'))
);

CREATE TABLE hub.household (
    id UUID DEFAULT uuidv7() NOT NULL,
    case_id UUID NOT NULL,
    children_count INTEGER NOT NULL,
    children_under18 INTEGER NOT NULL,
    has_children BOOLEAN NOT NULL,
    child_needs_note TEXT,
    source_party TEXT NOT NULL,
    CONSTRAINT pk_household PRIMARY KEY (id),
    CONSTRAINT uq_household_case_id UNIQUE (case_id)
);

CREATE TABLE hub.participant (
    id UUID DEFAULT uuidv7() NOT NULL,
    case_id UUID NOT NULL,
    party_id TEXT NOT NULL,
    unit_id TEXT,
    person_name TEXT,
    role TEXT NOT NULL,
    valid_from TIMESTAMP WITH TIME ZONE NOT NULL,
    valid_to TIMESTAMP WITH TIME ZONE,
    basis TEXT NOT NULL,
    granted_by TEXT NOT NULL,
    source_party TEXT NOT NULL,
    CONSTRAINT pk_participant PRIMARY KEY (id),
    CONSTRAINT ck_participant_role CHECK (role IN ('COORDINATOR', 'CASEWORKER', 'DEBT_COUNSELLOR',
        'HOUSING_CASEWORKER', 'RENT_OFFICER', 'HOUSING_SUPPORT_WORKER', 'ENFORCEMENT_OFFICER', 'CREDITOR',
        'SERVICER', 'LANDLORD'))
);

CREATE TABLE hub.signal (
    id UUID DEFAULT uuidv7() NOT NULL,
    case_id UUID NOT NULL,
    kind TEXT NOT NULL,
    received_at TIMESTAMP WITH TIME ZONE NOT NULL,
    channel TEXT NOT NULL,
    sender_party TEXT NOT NULL,
    basis TEXT NOT NULL,
    triage_status TEXT NOT NULL,
    duplicates_of UUID,
    unit_id TEXT NOT NULL,
    source_party TEXT NOT NULL,
    CONSTRAINT pk_signal PRIMARY KEY (id),
    CONSTRAINT ck_signal_kind CHECK (kind IN ('RENT_DEFAULT', 'LEASE_BREACH', 'MORTGAGE_DEFAULT',
        'CONCERN_REPORT', 'DEFAULT_NOTICE', 'DEFERRAL_REQUEST', 'FINANCIAL_AID_APPLICATION',
        'EVICTION_NOTICE_COPY', 'RENT_DEMAND_COPY', 'LANDLORD_NOTICE')),
    CONSTRAINT ck_signal_channel CHECK (channel IN ('API', 'FILE', 'FORM', 'LETTER', 'PHONE', 'MEETING')),
    CONSTRAINT ck_signal_triage_status CHECK (triage_status IN ('NEW', 'ASSIGNED', 'DISMISSED', 'MERGED'))
);

CREATE TABLE hub.contact_log_entry (
    id UUID DEFAULT uuidv7() NOT NULL,
    case_id UUID NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    channel TEXT NOT NULL,
    by_name TEXT NOT NULL,
    by_unit TEXT NOT NULL,
    with_whom TEXT NOT NULL,
    outcome TEXT NOT NULL,
    note TEXT,
    share_level TEXT NOT NULL,
    source_party TEXT NOT NULL,
    CONSTRAINT pk_contact_log_entry PRIMARY KEY (id),
    CONSTRAINT ck_contact_log_entry_channel CHECK (channel IN ('PHONE', 'SMS', 'LETTER', 'VISIT', 'MEETING',
        'DIGITAL')),
    CONSTRAINT ck_contact_log_entry_outcome CHECK (outcome IN ('REACHED', 'NO_ANSWER', 'REFUSED')),
    CONSTRAINT ck_contact_log_entry_share_level CHECK (share_level IN ('INTERNAL', 'PARTICIPANTS', 'CITIZEN'))
);
