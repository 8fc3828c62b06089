"""One connection of the record and the numbered stream of events that it alone writes.

INVARIANT: a stream is never continued on another connection. What a lost connection may have committed is then of no
concern to the numbers: the next stream starts at one.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import asyncpg

from hub.audit import statements
from hub.audit.model import AccessEvent
from hub.audit.packing import Row
from hub.store.driver import FAILURES

# Errors of the value, by class of SQLSTATE: cardinality, data, integrity, features, limits of the program, raised by a
# trigger. Every other error says that the server is not well, and is no fault of one event.
_POISON = ("0A", "21", "22", "23", "54", "P0")
# Errors after which the connection is of no more use, although it may still be open.
_FATAL = ("08", "25", "57P", "58", "F0", "XX")
# Errors that leave it open whether the transaction was committed.
_UNCERTAIN = ("08", "57P")


@dataclass(slots=True, kw_only=True, eq=False)
class Item:
    """Something to write and the request that waits for it, if any. A refused token has refusals but no event."""

    event: AccessEvent | None = None
    row: Row | None = field(default=None, repr=False)
    security: str | None = field(default=None, repr=False)
    done: asyncio.Future[None] | None = None


class Stream:
    """Write groups of events, each in one transaction, numbered without a gap."""

    def __init__(self, connection: Any, *, writer_id: int, command_writer_id: int, seconds: float) -> None:
        self._connection = connection
        self._seconds = seconds
        self._events: Any = None
        self._events_and_security: Any = None
        self._security: Any = None
        self._writer_id = writer_id
        self.command_writer_id = command_writer_id
        self.last_seq = 0

    @classmethod
    async def open(cls, dsn: str, *, software: str, seconds: float, on_lost: Callable[[], None]) -> Stream:
        """Connect, register, prepare. All within so many seconds."""
        async with asyncio.timeout(seconds):
            connection: Any = await asyncpg.connect(
                dsn,
                timeout=seconds,  # pyright: ignore[reportArgumentType]  fractions of a second are fine
                server_settings=_settings(seconds),
            )
            try:
                stream = await cls._register(connection, software, seconds)
            except BaseException:
                connection.terminate()
                raise
        connection.add_termination_listener(lambda _: on_lost())
        return stream

    @classmethod
    async def _register(cls, connection: Any, software: str, seconds: float) -> Stream:
        opened = {row["kind"]: row["id"] for row in await connection.fetch(statements.OPEN_STREAMS, software)}
        stream = cls(connection, writer_id=opened["READ"], command_writer_id=opened["COMMAND"], seconds=seconds)
        stream._events = await connection.prepare(statements.INSERT_EVENT)
        stream._events_and_security = await connection.prepare(statements.INSERT_EVENT_AND_SECURITY)
        stream._security = await connection.prepare(statements.INSERT_SECURITY)
        # Last, because preparing leaves a transaction open until the next statement, with locks on the tables.
        # A pooler between may have dropped the setting, and a record that is not on disk is no record.
        if await connection.fetchval("SHOW synchronous_commit") in {"off", "local"}:
            raise OSError("synchronous_commit is not on")
        return stream

    @property
    def is_closed(self) -> bool:
        return self._connection.is_closed()

    async def insert(self, items: Sequence[Item]) -> None:
        """Write all or nothing, and return after the commit. Either events or refusals without one, never both.

        One `executemany` is one transaction and one round trip, and for a single event it costs what `fetch` does.
        """
        if items[0].row is None:
            await self._security.executemany([(item.security,) for item in items], timeout=self._seconds)
            return
        if any(item.security for item in items):
            rows = [(*row, item.security or "[]") for row, item in zip(self._numbered(items), items, strict=True)]
            await self._events_and_security.executemany(rows, timeout=self._seconds)
        else:
            await self._events.executemany(self._numbered(items), timeout=self._seconds)
        # INVARIANT: counted only after the commit, so that a rolled back group leaves no gap.
        self.last_seq += len(items)

    def _numbered(self, items: Sequence[Item]) -> list[Row]:
        return [(self._writer_id, seq, *(item.row or ())) for seq, item in enumerate(items, start=self.last_seq + 1)]

    def abandon(self) -> None:
        """Drop the connection. Whoever follows the streams later finds out how far this one came."""
        self._connection.terminate()

    async def close(self) -> None:
        """Say what the last number was, and go."""
        try:
            await self._connection.execute(statements.END_STREAM, self._writer_id, self.last_seq, timeout=self._seconds)
            await self._connection.close(timeout=self._seconds)
        except FAILURES:
            self.abandon()


def _settings(seconds: float) -> dict[str, str]:
    milliseconds = str(int(seconds * 1000))
    return {
        "application_name": "bofast record",
        "jit": "off",
        "lock_timeout": milliseconds,
        "plan_cache_mode": "force_generic_plan",
        "search_path": "",
        "statement_timeout": milliseconds,
        "synchronous_commit": "on",
        "timezone": "UTC",
    }


def is_poison(error: Exception) -> bool:
    """Whether one event of the group is at fault, so that the others can be written without it."""
    if isinstance(error, asyncpg.PostgresError):
        return _class_is(error, _POISON)
    return isinstance(error, (ValueError, TypeError, OverflowError))


def is_fatal(error: Exception) -> bool:
    """Whether the connection must be replaced."""
    if isinstance(error, asyncpg.PostgresError):
        return _class_is(error, _FATAL)
    return not is_poison(error)


def is_uncertain(error: Exception) -> bool:
    """Whether the transaction may have been committed all the same."""
    return _class_is(error, _UNCERTAIN) if isinstance(error, asyncpg.PostgresError) else not is_poison(error)


def _class_is(error: asyncpg.PostgresError, classes: tuple[str, ...]) -> bool:
    return str(getattr(error, "sqlstate", None) or "08").startswith(classes)


def name_of(error: Exception) -> str:
    """The kind of an error, without its text: that may quote values."""
    return str(getattr(error, "sqlstate", None) or type(error).__name__)
