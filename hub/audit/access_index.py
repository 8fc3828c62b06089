"""The index of subjects: `audit.access_ground` and `audit.access_entry`, derived from the events afterwards, behind
each stream's own cursor. It is read through the view `audit.access_subject`.

Within a stream numbers follow commits (one connection, or a row lock held to the commit), so what is visible of it is
always everything up to some number: a cursor per stream cannot step over an event that commits late.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from typing import Any

import asyncpg

from hub.audit import index_statements as sql
from hub.audit.stream import name_of
from hub.errors import Unavailable

log = logging.getLogger(__name__)

_EVENTS_AT_ONCE = 200


class AccessIndex:
    """Follow the record from a connection of its own, in the background and before the access log is read."""

    def __init__(
        self, dsn: str, *, interval: float = 5.0, upkeep_interval: float = 3600.0, timeout: float = 10.0
    ) -> None:
        self._dsn = dsn
        self._interval = interval
        self._upkeep_interval = upkeep_interval
        self._timeout = timeout
        self._connection: Any = None
        self._turn = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Catch up and keep up. Raises `Unavailable` where the database does not answer."""
        await self._keep_up()
        await self.catch_up()
        self._task = asyncio.create_task(self._run(), name="access index")

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
            self._task = None
        async with self._turn:
            self._drop()

    async def catch_up(self) -> int:
        """Index every event that is committed now; return how many were new."""
        return await self._in_turn(_follow_all)

    async def upkeep(self) -> None:
        """Have the partitions of the coming months ready, and end the streams that nobody writes to any more."""
        await self._in_turn(_upkeep)

    async def _in_turn(self, work: Any) -> Any:
        async with self._turn:
            try:
                return await work(await self._connected())
            except Exception as error:  # noqa: BLE001  whatever it is, the next turn is another one
                self._drop()
                raise Unavailable(detail=name_of(error)) from None
            except BaseException:
                # Cancelled half-way: nobody knows what state the connection is in.
                self._drop()
                raise

    async def _connected(self) -> Any:
        if self._connection is None or self._connection.is_closed():
            self._connection = await asyncpg.connect(
                self._dsn,
                timeout=self._timeout,  # pyright: ignore[reportArgumentType]  fractions of a second are fine
                command_timeout=self._timeout,
                server_settings=_SETTINGS,
            )
        return self._connection

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.terminate()
            self._connection = None

    async def _keep_up(self) -> None:
        """Upkeep that can wait: what it could not do now, for a lock that somebody held, it does next time."""
        try:
            await self.upkeep()
        except Unavailable as error:
            log.warning("access index: upkeep put off (%s)", error.detail)

    async def _run(self) -> None:
        clock = asyncio.get_running_loop().time
        next_upkeep = clock() + self._upkeep_interval
        while True:
            await asyncio.sleep(self._interval)
            try:
                await self.catch_up()
            except Unavailable as error:
                log.warning("access index: behind (%s)", error.detail)
            if clock() >= next_upkeep:
                await self._keep_up()
                next_upkeep = clock() + self._upkeep_interval


_SETTINGS = {
    "application_name": "bofast access index",
    "jit": "off",
    "lock_timeout": "5s",
    "search_path": "",
    "timezone": "UTC",
}


async def rebuild(connection: Any) -> int:
    """Derive the whole index anew, in one transaction. For the owner: the service's own role cannot delete rows."""
    async with connection.transaction():
        await connection.execute(sql.TAKE_TURN)
        await connection.execute(sql.FORGET)
        total = 0
        while indexed := await _follow(connection):
            total += indexed
        return total


async def _follow_all(connection: Any) -> int:
    total = 0
    while True:
        async with connection.transaction():
            await connection.execute(sql.TAKE_TURN_UNAWAITED)
            indexed = await _follow(connection)
        total += indexed
        if indexed < _EVENTS_AT_ONCE:
            return total


async def _follow(connection: Any) -> int:
    streams = await connection.fetch(sql.FOLLOW, _EVENTS_AT_ONCE)
    for stream in streams:
        if stream["done"] + stream["events"] != stream["last_seq"] and stream["done"]:
            log.error("access index: stream %d has a gap before %d", stream["writer_id"], stream["last_seq"])
    return sum(stream["events"] for stream in streams)


async def _upkeep(connection: Any) -> None:
    await connection.fetchval("SELECT audit.ensure_partitions()")
    async with connection.transaction():
        dead = [row["id"] for row in await connection.fetch(sql.FIND_DEAD)]
        if dead:
            # INVARIANT: closed first, which waits for commands under way; only then is the last number final.
            await connection.execute(sql.CLOSE_COUNTERS, dead)
            await connection.execute(sql.END_DEAD, dead)
