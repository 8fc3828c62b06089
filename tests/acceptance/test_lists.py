"""Lists: each agency counts, orders, filters and pages its own cases and nothing else."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from tests.acceptance.house import House
from tests.acceptance.matrix import CELLS
from tests.acceptance.readers import AGENCIES, Expected

EVERYBODY = pytest.mark.parametrize("who", AGENCIES)
_ARGUMENTS = {"first": "Int!", "after": "String", "filter": "CaseFilter", "orderBy": "CaseOrder"}
_PAGE = "totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor } edges { cursor node { id } }"
_FILTERS: Mapping[str, tuple[dict[str, Any], Callable[[Mapping[str, Any]], bool]]] = {
    "by state": ({"state": ["DATE_SET", "CLOSED"]}, lambda row: row["state"] in ("DATE_SET", "CLOSED")),
    "by track": ({"track": "OWNER"}, lambda row: row["track"] == "OWNER"),
    "by phase": ({"phase": 2}, lambda row: row["phase"] == 2),
    "by unit": ({"responsibleUnit": "9901"}, lambda row: row["responsible_unit"] == "9901"),
    "by municipality": ({"municipality": "9902"}, lambda row: row["municipality"] == "9902"),
    "by time": (
        {"openedFrom": "2026-09-01T00:00:00Z", "openedBefore": "2026-10-01T00:00:00Z"},
        lambda row: row["opened_at"].isoformat()[:7] == "2026-09",
    ),
}


@pytest.fixture(scope="module")
def expected(house: House) -> Expected:
    return Expected(house)


def mine(expected: Expected, who: str) -> list[str]:
    """The ids of the cases that are there for this agency, last changed first, where it may see when that was."""
    ids = [case["id"] for case in expected.cases if expected.is_open(AGENCIES[who], case)]
    return ids if CELLS[AGENCIES[who].column]["case"] == "R" else sorted(ids, reverse=True)


def page(house: House, who: str, **arguments: object) -> dict[str, Any]:
    """A page. Only what is given is declared, since a contract may lack the filter or the order."""
    declared = ", ".join(f"${name}: {_ARGUMENTS[name]}" for name in arguments)
    passed = ", ".join(f"{name}: ${name}" for name in arguments)
    query = f"query Page({declared}) {{ cases({passed}) {{ {_PAGE} }} }}"
    return house.ask(who, query, purpose=AGENCIES[who].purpose, **arguments).data["cases"]


@EVERYBODY
def test_list_holds_the_agencys_own_cases_in_order_and_counts_them(house: House, expected: Expected, who: str) -> None:
    listed = page(house, who, first=100)
    assert [edge["node"]["id"] for edge in listed["edges"]] == mine(expected, who)
    assert listed["totalCount"] == len(mine(expected, who))


@EVERYBODY
def test_pages_put_together_are_the_list(house: House, expected: Expected, who: str) -> None:
    found: list[str] = []
    arguments: dict[str, object] = {"first": 4}
    while True:
        part = page(house, who, **arguments)
        assert part["totalCount"] == len(mine(expected, who))
        assert part["pageInfo"]["hasPreviousPage"] == ("after" in arguments)
        found += [edge["node"]["id"] for edge in part["edges"]]
        if not part["pageInfo"]["hasNextPage"]:
            break
        assert part["pageInfo"]["endCursor"] == part["edges"][-1]["cursor"]
        arguments["after"] = part["pageInfo"]["endCursor"]
    assert found == mine(expected, who)


@pytest.mark.parametrize("name", _FILTERS)
@pytest.mark.parametrize("who", ["nav-caseworker", "housing-caseworker", "debt-counsellor"])
def test_filter_counts_only_what_matches_among_the_agencys_own(
    house: House, expected: Expected, who: str, name: str
) -> None:
    condition, matches = _FILTERS[name]
    rows = {str(row["id"]): row for row in house.rows("SELECT * FROM hub.case")}
    matching = [case for case in mine(expected, who) if matches(rows[case])]
    listed = page(house, who, first=100, filter=condition)
    assert ([edge["node"]["id"] for edge in listed["edges"]], listed["totalCount"]) == (matching, len(matching))


@pytest.mark.parametrize("direction", ["ASC", "DESC"])
@pytest.mark.parametrize(("field", "column"), [("CASE_NO", "case_no"), ("OPENED_AT", "opened_at"), ("STATE", "state")])
def test_order_is_by_the_field_and_ties_by_id(
    house: House, expected: Expected, field: str, column: str, direction: str
) -> None:
    rows = {str(row["id"]): row for row in house.rows("SELECT * FROM hub.case")}
    listed = page(house, "nav-caseworker", first=100, orderBy={"field": field, "direction": direction})
    ordered = sorted(
        mine(expected, "nav-caseworker"), key=lambda case: (rows[case][column], case), reverse=direction == "DESC"
    )
    assert [edge["node"]["id"] for edge in listed["edges"]] == ordered


@pytest.mark.parametrize("who", ["rent-collector", "enforcement-officer"])
def test_agency_that_may_not_see_the_state_cannot_filter_or_order_by_it(house: House, who: str) -> None:
    for arguments in ("filter: {state: [DATE_SET]}", "filter: {phase: 3}", "orderBy: {field: STATE}"):
        query = f"{{ cases(first: 1, {arguments}) {{ totalCount }} }}"
        answer = house.ask(who, query, purpose="B101")
        assert (answer.status, set(answer.codes)) == (400, {"GRAPHQL_VALIDATION_FAILED"})


def test_cursor_of_one_agency_opens_nothing_for_another_or_for_another_question(house: House) -> None:
    cursor = page(house, "nav-caseworker", first=1)["pageInfo"]["endCursor"]
    query = "query($after: String) { cases(first: 1, after: $after) { totalCount } }"
    filtered = "query($after: String) { cases(first: 1, after: $after, filter: {phase: 3}) { totalCount } }"
    assert house.ask("nav-caseworker", query, purpose="B101", after=cursor).status == 200
    for who, purpose, asked in (
        ("nav-caseworker-other-office", "B101", query),
        ("housing-caseworker", "B101", query),
        ("nav-caseworker", "B102", query),
        ("nav-caseworker", "B101", filtered),
    ):
        answer = house.ask(who, asked, purpose=purpose, after=cursor)
        assert (answer.status, answer.codes) == (400, ["BAD_USER_INPUT"])
        assert cursor not in answer.content.decode()


@pytest.mark.parametrize("cursor", ["", "A", "not a cursor", "QUJD" * 20, "é"])
def test_text_that_is_no_cursor_is_bad_input(house: House, cursor: str) -> None:
    query = "query($after: String) { cases(first: 1, after: $after) { totalCount } }"
    answer = house.ask("nav-caseworker", query, purpose="B101", after=cursor)
    assert (answer.status, answer.codes) == (400, ["BAD_USER_INPUT"])


def test_cursor_holds_no_value_that_the_requester_may_not_see(house: House) -> None:
    """The list is ordered by the last change, which the rent collector may not know."""
    cursors = {who: page(house, who, first=1)["pageInfo"]["endCursor"] for who in ("nav-caseworker", "rent-collector")}
    opened = {who: base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)) for who, cursor in cursors.items()}
    assert b"2026-" in opened["nav-caseworker"]
    assert b"2026-" not in opened["rent-collector"]
