"""The demo's data in a database of one's own, and connections to it: the owner's, and those of commands."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

import asyncpg
import pytest

from hub.store.roles import Endpoints

Connect = Callable[[], Awaitable[Any]]


@pytest.fixture
async def owner(database: Endpoints) -> AsyncIterator[Any]:
    connection = await asyncpg.connect(database.owner)
    yield connection
    await connection.close()


@pytest.fixture
async def connect(database: Endpoints) -> AsyncIterator[Connect]:
    """Further connections as the role that carries out commands."""
    async with AsyncExitStack() as stack:

        async def one() -> Any:
            connection = await asyncpg.connect(database.app)
            stack.push_async_callback(connection.close)
            return connection

        yield one
