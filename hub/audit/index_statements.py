"""The SQL that follows the record into `audit.access_ground` and `audit.access_entry`, which the view
`audit.access_subject` puts together, and that ends streams without a living connection.
"""

from __future__ import annotations

from hub.audit.statements import LOCK_CLASS

_INDEX_LOCK = LOCK_CLASS + 1

TAKE_TURN = f"SELECT pg_advisory_xact_lock({_INDEX_LOCK})"

# What a crash takes of the last moment is derived again, as the cursor goes with it: nobody waits for the disk.
TAKE_TURN_UNAWAITED = f"SET LOCAL synchronous_commit = off; {TAKE_TURN}"

FORGET = "DELETE FROM audit.access_entry; DELETE FROM audit.access_ground; DELETE FROM audit.index_cursor"

_BEHIND = """
behind AS MATERIALIZED (
    SELECT writer.id, coalesce(cursor.writer_seq, 0) AS done
    FROM audit.writer
    LEFT JOIN audit.index_cursor AS cursor ON cursor.writer_id = writer.id
    LEFT JOIN audit.writer_end AS ended ON ended.writer_id = writer.id
    WHERE ended.writer_id IS NULL OR ended.last_seq > coalesce(cursor.writer_seq, 0)
)"""

# The first ones of each stream, in the stream's order, and not more in all than can be indexed in a moment. The packed
# columns are unfolded here, once: a long one is stored compressed, and each look into it would unfold it again.
_FRESH = """
fresh AS MATERIALIZED (
    SELECT event.id, event.writer_id, event.writer_seq, event.occurred_at, event.about, event.unit, event.actor_id,
           event.actor_name, event.actor_role, event.actor_kind, event.supplier, event.purpose, event.operation_name,
           event.request_id, event.grounds, event.entry_subjects || '' AS entry_subjects,
           event.entry_evidence || '' AS entry_evidence, event.entry_grounds || '' AS entry_grounds,
           event.entry_rows || '' AS entry_rows, left(event.id::text, 32) AS prefix, behind.done,
           EXISTS (
               SELECT FROM audit.access_ground AS known
               WHERE known.occurred_at = event.occurred_at AND known.id = (left(event.id::text, 32) || '0000')::uuid
           ) AS is_indexed,
           NOT EXISTS (
               SELECT FROM audit.event AS second
               WHERE second.about = event.id AND second.occurred_at >= event.occurred_at - interval '1 day'
           ) AS delivered
    FROM behind CROSS JOIN LATERAL (
        SELECT * FROM audit.event
        WHERE event.writer_id = behind.id AND event.writer_seq > behind.done
        ORDER BY event.writer_seq LIMIT $1
    ) AS event
    ORDER BY event.writer_id, event.writer_seq LIMIT $1
)"""

# What the entries of one ground have in common, once. Its number is that by which the entries name it.
#
# INVARIANT: the rows of an event are there all together or not at all, and whoever adds any has taken the turn. So it
# is enough to look for its first ground; ON CONFLICT would look for each row, and mark each as its own afterwards.
_GROUNDED = """
grounded AS (
    INSERT INTO audit.access_ground (
        id, event_id, occurred_at, source_party, recipient_party, recipient_unit, actor_id, actor_name, actor_role,
        actor_kind, supplier, purpose, basis, categories, policies, kind, operation_name, request_id, delivered
    )
    SELECT (fresh.prefix || lpad(to_hex(part.number - 1), 4, '0'))::uuid, fresh.id, fresh.occurred_at,
           part.value ->> 'source', part.value ->> 'recipient', fresh.unit, fresh.actor_id, fresh.actor_name,
           fresh.actor_role, fresh.actor_kind, fresh.supplier, fresh.purpose, part.value ->> 'basis',
           ARRAY(SELECT json_array_elements_text(part.value -> 'categories')),
           ARRAY(SELECT json_array_elements_text(part.value -> 'policies')),
           part.value ->> 'kind', fresh.operation_name, fresh.request_id, fresh.delivered
    FROM fresh CROSS JOIN LATERAL json_array_elements(fresh.grounds) WITH ORDINALITY AS part (value, number)
    WHERE NOT fresh.is_indexed
)"""

