"""A basis opens on its first legal day in Norway and closes after its last, to the second: in summer and winter time,
on the days on which the clock is changed, at the ends of years.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from hub.gate import DENIED
from hub.identity.legal_bases import LegalBases
from hub.identity.model import Inquiry
from hub.identity.purposes import PurposeRegister
from hub.identity.snapshot import legal_day
from tests.gate import real
from tests.plan.requesters import REQUESTERS

REGISTER = PurposeRegister.load()
ASKING = REQUESTERS["nav"]
BASIS, ACTION = "STL_17", "read:Tenancy.monthlyRent"
SECOND = timedelta(seconds=1)

MIDNIGHTS = {
    # The legal day, and the moment at which it begins.
    date(2026, 1, 15): datetime(2026, 1, 14, 23, tzinfo=UTC),
    date(2026, 7, 1): datetime(2026, 6, 30, 22, tzinfo=UTC),
    # The clock goes forward and back in the night of these days, after they have begun.
    date(2026, 3, 29): datetime(2026, 3, 28, 23, tzinfo=UTC),
    date(2026, 3, 30): datetime(2026, 3, 29, 22, tzinfo=UTC),
    date(2026, 10, 25): datetime(2026, 10, 24, 22, tzinfo=UTC),
    date(2026, 10, 26): datetime(2026, 10, 25, 23, tzinfo=UTC),
    # Years end an hour before they do in UTC; a leap day is a day.
    date(2027, 1, 1): datetime(2026, 12, 31, 23, tzinfo=UTC),
    date(2028, 2, 29): datetime(2028, 2, 28, 23, tzinfo=UTC),
    date(2028, 3, 1): datetime(2028, 2, 29, 23, tzinfo=UTC),
}


def with_days(first: date | None, last: date | None) -> PurposeRegister:
    """The register, with the basis in force on these days only."""
    rows = REGISTER.legal_bases.rows
    others = tuple(row for row in rows if row.code != BASIS)
    own = next(row for row in rows if row.code == BASIS)
    return replace(REGISTER, legal_bases=LegalBases(rows=(*others, replace(own, valid_from=first, valid_to=last))))


def asked(register: PurposeRegister, moment: datetime) -> Inquiry:
    day = legal_day(moment)
    return replace(ASKING, received_at=moment, legal_day=day, bases=register.bases(ASKING.purpose, day))


def is_open(register: PurposeRegister, moment: datetime) -> bool:
    gate = real.gate()
    return any(grant.basis == BASIS for grant in gate.decide(gate.class_of(asked(register, moment)), ACTION).permits)


@pytest.mark.parametrize(("day", "midnight"), MIDNIGHTS.items(), ids=map(str, MIDNIGHTS))
def test_a_basis_opens_with_the_first_second_of_its_first_legal_day(day, midnight):
    register = with_days(day, None)

    assert [is_open(register, midnight + step) for step in (-SECOND, timedelta(), SECOND)] == [False, True, True]


@pytest.mark.parametrize(("day", "midnight"), MIDNIGHTS.items(), ids=map(str, MIDNIGHTS))
def test_a_basis_closes_with_the_last_second_of_its_last_legal_day(day, midnight):
    register = with_days(date(2020, 1, 1), day - timedelta(days=1))

    assert [is_open(register, midnight + step) for step in (-SECOND, timedelta(), SECOND)] == [True, False, False]


@pytest.mark.parametrize("day", MIDNIGHTS)
def test_on_each_hour_of_its_only_day_a_basis_is_in_force_and_on_no_other(day):
    """Days on which the clock is changed have 23 hours and 25."""
    register = with_days(day, day)
    start = MIDNIGHTS[day]
    hours = [start + timedelta(hours=hour) for hour in range(-30, 54)]

    in_force = [moment for moment in hours if is_open(register, moment)]

    assert in_force == [moment for moment in hours if legal_day(moment) == day]
    assert len(in_force) == {date(2026, 3, 29): 23, date(2026, 10, 25): 25}.get(day, 24)


def test_a_basis_that_is_decided_and_has_no_day_yet_opens_nothing():
    register = with_days(None, None)

    assert not any(is_open(register, midnight) for midnight in MIDNIGHTS.values())


def test_a_decision_made_before_the_boundary_is_not_used_after_it():
    """What is in force is part of what a decision is remembered under."""
    gate, midnight = real.gate(), MIDNIGHTS[date(2027, 1, 1)]
    register = with_days(date(2020, 1, 1), date(2026, 12, 31))

    before, after = (gate.class_of(asked(register, moment)) for moment in (midnight - SECOND, midnight))

    assert before != after
    assert gate.decide(before, ACTION).residual != DENIED
    assert all(grant.basis != BASIS for grant in gate.decide(after, ACTION).permits)
