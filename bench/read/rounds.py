"""Rounds of load on one side after the other, and what the processes took for them."""

from __future__ import annotations

import statistics
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import psutil

from bench.read.load import Load
from bench.read.questions import Question
from bench.read.sides import Side

CONNECTIONS = (1, 16, 64)
_WARM_UP = 0.25


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """One stretch of load on one side. Processor time in seconds a request; latencies in seconds."""

    server: float
    database: float
    owed: float
    rate: float
    p50: float
    p99: float
    requests: int

    @property
    def total(self) -> float:
        return self.server + self.database


Key = tuple[str, str, int]
"""Question, side, connections."""


def taken(process: psutil.Process) -> float:
    """Processor time of a process and all below it, those that ended among them, in seconds."""
    total = 0.0
    for one in (process, *process.children(recursive=True)):
        try:
            times = one.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += times.user + times.system + times.children_user + times.children_system
    return total


async def measure(
    side: Side,
    question: Question,
    connections: int,
    seconds: float,
    database: psutil.Process,
    settle: Callable[[], Awaitable[None]] | None = None,
) -> Round:
    """A round: warm up, load, then wait until what is owed for the answers is done too."""
    side.wake()
    load = Load(side.port, await side.requests(question))
    await load.open(connections)
    try:
        await load.run(_WARM_UP)
        await _settled(side, settle)
        before = taken(side.process), taken(database)
        loaded = await load.run(seconds)
        between = taken(side.process) + taken(database)
        await _settled(side, settle)
        after = taken(side.process), taken(database)
    finally:
        load.close()
        side.sleep()
    count = len(loaded.latencies)
    return Round(
        server=(after[0] - before[0]) / count,
        database=(after[1] - before[1]) / count,
        owed=(sum(after) - between) / count,
        rate=loaded.rate,
        p50=loaded.percentile(0.5),
        p99=loaded.percentile(0.99),
        requests=count,
    )


async def _settled(side: Side, more: Callable[[], Awaitable[None]] | None) -> None:
    if more is not None:
        await more()
    await side.settle()


def median(rounds: Sequence[Round], what: Callable[[Round], float]) -> float:
    return statistics.median(what(one) for one in rounds)


def spread(rounds: Sequence[Round], what: Callable[[Round], float]) -> float:
    """How far the rounds lie apart, as a share of their median."""
    values = [what(one) for one in rounds]
    return (max(values) - min(values)) / statistics.median(values) if len(values) > 1 else 0.0
