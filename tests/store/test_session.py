"""Sessions for commands: one command, one transaction, through the tables."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from hub.commands.outages import store_errors
from hub.demo.people import EVA, KARI
from hub.errors import Unavailable
from hub.store.driver import driver_of, fetch
from hub.store.embedded import EmbeddedServer
from hub.store.ids import new_id
from hub.store.roles import Endpoints
from hub.store.session import Sessions
from hub.store.tables import Case, Consent, ConsentEvent, Person
from tests.statements import noted


@pytest.fixture
async def sessions(database: Endpoints) -> AsyncIterator[Sessions]:
    made = Sessions(database.app)
    yield made
    await made.close()


async def test_tables_are_read_through_the_session(sessions: Sessions) -> None:
    async with sessions() as session:
        kari = (await session.exec(select(Person).where(Person.id == KARI.id))).one()
        case = (await session.exec(select(Case).where(Case.subject_id == KARI.id))).one()
    assert (kari.first_name, kari.grade, kari.residential_place) == ("Kari", 0, "Testby")
    assert case.municipality == "9901"


async def test_event_gets_its_number_and_time_from_the_database(sessions: Sessions) -> None:
    async with sessions() as session, session.begin():
        consent = (await session.exec(select(Consent).where(Consent.subject_id == EVA.id))).first()
        assert consent is not None
        event = ConsentEvent(
            id=new_id(),
            consent_id=consent.id,
            kind="WITHDRAWN",
            effective_at=consent.recorded_at,
            recorded_by="citizen",
        )
        session.add(event)
        await session.flush()
        await session.refresh(event)
        assert event.seq > 0
        assert event.recorded_at > consent.recorded_at


async def test_what_fails_half_way_is_not_there(sessions: Sessions) -> None:
    async def stop_half_way() -> None:
        async with sessions() as session, session.begin():
            await session.exec(text("UPDATE hub.case SET state = 'HALTED'"))  # type: ignore[call-overload]
            raise RuntimeError("half way")

    with pytest.raises(RuntimeError, match="half way"):
        await stop_half_way()
    async with sessions() as session:
        assert not (
            await session.exec(select(Case).where(Case.case_no == "9901-2026-000001", Case.state == "HALTED"))
        ).all()


async def test_commit_waits_for_the_disk_whatever_the_server_says(sessions: Sessions) -> None:
    async with sessions() as session:
        assert (await session.exec(text("SHOW synchronous_commit"))).scalar() == "on"  # type: ignore[call-overload]


async def test_connections_that_the_server_has_closed_are_replaced(sessions: Sessions, server: EmbeddedServer) -> None:
    async def own() -> tuple[AsyncSession, int]:
        session = sessions()
        return session, (await session.exec(text("SELECT pg_backend_pid()"))).scalar_one()  # type: ignore[call-overload]

    (one, first), (other, second) = await own(), await own()
    await one.close()
    await other.close()
    server.execute(f"SELECT pg_terminate_backend(pid) FROM unnest(ARRAY[{first}, {second}]) AS pid")
    await asyncio.sleep(0.1)
    (one, third), (other, fourth) = await own(), await own()
    await one.close()
    await other.close()
    assert not {first, second} & {third, fourth}


async def test_statement_before_a_command_is_none_but_its_own(sessions: Sessions) -> None:
    """No test of the connection, and no transaction that is opened for nothing."""
    plain: list[str] = []
    async with sessions() as session:
        driver = await driver_of(session)
        driver.add_query_logger(lambda query: plain.append(query.query))
    plain.clear()
    with noted(sessions) as prepared:
        async with sessions() as session, session.begin():
            assert await driver_of(session) is driver
            assert await driver_of(session) is driver
    assert (plain, prepared) == (["BEGIN;", "COMMIT;"], ["SELECT 1"])


async def test_what_the_driver_does_in_a_nested_transaction_goes_with_it(sessions: Sessions) -> None:
    async def mark(session: AsyncSession, state: str) -> None:
        driver = await driver_of(session)
        await driver.execute('UPDATE hub."case" SET state = $1 WHERE subject_id = $2', state, KARI.id)

    async def fail_within(session: AsyncSession) -> None:
        async with session.begin_nested():
            await mark(session, "HALTED")
            await mark(session, "NO_STATE")

    async with sessions() as session, session.begin():
        await mark(session, "OVERVIEW")
        with pytest.raises(asyncpg.CheckViolationError):
            await fail_within(session)
        (found,) = await fetch(session, 'SELECT state FROM hub."case" WHERE subject_id = $1', KARI.id)
        assert found.state == "OVERVIEW"
        await session.rollback()


async def test_what_the_driver_began_is_there_when_it_ends_and_gone_when_it_fails(sessions: Sessions) -> None:
    async def mark(state: str, *, fails: bool) -> None:
        async with sessions.begun() as driver:
            await driver.execute('UPDATE hub."case" SET state = $1 WHERE subject_id = $2', state, KARI.id)
            if fails:
                raise RuntimeError("half way")

    async def state() -> str:
        async with sessions() as session:
            return (await session.exec(select(Case.state).where(Case.subject_id == KARI.id))).one()

    await mark("OVERVIEW", fails=False)
    with pytest.raises(RuntimeError, match="half way"):
        await mark("HALTED", fails=True)
    assert await state() == "OVERVIEW"


@pytest.mark.parametrize("at", ["SELECT pg_sleep(5)", "BEGIN", "COMMIT", "ROLLBACK"])
async def test_command_that_is_cut_short_leaves_nothing_to_the_next_one(database: Endpoints, at: str) -> None:
    sessions = Sessions(database.app, size=1)
    execute, reached, pids = asyncpg.Connection.execute, asyncio.Event(), set[int]()

    async def executing(self: asyncpg.Connection, query: str, *given: object, **named: Any) -> str:
        if query.startswith(at):
            reached.set()
            await asyncio.sleep(0)
        done = await execute(self, query, *given, **named)
        if query.startswith(at):
            # The database has done it, and nobody was told.
            await asyncio.sleep(5)
        return done

    async def ask() -> None:
        async with sessions.begun() as driver:
            pids.add(driver.get_server_pid())
            await driver.execute("SELECT pg_advisory_xact_lock(1)")
            if at == "ROLLBACK":
                raise RuntimeError("half way")
            await driver.execute("SELECT pg_sleep(5)" if at.startswith("SELECT") else "SELECT 1")

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(asyncpg.Connection, "execute", executing)
        cut = asyncio.create_task(ask())
        await reached.wait()
        await asyncio.sleep(0.1)
        cut.cancel()
        with pytest.raises(asyncio.CancelledError):
            await cut
    async with sessions.begun() as driver:
        assert driver.get_server_pid() not in pids
        async with asyncio.timeout(20):
            await driver.execute("SELECT pg_advisory_xact_lock(1)")
    await sessions.close()


async def test_command_whose_connection_is_lost_is_told_and_the_next_one_has_another(
    database: Endpoints, server: EmbeddedServer
) -> None:
    sessions = Sessions(database.app, size=1)

    async def lose(*, waits: bool) -> None:
        async with store_errors(), sessions.begun() as driver:
            server.execute(f"SELECT pg_terminate_backend({driver.get_server_pid()})")
            await asyncio.sleep(0.2 if waits else 0)
            await driver.fetchval("SELECT 1")

    for waits in (False, True):
        with pytest.raises(Unavailable):
            await lose(waits=waits)
    async with sessions.begun() as driver:
        assert await driver.fetchval("SELECT 1") == 1
    await sessions.close()


async def test_errors_do_not_print_what_was_sent(sessions: Sessions) -> None:
    async with sessions() as session:
        with pytest.raises(DBAPIError) as failed:
            await session.exec(text("SELECT 1 / :zero FROM hub.party").bindparams(zero=0))  # type: ignore[call-overload]
    assert "parameters hidden" in str(failed.value)
