"""When to try again: twice as long each time, up to a limit; what is asked for is heeded, up to the limit."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.events.webhooks.pace import Pace, retry_after_of

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)


@given(st.integers(1, 500), st.floats(0, 1, exclude_max=True))
def test_pause_is_between_half_and_the_whole_of_what_doubles(attempts, chance):
    pace = Pace(chance=lambda: chance)
    whole = min(21_600.0, 5.0 * 2 ** min(attempts - 1, 40))
    assert whole / 2 <= pace.pause(attempts) <= whole


@given(st.integers(1, 40), st.floats(0, 1e9))
def test_what_the_other_side_asks_for_is_heeded_up_to_the_limit(attempts, asked):
    pace = Pace(chance=lambda: 0.0)
    assert pace.pause(attempts, asked) == min(21_600.0, max(pace.pause(attempts), asked))


def test_sixteen_attempts_take_about_a_day():
    assert 0.5 < sum(Pace(chance=lambda: 0.5).pause(one) for one in range(1, 16)) / 86_400 < 1.1
    assert [Pace().is_over(attempts) for attempts in (15, 16)] == [False, True]


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("٣", None),
        ("0", 0.0),
        (" 120 ", 120.0),
        ("9" * 400, 999_999_999.0),
        ("Mon, 30 Nov 2026 12:01:00 GMT", 60.0),
        ("Mon, 30 Nov 2026 11:00:00 GMT", 0.0),
        ("Mon, 30 Nov 2026 12:01:00", None),
        ("Mon, 99 Nov 2026 12:01:00 GMT", None),
    ],
)
def test_retry_after_is_read_as_seconds_or_as_a_moment(header, seconds):
    assert retry_after_of(header, NOW) == seconds
