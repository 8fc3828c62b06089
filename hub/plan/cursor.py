"""Cursors: the order value and id of a row, sealed with HMAC-SHA256 under a key that belongs to one requester and one
query.

The seal is made by the database, where the rows are; PostgreSQL has sha256 but no HMAC, so its two padded keys are
parameters.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from hub.errors import BadInput

_BLOCK = 64
_TAG = 16
SEAL = (
    "translate(encode({payload}||substring(sha256({outer}||sha256({inner}||{payload})) FROM 1 FOR 16),'base64'),"
    "E'+/\n=','-_')"
)
"""SQL of a sealed cursor, over the SQL of its payload (bytea) and of the two padded keys."""


class BadCursor(BadInput):
    """The cursor in `after` was not given out for this query, or not to this requester."""

    def __init__(self) -> None:
        super().__init__(field="after")


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """Where a page begins: after the row with this value and id. An absent value is None."""

    value: str | None
    id: UUID


@dataclass(frozen=True, slots=True)
class Seal:
    """The key of one requester's cursors for one query."""

    key: bytes

    @classmethod
    def of(cls, secret: bytes, bound_to: Mapping[str, object]) -> Seal:
        """A key derived from the hub's secret and everything that the cursor is bound to."""
        context = json.dumps(bound_to, sort_keys=True, default=str).encode()
        return cls(hmac.digest(secret, context, hashlib.sha256))

    def padded(self) -> tuple[bytes, bytes]:
        """The inner and the outer key of HMAC (RFC 2104)."""
        key = self.key.ljust(_BLOCK, b"\0")
        return bytes(b ^ 0x36 for b in key), bytes(b ^ 0x5C for b in key)

    def open(self, cursor: str) -> Position:
        """Check and read a cursor. Raises `BadCursor`."""
        try:
            sealed = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
            payload, tag = sealed[:-_TAG], sealed[-_TAG:]
            if not hmac.compare_digest(hmac.digest(self.key, payload, hashlib.sha256)[:_TAG], tag):
                raise BadCursor
            value, identity = json.loads(payload)
            return Position(value=value, id=UUID(identity))
        except (binascii.Error, ValueError, TypeError, UnicodeError):
            raise BadCursor from None
