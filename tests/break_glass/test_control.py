"""Who controls what was taken: the leader of the unit, the privacy officer, and the citizen in the log."""

from __future__ import annotations

import pytest

from hub.demo.people import KARI
from tests.acceptance.asking import everything
from tests.break_glass.conftest import CASEWORKER, PURPOSE, REASON, taken, under

LOOK = "query Look($id: ID!) { case(id: $id) { id rentDefaults { arrears } } }"
LIST = f"{{ breakGlasses(first: 100) {{ totalCount nodes {{ {everything('privacy', 'BreakGlass')} }} }} }}"
LOG = (
    "{ myAccessLog(first: 100) { nodes { occurredAt recipientUnit actorName actorRole bases categories breakGlass } } }"
)


@pytest.fixture
def look(house, case):
    def ask(glass):
        answer = house.ask(CASEWORKER, LOOK, purpose=PURPOSE, headers=under(glass), id=case["id"])
        assert answer.data["case"]["id"] == case["id"]
        return answer

    return ask


def lines(house, case) -> list[dict]:
    """The citizen's log as PostgreSQL has it: the demo's log-in knows its own personas only."""
    house.ask("privacy-officer", "{ accessLog(first: 1) { totalCount } }", purpose="B106")
    return house.rows("SELECT * FROM audit.access_line WHERE subject_id = $1::text::uuid ORDER BY id", case["subject"])


def control(house, who, purpose="B106") -> list[dict]:
    return house.ask(who, LIST, purpose=purpose).data["breakGlasses"]["nodes"]


def test_the_leader_and_the_privacy_officer_see_who_took_it_why_and_how_often_it_was_used(house, take, case, look):
    glass = taken(take(case["id"]))
    look(glass)
    look(glass)

    (line,) = control(house, "unit-leader")

    number = house.value("SELECT national_id FROM nav.person WHERE id = $1::text::uuid", case["subject"])
    assert (line["id"], line["reason"], line["dangerToLife"]) == (glass, REASON, False)
    assert (line["actorId"], line["actorName"], line["unit"]) == ("A123456", "Anders Testnes", "9901")
    assert (line["party"]["id"], line["subjectNationalIdMasked"]) == ("9901-nav", number[:6] + "*****")
    assert line["uses"] == 2
    assert line["lastUsedAt"] >= line["effectiveFrom"] < line["until"]
    assert control(house, "privacy-officer") == [line]


def test_one_that_nobody_used_is_in_the_lists_too(house, take, case):
    glass = taken(take(case["id"]))

    assert [(line["id"], line["uses"], line["lastUsedAt"]) for line in control(house, "unit-leader")] == [
        (glass, 0, None)
    ]


def test_a_leader_does_not_see_what_another_unit_took(house, take, case):
    """The other office's caseworker has no task in a case of the first one."""
    mine = house.rows(
        "SELECT c.id::text FROM hub.case c JOIN facts.protection p ON p.case_id = c.id"
        " WHERE c.municipality = '9901' AND p.grade = 0 AND NOT p.shielded AND NOT EXISTS"
        " (SELECT FROM facts.participant q WHERE q.case_id = c.id AND q.unit_id = '9911') LIMIT 1"
    )[0]["id"]
    glass = taken(take(mine, who="nav-caseworker-other-office"))

    assert control(house, "unit-leader") == []
    assert [line["id"] for line in control(house, "privacy-officer")] == [glass]


@pytest.mark.parametrize("who", ["nav-caseworker", "housing-caseworker", "enforcement-officer", "bank-system"])
def test_nobody_else_can_ask_for_the_list(house, who):
    purpose = "B103" if who == "bank-system" else "B101"

    assert house.ask(who, "{ breakGlasses(first: 1) { totalCount } }", purpose=purpose).codes == [
        "GRAPHQL_VALIDATION_FAILED"
    ]


def test_reading_the_list_is_on_record_about_whom_it_is_about(house, take, case):
    taken(take(case["id"]))

    (shown,) = house.ask("unit-leader", LIST, purpose="B106").recorded.shown

    assert (shown.subject, shown.categories, shown.kind) == (case["subject"], ("ACCESS_LOG",), "LISTED")
    assert shown.policies == ("leader.log-control.break-glass",)


def test_the_officers_log_names_the_break_glass_as_evidence(house, take, case, look):
    glass = taken(take(case["id"]))
    look(glass)
    query = "{ accessLog(first: 10) { nodes { evidenceId policies } } }"

    nodes = house.ask("privacy-officer", query, purpose="B106").data["accessLog"]["nodes"]

    found = {tuple(node["policies"]) for node in nodes if node["evidenceId"] == glass}
    assert found == {("nav.break-glass.case",), ("nav.break-glass.take",)}


def test_the_citizens_log_shows_the_look_up_at_once_and_that_it_was_taken_in_an_emergency(house, take, case, look):
    before = len(lines(house, case))
    look(taken(take(case["id"])))

    new = lines(house, case)[before:]

    assert [line["break_glass"] for line in new] == [True, True]
    assert [set(line["categories"]) for line in new] == [{"CASE_EXISTENCE"}, {"CASE_EXISTENCE", "RENT"}]
    assert {line["recipient_unit"] for line in new} == {"9901"}


def test_where_a_life_is_in_danger_the_citizens_log_shows_nothing_and_the_officers_all(house, take, case, look):
    before = lines(house, case)
    glass = taken(take(case["id"], dangerToLife=True))
    look(glass)

    assert lines(house, case) == before
    (line,) = control(house, "unit-leader")
    assert (line["id"], line["dangerToLife"], line["uses"]) == (glass, True, 1)
    query = "{ accessLog(first: 10) { nodes { evidenceId requestId } } }"
    nodes = house.ask("privacy-officer", query, purpose="B106").data["accessLog"]["nodes"]
    assert len({node["requestId"] for node in nodes if node["evidenceId"] == glass}) == 2


def test_an_ordinary_look_up_is_no_break_glass_in_the_citizens_log(house):
    house.ask(CASEWORKER, LOOK, purpose=PURPOSE, id=house.case_of(KARI))

    nodes = house.ask("citizen-kari", LOG).data["myAccessLog"]["nodes"]

    assert nodes
    assert {node["breakGlass"] for node in nodes} == {False}
