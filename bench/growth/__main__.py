"""`make bench-growth`: how the cost of an answer grows, what a start costs, and what stays in memory.

Writes bench/GROWTH.md and two plots beside it, a section for each part, each part on its own if so asked.
"""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, Final

import uvloop

from bench import data
from bench.growth import documents, memory, rulesets, sizes, starts
from bench.growth.run import Run, Told, load
from bench.machine import ROOT, clone, described, postgres_version, versions
from bench.page import Page
from hub.store.embedded import EmbeddedServer
from hub.store.roles import Endpoints

PAGE: Final = Page(
    path=ROOT / "bench" / "GROWTH.md",
    head="""# How what an answer costs grows

Written by `make bench-growth`, part by part. The questions, the ceiling (SQL written by hand; no GraphQL, no token, no
policy, no record) and what processor time means are those of [read/README.md](read/README.md): user and system time
of the hub and of PostgreSQL for one request, with what is owed for it afterwards; sides in turn, medians of the
rounds, and the spread from the lowest to the highest as a share of the median. Every answer is compared with the
ceiling's, value by value. Every commit of the record waits for the disk.
""",
    parts=("answers", "data", "policies", "documents", "start", "memory"),
)
PLOTS: Final = {"answers": "growth-answers.png", "data": "growth-data.png"}
USUAL: Final = 10_000
FEW: Final = 1_000

Databases = dict[int, Endpoints]


def main() -> None:
    given = _arguments()
    usual, few = (sizes.QUICK[0],) * 2 if given.quick else (USUAL, FEW)
    grown = sizes.QUICK if given.quick else given.sizes
    needed = {"answers": {usual}, "data": set(grown), "start": {usual}}
    wanted = sorted(set().union(*(needed.get(part, {few}) for part in given.part)))
    with data.folder(given.keep) as folder, EmbeddedServer(folder / "data") as server:
        run = Run(
            server=server,
            folder=folder,
            rounds=1 if given.quick else given.rounds,
            seconds=0.1 if given.quick else given.seconds,
            connections=given.connections,
            requests=400 if given.quick else given.requests,
            starts=2 if given.quick else given.starts,
            quick=given.quick,
        )
        databases = {size: data.filled(server, folder, size, _name(size)) for size in wanted}
        kept = {size: databases[size] for size in grown if size in databases}
        for part in given.part:
            size = usual if part in {"answers", "start"} else few
            _put(given, part, _measured(run, part, kept, size), server)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--part", nargs="+", default=list(PAGE.parts), choices=PAGE.parts)
    parser.add_argument("--sizes", nargs="+", type=int, default=list(sizes.KEPT), help="cases of the part data")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=1.5, help="of load in each round")
    parser.add_argument("--connections", type=int, default=4)
    parser.add_argument("--requests", type=int, default=200_000, help="of the part memory")
    parser.add_argument("--starts", type=int, default=7, help="of the part start")
    parser.add_argument("--keep", type=Path, help="a folder whose databases are made once and used again")
    parser.add_argument("--dry", action="store_true", help="print, and leave page and plots as they are")
    parser.add_argument("--quick", action="store_true", help="the least of everything, to see that it works; as --dry")
    return parser.parse_args()


def _measured(run: Run, part: str, grown: Databases, size: int) -> Told:
    """One part. What it writes it writes into a copy, so that the next part finds the data as they were."""
    parts: dict[str, Callable[[Endpoints], Coroutine[Any, Any, Told]]] = {
        "answers": lambda endpoints: sizes.of_answers(run, endpoints, size),
        "documents": lambda endpoints: documents.of_documents(run, endpoints),
        "memory": lambda endpoints: memory.of_memory(run, endpoints),
        "start": lambda endpoints: starts.of_starts(run, endpoints),
    }
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        if part == "data":
            return runner.run(sizes.of_data(run, grown))
        if part == "policies":
            return runner.run(rulesets.of_policies(run, _name(size)))
        with clone(run.server, f"bench_{part}", _name(size)) as endpoints:
            return runner.run(parts[part](endpoints))


def _put(given: argparse.Namespace, part: str, told: Told, server: EmbeddedServer) -> None:
    packages = versions(("asyncpg", "graphql-core", "orjson", "uvicorn", "uvloop"))
    where = f"{described()}; {postgres_version(server)}; {packages}. Load of the machine at the end: {load()}."
    plot = PLOTS.get(part)
    shown = [f"![{part}]({plot})", ""] if plot else []
    text = "\n".join([told.text.rstrip(), "", *shown, where])
    print(f"\n{text}\n", flush=True)
    if given.dry or given.quick:
        return
    PAGE.put(part, text)
    if plot and told.draw:
        told.draw(PAGE.path.parent / plot)


def _name(size: int) -> str:
    return f"cases_{size}"


if __name__ == "__main__":
    main()
