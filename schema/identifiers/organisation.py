"""Organisation numbers (organisasjonsnummer)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from stdnum.no import orgnr

from schema.identifiers.checks import InvalidIdentifier, digits_of


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationNumber:
    """Of a main unit or a sub-unit; which one, only the register tells. Synthetic ones begin with 2 or 3."""

    value: str

    @classmethod
    def parse(cls, text: str) -> Self:
        # First of all nine digits and nothing else: the library takes them with spaces between as well.
        digits_of(text, 9)
        if not orgnr.is_valid(text):
            raise InvalidIdentifier("check digit")
        return cls(value=text)

    @property
    def is_synthetic(self) -> bool:
        return self.value[0] in "23"

    def __str__(self) -> str:
        return self.value


def parse_orgnr(text: str) -> str:
    """The number as it stands, if it is a valid one."""
    return OrganisationNumber.parse(text).value
