"""The driver under SQLAlchemy, and what it raises when the database cannot be asked, whatever the reason."""

from __future__ import annotations

from typing import Any, Final

import asyncpg
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

FAILURES: Final = (
    OSError,
    TimeoutError,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    # Where a connection is ended while a statement is on its way, the driver speaks of a fault of its own. It is no
    # kind of the two above.
    asyncpg.InternalClientError,
)
Held = AsyncSession | asyncpg.Connection
"""What a transaction is held by: a session, or the driver itself."""


class Row(asyncpg.Record):
    """A row whose columns are attributes too."""

    def __getattr__(self, name: str) -> Any:
        try:
            return self[name]
        except KeyError:
            raise AttributeError(name) from None


_KNOWN: Final = "driver"
_BEGIN: Final = sa.text("SELECT 1")


async def driver_of(session: Held) -> Any:
    """The connection of a session, in its transaction."""
    if not isinstance(session, AsyncSession):
        return session
    if session.new or session.dirty or session.deleted:
        await session.flush()
    # Each layer between is a switch to another stack and back: they are gone through once a transaction. A nested one
    # is begun on the way.
    known = session.info.get(_KNOWN)
    if known is not None and known[0] == _transactions(session) and known[1].is_in_transaction():
        return known[1]
    connection = await session.connection()
    driver: Any = (await connection.get_raw_connection()).driver_connection
    if not driver.is_in_transaction():
        # SQLAlchemy begins at the first statement: without one there would be no transaction to take part in.
        await connection.execute(_BEGIN)
    session.info[_KNOWN] = _transactions(session), driver
    return driver


def _transactions(session: AsyncSession) -> tuple[object, object]:
    own = session.sync_session
    return own.get_transaction(), own.get_nested_transaction()


async def fetch(session: Held, sql: str, *args: object) -> list[Any]:
    """The rows of a statement that stays prepared on its connection."""
    return await (await driver_of(session)).fetch(sql, *args, record_class=Row)
