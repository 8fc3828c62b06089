"""Privacy officers and leaders: who looked at what, within their own party or unit, and never the case."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from hub.demo.offices import SYNTEVIK, TESTBY
from hub.demo.people import EVA, KARI, MONA, OLA
from tests.acceptance.asking import case_query, contract, elements, everything
from tests.acceptance.house import Answer, House

_LOG = f"""query Log($filter: AccessLogFilter, $first: Int!, $after: String) {{
    accessLog(filter: $filter, first: $first, after: $after) {{
        totalCount pageInfo {{ hasNextPage endCursor }} nodes {{ {everything("privacy", "AccessLogEntry")} }} }} }}"""
_NAME = "query Name($id: ID!) { case(id: $id) { subject { name { last } } } }"
_OWN = {
    "privacy-officer": "recipient_party = '9901-nav' OR source_party = '9901-nav'",
    "unit-leader": "recipient_party = '9901-nav' AND recipient_unit = '9901'",
}
CONTROLLERS = pytest.mark.parametrize("who", _OWN)


@pytest.fixture(scope="module", autouse=True)
def looked_up(own_house: House) -> dict[str, Answer]:
    """Look-ups by several parties before anybody controls the log."""
    case = {known.first: own_house.case_of(known) for known in (KARI, EVA, OLA, MONA)}
    return {
        "nav on Kari": own_house.ask("nav-caseworker", case_query("nav"), purpose="B101", id=case["Kari"]),
        "nav on Eva": own_house.ask("nav-caseworker", _NAME, purpose="B102", id=case["Eva"]),
        "other office": own_house.ask(
            "nav-caseworker-other-office", "{ cases(first: 2) { nodes { id } } }", purpose="B101"
        ),
        "other municipality": own_house.ask(
            "nav-caseworker-other-municipality", _NAME, purpose="B101", id=case["Mona"]
        ),
        "secure unit on Ola": own_house.ask("nav-secure-unit", _NAME, purpose="B101", id=case["Ola"]),
        "housing on Kari": own_house.ask("housing-caseworker", case_query("housing"), purpose="B101", id=case["Kari"]),
        "Kari herself": own_house.ask("citizen-kari", case_query("citizen"), id=case["Kari"]),
        "bank itself": own_house.ask("bank-system", "{ submissions(first: 5) { nodes { rowNo } } }"),
    }


def log(house: House, who: str, number: str = "B106", **condition: object) -> Answer:
    return house.ask(who, _LOG, purpose=number, first=100, filter=condition)


def lines(house: House, who: str, **condition: object) -> list[dict[str, Any]]:
    return log(house, who, **condition).data["accessLog"]["nodes"]


def stored(house: House, who: str, condition: str = "true", *arguments: object) -> set[str]:
    """Ids of the lines that stand in the index of the record."""
    sql = f"SELECT id::text FROM audit.access_subject WHERE ({_OWN[who]}) AND {condition}"
    return {row["id"] for row in house.rows(sql, *arguments)}


@CONTROLLERS
def test_controller_sees_the_lines_of_the_own_party_and_no_other(own_house: House, who: str) -> None:
    asked = log(own_house, who)
    before = {entry["id"] for entry in asked.data["accessLog"]["nodes"]}
    own_request = asked.headers["x-request-id"]
    assert before == stored(own_house, who, "request_id <> $1", own_request)
    assert asked.data["accessLog"]["totalCount"] == len(before)


def test_officer_sees_look_ups_by_another_party_in_data_of_the_own_party(
    own_house: House, looked_up: dict[str, Answer]
) -> None:
    request_id = looked_up["housing on Kari"].headers["x-request-id"]
    found = [line for line in lines(own_house, "privacy-officer") if line["requestId"] == request_id]
    assert {line["source"]["id"] for line in found} == {TESTBY.nav}
    assert {line["recipient"]["id"] for line in found} == {TESTBY.housing}
    others = own_house.rows("SELECT DISTINCT source_party FROM audit.access_subject WHERE request_id = $1", request_id)
    assert {row["source_party"] for row in others} > {TESTBY.nav}


@pytest.mark.parametrize("which", ["other municipality", "bank itself"])
def test_officer_sees_no_look_up_in_which_the_own_party_had_no_part(
    own_house: House, looked_up: dict[str, Answer], which: str
) -> None:
    answer = looked_up[which]
    assert answer.recorded.shown
    assert {entry.recipient for entry in answer.recorded.shown} & {TESTBY.nav} == set()
    request_ids = {line["requestId"] for line in lines(own_house, "privacy-officer")}
    assert answer.headers["x-request-id"] not in request_ids


def test_leader_sees_the_own_unit_and_neither_other_units_nor_other_parties(
    own_house: House, looked_up: dict[str, Answer]
) -> None:
    request_ids = {line["requestId"] for line in lines(own_house, "unit-leader")}
    asked = {name: answer.headers["x-request-id"] in request_ids for name, answer in looked_up.items()}
    assert {name for name, seen in asked.items() if seen} == {"nav on Kari", "nav on Eva"}


@CONTROLLERS
def test_filter_by_person_finds_the_lines_about_that_person(own_house: House, who: str) -> None:
    found = lines(own_house, who, nationalId=EVA.national_id)
    about_eva = stored(own_house, who, "subject_id = $1 AND NOT 'ACCESS_LOG' = ANY (categories)", EVA.id)
    assert {line["id"] for line in found if "ACCESS_LOG" not in line["categories"]} == about_eva
    assert about_eva
    assert {line["subjectNationalIdMasked"] for line in found} == {"228168*****"}


@CONTROLLERS
def test_filter_by_employee_finds_everything_that_the_employee_looked_at(own_house: House, who: str) -> None:
    found = lines(own_house, who, actorId="A123456")
    assert {line["id"] for line in found} == stored(own_house, who, "actor_id = 'A123456'")
    assert {line["actorName"] for line in found} == {"Anders Testnes"}


def test_filter_by_unit_finds_what_was_shown_to_it(own_house: House) -> None:
    found = lines(own_house, "privacy-officer", unit=TESTBY.secure_unit)
    assert {line["id"] for line in found} == stored(own_house, "privacy-officer", "recipient_unit = '9921'")
    assert {line["actorId"] for line in found} == {"A200921"}


def test_filter_by_purpose_finds_what_was_asked_for_it(own_house: House) -> None:
    found = lines(own_house, "privacy-officer", purpose="DEBT_COUNSELLING")
    assert {line["id"] for line in found} == stored(own_house, "privacy-officer", "purpose = 'DEBT_COUNSELLING'")
    assert found


def test_filter_by_time_holds_the_first_moment_and_not_the_last(own_house: House) -> None:
    moments = sorted({line["occurredAt"] for line in lines(own_house, "privacy-officer", actorId="A123456")})
    first, last = moments[0], moments[-1]
    found = lines(own_house, "privacy-officer", actorId="A123456", **{"from": first, "before": last})
    assert {line["occurredAt"] for line in found} == set(moments) - {last}
    past = (datetime.now(UTC) - timedelta(days=400)).isoformat()
    assert lines(own_house, "privacy-officer", before=past) == []


@CONTROLLERS
def test_person_whom_only_others_looked_at_is_like_an_unknown_one(own_house: House, who: str) -> None:
    moved, unknown = (log(own_house, who, nationalId=number) for number in (MONA.national_id, "25922947409"))
    assert moved.data == unknown.data
    assert moved.data["accessLog"] == {
        "totalCount": 0, "pageInfo": {"hasNextPage": False, "endCursor": None}, "nodes": []
    }  # fmt: skip
    assert moved.recorded.shape == unknown.recorded.shape


@CONTROLLERS
def test_control_of_the_log_is_itself_on_record_and_in_the_log(own_house: House, who: str) -> None:
    answer = log(own_house, who, nationalId=EVA.national_id)
    [event] = answer.recorded.events
    assert (event.purpose, event.operation_name) == ("LOG_CONTROL", "Log")
    assert {(entry.kind, entry.subject, entry.categories, entry.basis) for entry in event.shown} == {
        ("LISTED", str(EVA.id), ("ACCESS_LOG",), "LOG_CONTROL")
    }
    in_log = {line["requestId"] for line in lines(own_house, "privacy-officer", nationalId=EVA.national_id)}
    assert answer.headers["x-request-id"] in in_log


def test_pages_of_the_log_put_together_are_the_log(own_house: House) -> None:
    condition = {"actorId": "A123456"}
    whole = lines(own_house, "privacy-officer", **condition)
    found: list[dict[str, Any]] = []
    after, has_next = None, True
    while has_next:
        page = own_house.ask("privacy-officer", _LOG, purpose="B106", first=3, after=after, filter=condition).data
        found += page["accessLog"]["nodes"]
        after, has_next = (page["accessLog"]["pageInfo"][name] for name in ("endCursor", "hasNextPage"))
    assert found == whole


def test_officer_may_also_read_the_log_to_answer_a_request_for_access(own_house: House) -> None:
    assert log(own_house, "privacy-officer", "B107").status == 200
    refused = log(own_house, "unit-leader", "B107")
    assert (refused.status, refused.codes) == (403, ["PURPOSE_NOT_PERMITTED"])


@pytest.mark.parametrize("kind", ["privacy", "leader"])
def test_contract_of_those_who_control_the_log_holds_no_content_of_cases(kind: str) -> None:
    types = {element.partition(".")[0] for element in elements(kind)}
    assert types == {
        "AccessLogEntry", "AccessLogEntryConnection", "AccessLogEntryEdge", "Me", "PageInfo", "Party", "Query",
        "CitedPolicy", "LegalGround", "Presupposed", "RecipientView", "StatedPurpose", "WayToSee", "WhoCanSee",
        "Wording", "BreakGlass", "BreakGlassConnection", "BreakGlassEdge",
        "MunicipalRoutine", "MunicipalRoutineConnection", "MunicipalRoutineEdge",
        "RoutineCopy", "RoutineParticipant", "RoutineTask", "RoutineUnit",
    }  # fmt: skip
    query = contract(kind).query_type
    assert query is not None
    assert set(query.fields) == {"accessLog", "breakGlasses", "me", "routines", "whoCanSee"}


@CONTROLLERS
@pytest.mark.parametrize(
    "asked", ["case(id: 1) { id }", "cases(first: 1) { totalCount }", "inbox(first: 1) { totalCount }"]
)
def test_controller_cannot_open_a_case(own_house: House, who: str, asked: str) -> None:
    answer = own_house.ask(who, f"{{ {asked} }}", purpose="B106")
    assert (answer.status, set(answer.codes)) == (400, {"GRAPHQL_VALIDATION_FAILED"})


def test_officer_of_one_municipality_is_not_told_of_the_other(own_house: House) -> None:
    assert SYNTEVIK.nav not in log(own_house, "privacy-officer").content.decode()
