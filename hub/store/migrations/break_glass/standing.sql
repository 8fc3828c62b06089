-- Mandates and reservations as they are shown: with where they stand now, by their history and the clock.
-- Their source is the party whose register the person stands in.

CREATE VIEW hub.mandate_standing AS
SELECT
    mandate.id,
    mandate.kind,
    mandate.giver_id,
    holder.holder_id,
    left(coalesce(mandate.holder_national_id, register.national_id), 6) || '*****' AS holder_national_id_masked,
    mandate.areas,
    mandate.rights,
    mandate.valid_from,
    mandate.valid_to,
    mandate.recorded_at,
    CASE
        WHEN last.kind = 'REVOKED' THEN 'ENDED'
        WHEN last.kind = 'SUSPENDED' THEN 'SUSPENDED'
        WHEN today.day > mandate.valid_to THEN 'EXPIRED'
        WHEN last.kind IS NULL OR today.day < mandate.valid_from THEN 'PENDING'
        ELSE 'ACTIVE'
    END AS status,
    CASE WHEN last.kind = 'REVOKED' THEN last.effective_at END AS ended_at,
    giver.source_party
FROM hub.mandate AS mandate
JOIN nav.person AS giver ON giver.id = mandate.giver_id
LEFT JOIN facts.mandate_holder AS holder ON holder.mandate_id = mandate.id
LEFT JOIN nav.person AS register ON register.id = mandate.holder_id
CROSS JOIN (SELECT (statement_timestamp() AT TIME ZONE 'Europe/Oslo')::date AS day) AS today
LEFT JOIN LATERAL (
    SELECT event.kind, event.effective_at FROM hub.mandate_event AS event
    WHERE event.mandate_id = mandate.id AND event.effective_at <= statement_timestamp()
    ORDER BY event.seq DESC LIMIT 1
) AS last ON true;

CREATE VIEW hub.reservation_standing AS
SELECT
    reservation.id,
    reservation.tenant_id,
    reservation.tenancy_id,
    reservation.landlord_party,
    reservation.given_at,
    reservation.evidence_ref,
    reservation.recorded_at,
    CASE last.kind WHEN 'GIVEN' THEN 'ACTIVE' WHEN 'WITHDRAWN' THEN 'WITHDRAWN' ELSE 'PENDING' END AS status,
    CASE WHEN last.kind = 'WITHDRAWN' THEN last.effective_at END AS withdrawn_at,
    tenant.source_party
FROM hub.reservation AS reservation
JOIN nav.person AS tenant ON tenant.id = reservation.tenant_id
LEFT JOIN LATERAL (
    SELECT event.kind, event.effective_at FROM hub.reservation_event AS event
    WHERE event.reservation_id = reservation.id AND event.effective_at <= statement_timestamp()
    ORDER BY event.seq DESC LIMIT 1
) AS last ON true;

GRANT SELECT ON hub.mandate_standing, hub.reservation_standing TO bofast_app;
