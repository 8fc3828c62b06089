"""A lender says that it was wrong, or is paid: it corrects and withdraws its own defaults, reads that back, and learns
nothing.
"""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest

from hub.demo.offices import BANK, TESTBY
from hub.demo.people import EVA
from tests.acceptance.asking import everything
from tests.acceptance.house import Answer, House
from tests.acceptance.test_submission import result, row, send

_CHANGED = """{ __typename ... on MortgageDefaultChanged { receipt eventId status recordedAt }
    ... on CommandRefused { code field text { nb en } } }"""
CORRECT = f"""mutation Correct($input: CorrectMortgageDefaultInput!) {{
    correctMortgageDefault(input: $input) {_CHANGED} }}"""
WITHDRAW = f"""mutation Withdraw($input: WithdrawMortgageDefaultInput!) {{
    withdrawMortgageDefault(input: $input) {_CHANGED} }}"""
READ = f"""query Read($filter: SubmissionFilter) {{ submissions(first: 100, filter: $filter) {{ totalCount
    nodes {{ {everything("bank", "SubmittedDefault")} }} }} }}"""
BANK_USER, OTHER, MANAGER = "bank-system", "other-bank-system", "loan-manager-system"
ABSENT = "01980000-0000-7000-8000-000000000000"


def accepted(house: House, **values: object) -> str:
    """A default of Eva's that was accepted: its receipt. Each on a loan of its own."""
    loan = {"loanRef": f"BL-{uuid4().hex[:12]}", "arrears": 100_000, **values}
    return result(send(house, row(**loan)))["rows"][0]["receipt"]


def correct(house: House, receipt: str, *, who: str = BANK_USER, key: str | None = None, **values: object) -> Answer:
    given = {"idempotencyKey": key or uuid4().hex, "receiptId": receipt, "reason": "WRONG_AMOUNT", **values}
    return house.ask(who, CORRECT, input=given)


def withdraw(
    house: House, receipt: str, reason: str = "PAID", *, who: str = BANK_USER, key: str | None = None
) -> Answer:
    given = {"idempotencyKey": key or uuid4().hex, "receiptId": receipt, "reason": reason}
    return house.ask(who, WITHDRAW, input=given)


def changed(answer: Answer) -> dict[str, Any]:
    [only] = answer.data.values()
    return only


def read_back(house: House, receipt: str) -> dict[str, Any]:
    nodes = house.ask(BANK_USER, READ, filter={}).data["submissions"]["nodes"]
    [found] = [node for node in nodes if node["id"] == receipt]
    return found


def events_of(house: House, receipt: str) -> int:
    return house.value(
        "SELECT count(*) FROM hub.submitted_default_event WHERE submitted_default_id = $1::uuid", receipt
    )


def wait_until_passed_on(house: House) -> None:
    until = time.monotonic() + 10
    while house.value("SELECT count(*) FROM hub.unrouted"):
        assert time.monotonic() < until, "not passed on"
        time.sleep(0.02)


def test_correction_is_what_is_read_back_and_what_was_sent_stays_as_it_was(own_house: House) -> None:
    receipt = accepted(own_house)
    name = {"first": "Eva", "last": "Rettet"}
    told = changed(correct(own_house, receipt, arrears=50_000, unpaidTerms=1, debtorName=name))
    assert (told["__typename"], told["receipt"], told["status"]) == ("MortgageDefaultChanged", receipt, "CORRECTED")
    found = read_back(own_house, receipt)
    assert (found["outcome"], found["status"], found["arrears"], found["unpaidTerms"]) == (
        "ACCEPTED", "CORRECTED", 50_000, 1,
    )  # fmt: skip
    assert (found["debtorName"], found["debtorAddress"]["line"], found["firstUnpaidDue"]) == (
        name, "Bankens adresse 1", "2026-09-01",
    )  # fmt: skip
    [event] = found["events"]
    assert (event["id"], event["kind"], event["correctionReason"], event["arrears"]) == (
        told["eventId"], "CORRECTED", "WRONG_AMOUNT", 50_000,
    )  # fmt: skip
    [sent] = own_house.rows("SELECT * FROM hub.submitted_default WHERE id = $1::uuid", receipt)
    assert (sent["arrears_ore"], sent["unpaid_terms"], sent["debtor_last_name"]) == (100_000, 2, "Som banken skriver")


