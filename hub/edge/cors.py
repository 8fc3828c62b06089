"""Cross-origin requests: closed, but for the origins that the operator lists."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from hub.edge.responses import Headers

PREFLIGHT: Headers = [
    (b"access-control-allow-methods", b"POST"),
    (
        b"access-control-allow-headers",
        b"authorization, behandlingsnummer, break-glass, content-type, last-event-id, x-request-id",
    ),
    (b"access-control-max-age", b"600"),
]


def allowance(origin: str | None, allowed: AbstractSet[str]) -> Headers:
    """Lets a listed origin read the answer. No credentials: the page sends the bearer token, not the browser."""
    if origin is None or origin not in allowed:
        return []
    return [
        (b"access-control-allow-origin", origin.encode("latin-1")),
        (b"access-control-expose-headers", b"x-request-id"),
    ]
