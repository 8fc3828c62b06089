"""Days that the law counts: whole weeks, and to the next working day where they end on a Saturday or a holy day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.intake.deadlines import OBJECTION, PETITION_AFTER_NOTICE, Period, is_free

DAYS = st.dates(date(2000, 1, 1), date(2099, 12, 31))
PERIODS = st.builds(Period, weeks=st.integers(1, 12), rolls=st.booleans(), source=st.just("a law"))
# Written down from the calendar, not worked out.
FREE = {
    2026: "0101 0402 0403 0405 0406 0501 0514 0517 0524 0525 1225 1226",
    2027: "0101 0325 0326 0328 0329 0501 0506 0516 0517 1225 1226",
}


@pytest.mark.parametrize("year", FREE)
def test_days_off_of_a_year_are_those_of_the_calendar(year: int) -> None:
    days = [date(year, 1, 1) + timedelta(days=number) for number in range(365)]
    free = {f"{day:%m%d}" for day in days if is_free(day) and day.weekday() < 5}
    listed = {text for text in FREE[year].split() if date(year, int(text[:2]), int(text[2:])).weekday() < 5}
    assert free == listed
    assert {day for day in days if day.weekday() >= 5} <= {day for day in days if is_free(day)}


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (date(2026, 11, 2), date(2026, 11, 16)),
        # Christmas Day is a Friday, Boxing Day a Saturday.
        (date(2026, 12, 11), date(2026, 12, 28)),
        # From Maundy Thursday to the Tuesday after Easter.
        (date(2027, 3, 11), date(2027, 3, 30)),
        # The national day is a Monday.
        (date(2027, 5, 3), date(2027, 5, 18)),
        (date(2026, 11, 7), date(2026, 11, 23)),
    ],
)
@pytest.mark.parametrize("period", [OBJECTION, PETITION_AFTER_NOTICE], ids=["objection", "petition"])
def test_two_weeks_end_on_a_working_day(period: Period, start: date, end: date) -> None:
    assert period.end(start) == end


@given(period=PERIODS, start=DAYS)
def test_period_never_ends_early_nor_on_a_day_off_that_it_rolls_over(period: Period, start: date) -> None:
    end, bare = period.end(start), start + timedelta(weeks=period.weeks)
    assert bare <= end <= bare + timedelta(days=6)
    if not period.rolls:
        assert end == bare
        return
    assert not is_free(end)
    assert all(is_free(bare + timedelta(days=number)) for number in range((end - bare).days))


@given(start=DAYS)
def test_later_start_never_ends_earlier(start: date) -> None:
    assert OBJECTION.end(start) <= OBJECTION.end(start + timedelta(days=1))


@pytest.mark.parametrize(
    ("moment", "end"),
    [
        # Half past eleven in the evening, in summer time and in winter time, is the next day in Oslo.
        (datetime(2026, 7, 1, 22, 30, tzinfo=UTC), date(2026, 7, 16)),
        (datetime(2026, 11, 1, 23, 30, tzinfo=UTC), date(2026, 11, 16)),
        (datetime(2026, 11, 2, 22, 30, tzinfo=UTC), date(2026, 11, 16)),
    ],
)
def test_moment_counts_by_its_legal_day_in_norway(moment: datetime, end: date) -> None:
    assert OBJECTION.end_after(moment) == end
