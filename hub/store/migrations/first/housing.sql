-- Dwellings, tenancies, and what is owed or broken under them.

CREATE TABLE housing.dwelling (
    id UUID DEFAULT uuidv7() NOT NULL,
    address_line TEXT,
    postal_code TEXT,
    postal_place TEXT,
    municipality TEXT NOT NULL,
    cadastral TEXT,
    dwelling_type TEXT NOT NULL,
    owner_party TEXT,
    kobo_id TEXT,
    source_party TEXT NOT NULL,
    CONSTRAINT pk_dwelling PRIMARY KEY (id),
    CONSTRAINT ck_dwelling_dwelling_type CHECK (dwelling_type IN ('APARTMENT', 'HOUSE', 'TERRACED', 'ROOM',
        'OTHER')),
    CONSTRAINT ck_dwelling_municipality CHECK (municipality ~ '^\d{4}$')
);

CREATE TABLE housing.tenancy (
    id UUID DEFAULT uuidv7() NOT NULL,
    case_id UUID NOT NULL,
    dwelling_id UUID NOT NULL,
    landlord_party TEXT NOT NULL,
    start_date DATE NOT NULL,
    end_date DATE,
    term_type TEXT NOT NULL,
    monthly_rent_ore BIGINT NOT NULL,
    due_day SMALLINT NOT NULL,
    contract_written BOOLEAN NOT NULL,
    eviction_clause BOOLEAN NOT NULL,
    signed_by_tenant BOOLEAN NOT NULL,
    reserved_for_disadvantaged BOOLEAN NOT NULL,
    deposit_ore BIGINT,
    guarantee TEXT,
    rent_account_no TEXT,
    kid_pattern TEXT,
    status TEXT NOT NULL,
    source_party TEXT NOT NULL,
    CONSTRAINT pk_tenancy PRIMARY KEY (id),
    CONSTRAINT uq_tenancy_id_case_id UNIQUE (id, case_id),
    CONSTRAINT ck_tenancy_term_type CHECK (term_type IN ('FIXED', 'INDEFINITE')),
    CONSTRAINT ck_tenancy_guarantee CHECK (guarantee IN ('MUNICIPAL_GUARANTEE', 'DEPOSIT_ACCOUNT',
        'INSURANCE')),
    CONSTRAINT ck_tenancy_status CHECK (status IN ('ACTIVE', 'TERMINATED', 'ENDED')),
    CONSTRAINT ck_tenancy_due_day CHECK (due_day BETWEEN 1 AND 31)
);

CREATE TABLE housing.rent_claim (
    id UUID DEFAULT uuidv7() NOT NULL,
    tenancy_id UUID NOT NULL,
    case_id UUID NOT NULL,
    period DATE NOT NULL,
    due_date DATE NOT NULL,
    amount_ore BIGINT NOT NULL,
    paid_ore BIGINT NOT NULL,
    kid TEXT,
    status TEXT NOT NULL,
    dunning_level SMALLINT NOT NULL,
    source_party TEXT NOT NULL,
    CONSTRAINT pk_rent_claim PRIMARY KEY (id),
    CONSTRAINT uq_rent_claim_tenancy_id_period UNIQUE (tenancy_id, period),
    CONSTRAINT ck_rent_claim_status CHECK (status IN ('OPEN', 'PARTLY_PAID', 'PAID', 'CANCELLED')),
    CONSTRAINT ck_rent_claim_dunning_level CHECK (dunning_level BETWEEN 0 AND 4)
);

CREATE TABLE housing.rent_default (
    id UUID DEFAULT uuidv7() NOT NULL,
    case_id UUID NOT NULL,
    tenancy_id UUID NOT NULL,
    arrears_ore BIGINT NOT NULL,
    months_in_arrears INTEGER NOT NULL,
    oldest_due_date DATE NOT NULL,
    fees_ore BIGINT NOT NULL,
    interest_ore BIGINT NOT NULL,
    reported_by TEXT NOT NULL,
    reported_at TIMESTAMP WITH TIME ZONE NOT NULL,
    basis TEXT NOT NULL,
    discovery_source TEXT NOT NULL,
    status TEXT NOT NULL,
    source_party TEXT NOT NULL,
    CONSTRAINT pk_rent_default PRIMARY KEY (id),
    CONSTRAINT ck_rent_default_discovery_source CHECK (discovery_source IN ('RENT_LEDGER', 'NAV_CASEWORKER',
        'HEALTH_SERVICE', 'HOUSING_OFFICE', 'DEBT_COUNSELLOR', 'LANDLORD', 'ENFORCEMENT_COPY', 'BANK')),
    CONSTRAINT ck_rent_default_status CHECK (status IN ('OPEN', 'SETTLED', 'WITHDRAWN'))
);

CREATE TABLE housing.rent_demand_copy (
    id UUID DEFAULT uuidv7() NOT NULL,
    case_id UUID NOT NULL,
    tenancy_id UUID NOT NULL,
    demand_no INTEGER NOT NULL,
    kind TEXT NOT NULL,
    issued_at TIMESTAMP WITH TIME ZONE NOT NULL,
    amount_ore BIGINT NOT NULL,
    document_ref TEXT,
    routine_ref TEXT,
    delivered_to TEXT NOT NULL,
    tenant_informed_at TIMESTAMP WITH TIME ZONE,
    source_party TEXT NOT NULL,
    CONSTRAINT pk_rent_demand_copy PRIMARY KEY (id),
    CONSTRAINT ck_rent_demand_copy_kind CHECK (kind IN ('SECOND_DEMAND', 'COLLECTION_CLAIM'))
);

CREATE TABLE housing.lease_breach (
    id UUID DEFAULT uuidv7() NOT NULL,
    case_id UUID NOT NULL,
    tenancy_id UUID NOT NULL,
    kind TEXT NOT NULL,
    description TEXT,
    occurred_at TIMESTAMP WITH TIME ZONE NOT NULL,
    verified_with_tenant_at TIMESTAMP WITH TIME ZONE,
    consequences_explained_at TIMESTAMP WITH TIME ZONE,
    written_warning_at TIMESTAMP WITH TIME ZONE,
    measures TEXT[] NOT NULL,
    status TEXT NOT NULL,
    source_party TEXT NOT NULL,
    CONSTRAINT pk_lease_breach PRIMARY KEY (id),
    CONSTRAINT ck_lease_breach_kind CHECK (kind IN ('NOISE', 'DISORDER', 'DAMAGE', 'ILLEGAL_SUBLET', 'MISUSE',
        'HOUSE_RULES', 'UNACCEPTABLE_CONDITIONS', 'OTHER')),
    CONSTRAINT ck_lease_breach_status CHECK (status IN ('BREACH_RECEIVED', 'VERIFIED_WITH_TENANT',
        'INFORMED_OF_CONSEQUENCES', 'MEASURES', 'FOLLOW_UP', 'RESOLVED', 'TERMINATION'))
);
