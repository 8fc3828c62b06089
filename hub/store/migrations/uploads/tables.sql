-- A file on its way in. It is acknowledged when all of it stands here; then its rows are judged, a slice at a time, and each
-- part is gone in the transaction that judged the last of it.

CREATE TABLE hub.upload (
    id UUID DEFAULT uuidv7() NOT NULL,
    submitter_party TEXT NOT NULL,
    kind TEXT NOT NULL,
    idempotency_key TEXT NOT NULL,
    media TEXT NOT NULL,
    columns TEXT[] NOT NULL,
    requester JSONB NOT NULL,
    consumer TEXT NOT NULL,
    purpose TEXT,
    request_id TEXT NOT NULL,
    state TEXT NOT NULL,
    begun_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    received_at TIMESTAMP WITH TIME ZONE,
    judged_at TIMESTAMP WITH TIME ZONE,
    part_count INTEGER DEFAULT 0 NOT NULL,
    part_no INTEGER DEFAULT 0 NOT NULL,
    part_at INTEGER DEFAULT 0 NOT NULL,
    carry BYTEA DEFAULT '' NOT NULL,
    rows_judged INTEGER DEFAULT 0 NOT NULL,
    rows_accepted INTEGER DEFAULT 0 NOT NULL,
    rows_rejected INTEGER DEFAULT 0 NOT NULL,
    due_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    attempts INTEGER DEFAULT 0 NOT NULL,
    CONSTRAINT pk_upload PRIMARY KEY (id),
    CONSTRAINT uq_upload_submitter_party_kind_idempotency_key UNIQUE (submitter_party, kind, idempotency_key),
    CONSTRAINT ck_upload_kind CHECK (kind IN ('RENT_DEFAULT', 'LEASE_BREACH', 'MORTGAGE_DEFAULT',
        'CONCERN_REPORT', 'DEFAULT_NOTICE', 'DEFERRAL_REQUEST', 'FINANCIAL_AID_APPLICATION',
        'EVICTION_NOTICE_COPY', 'RENT_DEMAND_COPY', 'LANDLORD_NOTICE')),
    CONSTRAINT ck_upload_media CHECK (media IN ('CSV', 'NDJSON')),
    CONSTRAINT ck_upload_state CHECK (state IN ('RECEIVING', 'RECEIVED', 'JUDGED')),
    CONSTRAINT ck_upload_received CHECK ((state = 'RECEIVING') = (received_at IS NULL)),
    CONSTRAINT ck_upload_judged CHECK ((state = 'JUDGED') = (judged_at IS NOT NULL)),
    CONSTRAINT ck_upload_judged_keeps_nothing CHECK (state <> 'JUDGED' OR carry = ''),
    CONSTRAINT ck_upload_rows CHECK (rows_judged = rows_accepted + rows_rejected),
    CONSTRAINT fk_upload_submitter_party FOREIGN KEY (submitter_party) REFERENCES hub.party (id)
);
CREATE INDEX ix_upload_state_due_at ON hub.upload (state, due_at);

CREATE TABLE hub.upload_part (
    upload_id UUID NOT NULL,
    no INTEGER NOT NULL,
    body BYTEA NOT NULL,
    sha256 TEXT NOT NULL,
    line_ends INTEGER NOT NULL,
    CONSTRAINT pk_upload_part PRIMARY KEY (upload_id, no),
    CONSTRAINT ck_upload_part_sha256 CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    CONSTRAINT fk_upload_part_upload_id FOREIGN KEY (upload_id) REFERENCES hub.upload (id)
);
-- It is written once, read once and deleted: to compress it would cost more than it saves.
ALTER TABLE hub.upload_part ALTER COLUMN body SET STORAGE EXTERNAL;

CREATE TABLE hub.upload_identity (
    upload_id UUID NOT NULL,
    identity UUID NOT NULL,
    CONSTRAINT pk_upload_identity PRIMARY KEY (upload_id, identity),
    CONSTRAINT fk_upload_identity_upload_id FOREIGN KEY (upload_id) REFERENCES hub.upload (id)
);

CREATE TABLE hub.upload_rejection (
    id UUID DEFAULT uuidv7() NOT NULL,
    submission_id UUID NOT NULL,
    row_no INTEGER NOT NULL,
    field TEXT NOT NULL,
    text_nb TEXT NOT NULL,
    text_en TEXT NOT NULL,
    CONSTRAINT pk_upload_rejection PRIMARY KEY (id),
    CONSTRAINT uq_upload_rejection_submission_id_row_no UNIQUE (submission_id, row_no),
    CONSTRAINT fk_upload_rejection_submission_id FOREIGN KEY (submission_id) REFERENCES hub.submission (id)
);

CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON hub.upload_rejection
    EXECUTE FUNCTION hub.refuse_change();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON hub.upload_rejection EXECUTE FUNCTION hub.refuse_change();

GRANT SELECT, INSERT, UPDATE, DELETE ON hub.upload TO bofast_app;
GRANT SELECT, INSERT, DELETE ON hub.upload_part, hub.upload_identity TO bofast_app;
GRANT SELECT, INSERT ON hub.upload_rejection TO bofast_app;
