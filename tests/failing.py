"""The driver made to fail once, on a connection of one name."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg
import pytest

DriverFailing = Callable[[str], Awaitable[None]]
"""Returns when a connection of this name has failed."""

_SECONDS = 10


@pytest.fixture(params=[asyncpg.InternalClientError, asyncpg.InterfaceError, RuntimeError])
def driver_failing(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> DriverFailing:
    """The first is what comes where a connection is ended while a statement is on its way."""
    execute = asyncpg.Connection._execute

    async def failing(name: str) -> None:
        has_failed = asyncio.Event()

        async def once(self: Any, *args: Any, **named: Any) -> Any:
            if (self._params.server_settings or {}).get("application_name") == name and not has_failed.is_set():
                has_failed.set()
                raise request.param("planted")
            return await execute(self, *args, **named)

        monkeypatch.setattr(asyncpg.Connection, "_execute", once)
        async with asyncio.timeout(_SECONDS):
            await has_failed.wait()

    return failing
