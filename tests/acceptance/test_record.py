"""What a look-up leaves on record, compared whole: of whom, from whom, on which ground, what, by which policies."""

from __future__ import annotations

import pytest

from hub.demo.offices import BANK, ENFORCEMENT, NAV_STATE, TESTBY
from hub.demo.people import BARN, EVA, KARI, OLA
from tests.acceptance.asking import case_query
from tests.acceptance.house import House
from tests.acceptance.recorded import Shown

_OF_PERSON = ("ADDRESS", "CONTACT_INFO", "NATIONAL_ID", "NATIONAL_ID_MASKED", "PERSON_NAME")
_CASE = ("nav.eviction-prevention.case",)


def by_nav(kind: str, subject: object, source: str, categories: tuple[str, ...], *further: str, rows: int) -> Shown:
    """What NAV's caseworker was shown. `further` are policies beside the one that opens the case."""
    return Shown(
        kind=kind,
        subject=str(subject),
        source=source,
        recipient=TESTBY.nav,
        basis="STL_17",
        categories=categories,
        policies=tuple(sorted((*_CASE, *(f"nav.eviction-prevention.{name}" for name in further)))),
        evidence=None,
        rows=rows,
    )


def in_order(*shown: Shown) -> tuple[Shown, ...]:
    return tuple(sorted(shown, key=repr))


def only(shown: Shown, *policies: str) -> Shown:
    return Shown(**{name: getattr(shown, name) for name in Shown.__annotations__} | {"policies": policies})


def test_whole_case_of_kari_looked_up_by_nav_is_on_record_per_source(house: House) -> None:
    answer = house.ask("nav-caseworker", case_query("nav"), purpose="B101", id=house.case_of(KARI))
    looked_up = "LOOKED_UP"
    follow_up = ("nav.eviction-prevention.follow-up",)
    assert answer.recorded.shown == in_order(
        by_nav(looked_up, KARI.id, ENFORCEMENT, ("PETITION", "SIGNAL"), "signal", rows=2),
        only(by_nav(looked_up, KARI.id, TESTBY.debt_counsel, ("CONTACT_LOG",), rows=1), *follow_up),
        only(by_nav(looked_up, KARI.id, TESTBY.housing_support, ("CONTACT_LOG",), rows=1), *follow_up),
        by_nav(
            looked_up, KARI.id, TESTBY.housing,
            ("ADDRESS", "CASE_EXISTENCE", "LEASE_BREACH", "LEASE_BREACH_TEXT", "SIGNAL"),
            "follow-up", "signal", rows=3,
        ),
        by_nav(
            looked_up, KARI.id, TESTBY.nav,
            ("AGREEMENT_TERMS", "CASE_EXISTENCE", "CHILDREN", "CONCERN", "CONTACT_LOG", "COST_COMPARISON",
             "FINANCIAL_AID", "HOUSEHOLD_FLAG", "PARTICIPANT", "PLAN", "PLAN_STATUS", "SIGNAL"),
            "concern-reports", "follow-up", "signal", rows=23,
        ),
        by_nav(
            looked_up, KARI.id, TESTBY.rent_collector, ("PETITION", "RENT", "RENT_DEMAND", "SIGNAL"), "signal", rows=11
        ),
        by_nav(looked_up, KARI.id, NAV_STATE, tuple(sorted((*_OF_PERSON, "CONSENT"))), rows=2),
        *(by_nav("RELATED", known.id, TESTBY.nav, ("HOUSEHOLD_ADULTS",), rows=1) for known in (KARI, BARN)),
        *(by_nav("RELATED", known.id, NAV_STATE, _OF_PERSON, rows=1) for known in (KARI, BARN)),
    )  # fmt: skip
    assert answer.recorded.refusals == ()


def test_each_loan_of_eva_is_on_record_with_the_ground_and_the_document_that_opened_it(house: House) -> None:
    query = "query($id: ID!) { case(id: $id) { mortgageLoans { principal defaults { arrears } } } }"
    answer = house.ask("debt-counsellor", query, purpose="B102", id=house.case_of(EVA))
    consent = house.value(
        "SELECT id::text FROM hub.consent WHERE subject_id = $1 AND recipient_party = $2", EVA.id, TESTBY.debt_counsel
    )
    agreement = house.value("SELECT id::text FROM hub.agreement WHERE municipality = '9901'")
    found = {
        (entry.source, entry.basis, entry.categories, entry.evidence): entry.rows for entry in answer.recorded.shown
    }
    assert found == {
        (TESTBY.nav, "GJL_1_5", ("CASE_EXISTENCE",), None): 1,
        # That there is a loan is known from the person; what it says rests on what each lender's customer agreed to.
        (BANK, "GJL_1_5", ("LOAN",), None): 1,
        (BANK, "BANK_CUSTOMER_CONSENT", ("LOAN",), consent): 2,
        (TESTBY.loan_manager, "GJL_1_5", ("LOAN",), None): 1,
        (TESTBY.loan_manager, "LOAN_MANAGER_AGREEMENT", ("LOAN",), agreement): 2,
    }
    assert {entry.subject for entry in answer.recorded.shown} == {str(EVA.id)}


