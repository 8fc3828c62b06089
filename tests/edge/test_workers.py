"""Several processes at one port: all of them or none, one that dies, a reload under load, and the end."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil
import pytest

from hub.edge.workers import LONGEST_PAUSE, pause_before
from tests.running import clean_environment, free_port

ROOT = Path(__file__).parents[2]
WORKERS = 2
SECONDS = 30


@dataclass(kw_only=True)
class Crew:
    """A supervisor in a process of its own."""

    folder: Path
    port: int
    process: subprocess.Popen[str]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def is_open(self) -> bool:
        assert self.process.stdout is not None
        return self.process.stdout.readline() == "open\n"

    def children(self) -> set[int]:
        with suppress(psutil.NoSuchProcess):
            return {child.pid for child in psutil.Process(self.process.pid).children()}
        return set()

    def ask(self, seconds: float = 0) -> dict[str, object]:
        """On a connection of its own."""
        return httpx.get(f"{self.url}?{seconds}", trust_env=False, timeout=SECONDS).json()

    def stop(self, number: int = signal.SIGTERM) -> tuple[str, str]:
        self.process.send_signal(number)
        return self.process.communicate(timeout=SECONDS)


@pytest.fixture
def crew_of(tmp_path: Path) -> Iterator[Callable[..., Crew]]:
    made: list[Crew] = []

    def start(*, refuse: str | None = None) -> Crew:
        (tmp_path / "version").write_text("1")
        if refuse is not None:
            (tmp_path / "refuse").write_text(refuse)
        port = free_port()
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.edge.crew", str(tmp_path), str(port), str(WORKERS)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env=clean_environment(),
        )
        made.append(Crew(folder=tmp_path, port=port, process=process))
        return made[-1]

    yield start
    for crew in made:
        if crew.process.poll() is None:
            crew.process.kill()
        crew.process.communicate()


@pytest.fixture
def crew(crew_of: Callable[..., Crew]) -> Crew:
    started = crew_of()
    assert started.is_open()
    return started


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SECONDS
    while not holds():
        assert time.monotonic() < deadline, "it did not come to that"
        time.sleep(0.05)


def test_worker_that_cannot_start_keeps_the_service_down_and_is_heard_once(crew_of: Callable[..., Crew]):
    crew = crew_of(refuse="the moon is full")
    said, complained = crew.process.communicate(timeout=SECONDS)
    assert (crew.process.returncode, said) == (1, "")
    assert complained.count("the moon is full") == 1
    with pytest.raises(httpx.ConnectError):
        crew.ask()


def test_all_workers_answer_at_one_port(crew: Crew):
    workers = crew.children()
    assert len(workers) == WORKERS
    frozen = workers.pop()
    # Whoever has its hands free takes what comes: with one of them stopped in its tracks it is the other.
    os.kill(frozen, signal.SIGSTOP)
    assert {crew.ask()["pid"] for _ in range(10)} == workers
    os.kill(frozen, signal.SIGCONT)
    os.kill(*workers, signal.SIGSTOP)
    assert {crew.ask()["pid"] for _ in range(10)} == {frozen}
    os.kill(*workers, signal.SIGCONT)
    crew.stop()
    assert crew.process.returncode == 0


def test_killed_worker_is_replaced_and_the_others_answer_meanwhile(crew: Crew):
    before = crew.children()
    killed = before.pop()
    os.kill(killed, signal.SIGKILL)
    until(lambda: killed not in crew.children())
    answers = [crew.ask() for _ in range(20)]
    assert killed not in {answer["pid"] for answer in answers}
    until(lambda: len(crew.children()) == WORKERS)
    assert before < crew.children()
    # The next to die is replaced too, after a pause.
    os.kill(before.pop(), signal.SIGKILL)
    until(lambda: len(crew.children()) == WORKERS)
    assert crew.ask()["version"] == "1"


def test_pauses_grow_to_a_limit():
    pauses = [pause_before(failures) for failures in range(1, 20)]
    assert pauses[:4] == [0, 0.5, 1, 2]
    assert pauses == sorted(pauses)
    assert pauses[-1] == LONGEST_PAUSE


async def test_reload_under_load_refuses_and_cuts_nothing(crew: Crew):
    before = crew.children()
    answers: list[tuple[int, str]] = []
    is_over = asyncio.Event()

    async def stay(seconds: float) -> None:
        """On a connection that is kept for as long as the server keeps it."""
        async with httpx.AsyncClient(trust_env=False, timeout=SECONDS) as client:
            while not is_over.is_set():
                answer = await client.get(f"{crew.url}?{seconds}")
                answers.append((answer.status_code, answer.json()["version"]))

    async def come_and_go() -> None:
        while not is_over.is_set():
            async with httpx.AsyncClient(trust_env=False, timeout=SECONDS) as client:
                answer = await client.get(crew.url)
                answers.append((answer.status_code, answer.json()["version"]))

    load = [asyncio.create_task(stay(seconds)) for seconds in (0, 0, 0.02, 0.1, 0.5, 1.5)]
    load += [asyncio.create_task(come_and_go()) for _ in range(2)]
    await asyncio.sleep(0.5)
    (crew.folder / "version").write_text("2")
    crew.process.send_signal(signal.SIGHUP)
    await asyncio.to_thread(until, lambda: len(crew.children()) == WORKERS and not crew.children() & before)
    at_reload = len(answers)
    await asyncio.sleep(1)
    is_over.set()
    # Whatever was refused or cut is raised here.
    await asyncio.gather(*load)
    assert {status for status, _ in answers} == {200}
    assert answers[0][1] == "1"
    assert len(answers) > at_reload > 0
    assert {version for _, version in answers[-5:]} == {"2"}


def test_reload_to_what_does_not_start_changes_nothing(crew: Crew):
    before = crew.children()
    (crew.folder / "refuse").write_text("a setting is missing")
    crew.process.send_signal(signal.SIGHUP)
    until(lambda: len(crew.children()) > WORKERS)
    until(lambda: crew.children() == before)
    assert {crew.ask()["pid"] for _ in range(10)} <= before
    _, logged = crew.stop()
    assert logged.count("a setting is missing") == 1
    assert crew.process.returncode == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_stop_says_that_it_drains_and_finishes_what_is_under_way(crew: Crew, number: int):
    under_way = [asyncio.create_task(asyncio.to_thread(crew.ask, 7)) for _ in range(4)]
    await asyncio.sleep(1)
    crew.process.send_signal(number)
    await asyncio.sleep(1)
    # It says so first, and is still there for a moment.
    assert (await asyncio.to_thread(crew.ask))["draining"] is True
    for answer in await asyncio.gather(*under_way):
        assert answer["version"] == "1"
    await asyncio.to_thread(crew.process.communicate, timeout=SECONDS)
    assert crew.process.returncode == 0
    with pytest.raises(httpx.ConnectError):
        await asyncio.to_thread(crew.ask)


async def test_nobody_is_left_when_the_supervisor_is_killed(crew: Crew):
    workers = crew.children()
    under_way = asyncio.create_task(asyncio.to_thread(crew.ask, 6))
    await asyncio.sleep(0.5)
    crew.process.kill()
    # The port is free at once for whoever takes over, and what is under way is finished.
    await asyncio.to_thread(until, lambda: _is_free(crew.port))
    assert not under_way.done()
    assert (await under_way)["pid"] in workers
    await asyncio.to_thread(until, lambda: not any(psutil.pid_exists(worker) for worker in workers))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_worker_that_is_stuck_ends_all_the_same(crew: Crew, number: int):
    workers = crew.children()
    with pytest.raises(httpx.ReadTimeout):
        httpx.get(f"{crew.url}stuck", trust_env=False, timeout=0.5)
    crew.process.send_signal(number)
    crew.process.wait(timeout=SECONDS)
    until(lambda: not any(psutil.pid_exists(worker) for worker in workers))


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
            probe.listen()
        except OSError:
            return False
    return True
