-- Consents, agreements, reservations, mandates, and their events.

CREATE TABLE hub.consent (
    id UUID DEFAULT uuidv7() NOT NULL,
    kind TEXT NOT NULL,
    subject_id UUID NOT NULL,
    case_id UUID,
    source_party TEXT NOT NULL,
    recipient_party TEXT NOT NULL,
    purpose TEXT NOT NULL,
    categories TEXT[] NOT NULL,
    given_by TEXT NOT NULL,
    mandate_id UUID,
    notice_version TEXT NOT NULL,
    notice_sha256 TEXT NOT NULL,
    language TEXT NOT NULL,
    collection_method TEXT NOT NULL,
    assurance SMALLINT NOT NULL,
    given_at TIMESTAMP WITH TIME ZONE NOT NULL,
    effective_from TIMESTAMP WITH TIME ZONE NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_consent PRIMARY KEY (id),
    CONSTRAINT ck_consent_kind CHECK (kind IN ('CONSENT_GDPR', 'CONSENT_LIFTS_CONFIDENTIALITY',
        'CONSENT_BANK_SECRECY')),
    CONSTRAINT ck_consent_purpose CHECK (purpose IN ('EVICTION_PREVENTION', 'DEBT_COUNSELLING', 'REFINANCING',
        'REPAYMENT_AGREEMENT', 'HOUSING_ALLOCATION', 'LOG_CONTROL', 'SAR')),
    CONSTRAINT ck_consent_categories CHECK (categories <@ ARRAY['LOAN_DEFAULT', 'LOAN_DETAILS',
        'RENT_ARREARS', 'BUDGET', 'DEBT_OVERVIEW', 'PLAN_STATUS', 'AGREEMENT_TERMS', 'CONTACT_INFO',
        'HOUSING_SUPPORT_NOTES', 'HEALTH_NEED', 'HOUSEHOLD_FLAG']),
    CONSTRAINT ck_consent_some_category CHECK (cardinality(categories) > 0),
    CONSTRAINT ck_consent_given_by CHECK (given_by IN ('SELF', 'GUARDIAN', 'PROXY')),
    CONSTRAINT ck_consent_others_need_mandate CHECK (given_by = 'SELF' OR mandate_id IS NOT NULL),
    CONSTRAINT ck_consent_collection_method CHECK (collection_method IN ('IDPORTEN_UI', 'ALTINN',
        'PAPER_SCAN', 'ORAL_WITNESSED')),
    CONSTRAINT ck_consent_language CHECK (language IN ('nb', 'nn', 'en')),
    CONSTRAINT ck_consent_notice_sha256 CHECK (notice_sha256 ~ '^[0-9a-f]{64}$'),
    CONSTRAINT ck_consent_period CHECK (effective_from < expires_at)
);

CREATE TABLE hub.consent_event (
    id UUID DEFAULT uuidv7() NOT NULL,
    seq BIGINT GENERATED ALWAYS AS IDENTITY,
    consent_id UUID NOT NULL,
    kind TEXT NOT NULL,
    effective_at TIMESTAMP WITH TIME ZONE NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    recorded_by TEXT NOT NULL,
    CONSTRAINT pk_consent_event PRIMARY KEY (id),
    CONSTRAINT ck_consent_event_kind CHECK (kind IN ('REQUESTED', 'GIVEN', 'RENEWED', 'WITHDRAWN', 'EXPIRED',
        'INVALIDATED', 'SUPERSEDED', 'REFUSED', 'LAPSED'))
);

CREATE TABLE hub.agreement (
    id UUID DEFAULT uuidv7() NOT NULL,
    municipality TEXT NOT NULL,
    lender_party TEXT NOT NULL,
    loan_manager_party TEXT NOT NULL,
    loan_types TEXT[] NOT NULL,
    notify_within_days INTEGER NOT NULL,
    data_fields TEXT[] NOT NULL,
    valid_from DATE NOT NULL,
    valid_to DATE,
    signed_by TEXT NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_agreement PRIMARY KEY (id),
    CONSTRAINT ck_agreement_loan_types CHECK (loan_types <@ ARRAY['BANK_LOAN', 'STARTLAN', 'GRUNNLAN']),
    CONSTRAINT ck_agreement_notify_within_days CHECK (notify_within_days > 0)
);

CREATE TABLE hub.agreement_event (
    id UUID DEFAULT uuidv7() NOT NULL,
    seq BIGINT GENERATED ALWAYS AS IDENTITY,
    agreement_id UUID NOT NULL,
    kind TEXT NOT NULL,
    effective_at TIMESTAMP WITH TIME ZONE NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    recorded_by TEXT NOT NULL,
    CONSTRAINT pk_agreement_event PRIMARY KEY (id),
    CONSTRAINT ck_agreement_event_kind CHECK (kind IN ('SIGNED', 'RENEWED', 'SUSPENDED', 'TERMINATED'))
);

CREATE TABLE hub.reservation (
    id UUID DEFAULT uuidv7() NOT NULL,
    tenant_id UUID NOT NULL,
    tenancy_id UUID,
    landlord_party TEXT NOT NULL,
    given_at TIMESTAMP WITH TIME ZONE NOT NULL,
    evidence_ref TEXT,
    recorded_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_reservation PRIMARY KEY (id)
);

CREATE TABLE hub.reservation_event (
    id UUID DEFAULT uuidv7() NOT NULL,
    seq BIGINT GENERATED ALWAYS AS IDENTITY,
    reservation_id UUID NOT NULL,
    kind TEXT NOT NULL,
    effective_at TIMESTAMP WITH TIME ZONE NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    recorded_by TEXT NOT NULL,
    CONSTRAINT pk_reservation_event PRIMARY KEY (id),
    CONSTRAINT ck_reservation_event_kind CHECK (kind IN ('GIVEN', 'WITHDRAWN'))
);

CREATE TABLE hub.mandate (
    id UUID DEFAULT uuidv7() NOT NULL,
    kind TEXT NOT NULL,
    giver_id UUID NOT NULL,
    holder_id UUID NOT NULL,
    areas TEXT[] NOT NULL,
    rights TEXT[] NOT NULL,
    valid_from DATE NOT NULL,
    valid_to DATE,
    recorded_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_mandate PRIMARY KEY (id),
    CONSTRAINT ck_mandate_kind CHECK (kind IN ('VERGEMAL', 'FULLMAKT', 'FREMTIDSFULLMAKT')),
    CONSTRAINT ck_mandate_areas CHECK (areas <@ ARRAY['ECONOMY', 'HOUSING', 'PERSONAL']),
    CONSTRAINT ck_mandate_rights CHECK (rights <@ ARRAY['READ', 'ACT']),
    CONSTRAINT ck_mandate_two_persons CHECK (giver_id <> holder_id)
);

CREATE TABLE hub.mandate_event (
    id UUID DEFAULT uuidv7() NOT NULL,
    seq BIGINT GENERATED ALWAYS AS IDENTITY,
    mandate_id UUID NOT NULL,
    kind TEXT NOT NULL,
    effective_at TIMESTAMP WITH TIME ZONE NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    recorded_by TEXT NOT NULL,
    CONSTRAINT pk_mandate_event PRIMARY KEY (id),
    CONSTRAINT ck_mandate_event_kind CHECK (kind IN ('GRANTED', 'SUSPENDED', 'REVOKED'))
);
