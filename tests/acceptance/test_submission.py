"""A bank's day: it sends a batch, gets a receipt or a reason for each row, and reads back its own and nothing else."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from hub.demo.offices import BANK, TESTBY
from hub.demo.people import EVA, KARI, OLA, SIRI
from tests.acceptance.asking import everything
from tests.acceptance.house import LEGACY, STRICT, Answer, House

_SUBMIT = """mutation Send($input: SubmitMortgageDefaultsInput!) { submitMortgageDefaults(input: $input) {
    __typename
    ... on Submitted { id receivedAt acceptedCount rejectedCount rows {
        __typename ... on RowAccepted { rowNo receipt basis isLate }
        ... on RowRejected { rowNo code field text { nb en } } } }
    ... on CommandRefused { code field text { nb en } } } }"""
_READ = f"{{ submissions(first: 100) {{ totalCount nodes {{ {everything('bank', 'SubmittedDefault')} }} }} }}"


def row(national_id: str = EVA.national_id, **values: object) -> dict[str, Any]:
    """A bank loan of Eva's in default, unless said otherwise."""
    return {
        "loanType": "BANK_LOAN",
        "loanRef": "BL-TEST-1",
        "debtorNationalId": national_id,
        "debtorName": {"first": "Eva", "last": "Som banken skriver"},
        "debtorAddress": {"line": "Bankens adresse 1", "postalCode": "9901", "place": "Testby"},
        "firstUnpaidDue": "2026-09-01",
        "unpaidTerms": 2,
        "arrears": 5_000_000_000,
        **values,
    }


def send(house: House, *rows: dict[str, Any], key: str | None = None, who: str = "bank-system", **how: Any) -> Answer:
    given = {"idempotencyKey": key or uuid4().hex, "rows": list(rows)}
    return house.ask(who, _SUBMIT, input=given, **how)


def result(answer: Answer) -> dict[str, Any]:
    return answer.data["submitMortgageDefaults"]


@pytest.mark.parametrize("accept", [STRICT, LEGACY])
def test_batch_is_accepted_in_part_each_row_with_its_receipt_or_reason_in_order(own_house: House, accept: str) -> None:
    answer = send(own_house, row(), row(KARI.national_id), row("15928741271"), row(arrears=0), accept=accept)
    submitted = result(answer)
    assert (answer.status, submitted["acceptedCount"], submitted["rejectedCount"]) == (200, 1, 3)
    first, *others = submitted["rows"]
    assert (first["rowNo"], first["basis"], first["isLate"]) == (1, "BANK_CUSTOMER_CONSENT", False)
    assert [(one["rowNo"], one["code"]) for one in others] == [(2, "NO_BASIS"), (3, "INVALID_ID"), (4, "BAD_VALUE")]
    stored = own_house.rows(
        "SELECT row_no, outcome, code, debtor_national_id, arrears_ore FROM hub.submitted_default"
        " WHERE submission_id = $1::uuid ORDER BY row_no",
        submitted["id"],
    )
    assert [tuple(one.values()) for one in stored] == [
        (1, "ACCEPTED", None, EVA.national_id, 5_000_000_000),
        (2, "REJECTED", "NO_BASIS", None, None),
        (3, "REJECTED", "INVALID_ID", None, None),
        (4, "REJECTED", "BAD_VALUE", None, None),
    ]


def test_real_person_is_nobody_in_the_demo(own_house: House) -> None:
    real = "02013299997"  # Skatteetaten's own example of a number of 2032
    [rejected] = result(send(own_house, row(real)))["rows"]
    assert (rejected["code"], rejected["field"]) == ("INVALID_ID", "debtorNationalId")
    answer = own_house.ask(
        "bank-system", f'{{ personByNationalId(input: {{nationalId: "{real}"}}) {{ case {{ plan {{ status }} }} }} }}'
    )
    assert answer.codes == ["GRAPHQL_VALIDATION_FAILED"]
    assert real not in answer.content.decode()


def test_batch_is_one_command_on_record_that_shows_nothing_of_anybody(own_house: House) -> None:
    answer = send(own_house, row())
    [event] = answer.recorded.events
    assert (event.kind, event.operation_name, event.shown, event.purpose) == ("COMMAND", "Send", (), None)
    assert (event.actor["party"], event.actor["actor_kind"]) == (BANK, "SYSTEM")


