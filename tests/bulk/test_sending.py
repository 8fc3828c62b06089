"""A file is acknowledged when it is durable, judged row by row as a batch is, and told of to its sender alone."""

from __future__ import annotations

import csv
import io
from uuid import uuid4

import orjson
import pytest

from tests.bulk.sending import COLLECTION, CSV, NDJSON, Sender, csv_of, ndjson, new_key, told
from tests.intake.factory import EVA, SUBMIT, row, startlan, strangers, variables


def mixed() -> list[dict[str, object]]:
    """One that is accepted, and three that are not."""
    (stranger,) = strangers(1)
    return [row(), row(stranger), row("12345678901"), row(loanRef="BL-2", unpaidTerms=0)]


CODES = ["ACCEPTED", "NO_BASIS", "INVALID_ID", "BAD_VALUE"]


def test_file_is_acknowledged_at_once_and_its_results_come_in_the_order_sent(bank: Sender) -> None:
    sent = bank.send(ndjson(mixed()))
    assert sent.status == 202
    progress = sent.json
    assert sent.headers["location"] == f"/submissions/{progress['id']}"
    assert (progress["rows"], progress["judged"] <= 4) == (4, True)
    results = bank.results(sent)
    assert [(one["rowNo"], one["line"]) for one in results] == [(1, 1), (2, 2), (3, 3), (4, 4)]
    assert [one.get("code", one["outcome"]) for one in results] == CODES
    assert [one.get("field") for one in results] == [None, "consentId", "debtorNationalId", "unpaidTerms"]
    assert results[0]["basis"] == "BANK_CUSTOMER_CONSENT"
    assert all(one["text"]["nb"] != one["text"]["en"] for one in results[1:])
    done = bank.judged(sent)
    assert (done["accepted"], done["rejected"], done["judged"]) == (1, 3, 4)


def test_line_numbers_of_a_csv_file_count_its_header(bank: Sender) -> None:
    results = bank.results(bank.send(csv_of(mixed()), media=CSV))
    assert [(one["rowNo"], one["line"]) for one in results] == [(1, 2), (2, 3), (3, 4), (4, 5)]
    assert [one.get("code", one["outcome"]) for one in results] == CODES


def test_rows_of_a_file_are_judged_and_stored_as_those_of_a_batch(bank: Sender) -> None:
    """One pipeline: what a batch says of a row, a file says in the same words, and what is stored is the same."""
    rows = [*mixed(), row(), row(arrears=-1), row(arrears=10**12), row(firstUnpaidDue="2031-01-01"), startlan()]
    batch = bank.house.ask(bank.who, SUBMIT, **variables(rows)).data["submitMortgageDefaults"]
    sent = bank.send(ndjson(rows))
    results = bank.results(sent)
    for one, other in zip(batch["rows"], results, strict=True):
        assert one.get("code") == other.get("code")
        assert one.get("text") == other.get("text")
        assert one.get("field") == other.get("field")
        assert (one.get("basis"), one.get("isLate")) == (other.get("basis"), other.get("isLate"))
    varying = {"id", "submission_id", "received_at", "content_sha256"}
    kept = [
        [
            {name: value for name, value in line.items() if name not in varying}
            for line in bank.house.rows(
                "SELECT * FROM hub.submitted_default WHERE submission_id = $1::text::uuid ORDER BY row_no", submission
            )
        ]
        for submission in (batch["id"], sent.json["id"])
    ]
    assert kept[0] == kept[1]


def test_loan_manager_sends_on_its_agreement(bank: Sender) -> None:
    manager = bank.being("loan-manager-system")
    results = manager.results(manager.send(ndjson([startlan(), row(loanRef="BL-9")])))
    assert told(results) == [(1, "ACCEPTED", results[0]["basis"]), (2, "NO_BASIS", "consentId")]


def test_same_key_and_content_is_the_same_submission_and_other_content_a_conflict(bank: Sender) -> None:
    key, content = new_key(), ndjson(mixed())
    first = bank.send(content, key)
    results = bank.results(first)
    again = bank.send(content, key)
    assert (again.status, again.json["id"]) == (202, first.json["id"])
    assert bank.results(again) == results
    assert bank.send(content + b"\n", key).codes == ["CONFLICT"]
    assert bank.send(content, key, media="application/jsonl").status == 202
    assert bank.send(csv_of(mixed()), key, media=CSV).codes == ["CONFLICT"]
    assert bank.house.value("SELECT count(*) FROM hub.submission WHERE idempotency_key = $1", key) == 1
    assert bank.house.value("SELECT count(*) FROM hub.upload WHERE idempotency_key = $1", key) == 1


def test_key_of_a_batch_is_no_key_for_a_file_and_the_other_way_round(bank: Sender) -> None:
    key = new_key()
    bank.house.ask(bank.who, SUBMIT, **variables([row()], key))
    assert bank.send(ndjson([row()]), key).codes == ["CONFLICT"]
    other = new_key()
    bank.judged(bank.send(ndjson([row()]), other))
    refused = bank.house.ask(bank.who, SUBMIT, **variables([row()], other)).data["submitMortgageDefaults"]
    assert refused["code"] == "CONFLICT"


def test_what_another_sent_is_answered_as_what_is_not_there(bank: Sender) -> None:
    """A leak otherwise: an id that is another's would be told apart from one that nobody has."""
    sent = bank.send(ndjson([row()]))
    bank.judged(sent)
    other = bank.being("other-bank-system")
    for path in (sent.headers["location"], f"{sent.headers['location']}/results"):
        rest = path.removeprefix(sent.headers["location"])
        theirs, nobodys = other.request("GET", path), other.request("GET", f"/submissions/{uuid4()}{rest}")
        assert (theirs.status, theirs.content, theirs.bare_headers) == (404, nobodys.content, nobodys.bare_headers)
        assert theirs.recorded.shape == nobodys.recorded.shape == (0, 1)
    assert other.request("GET", "/submissions/no-id").content == theirs.content


