"""How large a document may be. Each limit says its name, its bound and by how much it was passed."""

from __future__ import annotations

from dataclasses import dataclass

from hub.errors import LimitExceeded


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bounds of one operation. `cost` counts fields, each times the rows it may stand on."""

    tokens: int = 4_000
    depth: int = 12
    aliases: int = 30
    root_fields: int = 10
    cost: int = 60_000
    page: int = 100
    introspection_depth: int = 22


def hold(limit: str, bound: int, measured: int) -> None:
    """Refuse what passes a bound."""
    if measured > bound:
        raise LimitExceeded(
            f"The limit on {limit} is {bound}; this is {measured - bound} over.",
            limit=limit,
            bound=bound,
            over=measured - bound,
        )
