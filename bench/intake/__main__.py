"""`make bench-intake`: rows accepted a second, and the memory of the process that takes them. Writes bench/INTAKE.md.

Each road has a database of its own, cloned from one template, on one durable server; one after the other.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path

import asyncpg
import psutil

from bench.intake import roads
from bench.intake.customers import CUSTOMERS, add_customers
from hub.demo.load import load
from hub.demo.personas import persona
from hub.identity.sign_in import sign_in
from hub.rules.activation import prepare_database
from hub.store import migrate
from hub.store.embedded import DATABASE, EmbeddedServer
from hub.store.roles import Endpoints, create_database

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "bench" / "INTAKE.md"
PORT = 8_231
FILES = (1_000, 10_000, 100_000)
MUTATION_ROWS = 10_000
SENDERS = 4
NEW_LINE = "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=FILES[-1], help="rows of the largest file, and of the bare insert")
    parser.add_argument("--dry", action="store_true", help="print, and leave the page as it is")
    given = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="bofast-bench-"))
    try:
        with EmbeddedServer(folder / "data") as server:
            told = measure(server, folder, given.rows)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(told)
    if not given.dry:
        PAGE.write_text(told, encoding="utf-8")


def measure(server: EmbeddedServer, folder: Path, rows: int) -> str:
    owner = server.endpoints().owner
    migrate.upgrade(owner)
    prepare_database(owner)
    asyncio.run(load(owner, cases=100))
    debtors = asyncio.run(_customers(owner))
    _settle(server, folder)
    setting = server.execute("SELECT current_setting('fsync') || ' ' || version()", DATABASE).strip()
    loads = [os.getloadavg()[0]]
    with _clone(server, "bare") as endpoints:
        bare = asyncio.run(roads.bare(endpoints.app, debtors, rows))
    loads.append(os.getloadavg()[0])
    with _clone(server, "mutation") as endpoints, _hub(endpoints, folder) as process:
        token = asyncio.run(_token())
        rest = asyncio.run(_memory(process))
        mutation = asyncio.run(roads.mutation(_url(), token, debtors, MUTATION_ROWS, SENDERS))
        of_mutation = (rest, _peak(process))
    files: list[tuple[int, float, float, int, int]] = []
    for count in [*(count for count in FILES if count < rows), rows]:
        loads.append(os.getloadavg()[0])
        with _clone(server, f"file_{count}") as endpoints, _hub(endpoints, folder) as process:
            token = asyncio.run(_token())
            rest = asyncio.run(_memory(process))
            speed, acknowledged = asyncio.run(roads.file(_url(), token, debtors, count))
            files.append((count, speed, acknowledged, rest, _peak(process)))
    return _page(rows, bare, mutation, of_mutation, files, setting, loads)


async def _customers(owner: str) -> list[str]:
    connection = await asyncpg.connect(owner)
    try:
        return await add_customers(connection)
    finally:
        await connection.close()


def _settle(server: EmbeddedServer, folder: Path) -> None:
    """What a hub does on its own for new consents, it does before the clock starts."""
    missing = (
        "SELECT count(*) FROM hub.consent_event AS event WHERE NOT EXISTS"
        " (SELECT FROM hub.consent_receipt AS receipt WHERE receipt.event_id = event.id) AND event.kind = 'GIVEN'"
    )
    with _hub(server.endpoints(), folder):
        while server.execute(missing, DATABASE).strip() != "0":
            time.sleep(1)
    server.execute("VACUUM ANALYZE", DATABASE)


@contextmanager
def _clone(server: EmbeddedServer, name: str) -> Iterator[Endpoints]:
    server.execute(create_database(name, DATABASE))
    server.execute("CHECKPOINT")
    yield server.endpoints(name)
    server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@contextmanager
def _hub(endpoints: Endpoints, folder: Path) -> Iterator[psutil.Process]:
    data = folder / "hub"
    data.mkdir(mode=0o700, exist_ok=True)
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("BOFAST_", "DATABASE_"))}
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.intake.serving"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=environment,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    print(json.dumps({"port": PORT, "data": str(data), "databases": asdict(endpoints)}), file=process.stdin, flush=True)
    assert process.stdout.readline() == "ready\n"
    try:
        yield psutil.Process(process.pid)
    finally:
        process.kill()
        process.communicate()


def _url() -> str:
    return f"http://127.0.0.1:{PORT}"


async def _token() -> str:
    bank = persona("bank-system")
    assert bank is not None
    return await sign_in(_url(), bank)


async def _memory(process: psutil.Process) -> int:
    await asyncio.sleep(1)
    return _peak(process)


def _peak(process: psutil.Process) -> int:
    """The most that the process ever had in memory, in bytes."""
    status = Path(f"/proc/{process.pid}/status").read_text(encoding="utf-8")
    (line,) = (line for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) * 1_024


def _page(
    rows: int,
    bare: float,
    mutation: float,
    of_mutation: tuple[int, int],
    files: list[tuple[int, float, float, int, int]],
    setting: str,
    load_before: list[float],
) -> str:
    packages = ("asyncpg", "sqlalchemy", "orjson", "uvicorn", "uvloop", "strawberry-graphql")
    versions = ", ".join(f"{name} {version(name)}" for name in packages)
    fsync, _, postgres = setting.partition(" ")
    memory = psutil.virtual_memory().total >> 30
    machine = (
        f"{platform.machine()}, {os.cpu_count()} processors, {memory} GB, {platform.system()} {platform.release()}"
    )
    loads = ", ".join(f"{load:.1f}" for load in (*load_before, os.getloadavg()[0]))
    roads_in = [
        f"bare insert | {rows:,} | {bare:,.0f} | 100% | | | |",
        (
            f"mutation, batches of {roads.BATCH_ROWS}, {SENDERS} senders | {MUTATION_ROWS:,} | {mutation:,.0f} | "
            f"{mutation / bare:.0%} | | {_mb(of_mutation[0])} | {_mb(of_mutation[1])} |"
        ),
        *(
            f"file | {count:,} | {speed:,.0f} | {speed / bare:.0%} | {wait:.1f} s | {_mb(rest)} | {_mb(peak)} |"
            for count, speed, wait, rest, peak in files
        ),
    ]
    return f"""# What the intake takes in

Written by `make bench-intake`. Rows with name and address, of {CUSTOMERS:,} customers who have consented; all are
accepted. Ground checks and record are on, and every commit waits for the disk (fsync {fsync}). One hub process,
one server, one machine.

| road | rows | rows a second | of the bare insert | acknowledged after | memory before | at most |
|---|---|---|---|---|---|---|
{NEW_LINE.join(f"| {road}" for road in roads_in)}

The bare insert is one of {roads.STATEMENT_ROWS:,} rows a statement and commit, into the same table with its keys,
checks and triggers, of values that are ready. Of a file, the time runs from its first byte until its last row is
judged. Memory is that of the hub's process at its highest (`VmHWM`).

The machine's load before each road, and at the end: {loads}. Above {os.cpu_count()}, others were at work too.

{machine}; Python {platform.python_version()}; {postgres.split(" on ")[0]};
{versions}.
"""


def _mb(size: int) -> str:
    return f"{size / 2**20:.0f} MB"


if __name__ == "__main__":
    main()
