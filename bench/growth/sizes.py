"""How the cost of an answer grows: with the number of cases that are asked for, and with the number that there are."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from typing import Final

from bench.growth.plots import Curve, draw
from bench.growth.run import Point, Rounds, Run, Told, cells, compared, interleaved, one_of, table, total
from bench.read.rounds import median
from bench.read.sides import CeilingSide, HubSide, started
from hub.settings import Limits
from hub.store.roles import Endpoints

ASKED: Final = (10, 50, 200, 1_000)
"""Cases of one answer."""
KEPT: Final = (1_000, 10_000, 100_000)
"""Cases in the database."""
QUICK: Final = (100, 200)
"""The same for a quick run."""
WIDENED: Final = {"page": 1_000, "cost": 300_000}
"""Limits that let a thousand cases through in one answer. They are the operator's to set."""
_PORT: Final = 8_251


async def of_answers(run: Run, endpoints: Endpoints, kept: int) -> Told:
    """Q2 with more and more cases, on the same data."""
    asked = (5, 10) if run.quick else ASKED
    question = await one_of(endpoints, "Q2")
    with ExitStack() as stack:
        setting = run.setting(endpoints, f"cases-{kept}")
        hub = started(stack, HubSide(_PORT, WIDENED), setting)
        ceiling = started(stack, CeilingSide(_PORT + 1), setting)
        points = [
            Point(size=size, question=replace(question, variables=({"first": size},)), sides=(hub, ceiling))
            for size in asked
        ]
        leaves = {("Q2", point.size): await compared(point) for point in points}
        found = await interleaved(run, points)
    usual = Limits()
    text = [
        f"## Q2 with more cases, of {kept:,}",
        "",
        *_table("cases asked for", points, leaves, found, is_each=True),
        "",
        f"""The hub lets through {usual.page} cases a page and a cost of {usual.cost:,} unless the operator says
otherwise; here `BOFAST_LIMIT_PAGE` is {WIDENED["page"]:,} and `BOFAST_LIMIT_COST` {WIDENED["cost"]:,}. With the
usual limits a thousand cases are ten pages of a hundred.""",
        "",
        *_trend("Q2", points, found),
    ]
    title = f"Q2 by the number of cases asked for ({kept:,} cases in the database)"
    return Told(text="\n".join(text), draw=partial(draw, title, "cases asked for", _curves(("Q2",), points, found)))


async def of_data(run: Run, by_size: dict[int, Endpoints]) -> Told:
    """Q1 and Q2, on more and more data."""
    points: list[Point] = []
    with ExitStack() as stack:
        for number, (size, endpoints) in enumerate(by_size.items()):
            setting = run.setting(endpoints, f"data-{size}")
            port = _PORT + 2 * number
            sides = started(stack, HubSide(port), setting), started(stack, CeilingSide(port + 1), setting)
            points += [Point(size=size, question=await one_of(endpoints, name), sides=sides) for name in ("Q1", "Q2")]
        points.sort(key=lambda point: point.question.name)
        leaves = {(point.question.name, point.size): await compared(point) for point in points}
        found = await interleaved(run, points)
    text = ["## Q1 and Q2 on more data", ""]
    for name in ("Q1", "Q2"):
        of_one = [point for point in points if point.question.name == name]
        text += [f"### {name}", "", *_table("cases in the database", of_one, leaves, found), ""]
        text += [*_trend(name, of_one, found), ""]
    title = "Q1 and Q2 by the number of cases in the database"
    curves = _curves(("Q1", "Q2"), points, found)
    return Told(text="\n".join(text), draw=partial(draw, title, "cases in the database", curves))


def _table(
    what: str,
    points: Sequence[Point],
    leaves: dict[tuple[str, int], int],
    found: Rounds,
    *,
    is_each: bool = False,
) -> list[str]:
    each = ["a case"] if is_each else []
    head = [what, "leaf values", "hub", "server", "database", "spread", *each, "ceiling", "spread", "hub/ceiling"]
    rows: list[list[str]] = []
    for point in points:
        name = point.question.name
        hub, ceiling = (found[name, side.name, point.size] for side in point.sides)
        own, beside = median(hub, total), median(ceiling, total)
        of_ceiling = cells(ceiling)
        row = [f"{point.size:,}", f"{leaves[name, point.size]:,}", *cells(hub)]
        row += [f"{own * 1e6 / point.size:,.0f} µs"] if is_each else []
        rows.append([*row, of_ceiling[0], of_ceiling[-1], f"{own / beside:.2f}"])
    return table(head, rows)


def _trend(name: str, points: Sequence[Point], found: Rounds) -> list[str]:
    """How much more the largest costs than the smallest, of either side."""
    first, last = points[0], points[-1]
    told: list[str] = []
    for side in (HubSide, CeilingSide):
        grown = median(found[name, side.name, last.size], total) / median(found[name, side.name, first.size], total)
        told.append(f"{grown:.1f} times that of {first.size:,} for the {side.name}")
    return [f"From {first.size:,} to {last.size:,}, {last.size / first.size:g} times as many: {', '.join(told)}."]


def _curves(names: Sequence[str], points: Sequence[Point], found: Rounds) -> tuple[Curve, ...]:
    return tuple(
        Curve(
            panel=name,
            name=side.name,
            values=tuple(
                (point.size, median(found[name, side.name, point.size], total) * 1000)
                for point in points
                if point.question.name == name
            ),
        )
        for name in names
        for side in (HubSide, CeilingSide)
    )
