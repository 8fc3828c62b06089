"""The main table: Q1 to Q4 on every side, in interleaved rounds, after all have given the same answers."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, ExitStack
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import orjson
import psutil

from bench.data import connected
from bench.machine import clone, described, peak, postgres_version, versions
from bench.read import questions, same
from bench.read.questions import Question
from bench.read.rounds import CONNECTIONS, Key, Round, measure, median, spread
from bench.read.sides import CeilingSide, HubSide, MercuriusSide, Setting, Side, StrawberrySide, started
from hub.store.embedded import DATABASE, EmbeddedServer

__all__ = ["CONNECTIONS", "QUESTIONS", "SIDES", "Plan", "measured"]

SIDES = {side.name: side for side in (HubSide, CeilingSide, MercuriusSide, StrawberrySide)}
QUESTIONS = ("Q1", "Q2", "Q3", "Q4")
# By side and question: what the hub's processor time may be at most, at 16 connections.
TARGETS = {
    ("mercurius", "Q1"): 0.40,
    ("mercurius", "Q2"): 0.60,
    ("mercurius", "Q3"): 0.80,
    ("mercurius", "Q4"): 0.75,
    ("ceiling", "Q1"): 2.0,
    ("ceiling", "Q2"): 1.6,
    ("ceiling", "Q4"): 1.6,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is measured, how often, and for how long each time."""

    cases: int
    rounds: int
    seconds: float
    sides: tuple[str, ...]
    questions: tuple[str, ...]
    connections: tuple[int, ...]


@dataclass(slots=True, kw_only=True)
class Found:
    """What the rounds gave."""

    rounds: dict[Key, list[Round]]
    peaks: dict[str, int]
    notes: list[str]

    def add(self, question: Question, side: Side, connections: int, one: Round) -> None:
        self.rounds.setdefault((question.name, side.name, connections), []).append(one)
        print(
            f"{question.name} {side.name:>10} {connections:>2}  {_ms(one.total)} ="
            f" {_ms(one.server)} + {_ms(one.database)}, {_ms(one.owed)} of it after;"
            f" {one.rate:,.0f}/s, p50 {_ms(one.p50)}, p99 {_ms(one.p99)}",
            flush=True,
        )

    def keep_peaks(self, sides: Sequence[Side]) -> None:
        for side in sides:
            self.peaks[side.name] = max(self.peaks.get(side.name, 0), peak(side.process))


async def measured(server: EmbeddedServer, folder: Path, plan: Plan) -> str:
    """The section of the page."""
    pid = server.pid
    assert pid is not None
    database = psutil.Process(pid)
    found = Found(rounds={}, peaks={}, notes=[])
    loads = [os.getloadavg()[0]]
    chosen = [SIDES[name] for name in plan.sides if name != "mercurius" or _has_node()]
    if any(name != "Q3" for name in plan.questions):
        await _read(server, folder, plan, chosen, database, found)
    if "Q3" in plan.questions:
        await _write(server, folder, plan, chosen, database, found)
    loads.append(os.getloadavg()[0])
    return _section(server, plan, found, loads)


async def _read(
    server: EmbeddedServer,
    folder: Path,
    plan: Plan,
    chosen: Sequence[type[Side]],
    database: psutil.Process,
    found: Found,
) -> None:
    """Q1, Q2 and Q4 on one database."""
    endpoints = server.endpoints()
    with ExitStack() as stack:
        hub = started(stack, HubSide(), Setting(endpoints=endpoints, folder=folder))
        async with connected(endpoints) as owner:
            asked = await questions.reads(owner)
            (loans,) = await same.asked(hub, asked[-1])
            leave_out = await questions.withheld_loans(owner, loans)
        setting = Setting(endpoints=endpoints, folder=folder, leave_out=tuple(leave_out))
        sides = [hub, *(started(stack, kind(), setting) for kind in chosen if kind is not HubSide)]
        asked = [one for one in asked if one.name in plan.questions]
        for question in asked:
            found.notes.append(await _compared(question, sides))
        found.notes.append(f"Q4: the other sides were told to leave out {len(leave_out)} loans.")
        for side in sides:
            side.sleep()
        for _ in range(plan.rounds):
            for connections in plan.connections:
                for question in asked:
                    for side in sides:
                        one = await measure(side, question, connections, plan.seconds, database)
                        found.add(question, side, connections, one)
        found.keep_peaks(sides)


