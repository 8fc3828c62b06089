"""The statements of the queue. `now` is the database's clock, unless another time is given."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

_NOW: Final = "coalesce(CAST(:now AS timestamptz), statement_timestamp())"
_MINE: Final = "delivery.webhook_id = :webhook AND delivery.event_id = :event AND delivery.lease = :lease"


def _filled(text: str) -> sa.TextClause:
    return sa.text(text.replace("{now}", _NOW).replace("{mine}", _MINE))


# An event of a case may concern any webhook that is for its topic: whether it does, the gate says when it is sent. One
# of a consent is told its parties, by the row that is theirs.
SPREAD: Final = _filled("""
    WITH head AS (SELECT coalesce(max(position), 0) AS position FROM hub.event),
    behind AS (
        SELECT hook.id, hook.submitter_party, hook.kinds, hook.position AS after FROM hub.webhook AS hook
        WHERE hook.ended_at IS NULL AND hook.position < (SELECT head.position FROM head)
        ORDER BY hook.position LIMIT 50 FOR UPDATE SKIP LOCKED
    ),
    reach AS (
        SELECT behind.*, least(behind.after + :stretch, head.position) AS through FROM behind CROSS JOIN head
    ),
    put AS (
        INSERT INTO hub.webhook_delivery (webhook_id, event_id, position, kind, line, occurred_at, due_at)
        SELECT reach.id, event.id, event.position, event.topic, coalesce(event.case_id, event.consent_id),
            event.occurred_at, {now}
        FROM reach JOIN hub.event AS event ON event.position > reach.after AND event.position <= reach.through
        WHERE event.topic = ANY (reach.kinds) AND (
            event.topic IN ('AGREEMENT', 'PLAN') AND event.case_id IS NOT NULL
            OR event.topic = 'CONSENT' AND event.party_id = reach.submitter_party
        )
        ON CONFLICT DO NOTHING
    )
    UPDATE hub.webhook AS hook SET position = reach.through FROM reach WHERE hook.id = reach.id
    RETURNING hook.id
""")
DUE: Final = _filled("""
    SELECT hook.id FROM hub.webhook AS hook WHERE hook.ended_at IS NULL AND EXISTS (
        SELECT FROM hub.webhook_delivery AS delivery WHERE delivery.webhook_id = hook.id AND delivery.due_at <= {now}
    )
""")
CLAIM: Final = _filled("""
    WITH taken AS (
        SELECT delivery.webhook_id, delivery.event_id FROM hub.webhook_delivery AS delivery
        WHERE delivery.webhook_id = :webhook AND delivery.due_at <= {now} AND NOT EXISTS (
            SELECT FROM hub.webhook_delivery AS earlier
            WHERE earlier.webhook_id = delivery.webhook_id AND earlier.line = delivery.line
                AND earlier.position < delivery.position
        )
        ORDER BY delivery.due_at, delivery.position LIMIT :most FOR UPDATE OF delivery SKIP LOCKED
    ),
    claimed AS (
        UPDATE hub.webhook_delivery AS delivery
        SET lease = :lease, due_at = {now} + make_interval(secs => :seconds)
        FROM taken WHERE delivery.webhook_id = taken.webhook_id AND delivery.event_id = taken.event_id
        RETURNING delivery.*
    )
    SELECT claimed.event_id, claimed.kind, claimed.line, claimed.occurred_at, claimed.attempts, told.seen,
        hook.id, hook.consumer, hook.supplier, hook.scopes, hook.issuer, hook.purpose, hook.url, hook.secret,
        CASE WHEN hook.old_secret_until > {now} THEN hook.old_secret END AS old_secret
    FROM claimed JOIN hub.webhook AS hook ON hook.id = claimed.webhook_id AND hook.ended_at IS NULL
    LEFT JOIN hub.webhook_told AS told
        ON told.webhook_id = claimed.webhook_id AND told.line = claimed.line AND told.kind = claimed.kind
    ORDER BY claimed.position
""")
DROPPED: Final = _filled("DELETE FROM hub.webhook_delivery AS delivery WHERE {mine}")
TOLD: Final = _filled("""
    WITH mine AS (DELETE FROM hub.webhook_delivery AS delivery WHERE {mine} RETURNING delivery.webhook_id)
    INSERT INTO hub.webhook_told (webhook_id, line, kind, seen, told_at)
    SELECT mine.webhook_id, CAST(:about AS uuid), :kind, :seen, {now} FROM mine
    ON CONFLICT (webhook_id, line, kind) DO UPDATE SET seen = excluded.seen, told_at = excluded.told_at
""")
POSTPONED: Final = _filled("""
    UPDATE hub.webhook_delivery AS delivery
    SET lease = NULL, attempts = attempts + :failed, due_at = {now} + make_interval(secs => :seconds) WHERE {mine}
""")
DIED: Final = _filled("""
    WITH mine AS (DELETE FROM hub.webhook_delivery AS delivery WHERE {mine} RETURNING delivery.*)
    INSERT INTO hub.webhook_dead_letter (
        webhook_id, submitter_party, event_id, position, kind, line, occurred_at, attempts, last_result, died_at
    )
    SELECT hook.id, hook.submitter_party, mine.event_id, mine.position, mine.kind, mine.line, mine.occurred_at,
        mine.attempts + 1, :said, {now}
    FROM mine JOIN hub.webhook AS hook ON hook.id = mine.webhook_id
    ON CONFLICT (webhook_id, event_id) DO NOTHING
""")
END: Final = _filled("""
    UPDATE hub.webhook SET ended_at = {now}, end_reason = :reason WHERE id = :webhook AND ended_at IS NULL
""")
EMPTY: Final = sa.text("DELETE FROM hub.webhook_delivery WHERE webhook_id = :webhook")
