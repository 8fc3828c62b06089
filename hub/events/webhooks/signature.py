"""How a call is signed: HMAC-SHA256 over `id.timestamp.body`, as the Standard Webhooks have it.

https://github.com/standard-webhooks/standard-webhooks: `webhook-id`, `webhook-timestamp` (seconds) and
`webhook-signature`, in which a signature for each secret in force stands as `v1,<base64>`, with spaces between.
"""

from __future__ import annotations

import base64
import hmac
from collections.abc import Mapping, Sequence
from typing import Final

from hub.events.webhooks.secrets import key_of

ID: Final = "webhook-id"
TIMESTAMP: Final = "webhook-timestamp"
SIGNATURE: Final = "webhook-signature"
TOLERANCE: Final = 300
"""Seconds that a call may be old, or be ahead of the clock of whoever is called."""
_VERSION: Final = "v1,"


class SignatureRefused(Exception):
    """The call is not one of ours, or not one of now. The text says why."""


def signed(message_id: str, timestamp: int, body: bytes, secrets: Sequence[str]) -> dict[str, str]:
    """The three headers. `timestamp` is in seconds since 1970."""
    signatures = (_VERSION + _signature(message_id, str(timestamp), body, secret) for secret in secrets)
    return {ID: message_id, TIMESTAMP: str(timestamp), SIGNATURE: " ".join(signatures)}


def verify(headers: Mapping[str, str], body: bytes, secret: str, *, now: float, tolerance: float = TOLERANCE) -> str:
    """The id of a call that is ours. Raises `SignatureRefused`. Names of headers are in lower case.

    Compared in constant time, and every signature of the header is compared: how long it takes tells nothing.
    """
    message_id, timestamp, stated = (headers.get(name, "") for name in (ID, TIMESTAMP, SIGNATURE))
    if not message_id or not timestamp.isascii() or not timestamp.isdigit():
        raise SignatureRefused("a header is missing or cannot be read")
    expected = _signature(message_id, timestamp, body, secret).encode("ascii")
    given = [one.removeprefix(_VERSION) for one in stated.split(" ") if one.startswith(_VERSION)]
    fits = [hmac.compare_digest(expected, one.encode("utf-8")) for one in given]
    if True not in fits:
        raise SignatureRefused("the signature does not fit the body and the secret")
    if abs(now - int(timestamp)) > tolerance:
        raise SignatureRefused(f"it was signed more than {tolerance:g} seconds from now")
    return message_id


def _signature(message_id: str, timestamp: str, body: bytes, secret: str) -> str:
    content = b".".join((message_id.encode("utf-8"), timestamp.encode("ascii"), body))
    return base64.b64encode(hmac.digest(key_of(secret), content, "sha256")).decode("ascii")
