"""Cursors: they open for who got them and for the query that gave them, and hold nothing that was not shown."""

from __future__ import annotations

import base64
import json
from dataclasses import asdict, replace
from typing import Any

import pytest

from hub.errors import BadInput, BofastError
from hub.identity.model import Inquiry
from hub.plan.arguments import page_step
from hub.store.roles import Endpoints
from tests.plan.both import Both
from tests.plan.documents import Written
from tests.plan.requesters import PURPOSES, REQUESTERS, TODAY

_PAGE = """query($after: String, $filter: CaseFilter, $orderBy: CaseOrder, $first: Int! = 3) {
    cases(first: $first, after: $after, filter: $filter, orderBy: $orderBy) {
        totalCount edges { cursor node { id updatedAt } } pageInfo { endCursor hasNextPage hasPreviousPage } } }"""
_NAV = REQUESTERS["nav"]
_BAD_CURSOR = {"code": "BAD_USER_INPUT", "text": asdict(BadInput.said), "field": "after"}


async def _refusal(both: Both, inquiry: Inquiry, text: str = _PAGE, **variables: Any) -> dict[str, Any]:
    with pytest.raises(BofastError) as refused:
        await both.answer(inquiry, text, **variables)
    return refused.value.public()["extensions"]  # type: ignore[return-value]


def _opened(cursor: str) -> list[Any]:
    sealed = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
    return json.loads(sealed[:-16])


async def test_pages_follow_each_other_without_a_gap_or_a_repetition(planned: Endpoints) -> None:
    async with Both(planned) as both:
        whole = (await both.answer(_NAV, _PAGE, first=100))["data"]["cases"]
        found: list[str] = []
        after = None
        while True:
            page = (await both.answer(_NAV, _PAGE, after=after))["data"]["cases"]
            found += [edge["node"]["id"] for edge in page["edges"]]
            assert page["totalCount"] == whole["totalCount"]
            assert page["pageInfo"]["hasPreviousPage"] is (after is not None)
            after = page["pageInfo"]["endCursor"]
            if not page["pageInfo"]["hasNextPage"]:
                break
    assert found == [edge["node"]["id"] for edge in whole["edges"]]
    assert len(found) == whole["totalCount"] > 10


@pytest.mark.parametrize("first", [1, 9, 10, 11, 19, 20, 21])
async def test_a_page_shows_and_records_as_many_rows_as_were_asked_for(first: int, planned: Endpoints) -> None:
    """LEAK: a statement reads more rows than were asked for. What it read beyond them is neither shown nor withheld."""
    async with Both(planned) as both:
        whole = (await both.answer(_NAV, _PAGE, first=100))["data"]["cases"]
        data = await both.compare(_NAV, Written(text=_PAGE, variables={"first": first}, operation_name=None, pages={}))
    assert data is not None
    assert data["cases"]["edges"] == whole["edges"][:first]
    assert data["cases"]["pageInfo"]["hasNextPage"] is (whole["totalCount"] > first)


@pytest.mark.parametrize("power", range(5))
def test_a_page_is_planned_for_no_fewer_rows_and_at_most_two_and_a_half_times_as_many(power: int) -> None:
    for first in range(10**power, 10 ** (power + 1)):
        assert first <= page_step(first) <= max(10, 2.5 * first)


@pytest.mark.parametrize(
    "tampered",
    [
        pytest.param(lambda cursor: ("A" if cursor[0] != "A" else "B") + cursor[1:], id="first character changed"),
        pytest.param(lambda cursor: cursor[:-2] + ("A" if cursor[-2] != "A" else "B") + cursor[-1], id="seal changed"),
        pytest.param(lambda cursor: cursor[:-4], id="cut"),
        pytest.param(lambda cursor: cursor + "AAAA", id="lengthened"),
        pytest.param(
            lambda _: base64.urlsafe_b64encode(b'[null,"00000000-0000-0000-0000-000000000000"]').decode(), id="made up"
        ),
        pytest.param(lambda _: "", id="empty"),
        pytest.param(lambda _: "ø", id="no base64"),
        pytest.param(lambda cursor: cursor * 400, id="very long"),
    ],
)
async def test_a_cursor_that_was_changed_is_refused_by_name(tampered: Any, planned: Endpoints) -> None:
    async with Both(planned) as both:
        page = (await both.answer(_NAV, _PAGE))["data"]["cases"]
        before = len(both.executed)
        refusal = await _refusal(both, _NAV, after=tampered(page["pageInfo"]["endCursor"]))
        assert len(both.executed) == before
    assert refusal == _BAD_CURSOR