async def _compared(question: Question, sides: Sequence[Side]) -> str:
    """Every answer of every side against the hub's."""
    count = len(question.variables)
    expected = await same.asked(sides[0], question, count)
    for side in sides[1:]:
        for answer, known in zip(await same.asked(side, question, count), expected, strict=True):
            same.expect_same(question, side, answer, known)
    values = [questions.leaves(answer) for answer in expected]
    size = f"{values[0]:,}" if len(set(values)) == 1 else f"{min(values)} to {max(values)}"
    return f"{question.name}: {count} answers of {size} leaf values, the same on every side."


async def _write(
    server: EmbeddedServer,
    folder: Path,
    plan: Plan,
    chosen: Sequence[type[Side]],
    database: psutil.Process,
    found: Found,
) -> None:
    """Q3, each side on a database of its own, all cloned from the same."""
    async with AsyncExitStack() as stack:
        owner = await stack.enter_async_context(connected(server.endpoints()))
        question = await questions.submission(owner)
        await owner.close()
        sides: list[tuple[Side, asyncpg.Connection]] = []
        kept: list[dict[str, object]] = []
        for kind in chosen:
            endpoints = stack.enter_context(clone(server, f"bench_{kind.name}"))
            owner = await stack.enter_async_context(connected(endpoints))
            side = started(stack, kind(), Setting(endpoints=endpoints, folder=folder))
            (data,) = await same.asked(side, question)
            kept.append(await same.stored(owner, data))
            same.expect_same(question, side, kept[-1], kept[0])
            sides.append((side, owner))
            side.sleep()
        found.notes.append("Q3: one submission and its row are stored alike on every side, value by value.")
        for _ in range(plan.rounds):
            for connections in plan.connections:
                for side, owner in sides:
                    settle = _routed(owner) if side.name == HubSide.name else None
                    one = await measure(side, question, connections, plan.seconds, database, settle)
                    found.add(question, side, connections, one)
        await _expect_all_stored(sides)
        found.keep_peaks([side for side, _ in sides])


async def _expect_all_stored(sides: Sequence[tuple[Side, asyncpg.Connection]]) -> None:
    """No side refused what it was sent: a refusal is an answer too, and a cheap one."""
    for side, owner in sides:
        refused = await owner.fetchval(
            "SELECT count(*) FROM hub.submission AS s WHERE NOT EXISTS (SELECT FROM hub.submitted_default AS d"
            " WHERE d.submission_id = s.id AND d.outcome = 'ACCEPTED') AND received_at > now() - interval '1 hour'"
        )
        if refused:
            raise same.NotTheSame(f"{side.name} refused {refused} submissions")


def _routed(owner: asyncpg.Connection) -> Callable[[], Awaitable[None]]:
    """What was accepted has found its case."""

    async def settle() -> None:
        while await owner.fetchval("SELECT EXISTS (SELECT FROM hub.unrouted WHERE due_at <= now())"):
            await asyncio.sleep(0.25)

    return settle


def _has_node() -> bool:
    if shutil.which("node") and (MercuriusSide.folder / "node_modules").is_dir():
        return True
    print("mercurius is left out: there is no Node, or its packages are not installed (make bench installs them)")
    return False


