"""What the benches measure on: databases with so many of the demo's cases, made once and found again."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
import time
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import asyncpg

from bench.machine import free_port, served_hub
from hub.consent.receipts import DECISIONS
from hub.demo.load import load
from hub.rules.activation import prepare_database
from hub.store import migrate
from hub.store.embedded import DATABASE, EmbeddedServer
from hub.store.roles import Endpoints, create_database

_EXISTS = "SELECT count(*) FROM pg_database WHERE datname = '{}'"
_MISSING = """
    SELECT EXISTS (SELECT FROM hub.consent_event AS event WHERE event.kind IN ({})
        AND NOT EXISTS (SELECT FROM hub.consent_receipt AS receipt WHERE receipt.event_id = event.id))
"""


@asynccontextmanager
async def connected(endpoints: Endpoints) -> AsyncGenerator[asyncpg.Connection]:
    """As owner."""
    connection = await asyncpg.connect(endpoints.owner)
    try:
        yield connection
    finally:
        await connection.close()


@contextmanager
def folder(kept: Path | None) -> Iterator[Path]:
    """The folder that is named, which stays, or one that goes."""
    if kept is not None:
        kept.mkdir(parents=True, exist_ok=True)
        yield kept
        return
    made = Path(tempfile.mkdtemp(prefix="bofast-bench-"))
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


def filled(server: EmbeddedServer, folder: Path, cases: int, name: str = DATABASE) -> Endpoints:
    """A database with so many cases. Blocking; no event loop may run."""
    if server.execute(_EXISTS.format(name)).strip() == "0":
        server.execute(create_database(name))
    endpoints = server.endpoints(name)
    migrate.upgrade(endpoints.owner)
    prepare_database(endpoints.owner)
    began = time.perf_counter()
    if asyncio.run(load(endpoints.owner, cases=cases)):
        loaded = time.perf_counter()
        _settle(server, endpoints, folder / "hub", name)
        settled = time.perf_counter()
        server.execute("VACUUM ANALYZE", name)
        server.execute("CHECKPOINT")
        print(f"{cases:,} cases made in {loaded - began:.0f} s, settled in {settled - loaded:.0f} s", flush=True)
    return endpoints


def _settle(server: EmbeddedServer, endpoints: Endpoints, data: Path, name: str) -> None:
    """What a hub does on its own for new data, it does before any clock starts: a receipt for each consent."""
    missing = _MISSING.format(", ".join(f"'{kind}'" for kind in sorted(DECISIONS)))
    with served_hub(endpoints, data, free_port()):
        while server.execute(missing, name).strip() == "t":
            time.sleep(0.5)
