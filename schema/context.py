"""What a resolver may ask of the hub. This Protocol is the only way in which `schema` sees the outside."""

from __future__ import annotations

from typing import Any, Protocol


class Context(Protocol):
    """Passed to each resolver."""

    async def command(self, name: str, given: object) -> Any:
        """The command of this name, bound to one request: one transaction, with its record inside."""
        ...
