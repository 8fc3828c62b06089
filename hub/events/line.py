"""The line of events: every process helps to put in line what has happened, and wakes those here who follow it.

Nobody is handed an event. Who is woken asks for what came after the place that it has come to, so that nothing is lost
with a process, and nothing piles up for one who is slow.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Generator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

import asyncpg

from hub.store.driver import FAILURES
from hub.store.pool import ReadPool

logger = logging.getLogger("bofast.events")
EVERY: Final = 0.1
"""Seconds between two looks. It is also what keeps the work for an event out of the request that gave rise to it."""
_AT_ONCE: Final = 500
_LONGEST_PAUSE: Final = 5.0
_SECONDS: Final = 5.0
_PUT_IN_LINE: Final = "SELECT hub.put_in_line($1) AS head"
_NEW: Final = """
    SELECT event.position, event.topic, event.case_id, event.party_id, event.unit_id FROM hub.event AS event
    WHERE event.position > $1 AND event.position <= $2 ORDER BY event.position
"""


class By(StrEnum):
    """What events are followed by. The values are columns of the line."""

    CASE = "case_id"
    PARTY = "party_id"
    UNIT = "unit_id"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which events: those of one case, or for one party or unit; of one topic, or any."""

    by: By
    value: str
    topic: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """An event in its place."""

    position: int
    id: UUID
    consent_id: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Events that are wanted after a place, in order. `through` is how far the line was looked at for them."""

    events: Sequence[Placed]
    through: int


class Follower:
    """Somebody who follows the line. `is_woken` says that there is something after the place that it has come to."""

    def __init__(self, wanted: Wanted) -> None:
        self.wanted = wanted
        self._woken = asyncio.Event()
        # There may be something already.
        self._woken.set()

    @property
    def is_woken(self) -> bool:
        return self._woken.is_set()

    def wake(self) -> None:
        self._woken.set()

    async def next(self) -> None:
        """Wait until there is something. INVARIANT: it is looked for after this, or a second waking would be lost."""
        await self._woken.wait()
        self._woken.clear()


class Line:
    """The line as this process sees it. `dsn` is the role that carries out commands."""

    def __init__(self, dsn: str, pool: ReadPool, *, every: float = EVERY) -> None:
        self._dsn = dsn
        self._pool = pool
        self._every = every
        self._followers: dict[tuple[By, str], set[Follower]] = {}
        self._is_over = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self.head = 0
        """The last place in the line. Who follows and is not woken has nothing before it."""

    async def start(self) -> None:
        """Look once, so that `head` is known, and then again and again."""
        connection = await self._connect()
        await self._look(connection)
        self._task = asyncio.create_task(self._run(connection), name="line")

    async def stop(self) -> None:
        self._is_over.set()
        if self._task is not None:
            await self._task

    @contextmanager
    def followed(self, wanted: Wanted) -> Generator[Follower]:
        """Follow the line for as long as the context lasts."""
        follower, key = Follower(wanted), (wanted.by, wanted.value)
        self._followers.setdefault(key, set()).add(follower)
        try:
            yield follower
        finally:
            self._followers[key].discard(follower)
            if not self._followers[key]:
                del self._followers[key]

    async def after(self, wanted: Wanted, position: int, most: int) -> Stretch:
        """The next events that are wanted, so many at most."""
        sql = _AFTER.format(by=wanted.by.value, type="uuid" if wanted.by is By.CASE else "text")
        row: Any = await self._pool.fetchrow(sql, [wanted.value, position, wanted.topic, most])
        events = [
            Placed(position=at, id=id_, consent_id=consent)
            for at, id_, consent in zip(row["positions"], row["ids"], row["consents"], strict=True)
        ]
        return Stretch(events=events, through=events[-1].position if len(events) == most else row["head"])

    async def place_of(self, event: UUID) -> int | None:
        """Where an event stands, if it is still kept."""
        row: Any = await self._pool.fetchrow(_PLACE, [event])
        return row["position"] if row is not None else None

    async def _run(self, connection: asyncpg.Connection | None) -> None:
        pause = self._every
        while not self._is_over.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(self._is_over.wait(), pause)
            try:
                connection = connection or await self._connect()
                await self._look(connection)
                pause = self._every
            except Exception as error:  # noqa: BLE001  whatever it is, what waits must not be lost
                logger.warning("the line is not followed error=%s", type(error).__name__)
                if connection is not None:
                    connection.terminate()
                connection, pause = None, min(2 * pause, _LONGEST_PAUSE)
        if connection is not None:
            with suppress(*FAILURES):
                await connection.close(timeout=_SECONDS)

    async def _look(self, connection: asyncpg.Connection) -> None:
        """Put in line what is waiting, and wake those who want something of what is new."""
        head = await self._put_in_line(connection)
        while self.head < head:
            last = min(head, self.head + _AT_ONCE) if self._followers else head
            new = await connection.fetch(_NEW, self.head, last) if self._followers else []
            # INVARIANT: nothing is waited for between these two. Who is not woken by now has nothing before `head`.
            self._wake(new)
            self.head = last
            if self.head == head:
                head = await self._put_in_line(connection)

    async def _put_in_line(self, connection: asyncpg.Connection) -> int:
        """Some of what is waiting. Returns the last place that is taken."""
        row: Any = await connection.fetchrow(_PUT_IN_LINE, _AT_ONCE)
        return row["head"]

    def _wake(self, new: Sequence[asyncpg.Record]) -> None:
        for event in new:
            for by in By:
                for follower in self._followers.get((by, str(event[by])), ()):
                    if follower.wanted.topic in (None, event["topic"]):
                        follower.wake()

    async def _connect(self) -> asyncpg.Connection:
        return await asyncpg.connect(
            self._dsn,
            timeout=_SECONDS,  # pyright: ignore[reportArgumentType] -- declared int, taken as float
            command_timeout=_SECONDS,
            server_settings={
                "application_name": "bofast line",
                # A place that was seen must never be given to another event.
                "synchronous_commit": "on",
                "search_path": "",
            },
        )


_AFTER: Final = """
    SELECT
        coalesce(array_agg(found.position ORDER BY found.position), '{{}}') AS positions,
        coalesce(array_agg(found.id ORDER BY found.position), '{{}}') AS ids,
        coalesce(array_agg(found.consent_id ORDER BY found.position), '{{}}') AS consents,
        (SELECT coalesce(max(last.position), 0) FROM hub.event AS last) AS head
    FROM (
        SELECT event.position, event.id, event.consent_id FROM hub.event AS event
        WHERE event.{by} = $1::{type} AND event.position > $2 AND ($3::text IS NULL OR event.topic = $3)
        ORDER BY event.position LIMIT $4
    ) AS found
"""
_PLACE: Final = "SELECT event.position FROM hub.event AS event WHERE event.id = $1"
