"""Which case a signal belongs to: one that is open, one that is reopened, or a new one. Nothing is looked up here.

An open case goes before a closed one, and one that is surely about the same home before one that may be.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum
from uuid import UUID
from zoneinfo import ZoneInfo

from hub.routing.files import CaseFile

_OSLO = ZoneInfo("Europe/Oslo")
# Closed because it was no case here: what comes now is no relapse.
_NO_RELAPSE = frozenset({"ERROR", "TRANSFERRED"})


class Likeness(IntEnum):
    """Whether a case is about the home that a signal is about."""

    OTHER = 0
    PERHAPS = 1
    SAME = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """The case that a signal looks for. Without a track, either will do; `tied` names the one that it may reach."""

    municipality: str
    track: str | None
    likeness: Callable[[CaseFile], Likeness]
    tied: UUID | None = None


def placed(files: Iterable[CaseFile], wanted: Wanted, at: datetime) -> CaseFile | None:
    """The case for a signal of that moment; nothing where a new one is to be opened."""
    fitting = [
        (file.is_open, likeness, file.opened_at, file.id, file)
        for file in files
        if _may_be(file, wanted)
        and (file.is_open or may_reopen(file, at))
        and (likeness := wanted.likeness(file)) is not Likeness.OTHER
    ]
    return max(fitting)[-1] if fitting else None


def may_reopen(file: CaseFile, at: datetime) -> bool:
    """Closed within the twelve months before, and as a case of this office."""
    if file.closed_at is None or file.state != "CLOSED" or file.close_reason in _NO_RELAPSE:
        return False
    return _day(file.closed_at) >= _a_year_before(_day(at))


def _may_be(file: CaseFile, wanted: Wanted) -> bool:
    if file.municipality != wanted.municipality or wanted.track not in (None, file.track):
        return False
    return wanted.tied in (None, file.id)


def _day(moment: datetime) -> date:
    return moment.astimezone(_OSLO).date()


def _a_year_before(day: date) -> date:
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)
