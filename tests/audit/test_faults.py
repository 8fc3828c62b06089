"""When the record cannot be written, exactly the requests concerned are refused, and the record recovers by itself.

All on a real PostgreSQL of its own, which is stopped dead, hung, cut off and filled up. The full disk is the kernel's
own ENOSPC: the partition's file is made to be `/dev/full`.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import psutil
import pytest

from hub.audit.access_index import AccessIndex
from hub.audit.model import AccessEvent, SecurityEvent, SecurityKind
from hub.errors import RecordUnavailable, Unavailable
from hub.store import migrate
from hub.store.embedded import DATABASE, EmbeddedServer
from hub.store.roles import Endpoints, create_database
from tests.audit.factory import event
from tests.audit.recording import assert_gapless, backend_of, on_record, outcomes, recovered, running


@pytest.fixture(scope="module")
def frail_server() -> Iterator[EmbeddedServer]:
    """A server that these tests may break."""
    folder = Path(tempfile.mkdtemp(prefix="bofast-test-"))
    try:
        with EmbeddedServer(folder / "data", durable=False) as running:
            migrate.upgrade(running.endpoints().owner)
            yield running
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def endpoints(frail_server: EmbeddedServer) -> Iterator[Endpoints]:
    name = f"test_{uuid4().hex}"
    frail_server.execute(create_database(name, DATABASE))
    yield frail_server.endpoints(name)
    frail_server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
async def owner(endpoints: Endpoints) -> AsyncIterator[Any]:
    connection = await asyncpg.connect(endpoints.owner)
    yield connection
    if not connection.is_closed():
        await connection.close()


async def test_transaction_that_fails_at_its_commit_is_not_taken_for_done(endpoints: Endpoints, owner: Any):
    await owner.execute(
        """
        CREATE FUNCTION public.fail_late() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'too late' USING ERRCODE = 'disk_full'; END $$;
        CREATE CONSTRAINT TRIGGER fail_late AFTER INSERT ON audit.security_event DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION public.fail_late();
        """
    )
    given = event()
    try:
        async with running(endpoints) as record:
            with pytest.raises(RecordUnavailable):
                await record.write(given, [SecurityEvent(kind=SecurityKind.OBJECT_MISSED, code="NOT_FOUND")])
            after = await recovered(record)
    finally:
        await owner.execute("DROP TRIGGER fail_late ON audit.security_event; DROP FUNCTION public.fail_late()")
    assert await on_record(owner, [given, after]) == {after.id}
    await assert_gapless(owner)


async def test_connection_lost_while_idle_costs_no_request(endpoints: Endpoints, owner: Any):
    async with running(endpoints) as record:
        await record.write(event())
        os.kill(backend_of(record), signal.SIGTERM)
        await asyncio.sleep(0.2)
        assert record.is_ready
        await record.write(event())
    await assert_gapless(owner)


async def test_connection_lost_under_way_refuses_those_under_way(endpoints: Endpoints, owner: Any):
    async with running(endpoints) as record:
        async with owner.transaction():
            await owner.execute("LOCK TABLE audit.event IN EXCLUSIVE MODE")
            under_way = [asyncio.create_task(record.write(event())) for _ in range(3)]
            await asyncio.sleep(0.1)
            os.kill(backend_of(record), signal.SIGTERM)
            results = await asyncio.gather(*under_way, return_exceptions=True)
        assert [type(result) for result in results] == [RecordUnavailable] * 3
        await recovered(record)
    await assert_gapless(owner)


async def test_server_killed_under_way_then_started_again(
    frail_server: EmbeddedServer, endpoints: Endpoints, owner: Any
):
    async with running(endpoints, timeout=1.0) as record:
        before = event()
        await record.write(before)
        given = [event() for _ in range(30)]
        writing = asyncio.create_task(outcomes(record, given))
        await asyncio.sleep(0.002)
        _kill(frail_server)
        refused = await writing
        with pytest.raises(RecordUnavailable):
            await record.write(event())
        assert not record.is_ready
        await asyncio.to_thread(frail_server.start)
        after = await recovered(record)

    owner = await asyncpg.connect(endpoints.owner)
    acknowledged = {one.id for one in given} - {one.id for one in refused}
    assert acknowledged | {before.id, after.id} <= await on_record(owner, [before, after, *given])
    await _assert_disowned(owner, refused)
    await assert_gapless(owner)
    await owner.close()


async def test_server_that_hangs_refuses_in_time_and_what_it_may_still_commit_is_disowned(
    endpoints: Endpoints, owner: Any
):
    async with running(endpoints, timeout=0.5) as record:
        backend = psutil.Process(backend_of(record))
        backend.suspend()
        given = event()
        try:
            async with asyncio.timeout(3):
                assert await outcomes(record, [given]) == [given]
                after = await recovered(record)
        finally:
            backend.resume()
        await _until_gone(owner, backend.pid)
        await recovered(record)
    assert await on_record(owner, [given, after]) == {given.id, after.id}
    await _assert_disowned(owner, [given])
    await assert_gapless(owner)


async def test_lock_that_lasts_too_long_refuses_and_nothing_is_written(endpoints: Endpoints, owner: Any):
    given = event()
    async with running(endpoints, timeout=0.5) as record:
        async with owner.transaction():
            await owner.execute("LOCK TABLE audit.event IN EXCLUSIVE MODE")
            async with asyncio.timeout(3):
                assert await outcomes(record, [given]) == [given]
        await recovered(record)
    assert await on_record(owner, [given]) == set()
    await assert_gapless(owner)


async def test_full_disk_refuses_until_there_is_room_again(
    frail_server: EmbeddedServer, endpoints: Endpoints, owner: Any
):
    """Nothing was written this month yet, so that the very first block has to be added to the file."""
    month = f"audit.event_{datetime.now(UTC):%Y_%m}"
    file = Path(
        frail_server.execute("SHOW data_directory").strip(),
        await owner.fetchval("SELECT pg_relation_filepath($1)", month),
    )
    given = [event() for _ in range(5)]
    async with running(endpoints) as record:
        with _full(file):
            with pytest.raises(RecordUnavailable) as refusal:
                await record.write(event())
            assert refusal.value.detail == asyncpg.DiskFullError.sqlstate
            assert await outcomes(record, given) == given
        # The server still holds the full file open: give the partition another one.
        await owner.execute(f"VACUUM FULL {month}")
        after = event()
        await record.write(after)
    assert await on_record(owner, [*given, after]) == {after.id}
    await assert_gapless(owner)


async def test_index_is_unavailable_while_the_server_is_down_and_recovers(
    frail_server: EmbeddedServer, endpoints: Endpoints
):
    async with running(endpoints) as record:
        await record.write(event())
    index = AccessIndex(endpoints.record)
    _kill(frail_server)
    with pytest.raises(Unavailable):
        await index.catch_up()
    await asyncio.to_thread(frail_server.start)
    assert await index.catch_up() == 1
    await index.stop()


def _kill(server: EmbeddedServer) -> None:
    """Every process of the server at once, as a power cut would."""
    assert server.pid is not None
    parent = psutil.Process(server.pid)
    processes = [parent, *parent.children(recursive=True)]
    for process in processes:
        os.kill(process.pid, signal.SIGKILL)
    psutil.wait_procs(processes, timeout=10)


@contextmanager
def _full(file: Path) -> Iterator[None]:
    kept = file.with_suffix(".kept")
    file.rename(kept)
    file.symlink_to("/dev/full")
    try:
        yield
    finally:
        file.unlink()
        kept.rename(file)


async def _until_gone(owner: Any, backend: int) -> None:
    async with asyncio.timeout(10):
        while await owner.fetchval("SELECT EXISTS (SELECT FROM pg_stat_activity WHERE pid = $1)", backend):
            await asyncio.sleep(0.02)


async def _assert_disowned(owner: Any, refused: list[AccessEvent]) -> None:
    """What was refused and is on record all the same has a second event that says it was not delivered."""
    stored = await on_record(owner, refused)
    second = await owner.fetch("SELECT about FROM audit.event WHERE kind = 'NOT_DELIVERED'")
    assert stored <= {row["about"] for row in second}
