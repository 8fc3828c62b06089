"""Arguments that do not fit: each is refused by name or finds nothing, and none of them breaks anything."""

from __future__ import annotations

import asyncio
import json
from dataclasses import asdict
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.errors import BadInput, BofastError
from hub.store.roles import Endpoints
from tests.plan.both import Both
from tests.plan.requesters import REQUESTERS

_BY_NAV = {
    "id": "query($v: ID!) { case(id: $v) { id } }",
    "whole lookup": "query($v: PersonLookupInput!) { personByNationalId(input: $v) { id } }",
    "number": "query($v: NationalId!) { personByNationalId(input: {nationalId: $v}) { id } }",
    "first": "query($v: Int!) { cases(first: $v) { totalCount } }",
    "after": "query($v: String) { cases(first: 1, after: $v) { totalCount } }",
    "filter": "query($v: CaseFilter) { cases(first: 1, filter: $v) { totalCount } }",
    "order": "query($v: CaseOrder) { cases(first: 1, orderBy: $v) { totalCount } }",
    "states": "query($v: [CaseState!]) { cases(first: 1, filter: {state: $v}) { totalCount } }",
    "unit": "query($v: String) { cases(first: 1, filter: {responsibleUnit: $v}) { totalCount } }",
    "phase": "query($v: Int) { cases(first: 1, filter: {phase: $v}) { totalCount } }",
    "moment": "query($v: DateTime) { cases(first: 1, filter: {openedFrom: $v}) { totalCount } }",
    "switch": "query($v: Boolean = true) { cases(first: 1) { totalCount @skip(if: $v) } }",
}
_BY_OFFICER = {
    "log filter": "query($v: AccessLogFilter) { accessLog(first: 1, filter: $v) { totalCount } }",
    "actor": "query($v: String) { accessLog(first: 1, filter: {actorId: $v}) { totalCount } }",
    "subject": "query($v: NationalId) { accessLog(first: 1, filter: {nationalId: $v}) { totalCount } }",
}
_ASKED = [("nav", text) for text in _BY_NAV.values()] + [("privacy officer", text) for text in _BY_OFFICER.values()]
_MEMBERS = st.sampled_from(
    [
        "nationalId",
        "state",
        "phase",
        "responsibleUnit",
        "openedFrom",
        "field",
        "direction",
        "actorId",
        "from",
        "unit",
        "x",
    ]
)
_TEXTS = st.one_of(
    st.text(st.characters(), max_size=20),
    st.sampled_from(
        [
            "",
            "15928741270",
            "OPENED_AT",
            "OPEN",
            "2026-11-01T08:00:00Z",
            "0001-01-01T00:00:00+14:00",
            "9999-12-31T23:59:59-14:00",
            "2026-02-30T00:00:00Z",
            "infinity",
            "019b7d4a-9b00-797e-ad16-dbb252c2715b",
            "'; DROP TABLE hub.case; --",
            "a\0b",
            "\ud800",
            "x" * 5_000,
        ]
    ),
)
_SCALARS = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), _TEXTS)
_VALUES = st.recursive(
    _SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(_MEMBERS, inner, max_size=4)),
    max_leaves=6,
)


