-- To break the glass, and to look at what that opened, are kinds of events of their own.

ALTER TABLE audit.event DROP CONSTRAINT ck_event_kind;
ALTER TABLE audit.event ADD CONSTRAINT ck_event_kind
    CHECK (kind IN ('BREAK_GLASS', 'BREAK_GLASS_READ', 'COMMAND', 'NOT_DELIVERED', 'QUERY'));

-- "What was seen on this consent, this agreement, this break-glass?"
CREATE INDEX ix_access_subject_evidence ON audit.access_subject (evidence_id, occurred_at)
    WHERE evidence_id IS NOT NULL;

-- The citizen's log, as before, but for look-ups under a break-glass that was taken for danger to somebody's life: the
-- citizen may be the danger. All of such a look-up is left out, also what it showed on other grounds.
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
    array_agg(DISTINCT category.name) AS categories,
    bool_or(glass.id IS NOT NULL) AS break_glass
FROM audit.access_subject AS entry
CROSS JOIN LATERAL unnest(entry.categories) AS category (name)
LEFT JOIN hub.break_glass AS glass ON glass.id = entry.evidence_id
WHERE entry.kind = 'LOOKED_UP' AND entry.delivered AND entry.subject_id IS NOT NULL
GROUP BY
    entry.event_id, entry.occurred_at, entry.subject_id, entry.recipient_party, entry.recipient_unit,
    entry.actor_id, entry.actor_name, entry.actor_role, entry.purpose
HAVING NOT bool_or(coalesce(glass.danger_to_life, false));

-- For leaders and privacy officers: who broke the glass, of whose case and why, and how often it was then looked at.
CREATE VIEW audit.break_glass_line AS
SELECT
    broken.id,
    broken.effective_from,
    broken.until_at,
    broken.reason,
    broken.danger_to_life,
    broken.actor_id,
    (
        SELECT employee.display_name FROM hub.employee AS employee
        WHERE employee.person_id = broken.person_id AND employee.ident = broken.actor_id
        ORDER BY employee.valid_from DESC LIMIT 1
    ) AS actor_name,
    broken.party_id AS recipient_party,
    broken.unit_id AS recipient_unit,
    about.subject_id,
    about.source_party,
    used.uses,
    used.last_used_at
FROM hub.break_glass AS broken
JOIN hub."case" AS about ON about.id = broken.case_id
CROSS JOIN LATERAL (
    SELECT count(DISTINCT entry.event_id)::integer AS uses, max(entry.occurred_at) AS last_used_at
    FROM audit.access_subject AS entry
    JOIN audit.event AS event ON event.id = entry.event_id AND event.occurred_at = entry.occurred_at
    WHERE entry.evidence_id = broken.id AND event.kind = 'BREAK_GLASS_READ'
) AS used;
