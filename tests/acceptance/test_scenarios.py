"""What the domain's scenarios ask of reading and no other file here shows: a bank that tries to read what the social
services know, the health remark in the text of a breach, the shielded customer, the debt settlement that was opened.
"""

from __future__ import annotations

from typing import Any

import pytest

from hub.demo.offices import BANK, TESTBY
from hub.demo.people import EVA, KARI, NINA, Known
from tests.acceptance.asking import case_query, elements
from tests.acceptance.changes import changed, give_consent, withdraw
from tests.acceptance.house import Answer, House

UNKNOWN_NUMBER = "25922947409"
BREACH_TEXT = "Naboer klaget på støy. Leietaker sier at hun sover dårlig etter et sykehusopphold."
_PLAN = """query Plan($n: NationalId!) {
    cases(first: 10) { totalCount nodes { plan { status } } }
    personByNationalId(input: {nationalId: $n}) { case { plan { status } } } }"""
_BREACHES = "query Breaches($id: ID!) { case(id: $id) { leaseBreaches { status description } } }"
_LOG = "{ myAccessLog(first: 100) { nodes { id recipient { id } } } }"


def asked(house: House, known: Known | None, purpose: str = "B103", who: str = "bank-system") -> Answer:
    return house.ask(who, _PLAN, purpose=purpose, n=known.national_id if known else UNKNOWN_NUMBER)


# --- scenario 4: a bank tries to read social data ---------------------------------------------------------------------


@pytest.mark.parametrize("purpose", ["B101", "B103", "B104"])
def test_bank_that_asks_about_kari_gets_the_bytes_counts_and_traces_of_an_unknown_number(
    own_house: House, purpose: str
) -> None:
    known, unknown = asked(own_house, KARI, purpose), asked(own_house, None, purpose)
    assert known.data["personByNationalId"] is None
    assert (known.status, known.content, known.bare_headers) == (unknown.status, unknown.content, unknown.bare_headers)
    assert known.recorded.refusals == unknown.recorded.refusals == (("gate:object:missed", "NOT_FOUND", "Person"),)
    assert known.recorded.shown == unknown.recorded.shown
    assert str(KARI.id) not in {entry.subject for entry in known.recorded.shown}


def test_bank_that_asked_about_kari_and_found_nothing_is_not_in_her_log(own_house: House) -> None:
    before = own_house.ask("citizen-kari", _LOG).data
    for who in ("bank-system", "other-bank-system"):
        assert asked(own_house, KARI, who=who).data["personByNationalId"] is None
    assert own_house.ask("citizen-kari", _LOG).data == before
    assert BANK not in str(before)


def test_bank_that_kari_agreed_to_sees_the_status_of_the_plan_and_is_in_her_log(own_house: House) -> None:
    consent = give_consent(own_house, KARI, TESTBY.nav, BANK, "REFINANCING", ["PLAN_STATUS"])
    try:
        assert asked(own_house, KARI).data["personByNationalId"] == {"case": {"plan": {"status": "ACTIVE"}}}
        newest = own_house.ask("citizen-kari", _LOG).data["myAccessLog"]["nodes"][0]
        assert newest["recipient"] == {"id": BANK}
    finally:
        withdraw(own_house, consent)
    assert asked(own_house, KARI).data["personByNationalId"] is None


# --- the health remark in the text of a breach ------------------------------------------------------------------------


def described(house: House, who: str) -> Answer:
    return house.ask(who, _BREACHES, purpose="B101", id=house.case_of(KARI))


@pytest.mark.parametrize("who", ["nav-caseworker", "housing-caseworker"])
def test_offices_that_follow_the_breach_up_read_the_health_remark(house: House, who: str) -> None:
    assert [one["description"] for one in described(house, who).data["case"]["leaseBreaches"]] == [BREACH_TEXT]


def test_housing_support_is_told_that_there_is_a_text_and_that_a_consent_would_open_it(house: House) -> None:
    answer = described(house, "housing-support")
    assert [one["description"] for one in answer.data["case"]["leaseBreaches"]] == [None]
    assert [(one["field"], one["reason"]) for one in answer.withheld] == [
        ("LeaseBreach.description", "CONSENT_REQUIRED")
    ]
    assert BREACH_TEXT not in answer.content.decode()


@pytest.mark.parametrize(
    ("who", "kind"),
    [("rent-collector", "rent-collector"), ("enforcement-officer", "enforcement"), ("debt-counsellor", "debt-counsel")],
)
def test_for_those_who_collect_enforce_or_counsel_there_is_no_breach_at_all(house: House, who: str, kind: str) -> None:
    assert not {element for element in elements(kind) if element.startswith("LeaseBreach.")}
    known = described(house, who)
    made_up = house.ask(
        who, _BREACHES.replace("leaseBreaches", "leaseBreachez"), purpose="B101", id=house.case_of(KARI)
    )
    assert (known.status, set(known.codes)) == (400, {"GRAPHQL_VALIDATION_FAILED"})
    assert known.content == made_up.content.replace(b"leaseBreachez", b"leaseBreaches")


# --- the shielded employee --------------------------------------------------------------------------------------------


def test_shielded_customer_is_not_there_for_the_bank_even_with_her_consent(own_house: House) -> None:
    consent = give_consent(own_house, NINA, TESTBY.nav, BANK, "REFINANCING", ["PLAN_STATUS"])
    try:
        shielded, unknown = asked(own_house, NINA), asked(own_house, None)
        assert (shielded.content, shielded.bare_headers) == (unknown.content, unknown.bare_headers)
        assert shielded.recorded.refusals == unknown.recorded.refusals
        with changed(own_house, "nav.person", NINA.id, {"shielded": False}):
            assert asked(own_house, NINA).data["personByNationalId"] is not None, "it is the shield that hides her"
    finally:
        withdraw(own_house, consent)


# --- the debt settlement that was opened ------------------------------------------------------------------------------


def test_bank_with_a_consent_sees_that_a_settlement_was_opened_and_no_more_of_it(house: House) -> None:
    case: dict[str, Any] = house.ask("bank-system", case_query("bank"), purpose="B104", id=house.case_of(EVA)).data
    [settlement] = case["case"]["debtSettlements"]
    assert (settlement["kind"], settlement["status"]) == ("VOLUNTARY", "OPENED")
    assert settlement["openedAt"] is not None
    assert {element for element in elements("bank") if element.startswith("DebtSettlement.")} == {
        f"DebtSettlement.{name}" for name in ("id", "kind", "openedAt", "registryRef", "status")
    }


def test_bank_without_a_consent_is_not_told_that_a_settlement_was_opened(house: House) -> None:
    query = case_query("bank")
    for purpose in ("B101", "B103", "B104"):
        hidden = house.ask("other-bank-system", query, purpose=purpose, id=house.case_of(EVA))
        assert hidden.json == {"data": {"case": None}}
