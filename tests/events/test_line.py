"""Following the line: whoever is concerned is woken, in every process, and nobody else is."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from hub.demo.offices import BANK, OTHER_BANK, TESTBY
from hub.demo.people import EVA, KARI
from hub.events.line import By, Line, Wanted
from hub.jobs import ForgottenEvents, Jobs
from hub.store.embedded import EmbeddedServer
from hub.store.pool import ReadPool
from hub.store.roles import Endpoints
from hub.store.session import Sessions
from tests.events.conftest import Connect
from tests.events.happening import case_of, line, signal, submission
from tests.failing import DriverFailing

SOON = 5.0


@asynccontextmanager
async def running_line(endpoints: Endpoints) -> AsyncIterator[Line]:
    pool = ReadPool(endpoints.app)
    await pool.start()
    running = Line(endpoints.app, pool, every=0.02)
    await running.start()
    try:
        yield running
    finally:
        await running.stop()
        await pool.close()


def of_case(case: Any, topic: str | None = None) -> Wanted:
    return Wanted(by=By.CASE, value=str(case), topic=topic)


async def until_head(running: Line, head: int) -> None:
    async with asyncio.timeout(SOON):
        while running.head < head:
            await asyncio.sleep(0.01)


async def test_what_one_process_commits_wakes_those_who_follow_it_in_another(
    database: Endpoints, owner: Any, connect: Connect
) -> None:
    case = await case_of(owner, KARI)
    async with running_line(database) as here, running_line(database) as there:
        with here.followed(of_case(case)) as one, there.followed(of_case(case)) as other:
            for follower in (one, other):
                await follower.next()
            made = await signal(await connect(), case)
            for process, follower in ((here, one), (there, other)):
                await asyncio.wait_for(follower.next(), SOON)
                stretch = await process.after(follower.wanted, 0, 10)
                assert [event.position for event in stretch.events] == [1]
                assert stretch.through == 1
    assert [row["signal_id"] for row in await line(owner)] == [made]


async def test_only_those_who_want_it_are_woken(database: Endpoints, owner: Any, connect: Connect) -> None:
    case, commands = await case_of(owner, KARI), await connect()
    wanted = {
        "the case": of_case(case),
        "the case, and signals": of_case(case, "SIGNAL"),
        "the unit": Wanted(by=By.UNIT, value=TESTBY.nav_unit, topic="SIGNAL"),
        "the case, and plans": of_case(case, "PLAN"),
        "another case": of_case(await case_of(owner, EVA)),
        "another unit": Wanted(by=By.UNIT, value=TESTBY.housing_unit),
        "a bank": Wanted(by=By.PARTY, value=BANK),
        "another bank": Wanted(by=By.PARTY, value=OTHER_BANK),
    }
    async with running_line(database) as running:
        with running.followed(wanted["a bank"]) as bank:
            followers = {name: running.followed(one) for name, one in wanted.items()}
            entered = {name: context.__enter__() for name, context in followers.items()}
            for follower in entered.values():
                await follower.next()
            await signal(commands, case)
            await until_head(running, 1)
            woken = {name for name, follower in entered.items() if follower.is_woken}
            assert woken == {"the case", "the case, and signals", "the unit"}
            await submission(commands)
            await until_head(running, 2)
            assert bank.is_woken
            assert entered["a bank"].is_woken
            assert not entered["another bank"].is_woken
            for context in followers.values():
                context.__exit__(None, None, None)


async def test_who_was_away_goes_on_after_its_place(database: Endpoints, owner: Any, connect: Connect) -> None:
    case, commands = await case_of(owner, KARI), await connect()
    async with running_line(database) as running:
        for _ in range(7):
            await signal(commands, case)
        await until_head(running, 7)
        seen, place = [], 2
        while True:
            stretch = await running.after(of_case(case), place, 2)
            seen += [event.position for event in stretch.events]
            place = stretch.through
            if not stretch.events:
                break
        assert seen == [3, 4, 5, 6, 7]


async def test_line_is_followed_again_after_the_database_was_away(
    server: EmbeddedServer, database: Endpoints, owner: Any, connect: Connect, caplog: pytest.LogCaptureFixture
) -> None:
    case, commands = await case_of(owner, KARI), await connect()
    async with running_line(database) as running:
        mine = await owner.fetchval("SELECT current_database()")
        server.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            f" WHERE application_name = 'bofast line' AND datname = '{mine}'"
        )
        with running.followed(of_case(case)) as follower:
            await follower.next()
            await signal(commands, case)
            await asyncio.wait_for(follower.next(), SOON)
            assert running.head == 1
    assert "the line is not followed" in caplog.text
    assert str(case) not in caplog.text


async def test_line_is_followed_on_whatever_the_driver_raises(
    database: Endpoints, owner: Any, connect: Connect, driver_failing: DriverFailing
) -> None:
    """The missed signal: the driver's own faults are no kind of its other errors, and ended the following for good."""
    case, commands = await case_of(owner, KARI), await connect()
    async with running_line(database) as running:
        with running.followed(of_case(case)) as follower:
            await follower.next()
            await driver_failing("bofast line")
            await signal(commands, case)
            await asyncio.wait_for(follower.next(), SOON)


async def test_job_forgets_what_is_old(database: Endpoints, owner: Any, connect: Connect) -> None:
    case, sessions = await case_of(owner, KARI), Sessions(database.app)
    await owner.execute("ALTER TABLE hub.outbox ALTER COLUMN occurred_at SET DEFAULT now() - interval '40 days'")
    for _ in range(3):
        await signal(await connect(), case)
    await owner.execute("SELECT hub.put_in_line(500)")
    await Jobs(sessions, duties=(ForgottenEvents(50),)).round()
    assert len(await line(owner)) == 3
    await Jobs(sessions, duties=(ForgottenEvents(30),)).round()
    assert [row["position"] for row in await line(owner)] == [3]
    await sessions.close()
