"""Days that the law counts: periods of weeks, with the sources of each, as legal days in Norway (Europe/Oslo)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from dateutil.easter import easter

from hub.identity.snapshot import legal_day

_FIXED: Final = frozenset({(1, 1), (5, 1), (5, 17), (12, 25), (12, 26)})
# Maundy Thursday, Good Friday, Easter Monday, Ascension Day and Whit Monday, in days from Easter Sunday.
_MOVING: Final = frozenset({-3, -2, 1, 39, 50})
_SATURDAY: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A period of whole weeks. It ends on the weekday that it began on (domstolloven § 148).

    `rolls` says that an end on a Saturday or a holy day moves to the next working day (domstolloven § 149).
    """

    weeks: int
    rolls: bool
    source: str

    def end(self, start: date) -> date:
        """The last day of the period that begins on this day."""
        day = start + timedelta(weeks=self.weeks)
        while self.rolls and is_free(day):
            day += timedelta(days=1)
        return day

    def end_after(self, moment: datetime) -> date:
        """The last day of the period that begins on the legal day of this moment."""
        return self.end(legal_day(moment))


PETITION_AFTER_NOTICE: Final = Period(weeks=2, rolls=True, source="husleieloven § 9-11, jf. § 1-6")
"""No petition should be sent before two weeks after the notice to the social services. The day is the first that will
do.
"""

OBJECTION: Final = Period(weeks=2, rolls=True, source="tvangsfullbyrdelsesloven § 13-6")
"""The tenant may object for two weeks after the petition was put before the tenant. The day is the last one."""


def is_free(day: date) -> bool:
    """Whether the day is a Saturday, or a holy day or one made equal (helligdagsfredloven § 2; lov om 1 og 17 mai)."""
    if day.weekday() >= _SATURDAY or (day.month, day.day) in _FIXED:
        return True
    return (day - easter(day.year)).days in _MOVING
