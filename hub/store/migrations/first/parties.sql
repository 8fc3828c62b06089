-- Parties, units, employees, and the register of acting parties.

CREATE TABLE hub.party (
    id TEXT NOT NULL,
    orgnr TEXT,
    kind TEXT NOT NULL,
    sector TEXT NOT NULL,
    name TEXT NOT NULL,
    municipality TEXT,
    log_shows_names BOOLEAN DEFAULT false NOT NULL,
    CONSTRAINT pk_party PRIMARY KEY (id),
    CONSTRAINT ck_party_sector CHECK (sector IN ('PUBLIC', 'PRIVATE')),
    CONSTRAINT ck_party_kind CHECK (kind IN ('BANK', 'CITIZEN', 'DEBT_COUNSEL', 'ENFORCEMENT', 'HOUSING',
        'HOUSING_SUPPORT', 'LANDLORD', 'LEADER', 'LOAN_MANAGER', 'MUNICIPALITY', 'NAV', 'PRIVACY',
        'RENT_COLLECTOR', 'SECURE_UNIT')),
    CONSTRAINT ck_party_orgnr CHECK (orgnr ~ '^\d{9}$')
);

CREATE TABLE hub.unit (
    id TEXT NOT NULL,
    party_id TEXT NOT NULL,
    name TEXT NOT NULL,
    secure BOOLEAN DEFAULT false NOT NULL,
    CONSTRAINT pk_unit PRIMARY KEY (id),
    CONSTRAINT ck_unit_id CHECK (id ~ '^\d{4}$')
);

CREATE TABLE hub.employee (
    id UUID DEFAULT uuidv7() NOT NULL,
    tenant TEXT NOT NULL,
    ident TEXT NOT NULL,
    display_name TEXT NOT NULL,
    person_id UUID NOT NULL,
    unit_id TEXT NOT NULL,
    valid_from DATE NOT NULL,
    valid_to DATE,
    CONSTRAINT pk_employee PRIMARY KEY (id),
    CONSTRAINT uq_employee_tenant_ident UNIQUE (tenant, ident)
);

CREATE TABLE hub.registration (
    id UUID DEFAULT uuidv7() NOT NULL,
    issuer TEXT NOT NULL,
    tenant TEXT NOT NULL,
    role TEXT NOT NULL,
    party_id TEXT,
    unit_id TEXT,
    kind TEXT NOT NULL,
    groups TEXT[] NOT NULL,
    valid_from DATE NOT NULL,
    valid_to DATE,
    CONSTRAINT pk_registration PRIMARY KEY (id),
    CONSTRAINT ck_registration_issuer CHECK (issuer IN ('MASKINPORTEN', 'IDPORTEN', 'ENTRA', 'ANSATTPORTEN')),
    CONSTRAINT ck_registration_kind CHECK (kind IN ('bank', 'citizen', 'debt-counsel', 'enforcement',
        'housing', 'housing-support', 'landlord', 'leader', 'loan-manager', 'nav', 'privacy',
        'rent-collector', 'secure-unit'))
);

CREATE TABLE hub.supplier_agreement (
    id UUID DEFAULT uuidv7() NOT NULL,
    consumer_orgnr TEXT NOT NULL,
    supplier_orgnr TEXT NOT NULL,
    scopes TEXT[] NOT NULL,
    valid_from DATE NOT NULL,
    valid_to DATE,
    CONSTRAINT pk_supplier_agreement PRIMARY KEY (id)
);
