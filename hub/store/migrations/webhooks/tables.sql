-- Where a party wants to be called. It asks as the system that registered it would: that system, its purpose, and nothing
-- that its token said beside. Secrets are sealed with the service's key; what stands here signs nothing.

CREATE TABLE hub.webhook (
    id UUID DEFAULT uuidv7() NOT NULL,
    submitter_party TEXT NOT NULL,
    consumer TEXT NOT NULL,
    supplier TEXT,
    scopes TEXT[] NOT NULL,
    issuer TEXT NOT NULL,
    purpose TEXT NOT NULL,
    url TEXT NOT NULL,
    kinds TEXT[] NOT NULL,
    secret TEXT NOT NULL,
    old_secret TEXT,
    old_secret_until TIMESTAMP WITH TIME ZONE,
    -- The place in the line of events that it has come to.
    position BIGINT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    ended_at TIMESTAMP WITH TIME ZONE,
    end_reason TEXT,
    CONSTRAINT pk_webhook PRIMARY KEY (id),
    CONSTRAINT ck_webhook_kinds CHECK (kinds <@ ARRAY['AGREEMENT', 'CONSENT', 'PLAN']),
    CONSTRAINT ck_webhook_end_reason CHECK (end_reason IN ('BY_PARTY', 'GONE')),
    CONSTRAINT ck_webhook_ended CHECK ((ended_at IS NULL) = (end_reason IS NULL)),
    CONSTRAINT ck_webhook_old_secret CHECK ((old_secret IS NULL) = (old_secret_until IS NULL)),
    CONSTRAINT fk_webhook_submitter_party FOREIGN KEY (submitter_party) REFERENCES hub.party (id)
);
CREATE INDEX ix_webhook_submitter_party ON hub.webhook (submitter_party);

-- What may have to be told: decided when it is sent, and gone when it is settled. `line` is what has an order of its own (a
-- case, or a consent); whoever takes a row in hand puts its due time forward, so that it is due again should he die.
CREATE TABLE hub.webhook_delivery (
    webhook_id UUID NOT NULL,
    event_id UUID NOT NULL,
    position BIGINT NOT NULL,
    kind TEXT NOT NULL,
    line UUID NOT NULL,
    occurred_at TIMESTAMP WITH TIME ZONE NOT NULL,
    attempts INTEGER DEFAULT 0 NOT NULL,
    due_at TIMESTAMP WITH TIME ZONE NOT NULL,
    lease UUID,
    CONSTRAINT pk_webhook_delivery PRIMARY KEY (webhook_id, event_id),
    CONSTRAINT ck_webhook_delivery_kind CHECK (kind IN ('AGREEMENT', 'CONSENT', 'PLAN')),
    CONSTRAINT fk_webhook_delivery_webhook_id FOREIGN KEY (webhook_id) REFERENCES hub.webhook (id)
);
CREATE INDEX ix_webhook_delivery_webhook_id_line_position ON hub.webhook_delivery (webhook_id, line, position);
CREATE INDEX ix_webhook_delivery_webhook_id_due_at ON hub.webhook_delivery (webhook_id, due_at);

-- What was tried often enough. The party lists these, and has them sent again.
CREATE TABLE hub.webhook_dead_letter (
    id UUID DEFAULT uuidv7() NOT NULL,
    webhook_id UUID NOT NULL,
    submitter_party TEXT NOT NULL,
    event_id UUID NOT NULL,
    position BIGINT NOT NULL,
    kind TEXT NOT NULL,
    line UUID NOT NULL,
    occurred_at TIMESTAMP WITH TIME ZONE NOT NULL,
    attempts INTEGER NOT NULL,
    last_result TEXT NOT NULL,
    died_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_webhook_dead_letter PRIMARY KEY (id),
    CONSTRAINT uq_webhook_dead_letter_webhook_id_event_id UNIQUE (webhook_id, event_id),
    CONSTRAINT ck_webhook_dead_letter_kind CHECK (kind IN ('AGREEMENT', 'CONSENT', 'PLAN')),
    CONSTRAINT fk_webhook_dead_letter_webhook_id FOREIGN KEY (webhook_id) REFERENCES hub.webhook (id),
    CONSTRAINT fk_webhook_dead_letter_submitter_party FOREIGN KEY (submitter_party) REFERENCES hub.party (id)
);
CREATE INDEX ix_webhook_dead_letter_submitter_party ON hub.webhook_dead_letter (submitter_party);
CREATE INDEX ix_webhook_dead_letter_died_at ON hub.webhook_dead_letter (died_at);

-- A keyed digest of what the party could see when it was last told. Where it sees the same again, something has changed that
-- is not for it, and it is not told.
CREATE TABLE hub.webhook_told (
    webhook_id UUID NOT NULL,
    line UUID NOT NULL,
    kind TEXT NOT NULL,
    seen TEXT NOT NULL,
    told_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_webhook_told PRIMARY KEY (webhook_id, line, kind),
    CONSTRAINT ck_webhook_told_kind CHECK (kind IN ('AGREEMENT', 'CONSENT', 'PLAN')),
    CONSTRAINT fk_webhook_told_webhook_id FOREIGN KEY (webhook_id) REFERENCES hub.webhook (id)
);

GRANT SELECT, INSERT ON hub.webhook TO bofast_app;
GRANT UPDATE (secret, old_secret, old_secret_until, position, ended_at, end_reason) ON hub.webhook TO bofast_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON hub.webhook_delivery, hub.webhook_told TO bofast_app;
GRANT SELECT, INSERT, DELETE ON hub.webhook_dead_letter TO bofast_app;
