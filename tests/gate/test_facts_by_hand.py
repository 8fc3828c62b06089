"""What the gate reads of a row in SQL is what the tables say when they are read by hand, whoever asks."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from typing import Any

import asyncpg
import pytest

from hub.gate import AnchorFacts, Binds, protection_from
from hub.gate.facts import FactSpec
from hub.gate.residual import Bind, Contains, Entity, Fact
from hub.store.embedded import EmbeddedServer
from hub.store.roles import Endpoints
from schema.categories import Anchor
from tests.conftest import clone
from tests.gate import real
from tests.gate.by_hand import VIEWS, Asked, Documented, World
from tests.gate.planted import BOUND, plant
from tests.gate.stored import ANCHORED, origin_of

_AREAS = "(VALUES (ARRAY['HOUSING']), (ARRAY['ECONOMY', 'HOUSING']), (ARRAY[]::text[])) given (areas)"
_SIGNS = "(VALUES ('CONSENT', 'NONE'), ('WITHDRAW', 'PAPER_SCAN')) signing (signs, method)"
_GIVERS = "(SELECT * FROM nav.person p WHERE p.id IN (SELECT giver_id FROM hub.mandate)) a"
SCOPES: Mapping[str, str] = {
    "BreakGlassScope": 'hub."case" a CROSS JOIN LATERAL (SELECT a.id, a.source_party) r',
    "ConsentScope": (
        f"{_GIVERS} CROSS JOIN LATERAL (SELECT a.id, a.source_party, areas, signs, method,"
        f" '9901-nav' AS recipient_party FROM {_AREAS}, {_SIGNS}) r"
    ),
    "MandateScope": (
        f"{_GIVERS} CROSS JOIN LATERAL (SELECT m.id, a.source_party, m.id AS mandate_id FROM hub.mandate m) r"
    ),
    "ReservationScope": (
        f"{_GIVERS} CROSS JOIN LATERAL (SELECT a.id, a.source_party, areas, signs FROM {_AREAS}, {_SIGNS}) r"
    ),
    "SubmissionStatistics": "hub.submitted_default_standing r CROSS JOIN LATERAL (SELECT r.submitter_party) a",
}
"""What commands are about stands in no table: each case or person beside what may be done to it. Nor do figures: each
row beside who has it counted.
"""
PLACES = tuple(
    (anchor, name)
    for name, spec in sorted(real.model().resources.items())
    for anchor in sorted(spec.anchors)
    if anchor is not Anchor.NONE
)
RESTING = tuple(
    place for place in PLACES if any(fact.evidence for fact in real.model().resources[place[1]].facts.values())
)
_NOBODY = "00000000-0000-0000-0000-000000000000"


@pytest.fixture(scope="session")
def planted(server: EmbeddedServer, loaded_template: str) -> Iterator[tuple[Endpoints, World]]:
    """The demo's data and what it has nothing of, and all of it as tables."""
    with clone(server, loaded_template) as endpoints:
        yield endpoints, asyncio.run(_settled(endpoints))


async def _settled(endpoints: Endpoints) -> World:
    connection = await asyncpg.connect(endpoints.owner)
    try:
        await plant(connection)
        tables = {view: await _whole(connection, f"facts.{view}") for view in VIEWS}
        return World({**tables, "case": await _whole(connection, 'hub."case"')})
    finally:
        await connection.close()


async def _whole(connection: asyncpg.Connection, table: str) -> list[Mapping[str, Any]]:
    return [json.loads(row["r"]) for row in await connection.fetch(f"SELECT to_jsonb(r)::text AS r FROM {table} r")]


@pytest.fixture
async def connection(planted: tuple[Endpoints, World]) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(planted[0].owner)
    yield connection
    await asyncio.wait_for(connection.close(), 5)


