"""What became of a response after it was handed to the server."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, cast

from hub.edge.asgi import Scope

EXTENSION = "bofast.delivery"
CUT = "bofast.cut"
"""How a WebSocket is closed whose client takes nothing."""


class Delivery(Protocol):
    """The server's word on one response."""

    async def settled(self, seconds: float) -> bool:
        """Waits until the bytes have left the process or can no longer leave. True: they left."""
        ...


def delivery_of(scope: Scope) -> Delivery | None:
    """Nothing where the server gives no word; a response then counts as delivered unless sending it failed."""
    return cast("Delivery | None", scope.get("extensions", {}).get(EXTENSION))


def cut_off(scope: Scope, code: int, reason: str) -> None:
    """Close a WebSocket without waiting for its client: the code goes after what it has not read, and soon no more."""
    cut = cast("Callable[[int, str], None] | None", scope.get("extensions", {}).get(CUT))
    if cut is not None:
        cut(code, reason)
