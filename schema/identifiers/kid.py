"""KID (kundeidentifikasjon): the reference by which a payee knows a payment again."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, Self

from stdnum import luhn

from schema.identifiers.checks import InvalidIdentifier, is_digits, remainder

LENGTHS: Final = range(2, 26)
_WEIGHTS: Final = (2, 3, 4, 5, 6, 7)
_TEN: Final = "-"
_TEN_OF_ELEVEN: Final = 10


class KidRule(StrEnum):
    """How the last character was made. Payee and bank have agreed on one of them for each account."""

    MOD_10 = "MOD_10"
    MOD_11 = "MOD_11"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kid:
    """A reference of 2 to 25 characters: digits, of which the last checks the others; by modulus 11 it may be a dash.

    `rules` are those that it satisfies, one at least. Which one the payee has agreed on stands in no KID, so a KID that
    is valid here may be refused by the payee's bank. Prints masked.
    """

    value: str = field(repr=False)
    rules: frozenset[KidRule]

    @classmethod
    def parse(cls, text: str) -> Self:
        body, check = text[:-1], text[-1:]
        if len(text) not in LENGTHS or not is_digits(body) or not (is_digits(check) or check == _TEN):
            raise InvalidIdentifier(f"not {LENGTHS.start} to {LENGTHS.stop - 1} digits")
        made = {KidRule.MOD_10: luhn.calc_check_digit(body), KidRule.MOD_11: _modulus_11(body)}
        rules = frozenset(rule for rule, digit in made.items() if digit == check)
        if not rules:
            raise InvalidIdentifier("check digit")
        return cls(value=text, rules=rules)

    def __str__(self) -> str:
        return "*" * len(self.value)


def parse_kid(text: str) -> str:
    """The reference as it stands, if it is a valid one by one of the rules."""
    return Kid.parse(text).value


def _modulus_11(body: str) -> str:
    """Weights 2 to 7 from the right, and again from 2."""
    digits = [int(digit) for digit in reversed(body)]
    weights = [_WEIGHTS[place % len(_WEIGHTS)] for place in range(len(digits))]
    check = (11 - remainder(digits, weights)) % 11
    return _TEN if check == _TEN_OF_ELEVEN else str(check)
