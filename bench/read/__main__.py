"""`make bench`: the hub beside hand-written SQL and two GraphQL servers, on the demo's data. Writes bench/RESULTS.md.

Every side answers the same questions with the same data, on one durable database. See bench/read/README.md.
"""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path

import uvloop

from bench import data
from bench.machine import ROOT
from bench.page import Page
from bench.read import table
from hub.store.embedded import EmbeddedServer

PAGE = Page(
    path=ROOT / "bench" / "RESULTS.md",
    head="""# What an answer costs

Written by `make bench`; what is measured, and how, stands in [read/README.md](read/README.md).
""",
    parts=("table",),
)
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
    with data.folder(given.keep) as folder, EmbeddedServer(folder / "data") as server:
        data.filled(server, folder, given.cases)
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            told = runner.run(table.measured(server, folder, plan))
    print(told)
    if not given.dry:
        PAGE.put("table", told)


if __name__ == "__main__":
    main()
