"""`make bench-intake`: rows accepted a second, and the memory of the process that takes them. Writes bench/INTAKE.md.

Each road has a database of its own, cloned from one template, on one durable server; one after the other.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import tempfile
import time
from contextlib import AbstractContextManager
from pathlib import Path

import asyncpg
import psutil

from bench.intake import roads
from bench.intake.customers import CUSTOMERS, add_customers
from bench.machine import clone, described, peak, served_hub, versions
from hub.demo.load import load
from hub.demo.personas import persona
from hub.identity.sign_in import sign_in
from hub.rules.activation import prepare_database
from hub.store import migrate
from hub.store.embedded import DATABASE, EmbeddedServer
from hub.store.roles import Endpoints

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
    with clone(server, "bare") as endpoints:
        bare = asyncio.run(roads.bare(endpoints.app, debtors, rows))
    loads.append(os.getloadavg()[0])
    with clone(server, "mutation") as endpoints, _hub(endpoints, folder) as process:
        token = asyncio.run(_token())
        rest = asyncio.run(_memory(process))
        mutation = asyncio.run(roads.mutation(_url(), token, debtors, MUTATION_ROWS, SENDERS))
        of_mutation = (rest, peak(process))
    files: list[tuple[int, float, float, int, int]] = []
    for count in [*(count for count in FILES if count < rows), rows]:
        loads.append(os.getloadavg()[0])
        with clone(server, f"file_{count}") as endpoints, _hub(endpoints, folder) as process:
            token = asyncio.run(_token())
            rest = asyncio.run(_memory(process))
            speed, acknowledged = asyncio.run(roads.file(_url(), token, debtors, count))
            files.append((count, speed, acknowledged, rest, peak(process)))
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


def _hub(endpoints: Endpoints, folder: Path) -> AbstractContextManager[psutil.Process]:
    return served_hub(endpoints, folder / "hub", PORT)


def _url() -> str:
    return f"http://127.0.0.1:{PORT}"


async def _token() -> str:
    bank = persona("bank-system")
    assert bank is not None
    return await sign_in(_url(), bank)


async def _memory(process: psutil.Process) -> int:
    await asyncio.sleep(1)
    return peak(process)


def _page(
    rows: int,
    bare: float,
    mutation: float,
    of_mutation: tuple[int, int],
    files: list[tuple[int, float, float, int, int]],
    setting: str,
    load_before: list[float],
) -> str:
    packages = versions(("asyncpg", "sqlalchemy", "orjson", "uvicorn", "uvloop", "strawberry-graphql"))
    fsync, _, postgres = setting.partition(" ")
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

{described()}; {postgres.split(" on ")[0]};
{packages}.
"""


def _mb(size: int) -> str:
    return f"{size / 2**20:.0f} MB"


if __name__ == "__main__":
    main()
