-- What has been accepted and has yet to reach a case. A row is put here as it is stored, whoever it is about and whether or
-- not there is a case: that it was accepted is all that it rests on.

CREATE TABLE hub.unrouted (
    row_id UUID NOT NULL,
    kind TEXT NOT NULL,
    turn SMALLINT NOT NULL,
    due_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    attempts INTEGER DEFAULT 0 NOT NULL,
    CONSTRAINT pk_unrouted PRIMARY KEY (row_id),
    CONSTRAINT ck_unrouted_kind CHECK (kind IN ('RENT_DEFAULT', 'LEASE_BREACH', 'MORTGAGE_DEFAULT',
        'CONCERN_REPORT', 'DEFAULT_NOTICE', 'DEFERRAL_REQUEST', 'FINANCIAL_AID_APPLICATION',
        'EVICTION_NOTICE_COPY', 'RENT_DEMAND_COPY', 'LANDLORD_NOTICE'))
);
CREATE INDEX ix_unrouted_turn_row_id ON hub.unrouted (turn, row_id);

-- What became of each row: the one place that says so, once.
CREATE TABLE hub.routed (
    id UUID NOT NULL,
    kind TEXT NOT NULL,
    outcome TEXT NOT NULL,
    signal_id UUID,
    routed_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_routed PRIMARY KEY (id),
    CONSTRAINT uq_routed_signal_id UNIQUE (signal_id),
    CONSTRAINT ck_routed_kind CHECK (kind IN ('RENT_DEFAULT', 'LEASE_BREACH', 'MORTGAGE_DEFAULT',
        'CONCERN_REPORT', 'DEFAULT_NOTICE', 'DEFERRAL_REQUEST', 'FINANCIAL_AID_APPLICATION',
        'EVICTION_NOTICE_COPY', 'RENT_DEMAND_COPY', 'LANDLORD_NOTICE')),
    CONSTRAINT ck_routed_outcome CHECK (outcome IN ('SIGNAL', 'NO_COPY', 'NO_GROUND')),
    CONSTRAINT ck_routed_signal CHECK ((outcome = 'SIGNAL') = (signal_id IS NOT NULL)),
    CONSTRAINT fk_routed_signal_id FOREIGN KEY (signal_id) REFERENCES hub.signal (id)
);

