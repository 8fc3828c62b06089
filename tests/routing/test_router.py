"""How the queue is emptied: in batches, by several at once, past rows that cannot be filed, and when it is woken."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest

from hub.jobs import Jobs
from hub.routing import Router, Routing
from hub.store.roles import Endpoints
from hub.store.session import Sessions
from tests.routing.town import Town


@pytest.fixture
def place(database: Endpoints) -> Endpoints:
    return database


@pytest.fixture
async def routing(sessions: Sessions) -> AsyncIterator[Routing]:
    routing = Routing(sessions, pause=0.01)
    yield routing
    await routing.settle()


async def waiting(owner: Any) -> int:
    return await owner.fetchval("SELECT count(*) FROM hub.unrouted")


async def until(owner: Any, sql: str, expected: object) -> None:
    async with asyncio.timeout(20):
        while await owner.fetchval(sql) != expected:
            await asyncio.sleep(0.01)


async def test_what_the_demo_tells_has_reached_its_case_already(owner, town: Town, route):
    before = await owner.fetchval("SELECT count(*) FROM hub.signal")
    assert (await waiting(owner), await route(), await owner.fetchval("SELECT count(*) FROM hub.signal")) == (
        0,
        0,
        before,
    )


async def test_row_that_is_rolled_back_was_never_queued(owner, town: Town, route):
    number, _ = await town.person()
    transaction = owner.transaction()
    await transaction.start()
    await town.default(number)
    assert await waiting(owner) == 1
    await transaction.rollback()
    assert (await waiting(owner), await route()) == (0, 0)


async def test_many_are_routed_batch_by_batch(owner, town: Town, route):
    people = [await town.person() for _ in range(10)]
    for number, _ in people:
        await town.default(number)
    assert await route(Router(batch=3)) == 10
    assert await owner.fetchval("SELECT count(*) FROM hub.routed WHERE outcome = 'SIGNAL'") == 12


async def test_number_of_statements_does_not_grow_with_the_rows(owner, town: Town, sessions, watch_statements):
    counts = []
    for rows in (1, 40):
        for _ in range(rows):
            number, _ = await town.person()
            await town.default(number)
        with watch_statements() as seen:
            async with sessions() as session, session.begin():
                assert await Router().run(session) == rows
        counts.append(len(seen))
    assert counts[0] == counts[1]


async def test_person_whose_turn_is_another_s_is_not_waited_for(owner, town: Town, route):
    (held, person), (other, _) = await town.person(), await town.person()
    first, second = await town.default(held), await town.default(other)
    async with owner.transaction():
        await owner.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended('bofast.person.' || $1::text, 0))", str(person)
        )
        async with asyncio.timeout(20):
            await route()
        assert [await town.outcome_of(row) for row in (first, second)] == [None, "SIGNAL"]
    await asyncio.sleep(1.1)
    await route()
    assert (await town.outcome_of(first), await waiting(owner)) == ("SIGNAL", 0)


async def test_case_that_somebody_is_changing_is_not_waited_for_and_no_second_one_opened(owner, town: Town, route):
    number, person, consent = await town.customer()
    case = await town.case(person)
    row = await town.default(number, consent)
    async with owner.transaction():
        await owner.execute('UPDATE hub."case" SET phase = 2 WHERE id = $1', case)
        async with asyncio.timeout(20):
            await route()
        assert await town.outcome_of(row) is None
    await asyncio.sleep(1.1)
    await route()
    assert (await town.signal_of(row))["case_id"] == case
    assert len(await town.cases_of(person)) == 1


async def test_row_that_is_in_another_s_hand_is_passed_by(owner, town: Town, sessions):
    number, _ = await town.person()
    row = await town.default(number)
    async with sessions() as one, sessions() as other, one.begin(), other.begin():
        taken = [await Router().run(one), await Router().run(other)]
    assert (taken, await town.outcome_of(row)) == ([1, 0], "SIGNAL")


async def test_two_channels_at_once_open_one_case(owner, town: Town, sessions):
    """Two routers, each with a row about the same person who has no case, at whatever moment of the other's work."""
    rows, people = [], []
    for _ in range(15):
        number, person, consent = await town.customer()
        people.append(person)
        rows += [await town.default(number, consent, loan_ref=ref) for ref in "AB"]

    async def empty() -> None:
        idle = 0
        while idle < 60:
            async with sessions() as session, session.begin():
                idle = 0 if await Router(batch=1).run(session) else idle + 1
            await asyncio.sleep(0.02 if idle else 0)

    await asyncio.gather(empty(), empty())
    assert await waiting(owner) == 0
    for at, person in enumerate(people):
        [case] = await town.cases_of(person)
        signals = [await town.signal_of(row) for row in rows[2 * at : 2 * at + 2]]
        assert {signal["case_id"] for signal in signals} == {case["id"]}


