"""A stream that stops halfway: what arrived is kept, and the rest can follow. Whole, or not acknowledged."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Iterator

import httpx
import pytest

from hub.bulk import ForgottenFiles
from hub.bulk.parts import OPEN_AT_ONCE, PART
from hub.store.session import Sessions
from tests.bulk.sending import COLLECTION, CSV, NDJSON, Sender, csv_of, ndjson, new_key
from tests.intake.factory import row

ROWS = [row(loanRef=f"BL-{number}") for number in range(8_000)]
CONTENT = ndjson(ROWS)
assert 2 * PART < len(CONTENT) < 4 * PART


def stop_after(sender: Sender, key: str, content: bytes, *, at: int = 0, stays: bool = False) -> bytes:
    """Send this much of what was announced, and go; or stay, and say no more. What the hub says then."""
    url = httpx.URL(sender.house.url)
    lines = [
        f"POST {COLLECTION} HTTP/1.1",
        f"host: {url.host}:{url.port}",
        f"authorization: Bearer {sender.house.token(sender.who)}",
        f"idempotency-key: {key}",
        f"content-type: {NDJSON}",
        f"content-length: {len(CONTENT) - at}",
        f"upload-offset: {at}",
    ]
    with socket.create_connection((url.host, url.port)) as connection:
        connection.sendall("\r\n".join(lines).encode() + b"\r\n\r\n" + content)
        return b"".join(iter(lambda: connection.recv(4_096), b"")) if stays else b""


def kept(sender: Sender, key: str, expected: int) -> None:
    """So much is kept, in a moment."""
    until = time.monotonic() + 5
    while sender.offset(key) != expected:
        assert time.monotonic() < until, sender.offset(key)
        time.sleep(0.02)


def test_what_arrived_is_kept_and_the_rest_makes_it_whole(bank: Sender) -> None:
    key = new_key()
    stop_after(bank, key, CONTENT[: PART + 1_000])
    kept(bank, key, PART)
    assert bank.house.value("SELECT count(*) FROM hub.submission WHERE idempotency_key = $1", key) == 0
    stop_after(bank, key, CONTENT[PART : 2 * PART + 7], at=PART)
    kept(bank, key, 2 * PART)
    sent = bank.send(CONTENT[2 * PART :], key, upload_offset=str(2 * PART))
    done = bank.judged(sent)
    assert (done["rows"], done["accepted"], done["rejected"]) == (len(ROWS), len(ROWS), 0)
    # The same as if it had come in one piece.
    assert bank.send(CONTENT, key).json["id"] == sent.json["id"]
    known = bank.request("HEAD", COLLECTION, key=key)
    assert (known.status, known.headers["location"]) == (200, sent.headers["location"])
    assert "upload-offset" not in known.headers


def test_sender_that_falls_silent_is_told_to_go_on_later(bank: Sender) -> None:
    key = new_key()
    answer = stop_after(bank, key, CONTENT[: PART + 5], stays=True)
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b"REQUEST_TIMEOUT" in answer
    assert bank.offset(key) == PART


def test_file_that_is_sent_anew_from_the_beginning_is_held_against_what_is_kept(bank: Sender) -> None:
    key = new_key()
    stop_after(bank, key, CONTENT[: 2 * PART])
    kept(bank, key, 2 * PART)
    other = CONTENT.replace(b'BL-5"', b'BL-6"')
    assert bank.send(other, key).codes == ["CONFLICT"]
    # A file that ends where more is kept is another one too.
    assert bank.send(CONTENT[: PART + 9], key).codes == ["CONFLICT"]
    assert bank.send(csv_of(ROWS), key, media=CSV).codes == ["CONFLICT"]
    assert bank.judged(bank.send(CONTENT, key))["accepted"] == len(ROWS)


@pytest.mark.parametrize("offset", [1, PART - 1, PART + 1, 2 * PART, 10**9])
def test_stream_that_goes_on_elsewhere_is_told_where(bank: Sender, offset: int) -> None:
    key = new_key()
    stop_after(bank, key, CONTENT[:PART])
    kept(bank, key, PART)
    answer = bank.send(b"x", key, upload_offset=str(offset))
    assert (answer.status, answer.codes, answer.headers["upload-offset"]) == (409, ["CONFLICT"], str(PART))
    assert bank.offset(key) == PART


def test_offset_of_what_was_never_begun_is_nought(bank: Sender) -> None:
    answer = bank.send(b"x", upload_offset="5")
    assert (answer.status, answer.headers["upload-offset"]) == (409, "0")
    assert bank.send(b"x", upload_offset="-5").status == 400


def test_file_in_small_pieces_is_the_same_file(bank: Sender) -> None:
    def pieces() -> Iterator[bytes]:
        for at in range(0, len(CONTENT), 1_999):
            yield CONTENT[at : at + 1_999]

    key = new_key()
    sent = bank.send(pieces(), key)
    assert bank.judged(sent)["accepted"] == len(ROWS)
    assert bank.send(CONTENT, key).json["id"] == sent.json["id"]


def test_files_that_are_begun_and_not_finished_are_bounded_and_forgotten_after_a_day(bank: Sender) -> None:
    house, other = bank.house, bank.being("other-bank-system")
    keys = [new_key() for _ in range(OPEN_AT_ONCE)]
    for key in keys:
        stop_after(other, key, CONTENT[:PART])
        kept(other, key, PART)
    refused = other.send(CONTENT, new_key())
    assert (refused.status, refused.json["errors"][0]["extensions"]["limit"]) == (400, "open_files")
    # Another party has its own.
    assert bank.send(ndjson([row()])).status == 202
    house.execute(
        "UPDATE hub.upload SET begun_at = begun_at - interval '24 hours' WHERE idempotency_key = ANY ($1)", keys[1:]
    )
    forget(bank)
    assert other.offset(keys[0]) == PART
    assert [other.offset(key) for key in keys[1:]] == [0] * (OPEN_AT_ONCE - 1)
    left = "SELECT count(*) FROM hub.upload_part WHERE upload_id NOT IN (SELECT id FROM hub.upload)"
    assert house.value(left) == 0
    assert other.send(CONTENT, keys[1]).status == 202


def forget(sender: Sender) -> None:
    """The job's own round, now."""

    async def run() -> None:
        sessions = Sessions(sender.endpoints.app)
        try:
            async with sessions() as session, session.begin():
                await ForgottenFiles().run(session)
        finally:
            await sessions.close()

    asyncio.run(run())
