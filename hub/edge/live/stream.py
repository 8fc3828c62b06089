"""Server-sent events: one subscription a request, as GraphQL over SSE has it in its mode of distinct connections.

    event: next          id: that of the event          data: its answer
    event: complete      when no more is to come

A comment now and then keeps what stands in between from closing. It comes by the clock, whatever happens.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any, Final, NoReturn
from uuid import UUID

import orjson

from hub.edge.asgi import Receive, Scope, Send
from hub.edge.body import read_request, receive_body
from hub.edge.head import Head
from hub.edge.live.caller import Caller
from hub.edge.live.rooms import Rooms
from hub.edge.live.telling import EventUnknown, Told, Undelivered
from hub.edge.media import STREAM, expect_json
from hub.edge.problems import answers_of
from hub.edge.visit import Visit
from hub.errors import BofastError, Internal
from hub.events import Wanted
from hub.operation.request import GraphQLRequest

logger = logging.getLogger("bofast.edge")
_COMPLETE: Final = b"event: complete\ndata:\n\n"
_PING: Final = b":\n\n"
_CALLER: Final = {name: name.encode() for name in ("authorization", "behandlingsnummer", "break-glass")}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Begun:
    """A subscription that may be told."""

    caller: Caller
    request: GraphQLRequest
    wanted: Wanted
    place: int


class _Over(Exception):
    """The stream is over without a word: the client is gone, or is to go on elsewhere."""


async def serve_stream(rooms: Rooms, scope: Scope, receive: Receive, send: Send) -> None:
    """One request, from its head to the end of its stream."""
    visit = rooms.visit(scope, receive, send, ("POST",))
    with ExitStack() as seat:
        begun = await rooms.threshold.answer(visit, lambda one: _begun(rooms, one, seat))
        if begun is not None:
            await _Stream(rooms, visit).run(begun)


async def _begun(rooms: Rooms, visit: Visit, seat: ExitStack) -> _Begun:
    limits, head = rooms.settings.limits, visit.head
    rooms.expect_admissible(visit)
    expect_json(head.get(b"content-type") or "")
    seat.enter_context(rooms.seats.connection())
    here = rooms.teller.line.head
    requester = visit.requester = await rooms.identity.requester(head.get(b"authorization"))
    seat.enter_context(rooms.seats.party(requester.party))
    body = await receive_body(visit.receive, maximum=limits.live_message_bytes, seconds=limits.body_seconds)
    visit.body_read = True
    request = read_request(body)
    visit.is_well_formed = True
    headers = {name: value for name, line in _CALLER.items() if (value := head.get(line)) is not None}
    caller = Caller(rooms.identity, headers, request_id=visit.request_id, requester=requester, now=rooms.now)
    wanted, place = await rooms.teller.wanted(caller, request, here=here, after=_last_event(head))
    return _Begun(caller=caller, request=request, wanted=wanted, place=place)


def _last_event(head: Head) -> UUID | None:
    stated = head.get(b"last-event-id")
    if stated is None:
        return None
    try:
        return UUID(stated.strip())
    except ValueError:
        raise EventUnknown(member="last-event-id") from None


class _Stream:
    """A stream that has begun. Of its tasks the first to end ends it."""

    def __init__(self, rooms: Rooms, visit: Visit) -> None:
        self._rooms = rooms
        self._limits = rooms.settings.limits
        self._visit = visit
        self._sending = asyncio.Lock()

    async def run(self, begun: _Begun) -> None:
        try:
            await self._start()
            await self._first_of(
                self._rooms.teller.tell(begun.caller, begun.request, begun.wanted, begun.place, self._tell),
                begun.caller.until_it_ends(self._limits.live_check_seconds),
                self._ping(),
                self._until_gone(),
                self._until_the_end(),
            )
        except _Over:
            # Not `complete`: who is still there comes back, and goes on elsewhere.
            await self._send_last(b"")
        except (OSError, Undelivered):
            pass
        except BofastError as error:
            await self._end(error)
        except Exception as error:  # noqa: BLE001 - neither message nor trace may be logged: both can hold values
            logger.error("unexpected request_id=%s error=%s", self._visit.request_id, type(error).__name__)  # noqa: TRY400
            await self._end(Internal())

    async def _first_of(self, *works: Coroutine[Any, Any, NoReturn]) -> None:
        tasks = [asyncio.create_task(work, name="live") for work in works]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        for task in done:
            task.result()

    async def _start(self) -> None:
        headers = self._rooms.threshold.headers(self._visit)
        # What stands in between is asked not to gather: an event is of use when it happens.
        headers += [(b"content-type", f"{STREAM}; charset=utf-8".encode()), (b"x-accel-buffering", b"no")]
        await self._visit.send({"type": "http.response.start", "status": 200, "headers": headers})
        await self._write(_PING)

    async def _tell(self, told: Told) -> None:
        await self._write(b"event: next\nid: %b\ndata: %b\n\n" % (str(told.event).encode(), told.body))

    async def _ping(self) -> NoReturn:
        while True:
            await asyncio.sleep(self._limits.live_ping_seconds)
            await self._write(_PING)

    async def _until_gone(self) -> NoReturn:
        while (await self._visit.receive())["type"] != "http.disconnect":
            pass
        raise _Over

    async def _until_the_end(self) -> NoReturn:
        await self._rooms.ending.wait()
        raise _Over

    async def _write(self, part: bytes) -> None:
        """Handed to the client, or `Undelivered` where it takes nothing within the limit."""
        async with self._sending:
            await self._visit.send({"type": "http.response.body", "body": part, "more_body": True})
            if not await self._rooms.threshold.settled(self._visit):
                raise Undelivered

    async def _end(self, error: BofastError) -> None:
        """Why there is no more, and that there is none."""
        await self._rooms.threshold.note(self._visit, error)
        await self._send_last(b"event: next\ndata: %b\n\n%b" % (orjson.dumps({"errors": answers_of(error)}), _COMPLETE))

    async def _send_last(self, last: bytes) -> None:
        try:
            await self._visit.send({"type": "http.response.body", "body": last, "more_body": False})
        except OSError:
            logger.info("end not delivered request_id=%s", self._visit.request_id)
