"""The plain way of answering is held to the oracle: its columns of decisions, over the demo's data, row by row."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from functools import lru_cache
from random import Random

import asyncpg
import pytest

from hub.demo.offices import BANK, OTHER_BANK, TESTBY
from hub.demo.people import EVA, KARI, OLA
from hub.gate import DENIED, AnchorFacts, Gate, evaluate
from hub.identity.model import Inquiry
from hub.plan.plain_rows import Statements
from schema.categories import Anchor
from tests.gate import real
from tests.gate.oracle import plain
from tests.gate.planted import LOG
from tests.gate.reference import Asked, Reference
from tests.gate.stored import PLACES, Stored, binds_of, origin_of, rows_of, trial_of
from tests.plan.requesters import REQUESTERS

SAMPLE = 6
"""How many rows of a type are put to the reference engine for one requester, and as many actions of each."""


SENT = """
    WITH sent AS (
        INSERT INTO hub.submission (id, submitter_party, actor, kind, received_at, idempotency_key, content_sha256,
            row_count)
        SELECT gen_random_uuid(), party, 'a', 'MORTGAGE_DEFAULT', now(), 'key', repeat('0', 64), 1
        FROM unnest($1::text[]) party
        RETURNING id, submitter_party
    )
    INSERT INTO hub.submitted_default (id, submission_id, submitter_party, row_no, received_at, outcome, content_sha256,
        is_late)
    SELECT gen_random_uuid(), id, submitter_party, 1, now(), 'ACCEPTED', repeat('0', 64), false
    FROM sent"""


@pytest.fixture
async def connection(database) -> AsyncIterator[asyncpg.Connection]:
    """The demo's data, with a log and what two banks have sent."""
    connection = await asyncpg.connect(database.owner, server_settings={"TimeZone": "UTC"})
    for person in (KARI, EVA, OLA):
        await connection.execute(LOG, person.id, [TESTBY.nav, BANK], [TESTBY.nav_unit, TESTBY.housing_unit])
    await connection.execute(SENT, [BANK, OTHER_BANK, TESTBY.loan_manager])
    yield connection
    await asyncio.wait_for(connection.close(), 5)


class Held:
    """What a comparison came to."""

    def __init__(self) -> None:
        self.counted: Counter[str] = Counter()
        self.differences: list[str] = []

    def compare(self, ours: bool, theirs: bool, what: str) -> None:
        self.counted["decisions"] += 1
        self.counted["granted"] += ours
        if ours is not theirs:
            self.differences.append(what)


@lru_cache
def reference(gate: Gate) -> Reference:
    return Reference(gate)


async def hold(
    connection: asyncpg.Connection, gate: Gate, inquiry: Inquiry, anchor: Anchor, resource: str, rnd: Random, held: Held
) -> None:
    """Compare what the plain statement decides on every row with what follows from the row's facts."""
    who, entry = gate.class_of(inquiry), real.catalogue().types[resource]
    if gate.decide(who, entry.see).residual == DENIED and rnd.random() > 0.1:
        return
    statement = Statements(real.catalogue(), gate).find(who, entry, origin_of(anchor, resource))
    found = await connection.fetch(statement.sql, *statement.binds.values(binds_of(inquiry)))
    shown = {(row["id"], row["anchor"] if "anchor" in row.keys() else None): row for row in found}  # noqa: SIM118
    stored = await rows_of(connection, gate, inquiry, anchor, resource)
    for row in stored:
        seen = evaluate(gate.decide(who, entry.see).residual, plain(row.facts), binds_of(inquiry))  # type: ignore[arg-type]
        held.compare(row.key in shown, seen, f"{resource} {row.key}")
    asked = _sampled(rnd, stored, shown)
    actions = [entry.see, *rnd.sample(statement.actions, min(SAMPLE, len(statement.actions)))]
    answers = reference(gate).decided(
        trial_of(gate, inquiry, resource, actions, asked),
        [Asked(number, action) for number in range(len(asked)) for action in actions],
        set(),
    )
    places = {action: f"g{statement.actions.index(action)}" for action in actions[1:]}
    for one, expected in answers.items():
        row = shown.get(asked[one.row].key)
        what = f"{inquiry.requester.kind} {one.action} {asked[one.row]}"
        if one.action == entry.see:
            held.compare(row is not None, expected, what)
        elif row is not None:
            held.compare(row[places[one.action]], expected, what)


def _sampled(rnd: Random, stored: list[Stored], shown: dict[object, object]) -> list[Stored]:
    """Mostly rows that are seen: of the others one decision says it all."""
    seen = [row for row in stored if row.key in shown]
    hidden = [row for row in stored if row.key not in shown]
    return [*rnd.sample(seen, min(SAMPLE, len(seen))), *rnd.sample(hidden, min(2, len(hidden)))]


async def test_the_plain_way_decides_as_the_reference_engine_does_on_the_rows_facts(connection):
    rnd, held = Random(1), Held()
    for inquiry in REQUESTERS.values():
        for anchor, resource in rnd.sample(PLACES, len(PLACES) // 3):
            await hold(connection, real.gate(), inquiry, anchor, resource, rnd, held)

    assert held.differences == []
    assert held.counted["decisions"] > 5_000
    assert held.counted["granted"] > 500


CONTAINS = AnchorFacts.contains


def of_another_row(self: AnchorFacts, fact: str, value_sql: str) -> str:
    """`contains` with the row where the case should stand."""
    case, row = self._aliases["case"], self._aliases["row"]
    return CONTAINS(self, fact, value_sql).replace(f"= {case}.id", f"= {row}.id")


async def test_a_set_that_is_asked_of_the_wrong_row_is_noticed(connection, monkeypatch):
    monkeypatch.setattr(AnchorFacts, "contains", of_another_row)
    rnd, held = Random(2), Held()
    gate = Gate(real.model(), real.gate().policies)

    for resource in ("HouseholdMember", "Tenancy"):
        await hold(connection, gate, REQUESTERS["nav"], Anchor.CASE, resource, rnd, held)

    assert held.differences
