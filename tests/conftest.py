"""A PostgreSQL for the tests: one per worker, a template that is migrated and loaded once, a clone for whoever asks.

database        a fresh clone with the demo's data; DSNs per role; thrown away after the test
empty_database  a fresh clone without data
demo_database   one clone with the demo's data for all tests of the worker that only read
"""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import uuid4

import asyncpg
import psutil
import pytest

from hub.demo.load import load
from hub.rules import POLICIES, digest_of, read_folder
from hub.rules.activation import prepare_database
from hub.store import migrate
from hub.store.embedded import DATABASE, EmbeddedServer
from hub.store.policies import Version, activate
from hub.store.roles import Endpoints, create_database
from tests.failing import driver_failing  # noqa: F401  a fixture

DEMO_CASES = 60
_LOADED, _SERVED = "bofast_loaded", "bofast_served"
_PREFIX = "bofast-test-"
_OWNER = "owner"
_ENOUGH_MEMORY = 4 * 2**30


def _memory() -> Path | None:
    """Memory in place of a disk, where there is enough of it: five times as quick."""
    memory = Path("/dev/shm")
    return memory if memory.is_dir() and shutil.disk_usage(memory).free > _ENOUGH_MEMORY else None


def _signature(number: int) -> str:
    """A process, told apart from a later one with its number. Nothing where there is none."""
    with suppress(psutil.NoSuchProcess):
        return f"{number} {psutil.Process(number).create_time()}"
    return ""


def _sweep(place: Path) -> None:
    """Stop and remove the servers of test runs that were killed: a server outlives whoever started it."""
    for owner in place.glob(f"{_PREFIX}*/{_OWNER}"):
        with suppress(OSError, ValueError, IndexError):
            signature = owner.read_text()
            if _signature(int(signature.split()[0])) != signature:
                EmbeddedServer(owner.parent / "data", durable=False).halt()
                shutil.rmtree(owner.parent, ignore_errors=True)


@pytest.fixture(scope="session")
def server() -> Iterator[EmbeddedServer]:
    """The embedded server of this worker, without fsync."""
    place = _memory() or Path(tempfile.gettempdir())
    _sweep(place)
    # Not pytest's own folder: a socket's path has to be short, and the last three clusters need not be kept.
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=place))
    (folder / _OWNER).write_text(_signature(os.getpid()))
    try:
        with EmbeddedServer(folder / "data", durable=False) as running:
            yield running
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def empty_template(server: EmbeddedServer) -> str:
    """A migrated database without data, with the packaged policies in force."""
    owner = server.endpoints().owner
    migrate.upgrade(owner)
    asyncio.run(_put_in_force(owner))
    return DATABASE


async def _put_in_force(owner: str) -> None:
    files = read_folder(POLICIES)
    connection = await asyncpg.connect(owner)
    try:
        await activate(connection, Version(digest=digest_of(files), files=files), "tests")
    finally:
        await connection.close()


@pytest.fixture(scope="session")
def loaded_template(server: EmbeddedServer, empty_template: str) -> str:
    """A migrated database with the demo's data."""
    server.execute(create_database(_LOADED, empty_template))
    asyncio.run(load(server.endpoints(_LOADED).owner, cases=DEMO_CASES))
    return _LOADED


@pytest.fixture(scope="session")
def served_template(server: EmbeddedServer, loaded_template: str) -> str:
    """A migrated database with the demo's data and the rights of the read roles."""
    server.execute(create_database(_SERVED, loaded_template))
    prepare_database(server.endpoints(_SERVED).owner)
    return _SERVED


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
