"""A record on a database of its own, and a look at what it wrote."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Any

import asyncpg
import pytest

from hub.audit.access_index import AccessIndex
from hub.audit.record import Record
from hub.store.roles import Endpoints

Look = Callable[[], Awaitable[Sequence[Any]]]


@pytest.fixture
async def record(empty_database: Endpoints) -> AsyncIterator[Record]:
    record = Record(empty_database.record)
    await record.start()
    yield record
    await record.stop()


@pytest.fixture
async def owner(empty_database: Endpoints) -> AsyncIterator[Any]:
    """The owner's connection."""
    connection = await asyncpg.connect(empty_database.owner)
    yield connection
    await connection.close()


@pytest.fixture
def events(owner: Any) -> Look:
    """All events on record, in the order of their streams."""

    async def fetch() -> Sequence[Any]:
        return await owner.fetch("SELECT * FROM audit.event ORDER BY writer_id, writer_seq")

    return fetch


@pytest.fixture
def refusals(owner: Any) -> Look:
    """All security events on record."""

    async def fetch() -> Sequence[Any]:
        return await owner.fetch("SELECT * FROM audit.security_event ORDER BY occurred_at, event_id, ordinal")

    return fetch


@pytest.fixture
async def index(empty_database: Endpoints) -> AsyncIterator[AccessIndex]:
    index = AccessIndex(empty_database.record, interval=0.05)
    yield index
    await index.stop()


@pytest.fixture
async def app(empty_database: Endpoints) -> AsyncIterator[Any]:
    """A connection as commands have it. It does not wait for the disk by itself."""
    connection = await asyncpg.connect(empty_database.app, server_settings={"synchronous_commit": "off"})
    yield connection
    await connection.close()
