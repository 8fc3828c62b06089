"""A PostgreSQL for the tests: one per worker, a template that is migrated and loaded once, a clone for whoever asks.

database        a fresh clone with the demo's data; DSNs per role; thrown away after the test
empty_database  a fresh clone without data
demo_database   one clone with the demo's data for all tests of the worker that only read
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest

from hub.demo.load import load
from hub.store import migrate
from hub.store.embedded import DATABASE, EmbeddedServer
from hub.store.roles import Endpoints, create_database

DEMO_CASES = 60
_LOADED = "bofast_loaded"
_ENOUGH_MEMORY = 4 * 2**30


def _memory() -> Path | None:
    """Memory in place of a disk, where there is enough of it: five times as quick."""
    memory = Path("/dev/shm")
    return memory if memory.is_dir() and shutil.disk_usage(memory).free > _ENOUGH_MEMORY else None


@pytest.fixture(scope="session")
def server() -> Iterator[EmbeddedServer]:
    """The embedded server of this worker, without fsync."""
    # Not pytest's own folder: a socket's path has to be short, and the last three clusters need not be kept.
    folder = Path(tempfile.mkdtemp(prefix="bofast-test-", dir=_memory()))
    try:
        with EmbeddedServer(folder / "data", durable=False) as running:
            yield running
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def empty_template(server: EmbeddedServer) -> str:
    """A migrated database without data."""
    migrate.upgrade(server.endpoints().owner)
    return DATABASE


@pytest.fixture(scope="session")
def loaded_template(server: EmbeddedServer, empty_template: str) -> str:
    """A migrated database with the demo's data."""
    server.execute(create_database(_LOADED, empty_template))
    asyncio.run(load(server.endpoints(_LOADED).owner, cases=DEMO_CASES))
    return _LOADED


@pytest.fixture
def database(server: EmbeddedServer, loaded_template: str) -> Iterator[Endpoints]:
    """A fresh database with the demo's data."""
    with clone(server, loaded_template) as endpoints:
        yield endpoints


@pytest.fixture
def empty_database(server: EmbeddedServer, empty_template: str) -> Iterator[Endpoints]:
    """A fresh database without data."""
    with clone(server, empty_template) as endpoints:
        yield endpoints


@pytest.fixture(scope="session")
def demo_database(server: EmbeddedServer, loaded_template: str) -> Iterator[Endpoints]:
    """A database with the demo's data. Read only, by agreement."""
    with clone(server, loaded_template) as endpoints:
        yield endpoints


@contextmanager
def clone(server: EmbeddedServer, template: str) -> Iterator[Endpoints]:
    """A database of one's own, for as long as it is wanted."""
    name = f"test_{uuid4().hex}"
    server.execute(create_database(name, template))
    yield server.endpoints(name)
    server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
