"""`bofast demo`: everything on this machine, in one process and an embedded PostgreSQL under the data folder."""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
import shutil
import signal
import socket
import sys
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import NoReturn

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from hub import settings as reading
from hub.cli.faults import CANNOT_START, refuse
from hub.cli.output import Exit, configure_logging, err, fail, out, step
from hub.cli.running import run_hub
from hub.demo.load import load
from hub.demo.personas import PERSONAS
from hub.edge.server import CannotListen, listen
from hub.rules import UNREADABLE, rules
from hub.rules.activation import InForce, prepare_database
from hub.settings import DatabaseRole, Settings, SettingsError
from hub.store.embedded import EmbeddedServer, FolderRefused, ServerFailed
from hub.store.roles import Endpoints

KEY_FILE = "key"
KEY_BYTES = 32
EXAMPLE = """query --as nav-caseworker --purpose B101 '
{
  cases(first: 3) {
    totalCount
    nodes { caseNo phase state subject { name { first last } } }
  }
}'"""


def run_demo(*, port: int, data: Path, cases: int) -> None:
    configure_logging(logging.WARNING)
    try:
        listener = listen("127.0.0.1", port)
    except CannotListen as error:
        fail(str(error), hint=f"{error.hint} For example: --port 8001")
    with listener, _stopped_by_signal():
        _run(listener, port, data, cases)


def _run(listener: socket.socket, port: int, data: Path, cases: int) -> None:
    err.print(f"[bold]Bofast demo[/] on 127.0.0.1:{port}, data in {data}")
    database = EmbeddedServer(data)
    try:
        try:
            # First: a set with a fault is refused before anything is made.
            with step("policies and schema read"):
                rules()
            with step("database started"):
                endpoints = database.start()
            settings = _settings(port, data, cases, endpoints)
            with step("database migrated"):
                outcome = prepare_database(endpoints.owner, follow=True)
            if outcome.state is InForce.CHANGED:
                err.print("  The policies of this folder differ from those in force before; they are in force now.")
            with step("synthetic data in place"):
                _load(endpoints.owner, cases)
            run_hub(settings, listener, personas=PERSONAS, on_open=lambda: _say_where(settings))
        finally:
            database.stop()
    except (FolderRefused, ServerFailed, PermissionError) as error:
        fail(str(error))
    except (SettingsError, *UNREADABLE) as error:
        refuse("The demo does not start", error)
    except CANNOT_START as error:
        refuse("The demo does not start", error, hint=f"The database's log is {data / 'postgres.log'}.")
    except KeyboardInterrupt:
        err.print("Stopped before it was ready; the next start goes on from here.")
        raise typer.Exit(Exit.INTERRUPTED) from None
    err.print("Stopped. Everything is kept in the data folder.")


def _settings(port: int, data: Path, cases: int, endpoints: Endpoints) -> Settings:
    settings = reading.demo(port=port, data=data, cases=cases, key=_key(data / KEY_FILE))
    return replace(settings, databases=databases_of(endpoints))


def databases_of(endpoints: Endpoints) -> Mapping[DatabaseRole, str]:
    return {role: str(getattr(endpoints, role.value)) for role in DatabaseRole}


def _key(path: Path) -> bytes:
    """Made at first start and kept for its owner alone, so that cursors outlive a restart."""
    if not path.exists():
        unfinished = path.with_suffix(".new")
        unfinished.unlink(missing_ok=True)
        descriptor = os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(KEY_BYTES))
        unfinished.rename(path)
    return path.read_bytes()


def _load(dsn: str, cases: int) -> None:
    columns = (TextColumn("  {task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as progress:
        task = progress.add_task("making cases", total=cases)

        def advance(done: int, total: int) -> None:
            progress.update(task, completed=done, total=total)

        asyncio.run(load(dsn, cases=cases, progress=advance))


def _say_where(settings: Settings) -> None:
    url, command = settings.base_url, _command()
    lines = [
        "",
        f"  GraphiQL   {url}/graphiql",
        f"  GraphQL    {url}/graphql (POST)",
        f"  health     {url}/health/ready",
        f"  data       {settings.data}",
        "",
        f"Who one can be:  {command} personas",
        "One query to paste into another window:",
        "",
    ]
    prefix = "" if url == reading.DEMO_URL else f"BOFAST_URL={url} "
    out.print("\n".join(lines), markup=False)
    out.print(f"{prefix}{command} {EXAMPLE}", markup=False)
    out.print("\nCtrl-C stops.", markup=False)


def _command() -> str:
    """How this program was called, so that what is pasted finds it too."""
    called = Path(sys.argv[0])
    if called.name == "__main__.py":
        return "python -m hub.cli"
    return "bofast" if shutil.which("bofast") else os.path.relpath(called)


@contextmanager
def _stopped_by_signal() -> Generator[None]:
    """Before the server takes the signals over, SIGTERM ends the start as Ctrl-C does."""

    def interrupt(number: int, frame: FrameType | None) -> NoReturn:
        del number, frame
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
