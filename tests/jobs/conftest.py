"""A database of one's own for each test, and jobs that do a round when they are told to."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest

from hub.jobs import Jobs
from hub.store.roles import Endpoints
from hub.store.session import Sessions


@pytest.fixture
async def sessions(database: Endpoints) -> AsyncIterator[Sessions]:
    sessions = Sessions(database.app)
    yield sessions
    await sessions.close()


@pytest.fixture
async def jobs(sessions: Sessions) -> Jobs:
    """What fell due in the demo is done, so that what a test adds is all that is left."""
    jobs = Jobs(sessions)
    await jobs.round()
    return jobs


@pytest.fixture
async def owner(database: Endpoints) -> AsyncIterator[Any]:
    connection = await asyncpg.connect(database.owner)
    yield connection
    await connection.close()
