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


async def driver_of(session: AsyncSession) -> Any:
    """The connection of a session, in its transaction."""
    await session.flush()
    connection = await session.connection()
    driver: Any = (await connection.get_raw_connection()).driver_connection
    if not driver.is_in_transaction():
        # SQLAlchemy begins at the first statement: without one there would be no transaction to take part in.
        await connection.execute(sa.text("SELECT 1"))
    return driver
