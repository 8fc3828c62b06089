"""The queue: what is settled is out of it, in one transaction with what it came to; the rest has its turn later."""

from __future__ import annotations

import logging
from collections.abc import Collection
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from hub.routing.changes import Changes
from hub.store.driver import driver_of, fetch
from hub.store.tables import Routed

logger = logging.getLogger("bofast.routing")


async def settle(session: AsyncSession, changes: Changes) -> set[UUID]:
    """Write what is to be written. Returns the rows that are out of the queue with it."""
    settled = changes.ids(Routed)
    await changes.write(session)
    driver = await driver_of(session)
    # What is looked at when all is written is looked at now, where one row can be told from another.
    await driver.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
    await driver.execute(_DONE, sorted(settled))
    return settled


async def postpone(session: AsyncSession, rows: Collection[UUID]) -> None:
    """What cannot be filed now is tried again, less and less often, and never given up."""
    if rows:
        logger.warning("rows that cannot be filed yet: %d", len(rows))
        await fetch(session, _LESS_OFTEN, sorted(rows))


async def put_back(session: AsyncSession, rows: Collection[UUID]) -> None:
    """Somebody else is at it with the same person."""
    if rows:
        await fetch(session, _SOON, sorted(rows))


_DONE = "DELETE FROM hub.unrouted WHERE row_id = ANY ($1::uuid[])"
_SOON = """
    UPDATE hub.unrouted SET due_at = clock_timestamp() + interval '1 second' WHERE row_id = ANY ($1::uuid[])
"""
_LESS_OFTEN = """
    UPDATE hub.unrouted
    SET attempts = attempts + 1,
        due_at = clock_timestamp() + least(interval '1 minute' * power(2, least(attempts, 6)), interval '1 hour')
    WHERE row_id = ANY ($1::uuid[])
"""
