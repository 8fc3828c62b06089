-- What is in force now, of consents, mandates and break-glass.
-- The event written last decides, among those that have taken effect: a withdrawal that is written down late still closes.
--
-- By the clock at the statement and not at its transaction: a command waits for others that concern the same person, and
-- must then see what they did, though it began before them.

-- Where each consent stands, and the terms that it was last given on. EXPIRED also where nobody has written it down.
CREATE VIEW facts.consent_status AS
SELECT
    consent.id AS consent_id,
    CASE
        WHEN last.kind IN ('GIVEN', 'RENEWED') AND statement_timestamp() >= last.expires_at THEN 'EXPIRED'
        ELSE coalesce(last.kind, 'REQUESTED')
    END AS status,
    terms.given_at, terms.effective_at AS effective_from, terms.expires_at, terms.given_by, terms.collection_method,
    terms.assurance
FROM hub.consent AS consent
LEFT JOIN LATERAL (
    SELECT event.kind, event.expires_at FROM hub.consent_event AS event
    WHERE event.consent_id = consent.id AND event.effective_at <= statement_timestamp()
    ORDER BY event.seq DESC LIMIT 1
) AS last ON true
LEFT JOIN LATERAL (
    SELECT event.* FROM hub.consent_event AS event
    WHERE event.consent_id = consent.id AND event.kind IN ('GIVEN', 'RENEWED')
    ORDER BY event.effective_at <= statement_timestamp() DESC, event.seq DESC LIMIT 1
) AS terms ON true;

-- One row per category. `case_id` is NULL for a consent that is not tied to one case.
CREATE VIEW facts.consent AS
SELECT
    consent.id, consent.subject_id, consent.case_id, consent.source_party, consent.recipient_party, consent.purpose,
    category
FROM hub.consent AS consent
CROSS JOIN LATERAL unnest(consent.categories) AS category
WHERE (
    SELECT event.kind IN ('GIVEN', 'RENEWED') AND statement_timestamp() < event.expires_at FROM hub.consent_event AS event
    WHERE event.consent_id = consent.id AND event.effective_at <= statement_timestamp()
    ORDER BY event.seq DESC LIMIT 1
);

-- Where each consent stood at a moment, as the hub knew it then. All of them, or one.
CREATE FUNCTION hub.consent_as_of(at timestamptz, consent uuid DEFAULT NULL)
RETURNS TABLE (
    consent_id uuid, status text, given_at timestamptz, effective_from timestamptz, expires_at timestamptz,
    given_by text, collection_method text, assurance smallint
)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
    SELECT
        asked.id,
        CASE
            WHEN last.kind IN ('GIVEN', 'RENEWED') AND at >= last.expires_at THEN 'EXPIRED'
            ELSE coalesce(last.kind, 'REQUESTED')
        END,
        terms.given_at, terms.effective_at, terms.expires_at, terms.given_by, terms.collection_method, terms.assurance
    FROM hub.consent AS asked
    LEFT JOIN LATERAL (
        SELECT event.kind, event.expires_at FROM hub.consent_event AS event
        WHERE event.consent_id = asked.id AND event.recorded_at <= at AND event.effective_at <= at
        ORDER BY event.seq DESC LIMIT 1
    ) AS last ON true
    LEFT JOIN LATERAL (
        SELECT event.* FROM hub.consent_event AS event
        WHERE event.consent_id = asked.id AND event.recorded_at <= at AND event.kind IN ('GIVEN', 'RENEWED')
        ORDER BY event.effective_at <= at DESC, event.seq DESC LIMIT 1
    ) AS terms ON true
    WHERE asked.recorded_at <= at AND (consent IS NULL OR asked.id = consent);
