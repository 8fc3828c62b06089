"""A bank's system: what it sent itself, what its customer agreed to share, and not a trace of anything else."""

from __future__ import annotations

from typing import Any

import pytest

from hub.demo.offices import BANK, OTHER_BANK, TESTBY
from hub.demo.people import EVA, IVAN, KARI, MONA, NINA, OLA, SIRI, Known
from tests.acceptance.asking import case_query, elements, everything
from tests.acceptance.changes import give_consent, withdraw
from tests.acceptance.house import LEGACY, STRICT, Answer, House

UNKNOWN_ID = "01980000-0000-7000-8000-000000000000"
UNKNOWN_NUMBER = "25922947409"
_PLAN = "query Plan($n: NationalId!) { personByNationalId(input: {nationalId: $n}) { case { plan { status } } } }"
_SUBMISSIONS = f"{{ submissions(first: 100) {{ totalCount nodes {{ {everything('bank', 'SubmittedDefault')} }} }} }}"
_PERSONS = {"kari": KARI, "ola": OLA, "nina": NINA, "ivan": IVAN, "mona": MONA, "siri, who has no case": SIRI}


def assert_alike(answer: Answer, absent: Answer) -> None:
    """Nothing tells the two apart: bytes, status, headers, and what is written on record."""
    assert (answer.status, answer.content) == (absent.status, absent.content)
    assert answer.bare_headers == absent.bare_headers
    assert answer.recorded.shape == absent.recorded.shape
    assert answer.recorded.refusals == absent.recorded.refusals
    assert answer.recorded.shown == absent.recorded.shown == ()


# --- own submissions -------------------------------------------------------------------------------------------------


def test_bank_reads_back_what_it_sent_as_it_sent_it(house: House) -> None:
    accepted, rejected = house.ask("bank-system", _SUBMISSIONS).data["submissions"]["nodes"]
    stored = house.rows(
        "SELECT id::text, row_no, outcome, code, loan_ref, arrears_ore, is_late FROM hub.submitted_default"
        " WHERE submitter_party = $1 ORDER BY row_no",
        BANK,
    )
    assert [accepted["id"], rejected["id"]] == [row["id"] for row in stored]
    assert (accepted["outcome"], accepted["code"], accepted["basis"]) == ("ACCEPTED", None, "BANK_CUSTOMER_CONSENT")
    assert accepted["debtorName"] == {"first": "Eva", "last": "Eier"}
    assert accepted["debtorAddress"] == {"line": "Eiersvingen 12", "postalCode": "9901", "place": "Testby"}
    assert accepted["debtorNationalIdMasked"] == "228168*****"
    assert (accepted["loanRef"], accepted["arrears"]) == (stored[0]["loan_ref"], stored[0]["arrears_ore"])
    assert (rejected["outcome"], rejected["code"]) == ("REJECTED", "NO_BASIS")
    assert (accepted["status"], rejected["status"], rejected["events"]) == ("ACCEPTED", "REJECTED", [])
    assert {name for name, value in rejected.items() if value is not None} == {
        "id", "rowNo", "receivedAt", "outcome", "code", "isLate", "status", "events"
    }  # fmt: skip


@pytest.mark.parametrize("purpose", [None, "B101", "B103", "B104"])
def test_own_submissions_need_no_purpose_and_are_the_same_with_any(house: House, purpose: str | None) -> None:
    assert (
        house.ask("bank-system", _SUBMISSIONS, purpose=purpose).content
        == house.ask("bank-system", _SUBMISSIONS).content
    )


def test_other_bank_reads_back_nothing_of_it(house: House) -> None:
    answer = house.ask("other-bank-system", _SUBMISSIONS)
    assert answer.data == {"submissions": {"totalCount": 0, "nodes": []}}
    assert answer.recorded.shown == ()


