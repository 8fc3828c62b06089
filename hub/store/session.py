"""Sessions for commands. One command, one transaction, which the edge commits."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.ext.asyncio import AsyncEngine, async_sessionmaker, create_async_engine
from sqlmodel.ext.asyncio.session import AsyncSession

_SECONDS_TO_CONNECT = 5
_STATEMENT_TIMEOUT = "30s"


def driver_url(dsn: str) -> sa.URL:
    """The DSN for SQLAlchemy on asyncpg."""
    return sa.make_url(dsn).set(drivername="postgresql+asyncpg")


class Sessions:
    """The commands' connections to one database, under a name that it shows. Close it when the service stops."""

    def __init__(self, dsn: str, *, size: int = 5, name: str = "bofast commands") -> None:
        self._engine: AsyncEngine = create_async_engine(
            driver_url(dsn),
            pool_size=size,
            max_overflow=0,
            pool_timeout=_SECONDS_TO_CONNECT,
            hide_parameters=True,
            connect_args={
                "timeout": _SECONDS_TO_CONNECT,
                "server_settings": {
                    "application_name": name,
                    # A command is acknowledged when it is durable, whatever the server's default is.
                    "synchronous_commit": "on",
                    "statement_timeout": _STATEMENT_TIMEOUT,
                    # What is prepared finds rows by index: to plan each execution anew costs more than it saves.
                    "plan_cache_mode": "force_generic_plan",
                    "jit": "off",
                    "timezone": "UTC",
                    "search_path": "",
                },
            },
        )
        event.listen(self._engine.sync_engine, "checkout", _expect_open)
        self._make = async_sessionmaker(self._engine, class_=AsyncSession, expire_on_commit=False)

    def __call__(self) -> AsyncSession:
        """A session, to be used as `async with sessions() as session, session.begin(): ...`."""
        return self._make()

    @asynccontextmanager
    async def begun(self) -> AsyncGenerator[asyncpg.Connection]:
        """The driver itself, in a transaction that is committed at the end: for a command whose every statement is
        written out. A session around one takes several times what the statements take.
        """
        async with self._engine.connect() as connection:
            pooled = await connection.get_raw_connection()
            driver: Any = pooled.driver_connection
            try:
                async with driver.transaction():
                    yield driver
            except BaseException as error:
                # Cut short: an answer may still be on its way, and would meet the next command.
                if not isinstance(error, Exception) or driver.is_closed() or driver.is_in_transaction():
                    pooled.invalidate()
                raise

    async def close(self) -> None:
        """Close all connections."""
        await self._engine.dispose()


def _expect_open(connection: Any, _record: object, _proxy: object) -> None:
    """Have another connection made where this one is gone, and let the others go that were opened before.

    The driver knows as soon as the server has closed it. SQLAlchemy's own test is three more round trips a command
    (BEGIN, a statement, ROLLBACK), and a connection can be lost right after it just as well.
    """
    if connection.driver_connection.is_closed():
        raise InvalidatePoolError
