"""Account numbers (kontonummer)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Self

from schema.identifiers.checks import InvalidIdentifier, digits_of, remainder

_WEIGHTS: Final = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountNumber:
    """A Norwegian bank account. Prints masked: whose account it is may tell where somebody lives.

    Whether the bank or the account exists is not checked. Our own check, as python-stdnum also takes points and spaces
    between, postal giro accounts of seven digits, and numbers that begin with 0000 by the rule of those.
    """

    value: str = field(repr=False)

    @classmethod
    def parse(cls, text: str) -> Self:
        digits = digits_of(text, 11)
        if (11 - remainder(digits, _WEIGHTS)) % 11 != digits[10]:
            raise InvalidIdentifier("check digit")
        return cls(value=text)

    def __str__(self) -> str:
        return f"{self.value[:4]}*******"


def parse_account(text: str) -> str:
    """The number as it stands, if it is a valid one."""
    return AccountNumber.parse(text).value