-- What happened to a case as such, and how it stood before.
CREATE TABLE hub.case_change (
    id UUID DEFAULT uuidv7() NOT NULL,
    case_id UUID NOT NULL,
    kind TEXT NOT NULL,
    occurred_at TIMESTAMP WITH TIME ZONE NOT NULL,
    signal_id UUID,
    state_before TEXT,
    state_after TEXT NOT NULL,
    phase_before SMALLINT,
    phase_after SMALLINT NOT NULL,
    unit_before TEXT,
    unit_after TEXT NOT NULL,
    closed_at TIMESTAMP WITH TIME ZONE,
    close_reason TEXT,
    source_party TEXT NOT NULL,
    CONSTRAINT pk_case_change PRIMARY KEY (id),
    CONSTRAINT ck_case_change_kind CHECK (kind IN ('OPENED', 'REOPENED', 'PETITIONED', 'HANDED_OVER')),
    CONSTRAINT ck_case_change_state_before CHECK (state_before IN ('SIGNAL_RECEIVED', 'TRIAGE', 'DISMISSED',
        'MERGED', 'OPEN', 'CONTACTING', 'NO_CONTACT', 'OVERVIEW', 'PLAN_PROPOSED', 'PLAN_AGREED', 'PLAN_ACTIVE',
        'PLAN_BREACHED', 'AWAITING_MANDATE', 'CLAIM_MET', 'ENFORCEMENT', 'OBJECTION_WINDOW', 'DATE_SET',
        'HALTED', 'PAID_BEFORE_LOCK', 'EVICTED', 'MOVED', 'AFTERCARE', 'LOAN_DEFAULT', 'REMINDER2',
        'ENFORCEMENT_NOTICE', 'FORCED_SALE_PETITION', 'OBJECTION', 'SALE_DECIDED', 'SOLD', 'STOPPED', 'CLOSED')),
    CONSTRAINT ck_case_change_state_after CHECK (state_after IN ('SIGNAL_RECEIVED', 'TRIAGE', 'DISMISSED',
        'MERGED', 'OPEN', 'CONTACTING', 'NO_CONTACT', 'OVERVIEW', 'PLAN_PROPOSED', 'PLAN_AGREED', 'PLAN_ACTIVE',
        'PLAN_BREACHED', 'AWAITING_MANDATE', 'CLAIM_MET', 'ENFORCEMENT', 'OBJECTION_WINDOW', 'DATE_SET',
        'HALTED', 'PAID_BEFORE_LOCK', 'EVICTED', 'MOVED', 'AFTERCARE', 'LOAN_DEFAULT', 'REMINDER2',
        'ENFORCEMENT_NOTICE', 'FORCED_SALE_PETITION', 'OBJECTION', 'SALE_DECIDED', 'SOLD', 'STOPPED', 'CLOSED')),
    CONSTRAINT ck_case_change_close_reason CHECK (close_reason IN ('CLAIM_MET', 'AGREEMENT_KEPT',
        'MOVED_VOLUNTARILY', 'DEBT_SETTLEMENT', 'EVICTED', 'FORCED_SALE', 'WITHDRAWN', 'ERROR', 'TRANSFERRED')),
    CONSTRAINT fk_case_change_case_id FOREIGN KEY (case_id) REFERENCES hub."case" (id),
    CONSTRAINT fk_case_change_signal_id FOREIGN KEY (signal_id) REFERENCES hub.signal (id),
    CONSTRAINT fk_case_change_unit_before FOREIGN KEY (unit_before) REFERENCES hub.unit (id),
    CONSTRAINT fk_case_change_unit_after FOREIGN KEY (unit_after) REFERENCES hub.unit (id),
    CONSTRAINT fk_case_change_source_party FOREIGN KEY (source_party) REFERENCES hub.party (id)
);
CREATE INDEX ix_case_change_case_id ON hub.case_change (case_id);
CREATE INDEX ix_case_change_signal_id ON hub.case_change (signal_id);
CREATE INDEX ix_case_change_unit_before ON hub.case_change (unit_before);
CREATE INDEX ix_case_change_unit_after ON hub.case_change (unit_after);

DO $$
DECLARE
    ledger text;
BEGIN
    FOREACH ledger IN ARRAY ARRAY['routed', 'case_change'] LOOP
        EXECUTE format('CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON hub.%I '
                       'EXECUTE FUNCTION hub.refuse_change()', ledger);
        EXECUTE format('CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON hub.%I '
                       'EXECUTE FUNCTION hub.refuse_change()', ledger);
    END LOOP;
END $$;

-- INVARIANT: stored and queued is one thing, in one transaction, and no command can forget it.
CREATE FUNCTION hub.queue_defaults() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO hub.unrouted (row_id, kind, turn)
    SELECT id, 'MORTGAGE_DEFAULT', 1 FROM added WHERE outcome = 'ACCEPTED';
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION hub.queue_defaults() FROM PUBLIC;
CREATE TRIGGER queue_defaults AFTER INSERT ON hub.submitted_default
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION hub.queue_defaults();

-- Accepted by the version before, and not yet passed on when it stopped. What is older reached no case then, and does not now.
INSERT INTO hub.unrouted (row_id, kind, turn)
SELECT line.id, 'MORTGAGE_DEFAULT', 1 FROM hub.submitted_default AS line
WHERE line.outcome = 'ACCEPTED' AND line.received_at > now() - interval '1 day'
    AND NOT EXISTS (SELECT FROM bank.mortgage_default AS known WHERE known.submission_id = line.submission_id);
