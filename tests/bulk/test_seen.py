"""What stands twice in a file is found wherever it stands, whatever happened between; no other file knows of it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.bulk.ahead import ROWS
from hub.bulk.seen import among
from hub.intake.batch import IDENTITY
from tests.bulk.pausing import paused, slices_at_most, until
from tests.bulk.sending import Sender, ndjson, new_key
from tests.bulk.test_durability import full_disk
from tests.intake.factory import SUBMIT, row, variables

# Alike in their first half or in their second: all of a digest counts.
_DIGEST = st.builds(lambda one, other: bytes([one] * 8 + [other] * 8), st.integers(0, 3), st.integers(0, 3))
_SEEN = "SELECT first_row, octet_length(identities) AS size FROM hub.upload_seen WHERE upload_id = $1::text::uuid"
_STORED = "SELECT count(*) FROM hub.submitted_default AS line JOIN hub.submission ON submission.id = line.submission_id"


@given(st.lists(st.lists(_DIGEST)), st.lists(st.none() | _DIGEST))
def test_what_was_seen_is_found_in_whichever_slice(slices: list[list[bytes]], asked: list[bytes | None]) -> None:
    known = {one for slice_ in slices for one in slice_}
    assert among([b"".join(slice_) for slice_ in slices], asked) == known.intersection(asked)


def of_three_slices() -> list[dict[str, Any]]:
    """The second row stands in each slice again, and in the last one twice; one without a ground as well."""
    rows = [row(loanRef=f"BL-{number}") for number in range(2 * ROWS + 100)]
    rows[3] = row(loanRef="BL-3", consentId="none of ours")
    for place, other in ((ROWS + 7, 1), (2 * ROWS + 7, 1), (2 * ROWS + 8, 1), (2 * ROWS + 9, 3)):
        rows[place] = rows[other]
    return rows


REPEATED = [ROWS + 8, 2 * ROWS + 8, 2 * ROWS + 9, 2 * ROWS + 10]


def repeated(results: list[dict[str, Any]]) -> list[int]:
    return [one["rowNo"] for one in results if one.get("code") == "DUPLICATE_ROW"]


def test_row_that_stands_twice_is_found_after_a_slice_was_rolled_back(bank: Sender) -> None:
    """What the slice noted is gone with it: else its rows would be their own repetition."""
    attempts = "SELECT attempts FROM hub.upload WHERE id = $1::text::uuid"
    with ExitStack() as stack:
        with slices_at_most(1):
            sent = bank.send(ndjson(of_three_slices()))
            until(lambda: bank.request("GET", sent.headers["location"]).json["judged"] > 0)
            stack.enter_context(full_disk(bank))
        until(lambda: bank.house.value(attempts, sent.json["id"]) > 0)
        judged = bank.request("GET", sent.headers["location"]).json["judged"]
        assert [tuple(one.values()) for one in bank.house.rows(_SEEN, sent.json["id"])] == [(1, IDENTITY * judged)]
    results = bank.results(sent)
    assert repeated(results) == REPEATED
    assert [one["rowNo"] for one in results if one.get("code") == "NO_BASIS"] == [4]
    assert bank.judged(sent)["accepted"] == len(results) - len(REPEATED) - 1
    assert bank.house.rows(_SEEN, sent.json["id"]) == []


def test_file_of_one_slice_keeps_nothing_of_what_it_saw(bank: Sender) -> None:
    with paused():
        sent = bank.send(ndjson([row(), row()]))
    assert repeated(bank.results(sent)) == [2]
    assert bank.house.rows(_SEEN, sent.json["id"]) == []


def test_two_files_at_one_time_know_nothing_of_each_other(bank: Sender) -> None:
    """They take turns, slice by slice: what stands in both stands twice in neither."""
    content = ndjson(of_three_slices())
    with paused():
        both = [bank.send(content), bank.send(content)]
    assert both[0].json["id"] != both[1].json["id"]
    for sent in both:
        assert repeated(bank.results(sent)) == REPEATED


def test_one_key_at_one_time_is_one_submission(bank: Sender) -> None:
    content = ndjson(of_three_slices())
    for _ in range(3):
        key = new_key()
        with ThreadPoolExecutor(4) as pool:
            sent = list(pool.map(lambda _, key=key: bank.send(content, key), range(4)))
        # Whoever comes second may be asked to send again where the first has not come to its end.
        taken = {one.json["id"] for one in sent if one.status == 202}
        assert len(taken) == 1
        assert all(one.codes == ["CONFLICT"] for one in sent if one.status != 202)
        again = bank.send(content, key)
        assert {again.json["id"]} == taken
        assert repeated(bank.results(again)) == REPEATED
        assert bank.house.value(f"{_STORED} WHERE submission.idempotency_key = $1", key) == 2 * ROWS + 100


@pytest.mark.parametrize("count", [1, 5])
def test_file_and_batch_under_one_key_at_one_time_are_one_of_them(bank: Sender, count: int) -> None:
    rows = [row(loanRef=f"BL-{number}") for number in range(count)]
    for _ in range(4):
        key = new_key()
        with ThreadPoolExecutor(2) as pool:
            file = pool.submit(bank.send, ndjson(rows), key)
            batch = pool.submit(bank.house.ask, bank.who, SUBMIT, **variables(rows, key))
            sent, asked = file.result(), batch.result().data["submitMortgageDefaults"]
        won = [sent.status == 202, asked["__typename"] == "Submitted"]
        assert sorted(won) == [False, True]
        assert sent.codes == ["CONFLICT"] if won[1] else asked["code"] == "CONFLICT"
        if won[0]:
            bank.judged(sent)
        assert bank.house.value(f"{_STORED} WHERE submission.idempotency_key = $1", key) == count