def test_loan_manager_reads_back_its_own_and_nothing_of_the_bank_s(house: House) -> None:
    query = f"{{ submissions(first: 9) {{ nodes {{ {everything('loan-manager', 'SubmittedDefault')} }} }} }}"
    [only] = house.ask("loan-manager-system", query).data["submissions"]["nodes"]
    assert (only["loanType"], only["basis"], only["isLate"]) == ("STARTLAN", "LOAN_MANAGER_AGREEMENT", False)


def test_look_at_own_submissions_names_nobody_on_record(house: House) -> None:
    [entry] = house.ask("bank-system", _SUBMISSIONS).recorded.shown
    assert (entry.subject, entry.source, entry.recipient, entry.basis) == (None, BANK, BANK, "OWN_SUBMISSION")
    assert entry.rows == 2


# --- what the bank may not know --------------------------------------------------------------------------------------


@pytest.mark.parametrize("accept", [STRICT, LEGACY])
@pytest.mark.parametrize("field", ["contactLog", "financialAidApplications", "costComparisons", "household", "signals"])
def test_field_of_the_social_services_does_not_exist_for_the_bank_whoever_is_asked_about(
    house: House, field: str, accept: str
) -> None:
    query = (
        f"query($n: NationalId!) {{ personByNationalId(input: {{nationalId: $n}}) {{ case {{ {field} {{ id }} }} }} }}"
    )
    answers = [
        house.ask("bank-system", query, purpose="B103", accept=accept, n=number)
        for number in (KARI.national_id, EVA.national_id, UNKNOWN_NUMBER)
    ]
    madeup = house.ask(
        "bank-system", query.replace(field, "x" * len(field)), purpose="B103", accept=accept, n=UNKNOWN_NUMBER
    )
    assert {answer.status for answer in answers} == {madeup.status} == {400 if accept == STRICT else 200}
    assert {answer.content for answer in answers} == {madeup.content.replace(b"x" * len(field), field.encode())}
    assert {answer.recorded for answer in answers} == {madeup.recorded}


@pytest.mark.parametrize("who", ["bank-system", "other-bank-system"])
@pytest.mark.parametrize("purpose", ["B101", "B103", "B104"])
@pytest.mark.parametrize("known", _PERSONS.values(), ids=_PERSONS)
def test_person_with_a_case_answers_like_one_whom_nobody_knows(
    house: House, known: Known, purpose: str, who: str
) -> None:
    answer = house.ask(who, _PLAN, purpose=purpose, n=known.national_id)
    absent = house.ask(who, _PLAN, purpose=purpose, n=UNKNOWN_NUMBER)
    assert answer.json == {"data": {"personByNationalId": None}}
    assert answer.recorded.shape == (1, 1)
    assert_alike(answer, absent)


@pytest.mark.parametrize("known", [KARI, OLA, IVAN], ids=["kari", "ola", "ivan"])
def test_case_by_id_answers_like_one_that_is_not_there(house: House, known: Known) -> None:
    query = case_query("bank")
    answer = house.ask("bank-system", query, purpose="B103", id=house.case_of(known))
    assert_alike(answer, house.ask("bank-system", query, purpose="B103", id=UNKNOWN_ID))


def test_bank_whose_consent_was_withdrawn_finds_no_trace_of_the_customer(house: House) -> None:
    for query, variables, absent in (
        (_PLAN, {"n": EVA.national_id}, {"n": UNKNOWN_NUMBER}),
        (case_query("bank"), {"id": house.case_of(EVA)}, {"id": UNKNOWN_ID}),
    ):
        answer = house.ask("other-bank-system", query, purpose="B103", **variables)
        assert_alike(answer, house.ask("other-bank-system", query, purpose="B103", **absent))


# --- what its customer agreed to share -------------------------------------------------------------------------------


def test_consent_to_share_how_the_plan_stands_opens_the_status_by_number(house: House) -> None:
    answer = house.ask("bank-system", _PLAN, purpose="B103", n=EVA.national_id)
    assert answer.data == {"personByNationalId": {"case": {"plan": {"status": "ACTIVE"}}}}
    [consent] = house.rows(
        "SELECT id::text FROM hub.consent WHERE subject_id = $1 AND recipient_party = $2 AND purpose = 'REFINANCING'",
        EVA.id,
        BANK,
    )
    assert {(entry.subject, entry.basis, entry.evidence) for entry in answer.recorded.shown} == {
        (str(EVA.id), "CONSENT_LIFTS_CONFIDENTIALITY", consent["id"])
    }


