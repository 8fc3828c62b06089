-- The terms move back to the consent. It has room for one set: those in force now or, where none is, the first that come.

DROP FUNCTION hub.consent_as_of(timestamptz, uuid);
DROP VIEW facts.break_glass;
DROP VIEW facts.guardian;
DROP VIEW facts.consent_party;
DROP VIEW facts.consent_informed;
DROP VIEW facts.consent_area;
DROP VIEW hub.receipt;
DROP VIEW hub.consent_history;
DROP VIEW facts.mandate;
DROP VIEW facts.consent;
DROP VIEW facts.consent_status;
DROP TABLE hub.command_key, hub.break_glass, hub.message, hub.consent_receipt, hub.receipt_key;

ALTER TABLE hub.consent
    ADD COLUMN given_by TEXT,
    ADD COLUMN mandate_id UUID,
    ADD COLUMN notice_version TEXT,
    ADD COLUMN notice_sha256 TEXT,
    ADD COLUMN language TEXT,
    ADD COLUMN collection_method TEXT,
    ADD COLUMN assurance SMALLINT,
    ADD COLUMN given_at TIMESTAMP WITH TIME ZONE,
    ADD COLUMN effective_from TIMESTAMP WITH TIME ZONE,
    ADD COLUMN expires_at TIMESTAMP WITH TIME ZONE;

-- A consent that nobody gave has no terms, and needs some here. Without an event that gives it, it opens nothing.
ALTER TABLE hub.consent DISABLE TRIGGER refuse_change;
UPDATE hub.consent AS consent SET
    given_by = coalesce(terms.given_by, 'SELF'),
    mandate_id = terms.mandate_id,
    notice_version = coalesce(terms.notice_version, 'none'),
    notice_sha256 = coalesce(terms.notice_sha256, repeat('0', 64)),
    language = coalesce(terms.language, 'nb'),
    collection_method = coalesce(terms.collection_method, 'IDPORTEN_UI'),
    assurance = coalesce(terms.assurance, 0),
    given_at = coalesce(terms.given_at, consent.recorded_at),
    effective_from = coalesce(terms.effective_at, consent.recorded_at),
    expires_at = coalesce(terms.expires_at, consent.recorded_at + interval '1 microsecond')
FROM hub.consent AS same
LEFT JOIN LATERAL (
    SELECT event.* FROM hub.consent_event AS event
    WHERE event.consent_id = same.id AND event.kind IN ('GIVEN', 'RENEWED')
    ORDER BY event.effective_at <= now() DESC, CASE WHEN event.effective_at <= now() THEN -event.seq ELSE event.seq END
    LIMIT 1
) AS terms ON true
WHERE same.id = consent.id;
ALTER TABLE hub.consent ENABLE TRIGGER refuse_change;

ALTER TABLE hub.consent
    ALTER COLUMN given_by SET NOT NULL,
    ALTER COLUMN notice_version SET NOT NULL,
    ALTER COLUMN notice_sha256 SET NOT NULL,
    ALTER COLUMN language SET NOT NULL,
    ALTER COLUMN collection_method SET NOT NULL,
    ALTER COLUMN assurance SET NOT NULL,
    ALTER COLUMN given_at SET NOT NULL,
    ALTER COLUMN effective_from SET NOT NULL,
    ALTER COLUMN expires_at SET NOT NULL,
    DROP COLUMN asked_by,
    DROP COLUMN supersedes,
    ADD CONSTRAINT ck_consent_given_by CHECK (given_by IN ('SELF', 'GUARDIAN', 'PROXY')),
    ADD CONSTRAINT ck_consent_others_need_mandate CHECK (given_by = 'SELF' OR mandate_id IS NOT NULL),
    ADD CONSTRAINT ck_consent_collection_method CHECK (collection_method IN ('IDPORTEN_UI', 'ALTINN',
        'PAPER_SCAN', 'ORAL_WITNESSED')),
    ADD CONSTRAINT ck_consent_language CHECK (language IN ('nb', 'nn', 'en')),
    ADD CONSTRAINT ck_consent_notice_sha256 CHECK (notice_sha256 ~ '^[0-9a-f]{64}$'),
    ADD CONSTRAINT ck_consent_period CHECK (effective_from < expires_at),
    ADD CONSTRAINT fk_consent_mandate_id FOREIGN KEY (mandate_id) REFERENCES hub.mandate (id);