def test_one_correction_after_the_other_keeps_what_the_first_one_said(own_house: House) -> None:
    receipt = accepted(own_house)
    correct(own_house, receipt, arrears=90_000)
    correct(own_house, receipt, unpaidTerms=3, reason="PARTLY_PAID")
    found = read_back(own_house, receipt)
    assert (found["arrears"], found["unpaidTerms"]) == (90_000, 3)
    assert [event["correctionReason"] for event in found["events"]] == ["WRONG_AMOUNT", "PARTLY_PAID"]


@pytest.mark.parametrize("reason", ["PAID", "WRONG_PERSON", "REPORTED_IN_ERROR"])
def test_withdrawn_default_is_read_back_as_such_and_nothing_more_happens_to_it(own_house: House, reason: str) -> None:
    receipt = accepted(own_house)
    assert changed(withdraw(own_house, receipt, reason))["status"] == "WITHDRAWN"
    found = read_back(own_house, receipt)
    assert (found["status"], found["withdrawalReason"], found["arrears"]) == ("WITHDRAWN", reason, 100_000)
    for again in (withdraw(own_house, receipt, reason), correct(own_house, receipt, arrears=1)):
        assert (changed(again)["code"], changed(again)["field"]) == ("CONFLICT", "receiptId")
    assert events_of(own_house, receipt) == 1


def test_other_bank_the_loan_manager_and_a_citizen_change_nothing(own_house: House) -> None:
    receipt = accepted(own_house)
    for who in (OTHER, MANAGER):
        for answer in (correct(own_house, receipt, who=who, arrears=1), withdraw(own_house, receipt, who=who)):
            assert (changed(answer)["code"], changed(answer)["field"]) == ("NOT_FOUND", "receiptId")
    for who in ("citizen-eva", "nav-caseworker", "debt-counsellor"):
        assert set(withdraw(own_house, receipt, who=who).codes) == {"GRAPHQL_VALIDATION_FAILED"}
    assert events_of(own_house, receipt) == 0


def test_what_is_not_there_was_rejected_or_is_another_s_is_refused_alike(own_house: House) -> None:
    one = "SELECT id::text FROM hub.submitted_default WHERE submitter_party = $1 AND outcome = $2 LIMIT 1"
    rejected = own_house.value(one, BANK, "REJECTED")
    another = own_house.value(one, TESTBY.loan_manager, "ACCEPTED")
    answers = [
        (correct(own_house, one, arrears=1), withdraw(own_house, one)) for one in (ABSENT, rejected, another, "none")
    ]
    for one in answers:
        for answer, alike in zip(one, answers[0], strict=True):
            assert answer.content == alike.content
            assert answer.bare_headers == alike.bare_headers
            assert answer.recorded.refusals == alike.recorded.refusals
            assert answer.recorded.shape == alike.recorded.shape
    assert changed(answers[0][0])["code"] == "NOT_FOUND"


def test_same_key_is_the_same_correction_and_with_other_content_a_conflict(own_house: House) -> None:
    receipt, key = accepted(own_house), uuid4().hex
    first = correct(own_house, receipt, key=key, arrears=1)
    assert changed(correct(own_house, receipt, key=key, arrears=1)) == changed(first)
    other = changed(correct(own_house, receipt, key=key, arrears=2))
    assert (other["code"], other["field"], events_of(own_house, receipt)) == ("CONFLICT", "idempotencyKey", 1)