# Entries are columns of fixed width (packing.py): 16 bytes of subject and of evidence, 2 of ground, 4 of rows.
_ENTRY = """
entry AS MATERIALIZED (
    SELECT (fresh.prefix || lpad(to_hex(n), 4, '0'))::uuid AS id,
           (fresh.prefix || encode(substring(entry_grounds FROM 2 * n + 1 FOR 2), 'hex'))::uuid AS ground_id,
           fresh.occurred_at,
           nullif(encode(substring(entry_subjects FROM 16 * n + 1 FOR 16), 'hex')::uuid, nil) AS subject_id,
           nullif(encode(substring(entry_evidence FROM 16 * n + 1 FOR 16), 'hex')::uuid, nil) AS evidence_id,
           (get_byte(entry_rows, 4 * n) << 24) | (get_byte(entry_rows, 4 * n + 1) << 16)
               | (get_byte(entry_rows, 4 * n + 2) << 8) | get_byte(entry_rows, 4 * n + 3) AS rows
    FROM fresh
    CROSS JOIN (VALUES ('00000000-0000-0000-0000-000000000000'::uuid)) AS constant (nil)
    CROSS JOIN LATERAL generate_series(0, octet_length(entry_subjects) / 16 - 1) AS n
    WHERE NOT fresh.is_indexed
)"""

# Graded or shielded is looked up now, once a subject: the mark is never copied into the record itself.
_MARKED = """
marked AS MATERIALIZED (
    SELECT subject.id
    FROM (SELECT DISTINCT subject_id AS id FROM entry WHERE subject_id IS NOT NULL) AS subject
    CROSS JOIN LATERAL (
        SELECT FROM facts.person_protection AS protection
        WHERE protection.person_id = subject.id AND (protection.grade > 0 OR protection.shielded) LIMIT 1
    ) AS protection
)"""

_INDEXED = """
indexed AS (
    INSERT INTO audit.access_entry (id, ground_id, occurred_at, subject_id, evidence_id, rows, is_marked)
    SELECT id, ground_id, occurred_at, subject_id, evidence_id, rows,
           subject_id IS NOT NULL AND subject_id IN (SELECT id FROM marked)
    FROM entry
)"""

# Grounds that were indexed before it was known that their answer did not arrive. An event's moment is the one in its
# id, and by the moment its grounds are found.
_NOT_DELIVERED = """
not_delivered AS (
    UPDATE audit.access_ground AS shown SET delivered = false
    FROM fresh
    WHERE fresh.about IS NOT NULL
      AND shown.occurred_at = uuid_extract_timestamp(fresh.about) AND shown.event_id = fresh.about
)"""

_ADVANCED = """
advanced AS (
    INSERT INTO audit.index_cursor (writer_id, writer_seq)
    SELECT writer_id, max(writer_seq) FROM fresh GROUP BY writer_id
    ON CONFLICT (writer_id) DO UPDATE SET writer_seq = excluded.writer_seq
)"""

# One statement, one snapshot: exactly the events that are indexed are the ones that the cursors pass.
FOLLOW = f"""
WITH {_BEHIND}, {_FRESH}, {_GROUNDED}, {_ENTRY}, {_MARKED}, {_INDEXED}, {_NOT_DELIVERED}, {_ADVANCED}
SELECT writer_id, done, max(writer_seq) AS last_seq, count(*) AS events FROM fresh GROUP BY writer_id, done
"""

# The lock of a stream belongs to the connection that writes it: who gets it knows that the connection is gone, and
# with it every transaction that it had.
FIND_DEAD = f"""
SELECT id FROM audit.writer
WHERE NOT EXISTS (SELECT FROM audit.writer_end WHERE writer_end.writer_id = writer.id)
  AND pg_try_advisory_xact_lock({LOCK_CLASS}, id::integer)
"""

CLOSE_COUNTERS = "UPDATE audit.command_counter SET closed = true WHERE writer_id = ANY($1::bigint[])"

END_DEAD = """
INSERT INTO audit.writer_end (writer_id, last_seq, how)
SELECT id, coalesce((SELECT max(writer_seq) FROM audit.event WHERE event.writer_id = writer.id), 0), 'FOUND_DEAD'
FROM audit.writer WHERE id = ANY($1::bigint[])
ON CONFLICT (writer_id) DO NOTHING
"""
