"""The race: readers who do not stop, on processes that are warm, and something that closes under them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from random import Random

from tests.races.arenas import Arena, Question
from tests.races.caller import Caller, Told

_LONGEST_WAIT = 0.004
"""Seconds. An answer takes some 2 ms, so a closing falls anywhere within one."""


@dataclass(slots=True, kw_only=True)
class Outcome:
    """What came of many races. `stale` counts reads that began after the closing and showed what was closed."""

    races: int = 0
    reads: int = 0
    before: int = 0
    during: int = 0
    after: int = 0
    stale: int = 0
    odd: list[int] = field(default_factory=list[int])


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """A reader at one process with one question. The cursor of a list, taken while it was open, is part of it."""

    caller: Caller
    token: str
    purpose: str | None
    question: Question

    async def ask(self) -> Told:
        return await self.caller.ask(self.token, self.purpose, self.question.query, self.question.variables)


async def seated(arena: Arena, tokens: Mapping[str, str]) -> list[Reader]:
    """A reader for each question at each process, by the process's address the token. The arena is open afterwards."""
    await arena.open()
    readers: list[Reader] = []
    for url, token in tokens.items():
        for question in arena.questions:
            caller = await Caller.open(url)
            reader = Reader(caller=caller, token=token, purpose=arena.purpose, question=question)
            if question.is_later_page:
                [page] = (await reader.ask()).body["data"].values()
                after = {"after": page["pageInfo"]["endCursor"]}
                later = replace(question, variables={**question.variables, **after}, is_later_page=False)
                reader = replace(reader, question=later)
            readers.append(reader)
    return readers


async def run(arena: Arena, readers: Sequence[Reader], races: int, random: Random, settling: float = 0.0) -> Outcome:
    """So many races. Every one begins with an answer to each reader that shows what is open; a hub with a memory needs
    `settling` seconds to notice that it is.
    """
    outcome = Outcome()
    for _ in range(races):
        await arena.open()
        await asyncio.sleep(settling)
        # Warm, and at once a check of the race itself: an answer that never showed anything cannot be stale.
        opened = await asyncio.gather(*(reader.ask() for reader in readers))
        for told in opened:
            assert arena.shows(told.body["data"]), f"what is open is not shown: {told.body}"
        closed = asyncio.Event()
        reading = [asyncio.create_task(_read_until(closed, reader)) for reader in readers]
        await asyncio.sleep(random.random() * _LONGEST_WAIT)
        moment = await _closed(arena.close)
        closed.set()
        told = [one for read in await asyncio.gather(*reading) for one in read]
        _count(outcome, arena, told, moment)
    return outcome


async def _closed(close: Callable[[], Awaitable[float | None]]) -> float:
    at = await close()
    return time.time() if at is None else at


async def _read_until(closed: asyncio.Event, reader: Reader) -> list[Told]:
    """Reads without a pause, and once more when it is closed."""
    told: list[Told] = []
    while not closed.is_set():
        told.append(await reader.ask())
    told.append(await reader.ask())
    return told


def _count(outcome: Outcome, arena: Arena, told: Sequence[Told], moment: float) -> None:
    outcome.races += 1
    for one in told:
        outcome.reads += 1
        if one.status != 200:
            outcome.odd.append(one.status)
        elif one.began > moment:
            outcome.after += 1
            outcome.stale += arena.shows(one.body["data"])
        elif one.ended < moment:
            outcome.before += 1
        else:
            outcome.during += 1