END;
REVOKE ALL ON FUNCTION hub.consent_as_of(timestamptz, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION hub.consent_as_of(timestamptz, uuid)
    TO bofast_app, bofast_public, bofast_external, bofast_audit;

-- One row per area.
CREATE OR REPLACE VIEW facts.mandate AS
SELECT
    mandate.id, mandate.giver_id, mandate.holder_id, area, 'READ' = ANY (mandate.rights) AS can_read,
    'CONSENT' = ANY (mandate.rights) AS can_consent, 'WITHDRAW' = ANY (mandate.rights) AS can_withdraw
FROM hub.mandate AS mandate
CROSS JOIN LATERAL unnest(mandate.areas) AS area
WHERE (statement_timestamp() AT TIME ZONE 'Europe/Oslo')::date
        BETWEEN mandate.valid_from AND coalesce(mandate.valid_to, 'infinity')
    AND (
        SELECT event.kind FROM hub.mandate_event AS event
        WHERE event.mandate_id = mandate.id AND event.effective_at <= statement_timestamp()
        ORDER BY event.seq DESC LIMIT 1
    ) = 'GRANTED';

-- Who is whose guardian, whatever the guardianship lets them do.
CREATE VIEW facts.guardian AS
SELECT mandate.id, mandate.giver_id AS ward_id, mandate.holder_id
FROM hub.mandate AS mandate
WHERE mandate.kind = 'VERGEMAL'
    AND (statement_timestamp() AT TIME ZONE 'Europe/Oslo')::date
        BETWEEN mandate.valid_from AND coalesce(mandate.valid_to, 'infinity')
    AND (
        SELECT event.kind FROM hub.mandate_event AS event
        WHERE event.mandate_id = mandate.id AND event.effective_at <= statement_timestamp()
        ORDER BY event.seq DESC LIMIT 1
    ) = 'GRANTED';

CREATE OR REPLACE VIEW facts.reservation AS
SELECT reservation.id, reservation.tenant_id, reservation.tenancy_id, reservation.landlord_party
FROM hub.reservation AS reservation
WHERE (
    SELECT event.kind FROM hub.reservation_event AS event
    WHERE event.reservation_id = reservation.id AND event.effective_at <= statement_timestamp()
    ORDER BY event.seq DESC LIMIT 1
) = 'GIVEN';

-- The area of a mandate that each category belongs to: who may not decide on it, or see it, for another.
CREATE VIEW facts.consent_area AS
SELECT category, area FROM (VALUES
    ('AGREEMENT_TERMS', 'ECONOMY'),
    ('BUDGET', 'ECONOMY'),
    ('CONTACT_INFO', 'PERSONAL'),
    ('DEBT_OVERVIEW', 'ECONOMY'),
    ('HEALTH_NEED', 'PERSONAL'),
    ('HOUSEHOLD_FLAG', 'PERSONAL'),
    ('HOUSING_SUPPORT_NOTES', 'PERSONAL'),
    ('LOAN_DEFAULT', 'ECONOMY'),
    ('LOAN_DETAILS', 'ECONOMY'),
    ('PLAN_STATUS', 'HOUSING'),
    ('RENT_ARREARS', 'HOUSING')
) AS belonging (category, area);

-- What has happened to consents, each event beside whose and whom it concerns. Not who wrote it down.
CREATE VIEW hub.consent_history AS
SELECT
    event.id, event.consent_id, event.seq, event.kind, event.given_at, event.effective_at, event.recorded_at,
    event.given_by, event.collection_method, event.evidence_ref, event.notice_version, event.notice_sha256,
    event.language, event.expires_at, event.reason, consent.subject_id, consent.source_party, consent.recipient_party,
    consent.categories, consent.case_id
FROM hub.consent_event AS event
JOIN hub.consent AS consent ON consent.id = event.consent_id;
GRANT SELECT ON hub.consent_history TO bofast_app;

-- The receipts of consents, each beside whom its consent is about.
CREATE VIEW hub.receipt AS
SELECT
    receipt.id, receipt.consent_id, receipt.key_id, receipt.document, receipt.issued_at, consent.subject_id,
    consent.source_party, consent.categories
FROM hub.consent_receipt AS receipt
JOIN hub.consent AS consent ON consent.id = receipt.consent_id;
GRANT SELECT ON hub.receipt TO bofast_app;

-- Who may know that there is the consent: both its parties once it has been given, and whoever asked for it. That a
-- person was asked, and said no, is not for the party that was to share.
CREATE VIEW facts.consent_informed AS
SELECT consent.id AS consent_id, party.id AS party_id
FROM hub.consent AS consent
CROSS JOIN LATERAL unnest(ARRAY[consent.source_party, consent.recipient_party]) AS party (id)
WHERE EXISTS (
    SELECT FROM hub.consent_event AS event WHERE event.consent_id = consent.id AND event.kind = 'GIVEN'
)
UNION ALL
SELECT consent.id, consent.asked_by FROM hub.consent AS consent WHERE consent.asked_by IS NOT NULL;

-- Who has had a consent of the person's, and so knows that the person is known here: those who may ask for another.
CREATE VIEW facts.consent_party AS
SELECT consent.subject_id AS person_id, informed.party_id
FROM hub.consent AS consent
JOIN facts.consent_informed AS informed ON informed.consent_id = consent.id;

CREATE VIEW facts.break_glass AS
SELECT broken.id, broken.case_id, broken.person_id
FROM hub.break_glass AS broken
WHERE broken.effective_from <= statement_timestamp() AND statement_timestamp() < broken.until_at;

GRANT SELECT ON facts.consent, facts.consent_status, facts.consent_area, facts.consent_informed, facts.consent_party, facts.guardian, facts.break_glass
    TO bofast_app, bofast_public, bofast_external, bofast_audit;
