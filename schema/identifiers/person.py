"""National identity numbers: fødselsnummer and D-number."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, Self

from schema.identifiers.checks import InvalidIdentifier, digits_of, remainder

_K1_WEIGHTS: Final = (3, 7, 6, 1, 8, 9, 4, 5, 2)
_K2_WEIGHTS: Final = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
_D_NUMBER_DAY: Final = 40
_SYNTHETIC_MONTH: Final = 80
_LEAP_YEAR: Final = 2000


class CheckRule(StrEnum):
    """How the first check digit was made. Numbers issued from 2032 have four possible ones."""

    FROM_2032 = "FROM_2032"
    PRE_2032 = "PRE_2032"


class PersonNumberKind(StrEnum):
    """Birth number (fødselsnummer) or D-number for those who are not residents."""

    BIRTH_NUMBER = "BIRTH_NUMBER"
    D_NUMBER = "D_NUMBER"


class Population(StrEnum):
    """Whom a service is for. INVARIANT: real persons and synthetic ones are never mixed."""

    REAL = "REAL"
    SYNTHETIC = "SYNTHETIC"


@dataclass(frozen=True, slots=True, kw_only=True)
class NationalId:
    """A birth number or D-number. Prints masked: `159287*****`. Neither age nor sex is derived from it.

    H-numbers (month + 40) and DUF numbers do not denote persons here and are refused.
    """

    value: str = field(repr=False)
    kind: PersonNumberKind
    rule: CheckRule
    is_synthetic: bool

    @classmethod
    def parse(cls, text: str, population: Population | None = None) -> Self:
        """A valid number; of this population, where one is named."""
        kind, rule, is_synthetic = _examined(text, population)
        return cls(value=text, kind=kind, rule=rule, is_synthetic=is_synthetic)

    @property
    def population(self) -> Population:
        return _population(self.is_synthetic)

    def __str__(self) -> str:
        return f"{self.value[:6]}*****"


def parse_national_id(text: str, population: Population | None = None) -> str:
    """The number as it stands, if it is a valid one, of this population where one is named."""
    _examined(text, population)
    return text


def _examined(text: str, population: Population | None) -> tuple[PersonNumberKind, CheckRule, bool]:
    """What a valid number is."""
    digits = digits_of(text, 11)
    day, month, year = digits[0] * 10 + digits[1], digits[2] * 10 + digits[3], digits[4] * 10 + digits[5]
    is_d_number, is_synthetic = day > _D_NUMBER_DAY, month > _SYNTHETIC_MONTH
    day -= _D_NUMBER_DAY if is_d_number else 0
    month -= _SYNTHETIC_MONTH if is_synthetic else 0
    if not (_is_invented_date(month, day) if is_synthetic else _is_date(year, month, day)):
        raise InvalidIdentifier("date")
    rule = _check_rule(digits)
    if population is not None and population is not _population(is_synthetic):
        raise InvalidIdentifier("population")
    return PersonNumberKind.D_NUMBER if is_d_number else PersonNumberKind.BIRTH_NUMBER, rule, is_synthetic


def _population(is_synthetic: bool) -> Population:
    return Population.SYNTHETIC if is_synthetic else Population.REAL


def _check_rule(digits: tuple[int, ...]) -> CheckRule:
    k1, k2 = digits[9], digits[10]
    rest = remainder(digits, _K1_WEIGHTS)
    if (11 - remainder(digits, _K2_WEIGHTS)) % 11 != k2:
        raise InvalidIdentifier("second check digit")
    if (11 - rest) % 11 == k1:
        return CheckRule.PRE_2032
    if k1 in {(top - rest) % 11 for top in (12, 13, 14)}:
        return CheckRule.FROM_2032
    raise InvalidIdentifier("first check digit")


def _is_date(year: int, month: int, day: int) -> bool:
    # The number does not tell the century: 29 February passes in a year that is a leap year in some century.
    return 1 <= month <= 12 and 1 <= day <= monthrange(_LEAP_YEAR + year, month)[1]


def _is_invented_date(month: int, day: int) -> bool:
    """Generators of synthetic numbers do not all keep to the calendar: months beyond 92 (12 + 80) are in use."""
    return 1 <= month <= 19 and 1 <= day <= 31
