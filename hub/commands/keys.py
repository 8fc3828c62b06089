"""A client's key for a command: sent again with the same content it is the same command, with other a conflict."""

from __future__ import annotations

import hmac
import json
from dataclasses import dataclass, fields, is_dataclass
from enum import Enum
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from hub.identity.model import Requester
from hub.store.ids import new_id
from hub.store.tables import CommandKey

KEY_LENGTH = range(8, 129)
_BLOCK: Final = 64
"""Bytes that SHA-256 takes in at a time."""
_USE = b"commands: digests of what was sent, 1"


class Digests:
    """Makes digests that only this service can make, for one use.

    Content is mostly known in advance: from a plain hash a national id could be found by trying them all. With another
    key, what was sent before is no longer recognised; sent again under its old key it is a conflict.
    """

    def __init__(self, key: bytes, use: bytes = _USE) -> None:
        own = hmac.digest(key, use, "sha256").ljust(_BLOCK, b"\0")
        # HMAC (RFC 2104) with what depends on the key alone worked out once. `hmac.digest` begins anew each time, and
        # takes more than twice as long for a row.
        self._inner = sha256(bytes(byte ^ 0x36 for byte in own))
        self._outer = sha256(bytes(byte ^ 0x5C for byte in own))

    def of(self, content: object) -> str:
        """In hexadecimal."""
        return self.of_bytes(text_of(content).encode("ascii"))

    def of_bytes(self, content: bytes) -> str:
        """The same of what is bytes already."""
        return self.raw(content).hex()

    def raw(self, content: bytes) -> bytes:
        """As it is, of 32 bytes."""
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(content)
        outer.update(inner.digest())
        return outer.digest()


def text_of(content: object) -> str:
    """One way of writing a value. What is not given is left out, so that a field added later changes nothing."""
    return json.dumps(_present(content), sort_keys=True, separators=(",", ":"), ensure_ascii=True, default=_plain)


def is_key(key: str) -> bool:
    """Whether it will do as a key: 8 to 128 printable characters."""
    return len(key) in KEY_LENGTH and key.isprintable()


@dataclass(frozen=True, slots=True)
class Earlier:
    """The key was used before: for the same, which came to `result`, or for something else."""

    result: UUID | None


class Keys:
    """The keys that commands came with. `command` and who sends it are part of what a key is for."""

    def __init__(self, key: bytes) -> None:
        self._digests = Digests(key)

    async def claim(
        self, session: AsyncSession, requester: Requester, command: str, key: str, given: object, result: UUID
    ) -> Earlier | None:
        """Take the key for what will be `result`, or say what it was taken for before.

        INVARIANT: this comes before any other lock. Whoever sends the same key at the same time waits here until the
        first is committed or rolled back, and holds nothing that the first could be waiting for.
        """
        actor = f"{requester.party}:{requester.id}"
        digest = self._digests.of([requester.consumer, requester.supplier, given])
        claimed = await session.exec(
            insert(CommandKey)
            .values(id=new_id(), actor=actor, command=command, key=key, content_sha256=digest, result_id=result)
            .on_conflict_do_nothing(index_elements=["actor", "command", "key"])
            .returning(col(CommandKey.id))
        )
        if claimed.first() is not None:
            return None
        found = await session.exec(
            select(CommandKey).where(
                col(CommandKey.actor) == actor, col(CommandKey.command) == command, col(CommandKey.key) == key
            )
        )
        earlier = found.one()
        return Earlier(earlier.result_id if earlier.content_sha256 == digest else None)


def _present(content: Any) -> Any:
    if is_dataclass(content) and not isinstance(content, type):
        return _present({field.name: getattr(content, field.name) for field in fields(content)})
    if isinstance(content, dict):
        return {name: _present(value) for name, value in content.items() if value is not None}
    return [_present(one) for one in content] if isinstance(content, list | tuple) else content


def _plain(value: object) -> str:
    return value.name if isinstance(value, Enum) else str(value)
