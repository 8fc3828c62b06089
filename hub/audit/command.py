"""The record of a command: part of the command's own transaction, so that neither is ever there without the other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import asyncpg
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from hub.audit import statements
from hub.audit.model import AccessEvent, SecurityEvent
from hub.audit.packing import pack_event
from hub.audit.refusals import digest_refusals, pack_refusals_of
from hub.audit.stream import name_of
from hub.errors import RecordUnavailable
from hub.store.driver import FAILURES


async def insert_command(
    connection: AsyncSession | asyncpg.Connection,
    writer_id: int,
    event: AccessEvent,
    security: Sequence[SecurityEvent],
) -> None:
    """Write the event with the next number of the stream. If this raises, the command must be rolled back."""
    driver = await _driver(connection) if isinstance(connection, AsyncSession) else connection
    if not driver.is_in_transaction():
        raise RecordUnavailable(detail="a command's event is written in its transaction")
    try:
        row = pack_event(event, digest_refusals(security))
        denials = pack_refusals_of(event, security)
        written = await driver.fetchrow(statements.INSERT_COMMAND, writer_id, *row, denials)
    except (*FAILURES, ArithmeticError, TypeError, ValueError) as error:
        raise RecordUnavailable(detail=name_of(error)) from None
    if written is None:
        raise RecordUnavailable(detail="the stream of commands was closed")


async def _driver(session: AsyncSession) -> Any:
    await session.flush()
    connection = await session.connection()
    # SQLAlchemy begins at the first statement: without one there would be no transaction to take part in.
    await connection.execute(sa.text("SELECT 1"))
    return (await connection.get_raw_connection()).driver_connection
