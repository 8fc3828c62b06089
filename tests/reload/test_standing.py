"""What one process keeps of a set, and what it does where it cannot use one."""

from __future__ import annotations

import asyncio
import gc
import weakref
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest

from hub.errors import BofastError
from hub.plan.plan import Planner
from hub.plan.totals import total_facts
from hub.rules import Rules
from hub.rules.activation import reload
from hub.rules.standing import RulesUnavailable, Standing
from hub.store.pool import ReadPool
from hub.store.tables.columns import Table
from tests.reload.asking import Served
from tests.reload.sets import BEFORE, small


@dataclass(frozen=True, kw_only=True)
class Room:
    """What plans are kept in."""

    digest: str
    planner: Planner


@dataclass(frozen=True, kw_only=True)
class By:
    digest: str
    held: bool = False


def furnish(known: Rules) -> Room:
    totals = total_facts(known.catalogue, known.gate, Table.metadata)
    return Room(digest=known.digest, planner=Planner(known.catalogue, known.gate, totals))


@asynccontextmanager
async def standing(served: Served, furnish: Callable[[Rules], Room]) -> AsyncGenerator[Standing[Room]]:
    pool = ReadPool(served.endpoints.app)
    await pool.start()
    held = Standing(pool, furnish)
    try:
        await held.start()
        yield held
    finally:
        await held.stop()
        await pool.close()


async def by(room: Room) -> By:
    return By(digest=room.digest)


async def keep_through_three_sets(served: Served, sets: tuple[Rules, ...]) -> list[bool]:
    """Which of the planners still live when the last set is in force."""
    planners: list[weakref.ref[Planner]] = []

    def noted(known: Rules) -> Room:
        room = furnish(known)
        planners.append(weakref.ref(room.planner))
        return room

    async with standing(served, noted) as held:
        for wanted in sets[1:]:
            await reload(served.owner, wanted)
            assert (await held.answer(by)).digest == wanted.digest
        gc.collect()
        return [planner() is not None for planner in planners]


def test_plans_live_as_long_as_their_set_and_the_one_after(served: Served, both: tuple[Rules, Rules]) -> None:
    sets = (both[0], small(both[0], "second"), small(both[0], "third"))
    assert asyncio.run(keep_through_three_sets(served, sets)) == [False, True, True]


async def meet_a_set_that_breaks(served: Served, fit: Rules, unfit: Rules) -> tuple[list[str], str]:
    tried: list[str] = []

    def breaking(known: Rules) -> Room:
        tried.append(known.digest)
        if known.digest == unfit.digest:
            raise KeyError("nobody foresaw this")
        return furnish(known)

    async with standing(served, breaking) as held:
        await reload(served.owner, unfit)
        for _ in range(3):
            with pytest.raises(RulesUnavailable):
                await held.answer(by)
        with pytest.raises(BofastError):
            await held.check()
        await reload(served.owner, fit)
        return tried, (await held.answer(by)).digest


def test_set_that_breaks_in_a_way_that_nobody_foresaw_is_not_tried_at_every_question(
    served: Served, both: tuple[Rules, Rules]
) -> None:
    unfit = small(both[0], "unfit")
    tried, answered = asyncio.run(meet_a_set_that_breaks(served, both[0], unfit))
    assert (tried, answered) == ([BEFORE, unfit.digest], BEFORE)
