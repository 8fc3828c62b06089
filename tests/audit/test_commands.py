"""A command and its record are one transaction: neither is ever there without the other, and the numbers show it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest

from hub.audit.model import EventKind, SecurityEvent, SecurityKind
from hub.audit.packing import unpack_entries
from hub.audit.record import Record
from hub.errors import RecordUnavailable
from hub.store.roles import Endpoints
from hub.store.session import Sessions
from tests.audit.factory import event

REFUSED = (SecurityEvent(kind=SecurityKind.GROUND_MISSING, code="NO_BASIS", count=2),)


@pytest.fixture
async def other_app(empty_database: Endpoints) -> AsyncIterator[Any]:
    connection = await asyncpg.connect(empty_database.app)
    yield connection
    await connection.close()


def command(**changes: Any) -> Any:
    return event(kind=EventKind.COMMAND, **changes)


async def test_event_is_there_once_the_command_commits(record: Record, app: Any, events: Any, refusals: Any):
    given = command()
    async with app.transaction():
        await record.write_in(app, given, REFUSED)
        assert await events() == []
    [row] = await events()
    [refused] = await refusals()
    assert (row["id"], row["kind"], row["writer_seq"]) == (given.id, "COMMAND", 1)
    assert unpack_entries(row) == list(given.entries)
    assert (refused["event_id"], refused["code"], refused["count"]) == (given.id, "NO_BASIS", 2)


async def test_rolled_back_command_leaves_no_event_and_no_gap(record: Record, app: Any, events: Any):
    transaction = app.transaction()
    await transaction.start()
    await record.write_in(app, command(), REFUSED)
    await transaction.rollback()
    async with app.transaction():
        await record.write_in(app, command())
    assert [row["writer_seq"] for row in await events()] == [1]


async def test_commit_waits_for_the_disk_whatever_the_connection_is_set_to(record: Record, app: Any):
    async with app.transaction():
        await record.write_in(app, command())
        assert await app.fetchval("SHOW synchronous_commit") == "on"


async def test_session_takes_part_with_its_own_transaction(record: Record, empty_database: Endpoints, events: Any):
    sessions = Sessions(empty_database.app)
    async with sessions() as session, session.begin():
        await record.write_in(session, command())
        assert await events() == []
    async with sessions() as session:
        await session.begin()
        await record.write_in(session, command())
        await session.rollback()
    await sessions.close()
    assert [row["writer_seq"] for row in await events()] == [1]


async def test_numbers_follow_commits_when_commands_overlap(record: Record, app: Any, other_app: Any, events: Any):
    first, second = command(), command()

    async def follow() -> None:
        async with other_app.transaction():
            await record.write_in(other_app, second)

    async with app.transaction():
        await record.write_in(app, first)
        following = asyncio.create_task(follow())
        await asyncio.sleep(0.1)
        assert not following.done()
    await following
    assert [(row["id"], row["writer_seq"]) for row in await events()] == [(first.id, 1), (second.id, 2)]


async def test_command_outside_a_transaction_is_refused(record: Record, app: Any, events: Any):
    with pytest.raises(RecordUnavailable):
        await record.write_in(app, command())
    assert await events() == []


async def test_command_that_cannot_be_recorded_cannot_commit(record: Record, app: Any, events: Any):
    async def run() -> None:
        async with app.transaction():
            await record.write_in(app, command())
            await record.write_in(app, command(operation_name="a\x00b"))

    with pytest.raises(RecordUnavailable):
        await run()
    assert await events() == []


async def test_closed_stream_takes_no_command(record: Record, app: Any, owner: Any, events: Any):
    await owner.execute("UPDATE audit.command_counter SET closed = true")
    async with app.transaction():
        with pytest.raises(RecordUnavailable):
            await record.write_in(app, command(), REFUSED)
    assert await events() == []


async def test_command_needs_a_record_that_was_started(empty_database: Endpoints, app: Any):
    async with app.transaction():
        with pytest.raises(RecordUnavailable):
            await Record(empty_database.record).write_in(app, command())
