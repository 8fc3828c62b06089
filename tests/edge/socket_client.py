"""A client of `graphql-transport-ws`, by hand: every message is seen, and any can be sent."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from hub.edge.live.codes import Close
from tests.edge.fakes import TOKEN

SOON = 5.0
SUBSCRIBE = {"query": "subscription { submissionEvents { id } }"}


class Client:
    """One connection."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection

    async def say(self, message: object) -> None:
        await self.connection.send(message if isinstance(message, str | bytes) else json.dumps(message))

    async def hear(self) -> dict[str, Any]:
        return json.loads(await asyncio.wait_for(self.connection.recv(), SOON))

    async def begin(self, **payload: str) -> None:
        await self.say({"type": "connection_init", "payload": {"Authorization": f"Bearer {TOKEN}", **payload}})
        assert await self.hear() == {"type": "connection_ack"}

    async def subscribe(self, name: str = "1", payload: object = None) -> None:
        """Returns when the subscription has been heard."""
        await self.say({"type": "subscribe", "id": name, "payload": payload or SUBSCRIBE})
        await self.settled()

    async def settled(self) -> None:
        """Everything that was said has been heard, and nothing came of it."""
        await self.say({"type": "ping"})
        assert await self.hear() == {"type": "pong"}

    @property
    def ended(self) -> tuple[int, str]:
        """How it ended: 1006 is without a code."""
        return self.connection.close_code or 0, self.connection.close_reason or ""

    async def closed(self, seconds: float = SOON) -> tuple[int, str]:
        """The code that it is closed with, and what that says; what comes before is let go by."""
        try:
            async with asyncio.timeout(seconds):
                while True:
                    await self.connection.recv()
        except ConnectionClosed:
            return self.ended


@asynccontextmanager
async def client(
    port: int, *, protocols: tuple[str, ...] = ("graphql-transport-ws",), path: str = "/graphql", **more: Any
) -> AsyncIterator[Client]:
    spoken = [Subprotocol(name) for name in protocols] or None
    async with connect(
        f"ws://127.0.0.1:{port}{path}", subprotocols=spoken, proxy=None, compression=None, **more
    ) as connection:
        yield Client(connection)


INIT = {"type": "connection_init", "payload": {"Authorization": "Bearer a-good-token"}}
START = {"type": "subscribe", "id": "1", "payload": SUBSCRIBE}


def said(close: Close) -> tuple[int, str]:
    return close.code, close.reason
