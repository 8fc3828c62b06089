"""Nothing is left to chance: each filter, each order, each way in and each mistake is tried once, by everybody.

The random changes draw from these questions; here all of them are asked about a person who is strictly protected.
"""

from __future__ import annotations

import pytest
from graphql import GraphQLEnumType, GraphQLInputObjectType

from hub.demo.people import OLA
from tests.acceptance.asking import contract
from tests.noninterference.changes import Change, changed
from tests.noninterference.named import NAMED
from tests.noninterference.questions import answers, focus_on, kind_of, questions
from tests.noninterference.sight import purpose_of, who_asks
from tests.noninterference.trace import Tracer, same

_HIDDEN = ("how a strictly protected person's case stands", "a case of a strictly protected person")
_SEEN_BY = {who for name in _HIDDEN for who in NAMED[name].seen_by}
_ABOUT_NOBODY = {"me", "mySharing", "whoCanSee"}
_WORDS = {
    "AccessLogFilter": "log filter by",
    "CaseFilter": "filter by",
    "CaseOrderField": "order by",
    "SubmissionFilter": "submissions filter by",
}
# The question that stands for a way in or an argument, where it has another name.
_BY = {
    "accessLog": "log",
    "actorId": "log of an employee",
    "before": "log",
    "case": "the case",
    "cases": "pages",
    "nationalId": "log of the person",
    "personByNationalId": "the person",
}
# How a page is asked for, and what has questions under a name of its own.
_ARGUMENTS = {"after", "caseId", "field", "filter", "first", "from", "id", "input", "orderBy", "purpose", "to"}
_FIRST = 12


def names(tracer: Tracer, who: str) -> set[str]:
    return {name for name, _ in questions(who, focus_on(tracer.house, tracer.house.case_of(OLA)), purpose_of(who))}


@pytest.mark.parametrize("who", [who for who in who_asks() if who not in _SEEN_BY])
def test_no_question_tells_of_a_strictly_protected_person(tracer: Tracer, who: str) -> None:
    """Her case changes in all that one could filter and order by, and there is one more like it."""
    house = tracer.house
    focus = focus_on(house, house.case_of(OLA))
    asking = list(questions(who, focus, purpose_of(who), first=_FIRST))
    before = {name: list(answers(tracer, who, question)) for name, question in asking}
    steps = tuple(step for name in _HIDDEN for step in NAMED[name].make(house))
    with changed(house, Change(name="both", steps=steps)):
        for name, question in asking:
            for one, other in zip(before[name], answers(tracer, who, question), strict=True):
                same(one, other, f"{name}, asked by {who}")


@pytest.mark.parametrize("who", who_asks())
def test_every_way_to_ask_that_a_contract_has_is_asked(tracer: Tracer, who: str) -> None:
    """A filter, an order or a way in that comes later cannot be forgotten here."""
    known, asked = contract(kind_of(who)), names(tracer, who)
    assert known.query_type is not None
    assert {_BY.get(name, name) for name in known.query_type.fields if name not in _ABOUT_NOBODY} <= asked
    for name, field in known.query_type.fields.items():
        assert {f"{name} by {argument}" for argument in field.args.keys() - _ARGUMENTS} <= asked
    for type_name, word in _WORDS.items():
        node = known.type_map.get(type_name)
        if isinstance(node, GraphQLInputObjectType):
            assert {_BY.get(name, f"{word} {name}") for name in node.fields} <= asked
        if isinstance(node, GraphQLEnumType):
            assert {f"{word} {name}" for name in node.values} <= asked


def test_what_is_asked_is_answered_with_pages_and_errors(tracer: Tracer) -> None:
    """Else the tests above would compare refusals only, or one page."""
    house = tracer.house
    focus = focus_on(house, house.case_of(OLA))
    asking = dict(questions("nav-caseworker", focus, "B101", first=_FIRST))
    told = {name: list(answers(tracer, "nav-caseworker", question)) for name, question in asking.items()}
    assert len(told["pages"]) > 1
    assert {
        trace.status for name in asking if name.startswith(("filter", "order", "pages")) for trace in told[name]
    } == {200}
    refused = {name for name, traces in told.items() if traces[0].status != 200}
    assert refused >= {"wrong digit", "no variable", "unknown field", "no syntax", "page too large", "no cursor"}
    assert {b'"totalCount":' in trace.body for trace in told["pages"]} == {True}
