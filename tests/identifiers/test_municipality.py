"""The list of municipality numbers: what is on it, from when to when, and what became of it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schema.identifiers import InvalidIdentifier, Municipality, parse_municipality
from schema.identifiers.municipality import _numbers, list_begins

REFORM, REVERSAL = date(2020, 1, 1), date(2024, 1, 1)
DAY = timedelta(days=1)
REAL = [number for number in _numbers().values() if not number.is_synthetic]
IN_FORCE = {date(2019, 12, 31): 422, REFORM: 356, date(2023, 12, 31): 356, REVERSAL: 357, date(2026, 11, 30): 357}


@pytest.mark.parametrize(("day", "count"), IN_FORCE.items(), ids=str)
def test_as_many_are_in_force_as_statistics_norway_counts(day: date, count: int):
    assert sum(number.is_in_force(day) for number in REAL) == count


CHANGES = {
    "Bærum changed county twice": ("0219", REFORM, ["3024"]),
    "and back": ("3024", REVERSAL, ["3201"]),
    "Ålesund was split": ("1507", REVERSAL, ["1508", "1580"]),
    "Tysfjord was divided": ("1850", REFORM, ["1806", "1875"]),
    "Snillfjord was divided in three": ("5012", REFORM, ["5055", "5056", "5059"]),
    "Finnøy became part of Stavanger": ("1141", REFORM, ["1103"]),
    "Bergen": ("1201", REFORM, ["4601"]),
    "Tromsø, first": ("1902", REFORM, ["5401"]),
    "Tromsø, then": ("5401", REVERSAL, ["5501"]),
}


@pytest.mark.parametrize(("number", "ended", "became"), CHANGES.values(), ids=CHANGES.keys())
def test_number_ends_with_the_reform_and_others_take_its_place(number: str, ended: date, became: list[str]):
    found = Municipality.parse(number, on=ended - DAY)

    assert (found.ends, list(found.became)) == (ended, became)
    with pytest.raises(InvalidIdentifier):
        Municipality.parse(number, on=ended)


@pytest.mark.parametrize("number", ["0301", "1103", "4601", "5001", "1804", "1580"])
def test_number_of_today_is_in_force(number: str):
    assert Municipality.parse(number, on=date(2026, 11, 30)).number == number


def test_number_that_kept_its_place_is_in_force_before_and_after():
    for day in (list_begins(), REFORM, REVERSAL):
        assert Municipality.parse("1103", on=day).begins is None


def test_what_ended_was_followed_by_what_was_in_force_on_that_day():
    for number in REAL:
        assert bool(number.became) == (number.ends is not None)
        for successor in number.became:
            assert number.ends is not None
            assert Municipality.parse(successor, on=number.ends).number == successor


def test_what_began_took_the_place_of_something():
    begun = {number.number for number in REAL if number.begins is not None}
    named = {successor for number in REAL for successor in number.became}

    assert begun <= named


def test_every_number_is_in_force_for_some_time():
    for number in _numbers().values():
        assert number.is_in_force(number.begins or list_begins())


def test_of_days_before_it_begins_the_list_says_nothing():
    with pytest.raises(InvalidIdentifier):
        Municipality.parse("0301", on=list_begins() - DAY)


def test_municipalities_of_the_demo_are_told_from_real_ones():
    assert {number.number for number in _numbers().values() if number.is_synthetic} == {"9901", "9902"}


@pytest.mark.parametrize("text", ["", "301", "03010", "0300", "9999", "2100", "030l", "٠٣٠١", " 0301", "0301 "])
def test_what_is_not_on_the_list_is_refused_without_being_repeated(text: str):
    with pytest.raises(InvalidIdentifier) as error:
        parse_municipality(text)

    assert not text.strip() or text not in str(error.value)


@given(st.text(alphabet="0123456789", min_size=4, max_size=4))
def test_four_digits_are_a_municipality_if_they_are_on_the_list_and_not_otherwise(text: str):
    """A county is no municipality, though its number begins like those of its municipalities."""
    known = text in _numbers()

    try:
        assert parse_municipality(text) == text
    except InvalidIdentifier:
        assert not known
    else:
        assert known