class Question:
    """All rows of a type, each beside what it hangs on."""

    def __init__(self, anchor: Anchor, resource: str, *, is_fenced: bool = False) -> None:
        self.anchor, self.resource = anchor, resource
        scope = SCOPES.get(resource)
        origin = None if scope else origin_of(anchor, resource)
        on = "r" if origin and origin.own else "a"
        table = scope or f"{real.catalogue().types[resource].relation} r{origin.joins if origin else ''}"
        graded = f" LEFT JOIN LATERAL {protection_from(anchor, on)} p ON true" if anchor in ANCHORED else ""
        self.source = f"FROM {table}{graded}"
        self.whole = f"to_jsonb(r)::text AS r, to_jsonb({on})::text AS a"
        self.binds = Binds()
        self.probed: dict[str, str] = {}
        self.facts = AnchorFacts(
            anchor, resource, anchor_alias=on, row_alias="r", protection="p", binds=self.binds, is_fenced=is_fenced
        )
        self.specs = tuple(real.model().resources[resource].facts.values())

    def by_hand(self, world: World, bound: Mapping[str, str], rows: Sequence[Mapping[str, Any]]) -> list[Asked]:
        """The rows as they were found."""
        return [
            Asked(
                world=world,
                anchor=self.anchor,
                resource=self.resource,
                row=json.loads(row["r"]),
                on=json.loads(row["a"]),
                bound=bound,
            )
            for row in rows
        ]

    def place(self, spec: FactSpec, value: str) -> str:
        """A parameter for a member of the set."""
        name = f"{spec.name}.{value}"
        self.probed[name] = value
        return self.binds.add(name, "uuid" if "Person" in spec.type else "text")

    async def fetch(
        self, connection: asyncpg.Connection, bound: Mapping[str, str], *columns: str
    ) -> list[asyncpg.Record]:
        numbered = ", ".join([self.whole, *(f"{sql} AS c{number}" for number, sql in enumerate(columns))])
        return await connection.fetch(f"SELECT {numbered} {self.source}", *self.binds.values({**bound, **self.probed}))


def plain(value: object) -> object:
    """What the driver made of it, as JSON has it."""
    if isinstance(value, list):
        return list(map(plain, value))
    return value if value is None or isinstance(value, bool | int) else str(value)


def whole(hand: Asked, spec: FactSpec) -> object:
    """The fact by hand: of a set its members, of what rests on a document alone whether there is one."""
    found = hand.fact(spec.name)
    if spec.is_set:
        return members(hand, spec)
    return bool(found) if isinstance(found, list) else found


def documented(hand: Asked, spec: FactSpec) -> Documented:
    found = hand.fact(spec.name)
    assert isinstance(found, list)
    return found


def members(hand: Asked, spec: FactSpec) -> list[object]:
    return sorted({value for value, _ in documented(hand, spec)}, key=str)


def probes(spec: FactSpec, hands: Sequence[Asked]) -> list[str]:
    """The values that are in the set most often and least often, and one that nobody ever has."""
    counted = Counter(value for hand in hands for value in members(hand, spec))
    often = [str(value) for value, _ in counted.most_common()]
    return [*dict.fromkeys([*often[:2], *often[-1:]]), _NOBODY if "Person" in spec.type else "nobody"]


@pytest.mark.parametrize("bound", BOUND, ids=range(len(BOUND)))
@pytest.mark.parametrize(("anchor", "resource"), PLACES)
async def test_every_fact_is_what_it_is_by_hand(planted, connection, anchor, resource, bound):
    question = Question(anchor, resource)
    columns = [
        question.facts.array(spec.name) if spec.is_set else question.facts.scalar(spec.name) for spec in question.specs
    ]

    rows = await question.fetch(connection, bound, *columns)

    assert rows
    for row, hand in zip(rows, question.by_hand(planted[1], bound, rows), strict=True):
        for number, spec in enumerate(question.specs):
            assert plain(row[f"c{number}"]) == whole(hand, spec), (spec.name, hand.row)


