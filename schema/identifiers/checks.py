"""Digits and check digits. What is refused is never repeated."""

from __future__ import annotations

from collections.abc import Sequence
from operator import mul
from typing import Final

_VALUES: Final = bytes.maketrans(b"0123456789", bytes(range(10)))


class InvalidIdentifier(ValueError):
    """The identifier is not valid."""


def digits_of(text: str, length: int) -> tuple[int, ...]:
    """The digits of a text that is so many digits and nothing else: no space, no point, no digit of another script."""
    if len(text) != length or not is_digits(text):
        raise InvalidIdentifier(f"not {length} digits")
    return tuple(text.encode("ascii").translate(_VALUES))


def is_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


def remainder(digits: Sequence[int], weights: Sequence[int]) -> int:
    """What is left of the weighted sum by modulus 11. Digits beyond the weights do not count."""
    return sum(map(mul, digits, weights)) % 11
