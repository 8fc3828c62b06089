"""Periods as law counts them: a week ends on the same weekday, a month on the same day of the month, and what ends on
a Saturday or a holiday ends on the next working day (domstolloven §§ 148 and 149, husleieloven § 1-6).
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from dateutil.easter import easter
from dateutil.relativedelta import relativedelta

_SATURDAY: Final = 5
_FIXED: Final = ((1, 1), (5, 1), (5, 17), (12, 25), (12, 26))
# Maundy Thursday, Good Friday, Easter Monday, Ascension Day, Whit Monday. The Sundays are Sundays.
_FROM_EASTER: Final = (-3, -2, 1, 39, 50)


def weeks_after(day: date, weeks: int) -> date:
    """The day on which so many weeks from a day have passed."""
    return next_working_day(day + timedelta(weeks=weeks))


def months_after(day: date, months: int) -> date:
    """The same for months. Where the month has no such day, its last one."""
    return next_working_day(day + relativedelta(months=months))


def next_working_day(day: date) -> date:
    """This day, or the first one after it that is a working day."""
    while not is_working_day(day):
        day += timedelta(days=1)
    return day


def is_working_day(day: date) -> bool:
    """Whether it is neither Saturday, Sunday nor a public holiday in Norway."""
    return day.weekday() < _SATURDAY and day not in _holidays(day.year)


@lru_cache(maxsize=32)
def _holidays(year: int) -> frozenset[date]:
    sunday = easter(year)
    moving = (sunday + timedelta(days=days) for days in _FROM_EASTER)
    return frozenset((*(date(year, month, day) for month, day in _FIXED), *moving))
