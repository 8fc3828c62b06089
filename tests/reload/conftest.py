"""Two processes that serve one database, with a migrated demo in it."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from pathlib import Path

import pytest

from hub.rules import Rules
from hub.rules.activation import prepare_database
from hub.store.embedded import EmbeddedServer
from hub.store.roles import Endpoints
from tests.conftest import clone
from tests.reload.sets import read_both
from tests.running import clean_environment

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def both() -> tuple[Rules, Rules]:
    """The packaged set and another one, read once."""
    return read_both()


@pytest.fixture
def prepared(server: EmbeddedServer, loaded_template: str) -> Iterator[Endpoints]:
    with clone(server, loaded_template) as endpoints:
        prepare_database(endpoints.owner)
        yield endpoints


@contextmanager
def processes(endpoints: Endpoints, count: int, *, faulty: bool = False) -> Iterator[list[str]]:
    """So many hubs over this database, each in a process of its own. Gives their addresses."""
    with ExitStack() as stack:
        started: list[subprocess.Popen[str]] = []
        for _ in range(count):
            data = stack.enter_context(tempfile.TemporaryDirectory(prefix="bofast-reload-"))
            process = subprocess.Popen(
                [sys.executable, "-m", "tests.reload.serving"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                env=clean_environment(),
                cwd=ROOT,
            )
            stack.enter_context(process)
            stack.callback(process.kill)
            asked = {"data": data, "databases": asdict(endpoints), "faulty": faulty}
            print(json.dumps(asked), file=process.stdin, flush=True)
            started.append(process)
        yield [f"http://127.0.0.1:{int((process.stdout or sys.stdin).readline())}" for process in started]
