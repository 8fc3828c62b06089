-- The index of subjects in two tables: what entries of one ground share, once; and the entries, narrow. Who reads it
-- reads the same columns as before, from a view.

DROP VIEW audit.break_glass_line;
DROP VIEW audit.access_line;
ALTER TABLE audit.access_subject RENAME TO access_subject_before;

CREATE TABLE audit.access_ground (
    id UUID NOT NULL,
    event_id UUID NOT NULL,
    occurred_at TIMESTAMP WITH TIME ZONE NOT NULL,
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
    categories TEXT[] NOT NULL,
    policies TEXT[] NOT NULL,
    kind TEXT NOT NULL,
    operation_name TEXT,
    request_id TEXT NOT NULL,
    delivered BOOLEAN NOT NULL,
    CONSTRAINT pk_access_ground PRIMARY KEY (occurred_at, id),
    CONSTRAINT ck_access_ground_actor_kind CHECK (actor_kind IN ('CITIZEN', 'STAFF', 'SYSTEM')),
    CONSTRAINT ck_access_ground_kind CHECK (kind IN ('LISTED', 'LOOKED_UP', 'RELATED'))
);

CREATE TABLE audit.access_entry (
    id UUID NOT NULL,
    ground_id UUID NOT NULL,
    occurred_at TIMESTAMP WITH TIME ZONE NOT NULL,
    subject_id UUID,
    evidence_id UUID,
    rows INTEGER NOT NULL,
    is_marked BOOLEAN NOT NULL
);

-- The grounds of an event are numbered in the order in which its entries name them, as the record numbers them.
CREATE TEMPORARY TABLE carried ON COMMIT DROP AS
SELECT line.*, (
    left(event_id::text, 32) || lpad(to_hex(dense_rank() OVER (PARTITION BY event_id ORDER BY named_first) - 1), 4, '0')
)::uuid AS ground_id
FROM (
    SELECT *, first_value(id) OVER (
        PARTITION BY event_id, occurred_at, source_party, recipient_party, recipient_unit, actor_id, actor_name,
            actor_role, actor_kind, supplier, purpose, basis, categories, policies, kind, operation_name, request_id,
            delivered
        ORDER BY id
    ) AS named_first
    FROM audit.access_subject_before
) AS line;

INSERT INTO audit.access_ground
SELECT DISTINCT ON (ground_id)
    ground_id, event_id, occurred_at, source_party, recipient_party, recipient_unit, actor_id, actor_name, actor_role,
    actor_kind, supplier, purpose, basis, categories, policies, kind, operation_name, request_id, delivered
FROM carried ORDER BY ground_id;

INSERT INTO audit.access_entry
SELECT id, ground_id, occurred_at, subject_id, evidence_id, rows, severity = 'WARN' FROM carried ORDER BY id;

DROP TABLE audit.access_subject_before;

CREATE INDEX ix_access_ground_recipient ON audit.access_ground (recipient_party, occurred_at);
CREATE INDEX ix_access_ground_source ON audit.access_ground (source_party, occurred_at);
CREATE INDEX ix_access_ground_actor ON audit.access_ground (actor_id, occurred_at);
ALTER TABLE audit.access_entry ADD CONSTRAINT pk_access_entry PRIMARY KEY (id);
CREATE INDEX ix_access_entry_moment ON audit.access_entry (occurred_at);
CREATE INDEX ix_access_entry_subject ON audit.access_entry (subject_id, occurred_at);
CREATE INDEX ix_access_entry_evidence ON audit.access_entry (evidence_id, occurred_at) WHERE evidence_id IS NOT NULL;

-- Joined on the moment, so that what is found on either side comes in the order of time from its index. The ground is
-- then compared from both sides rather than for equality, since the planner would take two equalities for independent
-- and expect next to no rows.
CREATE VIEW audit.access_subject AS
SELECT
    entry.id, ground.event_id, entry.occurred_at, entry.subject_id, ground.source_party, ground.recipient_party,
    ground.recipient_unit, ground.actor_id, ground.actor_name, ground.actor_role, ground.actor_kind, ground.supplier,
    ground.purpose, ground.basis, entry.evidence_id, ground.categories, ground.policies, ground.kind,
    ground.operation_name, ground.request_id, CASE WHEN entry.is_marked THEN 'WARN' ELSE 'INFO' END AS severity,
    entry.rows, ground.delivered
FROM audit.access_entry AS entry
JOIN audit.access_ground AS ground
    ON ground.occurred_at = entry.occurred_at AND ground.id >= entry.ground_id AND ground.id <= entry.ground_id;

GRANT SELECT, INSERT ON audit.access_ground, audit.access_entry TO bofast_record;
GRANT UPDATE (delivered) ON audit.access_ground TO bofast_record;

-- The citizen's log, with the same lines as before. A look-up stands where its first entry does, and the rest of it is
-- gathered there: by id, by subject and in the order of time only what is asked for is read, and not everybody's.
CREATE VIEW audit.access_line AS
SELECT
    first.id,
    first.occurred_at,
    first.subject_id,
    look.source_party,
    look.sources,
    first.recipient_party,
    first.recipient_unit,
    first.actor_id,
    first.actor_name,
    first.actor_role,
    first.purpose,
    look.bases,
    look.categories,
    look.break_glass
FROM audit.access_subject AS first
CROSS JOIN LATERAL (
    SELECT
        (array_agg(entry.id ORDER BY entry.id))[1] AS id,
        min(entry.source_party) AS source_party,
        array_agg(DISTINCT entry.source_party) AS sources,
        array_agg(DISTINCT entry.basis) AS bases,
        array_agg(DISTINCT category.name) AS categories,
        bool_or(glass.id IS NOT NULL) AS break_glass,
        bool_or(coalesce(glass.danger_to_life, false)) AS is_kept_back
    FROM audit.access_subject AS entry
    CROSS JOIN LATERAL unnest(entry.categories) AS category (name)
    LEFT JOIN hub.break_glass AS glass ON glass.id = entry.evidence_id
    WHERE entry.kind = 'LOOKED_UP' AND entry.delivered
        AND entry.subject_id = first.subject_id AND entry.occurred_at = first.occurred_at
        AND entry.event_id = first.event_id AND entry.recipient_party = first.recipient_party
        AND entry.recipient_unit IS NOT DISTINCT FROM first.recipient_unit
        AND entry.actor_id = first.actor_id AND entry.actor_name = first.actor_name
        AND entry.actor_role = first.actor_role AND entry.purpose IS NOT DISTINCT FROM first.purpose
) AS look
WHERE first.kind = 'LOOKED_UP' AND first.delivered AND look.id = first.id AND NOT look.is_kept_back;

-- As before, over the view.
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
