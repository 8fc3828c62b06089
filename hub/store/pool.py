"""The read path's own pool: connections that keep their prepared statements, and no round trip but the query's.

asyncpg's pool resets a connection on each release, which costs as much as a small query. Nothing here changes the state
of a connection, so there is nothing to reset.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import asyncpg

from hub.errors import Internal, Overloaded, SourceFailed, SourceTimeout
from hub.store.prepared import Prepared

# The connection is gone or no longer fit for use, or the server is on its way out or in.
_GONE = (
    OSError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.PostgresConnectionError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.CannotConnectNowError,
    asyncpg.TooManyConnectionsError,
    # The tables changed under a prepared statement: not broken, but quickest to begin anew.
    asyncpg.InvalidCachedStatementError,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How many at once, and for how long. Times in seconds."""

    size: int = 8
    waiting: int = 200
    acquire: float = 2.0
    statement: float = 5.0
    connect: float = 5.0
    # Of the prepared statements that a connection keeps, together.
    characters: int = 2_000_000


class NotGranted(Internal):
    """An unexpected error happened. It has been noted under the request id."""


class ReadPool:
    """Read-only connections of one role to one database."""

    def __init__(self, dsn: str, limits: Limits | None = None) -> None:
        self._dsn = dsn
        self._limits = limits or Limits()
        # Last in, first out: the connection that was used last has its statements and buffers warm.
        self._idle: list[Prepared] = []
        self._slots = asyncio.Semaphore(self._limits.size)
        self._waiting = 0
        self._is_closed = False

    async def start(self) -> None:
        """Open a first connection, so that a wrong DSN shows at once."""
        self._idle.append(await self._connect())

    async def close(self) -> None:
        """Close all connections. Those in use close as they come back."""
        self._is_closed = True
        while self._idle:
            await self._idle.pop().connection.close(timeout=self._limits.connect)

    async def fetchrow(self, sql: str, args: Sequence[Any] = ()) -> asyncpg.Record | None:
        """The first row. What goes wrong comes out as one of our errors, without a word of the statement or a value."""
        await self._enter()
        try:
            return await self._fetchrow(sql, args)
        except (TimeoutError, asyncpg.QueryCanceledError):
            raise SourceTimeout from None
        except ValueError:
            # asyncpg's own: a value that its parameter cannot hold.
            raise Internal(detail="a value does not fit its parameter") from None
        except _GONE as failure:
            raise SourceFailed(detail=type(failure).__name__) from None
        except asyncpg.InsufficientPrivilegeError as failure:
            raise NotGranted(detail=failure.sqlstate) from None
        except asyncpg.PostgresError as failure:
            raise Internal(detail=str(getattr(failure, "sqlstate", None))) from None
        finally:
            self._slots.release()

    async def _fetchrow(self, sql: str, args: Sequence[Any]) -> asyncpg.Record | None:
        """A kept connection that turns out to be gone is replaced by a new one: reading again does no harm."""
        if self._idle:
            try:
                return await self._ask(self._idle.pop(), sql, args)
            except (TimeoutError, ValueError):
                raise
            except _GONE:
                # What broke this one (a restart of the server, say) has broken the others.
                self._drop_idle()
        return await self._ask(await self._connect(), sql, args)

    async def _ask(self, prepared: Prepared, sql: str, args: Sequence[Any]) -> asyncpg.Record | None:
        try:
            # The server's own limit comes first; this one is for a server that does not answer at all.
            row = await prepared.fetchrow(sql, args, timeout=self._limits.statement + 1)
        except (asyncpg.QueryCanceledError, ValueError):
            self._put_back(prepared)
            raise
        except _GONE:
            prepared.connection.terminate()
            raise
        except asyncpg.PostgresError:
            self._put_back(prepared)
            raise
        except BaseException:
            # Cancelled: an answer may still be on its way, and would meet the next question.
            prepared.connection.terminate()
            raise
        self._put_back(prepared)
        return row

    def _put_back(self, prepared: Prepared) -> None:
        if self._is_closed or prepared.connection.is_closed():
            prepared.connection.terminate()
        else:
            self._idle.append(prepared)

    def _drop_idle(self) -> None:
        while self._idle:
            self._idle.pop().connection.terminate()

    async def _enter(self) -> None:
        """Take a slot, or give up: a full house is told at once rather than late."""
        if self._is_closed:
            raise Overloaded(detail="the pool is closed")
        if not self._slots.locked():
            await self._slots.acquire()  # Does not wait.
            return
        if self._waiting >= self._limits.waiting:
            raise Overloaded
        self._waiting += 1
        try:
            async with asyncio.timeout(self._limits.acquire):
                await self._slots.acquire()
        except TimeoutError:
            raise Overloaded from None
        finally:
            self._waiting -= 1

    async def _connect(self) -> Prepared:
        connection = await asyncpg.connect(
            self._dsn,
            timeout=self._limits.connect,  # pyright: ignore[reportArgumentType] -- declared int, taken as float
            statement_cache_size=0,
            server_settings={
                "application_name": "bofast read",
                "default_transaction_read_only": "on",
                # With LIMIT $n PostgreSQL would otherwise plan each execution anew.
                "plan_cache_mode": "force_generic_plan",
                "statement_timeout": str(int(self._limits.statement * 1000)),
                "jit": "off",
                "search_path": "",
                "TimeZone": "UTC",
                "DateStyle": "ISO",
                "IntervalStyle": "iso_8601",
            },
        )
        return Prepared(connection, self._limits.characters)
