"""`bofast serve`: a real service on a database of its own, and what it refuses."""

from __future__ import annotations

import os
import signal
import subprocess
import time

import httpx
import pytest

from hub.store.embedded import EmbeddedServer
from tests.running import BOFAST, bofast, clean_environment, data_folder, serve_settings


@pytest.fixture(scope="module")
def durable_database():
    with data_folder() as data, EmbeddedServer(data) as server:
        endpoints = server.endpoints()
        migrated = bofast("db", "migrate", settings={"DATABASE_URL_OWNER": endpoints.owner})
        assert migrated.returncode == 0, migrated.stderr
        yield endpoints


def test_database_without_fsync_is_refused_by_name(empty_database, tmp_path):
    done = bofast("serve", settings=serve_settings(empty_database, tmp_path))
    assert done.returncode == 1
    assert "the database runs with fsync off" in done.stderr
    assert "not at the version of this program" in done.stderr
    assert "Traceback" not in done.stderr


def test_service_has_no_demo_in_it_and_stops_cleanly(durable_database, tmp_path):
    chosen = serve_settings(durable_database, tmp_path) | {"BOFAST_DRAIN_SECONDS": "1"}
    url = f"http://127.0.0.1:{chosen['BOFAST_PORT']}"
    with subprocess.Popen(
        [*BOFAST, "serve"], stderr=subprocess.PIPE, text=True, env=clean_environment() | chosen
    ) as process:
        try:
            _wait_until_ready(url, process)
            for path in ("/graphiql", "/dev/maskinporten/jwk", "/callback", "/graphiql/personas"):
                assert httpx.get(url + path, trust_env=False).status_code == 404
            refused = httpx.post(f"{url}/graphql", json={"query": "{ __typename }"}, trust_env=False)
            assert refused.status_code == 401
            assert "strict-transport-security" in refused.headers
        finally:
            process.send_signal(signal.SIGTERM)
            _, said = process.communicate(timeout=30)
    assert process.returncode == 0
    assert "Traceback" not in said
    assert "bofast_app:" not in said


def test_migrating_again_changes_nothing(durable_database):
    again = bofast("db", "migrate", settings={"DATABASE_URL_OWNER": durable_database.owner})
    assert again.returncode == 0


def test_secrets_can_come_from_files(durable_database, tmp_path):
    chosen = serve_settings(durable_database, tmp_path) | {"BOFAST_DRAIN_SECONDS": "1"}
    for name in [name for name in chosen if name.startswith("DATABASE_URL") or name == "BOFAST_KEY"]:
        (tmp_path / name).write_text(chosen.pop(name) + "\n")
        chosen[f"{name}_FILE"] = str(tmp_path / name)
    url = f"http://127.0.0.1:{chosen['BOFAST_PORT']}"
    with subprocess.Popen([*BOFAST, "serve"], stderr=subprocess.DEVNULL, env=clean_environment() | chosen) as process:
        try:
            _wait_until_ready(url, process)
        finally:
            process.send_signal(signal.SIGINT)
    assert process.returncode == 0


def _wait_until_ready(url: str, process: subprocess.Popen) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if httpx.get(f"{url}/health/ready", timeout=2, trust_env=False).is_success:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise TimeoutError(os.strerror(process.poll() or 0))