def test_persons_in_a_list_are_on_record_as_listed_each_once_per_source(house: House) -> None:
    query = "{ cases(first: 100) { nodes { subject { id name { last } } } } }"
    answer = house.ask("nav-caseworker", query, purpose="B101")
    subjects = [node["subject"]["id"] for node in answer.data["cases"]["nodes"]]
    assert answer.recorded.shown == in_order(
        *(by_nav("LISTED", one, TESTBY.nav, ("CASE_EXISTENCE",), rows=subjects.count(one)) for one in set(subjects)),
        *(by_nav("LISTED", one, NAV_STATE, ("PERSON_NAME",), rows=subjects.count(one)) for one in set(subjects)),
    )


def test_page_leaves_only_its_own_rows_on_record(house: House) -> None:
    answer = house.ask("nav-caseworker", "{ cases(first: 2) { totalCount nodes { subject { id } } } }", purpose="B101")
    subjects = {node["subject"]["id"] for node in answer.data["cases"]["nodes"]}
    assert answer.data["cases"]["totalCount"] > 2
    assert {entry.subject for entry in answer.recorded.shown} == subjects


def test_field_that_was_not_asked_for_is_not_on_record(house: House) -> None:
    answer = house.ask(
        "nav-caseworker", "query($id: ID!) { case(id: $id) { phase } }", purpose="B101", id=house.case_of(KARI)
    )
    assert answer.recorded.shown == (by_nav("LOOKED_UP", KARI.id, TESTBY.nav, ("CASE_EXISTENCE",), rows=1),)


@pytest.mark.parametrize("who", ["nav-caseworker", "bank-system", "citizen-kari", "privacy-officer"])
def test_asking_who_one_is_shows_nothing_of_anybody(house: House, who: str) -> None:
    answer = house.ask(who, "{ me { actor role unit purpose } }")
    assert (answer.recorded.shape, answer.recorded.shown) == ((1, 0), ())


def test_several_ways_in_of_one_request_are_one_event(house: House) -> None:
    query = """query Several($kari: ID!, $ola: ID!, $n: NationalId!) {
        kari: case(id: $kari) { phase } ola: case(id: $ola) { phase }
        eva: personByNationalId(input: {nationalId: $n}) { name { last } } }"""
    answer = house.ask(
        "nav-caseworker", query, purpose="B101", kari=house.case_of(KARI), ola=house.case_of(OLA), n=EVA.national_id
    )
    assert answer.data == {"kari": {"phase": 3}, "ola": None, "eva": {"name": {"last": "Eier"}}}
    assert {(entry.subject, entry.categories) for entry in answer.recorded.shown} == {
        (str(KARI.id), ("CASE_EXISTENCE",)),
        (str(EVA.id), ("PERSON_NAME",)),
    }
    assert answer.recorded.refusals == (("gate:object:missed", "NOT_FOUND", "Case"),)


def test_event_holds_no_number_and_no_name_of_the_person_looked_up(house: House) -> None:
    query = "query($n: NationalId!) { personByNationalId(input: {nationalId: $n}) { nationalId name { first last } } }"
    answer = house.ask("nav-caseworker", query, purpose="B101", n=EVA.national_id)
    assert answer.data["personByNationalId"]["nationalId"] == EVA.national_id
    request_id = answer.headers["x-request-id"]
    for table in ("event", "security_event", "access_subject"):
        for row in house.rows(f"SELECT t::text AS line FROM audit.{table} t WHERE request_id = $1", request_id):
            assert not any(part in row["line"] for part in (EVA.national_id, EVA.national_id[:6], EVA.last, "Eier"))


def test_same_request_id_sent_twice_is_two_events(house: House) -> None:
    sent = {"x-request-id": "the-client-s-own-id"}
    first = house.ask("nav-caseworker", "{ me { actor } }", headers=sent)
    assert first.headers["x-request-id"] == "the-client-s-own-id"
    house.ask("nav-caseworker", "{ me { actor } }", headers=sent)
    assert house.value("SELECT count(*) FROM audit.event WHERE request_id = 'the-client-s-own-id'") == 2
