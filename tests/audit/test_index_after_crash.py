"""The index of subjects does not wait for the disk: what a crash takes of it is derived again from the record."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from pathlib import Path

import asyncpg

from hub.audit import Entry
from hub.audit.access_index import AccessIndex, rebuild
from hub.audit.record import Record
from hub.store import migrate
from hub.store.embedded import EmbeddedServer
from tests.audit.factory import CONSENT, KARI, OLA, event, ground
from tests.audit.indexed import kept

_CRASHES = 3
_EVENTS = 15


def test_index_is_whole_after_each_crash_of_the_database(tmp_path: Path) -> None:
    server = EmbeddedServer(tmp_path / "data")
    migrate.upgrade(server.start().owner)
    try:
        for crash in range(1, _CRASHES + 1):
            asyncio.run(_written_and_indexed(server))
            _kill(server)
            asyncio.run(_expect_whole(server, crash * _EVENTS))
    finally:
        server.stop()


async def _written_and_indexed(server: EmbeddedServer) -> None:
    """What is on record is durable; the index of it was committed the moment before the crash."""
    record, index = Record(server.endpoints().record), AccessIndex(server.endpoints().record)
    await record.start()
    for number in range(_EVENTS):
        await record.write(event(Entry(ground(), KARI, None, number), Entry(ground(basis="OTHER"), OLA, CONSENT)))
    await record.stop()
    assert await index.catch_up() == _EVENTS
    await index.stop()


def _kill(server: EmbeddedServer) -> None:
    number = server.pid
    assert number is not None
    os.kill(number, signal.SIGKILL)
    while server.pid == number:
        time.sleep(0.01)
    server.start()


async def _expect_whole(server: EmbeddedServer, events: int) -> None:
    index, owner = AccessIndex(server.endpoints().record), await asyncpg.connect(server.endpoints().owner)
    try:
        # Whatever of the last moment is gone.
        await index.catch_up()
        grounds, entries = await kept(owner)
        assert len(grounds) == len(entries) == 2 * events
        assert await rebuild(owner) == events
        assert await kept(owner) == (grounds, entries)
    finally:
        await index.stop()
        await owner.close()
