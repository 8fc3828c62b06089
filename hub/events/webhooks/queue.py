"""What may have to be told, line by line: put there in the order of events, taken by whose turn it is, settled.

A line is a case, or a consent. INVARIANT: of a line, only what stands first is ever taken, also while it waits to be
tried again. So what happened to a case is told in its order, and whatever is stuck holds up its own line alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

from hub.events.webhooks import statements as sql
from hub.store.session import Sessions

STRETCH: Final = 1_000
"""Places of the line of events that are looked at in one go."""
LEASE: Final = 60.0
"""Seconds that a delivery is in somebody's hand. Should he die, it is somebody else's turn then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """A webhook as it stands: who asks, what for, and where it is called."""

    id: UUID
    consumer: str
    supplier: str | None
    scopes: frozenset[str]
    issuer: str
    purpose: str
    url: str = field(repr=False)
    secrets: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """An event in somebody's hand. `about` is what happened to: a case, or a consent. `seen` is what was told last."""

    endpoint: Endpoint
    event_id: UUID
    kind: str
    about: UUID
    occurred_at: datetime
    attempts: int
    lease: UUID
    seen: str | None = field(repr=False)


class Queue:
    """The queue in the database, by the database's clock. `clock` gives another time instead."""

    def __init__(
        self, sessions: Sessions, *, lease: float = LEASE, clock: Callable[[], datetime | None] = lambda: None
    ) -> None:
        self._sessions = sessions
        self._clock = clock
        self.lease = lease
        """Seconds that a delivery is in somebody's hand."""

    async def spread(self) -> bool:
        """Put in the queue what is new in the line of events. Returns whether there may be more."""
        return bool(await self._execute(sql.SPREAD, stretch=STRETCH))

    async def due(self) -> Sequence[UUID]:
        """The webhooks that have something due."""
        return [row.id for row in await self._execute(sql.DUE)]

    async def claim(self, webhook: UUID, most: int) -> Sequence[Delivery]:
        """So many of those that are due and stand first in their line, for as long as a lease."""
        lease = uuid4()
        rows = await self._execute(sql.CLAIM, webhook=webhook, most=most, lease=lease, seconds=self.lease)
        return [_delivery(row, lease) for row in rows]

    async def told(self, delivery: Delivery, seen: str) -> None:
        """It arrived. What was seen is kept, so that the same is not told again."""
        await self._settle(sql.TOLD, delivery, about=delivery.about, kind=delivery.kind, seen=seen)

    async def dropped(self, delivery: Delivery) -> None:
        """There is nothing to tell."""
        await self._settle(sql.DROPPED, delivery)

    async def postponed(self, delivery: Delivery, seconds: float, *, failed: bool) -> None:
        """To be tried again after so many seconds. `failed`: it was the other side, and counts as an attempt."""
        await self._settle(sql.POSTPONED, delivery, seconds=seconds, failed=int(failed))

    async def died(self, delivery: Delivery, said: str) -> None:
        """It was tried often enough. Whoever stands next in its line has its turn."""
        await self._settle(sql.DIED, delivery, said=said)

    async def gone(self, delivery: Delivery) -> None:
        """Nobody is there any more: the webhook has ended, and with it whatever was on its way there."""
        async with self._sessions() as session, session.begin():
            await end(session, delivery.endpoint.id, "GONE", self._clock())

    async def _settle(self, statement: sa.TextClause, delivery: Delivery, **values: object) -> None:
        """Where the lease has run out and somebody else took it, nothing is settled: that one will."""
        await self._execute(
            statement, webhook=delivery.endpoint.id, event=delivery.event_id, lease=delivery.lease, **values
        )

    async def _execute(self, statement: sa.TextClause, **values: object) -> Sequence[Any]:
        given = {"now": self._clock(), **values}
        given = {name: value for name, value in given.items() if f":{name}" in statement.text}
        async with self._sessions() as session, session.begin():
            found = await (await session.connection()).execute(statement, given)
            return found.all() if found.returns_rows else ()


async def end(session: AsyncSession, webhook: UUID, reason: str, now: datetime | None = None) -> None:
    """The webhook ends, where it has not, and what is on its way there is dropped.

    INVARIANT: it ends first, in a statement of its own. Whoever was putting something in the queue for it has done so
    by then, and nobody does any more.
    """
    connection = await session.connection()
    await connection.execute(sql.END, {"webhook": webhook, "reason": reason, "now": now})
    await connection.execute(sql.EMPTY, {"webhook": webhook})


def _delivery(row: Any, lease: UUID) -> Delivery:
    endpoint = Endpoint(
        id=row.id,
        consumer=row.consumer,
        supplier=row.supplier,
        scopes=frozenset(row.scopes),
        issuer=row.issuer,
        purpose=row.purpose,
        url=row.url,
        secrets=(row.secret, *([row.old_secret] if row.old_secret else [])),
    )
    return Delivery(
        endpoint=endpoint,
        event_id=row.event_id,
        kind=row.kind,
        about=row.line,
        occurred_at=row.occurred_at,
        attempts=row.attempts,
        lease=lease,
        seen=row.seen,
    )
