"""Things that happen, as commands write them; and what the tables told of it."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from hub.demo.offices import BANK, TESTBY
from hub.demo.people import Known

_SIGNAL = """
    INSERT INTO hub.signal (id, case_id, kind, received_at, channel, sender_party, basis, triage_status, unit_id,
        source_party)
    VALUES ($1, $2, 'RENT_DEFAULT', now(), 'API', $3, 'MUNI_ROUTINE', 'NEW', $4, $3)
"""
_SUBMISSION = """
    INSERT INTO hub.submission (id, submitter_party, actor, kind, idempotency_key, content_sha256, row_count)
    VALUES ($1, $2, $2, 'MORTGAGE_DEFAULT', CAST($1 AS uuid)::text, repeat('0', 64), 0)
"""
_CASE = """
    INSERT INTO hub."case" (id, case_no, municipality, nav_unit, subject_id, track, phase, state, responsible_unit,
        opened_at, updated_at, source_party)
    SELECT $1, 'new', municipality, nav_unit, subject_id, track, 1, 'OPEN', responsible_unit, now(), now(), source_party
    FROM hub."case" WHERE id = $2
"""
_MEMBERS = """
    INSERT INTO hub.case_person (case_id, person_id, relation, role, source_party)
    SELECT $1, person_id, relation, role, source_party FROM hub.case_person WHERE case_id = $2
"""
_WITHDRAWN = """
    INSERT INTO hub.consent_event (consent_id, kind, effective_at, recorded_by)
    VALUES ($1, 'WITHDRAWN', clock_timestamp(), 'citizen')
"""


async def signal(connection: Any, case: UUID, unit: str = TESTBY.nav_unit) -> UUID:
    """Something arrives about a case."""
    id_ = uuid4()
    await connection.execute(_SIGNAL, id_, case, TESTBY.rent_collector, unit)
    return id_


async def another_case(connection: Any, of: UUID) -> UUID:
    """A new case like one that there is."""
    id_ = uuid4()
    async with connection.transaction():
        await connection.execute(_CASE, id_, of)
        await connection.execute(_MEMBERS, id_, of)
    return id_


async def submission(connection: Any, submitter: str = BANK) -> UUID:
    id_ = uuid4()
    await connection.execute(_SUBMISSION, id_, submitter)
    return id_


async def withdrawn(connection: Any, consent: UUID) -> None:
    await connection.execute(_WITHDRAWN, consent)


async def case_of(connection: Any, known: Known) -> UUID:
    """The latest case of somebody in the demo."""
    sql = 'SELECT id FROM hub."case" WHERE subject_id = $1 ORDER BY opened_at DESC LIMIT 1'
    return await connection.fetchval(sql, known.id)


async def outbox(owner: Any) -> list[dict[str, Any]]:
    """What was told of and is not in line yet, without what is absent."""
    rows = await owner.fetch("SELECT * FROM hub.outbox ORDER BY no")
    return [{key: value for key, value in row.items() if value is not None and key not in _MADE} for row in rows]


async def line(owner: Any) -> list[dict[str, Any]]:
    """The whole line, in its order."""
    rows = await owner.fetch("SELECT * FROM hub.event ORDER BY position")
    return [{key: value for key, value in row.items() if value is not None and key not in _MADE} for row in rows]


async def put_in_line(connection: Any, most: int = 500) -> int:
    return await connection.fetchval("SELECT hub.put_in_line($1)", most)


_MADE = ("no", "id", "occurred_at")
