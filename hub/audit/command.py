"""The record of a command: part of the command's own transaction, so that neither is ever there without the other."""

from __future__ import annotations

from collections.abc import Sequence

import asyncpg
from sqlalchemy.ext.asyncio import AsyncSession

from hub.audit import statements
from hub.audit.model import AccessEvent, SecurityEvent
from hub.audit.packing import pack_event
from hub.audit.refusals import digest_refusals, pack_refusals_of
from hub.audit.stream import name_of
from hub.errors import RecordUnavailable
from hub.store.driver import FAILURES, driver_of


async def insert_command(
    connection: AsyncSession | asyncpg.Connection,
    writer_id: int,
    event: AccessEvent,
    security: Sequence[SecurityEvent],
) -> None:
    """Write the event with the next number of the stream. If this raises, the command must be rolled back."""
    driver = await driver_of(connection) if isinstance(connection, AsyncSession) else connection
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
