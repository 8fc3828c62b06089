"""Lines of the access log that no event stands behind, put into the two tables that the index keeps them in."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

FROM_JSON = "SELECT * FROM jsonb_populate_recordset(NULL::audit.access_subject, $1::jsonb)"
REMOVE = "WITH gone AS (DELETE FROM audit.access_entry WHERE id = $1) DELETE FROM audit.access_ground WHERE id = $1"


def adding(lines: str) -> str:
    """The statement that adds what a query gives, by the names of the view's columns. Each line has its own ground."""
    return f"""
        WITH line AS MATERIALIZED (
            SELECT made.* FROM ({lines}) AS given,
                jsonb_populate_record(NULL::audit.access_subject, to_jsonb(given)) AS made
        ), ground AS (
            INSERT INTO audit.access_ground (
                id, event_id, occurred_at, source_party, recipient_party, recipient_unit, actor_id, actor_name,
                actor_role, actor_kind, supplier, purpose, basis, categories, policies, kind, operation_name,
                request_id, delivered
            )
            SELECT id, event_id, occurred_at, source_party, recipient_party, recipient_unit, actor_id, actor_name,
                actor_role, actor_kind, supplier, purpose, basis, categories, policies, kind, operation_name,
                request_id, delivered
            FROM line
        )
        INSERT INTO audit.access_entry (id, ground_id, occurred_at, subject_id, evidence_id, rows, is_marked)
        SELECT id, id, occurred_at, subject_id, evidence_id, rows, severity = 'WARN' FROM line"""


def as_json(lines: Iterable[Mapping[str, Any]]) -> str:
    """Rows as `FROM_JSON` takes them."""
    return json.dumps([dict(line) for line in lines], default=str)
