"""ISO 6523 identifiers: how tokens write an organisation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Self

from schema.identifiers.checks import InvalidIdentifier, digits_of
from schema.identifiers.organisation import OrganisationNumber

_NORWEGIAN_ENTITY: Final = "0192"
_AUTHORITY: Final = "iso6523-actorid-upis"


@dataclass(frozen=True, slots=True, kw_only=True)
class ActorId:
    """An ISO 6523 actor identifier, `0192:991825827`: the scheme (ICD), the organisation, and what may follow."""

    scheme: str
    elements: tuple[str, ...]

    @classmethod
    def parse(cls, text: str) -> Self:
        scheme, *elements = text.split(":")
        digits_of(scheme, 4)
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