def test_key_that_another_uses_is_free_for_everybody_else(bank: Sender) -> None:
    key = new_key()
    bank.judged(bank.send(ndjson([row()]), key))
    other = bank.being("other-bank-system")
    assert other.offset(key) == 0
    sent = other.send(ndjson([row()]), key)
    assert [code for _, code, _ in told(other.results(sent))] == ["NO_BASIS"]


@pytest.mark.parametrize("who", ["nav-caseworker", "citizen-kari", "enforcement-officer", "landlord-company"])
def test_who_may_not_submit_a_batch_may_not_send_a_file(bank: Sender, who: str) -> None:
    sender = bank.being(who)
    assert sender.send(ndjson([row()])).codes == ["FORBIDDEN"]
    assert sender.request("HEAD", COLLECTION, key=new_key()).status == 403
    assert sender.request("GET", f"/submissions/{uuid4()}").codes == ["FORBIDDEN"]


def test_stranger_is_asked_to_log_in_and_nothing_is_kept(bank: Sender) -> None:
    before = bank.house.value("SELECT count(*) FROM hub.upload")
    headers = {"idempotency-key": new_key(), "content-type": NDJSON}
    answer = bank.house.http.post(COLLECTION, content=ndjson([row()]), headers=headers)
    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (401, "UNAUTHENTICATED")
    assert bank.house.value("SELECT count(*) FROM hub.upload") == before


def test_purpose_that_the_party_may_not_state_is_refused(bank: Sender) -> None:
    assert bank.send(ndjson([row()]), behandlingsnummer="B101").status == 202
    assert bank.send(ndjson([row()]), behandlingsnummer="B999").codes == ["PURPOSE_NOT_PERMITTED"]


@pytest.mark.parametrize("key", ["", "short", "x" * 129, "with\ttab-here"])
def test_key_is_asked_for(bank: Sender, key: str) -> None:
    answer = bank.send(ndjson([row()]), idempotency_key=key) if key else bank.request("POST", COLLECTION, media=NDJSON)
    assert (answer.status, answer.codes) == (400, ["BAD_USER_INPUT"])


@pytest.mark.parametrize(("method", "path"), [("PUT", COLLECTION), ("GET", COLLECTION), ("POST", "/submissions/x")])
def test_other_methods_are_not_served_and_those_that_are_named(bank: Sender, method: str, path: str) -> None:
    answer = bank.request(method, path)
    assert (answer.status, answer.codes) == (405, ["METHOD_NOT_ALLOWED"])
    assert answer.headers["allow"] == ("HEAD, POST" if path == COLLECTION else "GET")


def test_forms_are_for_everybody_and_fit_what_is_read(bank: Sender) -> None:
    template = bank.house.http.get(f"{COLLECTION}/template.csv")
    assert (template.status_code, template.headers["content-type"]) == (200, "text/csv; charset=utf-8")
    names = next(csv.reader(io.StringIO(template.text)))
    cells = {"loanType": "BANK_LOAN", "loanRef": "BL-1", "debtorNationalId": EVA.national_id}
    cells |= {"firstUnpaidDue": "2026-09-01", "unpaidTerms": "2", "arrears": "100"}
    line = ",".join(cells.get(name, "") for name in names)
    assert [code for _, code, _ in told(bank.results(bank.send(f"{template.text}{line}".encode(), media=CSV)))] == [
        "ACCEPTED"
    ]
    schema = orjson.loads(bank.house.http.get(f"{COLLECTION}/schema.json").content)
    assert set(schema["properties"]) == set(row(consentId=None))
    assert set(schema["required"]) == set(cells)
    assert schema["additionalProperties"] is False


def test_all_of_it_is_on_record_and_nothing_of_anybody(bank: Sender) -> None:
    sent = bank.send(ndjson(mixed()))
    bank.judged(sent)
    events = sent.recorded.events
    # One for the file, in the transaction that made it a submission, and one for its slice.
    assert [(event.kind, event.operation_name) for event in events] == [("COMMAND", "submitMortgageDefaults")] * 2
    assert [event.shown for event in events] == [(), ()]
    assert sent.recorded.refusals == (("intake:row:ground-missing", "NO_BASIS", "submitMortgageDefaults"),)
    asked = bank.request("GET", f"{sent.headers['location']}/results")
    assert [(event.kind, event.shown) for event in asked.recorded.events] == [("QUERY", ())]


def test_nothing_of_a_file_is_left_but_its_accepted_rows(bank: Sender) -> None:
    """A leak otherwise: what was rejected was sent without a ground, and must not be kept."""
    (stranger,) = strangers(1)
    sent = bank.send(ndjson([row(stranger, loanRef="SECRET-REF"), row(loanRef="KEPT-REF")]))
    bank.judged(sent)
    submission = sent.json["id"]
    for table in ("upload_part", "upload_seen"):
        assert bank.house.value(f"SELECT count(*) FROM hub.{table} WHERE upload_id = $1::text::uuid", submission) == 0
    of_file = [
        *bank.house.rows("SELECT * FROM hub.upload WHERE id = $1::text::uuid", submission),
        *bank.house.rows("SELECT * FROM hub.upload_rejection WHERE submission_id = $1::text::uuid", submission),
        *bank.house.rows("SELECT * FROM hub.submission WHERE id = $1::text::uuid", submission),
        *bank.house.rows("SELECT * FROM hub.submitted_default WHERE submission_id = $1::text::uuid", submission),
    ]
    text = repr(of_file)
    assert stranger not in text
    assert "SECRET-REF" not in text
    assert "KEPT-REF" in text
