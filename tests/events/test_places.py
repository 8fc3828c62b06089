"""Places in the line: given after the commit, so that no reader goes past what was committed late."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from random import Random
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from hub.demo.people import EVA, IVAN, KARI
from hub.store.roles import Endpoints
from tests.events.conftest import Connect
from tests.events.happening import case_of, line, outbox, put_in_line, signal

_BY_NUMBER = "SELECT no, signal_id FROM hub.outbox WHERE no > $1 ORDER BY no"
_OLD = "ALTER TABLE hub.outbox ALTER COLUMN occurred_at SET DEFAULT"
_WRITERS = 8
_EACH = 60


async def test_what_is_committed_late_gets_a_later_place(owner: Any, connect: Connect) -> None:
    early, late, case = await connect(), await connect(), await case_of(owner, KARI)
    transaction = late.transaction()
    await transaction.start()
    last = await signal(late, case)
    first = await signal(early, case)
    assert await put_in_line(owner) == 1
    await transaction.commit()
    assert await put_in_line(owner) == 2
    assert [(row["position"], row["signal_id"]) for row in await line(owner)] == [(1, first), (2, last)]


async def test_reader_by_number_of_writing_would_miss_it(owner: Any, connect: Connect) -> None:
    """Why there is a line at all: the danger that it is there for is real."""
    early, late, case = await connect(), await connect(), await case_of(owner, KARI)
    transaction = late.transaction()
    await transaction.start()
    missed = await signal(late, case)
    await signal(early, case)
    seen = await owner.fetch(_BY_NUMBER, 0)
    await transaction.commit()
    seen += await owner.fetch(_BY_NUMBER, seen[-1]["no"])
    assert missed not in {row["signal_id"] for row in seen}
    assert missed in {row["signal_id"] for row in await outbox(owner)}


async def test_of_two_the_one_that_was_committed_before_the_other_was_written_stands_first(
    owner: Any, connect: Connect
) -> None:
    """Whoever began first, and whichever took a number of a transaction first."""
    waiting, quick, case = await connect(), await connect(), await case_of(owner, KARI)
    transaction = waiting.transaction()
    await transaction.start()
    # It writes something, and then waits for the lock that the other one holds.
    await waiting.execute("SELECT pg_current_xact_id()")
    first = await signal(quick, case)
    second = await signal(waiting, case)
    await transaction.commit()
    await put_in_line(owner)
    assert [row["signal_id"] for row in await line(owner)] == [first, second]


async def test_a_few_at_a_time_come_to_the_same_order(owner: Any, connect: Connect) -> None:
    commands, case = await connect(), await case_of(owner, KARI)
    made = [await signal(commands, case) for _ in range(7)]
    assert [await put_in_line(owner, 3) for _ in range(4)] == [3, 6, 7, 7]
    assert [row["signal_id"] for row in await line(owner)] == made


async def test_one_at_a_time_gives_places_and_nobody_waits(owner: Any, connect: Connect) -> None:
    one, other = await connect(), await connect()
    await signal(await connect(), await case_of(owner, KARI))
    transaction = one.transaction()
    await transaction.start()
    assert await put_in_line(one) == 1
    assert await asyncio.wait_for(put_in_line(other), 5) == 0
    await transaction.commit()
    assert await put_in_line(other) == 1


async def test_who_dies_while_giving_places_leaves_everything_as_it_was(owner: Any, connect: Connect) -> None:
    dying, case = await connect(), await case_of(owner, KARI)
    made = await signal(await connect(), case)
    await dying.transaction().start()
    await put_in_line(dying)
    number = await dying.fetchval("SELECT pg_backend_pid()")
    dying.terminate()
    while await owner.fetchval("SELECT EXISTS (SELECT FROM pg_stat_activity WHERE pid = $1)", number):
        await asyncio.sleep(0.02)
    assert await line(owner) == []
    assert await put_in_line(owner) == 1
    assert [row["signal_id"] for row in await line(owner)] == [made]


class Writer:
    """Writes signals about cases in transactions of one or several; rolls some of them back, and holds some open."""

    def __init__(self, cases: Sequence[UUID], chance: Random) -> None:
        self._cases = cases
        self._chance = chance
        self.committed: list[tuple[UUID, UUID]] = []

    async def run(self, dsn: str) -> None:
        connection = await asyncpg.connect(dsn)
        try:
            for _ in range(_EACH):
                await self._one(connection)
        finally:
            await connection.close()

    async def _one(self, connection: Any) -> None:
        transaction = connection.transaction()
        await transaction.start()
        made = []
        for _ in range(self._chance.randint(1, 3)):
            case = self._chance.choice(self._cases)
            made.append((case, await signal(connection, case)))
            await asyncio.sleep(self._chance.choice((0, 0, 0.002, 0.02)))
        if self._chance.random() < 0.2:
            await transaction.rollback()
        else:
            await transaction.commit()
            self.committed += made


async def _sequence(dsn: str, over: asyncio.Event, chance: Random) -> None:
    """One of those who give places; it is cut off now and then."""
    while not over.is_set():
        connection = await asyncpg.connect(dsn)
        for _ in range(chance.randint(1, 20)):
            await put_in_line(connection, chance.randint(1, 9))
            await asyncio.sleep(0)
        connection.terminate()


async def _read(dsn: str, over: asyncio.Event) -> list[tuple[int, UUID]]:
    """Goes along the line, as a follower does: never back, and never waits for anything."""
    connection = await asyncpg.connect(dsn)
    seen: list[tuple[int, UUID]] = []
    try:
        while True:
            was_over = over.is_set()
            last = seen[-1][0] if seen else 0
            rows = await connection.fetch(
                "SELECT position, signal_id FROM hub.event WHERE position > $1 ORDER BY position LIMIT 5", last
            )
            seen += [(row["position"], row["signal_id"]) for row in rows]
            if was_over and not rows:
                return seen
            await asyncio.sleep(0)
    finally:
        await connection.close()


@pytest.mark.parametrize("seed", range(3))
async def test_readers_miss_nothing_and_see_one_order_whatever_commits_when(
    database: Endpoints, owner: Any, seed: int
) -> None:
    chance = Random(seed)
    cases = [await case_of(owner, known) for known in (KARI, EVA, IVAN)]
    over = asyncio.Event()
    writers = [Writer(cases, Random(chance.random())) for _ in range(_WRITERS)]
    async with asyncio.TaskGroup() as group:
        for _ in range(3):
            group.create_task(_sequence(database.app, over, Random(chance.random())))
        readers = [group.create_task(_read(database.app, over)) for _ in range(2)]
        await asyncio.gather(*(writer.run(database.app) for writer in writers))
        while await owner.fetchval("SELECT EXISTS (SELECT FROM hub.outbox)"):
            await asyncio.sleep(0.01)
        over.set()
    seen = readers[0].result()
    assert seen == readers[1].result()
    committed = {made for writer in writers for _, made in writer.committed}
    assert [position for position, _ in seen] == list(range(1, len(committed) + 1))
    assert {made for _, made in seen} == committed
    place = {made: position for position, made in seen}
    for writer in writers:
        order = [place[made] for _, made in writer.committed]
        assert order == sorted(order), "what one writes after another stands after it"


async def test_old_events_are_forgotten_and_places_count_on(owner: Any, connect: Connect) -> None:
    commands, case = await connect(), await case_of(owner, KARI)
    for days in (9, 8, 3):
        await owner.execute(f"{_OLD} now() - interval '{days} days'")
        await signal(commands, case)
    await put_in_line(owner)
    assert await commands.fetchval("SELECT hub.forget_events('7 days', 1)") == 1
    assert await commands.fetchval("SELECT hub.forget_events('7 days', 100)") == 1
    assert await commands.fetchval("SELECT hub.forget_events('2 days', 100)") == 0, "the last one stays"
    assert [row["position"] for row in await line(owner)] == [3]
    await signal(commands, case)
    assert await put_in_line(owner) == 4
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="a day at least"):
        await commands.execute("SELECT hub.forget_events('1 hour', 100)")
