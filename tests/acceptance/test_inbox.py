"""The inbox: signals that nobody has taken in hand, for the unit that they were routed to, and for nobody else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from hub.demo.people import KARI, NINA, OLA
from tests.acceptance.asking import elements, everything
from tests.acceptance.changes import protected
from tests.acceptance.house import House
from tests.acceptance.readers import AGENCIES, Expected

READERS = [
    "nav-caseworker",
    "nav-caseworker-other-office",
    "nav-caseworker-other-municipality",
    "nav-secure-unit",
    "nav-sister",
]


@pytest.fixture(scope="module", autouse=True)
def untouched(own_house: House) -> None:
    """Everything that ever arrived lies in the inbox, and what the housing office sent itself is routed to it."""
    own_house.execute("UPDATE hub.signal SET triage_status = 'NEW'")
    own_house.execute("UPDATE hub.signal SET unit_id = '9941' WHERE kind = 'LEASE_BREACH' AND unit_id = '9901'")


def inbox(house: House, who: str, unit: str | None = None) -> dict[str, Any]:
    kind = AGENCIES[who].kind
    query = f"""query Inbox($unit: String) {{ inbox(first: 100, unit: $unit) {{
        totalCount nodes {{ {everything(kind, "Signal")} case {{ id }} }} }} }}"""
    return house.ask(who, query, purpose=AGENCIES[who].purpose, unit=unit).data["inbox"]


def due(house: House, who: str) -> set[str]:
    """Ids of the signals that the unit handles, in cases that nothing of protection or family hides."""
    expected, agency = Expected(house), AGENCIES[who]
    cases = {case["id"]: case for case in expected.cases}
    signals = house.rows("SELECT id::text, case_id::text FROM hub.signal WHERE unit_id = $1", agency.unit)

    def is_open(case: Mapping[str, Any]) -> bool:
        return expected.is_open(agency, {**case, "units": [*case["units"], agency.unit]})

    return {signal["id"] for signal in signals if is_open(cases[signal["case_id"]])}


@pytest.mark.parametrize("who", READERS)
def test_inbox_holds_what_was_routed_to_the_own_unit(own_house: House, who: str) -> None:
    found = inbox(own_house, who)
    assert {node["id"] for node in found["nodes"]} == due(own_house, who)
    assert found["totalCount"] == len(found["nodes"])
    assert {node["unit"] for node in found["nodes"]} <= {AGENCIES[who].unit}


@pytest.mark.parametrize("who", READERS)
def test_inbox_of_a_unit_holds_what_was_routed_there_as_far_as_the_requester_may_see_it(
    own_house: House, who: str
) -> None:
    mine = inbox(own_house, who)
    assert inbox(own_house, who, unit=AGENCIES[who].unit) == mine
    for other in ({"9901", "9911", "9921", "9941", "9902", "0000"}) - {AGENCIES[who].unit}:
        assert inbox(own_house, who, unit=other) == {"totalCount": 0, "nodes": []}


def test_inbox_shows_the_newest_first_and_pages_through_the_whole_unit(own_house: House) -> None:
    whole, read, after = inbox(own_house, "nav-caseworker", unit="9901"), [], None
    assert [node["receivedAt"] for node in whole["nodes"]] == sorted(
        (node["receivedAt"] for node in whole["nodes"]), reverse=True
    )
    query = """query Unit($after: String) { inbox(unit: "9901", first: 7, after: $after) {
        totalCount nodes { id } pageInfo { hasNextPage endCursor } } }"""
    while True:
        page = own_house.ask("nav-caseworker", query, purpose="B101", after=after).data["inbox"]
        assert page["totalCount"] == whole["totalCount"]
        read += [node["id"] for node in page["nodes"]]
        if not page["pageInfo"]["hasNextPage"]:
            break
        after = page["pageInfo"]["endCursor"]
    assert read == [node["id"] for node in whole["nodes"]]


def test_cursor_of_one_unit_s_inbox_opens_no_other(own_house: House) -> None:
    query = """query Unit($after: String, $unit: String) { inbox(unit: $unit, first: 3, after: $after) {
        pageInfo { endCursor } } }"""
    page = own_house.ask("nav-caseworker", query, purpose="B101", unit="9901", after=None).data["inbox"]
    other = own_house.ask("nav-caseworker", query, purpose="B101", unit="9911", after=page["pageInfo"]["endCursor"])
    assert other.codes == ["BAD_USER_INPUT"]


def test_signal_about_a_hidden_person_is_in_nobody_s_inbox_but_the_special_unit_s(own_house: House) -> None:
    hidden = {own_house.case_of(OLA), own_house.case_of(NINA)}
    for who in ("nav-caseworker", "nav-caseworker-other-office", "nav-sister"):
        assert hidden & {node["case"]["id"] for node in inbox(own_house, who)["nodes"] if node["case"]} == set()
    special = {node["case"]["id"] for node in inbox(own_house, "nav-secure-unit")["nodes"]}
    assert own_house.case_of(OLA) in special
    count = inbox(own_house, "nav-caseworker")["totalCount"]
    with protected(own_house, KARI, "SHIELDED"):
        assert inbox(own_house, "nav-caseworker")["totalCount"] == count - len(_about_kari(own_house))


def _about_kari(house: House) -> list[dict[str, Any]]:
    return house.rows("SELECT id FROM hub.signal WHERE case_id = $1::uuid AND unit_id = '9901'", house.case_of(KARI))


def test_signal_that_was_taken_in_hand_is_out_of_the_inbox(own_house: House) -> None:
    before = inbox(own_house, "nav-caseworker")["totalCount"]
    taken = inbox(own_house, "nav-caseworker")["nodes"][0]["id"]
    own_house.execute("UPDATE hub.signal SET triage_status = 'ASSIGNED' WHERE id = $1::uuid", taken)
    after = inbox(own_house, "nav-caseworker")
    own_house.execute("UPDATE hub.signal SET triage_status = 'NEW' WHERE id = $1::uuid", taken)
    assert (after["totalCount"], taken in {node["id"] for node in after["nodes"]}) == (before - 1, False)


def test_housing_office_handles_its_signals_without_knowing_who_sent_them(own_house: House) -> None:
    assert "Signal.sender" not in elements("housing")
    found = inbox(own_house, "housing-caseworker")
    assert {node["id"] for node in found["nodes"]} == due(own_house, "housing-caseworker")
    assert found["nodes"]


def test_inbox_is_on_record_as_listed(own_house: House) -> None:
    answer = own_house.ask("nav-caseworker", "{ inbox(first: 3) { nodes { kind } } }", purpose="B101")
    assert {(entry.kind, entry.categories) for entry in answer.recorded.shown} == {("LISTED", ("SIGNAL",))}