def test_record_of_a_bank_that_saw_the_plan_names_no_more_than_that(house: House) -> None:
    answer = house.ask("bank-system", _PLAN, purpose="B103", n=EVA.national_id)
    shown = {category for entry in answer.recorded.shown for category in entry.categories}
    assert shown == {"CASE_EXISTENCE", "PLAN_STATUS"}


def test_consent_to_share_how_the_plan_stands_opens_the_status_and_the_step_that_names_the_bank(house: House) -> None:
    case = house.ask("bank-system", case_query("bank"), purpose="B103", id=house.case_of(EVA)).data["case"]
    assert case["plan"]["status"] == "ACTIVE"
    assert [step["what"] for step in case["plan"]["steps"]] == ["Be banken om avdragsfrihet"]
    assert case["repaymentAgreements"] == []
    # What is public of a debt settlement, and the consents that concern the bank, come with the case.
    assert [settlement["status"] for settlement in case["debtSettlements"]] == ["OPENED"]
    parties = house.rows(
        "SELECT id::text, source_party, recipient_party FROM hub.consent WHERE subject_id = $1", EVA.id
    )
    concerning = {row["id"] for row in parties if BANK in (row["source_party"], row["recipient_party"])}
    assert {consent["id"] for consent in case["consents"]} == concerning


def test_consent_for_one_purpose_opens_nothing_for_another(house: House) -> None:
    query, case_id = case_query("bank"), house.case_of(EVA)
    repayment = house.ask("bank-system", query, purpose="B104", id=case_id).data["case"]
    assert repayment["plan"] is None
    assert [agreement["total"] for agreement in repayment["repaymentAgreements"]] == [2_012_500]
    prevention = house.ask("bank-system", query, purpose="B101", id=case_id)
    assert_alike(prevention, house.ask("bank-system", query, purpose="B101", id=UNKNOWN_ID))


def test_bank_counts_only_the_cases_of_customers_who_agreed(house: House) -> None:
    agreed = house.rows(
        "SELECT DISTINCT c.id FROM hub.case c JOIN facts.consent f ON f.subject_id = c.subject_id"
        " AND (f.case_id IS NULL OR f.case_id = c.id) JOIN facts.protection p ON p.case_id = c.id"
        " WHERE f.recipient_party = $1 AND f.purpose = 'REFINANCING'"
        " AND f.category IN ('PLAN_STATUS', 'AGREEMENT_TERMS')"
        " AND p.grade = 0 AND NOT p.shielded",
        BANK,
    )
    answer = house.ask("bank-system", "{ cases(first: 100) { totalCount nodes { plan { status } } } }", purpose="B103")
    assert answer.data["cases"]["totalCount"] == len(answer.data["cases"]["nodes"]) == len(agreed)


def test_consent_given_and_withdrawn_while_the_bank_asks_opens_and_closes_at_once(own_house: House) -> None:
    def status() -> Any:
        return own_house.ask("other-bank-system", _PLAN, purpose="B103", n=KARI.national_id).data["personByNationalId"]

    assert status() is None
    consent = give_consent(own_house, KARI, TESTBY.nav, OTHER_BANK, "REFINANCING", ["PLAN_STATUS"])
    assert status() == {"case": {"plan": {"status": "ACTIVE"}}}
    withdraw(own_house, consent)
    assert status() is None


def test_bank_never_learns_who_else_is_owed(house: House) -> None:
    answer = house.ask("bank-system", case_query("bank"), purpose="B104", id=house.case_of(EVA))
    assert b"STARTLAN" not in answer.content
    assert TESTBY.loan_manager.encode() not in answer.content
    assert {"MortgageLoan.id", "RepaymentAgreement.creditor"} & elements("bank") == {"RepaymentAgreement.creditor"}
