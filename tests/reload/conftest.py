"""A database as a demo leaves it, and two processes that serve it: started once for all tests that come here."""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from hub.demo.load import load
from hub.rules import Rules
from hub.rules.activation import prepare_database, reload
from hub.store.embedded import EmbeddedServer
from tests.conftest import _OWNER, _PREFIX, _memory, _signature
from tests.reload.asking import Served
from tests.reload.children import Children, children
from tests.reload.sets import read_both


@pytest.fixture(scope="session")
def both() -> tuple[Rules, Rules]:
    """The packaged set and another one, read once."""
    return read_both()


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Children]:
    with children(tmp_path_factory.mktemp("children")) as made:
        yield made


@pytest.fixture(scope="session")
def started(made: Children) -> Iterator[Served]:
    # The program of the children is read in while this database is made.
    with folder() as data, EmbeddedServer(data) as server:
        endpoints = server.endpoints()
        prepare_database(endpoints.owner)
        asyncio.run(load(endpoints.owner, cases=5))
        served = Served(data=data, endpoints=endpoints, urls=(made.hub(endpoints), made.hub(endpoints)))
        asyncio.run(served.sign_in())
        yield served


@contextmanager
def folder() -> Generator[Path]:
    """A demo's data folder, in memory where there is enough of it; swept by the next run if this one is killed."""
    place = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=_memory()))
    (place / _OWNER).write_text(_signature(os.getpid()))
    try:
        yield place / "data"
    finally:
        shutil.rmtree(place, ignore_errors=True)


@pytest.fixture
def served(started: Served, both: tuple[Rules, Rules]) -> Served:
    """Two processes that answer by the packaged set: what a test put in force is undone for the next one."""
    asyncio.run(reload(started.owner, both[0]))
    return started
