"""National identity numbers and organisation numbers: validated once, never sliced, never shown whole by accident."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, Self

_K1_WEIGHTS: Final = (3, 7, 6, 1, 8, 9, 4, 5, 2)
_K2_WEIGHTS: Final = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
_ORGNR_WEIGHTS: Final = (3, 2, 7, 6, 5, 4, 3, 2)
_D_NUMBER_DAY: Final = 40
_SYNTHETIC_MONTH: Final = 80
_LEAP_YEAR: Final = 2000
_NORWEGIAN_ENTITY: Final = "0192"
_AUTHORITY: Final = "iso6523-actorid-upis"


class InvalidIdentifier(ValueError):
    """The identifier is not valid."""


class CheckRule(StrEnum):
    """How the first check digit was made. Numbers issued from 2032 have four possible ones."""

    FROM_2032 = "FROM_2032"
    PRE_2032 = "PRE_2032"


class PersonNumberKind(StrEnum):
    """Birth number (fødselsnummer) or D-number for those who are not residents."""

    BIRTH_NUMBER = "BIRTH_NUMBER"
    D_NUMBER = "D_NUMBER"


def _digits(text: str, length: int) -> tuple[int, ...]:
    if len(text) != length or not (text.isascii() and text.isdigit()):
        raise InvalidIdentifier(f"not {length} digits")
    return tuple(int(digit) for digit in text)


def _weighted(digits: tuple[int, ...], weights: tuple[int, ...]) -> int:
    return sum(digit * weight for digit, weight in zip(digits, weights, strict=False)) % 11


def _check_rule(digits: tuple[int, ...]) -> CheckRule:
    k1, k2 = digits[9], digits[10]
    rest = _weighted(digits, _K1_WEIGHTS)
    if (11 - _weighted(digits, _K2_WEIGHTS)) % 11 != k2:
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
    def parse(cls, text: str) -> Self:
        digits = _digits(text, 11)
        day, month, year = (digits[at] * 10 + digits[at + 1] for at in (0, 2, 4))
        is_d_number, is_synthetic = day > _D_NUMBER_DAY, month > _SYNTHETIC_MONTH
        day -= _D_NUMBER_DAY if is_d_number else 0
        month -= _SYNTHETIC_MONTH if is_synthetic else 0
        if not (_is_invented_date(month, day) if is_synthetic else _is_date(year, month, day)):
            raise InvalidIdentifier("date")
        kind = PersonNumberKind.D_NUMBER if is_d_number else PersonNumberKind.BIRTH_NUMBER
        return cls(value=text, kind=kind, rule=_check_rule(digits), is_synthetic=is_synthetic)

    def __str__(self) -> str:
        return f"{self.value[:6]}*****"


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationNumber:
    """A Norwegian organisation number (organisasjonsnummer). Synthetic ones begin with 2 or 3."""

    value: str

    @classmethod
    def parse(cls, text: str) -> Self:
        digits = _digits(text, 9)
        if (11 - _weighted(digits, _ORGNR_WEIGHTS)) % 11 != digits[8]:
            raise InvalidIdentifier("check digit")
        return cls(value=text)

    @property
    def is_synthetic(self) -> bool:
        return self.value[0] in "23"

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True, slots=True, kw_only=True)
class ActorId:
    """An ISO 6523 actor identifier, `0192:991825827`: the scheme (ICD), the organisation, and what may follow."""

    scheme: str
    elements: tuple[str, ...]

    @classmethod
    def parse(cls, text: str) -> Self:
        scheme, *elements = text.split(":")
        _digits(scheme, 4)
        if not 1 <= len(elements) <= 3 or not all(
            element and element.isalnum() and element.isascii() for element in elements
        ):
            raise InvalidIdentifier("actor id")
        return cls(scheme=scheme, elements=tuple(elements))

    @classmethod
    def from_claim(cls, claim: object, *, authority: str = "authority", identifier: str = "ID") -> Self:
        """From a claim such as `{"authority": "iso6523-actorid-upis", "ID": "0192:991825827"}`."""
        if not isinstance(claim, Mapping) or claim.get(authority) != _AUTHORITY:
            raise InvalidIdentifier("authority")
        text = claim.get(identifier)
        if not isinstance(text, str):
            raise InvalidIdentifier("actor id")
        return cls.parse(text)

    def organisation(self) -> OrganisationNumber:
        """The organisation, if the whole identifier is one. A part of an organisation is not the organisation."""
        if self.scheme != _NORWEGIAN_ENTITY or len(self.elements) != 1:
            raise InvalidIdentifier("not a Norwegian organisation")
        return OrganisationNumber.parse(self.elements[0])

    def __str__(self) -> str:
        return ":".join((self.scheme, *self.elements))


def parse_national_id(text: str) -> str:
    """The number as it stands, if it is a valid one."""
    return NationalId.parse(text).value


def parse_orgnr(text: str) -> str:
    """The number as it stands, if it is a valid one."""
    return OrganisationNumber.parse(text).value
