"""What became of a response after it was handed to the server."""

from __future__ import annotations

from typing import Protocol, cast

from hub.edge.asgi import Scope

EXTENSION = "bofast.delivery"


class Delivery(Protocol):
    """The server's word on one response."""

    async def settled(self, seconds: float) -> bool:
        """Waits until the bytes have left the process or can no longer leave. True: they left."""
        ...


def delivery_of(scope: Scope) -> Delivery | None:
    """Nothing where the server gives no word; a response then counts as delivered unless sending it failed."""
    return cast("Delivery | None", scope.get("extensions", {}).get(EXTENSION))
