"""Room for so many at once: who is turned away, how alike all refusals are, and who cannot keep others out."""

from __future__ import annotations

import asyncio
import logging

import orjson
import pytest

from hub.edge.room import Full, Room
from hub.settings import Limits
from tests.edge.conftest import HEADERS, QUERY
from tests.edge.fakes import FakeDesk

BODY = orjson.dumps(QUERY)
LARGE = b'{"data":"' + b"a" * 30_000_000 + b'"}'
ONE = Limits(concurrent_requests=1)


@pytest.fixture
async def full(house_with):
    """A house with room for one, and one inside until the test lets it go."""
    desk = FakeDesk(gate=asyncio.Event())
    house = await house_with(desk=desk, limits=ONE)
    inside = asyncio.create_task(house.post())
    while not desk.asked:
        await asyncio.sleep(0.01)
    yield house
    desk.gate.set()
    assert (await inside).status_code == 200


async def test_refusal_says_nothing_of_who_asked_or_for_what(full):
    answers = [
        await full.post(),
        await full.client.post("/graphql", json=QUERY),
        await full.post(headers=HEADERS | {"authorization": "Bearer foreign"}),
        await full.post(headers=HEADERS | {"behandlingsnummer": "B999"}),
        await full.post(json={"query": "query { caseById(id: 1) { id } }"}),
        await full.post(content=b"no JSON at all", json=None),
        await full.post(headers=HEADERS | {"content-type": "text/plain"}),
        await full.post(headers=HEADERS | {"host": "elsewhere.example"}),
    ]
    kept = [
        (
            answer.status_code,
            answer.content,
            {name: value for name, value in answer.headers.items() if name not in ("date", "x-request-id")},
        )
        for answer in answers
    ]
    assert kept == [kept[0]] * len(kept)
    status, body, headers = kept[0]
    assert (status, headers["retry-after"]) == (503, "1")
    (error,) = orjson.loads(body)["errors"]
    assert error["extensions"]["code"] == "OVERLOADED"
    assert set(error["extensions"]["text"]) == {"nb", "en"}


async def test_who_is_turned_away_leaves_no_record_and_asks_nobody(full):
    for _ in range(5):
        assert (await full.post()).status_code == 503
    assert len(full.desk.asked) == 1
    assert (full.record.written, full.record.denials) == ([], [])


async def test_ways_in_for_those_who_stay_are_closed_too(full):
    stream = await full.post(headers=HEADERS | {"accept": "text/event-stream"})
    assert (stream.status_code, stream.json()["errors"][0]["extensions"]["code"]) == (503, "OVERLOADED")
    handshake = {
        "upgrade": "websocket",
        "connection": "Upgrade",
        "sec-websocket-version": "13",
        "sec-websocket-key": "x3JJHMbDL1EzLkh9GBhXDw==",
        "sec-websocket-protocol": "graphql-transport-ws",
    }
    socket = await full.client.get("/graphql", headers=handshake)
    assert (socket.status_code, socket.json()["errors"][0]["extensions"]["code"]) == (503, "OVERLOADED")
    elsewhere = await full.client.get("/nowhere")
    assert (elsewhere.status_code, elsewhere.headers["retry-after"]) == (503, "1")


async def test_health_is_told_all_the_same(full):
    assert (await full.client.get("/health/live")).status_code == 200
    assert (await full.client.get("/health/ready")).status_code == 200


async def test_who_is_turned_away_may_ask_again_on_the_same_connection(full):
    reader, writer = await full.raw(body=BODY)
    for _ in range(3):
        head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 5)
        assert head.startswith(b"HTTP/1.1 503 ")
        assert b"connection: close" not in head
        (length,) = [line.split(b":")[1] for line in head.split(b"\r\n") if line.startswith(b"content-length")]
        await reader.readexactly(int(length))
        writer.write(
            b"POST /graphql HTTP/1.1\r\nhost: h\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%b"
            % (len(BODY), BODY)
        )
    writer.close()


async def test_who_is_still_sending_is_told_at_once(full):
    reader, writer = await full.raw(body=BODY[:5], length=len(BODY))
    answer = await asyncio.wait_for(reader.read(), 5)
    assert answer.startswith(b"HTTP/1.1 503 ")
    assert b"connection: close" in answer
    writer.close()


async def test_reader_who_never_reads_keeps_nobody_out(house_with):
    desk = FakeDesk(body=LARGE)
    house = await house_with(desk=desk, limits=Limits(concurrent_requests=1, send_seconds=2))
    reader, writer = await house.raw(body=BODY)
    await reader.readexactly(100)
    desk.body = FakeDesk.body
    for _ in range(5):
        assert (await house.post()).status_code == 200
    assert house.record.undelivered == []
    # And is dropped in the end, on record.
    await asyncio.wait_for(house.record.noted.wait(), 10)
    assert house.record.undelivered == house.record.written[:1]
    writer.transport.abort()


async def test_answers_that_wait_for_slow_readers_are_bounded_too(house_with):
    desk = FakeDesk(body=LARGE)
    house = await house_with(desk=desk, limits=Limits(concurrent_requests=1, send_seconds=30))
    first, kept = await house.raw(body=BODY)
    await first.readexactly(100)
    _, cut = await house.raw(body=BODY)
    await asyncio.wait_for(house.record.noted.wait(), 10)
    assert house.record.undelivered == house.record.written[1:]
    desk.body = FakeDesk.body
    assert (await house.post()).status_code == 200
    kept.transport.abort()
    cut.transport.abort()


async def test_stranger_who_sends_slowly_keeps_nobody_out(house_with):
    house = await house_with(limits=ONE)
    _, writer = await asyncio.open_connection("127.0.0.1", house.port)
    writer.write(b"POST /graphql HTTP/1.1\r\nhost: h\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{")
    while not house.record.denials:
        await asyncio.sleep(0.01)
    assert (await house.post()).status_code == 200
    writer.close()


def test_room_is_left_whatever_happens_inside():
    room = Room(1)
    with pytest.raises(ValueError, match="broken"), room:
        raise ValueError("broken")
    with room, pytest.raises(Full), room:
        pass
    assert room.inside == 0


def test_log_says_how_many_once_a_second(caplog):
    caplog.set_level(logging.WARNING)
    now = 0.0
    room = Room(0, clock=lambda: now)
    for moment in (0.0, 0.1, 0.2, 1.5):
        now = moment
        with pytest.raises(Full), room:
            pass
    assert [record.getMessage() for record in caplog.records] == [
        "overloaded turned_away=1",
        "overloaded turned_away=3",
    ]
