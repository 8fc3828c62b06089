-- What happens is written down where it happens, by the tables themselves, and put in line for those whom it concerns.
--
-- The outbox holds what nobody has put in line yet. A row of it costs the same whatever it is about: whom it concerns is
-- worked out beside the command, so that no command takes longer because somebody has a case.

CREATE TABLE hub.outbox (
    no BIGINT GENERATED ALWAYS AS IDENTITY NOT NULL,
    kind TEXT NOT NULL,
    occurred_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    case_id UUID,
    consent_id UUID,
    signal_id UUID,
    submission_id UUID,
    party_id TEXT,
    unit_id TEXT,
    CONSTRAINT pk_outbox PRIMARY KEY (no),
    CONSTRAINT ck_outbox_kind CHECK (kind IN (
        'CASE_OPENED', 'CASE_CHANGED', 'CASE_CLOSED', 'CASE_REOPENED',
        'SIGNAL_RECEIVED', 'SIGNAL_CHANGED', 'PARTICIPANT_CHANGED', 'PLAN_CHANGED', 'AGREEMENT_CHANGED',
        'CONSENT_REQUESTED', 'CONSENT_GIVEN', 'CONSENT_RENEWED', 'CONSENT_WITHDRAWN', 'CONSENT_EXPIRED',
        'CONSENT_INVALIDATED', 'CONSENT_SUPERSEDED', 'CONSENT_REFUSED', 'CONSENT_LAPSED', 'SUBMISSION_RECEIVED'
    ))
);

-- No references: what an event is about may be erased before the event is forgotten.
CREATE TABLE hub.event (
    position BIGINT NOT NULL,
    id UUID DEFAULT uuidv7() NOT NULL,
    kind TEXT NOT NULL,
    topic TEXT GENERATED ALWAYS AS (split_part(kind, '_', 1)) STORED NOT NULL,
    occurred_at TIMESTAMP WITH TIME ZONE NOT NULL,
    case_id UUID,
    consent_id UUID,
    signal_id UUID,
    submission_id UUID,
    party_id TEXT,
    unit_id TEXT,
    CONSTRAINT pk_event PRIMARY KEY (position),
    CONSTRAINT uq_event_id UNIQUE (id),
    CONSTRAINT ck_event_one_addressee CHECK (num_nonnulls(case_id, party_id) = 1)
);
CREATE INDEX ix_event_case_id_position ON hub.event (case_id, position);
CREATE INDEX ix_event_party_id_position ON hub.event (party_id, position);
CREATE INDEX ix_event_unit_id_position ON hub.event (unit_id, position);

CREATE TRIGGER refuse_change BEFORE UPDATE ON hub.event EXECUTE FUNCTION hub.refuse_change();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON hub.event EXECUTE FUNCTION hub.refuse_change();

-- Nobody writes to either but by the functions of this migration.
GRANT SELECT ON hub.event TO bofast_app;
