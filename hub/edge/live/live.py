"""The two ways in for those who stay, and the end of all of them when the hub stops."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from hub.edge.asgi import Receive, Scope, Send
from hub.edge.live.rooms import Rooms
from hub.edge.live.seats import Seats
from hub.edge.live.socket import serve_socket
from hub.edge.live.stream import serve_stream
from hub.edge.live.telling import Teller
from hub.edge.seams import Recognises, Records, Stands
from hub.edge.visit import Threshold
from hub.events import Line
from hub.settings import Settings


class Live:
    """Connections that stay. `drain` asks all who hold one to go on elsewhere."""

    def __init__(
        self,
        *,
        settings: Settings,
        identity: Recognises,
        rules: Stands,
        record: Records,
        line: Line,
        threshold: Threshold,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        limits = settings.limits
        self._rooms = Rooms(
            settings=settings,
            identity=identity,
            threshold=threshold,
            teller=Teller(line=line, rules=rules, record=record, undelivered=threshold.undelivered),
            seats=Seats(connections=limits.live_connections, of_a_party=limits.live_per_party),
            now=now,
        )

    async def socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        """A WebSocket."""
        await serve_socket(self._rooms, scope, receive, send)

    async def stream(self, scope: Scope, receive: Receive, send: Send) -> None:
        """A request for server-sent events."""
        await serve_stream(self._rooms, scope, receive, send)

    def drain(self) -> None:
        self._rooms.ending.set()
