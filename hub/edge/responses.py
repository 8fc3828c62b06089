"""Response heads. What stands on every response is written once, here."""

from __future__ import annotations

from hub.edge.asgi import Send

Headers = list[tuple[bytes, bytes]]

# Answers are read by programs: nothing in them may run, be framed, be cached or be read from another origin.
ALWAYS: Headers = [
    (b"cache-control", b"no-store"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
]
# In production the hub stands behind TLS; a browser that has seen it once shall not come back without.
TRANSPORT_SECURITY: Headers = [(b"strict-transport-security", b"max-age=63072000; includeSubDomains")]
RETRY_AFTER: tuple[bytes, bytes] = (b"retry-after", b"1")
VARY: tuple[bytes, bytes] = (b"vary", b"Accept, Origin")


async def send_response(send: Send, status: int, headers: Headers, body: bytes) -> None:
    """One complete response. The body is handed over in one piece."""
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})


def bearer_challenge(*, had_token: bool) -> tuple[bytes, bytes]:
    """RFC 6750: no error code where no token was sent, so that nothing is told to a sender who did not ask."""
    if not had_token:
        return b"www-authenticate", b'Bearer realm="bofast"'
    description = b'error="invalid_token", error_description="The token was not accepted"'
    return b"www-authenticate", b'Bearer realm="bofast", ' + description
