"""What the benches share: databases cloned from one template, servers in processes of their own, and what they take."""

from __future__ import annotations

import json
import os
import platform
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psutil

from hub.store.embedded import DATABASE, EmbeddedServer
from hub.store.roles import Endpoints, create_database

ROOT = Path(__file__).parents[1]


@contextmanager
def clone(server: EmbeddedServer, name: str, template: str = DATABASE) -> Iterator[Endpoints]:
    """A database of its own, for as long as the context lasts."""
    server.execute(create_database(name, template))
    server.execute("CHECKPOINT")
    try:
        yield server.endpoints(name)
    finally:
        server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@contextmanager
def served(command: Sequence[str], given: dict[str, Any], folder: Path = ROOT) -> Iterator[psutil.Process]:
    """A server that is told what it needs in one line, and says `ready` in another."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("BOFAST_", "DATABASE_"))}
    environment["NODE_ENV"] = "production"
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=folder, env=environment
    )
    try:
        assert process.stdin is not None
        assert process.stdout is not None
        print(json.dumps(given), file=process.stdin, flush=True)
        assert process.stdout.readline() == "ready\n"
        yield psutil.Process(process.pid)
    finally:
        process.kill()
        process.communicate()


@contextmanager
def served_hub(
    endpoints: Endpoints, data: Path, port: int, limits: Mapping[str, int] | None = None
) -> Iterator[psutil.Process]:
    """A hub with the demo's settings, on this database. `limits` are those that an operator has set."""
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    given = {"port": port, "data": str(data), "databases": asdict(endpoints), "limits": dict(limits or {})}
    with served([sys.executable, "-m", "bench.serving"], given) as process:
        yield process


def free_port() -> int:
    """A port that nobody listens at just now."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        return int(unused.getsockname()[1])


def peak(process: psutil.Process) -> int:
    """The most that the process ever had in memory, in bytes."""
    status = Path(f"/proc/{process.pid}/status").read_text(encoding="utf-8")
    (line,) = (line for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) * 1_024


def resident(process: psutil.Process) -> int:
    """What the process and all below it have in memory now, in bytes."""
    return sum(one.memory_info().rss for one in (process, *process.children(recursive=True)))


def to_the_point(process: psutil.Process) -> float:
    """Processor time of a process and all below it in seconds, for a single request: the counts of a hundredth of a
    second that are kept beside are too coarse for it. Of what has ended nothing is known here.
    """
    total = 0
    for one in (process, *process.children(recursive=True)):
        for thread in Path(f"/proc/{one.pid}/task").iterdir():
            total += int((thread / "schedstat").read_text(encoding="utf-8").split()[0])
    return total / 1e9


def described() -> str:
    """The machine, as a page says it."""
    memory = psutil.virtual_memory().total >> 30
    return (
        f"{platform.machine()}, {os.cpu_count()} processors, {memory} GB, {platform.system()} {platform.release()};"
        f" Python {platform.python_version()}"
    )


def versions(packages: Sequence[str]) -> str:
    return ", ".join(f"{name} {version(name)}" for name in packages)


def postgres_version(server: EmbeddedServer) -> str:
    return server.execute("SELECT version()", DATABASE).strip().split(" on ")[0]
