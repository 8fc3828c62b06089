"""Acknowledged is durable, and on record; what cannot be put on record is not there, and is tried again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from tests.bulk.pausing import paused, until
from tests.bulk.sending import COLLECTION, Sender, ndjson, new_key, told
from tests.intake.factory import row


@contextmanager
def full_disk(sender: Sender) -> Iterator[None]:
    """No command can be put on record while this lasts."""
    sender.house.execute("ALTER TABLE audit.event ADD CONSTRAINT full_disk CHECK (kind <> 'COMMAND') NOT VALID")
    try:
        yield
    finally:
        sender.house.execute("ALTER TABLE audit.event DROP CONSTRAINT full_disk")


def test_file_that_cannot_be_put_on_record_is_not_acknowledged(bank: Sender) -> None:
    key, content = new_key(), ndjson([row()])
    with full_disk(bank):
        refused = bank.send(content, key)
    assert (refused.status, refused.codes) == (503, ["RECORD_UNAVAILABLE"])
    assert bank.house.value("SELECT count(*) FROM hub.submission WHERE idempotency_key = $1", key) == 0
    assert "location" not in bank.request("HEAD", COLLECTION, key=key).headers
    assert told(bank.results(bank.send(content, key))) == [(1, "ACCEPTED", "BANK_CUSTOMER_CONSENT")]


def test_slice_that_cannot_be_put_on_record_stores_nothing_and_is_tried_again(bank: Sender) -> None:
    stored = "SELECT count(*) FROM hub.submitted_default WHERE submission_id = $1::text::uuid"
    attempts = "SELECT attempts FROM hub.upload WHERE id = $1::text::uuid"
    with ExitStack() as stack:
        with paused():
            sent = bank.send(ndjson([row(), row(arrears=-1)]))
            stack.enter_context(full_disk(bank))
        until(lambda: bank.house.value(attempts, sent.json["id"]) > 0)
        assert bank.house.value(stored, sent.json["id"]) == 0
        assert bank.request("GET", sent.headers["location"]).json["judged"] == 0
    assert told(bank.results(sent)) == [(1, "ACCEPTED", "BANK_CUSTOMER_CONSENT"), (2, "BAD_VALUE", "arrears")]
