"""Who has become strictly protected has an open case that no ordinary unit may see any more. It is handed over to the
special unit at once, and not with the next signal, which may never come.
"""

from __future__ import annotations

import logging
from collections.abc import Collection
from typing import Final
from uuid import UUID

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

from hub.commands.locks import try_persons
from hub.commands.outages import is_passing
from hub.routing import cases, files, persons
from hub.routing.changes import Changes
from hub.routing.routines import offices
from hub.routing.work import Handling

logger = logging.getLogger("bofast.routing")

BATCH: Final = 100
"""How many persons at a time: a transaction stays short, and a person is locked for no longer."""


class Handovers:
    """Hands over what nobody may see where it is. A job, to be done over and over.

    A case whose municipality has no special unit waits, and so does one that somebody else has in hand. Each batch goes
    on after the last, so that those who wait hold up nobody.
    """

    name = "handovers"

    def __init__(self, batch: int = BATCH) -> None:
        self.batch = batch
        self._after: UUID | None = None

    async def run(self, session: AsyncSession) -> int:
        """One batch, in the session's transaction. Returns how many persons were looked at."""
        found = await persons.perhaps_strict(session, self._after, self.batch)
        if found and not await self._is_done(session, found):
            # One of them cannot be handed over, whatever it is. The others must not wait for it.
            for one in found:
                await self._is_done(session, [one])
        self._after = found[-1] if len(found) == self.batch else None
        return len(found)

    async def _is_done(self, session: AsyncSession, found: Collection[UUID]) -> bool:
        """All of them or none, short of the end of the transaction."""
        try:
            async with session.begin_nested():
                await _hand_over(session, found)
        except Exception as error:
            if is_passing(error):
                raise
            logger.warning("not handed over persons=%d error=%s", len(found), type(error).__name__)
            return False
        return True


async def _hand_over(session: AsyncSession, found: Collection[UUID]) -> None:
    turn = await files.locked(session, await try_persons(session, found))
    # Read after the locks: what happened while others had their turn decides, a protection that ended among it.
    of_person = await files.files_of(session, await persons.strict(session, turn))
    waiting = {file.id: file for some in of_person.values() for file in some if file.is_open and not file.is_secure}
    connection = await session.connection()
    moment = (await connection.execute(_NOW)).one()
    known = await offices(session, {(file.municipality, moment.day) for file in waiting.values()})
    changes = Changes()
    for file in waiting.values():
        office = known.get((file.municipality, moment.day))
        if office is not None and office.secure_unit is not None:
            cases.hand_over(Handling(office=office, changes=changes, at=moment.at, signal=None), file)
    await changes.write(session)


_NOW = sa.text("SELECT clock_timestamp() AS at, (clock_timestamp() AT TIME ZONE 'Europe/Oslo')::date AS day")
