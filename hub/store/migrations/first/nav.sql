-- Persons, family ties, financial aid. Addresses are one line of text in this version.

CREATE TABLE nav.person (
    id UUID DEFAULT uuidv7() NOT NULL,
    national_id TEXT NOT NULL,
    first_name TEXT NOT NULL,
    middle_name TEXT,
    last_name TEXT NOT NULL,
    residential_address TEXT,
    postal_address TEXT,
    temporary_address TEXT,
    address_grade TEXT NOT NULL,
    protection TEXT NOT NULL,
    grade SMALLINT GENERATED ALWAYS AS (CASE protection WHEN 'UGRADERT'::text THEN 0 WHEN 'FORTROLIG'::text
        THEN 1 WHEN 'STRENGT_FORTROLIG'::text THEN 2 WHEN 'STRENGT_FORTROLIG_UTLAND'::text THEN 3 ELSE
        NULL::integer END) STORED NOT NULL,
    shielded BOOLEAN DEFAULT false NOT NULL,
    preferred_language TEXT,
    interpreter_needed BOOLEAN,
    digital_contact_reserved BOOLEAN,
    deceased_on DATE,
    source_party TEXT NOT NULL,
    CONSTRAINT pk_person PRIMARY KEY (id),
    CONSTRAINT uq_person_national_id UNIQUE (national_id),
    CONSTRAINT ck_person_national_id CHECK (national_id ~ '^\d{11}$'),
    CONSTRAINT ck_person_address_grade CHECK (address_grade IN ('UGRADERT', 'KLIENTADRESSE', 'FORTROLIG')),
    CONSTRAINT ck_person_protection CHECK (protection IN ('UGRADERT', 'FORTROLIG', 'STRENGT_FORTROLIG',
        'STRENGT_FORTROLIG_UTLAND')),
    CONSTRAINT ck_person_strict_has_no_residence CHECK (protection NOT IN ('STRENGT_FORTROLIG',
        'STRENGT_FORTROLIG_UTLAND') OR num_nonnulls(residential_address, temporary_address) = 0)
);

CREATE TABLE nav.kinship (
    person_id UUID NOT NULL,
    relative_id UUID NOT NULL,
    relation TEXT NOT NULL,
    CONSTRAINT pk_kinship PRIMARY KEY (person_id, relative_id, relation),
    CONSTRAINT ck_kinship_relation CHECK (relation IN ('PARENT', 'CHILD', 'SIBLING', 'SPOUSE', 'COHABITANT',
        'FORMER_PARTNER', 'SHARED_CHILD'))
);

CREATE TABLE nav.financial_aid_application (
    id UUID DEFAULT uuidv7() NOT NULL,
    case_id UUID NOT NULL,
    purpose TEXT NOT NULL,
    amount_ore BIGINT NOT NULL,
    decision_ref TEXT,
    status TEXT NOT NULL,
    legal_ref TEXT NOT NULL,
    applied_at TIMESTAMP WITH TIME ZONE NOT NULL,
    decided_at TIMESTAMP WITH TIME ZONE,
    source_party TEXT NOT NULL,
    CONSTRAINT pk_financial_aid_application PRIMARY KEY (id),
    CONSTRAINT ck_financial_aid_application_purpose CHECK (purpose IN ('RENT_ARREARS', 'HOUSING_COSTS',
        'DEPOSIT', 'ENFORCEMENT_COSTS', 'LIVING_COSTS', 'EMERGENCY')),
    CONSTRAINT ck_financial_aid_application_status CHECK (status IN ('RECEIVED', 'IN_PROGRESS', 'GRANTED',
        'REFUSED', 'WITHDRAWN')),
    CONSTRAINT ck_financial_aid_application_legal_ref CHECK (legal_ref IN ('STL_18', 'STL_19'))
);
