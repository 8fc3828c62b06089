-- The terms of a consent move to the event that gave it, so that a renewal can have terms of its own.

DROP VIEW facts.consent;
DROP VIEW facts.consent_status;

ALTER TABLE hub.consent_event
    ADD COLUMN given_at TIMESTAMP WITH TIME ZONE,
    ADD COLUMN given_by TEXT,
    ADD COLUMN mandate_id UUID,
    ADD COLUMN assurance SMALLINT,
    ADD COLUMN collection_method TEXT,
    ADD COLUMN evidence_ref TEXT,
    ADD COLUMN notice_version TEXT,
    ADD COLUMN notice_sha256 TEXT,
    ADD COLUMN language TEXT,
    ADD COLUMN expires_at TIMESTAMP WITH TIME ZONE,
    ADD COLUMN reason TEXT;

-- Nothing that was true before becomes untrue: what opened from a later day on still does, and what ended still ended.
-- A consent that nobody gave had terms that nobody agreed to. They go.
ALTER TABLE hub.consent_event DISABLE TRIGGER refuse_change;
UPDATE hub.consent_event AS event SET
    given_at = CASE event.kind WHEN 'GIVEN' THEN consent.given_at ELSE event.effective_at END,
    effective_at = greatest(event.effective_at, consent.effective_from),
    given_by = consent.given_by,
    mandate_id = consent.mandate_id,
    assurance = consent.assurance,
    collection_method = consent.collection_method,
    notice_version = consent.notice_version,
    notice_sha256 = consent.notice_sha256,
    language = consent.language,
    -- One that was renewed after its end was never open. An instant is the shortest period that there is.
    expires_at = greatest(
        consent.expires_at, greatest(event.effective_at, consent.effective_from) + interval '1 microsecond'
    )
FROM hub.consent AS consent
WHERE consent.id = event.consent_id AND event.kind IN ('GIVEN', 'RENEWED');
ALTER TABLE hub.consent_event ENABLE TRIGGER refuse_change;

ALTER TABLE hub.consent_event
    ADD CONSTRAINT ck_consent_event_given_by CHECK (given_by IN ('SELF', 'GUARDIAN', 'PROXY')),
    ADD CONSTRAINT ck_consent_event_others_need_mandate
        CHECK (given_by IS NULL OR given_by = 'SELF' OR mandate_id IS NOT NULL),
    ADD CONSTRAINT ck_consent_event_collection_method
        CHECK (collection_method IN ('IDPORTEN_UI', 'ALTINN', 'PAPER_SCAN', 'ORAL_WITNESSED')),
    ADD CONSTRAINT ck_consent_event_language CHECK (language IN ('nb', 'nn', 'en')),
    ADD CONSTRAINT ck_consent_event_notice_sha256 CHECK (notice_sha256 ~ '^[0-9a-f]{64}$'),
    ADD CONSTRAINT ck_consent_event_terms CHECK (NOT kind IN ('GIVEN', 'RENEWED') OR num_nulls(given_at, given_by,
        assurance, collection_method, notice_version, notice_sha256, language, expires_at) = 0),
    ADD CONSTRAINT ck_consent_event_terms_of_what_opens_alone CHECK (kind IN ('GIVEN', 'RENEWED')
        OR num_nonnulls(given_at, assurance, notice_version, notice_sha256, expires_at) = 0),
    ADD CONSTRAINT ck_consent_event_period CHECK (effective_at < expires_at),
    ADD CONSTRAINT fk_consent_event_mandate_id FOREIGN KEY (mandate_id) REFERENCES hub.mandate (id);
CREATE INDEX ix_consent_event_mandate_id ON hub.consent_event (mandate_id);

-- With the columns go their constraints and indexes.
ALTER TABLE hub.consent
    DROP COLUMN given_by,
    DROP COLUMN mandate_id,
    DROP COLUMN notice_version,
    DROP COLUMN notice_sha256,
    DROP COLUMN language,
    DROP COLUMN collection_method,
    DROP COLUMN assurance,
    DROP COLUMN given_at,
    DROP COLUMN effective_from,
    DROP COLUMN expires_at,
    ADD COLUMN asked_by TEXT,
    ADD COLUMN supersedes UUID,
    ADD CONSTRAINT fk_consent_asked_by FOREIGN KEY (asked_by) REFERENCES hub.party (id),
    ADD CONSTRAINT fk_consent_supersedes FOREIGN KEY (supersedes) REFERENCES hub.consent (id);
CREATE INDEX ix_consent_asked_by ON hub.consent (asked_by);
CREATE INDEX ix_consent_supersedes ON hub.consent (supersedes);

-- To act for another is several rights, not one.
ALTER TABLE hub.mandate DROP CONSTRAINT ck_mandate_rights, ADD COLUMN evidence_ref TEXT;
ALTER TABLE hub.mandate DISABLE TRIGGER refuse_change;
UPDATE hub.mandate SET rights = array_remove(rights, 'ACT') || ARRAY['CONSENT', 'WITHDRAW', 'SIGN_AGREEMENT']
WHERE 'ACT' = ANY (rights);
ALTER TABLE hub.mandate ENABLE TRIGGER refuse_change;
ALTER TABLE hub.mandate ADD CONSTRAINT ck_mandate_rights
    CHECK (rights <@ ARRAY['READ', 'CONSENT', 'WITHDRAW', 'SIGN_AGREEMENT']);
