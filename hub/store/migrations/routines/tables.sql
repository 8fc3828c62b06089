-- The written routines of municipalities: what goes to which unit, what is copied, what is to be done, who takes part.

CREATE TABLE hub.routine (
    id UUID DEFAULT uuidv7() NOT NULL,
    municipality TEXT NOT NULL,
    version INTEGER NOT NULL,
    approved_by TEXT NOT NULL,
    approved_on DATE NOT NULL,
    valid_from DATE NOT NULL,
    valid_to DATE,
    intake_unit TEXT NOT NULL,
    secure_unit TEXT,
    recorded_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_routine PRIMARY KEY (id),
    CONSTRAINT uq_routine_municipality_version UNIQUE (municipality, version),
    CONSTRAINT uq_routine_municipality_valid_from UNIQUE (municipality, valid_from),
    CONSTRAINT ck_routine_municipality CHECK (municipality ~ '^\d{4}$'),
    CONSTRAINT ck_routine_version CHECK (version > 0),
    CONSTRAINT ck_routine_approved_by CHECK (approved_by IN ('KOMMUNEDIREKTOR', 'POLITICAL')),
    CONSTRAINT ck_routine_period CHECK (valid_from <= valid_to),
    CONSTRAINT ck_routine_two_units CHECK (intake_unit <> secure_unit),
    CONSTRAINT fk_routine_intake_unit FOREIGN KEY (intake_unit) REFERENCES hub.unit (id),
    CONSTRAINT fk_routine_secure_unit FOREIGN KEY (secure_unit) REFERENCES hub.unit (id)
);
CREATE INDEX ix_routine_intake_unit ON hub.routine (intake_unit);
CREATE INDEX ix_routine_secure_unit ON hub.routine (secure_unit);

CREATE TABLE hub.routine_unit (
    id UUID DEFAULT uuidv7() NOT NULL,
    routine_id UUID NOT NULL,
    kind TEXT NOT NULL,
    unit_id TEXT NOT NULL,
    CONSTRAINT pk_routine_unit PRIMARY KEY (id),
    CONSTRAINT uq_routine_unit_routine_id_kind UNIQUE (routine_id, kind),
    CONSTRAINT ck_routine_unit_kind CHECK (kind IN ('RENT_DEFAULT', 'LEASE_BREACH', 'MORTGAGE_DEFAULT',
        'CONCERN_REPORT', 'DEFAULT_NOTICE', 'DEFERRAL_REQUEST', 'FINANCIAL_AID_APPLICATION',
        'EVICTION_NOTICE_COPY', 'RENT_DEMAND_COPY', 'LANDLORD_NOTICE')),
    CONSTRAINT fk_routine_unit_routine_id FOREIGN KEY (routine_id) REFERENCES hub.routine (id),
    CONSTRAINT fk_routine_unit_unit_id FOREIGN KEY (unit_id) REFERENCES hub.unit (id)
);
CREATE INDEX ix_routine_unit_unit_id ON hub.routine_unit (unit_id);

CREATE TABLE hub.routine_copy (
    id UUID DEFAULT uuidv7() NOT NULL,
    routine_id UUID NOT NULL,
    dunning_level_from SMALLINT NOT NULL,
    CONSTRAINT pk_routine_copy PRIMARY KEY (id),
    CONSTRAINT uq_routine_copy_routine_id UNIQUE (routine_id),
    CONSTRAINT ck_routine_copy_dunning_level_from CHECK (dunning_level_from BETWEEN 0 AND 4),
    CONSTRAINT fk_routine_copy_routine_id FOREIGN KEY (routine_id) REFERENCES hub.routine (id)
);

CREATE TABLE hub.routine_task (
    id UUID DEFAULT uuidv7() NOT NULL,
    routine_id UUID NOT NULL,
    kind TEXT NOT NULL,
    what TEXT NOT NULL,
    within_days INTEGER NOT NULL,
    CONSTRAINT pk_routine_task PRIMARY KEY (id),
    CONSTRAINT uq_routine_task_routine_id_kind UNIQUE (routine_id, kind),
    CONSTRAINT ck_routine_task_kind CHECK (kind IN ('RENT_DEFAULT', 'LEASE_BREACH', 'MORTGAGE_DEFAULT',
        'CONCERN_REPORT', 'DEFAULT_NOTICE', 'DEFERRAL_REQUEST', 'FINANCIAL_AID_APPLICATION',
        'EVICTION_NOTICE_COPY', 'RENT_DEMAND_COPY', 'LANDLORD_NOTICE')),
    CONSTRAINT ck_routine_task_within_days CHECK (within_days >= 0),
    CONSTRAINT fk_routine_task_routine_id FOREIGN KEY (routine_id) REFERENCES hub.routine (id)
);

CREATE TABLE hub.routine_participant (
    id UUID DEFAULT uuidv7() NOT NULL,
    routine_id UUID NOT NULL,
    kind TEXT NOT NULL,
    startlan_only BOOLEAN DEFAULT false NOT NULL,
    party_id TEXT NOT NULL,
    unit_id TEXT NOT NULL,
    role TEXT NOT NULL,
    basis TEXT NOT NULL,
    CONSTRAINT pk_routine_participant PRIMARY KEY (id),
    CONSTRAINT uq_routine_participant_routine_id_kind_unit_id UNIQUE (routine_id, kind, unit_id),
    CONSTRAINT ck_routine_participant_kind CHECK (kind IN ('RENT_DEFAULT', 'LEASE_BREACH', 'MORTGAGE_DEFAULT',
        'CONCERN_REPORT', 'DEFAULT_NOTICE', 'DEFERRAL_REQUEST', 'FINANCIAL_AID_APPLICATION',
        'EVICTION_NOTICE_COPY', 'RENT_DEMAND_COPY', 'LANDLORD_NOTICE')),
    CONSTRAINT ck_routine_participant_role CHECK (role IN ('COORDINATOR', 'CASEWORKER', 'DEBT_COUNSELLOR',
        'HOUSING_CASEWORKER', 'RENT_OFFICER', 'HOUSING_SUPPORT_WORKER', 'ENFORCEMENT_OFFICER', 'CREDITOR',
        'SERVICER', 'LANDLORD')),
    CONSTRAINT fk_routine_participant_routine_id FOREIGN KEY (routine_id) REFERENCES hub.routine (id),
    CONSTRAINT fk_routine_participant_party_id FOREIGN KEY (party_id) REFERENCES hub.party (id),
    CONSTRAINT fk_routine_participant_unit_id FOREIGN KEY (unit_id) REFERENCES hub.unit (id)
);
CREATE INDEX ix_routine_participant_party_id ON hub.routine_participant (party_id);
CREATE INDEX ix_routine_participant_unit_id ON hub.routine_participant (unit_id);

DO $$
DECLARE
    ledger text;
BEGIN
    FOREACH ledger IN ARRAY ARRAY['routine', 'routine_unit', 'routine_copy', 'routine_task', 'routine_participant'] LOOP
        EXECUTE format('CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON hub.%I '
                       'EXECUTE FUNCTION hub.refuse_change()', ledger);
        EXECUTE format('CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON hub.%I '
                       'EXECUTE FUNCTION hub.refuse_change()', ledger);
    END LOOP;
END $$;

GRANT SELECT ON hub.routine, hub.routine_unit, hub.routine_copy, hub.routine_task, hub.routine_participant
    TO bofast_app;
