"""The primitives of the deterministic encoding that leaf bytes are made of. docs/audit-events.md defines them.

INVARIANT: what is written here can never change; another encoding is another version of the leaf.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable
from typing import TypeVar
from uuid import UUID

T = TypeVar("T")

_U8, _U16, _U32, _U64, _I64 = (struct.Struct(f">{size}").pack for size in "BHIQq")
_ABSENT, _PRESENT = b"\x00", b"\x01"


def u8(value: int) -> bytes:
    return _U8(value)


def u16(value: int) -> bytes:
    return _U16(value)


def u32(value: int) -> bytes:
    return _U32(value)


def u64(value: int) -> bytes:
    return _U64(value)


def i64(value: int) -> bytes:
    return _I64(value)


def octets(value: bytes) -> bytes:
    """Bytes after their length."""
    return _U32(len(value)) + value


def text(value: str) -> bytes:
    """UTF-8 after its length, exactly as stored: no normalisation."""
    return octets(value.encode())


def identifier(value: UUID) -> bytes:
    """The 16 bytes of a UUID."""
    return value.bytes


def optional(encode: Callable[[T], bytes], value: T | None) -> bytes:
    """One byte that says whether a value follows, and the value."""
    return _ABSENT if value is None else _PRESENT + encode(value)


def texts(values: Iterable[str]) -> bytes:
    """The number of texts, then each, in the order given."""
    encoded = [text(value) for value in values]
    return _U32(len(encoded)) + b"".join(encoded)
