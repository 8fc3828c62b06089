"""The server's side of a WebSocket: uvicorn's protocol with what it leaves open.

It adds a word on whether a message left the process, and a way to cut off a client that reads nothing. It logs neither
addresses nor paths. Everything else is uvicorn's.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Any, Final

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.exceptions import InvalidState
from websockets.http11 import Request

from hub.edge.delivery import CUT, EXTENSION

LINGER_SECONDS: Final = 2.0
_SILENT: Final = logging.getLogger("bofast.edge.websocket")
_SILENT.disabled = True


class GuardedSocket(WebSocketsSansIOProtocol):
    """One connection after the upgrade."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        # uvicorn would write down who connected, and the trace of what broke; the record and the site see to both.
        self.logger = _SILENT

    def handle_connect(self, event: Request) -> None:
        super().handle_connect(event)
        if self.response.status_code == 101:
            # The connection's task has been made but not run, so it finds these in its scope.
            known: dict[str, Any] = {EXTENSION: _Delivery(self), CUT: self._cut}
            self.scope["extensions"] = {**(self.scope.get("extensions") or {}), **known}

    def _cut(self, code: int, reason: str) -> None:
        """The code is put after what the client has not read yet. If it does not read that soon, it never will."""
        if self.disconnected or self.transport.is_closing():
            return
        try:
            self.conn.send_close(code, reason)
        except InvalidState:
            pass
        else:
            self.transport.write(b"".join(self.conn.data_to_send()))
            self.close_sent = True
        self.stop_keepalive()
        self.loop.call_later(LINGER_SECONDS, self.transport.abort)


class _Delivery:
    """What the connection knows of the last message."""

    __slots__ = ("_protocol",)

    def __init__(self, protocol: GuardedSocket) -> None:
        self._protocol = protocol

    async def settled(self, seconds: float) -> bool:
        # Up to the buffer's high-water mark the bytes are as good as gone; beyond it, wait for the reader.
        try:
            async with asyncio.timeout(seconds):
                await self._protocol.writable.wait()
        except TimeoutError:
            return False
        return not self._protocol.disconnected
