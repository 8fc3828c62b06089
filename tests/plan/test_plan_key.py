"""What a plan is remembered by: everything that changes it, and nothing that is personal or of the moment."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from hub.errors import BofastError
from hub.identity.model import Inquiry, Purpose, Requester
from hub.operation.request import GraphQLRequest
from hub.plan.plan import Plan
from tests.plan.both import Both
from tests.plan.requesters import PURPOSES, REQUESTERS, TODAY

_NAV, _CITIZEN, _BANK = REQUESTERS["nav"], REQUESTERS["citizen"], REQUESTERS["bank for refinancing"]
_SOMEBODY = "01980000-0000-7000-8000-000000000000"
_TEXT = """
query Asked($n: NationalId! = "15928741270", $id: ID! = "x", $first: Int! = 3, $after: String, $filter: CaseFilter,
        $orderBy: CaseOrder, $skip: Boolean! = false, $include: Boolean! = true) {
    cases(first: $first, after: $after, filter: $filter, orderBy: $orderBy) {
        totalCount nodes { id state } pageInfo { endCursor } }
    personByNationalId(input: {nationalId: $n}) { name { last } }
    case(id: $id) { id plan { status } }
    me @skip(if: $skip) { actor party { id } }
    again: me @include(if: $include) { unit } }
