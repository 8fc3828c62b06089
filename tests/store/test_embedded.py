"""The embedded server: starts from nothing, keeps what it was given, and lets in nobody it should not."""

from __future__ import annotations

import os
import shutil
import signal
import stat
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from hub.store.embedded import EmbeddedServer, FolderRefused
from hub.store.roles import Endpoints, Role


@pytest.fixture
def folder() -> Iterator[Path]:
    made = Path(tempfile.mkdtemp(prefix="bofast-test-"))
    yield made / "data"
    shutil.rmtree(made)


async def _run(dsn: str, sql: str) -> object:
    connection = await asyncpg.connect(dsn)
    try:
        return await connection.fetchval(sql)
    finally:
        await connection.close()


async def _remember(endpoints: Endpoints, word: str) -> None:
    await _run(endpoints.owner, f"CREATE TABLE public.remembered AS SELECT '{word}' AS word")


async def _remembered(endpoints: Endpoints) -> object:
    return await _run(endpoints.owner, "SELECT word FROM public.remembered")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


async def test_first_start_makes_a_private_folder_with_private_files(folder: Path) -> None:
    with EmbeddedServer(folder) as server:
        private = {name: mode(folder / name) for name in ("", "postgres", "run", "roles.json")}
        assert private == {"": 0o700, "postgres": 0o700, "run": 0o700, "roles.json": 0o600}
        assert await _run(server.endpoints().app, "SHOW fsync") == "on"
        assert await _run(server.endpoints().app, "SHOW listen_addresses") == ""


async def test_no_role_is_superuser_or_may_make_roles_or_databases(folder: Path) -> None:
    with EmbeddedServer(folder, durable=False) as server:
        rights = server.execute(
            "SELECT count(*) FROM pg_roles WHERE rolname LIKE 'bofast%' "
            "AND (rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls)"
        )
        assert rights.strip() == "0"
        made = server.execute("SELECT count(*) FROM pg_roles WHERE rolname LIKE 'bofast%'")
        assert int(made) == len(Role)


async def test_wrong_password_is_refused(folder: Path) -> None:
    with EmbeddedServer(folder, durable=False) as server:
        wrong = server.endpoints().app.replace("bofast_app:", "bofast_app:x", 1)
        with pytest.raises(asyncpg.InvalidPasswordError):
            await asyncpg.connect(wrong)


async def test_superuser_is_closed_to_passwords(folder: Path) -> None:
    with EmbeddedServer(folder, durable=False) as server:
        host = folder / "run"
        hba = server.execute("SELECT user_name, auth_method FROM pg_hba_file_rules ORDER BY rule_number")
    assert hba.split() == ["{postgres}|peer", "{all}|scram-sha-256"]
    assert not host.exists()


async def test_restart_keeps_what_was_written(folder: Path) -> None:
    with EmbeddedServer(folder) as server:
        await _remember(server.endpoints(), "kept")
    started = time.monotonic()
    with EmbeddedServer(folder, durable=False) as server:
        assert time.monotonic() - started < 5
        assert await _remembered(server.endpoints()) == "kept"


async def test_killed_server_comes_back_with_what_was_committed(folder: Path) -> None:
    server = EmbeddedServer(folder)
    await _remember(server.start(), "committed")
    assert server.pid is not None
    os.kill(server.pid, signal.SIGKILL)
    with EmbeddedServer(folder, durable=False) as again:
        assert await _remembered(again.endpoints()) == "committed"


async def test_number_of_another_program_in_the_pid_file_does_not_keep_the_server_from_starting(folder: Path) -> None:
    server = EmbeddedServer(folder, durable=False)
    await _remember(server.start(), "kept")
    pid_file = folder / "postgres" / "postmaster.pid"
    lines = pid_file.read_text().splitlines()
    server.stop()
    pid_file.write_text("\n".join([str(os.getpid()), *lines[1:]]))
    with EmbeddedServer(folder, durable=False) as again:
        assert await _remembered(again.endpoints()) == "kept"


async def test_second_start_joins_the_running_server_and_does_not_stop_it(folder: Path) -> None:
    with EmbeddedServer(folder, durable=False) as first:
        with EmbeddedServer(folder, durable=False) as second:
            assert second.pid == first.pid
        assert await _run(first.endpoints().app, "SELECT 1") == 1


async def test_server_that_was_left_running_can_be_halted(folder: Path) -> None:
    left = EmbeddedServer(folder, durable=False)
    left.start()
    EmbeddedServer(folder, durable=False).halt()
    assert left.pid is None
    EmbeddedServer(folder, durable=False).halt()


async def test_interrupted_first_start_is_begun_anew(folder: Path) -> None:
    with EmbeddedServer(folder, durable=False):
        pass
    (folder / "postgres" / "bofast.version").unlink()
    with EmbeddedServer(folder, durable=False) as server:
        assert await _run(server.endpoints().owner, "SELECT 1") == 1


async def test_path_too_long_for_a_socket_gets_a_short_private_one(folder: Path) -> None:
    deep = folder / ("d" * 60) / ("e" * 60)
    with EmbeddedServer(deep, durable=False) as server:
        assert await _run(server.endpoints().app, "SELECT 1") == 1
        socket_folder = (deep / "run").resolve()
        assert mode(socket_folder) == 0o700
    assert not socket_folder.exists()


def test_folder_that_holds_something_else_is_refused(folder: Path) -> None:
    folder.mkdir(mode=0o755)
    (folder / "thesis.txt").write_text("do not touch")
    with pytest.raises(FolderRefused):
        EmbeddedServer(folder, durable=False).start()
    assert mode(folder) == 0o755


async def test_log_of_the_server_holds_no_value_even_of_a_failed_statement(folder: Path) -> None:
    with EmbeddedServer(folder, durable=False) as server:
        await _remember(server.endpoints(), "x")
        with pytest.raises(asyncpg.PostgresError):
            await _run(server.endpoints().owner, "SELECT '15928741270'::date")
        with pytest.raises(asyncpg.PostgresError):
            await _run(server.endpoints().owner, "CREATE UNIQUE INDEX ON public.nothing ((15928741270))")
    assert "15928741270" not in (folder / "postgres.log").read_text()


def test_endpoints_print_no_password() -> None:
    endpoints = Endpoints.at(host="/run", port=5432, database="d", passwords=dict.fromkeys(Role, "sesame"))
    assert "sesame" not in repr(endpoints)
    assert "sesame" in endpoints.app