def _section(server: EmbeddedServer, plan: Plan, found: Found, loads: Sequence[float]) -> str:
    lines = [
        f"## {plan.cases:,} cases",
        "",
        *_tables(plan, found),
        *_target_lines(found),
        "",
        *(f"- {note}" for note in found.notes),
        "",
        *_settings(server, plan, found),
        "",
        f"Load of the machine before and after: {', '.join(f'{load:.1f}' for load in loads)}.",
    ]
    return "\n".join(lines)


def _tables(plan: Plan, found: Found) -> Iterator[str]:
    columns = ("processor time", "server", "database", "beside the hub", "requests a second", "p50", "p99", "spread")
    for name in plan.questions:
        yield f"### {name}"
        yield ""
        yield f"| | connections | {' | '.join(columns)} |"
        yield "|---|---|---|---|---|---|---|---|---|---|"
        for connections in plan.connections:
            hub = found.rounds.get((name, HubSide.name, connections))
            for side in plan.sides:
                rounds = found.rounds.get((name, side, connections))
                if rounds and hub:
                    yield _line(side, connections, rounds, median(hub, TOTAL))
        yield ""


def TOTAL(one: Round) -> float:  # noqa: N802
    return one.total


def _line(side: str, connections: int, rounds: Sequence[Round], hub: float) -> str:
    total = median(rounds, TOTAL)
    cells = [
        side,
        str(connections),
        _ms(total),
        _ms(median(rounds, lambda one: one.server)),
        _ms(median(rounds, lambda one: one.database)),
        f"{total / hub:.2f}",
        f"{median(rounds, lambda one: one.rate):,.0f}",
        _ms(median(rounds, lambda one: one.p50)),
        _ms(median(rounds, lambda one: one.p99)),
        f"{spread(rounds, TOTAL):.0%}",
    ]
    return f"| {' | '.join(cells)} |"


def _target_lines(found: Found) -> Iterator[str]:
    yield "| at 16 connections, processor time of the hub beside | Q1 | Q2 | Q3 | Q4 |"
    yield "|---|---|---|---|---|"
    for side in ("mercurius", "ceiling", "strawberry"):
        cells: list[str] = []
        for name in QUESTIONS:
            hub, peer = (found.rounds.get((name, one, 16)) for one in (HubSide.name, side))
            if not hub or not peer:
                cells.append("-")
                continue
            ratio, aim = median(hub, TOTAL) / median(peer, TOTAL), TARGETS.get((side, name))
            cells.append(f"{ratio:.2f}" + (f" (at most {aim:.2f})" if aim else ""))
        yield f"| {side} | {' | '.join(cells)} |"


def _settings(server: EmbeddedServer, plan: Plan, found: Found) -> Iterator[str]:
    yield "Settings of each side:"
    yield ""
    for name in plan.sides:
        memory = f"; at most {found.peaks[name] / 2**20:.0f} MB" if name in found.peaks else ""
        yield f"- {name}: {SIDES[name].settings}{memory}"
    shown = ("synchronous_commit", "fsync", "shared_buffers", "jit", "max_parallel_workers_per_gather")
    values = [f"{one} {server.execute(f'SHOW {one}', DATABASE).strip()}" for one in shown]
    yield f"- database: {', '.join(values)}"
    yield ""
    yield (
        f"{plan.rounds} rounds of {plan.seconds:g} s for each side, question and number of connections, the sides in"
        " turn; medians, and the spread of the processor time. A side that is not asked is stopped."
    )
    yield ""
    packages = ("asyncpg", "orjson", "starlette", "strawberry-graphql", "uvicorn", "uvloop")
    yield f"{described()}; {postgres_version(server)}; {versions(packages)}{_node_versions(plan)}."


def _node_versions(plan: Plan) -> str:
    if "mercurius" not in plan.sides or not _has_node():
        return ""
    node = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout.strip()
    wanted = orjson.loads((MercuriusSide.folder / "package.json").read_bytes())["dependencies"]
    return "; node " + ", ".join([node.removeprefix("v"), *(f"{name} {exact}" for name, exact in wanted.items())])


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.2f} ms"
