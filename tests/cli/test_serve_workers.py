"""`bofast serve --workers 2`: the real service in two processes, from its start to its end."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import httpx
import psutil
import pytest

from hub.store.embedded import EmbeddedServer
from tests.running import BOFAST, bofast, clean_environment, data_folder, serve_settings

WORKERS = 2
SECONDS = 90


@pytest.fixture(scope="module")
def chosen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    with data_folder() as data, EmbeddedServer(data) as server:
        endpoints = server.endpoints()
        migrated = bofast("db", "migrate", settings={"DATABASE_URL_OWNER": endpoints.owner})
        assert migrated.returncode == 0, migrated.stderr
        yield serve_settings(endpoints, tmp_path_factory.mktemp("keys")) | {"BOFAST_DRAIN_SECONDS": "1"}


@dataclass(kw_only=True)
class Service:
    url: str
    process: subprocess.Popen[str]

    def workers(self) -> set[int]:
        return {child.pid for child in psutil.Process(self.process.pid).children()}

    def is_ready(self) -> bool:
        try:
            return httpx.get(f"{self.url}/health/ready", timeout=5, trust_env=False).is_success
        except httpx.TransportError:
            return False

    def asked_by_a_stranger(self) -> int:
        return httpx.post(f"{self.url}/graphql", json={"query": "{ __typename }"}, trust_env=False).status_code

    def stop(self) -> str:
        self.process.send_signal(signal.SIGTERM)
        return self.process.communicate(timeout=SECONDS)[1]


@pytest.fixture
def service(chosen: dict[str, str]) -> Iterator[Service]:
    process = subprocess.Popen(
        [*BOFAST, "serve", "--workers", str(WORKERS)],
        stderr=subprocess.PIPE,
        text=True,
        env=clean_environment() | chosen,
    )
    started = Service(url=f"http://127.0.0.1:{chosen['BOFAST_PORT']}", process=process)
    try:
        until(started.is_ready)
        yield started
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SECONDS
    while not holds():
        assert time.monotonic() < deadline, "it did not come to that"
        time.sleep(0.1)


def test_one_that_dies_is_replaced_and_all_are_renewed(service: Service):
    first = service.workers()
    assert len(first) == WORKERS
    assert service.asked_by_a_stranger() == 401

    killed = first.pop()
    os.kill(killed, signal.SIGKILL)
    until(lambda: killed not in service.workers())
    assert [service.asked_by_a_stranger() for _ in range(10)] == [401] * 10
    until(lambda: len(service.workers()) == WORKERS)

    # Both are renewed, and the service is ready all the time.
    until(service.is_ready)
    before = service.workers()
    service.process.send_signal(signal.SIGHUP)
    while service.workers() & before:
        assert service.is_ready()
        time.sleep(0.05)
    until(lambda: len(service.workers()) == WORKERS)

    said = service.stop()
    assert service.process.returncode == 0
    assert "Traceback" not in said
    assert "bofast_app:" not in said
    assert "reload done" in said


def test_service_that_cannot_start_says_why_once(chosen: dict[str, str]):
    unfit = chosen | {"DATABASE_URL_RECORD": chosen["DATABASE_URL_RECORD"].replace("run", "nowhere")}
    done = bofast("serve", "--workers", str(WORKERS), settings=unfit)
    assert done.returncode == 1
    assert done.stderr.count("Bofast does not start:") == 1
    assert done.stderr.count("  - ") == 1
    assert "Traceback" not in done.stderr


def test_settings_are_refused_before_any_worker_is_started():
    done = bofast("serve", "--workers", str(WORKERS))
    assert done.returncode == 1
    assert done.stderr.count("BOFAST_KEY is missing") == 1


def test_stop_during_the_start_leaves_nobody(chosen: dict[str, str]):
    process = subprocess.Popen(
        [*BOFAST, "serve", "--workers", str(WORKERS)],
        stderr=subprocess.PIPE,
        text=True,
        env=clean_environment() | chosen,
    )
    parent = psutil.Process(process.pid)
    until(lambda: len(parent.children()) == WORKERS)
    workers = parent.children()
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=SECONDS)
    assert process.returncode == 0
    assert not any(worker.is_running() for worker in workers)