def _other_purpose(inquiry: Inquiry) -> Inquiry:
    purpose = PURPOSES.select("B102", inquiry.requester, TODAY.date())
    return replace(inquiry, purpose=purpose, bases=PURPOSES.bases(purpose, TODAY.date()))


@pytest.mark.parametrize(
    "foreign",
    [
        pytest.param(replace(_NAV, requester=replace(_NAV.requester, id="A999999")), id="a colleague"),
        pytest.param(replace(_NAV, requester=replace(_NAV.requester, unit="9911")), id="another unit"),
        pytest.param(replace(_NAV, requester=replace(_NAV.requester, role="other")), id="another role"),
        pytest.param(REQUESTERS["nav of the other municipality"], id="another municipality"),
        pytest.param(REQUESTERS["debt counsel"], id="another kind of party"),
        pytest.param(_other_purpose(_NAV), id="another purpose"),
    ],
)
async def test_a_cursor_that_somebody_else_was_given_is_refused(foreign: Inquiry, planned: Endpoints) -> None:
    async with Both(planned) as both:
        page = (await both.answer(_NAV, _PAGE))["data"]["cases"]
        refusal = await _refusal(both, foreign, after=page["pageInfo"]["endCursor"])
    assert refusal == _BAD_CURSOR


@pytest.mark.parametrize(
    "other",
    [
        pytest.param({"filter": {"track": "OWNER"}}, id="another filter"),
        pytest.param({"filter": {"track": "TENANCY", "phase": 1}}, id="a filter more"),
        pytest.param({}, id="no filter"),
        pytest.param({"filter": {"track": "TENANCY"}, "orderBy": {"field": "OPENED_AT"}}, id="another order"),
        pytest.param(
            {"filter": {"track": "TENANCY"}, "orderBy": {"field": "UPDATED_AT", "direction": "ASC"}}, id="turned round"
        ),
    ],
)
async def test_a_cursor_of_another_query_is_refused(other: dict[str, Any], planned: Endpoints) -> None:
    given = {"filter": {"track": "TENANCY"}}
    async with Both(planned) as both:
        cursor = (await both.answer(_NAV, _PAGE, **given))["data"]["cases"]["pageInfo"]["endCursor"]
        assert (await both.answer(_NAV, _PAGE, **given, after=cursor))["data"]["cases"]["pageInfo"]["hasPreviousPage"]
        refusal = await _refusal(both, _NAV, **other, after=cursor)
    assert refusal == _BAD_CURSOR


async def test_a_cursor_of_another_way_in_is_refused(planned: Endpoints) -> None:
    async with Both(planned) as both:
        cursor = (await both.answer(_NAV, _PAGE))["data"]["cases"]["pageInfo"]["endCursor"]
        inbox = "query($after: String) { inbox(first: 1, after: $after) { totalCount } }"
        refusal = await _refusal(both, _NAV, inbox, after=cursor)
    assert refusal == _BAD_CURSOR


async def test_a_cursor_holds_the_value_that_was_shown_and_the_id(planned: Endpoints) -> None:
    async with Both(planned) as both:
        edges = (await both.answer(_NAV, _PAGE))["data"]["cases"]["edges"]
    for edge in edges:
        value, identity = _opened(edge["cursor"])
        assert identity == edge["node"]["id"]
        assert value[:10] == edge["node"]["updatedAt"][:10]


async def test_a_cursor_holds_no_value_that_is_withheld(planned: Endpoints) -> None:
    # The officer may not know when a case was changed, which is what the page is ordered by.
    page = """query($after: String) { cases(first: 2, after: $after) {
        edges { cursor node { id } } pageInfo { endCursor hasNextPage } } }"""
    async with Both(planned) as both:
        first = (await both.answer(REQUESTERS["enforcement"], page))["data"]["cases"]
        after = (await both.answer(REQUESTERS["enforcement"], page, after=first["pageInfo"]["endCursor"]))["data"][
            "cases"
        ]
    assert [_opened(edge["cursor"]) for edge in first["edges"]] == [
        [None, edge["node"]["id"]] for edge in first["edges"]
    ]
    ids = [edge["node"]["id"] for edge in (*first["edges"], *after["edges"])]
    assert len(ids) == len(set(ids)) == 4
    assert ids == sorted(ids, reverse=True)
