"""`make bench`: the hub beside hand-written SQL and two GraphQL servers, on the demo's data. Writes bench/RESULTS.md.

Every side answers the same questions with the same data, on one durable database. See bench/read/README.md.
"""

from __future__ import annotations

import argparse
import asyncio
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvloop

from bench.machine import ROOT
from bench.read import page, table
from hub.demo.load import load
from hub.rules.activation import prepare_database
from hub.store import migrate
from hub.store.embedded import EmbeddedServer

PAGE = ROOT / "bench" / "RESULTS.md"
CASES = 10_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=CASES)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=1.5, help="of load in each round")
    parser.add_argument("--sides", nargs="+", default=list(table.SIDES), choices=list(table.SIDES))
    parser.add_argument("--questions", nargs="+", default=list(table.QUESTIONS), choices=list(table.QUESTIONS))
    parser.add_argument("--connections", nargs="+", type=int, default=list(table.CONNECTIONS))
    parser.add_argument("--keep", type=Path, help="a folder whose database is made once and used again")
    parser.add_argument("--dry", action="store_true", help="print, and leave the page as it is")
    given = parser.parse_args()
    plan = table.Plan(
        cases=given.cases,
        rounds=given.rounds,
        seconds=given.seconds,
        sides=tuple(given.sides),
        questions=tuple(given.questions),
        connections=tuple(given.connections),
    )
    with _folder(given.keep) as folder, EmbeddedServer(folder / "data") as server:
        _fill(server, given.cases)
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            told = runner.run(table.measured(server, folder, plan))
    print(told)
    if not given.dry:
        page.put(PAGE, "table", told)


@contextmanager
def _folder(kept: Path | None) -> Iterator[Path]:
    if kept is not None:
        kept.mkdir(parents=True, exist_ok=True)
        yield kept
        return
    folder = Path(tempfile.mkdtemp(prefix="bofast-bench-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _fill(server: EmbeddedServer, cases: int) -> None:
    owner = server.endpoints().owner
    migrate.upgrade(owner)
    prepare_database(owner)
    if asyncio.run(load(owner, cases=cases)):
        server.execute("VACUUM ANALYZE", "bofast")
        server.execute("CHECKPOINT")


if __name__ == "__main__":
    main()
