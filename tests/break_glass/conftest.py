"""A hub of this room's own, and cases that nobody in it has access to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import cycle
from typing import Any
from uuid import UUID, uuid4

import pytest

from hub.app import prepare_database
from hub.store.embedded import EmbeddedServer
from hub.store.roles import create_database
from tests.acceptance.house import Answer, House, open_house
from tests.conftest import clone

CASEWORKER, HOUSING, PURPOSE = "nav-caseworker", "housing-caseworker", "B101"
TAKE = """mutation Take($input: BreakGlassInput!) { breakGlass(input: $input) {
    ... on GlassBroken { id caseId effectiveFrom until } ... on CommandRefused { code field text { nb en } } } }"""
REASON = "Familien står på gaten i kveld"
# Cases in Testby that NAV Testby sentrum (9901) takes no part in, and that nothing protects.
_FREE = """
    SELECT c.id::text AS id, c.subject_id::text AS subject, c.source_party AS source FROM hub."case" AS c
    JOIN facts.protection AS p ON p.case_id = c.id
    WHERE c.municipality = '9901' AND p.grade = 0 AND NOT p.shielded
        AND NOT EXISTS (SELECT FROM facts.participant AS q WHERE q.case_id = c.id AND q.unit_id = '9901')
        AND NOT EXISTS (SELECT FROM facts.case_kin AS k JOIN hub.employee AS e ON e.person_id = k.relative_id
            WHERE k.case_id = c.id)
    ORDER BY c.id"""

_FORGET = """
    ALTER TABLE hub.break_glass DISABLE TRIGGER refuse_change;
    DELETE FROM hub.break_glass;
    ALTER TABLE hub.break_glass ENABLE TRIGGER refuse_change"""


@pytest.fixture(scope="module")
def house(server: EmbeddedServer, loaded_template: str) -> Iterator[House]:
    """One for each module."""
    name = f"glass_{uuid4().hex}"
    server.execute(create_database(name, loaded_template))
    prepare_database(server.endpoints(name).owner)
    with clone(server, name) as endpoints, open_house(endpoints) as opened:
        yield opened
    server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(scope="module")
def free_cases(house: House) -> Iterator[dict[str, Any]]:
    return cycle(house.rows(_FREE))


@pytest.fixture
def case(house: House, free_cases: Iterator[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """A case that the caseworker has nothing to do with, and nobody has broken the glass of."""
    yield next(free_cases)
    house.execute(_FORGET)


Take = Callable[..., Answer]


@pytest.fixture
def take(house: House) -> Take:
    """The command, as the caseworker unless somebody else is named."""

    def command(case_id: str, *, who: str = CASEWORKER, purpose: str = PURPOSE, **changes: object) -> Answer:
        given = {"idempotencyKey": uuid4().hex, "caseId": case_id, "reason": REASON, "until": later(hours=2), **changes}
        return house.ask(who, TAKE, purpose=purpose, input=given)

    return command


def later(**distance: float) -> str:
    """A moment from now, as the schema writes it."""
    return (datetime.now(UTC) + timedelta(**distance)).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def taken(answer: Answer) -> str:
    """The id of a break-glass that was taken."""
    broken = answer.data["breakGlass"]
    assert "id" in broken, broken
    return str(UUID(broken["id"]))


def under(glass: str) -> dict[str, str]:
    return {"break-glass": glass}


_GUARDIAN = """
    WITH made AS (
        INSERT INTO hub.mandate (id, kind, giver_id, holder_id, areas, rights, valid_from)
        SELECT uuidv7(), 'VERGEMAL', $1::text::uuid, person_id, '{ECONOMY}', '{READ}', '2020-01-01'
        FROM hub.employee WHERE ident = $2 RETURNING id
    )
    INSERT INTO hub.mandate_event (id, mandate_id, kind, effective_at, recorded_by)
    SELECT uuidv7(), id, 'GRANTED', now(), 'Statsforvalteren' FROM made"""


def make_guardian(house: House, ident: str, *, of: str) -> None:
    """An employee becomes somebody's guardian."""
    house.execute(_GUARDIAN, of, ident)