def test_withdrawal_sent_again_is_answered_as_it_was(own_house: House) -> None:
    receipt, key = accepted(own_house), uuid4().hex
    first = withdraw(own_house, receipt, key=key)
    assert changed(withdraw(own_house, receipt, key=key)) == changed(first)
    assert events_of(own_house, receipt) == 1


def test_of_many_withdrawals_at_once_one_is_done(own_house: House) -> None:
    receipt = accepted(own_house)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: changed(withdraw(own_house, receipt)), range(8)))
    assert sorted(one.get("code", one.get("status")) for one in answers) == ["CONFLICT"] * 7 + ["WITHDRAWN"]
    assert events_of(own_house, receipt) == 1


def test_same_key_many_times_at_once_is_one_correction(own_house: House) -> None:
    receipt, key = accepted(own_house), uuid4().hex
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: changed(correct(own_house, receipt, key=key, arrears=1)), range(8)))
    assert {one["eventId"] for one in answers} == {answers[0]["eventId"]}
    assert events_of(own_house, receipt) == 1


def test_corrections_at_once_come_one_after_the_other(own_house: House) -> None:
    receipt = accepted(own_house)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda n: changed(correct(own_house, receipt, arrears=n + 1)), range(8)))
    assert {one["status"] for one in answers} == {"CORRECTED"}
    found = read_back(own_house, receipt)
    assert sorted(event["arrears"] for event in found["events"]) == list(range(1, 9))
    assert found["arrears"] == found["events"][-1]["arrears"]


@pytest.mark.parametrize(
    ("values", "code", "field"),
    [
        ({}, "BAD_USER_INPUT", None),
        ({"arrears": 0}, "BAD_VALUE", "arrears"),
        ({"unpaidTerms": 0}, "BAD_VALUE", "unpaidTerms"),
        ({"interestAccrued": -1}, "BAD_VALUE", "interestAccrued"),
        ({"firstUnpaidDue": "2999-01-01"}, "BAD_VALUE", "firstUnpaidDue"),
        ({"debtorName": {"first": "", "last": "X"}}, "BAD_VALUE", "debtorName.first"),
        ({"debtorAddress": {"line": "X", "postalCode": "99", "place": "Y"}}, "BAD_VALUE", "debtorAddress.postalCode"),
    ],
)
def test_bad_correction_is_refused_by_field_the_same_whoever_s_the_default_is(
    own_house: House, values: dict[str, Any], code: str, field: str | None
) -> None:
    receipt = accepted(own_house)
    answers = [correct(own_house, one, **values) for one in (receipt, ABSENT)]
    refused = changed(answers[0])
    assert (refused["code"], refused["field"], events_of(own_house, receipt)) == (code, field, 0)
    assert all(refused["text"][language] for language in ("nb", "en"))
    assert answers[0].content == answers[1].content


@pytest.mark.parametrize("key", ["short", "x" * 129])
def test_bad_key_is_refused(own_house: House, key: str) -> None:
    refused = changed(withdraw(own_house, accepted(own_house), key=key))
    assert (refused["code"], refused["field"]) == ("BAD_USER_INPUT", "idempotencyKey")


def test_due_date_that_is_corrected_decides_anew_whether_it_came_late(own_house: House) -> None:
    """By the agreement of the loan manager, whose rows alone can be late."""
    loan = row(loanType="STARTLAN", loanRef="SL-LATE-1", firstUnpaidDue="2026-09-01")
    [sent] = result(send(own_house, loan, who=MANAGER))["rows"]
    assert sent["isLate"] is True
    today = own_house.value("SELECT (now() AT TIME ZONE 'Europe/Oslo')::date::text")
    correct(own_house, sent["receipt"], who=MANAGER, firstUnpaidDue=today, reason="WRONG_DATE")
    query = f"{{ submissions(first: 100) {{ nodes {{ {everything('loan-manager', 'SubmittedDefault')} }} }} }}"
    nodes = own_house.ask(MANAGER, query).data["submissions"]["nodes"]
    assert [node["isLate"] for node in nodes if node["id"] == sent["receipt"]] == [False]


