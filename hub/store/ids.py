"""Identifiers of version 7: ordered by time of creation, random beyond that, derived from nothing about a person."""

import secrets
import time
from uuid import UUID

_RANDOM_BITS = 74
_RANDOM_BYTES, _BITS_OVER = 10, 6


def new_id() -> UUID:
    """A fresh identifier."""
    return make_id(time.time_ns() // 1_000_000, secrets.randbits(_RANDOM_BITS))


def new_ids(count: int) -> list[UUID]:
    """So many of one moment. The system is asked for randomness once."""
    milliseconds, drawn = time.time_ns() // 1_000_000, secrets.token_bytes(count * _RANDOM_BYTES)
    return [
        make_id(milliseconds, int.from_bytes(drawn[at : at + _RANDOM_BYTES]) >> _BITS_OVER)
        for at in range(0, len(drawn), _RANDOM_BYTES)
    ]


def make_id(milliseconds: int, random_bits: int) -> UUID:
    """An identifier of given time and given random bits, for data that must come out the same each time."""
    high, low = random_bits >> 62 & 0xFFF, random_bits & (1 << 62) - 1
    return UUID(int=(milliseconds & (1 << 48) - 1) << 80 | 0x7 << 76 | high << 64 | 0b10 << 62 | low)
