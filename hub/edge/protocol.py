"""The server's side of a connection: uvicorn's protocol with what it leaves open.

It adds a limit on the bytes of a head that is still coming in, a limit on the time that a head may take, and a word on
whether a response left the process. Everything else is uvicorn's.
"""

from __future__ import annotations

import asyncio
from typing import Any, cast

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from hub.edge.delivery import EXTENSION
from hub.edge.problems import HeadersTooLarge, error_body
from hub.edge.responses import ALWAYS
from hub.errors import BadInput, BofastError

LINGER_SECONDS = 1.0


class GuardedProtocol(HttpToolsProtocol):
    """Limits come from the subclass that `guarded` makes."""

    head_bytes = 32_768
    head_seconds = 10.0

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.unsent_at_end = False
        self._head_is_open = True
        self._head_size = 0
        self._head_timer: asyncio.TimerHandle | None = None
        self._is_refused = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._start_timer()

    def connection_lost(self, exc: Exception | None) -> None:
        self.unsent_at_end = exc is not None or self.transport.get_write_buffer_size() > 0
        self._stop_timer()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._is_refused:
            return
        if self._head_is_open:
            self._head_size += len(data)
            self._start_timer()
        super().data_received(data)
        if self._head_is_open and self._head_size > self.head_bytes:
            self._refuse(HeadersTooLarge())

    def send_400_response(self, msg: str) -> None:
        # uvicorn's own words are replaced by a typed error.
        del msg
        self._refuse(BadInput("The request is not valid HTTP."))

    def on_headers_complete(self) -> None:
        self._head_is_open = False
        self._head_size = 0
        self._stop_timer()
        super().on_headers_complete()
        # The request's task has been made but not run, so it finds this in its scope.
        self.scope["extensions"] = {EXTENSION: _Delivery(self, self.cycle)}  # type: ignore[typeddict-item]

    def on_message_complete(self) -> None:
        super().on_message_complete()
        self._head_is_open = True

    def _refuse(self, error: BofastError) -> None:
        """Answers outside of ASGI, then reads on without listening, lest a reset overtake the answer."""
        if self._is_refused or self.transport.is_closing():
            return
        self._is_refused = True
        self.transport.write(_response(error))
        if self.transport.can_write_eof():
            self.transport.write_eof()
        self.loop.call_later(LINGER_SECONDS, self.transport.close)

    def _start_timer(self) -> None:
        if self._head_timer is None:
            self._head_timer = self.loop.call_later(self.head_seconds, self._give_up)

    def _stop_timer(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _give_up(self) -> None:
        self._head_timer = None
        cycle = cast("RequestResponseCycle | None", self.cycle)
        is_answering = cycle is not None and not cycle.response_complete
        if self._head_is_open and not is_answering:
            self.transport.close()


class _Delivery:
    """What the connection knows of one response."""

    __slots__ = ("_cycle", "_protocol")

    def __init__(self, protocol: GuardedProtocol, cycle: RequestResponseCycle) -> None:
        self._protocol = protocol
        self._cycle = cycle

    async def settled(self, seconds: float) -> bool:
        # Up to the buffer's high-water mark the bytes are as good as gone; beyond it, wait for the reader.
        if self._protocol.flow.write_paused:
            try:
                async with asyncio.timeout(seconds):
                    await self._protocol.flow.drain()
            except TimeoutError:
                self._protocol.transport.abort()
                return False
        return not self._cycle.disconnected and not self._protocol.unsent_at_end


def _response(error: BofastError) -> bytes:
    body = error_body(error)
    headers = [
        *ALWAYS,
        (b"content-type", b"application/json"),
        (b"content-length", b"%d" % len(body)),
        (b"connection", b"close"),
    ]
    lines = b"".join(b"%b: %b\r\n" % header for header in headers)
    return b"%b%b\r\n%b" % (STATUS_LINE[error.status], lines, body)


def guarded(*, head_bytes: int, head_seconds: float) -> type[GuardedProtocol]:
    """The protocol with its limits; uvicorn wants a class."""
    return type("LimitedProtocol", (GuardedProtocol,), {"head_bytes": head_bytes, "head_seconds": head_seconds})