async def test_row_that_cannot_be_filed_holds_up_nobody_and_is_tried_again(owner, town: Town, route, caplog):
    numbers = [(await town.person())[0] for _ in range(5)]
    await owner.execute("ALTER TABLE bank.mortgage_default ADD CONSTRAINT broken CHECK (arrears_ore <> 13)")
    rows = [await town.default(number, arrears_ore=13 if at == 2 else 1) for at, number in enumerate(numbers)]
    await route()
    assert [await town.outcome_of(row) for row in rows] == ["SIGNAL", "SIGNAL", None, "SIGNAL", "SIGNAL"]
    stuck = await owner.fetchrow("SELECT * FROM hub.unrouted")
    assert (stuck["row_id"], stuck["attempts"], stuck["due_at"] > datetime.now(UTC)) == (rows[2], 1, True)
    assert await owner.fetchval("SELECT count(*) FROM hub.signal WHERE id NOT IN (SELECT signal_id FROM hub.routed)"
        " AND received_at > now() - interval '1 hour'") == 0  # fmt: skip
    await owner.execute("ALTER TABLE bank.mortgage_default DROP CONSTRAINT broken")
    await owner.execute("UPDATE hub.unrouted SET due_at = now()")
    await route()
    assert (await town.outcome_of(rows[2]), await waiting(owner)) == ("SIGNAL", 0)
    assert not [number for number in numbers if number in caplog.text]


async def test_woken_it_routes_a_little_later(owner, town: Town, routing: Routing):
    number, _ = await town.person()
    row = await town.default(number)
    routing.wake()
    assert await town.outcome_of(row) is None
    await until(owner, f"SELECT outcome FROM hub.routed WHERE id = '{row}'", "SIGNAL")


async def test_what_comes_while_it_is_at_work_is_not_forgotten(owner, town: Town, routing: Routing):
    for _ in range(20):
        number, _ = await town.person()
        await town.default(number)
        routing.wake()
        await asyncio.sleep(0.005)
    await until(owner, "SELECT count(*) FROM hub.unrouted", 0)


async def test_outage_is_sat_out(owner, town: Town, routing: Routing, caplog):
    number, _ = await town.person()
    row = await town.default(number)
    await owner.execute("ALTER TABLE hub.unrouted RENAME TO gone")
    try:
        routing.wake()
        async with asyncio.timeout(20):
            while "not routed yet" not in caplog.text:
                await asyncio.sleep(0.01)
    finally:
        await owner.execute("ALTER TABLE hub.gone RENAME TO unrouted")
    await until(owner, f"SELECT outcome FROM hub.routed WHERE id = '{row}'", "SIGNAL")


async def test_what_a_process_left_behind_is_found_by_the_jobs_of_any(owner, town: Town, sessions: Sessions):
    number, _ = await town.person()
    row = await town.default(number)
    jobs = Jobs(sessions, duties=(Router(),))
    await jobs.round()
    assert await town.outcome_of(row) == "SIGNAL"