def test_command_is_on_record_once_and_shows_nothing_of_anybody(own_house: House) -> None:
    answer = correct(own_house, accepted(own_house), arrears=1)
    [event] = answer.recorded.events
    assert (event.kind, event.operation_name, event.shown, event.purpose) == ("COMMAND", "Correct", (), None)


def test_submitter_is_told_by_an_event_of_its_own_submission(own_house: House) -> None:
    receipt = accepted(own_house)
    withdraw(own_house, receipt)
    told = own_house.value(
        "SELECT count(*) FROM (SELECT kind, submission_id FROM hub.outbox UNION ALL"
        " SELECT kind, submission_id FROM hub.event) AS told"
        " JOIN hub.submitted_default AS line USING (submission_id)"
        " WHERE told.kind = 'SUBMISSION_CHANGED' AND line.id = $1::uuid",
        receipt,
    )
    assert told == 1


def test_own_submissions_can_be_narrowed(own_house: House) -> None:
    ref = f"BL-{uuid4().hex[:8]}"
    receipt = accepted(own_house, loanRef=ref)
    withdraw(own_house, receipt)
    at = read_back(own_house, receipt)["receivedAt"]

    def found(**filter_: object) -> list[str]:
        nodes = own_house.ask(BANK_USER, READ, filter=filter_).data["submissions"]["nodes"]
        return [node["id"] for node in nodes]

    assert found(loanRef=ref) == found(loanRef=ref, status=["WITHDRAWN"]) == [receipt]
    assert found(loanRef=ref, status=["ACCEPTED", "CORRECTED", "REJECTED"]) == []
    assert found(loanRef=ref, receivedFrom=at) == [receipt]
    assert found(loanRef=ref, receivedBefore=at) == []
    assert own_house.ask(OTHER, READ, filter={"loanRef": ref}).data["submissions"]["totalCount"] == 0


def test_cursor_of_one_filter_opens_nothing_in_another(own_house: House) -> None:
    for _ in range(2):
        accepted(own_house)
    page = """query P($after: String, $filter: SubmissionFilter) {
        submissions(first: 1, after: $after, filter: $filter) { pageInfo { endCursor } } }"""
    first = own_house.ask(BANK_USER, page, filter={"status": ["ACCEPTED"]}).data["submissions"]
    cursor = first["pageInfo"]["endCursor"]
    assert own_house.ask(BANK_USER, page, filter={"status": ["WITHDRAWN"]}, after=cursor).codes == ["BAD_USER_INPUT"]


def test_citizen_sees_the_correction_of_what_was_reported_about_her(own_house: House) -> None:
    """The default as it stands in her case, and that it was corrected."""
    ref = own_house.value(
        "SELECT loan_ref FROM hub.submitted_default WHERE submitter_party = $2 AND outcome = 'ACCEPTED'"
        " AND debtor_national_id = $1 ORDER BY received_at LIMIT 1",
        EVA.national_id,
        BANK,
    )
    receipt = accepted(own_house, loanRef=ref, arrears=400)
    wait_until_passed_on(own_house)
    correct(own_house, receipt, arrears=300)
    wait_until_passed_on(own_house)
    query = """query Mine($n: NationalId!) { personByNationalId(input: {nationalId: $n}) {
        cases { mortgageLoans { loanRef defaults { arrears correctedAt status } } } } }"""
    [case] = own_house.ask("citizen-eva", query, n=EVA.national_id).data["personByNationalId"]["cases"]
    [default] = [one for loan in case["mortgageLoans"] if loan["loanRef"] == ref for one in loan["defaults"]]
    assert (default["arrears"], default["status"], default["correctedAt"] is not None) == (300, "OPEN", True)