def test_bank_reads_back_its_own_words_and_not_the_register_s(own_house: House) -> None:
    receipt = result(send(own_house, row(loanRef="BL-OWN-WORDS")))["rows"][0]["receipt"]
    nodes = own_house.ask("bank-system", _READ).data["submissions"]["nodes"]
    [found] = [node for node in nodes if node["id"] == receipt]
    assert found["debtorName"] == {"first": "Eva", "last": "Som banken skriver"}
    assert found["debtorAddress"] == {"line": "Bankens adresse 1", "postalCode": "9901", "place": "Testby"}
    assert (found["loanRef"], found["debtorNationalIdMasked"]) == ("BL-OWN-WORDS", "228168*****")
    assert found["arrears"] == 5_000_000_000
    assert own_house.ask("other-bank-system", _READ).data["submissions"]["totalCount"] == 0


def test_same_batch_sent_again_gets_the_same_receipts_and_is_stored_once(own_house: House) -> None:
    key, rows = uuid4().hex, (row(), row(KARI.national_id))
    first, again = send(own_house, *rows, key=key), send(own_house, *rows, key=key)
    assert result(again) == result(first)
    assert own_house.value("SELECT count(*) FROM hub.submission WHERE idempotency_key = $1", key) == 1


def test_same_key_with_another_batch_is_a_conflict_and_stores_nothing(own_house: House) -> None:
    key = uuid4().hex
    send(own_house, row(), key=key)
    refused = result(send(own_house, row(arrears=1), key=key))
    assert (refused["__typename"], refused["code"]) == ("CommandRefused", "CONFLICT")
    assert own_house.value("SELECT count(*) FROM hub.submission WHERE idempotency_key = $1", key) == 1


def test_row_about_a_person_with_a_case_is_answered_like_one_about_a_person_without(own_house: House) -> None:
    answers = [
        send(own_house, row(number, debtorName=None))
        for number in (KARI.national_id, OLA.national_id, SIRI.national_id, "25922947409")
    ]
    rows = [result(answer)["rows"] for answer in answers]
    assert all(one == rows[0] for one in rows)
    assert {len(answer.content) for answer in answers} == {len(answers[0].content)}
    assert len({answer.recorded.refusals for answer in answers}) == 1
    assert len({answer.recorded.shape for answer in answers}) == 1


@pytest.mark.parametrize("purpose", [None, "B101", "B103", "B104"])
def test_purpose_makes_no_difference_to_the_ground_of_a_row(own_house: House, purpose: str | None) -> None:
    [accepted] = result(send(own_house, row(), purpose=purpose))["rows"]
    assert accepted["basis"] == "BANK_CUSTOMER_CONSENT"


def test_loan_manager_sends_a_municipal_loan_by_agreement_and_a_bank_does_not(own_house: House) -> None:
    loan = row(loanType="STARTLAN", loanRef="SL-TEST-1")
    [accepted] = result(send(own_house, loan, who="loan-manager-system"))["rows"]
    assert (accepted["__typename"], accepted["basis"]) == ("RowAccepted", "LOAN_MANAGER_AGREEMENT")
    assert own_house.value(
        "SELECT submitter_party FROM hub.submitted_default WHERE id = $1::uuid", accepted["receipt"]
    ) == (TESTBY.loan_manager)
    [rejected] = result(send(own_house, loan))["rows"]
    assert rejected["code"] == "NO_BASIS"


def test_other_bank_may_not_send_on_a_consent_given_to_this_one(own_house: House) -> None:
    consent = own_house.value(
        "SELECT id::text FROM hub.consent"
        " WHERE subject_id = $1 AND source_party = $2 AND purpose = 'EVICTION_PREVENTION'",
        EVA.id,
        BANK,
    )
    for given in (row(), row(consentId=consent)):
        [rejected] = result(send(own_house, given, who="other-bank-system"))["rows"]
        assert rejected["code"] == "NO_BASIS"


@pytest.mark.parametrize("field", ["debtorNationalId", "arrears", "firstUnpaidDue", "unpaidTerms", "loanRef"])
def test_row_that_lacks_a_field_is_bad_input_and_stores_nothing(own_house: House, field: str) -> None:
    before = own_house.value("SELECT count(*) FROM hub.submission")
    given = row()
    del given[field]
    answer = send(own_house, given)
    assert (answer.status, answer.codes) == (400, ["BAD_USER_INPUT"])
    assert EVA.national_id not in answer.content.decode()
    assert own_house.value("SELECT count(*) FROM hub.submission") == before
