"""Identifiers of version 7: ordered by time of creation, random beyond that, derived from nothing about a person."""

import secrets
import time
from uuid import UUID

_RANDOM_BITS = 74


def new_id() -> UUID:
    """A fresh identifier."""
    return make_id(time.time_ns() // 1_000_000, secrets.randbits(_RANDOM_BITS))


def make_id(milliseconds: int, random_bits: int) -> UUID:
    """An identifier of given time and given random bits, for data that must come out the same each time."""
    high, low = random_bits >> 62 & 0xFFF, random_bits & (1 << 62) - 1
    return UUID(int=(milliseconds & (1 << 48) - 1) << 80 | 0x7 << 76 | high << 64 | 0b10 << 62 | low)
