"""Rules with dates open and close on the right legal day in Norway, and no plan outlives the day it is right for."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from hub.demo.people import KARI
from hub.edge.visit import Visit
from hub.errors import BofastError, PurposeNotPermitted
from hub.identity.model import Inquiry, Requester
from hub.identity.purposes import PurposeRegister
from tests.plan.both import Both
from tests.plan.requesters import PURPOSES, REQUESTERS

_NAV = REQUESTERS["nav"].requester
_BASIS = "STL_17"
_LATER = "forvaltningsloven (2025)"
_DAY = date(2026, 11, 22)
_ASKED = "query($n: NationalId!) { personByNationalId(input: {nationalId: $n}) { name { last } } }"
# The last instant of a day in Norway and the first of the next: in winter, in summer, and on the two days with another
# number of hours.
_MIDNIGHTS = {
    "winter": datetime(2026, 11, 22, 23, 0, tzinfo=UTC),
    "summer": datetime(2026, 7, 1, 22, 0, tzinfo=UTC),
    "clocks go forward": datetime(2027, 3, 28, 22, 0, tzinfo=UTC),
    "clocks go back": datetime(2026, 10, 25, 23, 0, tzinfo=UTC),
    "new year": datetime(2026, 12, 31, 23, 0, tzinfo=UTC),
}
_INSTANT = timedelta(microseconds=1)


async def _nobody(*_: Any) -> Any:
    raise NotImplementedError


def asked_at(moment: datetime, register: PurposeRegister, requester: Requester = _NAV) -> Inquiry:
    """A request as the door makes it out."""
    visit = Visit(scope={"type": "http"}, receive=_nobody, send=_nobody, head={}, request_id="test", received_at=moment)
    day = visit.legal_day
    purpose = register.select("B101", requester, day)
    return visit.inquiry(requester, purpose, register.bases(purpose, day))


def with_basis(first: date | None, last: date | None) -> PurposeRegister:
    """The register, with one basis in force on these days."""
    rows = [replace(row, valid_from=first, valid_to=last) if row.code == _BASIS else row for row in _rows()]
    return replace(PURPOSES, legal_bases=replace(PURPOSES.legal_bases, rows=tuple(rows)))


def _rows() -> Sequence[Any]:
    found = PURPOSES.legal_bases.rows
    assert sum(row.code == _BASIS for row in found) == 1
    return found


def shown(both: Both, runner: asyncio.Runner, inquiry: Inquiry) -> bool:
    """Whether Kari's name comes out. A purpose whose bases open nothing is refused by name."""
    try:
        answer = runner.run(both.answer(inquiry, _ASKED, n=KARI.national_id))
    except PurposeNotPermitted:
        return False
    return answer["data"]["personByNationalId"] is not None


@pytest.mark.parametrize(
    ("first", "last", "is_open"),
    [
        pytest.param(None, None, False, id="decided, but not in force"),
        pytest.param(_DAY - timedelta(days=9), _DAY - timedelta(days=1), False, id="ended yesterday"),
        pytest.param(_DAY - timedelta(days=9), _DAY, True, id="ends today"),
        pytest.param(_DAY - timedelta(days=9), _DAY + timedelta(days=1), True, id="ends tomorrow"),
        pytest.param(_DAY - timedelta(days=1), None, True, id="began yesterday"),
        pytest.param(_DAY, None, True, id="begins today"),
        pytest.param(_DAY, _DAY, True, id="of one day"),
        pytest.param(_DAY + timedelta(days=1), None, False, id="begins tomorrow"),
    ],
)
def test_basis_opens_from_its_first_to_its_last_day(
    both: Both, runner: asyncio.Runner, first: date | None, last: date | None, is_open: bool
) -> None:
    register = with_basis(first, last)
    inquiry = asked_at(datetime(2026, 11, 22, 12, tzinfo=UTC), register)
    assert (_BASIS in inquiry.bases) is is_open
    assert shown(both, runner, inquiry) is is_open


@pytest.mark.parametrize("name", _MIDNIGHTS)
def test_basis_closes_at_midnight_in_norway_and_its_plan_with_it(both: Both, runner: asyncio.Runner, name: str) -> None:
    midnight = _MIDNIGHTS[name]
    last = asked_at(midnight - _INSTANT, PURPOSES).legal_day
    register = with_basis(last - timedelta(days=30), last)
    assert asked_at(midnight, register).legal_day == last + timedelta(days=1)
    # The same desk, so whatever it remembers of the last day is at hand on the next.
    assert shown(both, runner, asked_at(midnight - _INSTANT, register))
    assert not shown(both, runner, asked_at(midnight, register))
    assert shown(both, runner, asked_at(midnight - _INSTANT, register))


@pytest.mark.parametrize("name", _MIDNIGHTS)
def test_basis_opens_at_midnight_in_norway(both: Both, runner: asyncio.Runner, name: str) -> None:
    midnight = _MIDNIGHTS[name]
    register = with_basis(asked_at(midnight, PURPOSES).legal_day, None)
    assert not shown(both, runner, asked_at(midnight - _INSTANT, register))
    assert shown(both, runner, asked_at(midnight, register))


@pytest.mark.parametrize("name", _MIDNIGHTS)
def test_purpose_ends_at_midnight_in_norway(name: str) -> None:
    midnight = _MIDNIGHTS[name]
    last = asked_at(midnight - _INSTANT, PURPOSES).legal_day
    register = replace(PURPOSES, purposes={"B101": replace(PURPOSES.purposes["B101"], valid_to=last)})
    assert asked_at(midnight - _INSTANT, register).purpose is not None
    with pytest.raises(BofastError) as refusal:
        asked_at(midnight, register)
    assert refusal.value.facts["reason"] == "NOT_IN_FORCE"


def test_a_new_generation_of_a_law_takes_over_without_a_gap() -> None:
    """One row ends, another begins: the code that policies cite is in force on both days."""
    old = next(row for row in PURPOSES.legal_bases.rows if row.code == "FVL_GIVERS_TASK" and _LATER not in row.citation)
    new = next(row for row in PURPOSES.legal_bases.rows if row.code == "FVL_GIVERS_TASK" and _LATER in row.citation)
    rest = tuple(row for row in PURPOSES.legal_bases.rows if row.code != "FVL_GIVERS_TASK")
    rows = (*rest, replace(old, valid_to=_DAY), replace(new, valid_from=_DAY + timedelta(days=1)))
    register = replace(PURPOSES, legal_bases=replace(PURPOSES.legal_bases, rows=rows))
    midnight = _MIDNIGHTS["winter"]
    for moment in (midnight - _INSTANT, midnight):
        assert "FVL_GIVERS_TASK" in asked_at(moment, register).bases
    in_force = [register.legal_bases.in_force("FVL_GIVERS_TASK", _DAY + timedelta(days=n)) for n in (0, 1)]
    assert [row and row.citation for row in in_force] == [old.citation, new.citation]
