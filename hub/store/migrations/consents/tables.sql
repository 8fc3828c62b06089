-- Receipts and their keys, messages, break-glass, and the keys of commands.

CREATE TABLE hub.receipt_key (
    kid TEXT NOT NULL,
    public_jwk TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    retired_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_receipt_key PRIMARY KEY (kid)
);

CREATE TABLE hub.consent_receipt (
    id UUID DEFAULT uuidv7() NOT NULL,
    consent_id UUID NOT NULL,
    event_id UUID NOT NULL,
    key_id TEXT NOT NULL,
    document TEXT NOT NULL,
    issued_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_consent_receipt PRIMARY KEY (id),
    CONSTRAINT uq_consent_receipt_event_id UNIQUE (event_id),
    CONSTRAINT fk_consent_receipt_consent_id FOREIGN KEY (consent_id) REFERENCES hub.consent (id),
    CONSTRAINT fk_consent_receipt_event_id FOREIGN KEY (event_id) REFERENCES hub.consent_event (id),
    CONSTRAINT fk_consent_receipt_key_id FOREIGN KEY (key_id) REFERENCES hub.receipt_key (kid)
);
CREATE INDEX ix_consent_receipt_consent_id ON hub.consent_receipt (consent_id);
CREATE INDEX ix_consent_receipt_key_id ON hub.consent_receipt (key_id);

CREATE TABLE hub.message (
    id UUID DEFAULT uuidv7() NOT NULL,
    kind TEXT NOT NULL,
    person_id UUID,
    party_id TEXT,
    consent_id UUID,
    event_seq BIGINT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_message PRIMARY KEY (id),
    CONSTRAINT uq_message_once UNIQUE NULLS NOT DISTINCT (kind, consent_id, event_seq, person_id, party_id),
    CONSTRAINT ck_message_kind CHECK (kind IN ('CONSENT_REMINDER', 'CONSENT_EXPIRED', 'CONSENT_REQUESTED',
        'CONSENT_WITHDRAWN', 'CONSENT_LAPSED')),
    CONSTRAINT ck_message_one_addressee CHECK (num_nonnulls(person_id, party_id) = 1),
    CONSTRAINT fk_message_person_id FOREIGN KEY (person_id) REFERENCES nav.person (id),
    CONSTRAINT fk_message_party_id FOREIGN KEY (party_id) REFERENCES hub.party (id),
    CONSTRAINT fk_message_consent_id FOREIGN KEY (consent_id) REFERENCES hub.consent (id)
);
CREATE INDEX ix_message_person_id ON hub.message (person_id);
CREATE INDEX ix_message_party_id ON hub.message (party_id);
CREATE INDEX ix_message_consent_id ON hub.message (consent_id);

CREATE TABLE hub.break_glass (
    id UUID DEFAULT uuidv7() NOT NULL,
    case_id UUID NOT NULL,
    person_id UUID NOT NULL,
    actor_id TEXT NOT NULL,
    party_id TEXT NOT NULL,
    unit_id TEXT,
    reason TEXT NOT NULL,
    danger_to_life BOOLEAN NOT NULL,
    effective_from TIMESTAMP WITH TIME ZONE NOT NULL,
    until_at TIMESTAMP WITH TIME ZONE NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_break_glass PRIMARY KEY (id),
    CONSTRAINT ck_break_glass_reason CHECK (char_length(reason) BETWEEN 10 AND 255),
    CONSTRAINT ck_break_glass_period CHECK (effective_from < until_at),
    CONSTRAINT ck_break_glass_within_three_days CHECK (until_at <= effective_from + interval '72 hours'),
    CONSTRAINT fk_break_glass_case_id FOREIGN KEY (case_id) REFERENCES hub."case" (id),
    CONSTRAINT fk_break_glass_person_id FOREIGN KEY (person_id) REFERENCES nav.person (id),
    CONSTRAINT fk_break_glass_party_id FOREIGN KEY (party_id) REFERENCES hub.party (id),
    CONSTRAINT fk_break_glass_unit_id FOREIGN KEY (unit_id) REFERENCES hub.unit (id)
);
CREATE INDEX ix_break_glass_case_id ON hub.break_glass (case_id);
CREATE INDEX ix_break_glass_person_id ON hub.break_glass (person_id);
CREATE INDEX ix_break_glass_party_id ON hub.break_glass (party_id);
CREATE INDEX ix_break_glass_unit_id ON hub.break_glass (unit_id);

CREATE TABLE hub.command_key (
    id UUID DEFAULT uuidv7() NOT NULL,
    actor TEXT NOT NULL,
    command TEXT NOT NULL,
    key TEXT NOT NULL,
    content_sha256 TEXT NOT NULL,
    result_id UUID NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_command_key PRIMARY KEY (id),
    CONSTRAINT uq_command_key_actor_command_key UNIQUE (actor, command, key),
    CONSTRAINT ck_command_key_content_sha256 CHECK (content_sha256 ~ '^[0-9a-f]{64}$')
);

DO $$
DECLARE
    ledger text;
BEGIN
    FOREACH ledger IN ARRAY ARRAY['break_glass', 'command_key', 'consent_receipt', 'message'] LOOP
        EXECUTE format('CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON hub.%I '
                       'EXECUTE FUNCTION hub.refuse_change()', ledger);
        EXECUTE format('CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON hub.%I '
                       'EXECUTE FUNCTION hub.refuse_change()', ledger);
    END LOOP;
END $$;

GRANT SELECT ON hub.receipt_key, hub.consent_receipt, hub.message, hub.break_glass, hub.command_key TO bofast_app;
GRANT INSERT ON hub.receipt_key, hub.consent_receipt, hub.message, hub.break_glass, hub.command_key TO bofast_app;
-- The one thing that ever happens to a key.
GRANT UPDATE (retired_at) ON hub.receipt_key TO bofast_app;