@pytest.mark.parametrize("is_fenced", [False, True])
@pytest.mark.parametrize(("anchor", "resource"), PLACES)
async def test_a_set_holds_exactly_its_members(planted, connection, anchor, resource, is_fenced):
    question = Question(anchor, resource, is_fenced=is_fenced)
    found = question.by_hand(planted[1], BOUND[0], await question.fetch(connection, BOUND[0]))
    asked = [(spec, value) for spec in question.specs if spec.is_set for value in probes(spec, found)]
    columns = [question.facts.contains(spec.name, question.place(spec, value)) for spec, value in asked]

    rows = await question.fetch(connection, BOUND[0], *columns)

    for row, hand in zip(rows, question.by_hand(planted[1], BOUND[0], rows), strict=True):
        for number, (spec, value) in enumerate(asked):
            assert row[f"c{number}"] is (value in members(hand, spec)), (spec.name, value)


@pytest.mark.parametrize("bound", BOUND, ids=range(len(BOUND)))
@pytest.mark.parametrize(("anchor", "resource"), RESTING)
async def test_the_document_is_the_first_that_puts_the_value_there(planted, connection, anchor, resource, bound):
    question = Question(anchor, resource)
    found = question.by_hand(planted[1], bound, await question.fetch(connection, bound))
    asked = [(spec, atom) for spec in question.specs if spec.evidence for atom in atoms(spec, found)]
    columns = [question.facts.evidence(atom) for _, atom in asked]
    columns.append(question.facts.evidence(*(atom for _, atom in asked)))

    rows = await question.fetch(connection, bound, *columns)

    for row, hand in zip(rows, question.by_hand(planted[1], bound, rows), strict=True):
        documents = [document(hand, spec, atom) for spec, atom in asked]
        assert [row[f"c{number}"] for number in range(len(asked))] == documents
        assert row[f"c{len(asked)}"] == next(filter(None, documents), None)


def atoms(spec: FactSpec, found: Sequence[Asked]) -> list[Fact | Contains]:
    """What a permit may rest on: that somebody is in a set, the requester or one who is named; that something holds."""
    fact = Fact(spec.name)
    if not spec.is_set:
        return [fact]
    if "Person" not in spec.type:
        return [Contains(fact, value) for value in probes(spec, found)]
    return [Contains(fact, Bind("person")), *(Contains(fact, Entity("Person", value)) for value in probes(spec, found))]


def document(hand: Asked, spec: FactSpec, atom: Fact | Contains) -> str | None:
    value: object = True
    if isinstance(atom, Contains):
        term = atom.value
        value = hand.bound[term.name] if isinstance(term, Bind) else term.id if isinstance(term, Entity) else term
    return min((id_ for member, id_ in documented(hand, spec) if member == value and id_), default=None)


async def test_each_fact_holds_of_some_rows_and_not_of_others(planted, connection):
    """Else the tests above would hold of nothing."""
    seen: dict[tuple[Anchor, str], set[str]] = {}
    for anchor, resource in PLACES:
        question = Question(anchor, resource)
        rows = await question.fetch(connection, BOUND[0])
        for hand in (hand for bound in BOUND for hand in question.by_hand(planted[1], bound, rows)):
            for spec in question.specs:
                seen.setdefault((anchor, spec.name), set()).add(str(hand.fact(spec.name)))

    assert [place for place, values in seen.items() if len(values) < 2] == []


async def test_a_fence_stands_behind_each_row_that_is_looked_for():
    """Without one PostgreSQL may make the test after others have read the case, and the time tells of it."""
    fenced = Question(Anchor.CASE, "MortgageLoan", is_fenced=True).facts
    bare = Question(Anchor.CASE, "MortgageLoan").facts

    for asked in (lambda facts: facts.contains("units", "$9"), lambda facts: facts.scalar("agreed")):
        assert asked(fenced) == f"{asked(bare).removesuffix(')')} OFFSET 0)"
