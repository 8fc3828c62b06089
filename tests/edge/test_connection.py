"""The connection itself: slow senders, senders who leave, readers who do not read, and a server asked to stop."""

from __future__ import annotations

import asyncio
import socket
import struct
import time

import httpx
import pytest

from hub.edge.server import PortTaken, listen
from hub.settings import Limits
from tests.edge.fakes import FakeDesk

BODY = b'{"query": "{ __typename }"}'


async def test_slow_body_is_given_up_with_a_typed_answer(house_with):
    house = await house_with(limits=Limits(body_seconds=1))
    reader, writer = await house.raw(body=BODY[:10], length=len(BODY))
    answer = await asyncio.wait_for(reader.read(), 5)
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b"REQUEST_TIMEOUT" in answer
    assert house.desk.asked == []
    writer.close()


async def test_body_in_pieces_within_the_time_is_taken(house):
    reader, writer = await house.raw(body=BODY[:10], length=len(BODY))
    for byte in BODY[10:]:
        writer.write(bytes([byte]))
        await writer.drain()
    assert (await reader.readline()).startswith(b"HTTP/1.1 200 ")
    writer.close()


async def test_slow_head_is_cut_off(house_with):
    house = await house_with(limits=Limits(head_seconds=1))
    reader, writer = await asyncio.open_connection("127.0.0.1", house.port)
    writer.write(b"POST /graphql HTTP/1.1\r\nhost: 127.0.0.1\r\n")
    began = time.monotonic()
    assert await asyncio.wait_for(reader.read(), 5) == b""
    assert time.monotonic() - began < 3
    writer.close()


async def test_silent_connection_is_cut_off(house_with):
    house = await house_with(limits=Limits(head_seconds=1))
    reader, writer = await asyncio.open_connection("127.0.0.1", house.port)
    assert await asyncio.wait_for(reader.read(), 5) == b""
    writer.close()


async def test_answer_that_takes_longer_than_a_head_may_is_still_given(house_with):
    desk = FakeDesk(gate=asyncio.Event())
    house = await house_with(desk=desk, limits=Limits(head_seconds=1))
    reader, writer = await house.raw(body=BODY)
    await asyncio.sleep(1.5)
    desk.gate.set()
    assert (await reader.readline()).startswith(b"HTTP/1.1 200 ")
    writer.close()


async def test_endless_head_is_cut_off_before_it_is_all_held(house_with):
    house = await house_with(limits=Limits(header_bytes=10_000))
    reader, writer = await asyncio.open_connection("127.0.0.1", house.port)
    writer.write(b"POST /graphql HTTP/1.1\r\nx-filler: ")
    for _ in range(10):
        writer.write(b"a" * 5_000)
        await asyncio.sleep(0)
    answer = await asyncio.wait_for(reader.read(), 5)
    assert answer.startswith(b"HTTP/1.1 431 ")
    writer.close()


async def test_what_is_not_http_is_refused_as_a_typed_error(house):
    reader, writer = await asyncio.open_connection("127.0.0.1", house.port)
    writer.write(b"NONSENSE\r\n\r\n")
    answer = await asyncio.wait_for(reader.read(), 5)
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert b"BAD_USER_INPUT" in answer
    assert b"cache-control: no-store" in answer
    writer.close()


async def test_sender_who_leaves_before_the_body_is_complete_is_not_answered(house):
    _, writer = await house.raw(body=BODY[:5], length=len(BODY))
    writer.close()
    await writer.wait_closed()
    assert (await house.client.get("/health/live")).status_code == 200
    assert (house.desk.asked, house.record.written, house.record.denials) == ([], [], [])


async def test_sender_who_left_before_the_answer_is_noted_as_not_delivered(house_with):
    desk = FakeDesk(gate=asyncio.Event())
    house = await house_with(desk=desk)
    _, writer = await house.raw(body=BODY)
    while not desk.asked:
        await asyncio.sleep(0.01)
    _reset(writer)
    await asyncio.sleep(0.1)
    desk.gate.set()
    await asyncio.wait_for(house.record.noted.wait(), 5)
    assert house.record.undelivered == house.record.written
    assert len(house.record.written) == 1


async def test_sender_who_leaves_in_the_middle_of_a_large_answer_is_noted(house_with):
    house = await house_with(desk=FakeDesk(body=b'{"data":"' + b"a" * 30_000_000 + b'"}'))
    reader, writer = await house.raw(body=BODY)
    await reader.readexactly(1_000)
    _reset(writer)
    await asyncio.wait_for(house.record.noted.wait(), 5)
    assert house.record.undelivered == house.record.written


