"""Municipality numbers (kommunenummer), each in force between two days. The list is data: `municipalities.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final

from schema.identifiers.checks import InvalidIdentifier, digits_of

_LIST: Final = Path(__file__).parent / "municipalities.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Municipality:
    """A number of the list. `begins` is None where it was in force before the list begins, `ends` (the first day on
    which it no longer is) where nothing is decided. `became` are the numbers that took its place.
    """

    number: str
    begins: date | None
    ends: date | None
    became: tuple[str, ...]
    is_synthetic: bool

    @staticmethod
    def parse(text: str, *, on: date | None = None) -> Municipality:
        """A number that is on the list; in force on that day, where one is named."""
        digits_of(text, 4)
        found = _numbers().get(text)
        if found is None:
            raise InvalidIdentifier("not on the list")
        if on is not None and not found.is_in_force(on):
            raise InvalidIdentifier("not in force")
        return found

    def is_in_force(self, day: date) -> bool:
        """Of days before it begins the list does not tell, so on those nothing is in force."""
        return (self.begins or list_begins()) <= day and (self.ends is None or day < self.ends)

    def __str__(self) -> str:
        return self.number


def parse_municipality(text: str) -> str:
    """The number as it stands, if it is or was that of a municipality."""
    return Municipality.parse(text).number


def list_begins() -> date:
    """The first day that the list tells of."""
    return _read()["begins"]


@cache
def _numbers() -> Mapping[str, Municipality]:
    read = _read()
    return {
        number: Municipality(
            number=number,
            begins=entry.get("from"),
            ends=entry.get("until"),
            became=tuple(entry.get("then", ())),
            is_synthetic=part == "synthetic",
        )
        for part in ("real", "synthetic")
        for number, entry in read[part].items()
    }


@cache
def _read() -> Mapping[str, Any]:
    return tomllib.loads(_LIST.read_text(encoding="utf-8"))
