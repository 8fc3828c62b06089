"""Two processes of the hub over one database that waits for the disk, and a hand that kills any of the three."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from random import Random

from hub.store.embedded import EmbeddedServer
from tests.running import clean_environment, free_port

ROOT = Path(__file__).parents[2]
HUBS = 2
_RESTARTS = 10


@dataclass(kw_only=True)
class Hub:
    """One process, which comes back at the same port: a fork of its parent each time."""

    port: int
    data: Path
    databases: Mapping[str, str]
    parent: subprocess.Popen[str] | None = None
    number: int | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Returns when it answers. A hub that cannot open, because the database is down, is started again."""
        if self.parent is None:
            self.parent = subprocess.Popen(
                [sys.executable, "-m", "tests.exactly_once.serving"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
                env=clean_environment(),
                cwd=ROOT,
            )
            self._tell(json.dumps({"port": self.port, "data": str(self.data), "databases": dict(self.databases)}))
        assert self.parent.stdout is not None
        for _ in range(_RESTARTS):
            self._tell("another")
            said = self.parent.stdout.readline().strip()
            if said.isdigit():
                self.number = int(said)
                return
            time.sleep(0.2)
        raise RuntimeError("the hub does not come back")

    def kill(self) -> None:
        """With nothing that it could do about it. Returns when it is gone."""
        if self.number is not None:
            with suppress(ProcessLookupError):
                os.kill(self.number, signal.SIGKILL)
                while True:
                    os.kill(self.number, 0)
                    time.sleep(0.001)
            self.number = None

    def end(self) -> None:
        """For good."""
        self.kill()
        if self.parent is not None:
            self.parent.communicate()

    def _tell(self, line: str) -> None:
        assert self.parent is not None
        print(line, file=self.parent.stdin, flush=True)


@dataclass(kw_only=True)
class House:
    """What is served, and what was killed."""

    postgres: EmbeddedServer
    hubs: list[Hub]
    killed: dict[str, int] = field(default_factory=lambda: {"hub": 0, "database": 0, "backend": 0})

    def kill_something(self, chance: Random) -> None:
        """A hub in most cases; else the database's main process, or one that serves a connection, which ends them all.
        What was killed is started again before this returns.
        """
        draw = chance.random()
        if draw < 0.7:
            hub = chance.choice(self.hubs)
            hub.kill()
            hub.start()
            self.killed["hub"] += 1
        elif draw < 0.85:
            self._kill_database()
        else:
            self._kill_backend(chance)

    def _kill_database(self) -> None:
        number = self.postgres.pid
        assert number is not None
        os.kill(number, signal.SIGKILL)
        self.killed["database"] += 1
        while self.postgres.pid == number:
            time.sleep(0.01)
        self.postgres.start()

    def _kill_backend(self, chance: Random) -> None:
        serving = self.postgres.execute("SELECT pid FROM pg_stat_activity WHERE usename LIKE 'bofast%'").split()
        if not serving:
            return
        with suppress(ProcessLookupError):
            os.kill(int(chance.choice(serving)), signal.SIGKILL)
            self.killed["backend"] += 1
        # The main process ends all the others and recovers; it answers again in a moment.
        self.postgres.start()


@contextmanager
def open_house(prepare: object) -> Iterator[House]:
    """`prepare` is given the server, and fills its database."""
    folder = Path(tempfile.mkdtemp(prefix="bofast-kills-"))
    hubs: list[Hub] = []
    server = EmbeddedServer(folder / "data")
    try:
        endpoints = server.start()
        prepare(server)  # type: ignore[operator]
        for number in range(HUBS):
            data = folder / f"hub-{number}"
            data.mkdir(mode=0o700)
            hubs.append(Hub(port=free_port(), data=data, databases=asdict(endpoints)))
        for hub in hubs:
            hub.start()
        yield House(postgres=server, hubs=hubs)
    finally:
        for hub in hubs:
            hub.end()
        server.halt()
        shutil.rmtree(folder, ignore_errors=True)
