"""Numbers with check digits: national ids of synthetic persons, organisation numbers, KID, accounts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from random import Random

_SYNTHETIC_MONTH = 80
_D_NUMBER_DAY = 40
_K1 = (3, 7, 6, 1, 8, 9, 4, 5, 2)
_K2 = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
_ORGNR = (3, 2, 7, 6, 5, 4, 3, 2)
_ACCOUNT = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)


class NationalIds:
    """Gives out national ids, none twice and none that is taken."""

    def __init__(self, taken: Iterable[str]) -> None:
        self._used = set(taken)

    def draw(self, rng: Random, born: date, *, d_number: bool = False) -> str:
        """A valid synthetic number for this day of birth."""
        day = born.day + (_D_NUMBER_DAY if d_number else 0)
        start = f"{day:02}{born.month + _SYNTHETIC_MONTH}{born.year % 100:02}"
        while True:
            serial = rng.randrange(500) if born.year < 2000 else rng.randrange(500, 1000)
            number = _with_check_digits(f"{start}{serial:03}")
            if number is not None and number not in self._used:
                self._used.add(number)
                return number


def kid(customer: int, claim: int) -> str:
    """A KID with its check digit by modulus 10."""
    digits = f"{customer:08}{claim:04}"
    doubled = (int(digit) * (2 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits)))
    return digits + str(-sum(value // 10 + value % 10 for value in doubled) % 10)


def account(rng: Random) -> str:
    """An account number (kontonummer)."""
    while True:
        digits = f"1503{rng.randrange(10**6):06}"
        check = _modulus_11(digits, _ACCOUNT)
        if check is not None:
            return digits + check


def orgnr(body: str) -> str:
    """The organisation number that begins with these eight digits."""
    check = _modulus_11(body, _ORGNR)
    if check is None:
        raise ValueError("no organisation number begins so")
    return body + check


def _with_check_digits(digits: str) -> str | None:
    for weights in (_K1, _K2):
        check = _modulus_11(digits, weights)
        if check is None:
            return None
        digits += check
    return digits


def _modulus_11(digits: str, weights: Sequence[int]) -> str | None:
    rest = sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True)) % 11
    return None if rest == 1 else str((11 - rest) % 11)
