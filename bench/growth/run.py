"""What every part of this bench is told, and how it measures: sides in turn, round after round."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from bench.data import connected
from bench.read import questions, same
from bench.read.questions import Question
from bench.read.rounds import Key, Round, measure, median, spread
from bench.read.sides import Setting, Side
from hub.store.embedded import EmbeddedServer
from hub.store.roles import Endpoints


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """How much is measured, and where. `quick` is to see that it works: what comes out means nothing."""

    server: EmbeddedServer
    folder: Path
    rounds: int
    seconds: float
    connections: int
    requests: int
    starts: int
    quick: bool

    @property
    def database(self) -> psutil.Process:
        pid = self.server.pid
        assert pid is not None
        return psutil.Process(pid)

    def setting(self, endpoints: Endpoints, name: str) -> Setting:
        """What a server is started with, in a folder of its own."""
        return Setting(endpoints=endpoints, folder=self.folder / "hubs" / name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One question at one size, and the sides that are asked: the hub first."""

    size: int
    question: Question
    sides: Sequence[Side]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a part has to say: its section of the page, and for some a plot that is drawn into this file."""

    text: str
    draw: Callable[[Path], None] | None = None


Rounds = dict[Key, list[Round]]
"""By question, side and size."""


async def compared(point: Point) -> int:
    """How many leaf values the answers hold, after every side has given the same ones."""
    hub, *others = point.sides
    count = len(point.question.variables)
    expected = await same.asked(hub, point.question, count)
    for side in others:
        for answer, known in zip(await same.asked(side, point.question, count), expected, strict=True):
            same.expect_same(point.question, side, answer, known)
    return round(sum(map(questions.leaves, expected)) / count)


async def interleaved(run: Run, points: Sequence[Point]) -> Rounds:
    """Each side of each point in turn, then again. What is not asked is stopped."""
    found: Rounds = {}
    for side in _distinct(points):
        side.sleep()
    for _ in range(run.rounds):
        for point in points:
            for side in point.sides:
                one = await measure(side, point.question, run.connections, run.seconds, run.database)
                found.setdefault((point.question.name, side.name, point.size), []).append(one)
                print(f"{point.question.name} {side.name:>8} {point.size:>7,}  {ms(one.total)}", flush=True)
    return found


async def one_of(endpoints: Endpoints, name: str) -> Question:
    """A question that only reads, with what of these data it asks for."""
    async with connected(endpoints) as owner:
        return next(question for question in await questions.reads(owner) if question.name == name)


def total(one: Round) -> float:
    return one.total


def cells(rounds: Sequence[Round]) -> list[str]:
    """Processor time of a request, of which server, of which database, and how far the rounds lie apart."""
    server, database = median(rounds, lambda one: one.server), median(rounds, lambda one: one.database)
    return [ms(median(rounds, total)), ms(server), ms(database), f"{spread(rounds, total):.0%}"]


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> list[str]:
    """A table as lines of a page."""
    titles = list(head)
    lines = [titles, ["---"] * len(titles), *rows]
    return [f"| {' | '.join(line)} |" for line in lines]


def load() -> str:
    """What the machine was busy with, this bench included."""
    return f"{os.getloadavg()[0]:.1f} on {os.cpu_count()} processors"


def ms(seconds: float) -> str:
    return f"{seconds * 1000:,.2f} ms"


def mb(size: float) -> str:
    return f"{size / 2**20:,.0f} MB"


def _distinct(points: Sequence[Point]) -> list[Side]:
    return list({id(side): side for point in points for side in point.sides}.values())
