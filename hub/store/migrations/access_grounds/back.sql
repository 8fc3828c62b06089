-- Back to one row for each entry with everything in it, as 0020 knows it.

DROP VIEW audit.break_glass_line;
DROP VIEW audit.access_line;
ALTER VIEW audit.access_subject RENAME TO access_subject_before;

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

INSERT INTO audit.access_subject
SELECT
    id, event_id, occurred_at, subject_id, source_party, recipient_party, recipient_unit, actor_id, actor_name,
    actor_role, actor_kind, supplier, purpose, basis, evidence_id, categories, policies, kind, operation_name, request_id,
    severity, rows, delivered
FROM audit.access_subject_before ORDER BY id;

DROP VIEW audit.access_subject_before;
DROP TABLE audit.access_entry;
DROP TABLE audit.access_ground;

CREATE INDEX ix_access_subject_recipient ON audit.access_subject (recipient_party, occurred_at);
CREATE INDEX ix_access_subject_source ON audit.access_subject (source_party, occurred_at);
CREATE INDEX ix_access_subject_actor ON audit.access_subject (actor_id, occurred_at);
CREATE INDEX ix_access_subject_subject ON audit.access_subject (subject_id, occurred_at);
CREATE INDEX ix_access_subject_evidence ON audit.access_subject (evidence_id, occurred_at)
    WHERE evidence_id IS NOT NULL;

GRANT SELECT, INSERT ON audit.access_subject TO bofast_record;
GRANT UPDATE (delivered) ON audit.access_subject TO bofast_record;

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