CREATE INDEX ix_consent_mandate_id ON hub.consent (mandate_id);

ALTER TABLE hub.consent_event
    DROP COLUMN given_at,
    DROP COLUMN given_by,
    DROP COLUMN mandate_id,
    DROP COLUMN assurance,
    DROP COLUMN collection_method,
    DROP COLUMN evidence_ref,
    DROP COLUMN notice_version,
    DROP COLUMN notice_sha256,
    DROP COLUMN language,
    DROP COLUMN expires_at,
    DROP COLUMN reason;

ALTER TABLE hub.mandate DROP CONSTRAINT ck_mandate_rights, DROP COLUMN evidence_ref;
ALTER TABLE hub.mandate DISABLE TRIGGER refuse_change;
UPDATE hub.mandate SET rights = CASE WHEN 'READ' = ANY (rights) THEN ARRAY['READ', 'ACT'] ELSE ARRAY['ACT'] END
WHERE rights && ARRAY['CONSENT', 'WITHDRAW', 'SIGN_AGREEMENT'];
ALTER TABLE hub.mandate ENABLE TRIGGER refuse_change;
ALTER TABLE hub.mandate ADD CONSTRAINT ck_mandate_rights CHECK (rights <@ ARRAY['READ', 'ACT']);

CREATE VIEW facts.consent_status AS
SELECT
    consent.id AS consent_id,
    CASE
        WHEN last.kind IN ('GIVEN', 'RENEWED') AND now() >= consent.expires_at THEN 'EXPIRED'
        ELSE coalesce(last.kind, 'REQUESTED')
    END AS status
FROM hub.consent AS consent
LEFT JOIN LATERAL (
    SELECT event.kind FROM hub.consent_event AS event
    WHERE event.consent_id = consent.id AND event.effective_at <= now()
    ORDER BY event.seq DESC LIMIT 1
) AS last ON true;

CREATE VIEW facts.consent AS
SELECT
    consent.id, consent.subject_id, consent.case_id, consent.source_party, consent.recipient_party, consent.purpose,
    category
FROM hub.consent AS consent
CROSS JOIN LATERAL unnest(consent.categories) AS category
WHERE consent.effective_from <= now() AND now() < consent.expires_at
    AND (
        SELECT event.kind FROM hub.consent_event AS event
        WHERE event.consent_id = consent.id AND event.effective_at <= now()
        ORDER BY event.seq DESC LIMIT 1
    ) IN ('GIVEN', 'RENEWED');

CREATE VIEW facts.mandate AS
SELECT mandate.id, mandate.giver_id, mandate.holder_id, area, 'READ' = ANY (mandate.rights) AS can_read
FROM hub.mandate AS mandate
CROSS JOIN LATERAL unnest(mandate.areas) AS area
WHERE (now() AT TIME ZONE 'Europe/Oslo')::date
        BETWEEN mandate.valid_from AND coalesce(mandate.valid_to, 'infinity')
    AND (
        SELECT event.kind FROM hub.mandate_event AS event
        WHERE event.mandate_id = mandate.id AND event.effective_at <= now()
        ORDER BY event.seq DESC LIMIT 1
    ) = 'GRANTED';

CREATE OR REPLACE VIEW facts.reservation AS
SELECT reservation.id, reservation.tenant_id, reservation.tenancy_id, reservation.landlord_party
FROM hub.reservation AS reservation
WHERE (
    SELECT event.kind FROM hub.reservation_event AS event
    WHERE event.reservation_id = reservation.id AND event.effective_at <= now()
    ORDER BY event.seq DESC LIMIT 1
) = 'GIVEN';

GRANT SELECT ON facts.consent, facts.consent_status, facts.mandate
    TO bofast_app, bofast_public, bofast_external, bofast_audit;
