"""Persons with a protected address and shielded persons: for others they are not there, and nothing tells of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from hub.demo.people import BARN, EVA, KARI, NINA, OLA, Known
from tests.acceptance.asking import case_query, everything
from tests.acceptance.changes import protected, without_address
from tests.acceptance.house import Answer, House

UNKNOWN_ID = "01980000-0000-7000-8000-000000000000"
# Valid numbers that nobody in the data has.
UNKNOWN_NUMBER = "25922947409"
OTHERS: Mapping[str, tuple[str, str]] = {
    "nav-caseworker": ("nav", "B101"),
    "nav-caseworker-other-office": ("nav", "B101"),
    "nav-caseworker-other-municipality": ("nav", "B101"),
    "debt-counsellor": ("debt-counsel", "B102"),
    "housing-caseworker": ("housing", "B101"),
    "rent-collector": ("rent-collector", "B101"),
    "housing-support": ("housing-support", "B101"),
    "enforcement-officer": ("enforcement", "B101"),
    "bank-system": ("bank", "B103"),
    "loan-manager-system": ("loan-manager", "B103"),
    "landlord-company": ("landlord", "B104"),
}
EVERYBODY = pytest.mark.parametrize("who", OTHERS)
KARIS_OFFICES = pytest.mark.parametrize(
    "who", ["nav-caseworker", "debt-counsellor", "housing-caseworker", "rent-collector", "housing-support"]
)


def case_asked(house: House, who: str, case_id: str) -> Answer:
    kind, purpose = OTHERS[who]
    return house.ask(who, case_query(kind), purpose=purpose, id=case_id)


def person_asked(house: House, who: str, national_id: str) -> Answer:
    kind, purpose = OTHERS[who]
    query = f"""query WholePerson($n: NationalId!) {{ personByNationalId(input: {{nationalId: $n}}) {{
        {everything(kind, "Person")} case {{ {everything(kind)} }} cases {{ {everything(kind)} }} }} }}"""
    return house.ask(who, query, purpose=purpose, n=national_id)


def assert_alike(answer: Answer, absent: Answer) -> None:
    """Nothing tells the two apart: bytes, status, headers, and what is written on record."""
    assert (answer.status, answer.content) == (absent.status, absent.content)
    assert answer.bare_headers == absent.bare_headers
    assert answer.recorded.shape == absent.recorded.shape == (1, 1)
    assert answer.recorded.refusals == absent.recorded.refusals
    assert answer.recorded.shown == absent.recorded.shown == ()


@pytest.mark.parametrize("hidden", [OLA, NINA], ids=["strictly protected", "shielded"])
@EVERYBODY
def test_case_of_a_hidden_person_answers_like_an_unknown_id(own_house: House, who: str, hidden: Known) -> None:
    answer = case_asked(own_house, who, own_house.case_of(hidden))
    assert answer.json == {"data": {"case": None}}
    assert_alike(answer, case_asked(own_house, who, UNKNOWN_ID))


@pytest.mark.parametrize("hidden", [OLA, NINA], ids=["strictly protected", "shielded"])
@EVERYBODY
def test_number_of_a_hidden_person_answers_like_an_unknown_number(own_house: House, who: str, hidden: Known) -> None:
    answer = person_asked(own_house, who, hidden.national_id)
    assert answer.json == {"data": {"personByNationalId": None}}
    assert_alike(answer, person_asked(own_house, who, UNKNOWN_NUMBER))


def test_special_unit_sees_the_strictly_protected_case_and_it_is_on_record(own_house: House) -> None:
    answer = own_house.ask("nav-secure-unit", case_query("secure-unit"), purpose="B101", id=own_house.case_of(OLA))
    case = answer.data["case"]
    assert case["subject"]["name"] == {"first": "Ola", "middle": None, "last": "Hemmelig"}
    assert case["subject"]["addressProtection"] == "STRENGT_FORTROLIG"
    assert case["subject"]["postalAddress"]["line"] == "SOT6, Postboks 2094 Vika"
    assert (case["subject"]["residentialAddress"], case["dwelling"]["address"]) == (None, None)
    assert {entry.subject for entry in answer.recorded.shown} == {str(OLA.id)}
    assert "ADDRESS_PROTECTION" in {name for entry in answer.recorded.shown for name in entry.categories}


def test_look_up_of_a_strictly_protected_person_is_a_warning_in_the_log(own_house: House) -> None:
    asked = own_house.ask("nav-secure-unit", case_query("secure-unit"), purpose="B101", id=own_house.case_of(OLA))
    own_house.ask("privacy-officer", "{ accessLog(first: 1) { totalCount } }", purpose="B106")
    request_id = asked.headers["x-request-id"]
    found = own_house.rows("SELECT DISTINCT severity FROM audit.access_subject WHERE request_id = $1", request_id)
    assert found == [{"severity": "WARN"}]


def test_special_unit_has_no_relation_to_ordinary_cases(own_house: House) -> None:
    answer = own_house.ask("nav-secure-unit", case_query("secure-unit"), purpose="B101", id=own_house.case_of(KARI))
    assert answer.json == {"data": {"case": None}}


@KARIS_OFFICES
@pytest.mark.parametrize("protection", ["STRENGT_FORTROLIG", "STRENGT_FORTROLIG_UTLAND", "SHIELDED"])
def test_case_vanishes_for_an_ordinary_office_the_moment_a_child_of_the_household_is_protected(
    own_house: House, who: str, protection: str
) -> None:
    case_id, count = own_house.case_of(KARI), "{ cases(first: 1) { totalCount } }"
    purpose = OTHERS[who][1]
    before = own_house.ask(who, count, purpose=purpose).data["cases"]["totalCount"]
    assert case_asked(own_house, who, case_id).data["case"] is not None
    with protected(own_house, BARN, protection):
        assert_alike(case_asked(own_house, who, case_id), case_asked(own_house, who, UNKNOWN_ID))
        for known in (KARI, BARN):
            assert_alike(person_asked(own_house, who, known.national_id), person_asked(own_house, who, UNKNOWN_NUMBER))
        assert own_house.ask(who, count, purpose=purpose).data["cases"]["totalCount"] == before - 1


def test_citizen_still_sees_the_own_case_when_a_child_of_the_household_is_strictly_protected(own_house: House) -> None:
    query, case_id = case_query("citizen"), own_house.case_of(KARI)
    before = own_house.ask("citizen-kari", query, id=case_id).data
    with protected(own_house, BARN, "STRENGT_FORTROLIG"):
        assert own_house.ask("citizen-kari", query, id=case_id).data == before


@KARIS_OFFICES
def test_household_with_a_confidential_address_looks_like_one_whose_address_nobody_knows(
    own_house: House, who: str
) -> None:
    """Kode 7: the case is open to the office; that the address is protected is as secret as the address."""
    case_id = own_house.case_of(KARI)
    with protected(own_house, BARN, "FORTROLIG"):
        hidden = case_asked(own_house, who, case_id)
        hidden_person = person_asked(own_house, who, KARI.national_id)
    with without_address(own_house, KARI, BARN):
        unknown = case_asked(own_house, who, case_id)
        unknown_person = person_asked(own_house, who, KARI.national_id)
    assert "Prøveveien" not in hidden.content.decode()
    assert hidden.json == unknown.json
    assert hidden_person.json == unknown_person.json
    assert hidden.recorded.refusals == unknown.recorded.refusals


def test_officer_with_the_special_right_sees_the_confidential_address_and_its_mark(own_house: House) -> None:
    with protected(own_house, KARI, "FORTROLIG"):
        case = case_asked(own_house, "enforcement-officer", own_house.case_of(KARI)).data["case"]
    assert case["dwelling"]["address"]["line"] == "Prøveveien 4 H0201"
    assert case["subject"]["residentialAddress"]["line"] == "Prøveveien 4 H0201"
    assert case["subject"]["addressProtection"] == "FORTROLIG"


def test_bank_loses_what_its_customer_agreed_to_share_when_the_address_becomes_confidential(own_house: House) -> None:
    case_id = own_house.case_of(EVA)
    assert case_asked(own_house, "bank-system", case_id).data["case"] is not None
    with protected(own_house, EVA, "FORTROLIG"):
        assert_alike(case_asked(own_house, "bank-system", case_id), case_asked(own_house, "bank-system", UNKNOWN_ID))


def test_bank_keeps_its_own_submissions_word_for_word_when_the_address_becomes_strictly_protected(
    own_house: House,
) -> None:
    query = f"{{ submissions(first: 50) {{ totalCount nodes {{ {everything('bank', 'SubmittedDefault')} }} }} }}"
    before = own_house.ask("bank-system", query)
    assert before.data["submissions"]["nodes"][0]["debtorAddress"]["line"] == "Eiersvingen 12"
    with protected(own_house, EVA, "STRENGT_FORTROLIG"):
        after = own_house.ask("bank-system", query)
    assert (after.content, after.bare_headers) == (before.content, before.bare_headers)


@pytest.mark.parametrize("protection", ["FORTROLIG", "STRENGT_FORTROLIG", "SHIELDED"])
@pytest.mark.parametrize("who", OTHERS)
def test_no_answer_ever_gives_protection_as_a_reason(own_house: House, who: str, protection: str) -> None:
    with protected(own_house, EVA, protection):
        answers = [case_asked(own_house, who, own_house.case_of(EVA)), person_asked(own_house, who, EVA.national_id)]
        answers.append(own_house.ask(who, "{ cases(first: 100) { totalCount } }", purpose=OTHERS[who][1]))
    for answer in answers:
        said = answer.json.get("extensions", {})
        assert {entry["basis"] for entry in said.get("withheld", [])} <= {
            "BANK_CUSTOMER_CONSENT", "LOAN_MANAGER_AGREEMENT", "STL_17", "GJL_1_5", "CONSENT_LIFTS_CONFIDENTIALITY",
            "HEALTH_CONSENT",
        }  # fmt: skip
        assert not any("core." in str(entry["policy"]) for entry in said.get("withheld", []))
        assert not any(_speaks_of_protection(entry) for entry in said.get("withheld", []))


def _speaks_of_protection(entry: Mapping[str, Any]) -> bool:
    said = str(entry).lower()
    return any(word in said for word in ("protect", "skjerm", "shield", "fortrolig", "graded", "kode", "gradert"))