async def test_reader_who_never_reads_is_cut_off_and_noted(house_with):
    house = await house_with(desk=FakeDesk(body=b"a" * 30_000_000), limits=Limits(send_seconds=1))
    reader, writer = await house.raw(body=BODY)
    await reader.readexactly(100)
    await asyncio.wait_for(house.record.noted.wait(), 10)
    assert house.record.undelivered == house.record.written
    writer.transport.abort()


async def test_large_answer_that_is_read_is_delivered(house_with):
    house = await house_with(desk=FakeDesk(body=b'{"data":"' + b"a" * 5_000_000 + b'"}'))
    assert len((await house.post()).content) > 5_000_000
    assert house.record.undelivered == []


async def test_connection_serves_one_request_after_another(house):
    reader, writer = await house.raw(body=BODY)
    first = await reader.readuntil(b"\r\n\r\n")
    await reader.readexactly(_length(first))
    writer.write(b"POST /graphql HTTP/1.1\r\nhost: h\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}")
    second = await reader.readuntil(b"\r\n\r\n")
    await reader.readexactly(_length(second))
    assert second.startswith(b"HTTP/1.1 401 ")
    assert b"connection: close" not in second
    writer.write(b"GET /health/live HTTP/1.1\r\nhost: h\r\n\r\n")
    assert (await reader.readline()).startswith(b"HTTP/1.1 200 ")
    writer.close()


async def test_stop_waits_for_the_answer_that_is_under_way(house_with):
    desk = FakeDesk(gate=asyncio.Event())
    house = await house_with(desk=desk)
    under_way = asyncio.create_task(house.post())
    while not desk.asked:
        await asyncio.sleep(0.01)
    house.server.should_exit = True
    await asyncio.sleep(0.5)
    with pytest.raises(httpx.ConnectError):
        await httpx.AsyncClient().get(f"http://127.0.0.1:{house.port}/health/live")
    desk.gate.set()
    assert (await under_way).status_code == 200
    assert house.record.undelivered == []


async def test_ready_says_no_before_the_port_closes(house_with):
    house = await house_with(settings={"drain_seconds": 1})
    house.server.should_exit = True
    await asyncio.sleep(0.4)
    assert (await house.client.get("/health/ready")).json()["status"] == "draining"
    assert (await house.post()).status_code == 200


async def test_answers_while_it_drains_say_that_the_connection_ends(house_with):
    house = await house_with(settings={"drain_seconds": 2})
    assert "connection" not in (await house.post()).headers
    house.server.should_exit = True
    await asyncio.sleep(0.4)
    assert (await house.post()).headers["connection"] == "close"


async def test_who_retires_takes_nobody_new_and_answers_those_who_are_there(house):
    kept = await house.client.get("/health/ready")
    assert kept.status_code == 200
    house.server.retire()
    await asyncio.sleep(0.4)
    with pytest.raises(httpx.ConnectError):
        await httpx.AsyncClient().get(f"http://127.0.0.1:{house.port}/health/live")
    # The service goes on elsewhere: nobody is to be told that it stops.
    last = await house.client.get("/health/ready")
    assert (last.status_code, last.json()["status"], last.headers["connection"]) == (200, "ready", "close")
    with pytest.raises(httpx.ConnectError):
        await house.client.get("/health/ready")


async def test_port_that_is_taken_is_said_to_be_taken(house):
    with pytest.raises(PortTaken):
        listen("127.0.0.1", house.port)


async def test_health_says_live_and_ready(house_with):
    async def reachable():
        return None

    house = await house_with(checks={"database": reachable, "record": reachable})
    assert (await house.client.get("/health/live")).json() == {"status": "live"}
    ready = await house.client.get("/health/ready")
    assert (ready.status_code, ready.json()) == (200, {"status": "ready", "database": "ok", "record": "ok"})
    house.health.drain()
    draining = await house.client.get("/health/ready")
    assert (draining.status_code, draining.json()["status"]) == (503, "draining")


async def test_health_names_what_cannot_be_reached_and_nothing_more(house_with):
    async def broken():
        raise ConnectionError("password of 10.0.0.1")

    house = await house_with(checks={"record": broken})
    ready = await house.client.get("/health/ready")
    assert (ready.status_code, ready.json()) == (503, {"status": "not ready", "record": "unreachable"})


def _length(head: bytes) -> int:
    (line,) = [line for line in head.split(b"\r\n") if line.startswith(b"content-length")]
    return int(line.split(b":")[1])


def _reset(writer: asyncio.StreamWriter) -> None:
    """Leaves the hard way: the other end gets a reset, as from a process that was killed."""
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
