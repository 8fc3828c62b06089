-- The record.

CREATE TABLE audit.writer (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    kind TEXT NOT NULL,
    software TEXT NOT NULL,
    started_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_writer PRIMARY KEY (id),
    CONSTRAINT ck_writer_kind CHECK (kind IN ('COMMAND', 'READ'))
);

CREATE TABLE audit.writer_end (
    writer_id BIGINT NOT NULL,
    last_seq BIGINT NOT NULL,
    how TEXT NOT NULL,
    ended_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_writer_end PRIMARY KEY (writer_id),
    CONSTRAINT ck_writer_end_how CHECK (how IN ('FOUND_DEAD', 'STOPPED'))
);

CREATE TABLE audit.command_counter (
    writer_id BIGINT NOT NULL,
    last_seq BIGINT DEFAULT 0 NOT NULL,
    closed BOOLEAN DEFAULT false NOT NULL,
    CONSTRAINT pk_command_counter PRIMARY KEY (writer_id)
);

CREATE TABLE audit.event (
    id UUID NOT NULL,
    occurred_at TIMESTAMP WITH TIME ZONE NOT NULL,
    writer_id BIGINT NOT NULL,
    writer_seq BIGINT NOT NULL,
    leaf_version SMALLINT NOT NULL,
    kind TEXT NOT NULL,
    about UUID,
    request_id TEXT NOT NULL,
    actor_kind TEXT NOT NULL,
    actor_id TEXT NOT NULL,
    actor_name TEXT NOT NULL,
    actor_role TEXT NOT NULL,
    party TEXT NOT NULL,
    party_kind TEXT NOT NULL,
    unit TEXT,
    supplier TEXT,
    purpose TEXT,
    assurance SMALLINT NOT NULL,
    operation_name TEXT,
    operation_digest BYTEA,
    policy_digest TEXT NOT NULL,
    grounds JSON NOT NULL,
    entry_subjects BYTEA NOT NULL,
    entry_evidence BYTEA,
    entry_grounds BYTEA NOT NULL,
    entry_rows BYTEA NOT NULL,
    security_digest BYTEA,
    CONSTRAINT pk_event PRIMARY KEY (id, occurred_at),
    CONSTRAINT ck_event_actor_kind CHECK (actor_kind IN ('CITIZEN', 'STAFF', 'SYSTEM')),
    CONSTRAINT ck_event_kind CHECK (kind IN ('COMMAND', 'NOT_DELIVERED', 'QUERY')),
    CONSTRAINT ck_event_about CHECK ((kind = 'NOT_DELIVERED') = (about IS NOT NULL))
) PARTITION BY RANGE (occurred_at);

CREATE TABLE audit.security_event (
    id UUID NOT NULL,
    occurred_at TIMESTAMP WITH TIME ZONE NOT NULL,
    event_id UUID,
    ordinal SMALLINT NOT NULL,
    kind TEXT NOT NULL,
    code TEXT NOT NULL,
    target TEXT,
    policy TEXT,
    probe BYTEA,
    count INTEGER NOT NULL,
    request_id TEXT NOT NULL,
    actor_kind TEXT,
    actor_id TEXT,
    party TEXT,
    unit TEXT,
    CONSTRAINT pk_security_event PRIMARY KEY (id, occurred_at)
) PARTITION BY RANGE (occurred_at);

CREATE TABLE audit.subject_salt (
    subject_id UUID NOT NULL,
    salt BYTEA,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    erased_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_subject_salt PRIMARY KEY (subject_id),
    CONSTRAINT ck_subject_salt_erased CHECK ((salt IS NULL) = (erased_at IS NOT NULL)),
    CONSTRAINT ck_subject_salt_length CHECK (octet_length(salt) = 32)
);

CREATE TABLE audit.access_subject (
    id UUID NOT NULL,
    event_id UUID NOT NULL,
    occurred_at TIMESTAMP WITH TIME ZONE NOT NULL,
    subject_id UUID,
    source_party TEXT NOT NULL,
    recipient_party TEXT NOT NULL,
    recipient_unit TEXT,
    actor_id TEXT NOT NULL,
    actor_name TEXT NOT NULL,
    actor_role TEXT NOT NULL,
    actor_kind TEXT NOT NULL,
    supplier TEXT,
    purpose TEXT,
    basis TEXT NOT NULL,
    evidence_id UUID,
    categories TEXT[] NOT NULL,
    policies TEXT[] NOT NULL,
    kind TEXT NOT NULL,
    operation_name TEXT,
    request_id TEXT NOT NULL,
    severity TEXT NOT NULL,
    rows INTEGER NOT NULL,
    delivered BOOLEAN NOT NULL,
    CONSTRAINT pk_access_subject PRIMARY KEY (id),
    CONSTRAINT ck_access_subject_actor_kind CHECK (actor_kind IN ('CITIZEN', 'STAFF', 'SYSTEM')),
    CONSTRAINT ck_access_subject_kind CHECK (kind IN ('LISTED', 'LOOKED_UP', 'RELATED')),
    CONSTRAINT ck_access_subject_severity CHECK (severity IN ('INFO', 'WARN'))
);

CREATE TABLE audit.index_cursor (
    writer_id BIGINT NOT NULL,
    writer_seq BIGINT NOT NULL,
    CONSTRAINT pk_index_cursor PRIMARY KEY (writer_id)
);
