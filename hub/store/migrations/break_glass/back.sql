-- Back to what 0006 knows. The record keeps what happened, in the words that there were; a mandate whose holder nobody
-- knows cannot be held.

DROP VIEW hub.reservation_standing;
DROP VIEW hub.mandate_standing;

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
DROP VIEW facts.mandate_person;
DROP VIEW facts.mandate_holder;

ALTER TABLE hub.mandate DROP CONSTRAINT ck_mandate_one_holder;
ALTER TABLE hub.mandate DISABLE TRIGGER refuse_change;
ALTER TABLE hub.mandate_event DISABLE TRIGGER refuse_change;
UPDATE hub.mandate AS mandate SET holder_id = holder.id
FROM nav.person AS holder WHERE holder.national_id = mandate.holder_national_id;
DELETE FROM hub.mandate_event AS event USING hub.mandate AS mandate
WHERE mandate.id = event.mandate_id AND mandate.holder_id IS NULL;
DELETE FROM hub.mandate WHERE holder_id IS NULL;
ALTER TABLE hub.mandate_event ENABLE TRIGGER refuse_change;
ALTER TABLE hub.mandate ENABLE TRIGGER refuse_change;
ALTER TABLE hub.mandate DROP COLUMN holder_national_id, ALTER COLUMN holder_id SET NOT NULL;

DROP VIEW audit.break_glass_line;
DROP VIEW audit.access_line;
CREATE VIEW audit.access_line AS
SELECT
    (array_agg(entry.id ORDER BY entry.id))[1] AS id,
    entry.occurred_at,
    entry.subject_id,
    min(entry.source_party) AS source_party,
    array_agg(DISTINCT entry.source_party) AS sources,
    entry.recipient_party,
    entry.recipient_unit,
    entry.actor_id,
    entry.actor_name,
    entry.actor_role,
    entry.purpose,
    array_agg(DISTINCT entry.basis) AS bases,
    array_agg(DISTINCT category.name) AS categories
FROM audit.access_subject AS entry
CROSS JOIN LATERAL unnest(entry.categories) AS category (name)
WHERE entry.kind = 'LOOKED_UP' AND entry.delivered AND entry.subject_id IS NOT NULL
GROUP BY
    entry.event_id, entry.occurred_at, entry.subject_id, entry.recipient_party, entry.recipient_unit,
    entry.actor_id, entry.actor_name, entry.actor_role, entry.purpose;

DROP INDEX audit.ix_access_subject_evidence;
-- INVARIANT: rows of the record are never changed. Where the new kinds stand in it, there is no way back.
ALTER TABLE audit.event DROP CONSTRAINT ck_event_kind;
ALTER TABLE audit.event ADD CONSTRAINT ck_event_kind CHECK (kind IN ('COMMAND', 'NOT_DELIVERED', 'QUERY'));
