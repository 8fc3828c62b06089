"""Version 0007 with data in it: what held before holds after, and on the way back nobody's mandate changes hands."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from uuid import uuid4

import asyncpg
import pytest

from hub.store import migrate
from hub.store.embedded import EmbeddedServer
from hub.store.roles import Endpoints, create_database

GIVER, HOLDER, UNKNOWN = "15928741270", "22816823084", "28929990015"
_PEOPLE = f"""
    INSERT INTO hub.party (id, kind, sector, name) VALUES ('nav', 'NAV', 'PUBLIC', 'NAV');
    INSERT INTO nav.person (national_id, first_name, last_name, address_grade, protection, source_party)
    VALUES ('{GIVER}', 'Gi', 'Ver', 'UGRADERT', 'UGRADERT', 'nav'),
           ('{HOLDER}', 'Ho', 'Lder', 'UGRADERT', 'UGRADERT', 'nav')"""
_PERSON = "(SELECT id FROM nav.person WHERE national_id = '{}')"
_EVENTS = """
    INSERT INTO hub.mandate_event (mandate_id, kind, effective_at, recorded_by)
    SELECT id, 'GRANTED', now() - interval '1 day', 'test' FROM hub.mandate m
    WHERE NOT EXISTS (SELECT FROM hub.mandate_event e WHERE e.mandate_id = m.id)"""
_HELD = """
    SELECT p.national_id, count(*) FROM facts.mandate q JOIN nav.person p ON p.id = q.holder_id
    GROUP BY p.national_id"""


@pytest.fixture
def before(server: EmbeddedServer) -> Iterator[Endpoints]:
    name = f"before_{uuid4().hex}"
    server.execute(create_database(name))
    endpoints = server.endpoints(name)
    migrate.upgrade(endpoints.owner, "0006")
    yield endpoints
    server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def sql(endpoints: Endpoints, *statements: str) -> list[tuple[object, ...]]:
    """Executes all, and gives the rows of the last."""

    async def run() -> list[tuple[object, ...]]:
        connection = await asyncpg.connect(endpoints.owner)
        try:
            for statement in statements[:-1]:
                await connection.execute(statement)
            return [tuple(row) for row in await connection.fetch(statements[-1])]
        finally:
            await connection.close()

    return asyncio.run(run())


def mandate(holder: str) -> str:
    columns = "kind, giver_id, areas, rights, valid_from, " + holder.partition(" = ")[0]
    value = holder.partition(" = ")[2]
    return (
        f"INSERT INTO hub.mandate ({columns}) SELECT 'FULLMAKT', {_PERSON.format(GIVER)}, "
        f"'{{HOUSING}}', '{{READ}}', '2020-01-01', {value}"
    )


def test_a_mandate_of_before_is_held_as_before_and_back_again(before: Endpoints) -> None:
    sql(before, _PEOPLE, mandate(f"holder_id = {_PERSON.format(HOLDER)}"), _EVENTS, "SELECT 1")
    migrate.upgrade(before.owner, "0007")
    assert sql(before, _HELD) == [(HOLDER, 1)]

    sql(
        before,
        mandate(f"holder_national_id = '{HOLDER}'"),
        mandate(f"holder_national_id = '{UNKNOWN}'"),
        _EVENTS,
        "SELECT 1",
    )
    assert sql(before, _HELD) == [(HOLDER, 2)]

    migrate.downgrade(before.owner, "0006")
    assert sql(before, _HELD) == [(HOLDER, 2)]
    assert sql(before, "SELECT count(*), count(holder_id) FROM hub.mandate") == [(2, 2)]
    migrate.upgrade(before.owner, "0007")
    assert sql(before, _HELD) == [(HOLDER, 2)]


def test_a_record_with_a_break_glass_in_it_does_not_go_back(before: Endpoints) -> None:
    """Rows of the record are never changed, so there is no word of before for it."""
    migrate.upgrade(before.owner, "0007")
    sql(
        before,
        "INSERT INTO audit.writer (kind, software) VALUES ('READ', 'test')",
        "INSERT INTO audit.event (id, occurred_at, writer_id, writer_seq, leaf_version, kind, request_id, actor_kind,"
        " actor_id, actor_name, actor_role, party, party_kind, assurance, policy_digest, grounds, entry_subjects,"
        " entry_grounds, entry_rows) SELECT uuidv7(), now(), id, 1, 1, 'BREAK_GLASS', 'r', 'STAFF', 'A', 'A', 'r',"
        " 'nav', 'nav', 0, 'p', '[]', '', '', '' FROM audit.writer",
        "SELECT 1",
    )

    with pytest.raises(Exception, match="ck_event_kind"):
        migrate.downgrade(before.owner, "0006")