query Unasked { me { actor } }"""
_SMALL = "query($after: String) { cases(first: 2, after: $after) { totalCount pageInfo { endCursor } } me { actor } }"


@dataclass(frozen=True, kw_only=True)
class Planned:
    """What is asked and by whom. Two of these share a plan or do not."""

    inquiry: Inquiry = _NAV
    text: str = _TEXT
    operation_name: str | None = "Asked"
    variables: Mapping[str, Any]


class Plans:
    """The plans that the desk takes, in the order in which it takes them."""

    def __init__(self, both: Both, runner: asyncio.Runner) -> None:
        self._both = both
        self._runner = runner
        self._taken: list[Plan] = []
        self._find = both.planner.find
        both.planner.find = self._noting  # type: ignore[method-assign]

    def of(self, planned: Planned) -> Plan:
        """The plan of one request, which must be answered."""
        self._taken.clear()
        request = GraphQLRequest(
            query=planned.text, operation_name=planned.operation_name, variables=dict(planned.variables)
        )
        self._runner.run(self._both.desk.answer(planned.inquiry, request))
        [plan] = self._taken
        return plan

    def cursors(self, inquiry: Inquiry, text: str) -> tuple[str, str]:
        """Two cursors of one list."""
        first = self._runner.run(self._both.answer(inquiry, text))["data"]["cases"]["pageInfo"]["endCursor"]
        second = self._runner.run(self._both.answer(inquiry, text, after=first))
        return first, second["data"]["cases"]["pageInfo"]["endCursor"]

    def close(self) -> None:
        self._both.planner.find = self._find  # type: ignore[method-assign]

    def _noting(self, *args: Any) -> Plan:
        self._taken.append(self._find(*args))
        return self._taken[-1]


@pytest.fixture(scope="module")
def plans(both: Both, runner: asyncio.Runner) -> Iterator[Plans]:
    plans = Plans(both, runner)
    yield plans
    plans.close()


def by(inquiry: Inquiry = _NAV, **changes: Any) -> Inquiry:
    """The same request by a requester of whom something is different."""
    return replace(inquiry, requester=replace(inquiry.requester, **changes))


def with_purpose(number: str) -> Inquiry:
    purpose = PURPOSES.select(number, _NAV.requester, TODAY.date())
    return replace(_NAV, purpose=purpose, bases=PURPOSES.bases(purpose, TODAY.date()))


def without(inquiry: Inquiry, basis: str) -> Inquiry:
    assert basis in inquiry.bases
    return replace(inquiry, bases=inquiry.bases - {basis})


def renumbered(number: str) -> Purpose:
    assert _NAV.purpose is not None
    return replace(_NAV.purpose, number=number, name="")


# --- what is not in the key -------------------------------------------------------------------------------------------

PERSONAL: Mapping[str, Inquiry] = {
    "id": by(id="B999999"),
    "name": by(name="Somebody Else"),
    "person": by(person=_SOMEBODY),
    "party": by(party="9902-nav"),
    "orgnr": by(orgnr="310100102"),
    "party_name": by(party_name="Another office"),
    "municipality": by(municipality="9902"),
    "unit": by(unit="9911"),
    "role": by(role="nav-caseworker-9902"),
    "consumer": by(consumer="312345005"),
    "supplier": by(supplier="314100204"),
    "scopes": by(scopes=frozenset({"bofast:bank"})),
    "issuer": by(issuer="another"),
    "expires_at": by(expires_at=1e10),
    "consent_details": by(consent_details="{}"),
}
OF_THE_MOMENT: Mapping[str, Inquiry] = {
    "request_id": replace(_NAV, request_id="another"),
    "received_at": replace(_NAV, received_at=TODAY + timedelta(hours=9)),
    "legal_day": replace(_NAV, legal_day=TODAY.date() + timedelta(days=1)),
    "purpose by another number": replace(_NAV, purpose=renumbered("B901")),
}
VALUES: Mapping[str, Mapping[str, Any]] = {
    "page size within its step": {"first": 10},
    "id": {"id": _SOMEBODY},
    "national id": {"n": "03847538057"},
    "a condition's value": {"filter": {"track": "OWNER"}},
    "a condition that is null": {"filter": {"track": "TENANCY", "phase": None}},
    "the default order, written out": {"filter": {"track": "TENANCY"}, "first": 9},
}


@pytest.mark.parametrize("name", [*PERSONAL, *OF_THE_MOMENT])
def test_plan_is_shared_whoever_asks_and_whenever(plans: Plans, name: str) -> None:
    inquiry = {**PERSONAL, **OF_THE_MOMENT}[name]
    assert inquiry != _NAV
    assert plans.of(Planned(inquiry=inquiry, variables={})) is plans.of(Planned(variables={}))


def test_plan_is_shared_whichever_break_glass_is_stated(plans: Plans) -> None:
    one, other = (replace(_NAV, glass=UUID(int=number)) for number in (1, 2))
    assert plans.of(Planned(inquiry=one, variables={})) is plans.of(Planned(inquiry=other, variables={}))


@pytest.mark.parametrize("name", VALUES)
def test_plan_is_shared_whatever_the_values_of_arguments(plans: Plans, name: str) -> None:
    base = {"filter": {"track": "TENANCY"}} if "filter" in VALUES[name] else {}
    assert plans.of(Planned(variables=VALUES[name])) is plans.of(Planned(variables=base))


def test_plan_is_shared_by_cursors_of_one_kind(plans: Plans) -> None:
    first, second = plans.cursors(_NAV, _SMALL)
    assert first != second
    asked = [Planned(text=_SMALL, operation_name=None, variables={"after": cursor}) for cursor in (first, second)]
    assert plans.of(asked[0]) is plans.of(asked[1])


def test_plan_is_shared_by_banks(plans: Plans) -> None:
    other = by(_BANK, id="313800202", party="313800202", orgnr="313800202")
    asked = [Planned(inquiry=who, text=_SMALL, operation_name=None, variables={}) for who in (_BANK, other)]
    assert plans.of(asked[0]) is plans.of(asked[1])


# --- what is in the key -----------------------------------------------------------------------------------------------

OTHER_CLASS: Mapping[str, Inquiry] = {
    "principal": replace(
        REQUESTERS["bank for refinancing"], requester=replace(_BANK.requester, kind=_NAV.requester.kind)
    ),
    "groups": REQUESTERS["nav with special rights"],
    "unit absent": by(unit=None),
    "person absent": by(person=None),
    "municipality absent": by(municipality=None),
    "purpose": with_purpose("B102"),
    "no purpose, the same bases": replace(_NAV, purpose=None),
    "a basis that has ended": without(_NAV, "BANK_CUSTOMER_CONSENT"),
    "assurance": by(assurance=4),
    "break-glass stated": replace(_NAV, glass=UUID(_SOMEBODY)),
    "kind": by(kind=REQUESTERS["secure unit"].requester.kind),
}
OTHER_VALUES: Mapping[str, Mapping[str, Any]] = {
    "page size of the next step": {"first": 11},
    "page size of a later step": {"first": 50},
    "@skip": {"skip": True},
    "@include": {"include": False},
    "one condition": {"filter": {"track": "OWNER"}},
    "another condition": {"filter": {"phase": 1}},
    "two conditions": {"filter": {"track": "OWNER", "phase": 1}},
    "order by another field": {"orderBy": {"field": "STATE"}},
    "order turned round": {"orderBy": {"field": "UPDATED_AT", "direction": "ASC"}},
}


@pytest.mark.parametrize("name", OTHER_CLASS)
def test_plan_is_another_for_another_class_of_requesters(plans: Plans, name: str) -> None:
    plain = plans.of(Planned(text=_SMALL, operation_name=None, variables={}))
    other = Planned(inquiry=OTHER_CLASS[name], text=_SMALL, operation_name=None, variables={})
    assert plans.of(other) is not plain
    # And it is remembered: what tells the two apart is the key, not chance.
    assert plans.of(other) is plans.of(other)
    assert plans.of(Planned(text=_SMALL, operation_name=None, variables={})) is plain


def test_plan_is_another_for_a_citizen_who_has_signed_in_more_weakly(plans: Plans) -> None:
    weaker = REQUESTERS["citizen signed in too weakly"]
    asked = [Planned(inquiry=who, text=_SMALL, operation_name=None, variables={}) for who in (_CITIZEN, weaker)]
    assert plans.of(asked[0]) is not plans.of(asked[1])


@pytest.mark.parametrize("name", OTHER_VALUES)
def test_plan_is_another_where_arguments_change_what_is_asked(plans: Plans, name: str) -> None:
    others = [{}, *(values for other, values in OTHER_VALUES.items() if other != name)]
    mine = plans.of(Planned(variables=OTHER_VALUES[name]))
    assert all(plans.of(Planned(variables=values)) is not mine for values in others)
    assert plans.of(Planned(variables=OTHER_VALUES[name])) is mine


def test_plan_is_another_for_another_text_however_alike(plans: Plans) -> None:
    texts = (_TEXT, f"{_TEXT} ", f"{_TEXT}\n# a word", _TEXT.replace("status", "s: status"))
    assert len({id(plans.of(Planned(text=text, variables={}))) for text in texts}) == len(texts)


def test_plan_is_another_for_another_operation_of_the_document(plans: Plans) -> None:
    asked = (Planned(variables={}), Planned(operation_name="Unasked", variables={}))
    assert plans.of(asked[0]) is not plans.of(asked[1])


def test_plan_is_another_for_each_kind_of_cursor(plans: Plans) -> None:
    officer = REQUESTERS["enforcement"]
    valued, absent = plans.cursors(_NAV, _SMALL)[0], plans.cursors(officer, _SMALL)[0]
    for inquiry, cursor in ((_NAV, valued), (officer, absent)):
        asked = [
            Planned(inquiry=inquiry, text=_SMALL, operation_name=None, variables=v) for v in ({}, {"after": cursor})
        ]
        assert plans.of(asked[0]) is not plans.of(asked[1])


# --- nothing forgotten ------------------------------------------------------------------------------------------------


def test_every_attribute_of_a_requester_and_a_request_is_varied_here() -> None:
    in_the_key = {"principal", "groups", "kind", "assurance"}
    assert {field.name for field in fields(Requester)} == in_the_key | set(PERSONAL)
    of_request = {"requester", "purpose", "bases", "request_id", "received_at", "legal_day", "glass"}
    assert {field.name for field in fields(Inquiry)} == of_request


def test_refused_request_leaves_no_plan(both: Both, plans: Plans, runner: asyncio.Runner) -> None:
    missed = both.planner.misses
    request = GraphQLRequest(query="{ cases(first: 3) { totalCount } }")
    with pytest.raises(BofastError):
        runner.run(both.desk.answer(replace(_NAV, purpose=None, bases=frozenset()), request))
    assert both.planner.misses == missed
