-- What is in force now, of consents, agreements, mandates and reservations.
-- The event written last decides, among those that have taken effect: a withdrawal that is written down late still closes.

-- EXPIRED also where nobody has written it down. REQUESTED where nothing has happened yet.
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

-- One row per category. `case_id` is NULL for a consent that is not tied to one case.
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

-- One row per kind of loan.
CREATE VIEW facts.agreement AS
SELECT agreement.id, agreement.municipality, agreement.lender_party, agreement.loan_manager_party, loan_type
FROM hub.agreement AS agreement
CROSS JOIN LATERAL unnest(agreement.loan_types) AS loan_type
WHERE (now() AT TIME ZONE 'Europe/Oslo')::date
        BETWEEN agreement.valid_from AND coalesce(agreement.valid_to, 'infinity')
    AND (
        SELECT event.kind FROM hub.agreement_event AS event
        WHERE event.agreement_id = agreement.id AND event.effective_at <= now()
        ORDER BY event.seq DESC LIMIT 1
    ) IN ('SIGNED', 'RENEWED');

-- One row per area.
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

-- `tenancy_id` is NULL for a reservation that concerns the landlord as such.
CREATE VIEW facts.reservation AS
SELECT reservation.id, reservation.tenant_id, reservation.tenancy_id, reservation.landlord_party
FROM hub.reservation AS reservation
WHERE (
    SELECT event.kind FROM hub.reservation_event AS event
    WHERE event.reservation_id = reservation.id AND event.effective_at <= now()
    ORDER BY event.seq DESC LIMIT 1
) = 'GIVEN';
