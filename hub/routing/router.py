"""One batch of what was accepted on its way to the cases, in one transaction: all of it there, and out of the queue, or
none.

Several processes can be at it: a row is in one hand at a time, a person and her cases too. Nobody is waited for; what
somebody else has in hand has its turn a little later.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

from hub.commands.locks import try_persons
from hub.commands.outages import is_passing
from hub.routing import amending, arrivals, files, persons
from hub.routing.arrivals import Arrival
from hub.routing.changes import Changes
from hub.routing.filing import NoUnit, file_in
from hub.routing.queue import postpone, put_back, settle
from hub.routing.routines import Office, offices
from hub.routing.work import About, Work
from hub.store.ids import new_id
from hub.store.tables import Routed

logger = logging.getLogger("bofast.routing")

BATCH: Final = 200
"""How many at a time: a transaction stays short, and a person is locked for no longer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Queued:
    """A row in the queue."""

    id: UUID
    kind: str


class Router:
    """Takes rows out of the queue. A job, to be done over and over."""

    name = "routing"

    def __init__(self, batch: int = BATCH) -> None:
        self.batch = batch

    async def run(self, session: AsyncSession) -> int:
        """One batch, in the session's transaction. Returns how many were taken in hand."""
        connection = await session.connection()
        found = (await connection.execute(_CLAIM, {"batch": self.batch})).all()
        queued = [Queued(id=row.row_id, kind=row.kind) for row in found]
        if queued and not await self._is_filed(session, queued, found[0].at):
            # One of them cannot be filed, whatever it is. The others must not wait for it.
            await postpone(session, [one.id for one in queued if not await self._is_filed(session, [one], found[0].at)])
        return len(queued)

    async def _is_filed(self, session: AsyncSession, queued: Sequence[Queued], at: datetime) -> bool:
        """All of them or none, short of the end of the transaction."""
        try:
            async with session.begin_nested():
                await Batch(session, [one for one in queued if one.kind != amending.KIND], at).file()
                # After the rows themselves: what was done to one follows it into its case.
                await amending.amend(session, {one.id for one in queued if one.kind == amending.KIND}, at)
        except Exception as error:
            if is_passing(error):
                raise
            logger.warning("not filed rows=%d error=%s", len(queued), type(error).__name__)
            return False
        return True


class Batch:
    """Rows that are worked through together, in the order in which they were received."""

    def __init__(self, session: AsyncSession, queued: Sequence[Queued], at: datetime) -> None:
        self._session = session
        self._queued = queued
        self._at = at
        self._changes = Changes()
        self._offices: dict[tuple[str, date], Office] = {}
        self._persons: dict[str, UUID] = {}

    async def file(self) -> None:
        """What has a ground, an office, a unit and its turn becomes a signal; the rest waits, or is over."""
        rows = {one.id: one.kind for one in self._queued}
        if not rows:
            return
        await self._look_up(await arrivals.read(self._session, rows))
        turn = await try_persons(self._session, frozenset(self._persons.values()))
        turn = await files.locked(self._session, turn)
        # Read again: what happened while others had their turn decides, a consent that was withdrawn among it.
        arrived = await arrivals.read(self._session, rows)
        self._drop_groundless({one.id for one in arrived})
        placeable = [one for one in arrived if (one.municipality, one.day) in self._offices]
        ready = [one for one in placeable if self._persons.get(one.national_id) in turn]
        stuck = {one.id for one in arrived} - {one.id for one in placeable} | await self._file_all(ready)
        settled = await settle(self._session, self._changes)
        await postpone(self._session, stuck)
        await put_back(self._session, rows.keys() - settled - stuck)

    async def _look_up(self, arrived: Sequence[Arrival]) -> None:
        self._offices = await offices(self._session, {(one.municipality, one.day) for one in arrived})
        parties = {
            one.national_id: office.party
            for one in arrived
            if (office := self._offices.get((one.municipality, one.day))) is not None
        }
        self._persons = await persons.known(self._session, parties)

    def _drop_groundless(self, grounded: Collection[UUID]) -> None:
        for one in self._queued:
            if one.id not in grounded:
                self._changes.add(Routed, id=one.id, kind=one.kind, outcome="NO_GROUND")

    async def _file_all(self, ready: Sequence[Arrival]) -> set[UUID]:
        """Each in its turn. Returns the rows for which there is no unit yet."""
        concerned = {self._persons[one.national_id] for one in ready}
        strict = await persons.strict(self._session, concerned)
        with_leases = any(one.kind != arrivals.DEFAULT for one in ready)
        of_person = await files.files_of(self._session, concerned, with_leases=with_leases)
        stuck: set[UUID] = set()
        for one in ready:
            person = self._persons[one.national_id]
            about = About(person=person, is_strict=person in strict, files=of_person.setdefault(person, []))
            office = self._offices[one.municipality, one.day]
            work = Work(arrival=one, about=about, office=office, changes=self._changes, signal=new_id(), at=self._at)
            try:
                file_in(work)
            except NoUnit:
                stuck.add(one.id)
        return stuck


# Not those that another process has in hand.
_CLAIM = sa.text("""
    SELECT row_id, kind, clock_timestamp() AS at FROM hub.unrouted
    WHERE due_at <= now() ORDER BY turn, row_id LIMIT :batch FOR UPDATE SKIP LOCKED
""")
