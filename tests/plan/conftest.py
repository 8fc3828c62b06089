"""A database for the plan: the demo's data, the rights of the read roles, a log, and values that are hard to write."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import asyncpg
import pytest

from hub.app import prepare_database
from hub.demo.offices import BANK, SYNTEVIK, TESTBY
from hub.demo.people import EVA, KARI, KNOWN, OLA
from hub.demo.staff import CASEWORKER
from hub.store.embedded import EmbeddedServer
from hub.store.roles import Endpoints, create_database
from tests.log_lines import adding
from tests.plan.both import Both
from tests.plan.documents import Pool
from tests.plan.requesters import GLASS

_NAME = "bofast_planned"
_LINES = 60
# Quotes, backslashes, control characters, letters outside the first plane, what SQL or JSON could mistake for its own.
_HARD = "Sa «ja» \"nei\" \\ \\n \t\n \x01 \u2028 \U0001f3e0 ' '' {0} %s $1 </script>"
_LOG = adding("""
    SELECT gen_random_uuid() AS id, gen_random_uuid() AS event_id,
        timestamptz '2026-11-01 08:00:00.123456+00' + (n / 3) * interval '1 hour' AS occurred_at,
        CASE WHEN n % 7 > 0 THEN ($1::uuid[])[1 + n % 3] END AS subject_id, ($2::text[])[1 + n % 2] AS source_party,
        ($2::text[])[1 + n % 4] AS recipient_party,
        CASE WHEN n % 5 > 0 THEN ($3::text[])[1 + n % 3] END AS recipient_unit,
        ($4::text[])[1 + n % 2] AS actor_id, 'Navn ' || n AS actor_name, 'rolle' AS actor_role,
        ($5::text[])[1 + n % 3] AS actor_kind, CASE WHEN n % 4 > 0 THEN 'EVICTION_PREVENTION' END AS purpose,
        'STL_17' AS basis, CASE WHEN n % 6 = 0 THEN gen_random_uuid() END AS evidence_id,
        ARRAY['RENT', 'PLAN'] AS categories, ARRAY[]::text[] AS policies, ($6::text[])[1 + n % 3] AS kind,
        CASE WHEN n % 2 = 0 THEN 'Asked' END AS operation_name, 'r' || n AS request_id, 'INFO' AS severity, 1 AS rows,
        n % 9 > 0 AS delivered
    FROM generate_series(1, $7::int) n""")

# Of a case that the caseworker's unit takes no part in.
_BROKEN = """
    INSERT INTO hub.break_glass (id, case_id, person_id, actor_id, party_id, unit_id, reason, danger_to_life,
        effective_from, until_at)
    SELECT $1, c.id, $2::uuid, 'A123456', '9901-nav', '9901', 'Prøve av nødtilgang', false, now(),
        now() + interval '71 hours'
    FROM hub."case" c JOIN facts.protection p ON p.case_id = c.id
    WHERE c.municipality = '9901' AND p.grade = 0 AND NOT p.shielded AND NOT EXISTS
        (SELECT FROM facts.participant q WHERE q.case_id = c.id AND q.unit_id = '9901')
    ORDER BY c.id LIMIT 1"""


@pytest.fixture(scope="session")
def planned_template(server: EmbeddedServer, loaded_template: str) -> str:
    """The database that clones are made of."""
    server.execute(create_database(_NAME, loaded_template))
    owner = server.endpoints(_NAME).owner
    prepare_database(owner)
    asyncio.run(_fill(owner))
    return _NAME


async def _fill(owner: str) -> None:
    connection = await asyncpg.connect(owner)
    try:
        people = [KARI.id, EVA.id, OLA.id]
        parties = [TESTBY.nav, BANK, TESTBY.housing, SYNTEVIK.nav]
        await connection.execute(
            _LOG,
            people,
            parties,
            [TESTBY.nav_unit, TESTBY.housing_unit, SYNTEVIK.nav_unit],
            ["A123456", BANK],
            ["STAFF", "SYSTEM", "CITIZEN"],
            ["LOOKED_UP", "LISTED", "RELATED"],
            _LINES,
        )
        await connection.execute("UPDATE hub.contact_log_entry SET note = $1 WHERE note IS NOT NULL", _HARD)
        await connection.execute("UPDATE housing.lease_breach SET description = $1, measures = ARRAY[$1, '']", _HARD)
        # Many rows with the same value: only the id tells them apart.
        await connection.execute(
            "UPDATE hub.case SET updated_at = date_trunc('month', updated_at) + interval '1 microsecond'"
        )
        await connection.execute(
            "UPDATE hub.signal SET triage_status = 'NEW', received_at = date_trunc('month', received_at)"
        )
        await connection.execute(_BROKEN, GLASS, str(CASEWORKER.person.id))
    finally:
        await connection.close()


@contextmanager
def _clone(server: EmbeddedServer, template: str) -> Iterator[Endpoints]:
    name = f"planned_{uuid4().hex}"
    server.execute(create_database(name, template))
    try:
        yield server.endpoints(name)
    finally:
        server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(scope="module")
def planned(server: EmbeddedServer, planned_template: str) -> Iterator[Endpoints]:
    """A clone for the tests of one module, which only read."""
    with _clone(server, planned_template) as endpoints:
        yield endpoints


@pytest.fixture
def changeable(server: EmbeddedServer, planned_template: str) -> Iterator[Endpoints]:
    """A clone for one test, which may change it."""
    with _clone(server, planned_template) as endpoints:
        yield endpoints


@pytest.fixture(scope="module")
def runner() -> Iterator[asyncio.Runner]:
    """One loop for all examples of a module; connections belong to a loop."""
    with asyncio.Runner() as running:
        yield running


@pytest.fixture(scope="module")
def both(planned: Endpoints, runner: asyncio.Runner) -> Iterator[Both]:
    """Both ways of answering, opened once: statements stay prepared."""
    opened = Both(planned)
    runner.run(opened.__aenter__())
    yield opened
    runner.run(opened.__aexit__())


@pytest.fixture(scope="module")
def pool(both: Both, runner: asyncio.Runner) -> Pool:
    """What documents ask for: things that are there, things that are hidden, and things that are not."""
    known = [known.id for known in KNOWN]
    cases = runner.run(
        both.owner.fetch(
            "SELECT id::text FROM hub.case ORDER BY subject_id = ANY($1) DESC, opened_at DESC LIMIT 20", known
        )
    )
    others = runner.run(both.owner.fetch("SELECT national_id FROM nav.person ORDER BY id LIMIT 10"))
    return Pool(
        cases=(*(case["id"] for case in cases), "00000000-0000-0000-0000-000000000000", "none"),
        national_ids=(*(known.national_id for known in KNOWN), *(other["national_id"] for other in others)),
        actors=("A123456", BANK, "nobody"),
        units=(TESTBY.nav_unit, TESTBY.debt_unit, TESTBY.housing_unit, TESTBY.secure_unit, SYNTEVIK.nav_unit, ""),
        moments=(
            "2026-11-01T08:00:00.123Z",
            "2026-10-01T00:00:00Z",
            "2026-06-01T00:00:00+02:00",
            "2030-01-01T00:00:00Z",
        ),
    )
