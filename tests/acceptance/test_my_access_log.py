"""The citizen's own log: one line for each look-up, with role and unit, the name only where the employer says so."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from hub.demo.offices import LANDLORD_COMPANY, TESTBY
from hub.demo.people import EVA, GUNNAR, KARI, OLA
from tests.acceptance.asking import case_query, everything
from tests.acceptance.changes import changed, give_consent, give_mandate, revoke
from tests.acceptance.house import Answer, House
from tests.acceptance.stored import plain

_MINE = f"{{ myAccessLog(first: 100) {{ totalCount nodes {{ {everything('citizen', 'AccessLine')} }} }} }}"
_LOOKED_UP = """
    SELECT DISTINCT occurred_at FROM audit.access_subject
    WHERE subject_id = $1 AND kind = 'LOOKED_UP' AND actor_id <> $1::text"""
_NAME = "query Name($id: ID!) { case(id: $id) { subject { name { last } } } }"


def lines(house: House, who: str, *answers: Answer) -> list[dict[str, Any]]:
    """The lines of the citizen's log about these requests; about all without any. A line bears its request's moment."""
    nodes = house.ask(who, _MINE).data["myAccessLog"]["nodes"]
    asked = {
        plain(house.value("SELECT occurred_at FROM audit.event WHERE request_id = $1", answer.headers["x-request-id"]))
        for answer in answers
    }
    return [node for node in nodes if not asked or node["occurredAt"] in asked]


@pytest.fixture
def looked_up(own_house: House) -> Answer:
    """NAV's caseworker has read all of Kari's case."""
    return own_house.ask("nav-caseworker", case_query("nav"), purpose="B101", id=own_house.case_of(KARI))


def test_look_up_of_a_whole_case_is_one_line(own_house: House, looked_up: Answer) -> None:
    shown = [entry for entry in looked_up.recorded.shown if entry.kind == "LOOKED_UP"]
    assert len(shown) > 1
    [line] = lines(own_house, "citizen-kari", looked_up)
    assert line["categories"] == sorted({name for entry in shown for name in entry.categories})
    assert line["bases"] == sorted({entry.basis for entry in shown})
    parties = {row["id"]: row["name"] for row in own_house.rows("SELECT id, name FROM hub.party")}
    assert set(line["sources"]) == {parties[entry.source] for entry in shown}
    assert line["recipient"]["name"] == "NAV Testby"


def test_leak_whole_cases_read_off_a_list_leave_a_line_each(own_house: House) -> None:
    """A list that shows more than who is on it was once no look-up, so a case could be read without the citizen's
    seeing it.
    """
    query = "{ cases(first: 100) { nodes { caseNo subject { id name { last } } contactLog { outcome } } } }"
    answer = own_house.ask("nav-caseworker", query, purpose="B101")
    kinds = {entry.kind for entry in answer.recorded.shown if entry.subject == str(KARI.id)}
    assert kinds == {"LOOKED_UP"}
    [line] = lines(own_house, "citizen-kari", answer)
    assert {"CASE_EXISTENCE", "CONTACT_LOG", "PERSON_NAME"} <= set(line["categories"])


def test_who_is_merely_on_a_list_gets_no_line(own_house: House) -> None:
    query = "{ cases(first: 100) { nodes { caseNo state subject { name { last } nationalIdMasked } } } }"
    answer = own_house.ask("nav-caseworker", query, purpose="B101")
    assert str(KARI.id) in {entry.subject for entry in answer.recorded.shown}
    assert lines(own_house, "citizen-kari", answer) == []


def test_log_has_as_many_lines_as_there_were_look_ups(own_house: House, looked_up: Answer) -> None:
    assert looked_up.status == 200
    log = own_house.ask("citizen-kari", _MINE).data["myAccessLog"]
    moments = [plain(row["occurred_at"]) for row in own_house.rows(_LOOKED_UP, KARI.id)]
    assert sorted(line["occurredAt"] for line in log["nodes"]) == sorted(moments)
    assert log["totalCount"] == len(moments)


def test_line_tells_role_and_unit_and_purpose_and_not_the_name(own_house: House, looked_up: Answer) -> None:
    [line] = lines(own_house, "citizen-kari", looked_up)
    assert (line["actorName"], line["actorRole"]) == (None, "nav-caseworker-9901")
    assert (line["recipientUnit"], line["purpose"]) == (TESTBY.nav_unit, "EVICTION_PREVENTION")
    assert not any(part in str(line) for part in ("A123456", "Anders"))


def test_name_is_shown_where_the_employer_has_decided_so(own_house: House) -> None:
    answer = own_house.ask("housing-caseworker", case_query("housing"), purpose="B101", id=own_house.case_of(KARI))
    found = {(line["actorName"], line["recipientUnit"]) for line in lines(own_house, "citizen-kari", answer)}
    assert found == {("Hedda Skinnrud", TESTBY.housing_unit)}


def test_name_is_hidden_again_when_the_employer_decides_otherwise(own_house: House) -> None:
    answer = own_house.ask("housing-caseworker", _NAME, purpose="B101", id=own_house.case_of(KARI))
    own_house.execute("UPDATE hub.party SET log_shows_names = false WHERE id = $1", TESTBY.housing)
    found = [line["actorName"] for line in lines(own_house, "citizen-kari", answer)]
    own_house.execute("UPDATE hub.party SET log_shows_names = true WHERE id = $1", TESTBY.housing)
    assert found == [None]


def test_look_up_that_found_nothing_is_in_nobody_s_log(own_house: House) -> None:
    refused = own_house.ask("nav-sister", _NAME, purpose="B101", id=own_house.case_of(KARI))
    other = own_house.ask("nav-caseworker-other-office", _NAME, purpose="B101", id=own_house.case_of(KARI))
    assert lines(own_house, "citizen-kari", refused, other) == []


def test_citizen_s_own_look_ups_and_appearances_in_lists_are_not_in_the_log(own_house: House) -> None:
    own = own_house.ask("citizen-kari", case_query("citizen"), id=own_house.case_of(KARI))
    listed = own_house.ask("nav-caseworker", "{ cases(first: 100) { nodes { id } } }", purpose="B101")
    assert lines(own_house, "citizen-kari", own, listed) == []


@pytest.mark.parametrize("who", ["citizen-kari", "citizen-eva", "citizen-ola"])
def test_citizen_never_sees_a_line_about_somebody_else(own_house: House, who: str, looked_up: Answer) -> None:
    for known in (EVA, OLA):
        kind, worker = ("secure-unit", "nav-secure-unit") if known is OLA else ("nav", "nav-caseworker")
        own_house.ask(worker, case_query(kind), purpose="B101", id=own_house.case_of(known))
    known = {"citizen-kari": KARI, "citizen-eva": EVA, "citizen-ola": OLA}[who]
    found = {line["occurredAt"] for line in lines(own_house, who)}
    assert looked_up.status == 200
    assert found == {plain(row["occurred_at"]) for row in own_house.rows(_LOOKED_UP, known.id)}


def test_guardian_s_look_up_is_in_the_ward_s_log(own_house: House) -> None:
    mandate = give_mandate(own_house, KARI, GUNNAR, ["ECONOMY"], first=date(2026, 1, 1))
    answer = own_house.ask("guardian", _NAME, id=own_house.case_of(KARI))
    revoke(own_house, mandate)
    assert answer.data["case"]["subject"]["name"] == {"last": "Testnes"}
    assert [line["bases"] for line in lines(own_house, "citizen-kari", answer)] == [["MANDATE"]]


def test_landlord_s_look_up_is_in_the_tenant_s_log(own_house: House) -> None:
    """Kari agrees that a landlord sees the agreement with it."""
    agreement = own_house.value(
        "SELECT r.id FROM hub.repayment_agreement r JOIN hub.case c ON c.id = r.case_id WHERE c.subject_id = $1",
        KARI.id,
    )
    give_consent(own_house, KARI, TESTBY.nav, LANDLORD_COMPANY, "REPAYMENT_AGREEMENT", ["AGREEMENT_TERMS"])
    with changed(own_house, "hub.repayment_agreement", agreement, {"creditor_party": LANDLORD_COMPANY}):
        query = "query($id: ID!) { case(id: $id) { repaymentAgreements { total } } }"
        answer = own_house.ask("landlord-company", query, purpose="B104", id=own_house.case_of(KARI))
    assert answer.data["case"]["repaymentAgreements"] == [{"total": 2_290_000}]
    assert len(lines(own_house, "citizen-kari", answer)) == 1


def test_log_pages_in_order_the_latest_first(own_house: House) -> None:
    for _ in range(3):
        own_house.ask("nav-caseworker", _NAME, purpose="B101", id=own_house.case_of(KARI))
    query = """query($after: String) { myAccessLog(first: 2, after: $after) {
        pageInfo { hasNextPage endCursor } nodes { id occurredAt } } }"""
    found: list[dict[str, Any]] = []
    after, has_next = None, True
    while has_next:
        page = own_house.ask("citizen-kari", query, after=after).data["myAccessLog"]
        found += page["nodes"]
        after, has_next = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
    assert [line["id"] for line in found] == [line["id"] for line in lines(own_house, "citizen-kari")]
    assert [line["occurredAt"] for line in found] == sorted((line["occurredAt"] for line in found), reverse=True)