def test_no_value_of_a_variable_breaks_anything(both: Both, runner: asyncio.Runner) -> None:
    @settings(max_examples=600, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    @given(st.sampled_from(_ASKED), _VALUES)
    def stands(asked: tuple[str, str], value: Any) -> None:
        name, text = asked
        assert runner.run(_status(both, name, text, value)) in (200, 400)

    stands()


async def _status(both: Both, name: str, text: str, value: Any) -> int:
    try:
        await both.answer(REQUESTERS[name], text, v=value)
    except BofastError as refused:
        return refused.status
    return 200


@pytest.mark.parametrize("text", ["a\0b", "\0", "\ud800", "a\udfffb"])
async def test_what_is_no_text_is_refused_by_name(text: str, planned: Endpoints) -> None:
    member = "responsibleUnit"
    asked = "query($filter: CaseFilter) { cases(first: 1, filter: $filter) { totalCount } }"
    async with Both(planned) as both:
        with pytest.raises(BofastError) as refused:
            await both.answer(REQUESTERS["nav"], asked, filter={member: text})
        assert both.executed == []
    assert refused.value.public()["extensions"] == {
        "code": "BAD_USER_INPUT",
        "text": asdict(BadInput.said),
        "field": member,
    }


@pytest.mark.parametrize("text", ["a\0b", "\0", "\ud800", "99O1", "0000"])
async def test_what_is_no_municipality_is_refused_by_name(text: str, planned: Endpoints) -> None:
    asked = "query($filter: CaseFilter) { cases(first: 1, filter: $filter) { totalCount } }"
    async with Both(planned) as both:
        with pytest.raises(BofastError) as refused:
            await both.answer(REQUESTERS["nav"], asked, filter={"municipality": text})
        assert both.executed == []
    told = refused.value.public()
    assert told["extensions"]["code"] == "BAD_USER_INPUT"
    assert "at .municipality:" in told["message"]
    assert text not in told["message"]


@pytest.mark.parametrize(
    "literal",
    [
        pytest.param(r'"\u0000"', id="escaped NUL"),
        pytest.param(r'"\u{0}"', id="escaped NUL in braces"),
    ],
)
async def test_what_is_no_text_is_refused_in_the_document_too(literal: str, planned: Endpoints) -> None:
    asked = f"{{ cases(first: 1, filter: {{responsibleUnit: {literal}}}) {{ totalCount }} }}"
    async with Both(planned) as both:
        with pytest.raises(BofastError) as refused:
            await both.answer(REQUESTERS["nav"], asked)
    assert refused.value.public()["extensions"] == {
        "code": "BAD_USER_INPUT",
        "text": asdict(BadInput.said),
        "field": "responsibleUnit",
    }


@pytest.mark.parametrize("first", [0, -1, 101, 2**31 - 1])
async def test_a_page_of_an_impossible_size_is_refused(first: int, planned: Endpoints) -> None:
    async with Both(planned) as both:
        with pytest.raises(BofastError) as refused:
            await both.answer(REQUESTERS["nav"], f"{{ cases(first: {first}) {{ totalCount }} }}")
    assert refused.value.status == 400
    assert "first" in json.dumps(refused.value.public())


async def test_an_id_that_is_none_finds_nothing_as_an_unknown_one_does(planned: Endpoints) -> None:
    asked = "query($id: ID!) { case(id: $id) { id } }"
    async with Both(planned) as both:
        for id_ in ("none", "", "00000000-0000-0000-0000-000000000000", "9" * 400, "ø"):
            assert await both.answer(REQUESTERS["nav"], asked, id=id_) == {"data": {"case": None}}


async def test_a_switch_that_is_null_is_refused(planned: Endpoints) -> None:
    asked = "query($on: Boolean = true) { cases(first: 1) { totalCount @include(if: $on) } }"
    async with Both(planned) as both:
        assert "totalCount" in (await both.answer(REQUESTERS["nav"], asked))["data"]["cases"]
        with pytest.raises(BofastError) as refused:
            await both.answer(REQUESTERS["nav"], asked, on=None)
    assert refused.value.public()["extensions"] == {"code": "BAD_USER_INPUT", "text": asdict(BadInput.said)}


async def test_a_value_for_a_list_counts_as_a_list_of_one(planned: Endpoints) -> None:
    asked = "query($state: [CaseState!]) { cases(first: 1, filter: {state: $state}) { totalCount } }"
    async with Both(planned) as both:
        one = await both.answer(REQUESTERS["nav"], asked, state="OPEN")
        assert one == await both.answer(REQUESTERS["nav"], asked, state=["OPEN"])
        none = await both.answer(REQUESTERS["nav"], asked, state=[])
    assert none["data"]["cases"]["totalCount"] == 0
