"""`make bench-overload`: what becomes of requests when twice as many come as can be answered. Writes bench/OVERLOAD.md.

How many can be answered is measured first, then as many are offered, then twice as many; last the same with room for
whoever comes. One hub process, one durable server, one client, on one machine.
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
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from random import Random

import orjson
import uvloop

from bench.overload.load import Load, Seen, at
from hub.demo.load import load
from hub.demo.people import KARI
from hub.demo.personas import persona
from hub.identity.sign_in import sign_in
from hub.rules.activation import prepare_database
from hub.settings import Limits
from hub.store import migrate
from hub.store.embedded import DATABASE, EmbeddedServer
from hub.store.roles import Endpoints

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "bench" / "OVERLOAD.md"
PORT = 8_232
CASES = 1_000
CONNECTIONS = 64
WARM_SECONDS = 3
BOUNDLESS = 1_000_000
QUESTION = """query($id: NationalId!) { personByNationalId(input: {nationalId: $id}) { name { first last }
    case { state evictionPetitions { status } leaseBreaches { status } contactLog { outcome } } } }"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=8, help="of each of the four runs")
    parser.add_argument("--room", type=int, default=Limits().concurrent_requests, help="requests at once")
    parser.add_argument("--dry", action="store_true", help="print, and leave the page as it is")
    given = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="bofast-bench-"))
    try:
        with EmbeddedServer(folder / "data") as server:
            told = measure(server, folder, given.seconds, given.room)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(told)
    if not given.dry:
        PAGE.write_text(told, encoding="utf-8")


def measure(server: EmbeddedServer, folder: Path, seconds: int, room: int) -> str:
    owner = server.endpoints().owner
    migrate.upgrade(owner)
    prepare_database(owner)
    asyncio.run(load(owner, cases=CASES))
    setting = server.execute("SELECT current_setting('fsync') || ' ' || version()", DATABASE).strip()
    chance = Random(20261130)
    load_before = os.getloadavg()[0]
    with _hub(server.endpoints(), folder, room):
        capacity, once, twice = uvloop.run(_with_room(seconds, chance))
    with _hub(server.endpoints(), folder, BOUNDLESS):
        boundless = uvloop.run(_without(capacity, seconds, chance))
    rows = [
        (f"the capacity, room for {room}", once),
        (f"twice the capacity, room for {room}", twice),
        ("twice the capacity, room for whoever comes", boundless),
    ]
    return _page(rows, capacity, seconds, setting, load_before)


async def _with_room(seconds: int, chance: Random) -> tuple[float, Seen, Seen]:
    asking = Load(PORT, await _request())
    await asking.closed(CONNECTIONS, WARM_SECONDS)
    capacity = await asking.closed(CONNECTIONS, seconds)
    once = await asking.open(capacity, seconds, chance)
    twice = await asking.open(2 * capacity, seconds, chance)
    asking.close()
    return capacity, once, twice


async def _without(capacity: float, seconds: int, chance: Random) -> Seen:
    asking = Load(PORT, await _request())
    await asking.closed(CONNECTIONS, WARM_SECONDS)
    seen = await asking.open(2 * capacity, seconds, chance)
    asking.close()
    return seen


async def _request() -> bytes:
    """The question of a caseworker about one person, whole."""
    caseworker = persona("nav-caseworker")
    assert caseworker is not None
    token = await sign_in(f"http://127.0.0.1:{PORT}", caseworker)
    body = orjson.dumps({"query": QUESTION, "variables": {"id": KARI.national_id}})
    head = (
        f"POST /graphql HTTP/1.1\r\nhost: 127.0.0.1:{PORT}\r\nauthorization: Bearer {token}\r\nbehandlingsnummer: B101"
        f"\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


@contextmanager
def _hub(endpoints: Endpoints, folder: Path, room: int) -> Iterator[None]:
    data = folder / "hub"
    data.mkdir(mode=0o700, exist_ok=True)
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("BOFAST_", "DATABASE_"))}
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.serving"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=environment,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    told = {
        "port": PORT,
        "data": str(data),
        "databases": asdict(endpoints),
        "limits": {"concurrent_requests": room},
    }
    print(json.dumps(told), file=process.stdin, flush=True)
    assert process.stdout.readline() == "ready\n"
    try:
        yield
    finally:
        process.kill()
        process.communicate()


def _row(name: str, seen: Seen) -> str:
    accepted, refused = seen.of(200), seen.of(503)
    failed = seen.offered - len(accepted) - len(refused)
    cells = [
        f"{seen.offered / seen.seconds:,.0f}",
        f"{len(accepted) / seen.until:,.0f}",
        f"{at(accepted, 0.5) * 1000:,.0f} ms",
        f"{at(accepted, 0.99) * 1000:,.0f} ms",
        f"{accepted[-1] * 1000:,.0f} ms" if accepted else "-",
        f"{len(refused) / seen.offered:.0%}",
        f"{at(refused, 0.99) * 1000:,.0f} ms" if refused else "-",
        f"{failed}",
    ]
    return f"| {name} | {' | '.join(cells)} |"


def _page(rows: list[tuple[str, Seen]], capacity: float, seconds: int, setting: str, load_before: float) -> str:
    packages = ("asyncpg", "orjson", "uvicorn", "uvloop", "strawberry-graphql")
    versions = ", ".join(f"{name} {version(name)}" for name in packages)
    fsync, _, postgres = setting.partition(" ")
    table = "\n".join(_row(name, seen) for name, seen in rows)
    return f"""# When more come than can be answered

Written by `make bench-overload`. A caseworker asks about one person: one look-up with five relations, with token,
decisions and record; every commit waits for the disk (fsync {fsync}). {CASES:,} cases. One hub process, one server
and the client share one machine, so that the client takes part of what there is.

**Capacity**: {capacity:,.0f} answers a second, where {CONNECTIONS} connections ask and wait in turn. Then requests
come at moments that do not depend on the answers (an open loop, {seconds} seconds each); the time of an answer counts
from when its request was due, and its rate until the last of them.

| offered | a second | accepted a second | half within | 99% within | longest | 503 | 99% of these within | neither |
|---|---|---|---|---|---|---|---|---|
{table}

*Neither* are connections that were cut or could not be had. Who gets 503 is told so before anything is worked out
(`hub/edge/room.py`). The last line is the same hub with that limit out of reach: there the queue for connections to
the database is full, or takes too long, after most of the work is done.

Load of the machine before: {load_before:.1f}, on {os.cpu_count()} processors
({platform.machine()}, {platform.system()} {platform.release()}); Python {platform.python_version()};
{postgres.split(" on ")[0]};
{versions}.
"""


if __name__ == "__main__":
    main()
