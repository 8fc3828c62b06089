"""The events of one subscription, one after the other: each is decided and on record before it is handed over."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Final, NoReturn
from uuid import UUID

from hub.audit.model import AccessEvent
from hub.edge.live.caller import Caller
from hub.edge.seams import Answer, Records, Rooms, Stands, Wish
from hub.errors import BadInput
from hub.events import By, Line, Placed, Wanted
from hub.identity.model import Requester
from hub.operation.request import GraphQLRequest
from hub.text import Text

_TOGETHER: Final = 4
"""How many subscriptions of a process look at once. One event can concern hundreds, and those who ask have the right of
way: there are only so many connections to the database.
"""
_AT_ONCE: Final = 50
"""How many events are looked up at a time. They are decided and sent one by one."""


class EventUnknown(BadInput):
    """The event in `after` is not kept here, or no longer. Read what you follow anew, and subscribe without it."""

    code = "EVENT_UNKNOWN"
    said = Text(
        nb="Det er for lenge siden sist. Hent det du følger med på, på nytt.",
        en="It was too long ago. Fetch what you follow anew.",
    )


class Undelivered(Exception):
    """What was handed over did not arrive, and nothing more can."""


@dataclass(frozen=True, slots=True)
class Told:
    """An event that may leave: its id, and its answer as JSON."""

    event: UUID
    body: bytes


HandOver = Callable[[Told], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Teller:
    """What telling takes. `undelivered` notes that an answer on record did not arrive."""

    line: Line
    rules: Stands
    record: Records
    undelivered: Callable[[str, AccessEvent], None]
    turns: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(_TOGETHER))

    async def wanted(
        self, caller: Caller, request: GraphQLRequest, *, here: int, after: UUID | None = None
    ) -> tuple[Wanted, int]:
        """What a subscription follows, and from which place on: `here`, where none is stated. `after` goes before what
        the document says. Raises `BofastError`.
        """
        requester = await caller.recognised()

        async def ask(rooms: Rooms) -> Wish:
            return await rooms.desk.wish(caller.inquiry(requester, rooms), request)

        wish = await self.rules.answer(ask)
        after = after or wish.after
        place = here if after is None else await self._place(after)
        return Wanted(by=By(wish.by), value=wish.value, topic=wish.topic), place

    async def tell(
        self, caller: Caller, request: GraphQLRequest, wanted: Wanted, place: int, hand_over: HandOver
    ) -> NoReturn:
        """All that comes after the place. Ends by what is raised: `BofastError`, or whatever handing over raises."""
        with self.line.followed(wanted) as follower:
            while True:
                await follower.next()
                is_more = True
                while is_more:
                    async with self.turns:
                        stretch = await self.line.after(wanted, place, _AT_ONCE)
                    for event in stretch.events:
                        await self._tell(caller, request, event, hand_over)
                    place, is_more = stretch.through, len(stretch.events) == _AT_ONCE

    async def _tell(self, caller: Caller, request: GraphQLRequest, event: Placed, hand_over: HandOver) -> None:
        """INVARIANT: who asks and what for are settled now, and nothing of before counts."""
        async with self.turns:
            requester = await caller.recognised()
            answer = await self._decided(caller, requester, request, event)
        if not answer.is_told:
            return
        await self.record.write(answer.event, answer.security)
        is_delivered = False
        try:
            await hand_over(Told(event.id, answer.body))
            is_delivered = True
        finally:
            # Also where the task is cancelled.
            if not is_delivered:
                self.undelivered(answer.event.inquiry.request_id, answer.event)

    async def _decided(self, caller: Caller, requester: Requester, request: GraphQLRequest, event: Placed) -> Answer:
        async def ask(rooms: Rooms) -> Answer:
            return await rooms.desk.tell(caller.inquiry(requester, rooms), request, event.id)

        return await self.rules.answer(ask)

    async def _place(self, after: UUID) -> int:
        place = await self.line.place_of(after)
        if place is None:
            raise EventUnknown(field="after")
        return place
