"""What was accepted, put into the ledgers as the intake does, and routed when a test says so.

The tests of this room share a database, as each is about persons of its own; those that break something have their own.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

import asyncpg
import pytest

from hub.routing import Router
from hub.store.embedded import EmbeddedServer
from hub.store.roles import Endpoints, create_database
from hub.store.session import Sessions
from tests.routing.town import Town
from tests.statements import noted


@pytest.fixture(scope="session")
def shared_town(server: EmbeddedServer, loaded_template: str) -> Iterator[Endpoints]:
    name = "test_routing"
    server.execute(create_database(name, loaded_template))
    yield server.endpoints(name)
    server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def place(shared_town: Endpoints) -> Endpoints:
    return shared_town


@pytest.fixture
async def sessions(place: Endpoints) -> AsyncIterator[Sessions]:
    sessions = Sessions(place.app)
    yield sessions
    await sessions.close()


@pytest.fixture
async def owner(place: Endpoints) -> AsyncIterator[Any]:
    connection = await asyncpg.connect(place.owner)
    yield connection
    await connection.close()


@pytest.fixture
def town(owner: Any) -> Town:
    return Town(owner)


@pytest.fixture
def route(sessions: Sessions) -> Callable[..., Awaitable[int]]:
    """Batch by batch until nothing is taken in hand any more. Returns how many were."""

    async def run(router: Router | None = None) -> int:
        router, taken = router or Router(), 0
        while True:
            async with sessions() as session, session.begin():
                found = await router.run(session)
            taken += found
            if not found:
                return taken

    return run


@pytest.fixture
def watch_statements(sessions: Sessions) -> Callable[[], AbstractContextManager[list[str]]]:
    """What is said to the database, while it lasts."""
    return lambda: noted(sessions)
