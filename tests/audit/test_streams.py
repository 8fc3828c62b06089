"""Streams: each has one writer, no gap and a known end, and what is written in them stays."""

from __future__ import annotations

import asyncio
from typing import Any

import asyncpg
import pytest

from hub.audit.access_index import AccessIndex
from hub.audit.model import EventKind, SecurityEvent, SecurityKind
from hub.audit.record import Record
from hub.store.roles import Endpoints
from tests.audit.factory import event


async def test_each_start_has_a_stream_of_its_own_whose_end_is_known(empty_database: Endpoints, owner: Any):
    for count in (2, 3):
        record = Record(empty_database.record)
        await record.start()
        for _ in range(count):
            await record.write(event())
        await record.stop()
    rows = await owner.fetch(
        "SELECT writer_id, array_agg(writer_seq ORDER BY writer_seq) AS seqs FROM audit.event GROUP BY 1 ORDER BY 1"
    )
    ends = await owner.fetch("SELECT writer_id, last_seq, how FROM audit.writer_end ORDER BY 1")
    assert [row["seqs"] for row in rows] == [[1, 2], [1, 2, 3]]
    assert [(end["writer_id"], end["last_seq"], end["how"]) for end in ends] == [
        (row["writer_id"], len(row["seqs"]), "STOPPED") for row in rows
    ]


async def test_record_role_can_neither_change_nor_delete(empty_database: Endpoints, record: Record):
    await record.write(event())
    connection = await asyncpg.connect(empty_database.record)
    for table in ("event", "security_event", "writer", "writer_end"):
        for statement in (f"DELETE FROM audit.{table}", f"TRUNCATE audit.{table}"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute(statement)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await connection.execute("UPDATE audit.event SET party = 'x'")
    await connection.close()


async def test_not_even_the_owner_changes_the_record(record: Record, owner: Any):
    await record.write(event(), [SecurityEvent(kind=SecurityKind.OBJECT_MISSED, code="NOT_FOUND")])
    [partition] = await owner.fetch("SELECT DISTINCT tableoid::regclass::text AS name FROM audit.event")
    for table in ("audit.event", "audit.security_event", partition["name"]):
        for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET party = 'x'", f"TRUNCATE {table}"):
            with pytest.raises(asyncpg.PostgresError, match="append-only"):
                await owner.execute(statement)


async def test_dead_streams_are_ended_and_living_ones_are_not(
    record: Record, index: AccessIndex, owner: Any, empty_database: Endpoints
):
    dead = Record(empty_database.record)
    await dead.start()
    await dead.write(event())
    assert dead._stream is not None
    dead_ids = {dead._stream._writer_id, dead._stream.command_writer_id}
    assert dead._task is not None
    dead._task.cancel()
    dead._stream.abandon()
    async with asyncio.timeout(5):
        while await owner.fetchval("SELECT count(*) FROM audit.writer_end") < 2:
            await index.upkeep()
            await asyncio.sleep(0.05)

    ends = {
        end["writer_id"]: (end["last_seq"], end["how"]) for end in await owner.fetch("SELECT * FROM audit.writer_end")
    }
    assert ends == {writer: (1 if writer == dead._stream._writer_id else 0, "FOUND_DEAD") for writer in dead_ids}
    assert await owner.fetchval("SELECT count(*) FROM audit.command_counter WHERE closed") == 1
    await record.write(event())
    assert await index.catch_up() == 2


async def test_command_under_way_holds_back_the_end_of_its_stream(
    record: Record, index: AccessIndex, owner: Any, app: Any
):
    assert record._stream is not None
    async with app.transaction():
        await record.write_in(app, event(kind=EventKind.COMMAND))
        record._stream.abandon()
        await asyncio.sleep(0.3)
        ending = asyncio.create_task(index.upkeep())
        await asyncio.sleep(0.2)
        assert not ending.done()
    await ending
    [last] = await owner.fetch(
        "SELECT last_seq FROM audit.writer_end JOIN audit.writer ON writer.id = writer_id WHERE kind = 'COMMAND'"
    )
    assert last["last_seq"] == 1
    assert await index.catch_up() == 1
