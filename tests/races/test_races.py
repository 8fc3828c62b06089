"""What is closed is closed at once: a read that begins after the closing was committed shows nothing of it, at
whichever process, by a warm plan, or on a later page of an older cursor.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Generator, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from pathlib import Path
from random import Random

import asyncpg
import pytest

from hub.demo.personas import persona
from hub.identity.sign_in import sign_in
from hub.rules.activation import prepare_database
from hub.store.embedded import EmbeddedServer
from hub.store.roles import Endpoints
from tests.conftest import clone
from tests.races.arenas import ARENAS, Arena, Protection
from tests.races.race import Outcome, run, seated
from tests.races.serving import MEMORY
from tests.running import NO_ROUNDS, clean_environment

_ROOT = Path(__file__).parents[2]
_RACES = int(os.environ.get("RACES", "100"))
"""Of each sort. `make races` runs a thousand."""
_RACES_WITH_A_FAULT = 20


@contextmanager
def processes(endpoints: Endpoints, *forgetful: bool) -> Generator[list[str]]:
    """Hubs over one database, each in a process of its own: their addresses."""
    with ExitStack() as stack:
        started: list[subprocess.Popen[str]] = []
        for is_forgetful in forgetful:
            process = subprocess.Popen(
                [sys.executable, "-m", "tests.races.serving"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                env=clean_environment(),
                cwd=_ROOT,
            )
            stack.enter_context(process)
            stack.callback(process.kill)
            data = stack.enter_context(tempfile.TemporaryDirectory(prefix="bofast-races-"))
            told = {"data": data, "databases": asdict(endpoints), "forgetful": is_forgetful}
            print(json.dumps(told), file=process.stdin, flush=True)
            started.append(process)
        yield [f"http://127.0.0.1:{int((process.stdout or sys.stdin).readline())}" for process in started]


@pytest.fixture(scope="module")
def prepared(server: EmbeddedServer, loaded_template: str) -> Iterator[Endpoints]:
    with clone(server, loaded_template) as endpoints:
        prepare_database(endpoints.owner)
        yield endpoints


@pytest.fixture(scope="module")
def served(prepared: Endpoints) -> Iterator[list[str]]:
    with processes(prepared, True, True) as urls:
        yield urls


async def raced(owner: str, urls: Sequence[str], sort: type[Arena], races: int, settling: float = 0.0) -> Outcome:
    connection = await asyncpg.connect(owner)
    await connection.execute(NO_ROUNDS)
    try:
        arena = sort(connection, urls)
        await arena.prepare()
        who = persona(sort.who)
        assert who is not None
        readers = await seated(arena, {url: await sign_in(url, who) for url in urls})
        try:
            return await run(arena, readers, races, Random(sort.__name__), settling)
        finally:
            await arena.leave()
            for reader in readers:
                await reader.caller.close()
    finally:
        await connection.close()


@pytest.mark.parametrize("sort", ARENAS)
def test_read_that_begins_after_the_closing_shows_nothing(
    prepared: Endpoints, served: list[str], sort: type[Arena]
) -> None:
    outcome = asyncio.run(raced(prepared.owner, served, sort, _RACES))
    assert (outcome.races, outcome.stale, outcome.odd) == (_RACES, 0, [])
    # Each reader came once more when it was closed, and reads were under way at the closing: they did race.
    assert outcome.after >= 2 * _RACES
    assert outcome.during > _RACES / 4


def test_hub_that_remembers_is_caught(prepared: Endpoints) -> None:
    with processes(prepared, False, True) as urls:
        outcome = asyncio.run(raced(prepared.owner, urls, Protection, _RACES_WITH_A_FAULT, MEMORY))
    assert outcome.stale > 0
