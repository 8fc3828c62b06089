"""Each way in, rung by rung: nobody, bad token, wrong party, no purpose, wrong purpose, no relation, and let in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from hub.demo.people import KARI, NINA
from tests.acceptance.house import LEGACY, STRICT, Answer, House

MEDIA = pytest.mark.parametrize("accept", [STRICT, LEGACY])
STATUS_OF_DOCUMENT = {STRICT: 400, LEGACY: 200}
_NOBODYS_ID = "01980000-0000-7000-8000-000000000000"
_CASE = "query Asked($id: ID!) { case(id: $id) { id } }"
_PERSON = "query Asked($n: NationalId!) { personByNationalId(input: {nationalId: $n}) { id } }"
_CASES = "query Asked { cases(first: 5) { totalCount nodes { __typename } } }"


@dataclass(frozen=True, kw_only=True)
class WayIn:
    """A root field: who is let in with which purpose, whose contract lacks it, and who finds nothing behind it."""

    query: str
    who: str
    purpose: str | None
    wrong_party: str | None
    no_relation: tuple[str, str | None, Any] | None = None
    missed: tuple[tuple[str, str, str], ...] = ()
    variables: Mapping[str, str] = field(default_factory=dict)


WAYS_IN: Mapping[str, WayIn] = {
    "case": WayIn(
        query=_CASE,
        who="nav-caseworker",
        purpose="B101",
        wrong_party="privacy-officer",
        no_relation=("nav-caseworker-other-office", "B101", {"case": None}),
        missed=(("gate:object:missed", "NOT_FOUND", "Case"),),
        variables={"id": "kari"},
    ),
    "cases": WayIn(
        query=_CASES,
        who="nav-caseworker",
        purpose="B101",
        wrong_party="unit-leader",
        no_relation=("landlord-company", "B101", {"cases": {"totalCount": 0, "nodes": []}}),
    ),
    "personByNationalId": WayIn(
        query=_PERSON,
        who="nav-caseworker",
        purpose="B101",
        wrong_party="privacy-officer",
        no_relation=("housing-support", "B101", {"personByNationalId": None}),
        missed=(("gate:object:missed", "NOT_FOUND", "Person"),),
        variables={"n": "nina"},
    ),
    "inbox": WayIn(
        query="query Asked { inbox(first: 5) { totalCount nodes { id } } }",
        who="nav-caseworker",
        purpose="B101",
        wrong_party="bank-system",
        no_relation=("nav-caseworker-other-office", "B101", {"inbox": {"totalCount": 0, "nodes": []}}),
    ),
    "submissions": WayIn(
        query="query Asked { submissions(first: 5) { totalCount nodes { rowNo } } }",
        who="bank-system",
        purpose=None,
        wrong_party="nav-caseworker",
        no_relation=("other-bank-system", None, {"submissions": {"totalCount": 0, "nodes": []}}),
    ),
    "accessLog": WayIn(
        query="query Asked { accessLog(first: 5) { nodes { id } } }",
        who="privacy-officer",
        purpose="B106",
        wrong_party="nav-caseworker",
    ),
    "myAccessLog": WayIn(
        query="query Asked { myAccessLog(first: 5) { nodes { id } } }",
        who="citizen-kari",
        purpose=None,
        wrong_party="nav-caseworker",
    ),
    "me": WayIn(query="query Asked { me { actor } }", who="nav-caseworker", purpose=None, wrong_party=None),
}
ALL = pytest.mark.parametrize("name", WAYS_IN)
WITH_PURPOSE = pytest.mark.parametrize("name", [name for name, way in WAYS_IN.items() if way.purpose])
WITHOUT_PURPOSE = pytest.mark.parametrize("name", [name for name, way in WAYS_IN.items() if not way.purpose])


def ask(house: House, name: str, who: str | None, **how: Any) -> Answer:
    way = WAYS_IN[name]
    known = {"kari": house.case_of(KARI), "nina": NINA.national_id}
    variables = {key: known[value] for key, value in way.variables.items()}
    return house.ask(who, way.query, **variables, **how)


@MEDIA
@ALL
def test_nobody_without_a_token_is_let_in(house: House, name: str, accept: str) -> None:
    answer = ask(house, name, None, accept=accept, purpose="B101")
    assert (answer.status, answer.codes) == (401, ["UNAUTHENTICATED"])
    assert answer.headers["www-authenticate"] == 'Bearer realm="bofast"'
    assert answer.headers["content-type"] == f"{accept}; charset=utf-8"
    assert answer.recorded.events == ()
    assert answer.recorded.refusals == (("identity:token:refused", "UNAUTHENTICATED", "MISSING"),)
    assert answer.recorded.refused_actors == (None,)


@MEDIA
@ALL
def test_token_with_a_forged_signature_is_not_let_in(house: House, name: str, accept: str) -> None:
    head, payload, _ = house.token("nav-caseworker").split(".")
    forged = {"authorization": f"Bearer {head}.{payload}.{'A' * 342}"}
    answer = ask(house, name, None, accept=accept, purpose="B101", headers=forged)
    assert (answer.status, answer.codes) == (401, ["UNAUTHENTICATED"])
    assert 'error="invalid_token"' in answer.headers["www-authenticate"]
    assert answer.recorded.events == ()
    assert answer.recorded.refusals == (("identity:token:refused", "UNAUTHENTICATED", "SIGNATURE"),)


@MEDIA
@pytest.mark.parametrize("name", [name for name, way in WAYS_IN.items() if way.wrong_party])
def test_party_whose_contract_lacks_the_way_in_is_told_that_it_does_not_exist(
    house: House, name: str, accept: str
) -> None:
    who = WAYS_IN[name].wrong_party
    absent = house.ask(who, "query Asked { nothingAtAll }", accept=accept)
    answer = ask(house, name, who, accept=accept)
    assert (answer.status, set(answer.codes)) == (STATUS_OF_DOCUMENT[accept], {"GRAPHQL_VALIDATION_FAILED"})
    message = answer.json["errors"][0]["message"]
    assert message == absent.json["errors"][0]["message"].replace("nothingAtAll", name)
    assert answer.recorded.refusals == absent.recorded.refusals
    assert answer.recorded.refusals == (("operation:document:refused", "GRAPHQL_VALIDATION_FAILED", None),)
    assert answer.recorded.events == ()


@MEDIA
@WITH_PURPOSE
def test_without_a_purpose_the_purpose_is_required(house: House, name: str, accept: str) -> None:
    answer = ask(house, name, WAYS_IN[name].who, accept=accept)
    assert (answer.status, answer.codes) == (403, ["PURPOSE_REQUIRED"])
    assert answer.recorded.events == ()
    assert answer.recorded.refusals == (("identity:purpose:refused", "PURPOSE_REQUIRED", None),)


@MEDIA
@pytest.mark.parametrize(("purpose", "reason"), [("B999", "UNKNOWN"), ("bofast", "UNKNOWN"), ("B103", "NOT_FOR_PARTY")])
@pytest.mark.parametrize("name", ["case", "cases", "personByNationalId", "inbox", "accessLog", "myAccessLog", "me"])
def test_purpose_that_the_party_may_not_state_is_refused_even_where_none_is_needed(
    house: House, name: str, purpose: str, reason: str, accept: str
) -> None:
    answer = ask(house, name, WAYS_IN[name].who, purpose=purpose, accept=accept)
    assert (answer.status, answer.codes) == (403, ["PURPOSE_NOT_PERMITTED"])
    assert answer.json["errors"][0]["extensions"]["reason"] == reason
    assert answer.recorded.events == ()
    assert answer.recorded.refusals == (("identity:purpose:refused", "PURPOSE_NOT_PERMITTED", reason),)


@MEDIA
@pytest.mark.parametrize("name", [name for name, way in WAYS_IN.items() if way.no_relation])
def test_party_without_a_relation_finds_nothing_and_nothing_is_recorded_as_shown(
    house: House, name: str, accept: str
) -> None:
    who, purpose, nothing = WAYS_IN[name].no_relation or ("", None, None)
    answer = ask(house, name, who, purpose=purpose, accept=accept)
    assert (answer.status, answer.json) == (200, {"data": nothing})
    assert answer.recorded.shown == ()
    assert answer.recorded.refusals == WAYS_IN[name].missed


@MEDIA
@ALL
def test_party_with_purpose_and_relation_is_let_in_and_one_event_says_so(house: House, name: str, accept: str) -> None:
    way = WAYS_IN[name]
    answer = house.ask(
        way.who, way.query, purpose=way.purpose, accept=accept, id=house.case_of(KARI), n=KARI.national_id
    )
    assert (answer.status, answer.headers["content-type"]) == (200, f"{accept}; charset=utf-8")
    assert set(answer.data) == {name}
    [event] = answer.recorded.events
    assert (event.kind, event.operation_name, answer.recorded.refusals) == ("QUERY", "Asked", ())
    assert event.purpose == {"B101": "EVICTION_PREVENTION", "B106": "LOG_CONTROL", None: None}[way.purpose]


@pytest.mark.parametrize("unknown", [_NOBODYS_ID, "1", "kari", "", "'; DROP TABLE hub.case; --"])
def test_id_that_is_none_of_the_hubs_answers_like_one_that_is_not_there(house: House, unknown: str) -> None:
    absent = house.ask("nav-caseworker", _CASE, purpose="B101", id=_NOBODYS_ID)
    answer = house.ask("nav-caseworker", _CASE, purpose="B101", id=unknown)
    assert (answer.status, answer.content) == (200, absent.content) == (200, b'{"data":{"case":null}}')
    assert answer.recorded.refusals == absent.recorded.refusals


def test_event_names_who_asked_for_which_party_and_from_which_unit(house: House) -> None:
    staff = house.ask("nav-caseworker", "{ me { actor } }").recorded.events[0].actor
    assert staff == {
        "actor_kind": "STAFF",
        "actor_id": "A123456",
        "actor_role": "nav-caseworker-9901",
        "party": "9901-nav",
        "party_kind": "nav",
        "unit": "9901",
        "supplier": None,
    }
    system = house.ask("loan-manager-system", "{ me { actor } }").recorded.events[0].actor
    assert system == {
        "actor_kind": "SYSTEM",
        "actor_id": "314100204",
        "actor_role": "bofast:loan-manager",
        "party": "314100204",
        "party_kind": "loan-manager",
        "unit": None,
        "supplier": "314100204",
    }
    citizen = house.ask("citizen-kari", "{ me { actor } }").recorded.events[0].actor
    assert citizen == {
        "actor_kind": "CITIZEN",
        "actor_id": str(KARI.id),
        "actor_role": "bofast:citizen",
        "party": str(KARI.id),
        "party_kind": "citizen",
        "unit": None,
        "supplier": None,
    }
