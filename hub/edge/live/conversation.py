"""One WebSocket after its handshake: reads what the client says, keeps its subscriptions, and ends it all at once."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Coroutine, Mapping
from contextlib import ExitStack
from typing import Any, Final

import orjson

from hub.edge.asgi import Receive, Send
from hub.edge.delivery import cut_off, delivery_of
from hub.edge.live.caller import Caller, headers_of
from hub.edge.live.codes import Close, close_for
from hub.edge.live.rooms import Rooms
from hub.edge.live.talk import Begin, HangUp, Pong, Refuse, Start, Stop, Talk
from hub.edge.live.telling import Told, Undelivered
from hub.edge.problems import answers_of
from hub.edge.visit import Visit
from hub.errors import BofastError, Internal, NoActingParty, Unauthenticated
from hub.operation.request import GraphQLRequest

logger = logging.getLogger("bofast.edge")
_LAST_WORD: Final = 1.0
"""Seconds that a close may take. A client that reads nothing gets none."""


class Conversation:
    """What one client says and is told. It has a task for the reading and one for each subscription, and no queue."""

    def __init__(self, rooms: Rooms, visit: Visit, receive: Receive, send: Send) -> None:
        self._rooms = rooms
        self._limits = rooms.settings.limits
        self._visit = visit
        self._receive = receive
        self._send_raw = send
        self._delivery = delivery_of(visit.scope)
        self._talk = Talk(most=self._limits.live_operations)
        self._caller: Caller | None = None
        self._seat = ExitStack()
        self._sending = asyncio.Lock()
        self._over: asyncio.Future[Close | None] = asyncio.get_running_loop().create_future()
        self._running: set[asyncio.Task[None]] = set()
        self._subscriptions: dict[str, asyncio.Task[None]] = {}

    async def run(self) -> None:
        """Until the client is gone, or it is closed with a code."""
        for work in (self._read(), self._expect_beginning(), self._expect_end()):
            self._task(work)
        try:
            with self._seat:
                close = await self._over
        finally:
            self._talk.close()
            tasks = tuple(self._running)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        if close is not None:
            await self._close(close)

    def _task(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(self._guarded(work), name="live")
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return task

    async def _guarded(self, work: Coroutine[Any, Any, None]) -> None:
        """Whatever ends a task ends the conversation, unless it has seen to that itself."""
        try:
            await work
        except OSError:
            self._hang_up(None)
        except Undelivered:
            self._hang_up(Close.TOO_SLOW)
        except BofastError as error:
            await self._rooms.threshold.note(self._visit, error)
            self._hang_up(close_for(error))
        except Exception as error:  # noqa: BLE001 - neither message nor trace may be logged: both can hold values
            self._log(error)
            self._hang_up(Close.BROKEN)

    def _hang_up(self, close: Close | None) -> None:
        if not self._over.done():
            self._over.set_result(close)

    # --- what is heard -----------------------------------------------------------------------------------------------

    async def _read(self) -> None:
        while True:
            message = await self._receive()
            if message["type"] != "websocket.receive":
                self._hang_up(None)
                return
            await self._follow(message.get("text"))

    async def _follow(self, text: str | None) -> None:
        match self._talk.hear(text):
            case Begin(payload):
                self._task(self._hold(payload))
            case Start(name, request):
                # INVARIANT: what is put in line from here on is told.
                telling = self._telling(name, request, self._rooms.teller.line.head)
                self._subscriptions[name] = self._task(telling)
            case Refuse(name, error):
                await self._refuse(name, error)
            case Stop(name):
                self._subscriptions.pop(name).cancel()
                self._talk.ended(name)
            case Pong(payload):
                await self._send({"type": "pong"} | ({} if payload is None else {"payload": payload}))
            case HangUp(close):
                self._hang_up(close)
            case None:
                pass

    async def _hold(self, payload: Mapping[str, Any]) -> None:
        """Settles who it is, and sees to it that this stays so. Reading goes on: who is too quick is closed."""
        headers = headers_of(payload)
        requester = self._visit.requester = await self._rooms.identity.requester(headers.get("authorization"))
        self._caller = Caller(
            self._rooms.identity,
            headers,
            request_id=self._visit.request_id,
            requester=requester,
            now=self._rooms.now,
        )
        await self._caller.recognised()
        self._seat.enter_context(self._rooms.seats.party(requester.party))
        self._talk.acknowledged()
        await self._send({"type": "connection_ack"})
        await self._caller.until_it_ends(self._limits.live_check_seconds)

    async def _expect_beginning(self) -> None:
        await asyncio.sleep(self._limits.live_init_seconds)
        if late := self._talk.late():
            self._hang_up(late.close)

    async def _expect_end(self) -> None:
        await self._rooms.ending.wait()
        self._hang_up(Close.RESTART)

    # --- what is told ------------------------------------------------------------------------------------------------

    async def _telling(self, name: str, request: GraphQLRequest, here: int) -> None:
        caller = self._caller
        if caller is None:
            raise Unauthenticated
        try:
            wanted, place = await self._rooms.teller.wanted(caller, request, here=here)
            await self._rooms.teller.tell(caller, request, wanted, place, lambda told: self._tell(name, told))
        except (OSError, NoActingParty, Unauthenticated, Undelivered):
            raise
        except BofastError as error:
            await self._give_up(name, error)
        except Exception as error:  # noqa: BLE001 - one subscription that breaks does not take the others with it
            self._log(error)
            await self._give_up(name, Internal())

    async def _give_up(self, name: str, error: BofastError) -> None:
        """This subscription is over; the conversation is not."""
        self._subscriptions.pop(name, None)
        self._talk.ended(name)
        await self._refuse(name, error)

    async def _refuse(self, name: str, error: BofastError) -> None:
        await self._rooms.threshold.note(self._visit, error)
        await self._send({"id": name, "type": "error", "payload": answers_of(error)})

    async def _tell(self, name: str, told: Told) -> None:
        await self._send_text(b'{"id":%b,"type":"next","payload":%b}' % (orjson.dumps(name), told.body))

    async def _send(self, message: dict[str, Any]) -> None:
        await self._send_text(orjson.dumps(message))

    async def _send_text(self, text: bytes) -> None:
        """Handed to the client, or `Undelivered` where it takes nothing within the limit. One after the other."""
        until = time.monotonic() + self._limits.send_seconds
        try:
            async with asyncio.timeout(self._limits.send_seconds), self._sending:
                await self._send_raw({"type": "websocket.send", "text": text.decode()})
        except TimeoutError:
            raise Undelivered from None
        if self._delivery is not None and not await self._delivery.settled(max(0.0, until - time.monotonic())):
            raise Undelivered

    async def _close(self, close: Close) -> None:
        try:
            async with asyncio.timeout(_LAST_WORD):
                await self._send_raw({"type": "websocket.close", "code": close.code, "reason": close.reason})
        except (OSError, TimeoutError):
            # It reads nothing, or is gone.
            logger.info("cut off request_id=%s code=%s", self._visit.request_id, close.code)
            cut_off(self._visit.scope, close.code, close.reason)

    def _log(self, error: Exception) -> None:
        logger.error("unexpected request_id=%s error=%s", self._visit.request_id, type(error).__name__)
