"""The WebSocket, on a real server: what is told over it, its limits, and slow readers."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections.abc import Callable
from uuid import uuid4

import pytest
from websockets.exceptions import ConnectionClosed

from hub.edge.live.codes import Close
from hub.errors import PurposeNotPermitted
from hub.settings import Limits
from tests.edge.conftest import House
from tests.edge.fakes import FakeDesk, FakeRecord, FakeWish
from tests.edge.socket_client import SOON, START, SUBSCRIBE, client, said

HouseWith = Callable[..., House]


# --- subscriptions ---------------------------------------------------------------------------------------------------


async def test_event_is_on_record_and_then_told_in_order(house: House) -> None:
    async with client(house.port) as one:
        await one.begin()
        await one.subscribe("mine")
        made = house.line.put(3)
        for event in made:
            message = await one.hear()
            assert (message["type"], message["id"]) == ("next", "mine")
            assert message["payload"]["data"] == {"event": str(event)}
        assert len(house.record.written) == 3
        assert house.record.undelivered == []


async def test_event_that_is_not_for_them_leaves_no_trace(house: House) -> None:
    async with client(house.port) as one:
        await one.begin()
        await one.subscribe()
        house.desk.hidden.update(house.line.put(2))
        await asyncio.sleep(0.2)
        await one.settled()
        [shown] = house.line.put()
        assert (await one.hear())["payload"]["data"] == {"event": str(shown)}
    assert len(house.record.written) == 1
    assert house.record.denials == []


async def test_event_that_cannot_be_put_on_record_is_not_told(house_with: HouseWith) -> None:
    house = await house_with(record=FakeRecord(is_broken=True))
    async with client(house.port) as one:
        await one.begin()
        await one.subscribe()
        house.line.put()
        message = await one.hear()
        assert (message["type"], message["id"]) == ("error", "1")
        assert message["payload"][0]["extensions"]["code"] == "RECORD_UNAVAILABLE"
        await one.settled()


async def test_subscriber_goes_on_after_the_event_that_it_has_seen(house: House) -> None:
    first, second, third = house.line.put(3)
    house.desk.wished = FakeWish(after=first)
    async with client(house.port) as one:
        await one.begin()
        await one.say(START)
        assert [(await one.hear())["payload"]["data"]["event"] for _ in range(2)] == [str(second), str(third)]


async def test_event_that_is_not_kept_is_no_place_to_go_on_from(house: House) -> None:
    house.desk.wished = FakeWish(after=uuid4())
    async with client(house.port) as one:
        await one.begin()
        await one.say(START)
        message = await one.hear()
        assert message["type"] == "error"
        assert message["payload"][0]["extensions"]["code"] == "EVENT_UNKNOWN"


async def test_subscription_that_cannot_go_on_ends_alone(house: House) -> None:
    async with client(house.port) as one:
        await one.begin()
        await one.subscribe("1")
        house.desk.failure = PurposeNotPermitted()
        house.line.put()
        message = await one.hear()
        assert message == {"id": "1", "type": "error", "payload": [PurposeNotPermitted().public()]}
        house.desk.failure = None
        await one.subscribe("1")
        house.line.put()
        assert (await one.hear())["type"] == "next"


async def test_what_breaks_is_not_shown(house: House, caplog: pytest.LogCaptureFixture) -> None:
    async with client(house.port) as one:
        await one.begin()
        await one.subscribe()
        house.desk.failure = RuntimeError("15928741270")
        house.line.put()
        message = await one.hear()
        assert message["payload"][0]["extensions"]["code"] == "INTERNAL"
        assert "15928741270" not in json.dumps(message)
    assert "15928741270" not in caplog.text


async def test_after_complete_nothing_more_is_told(house: House) -> None:
    async with client(house.port) as one:
        await one.begin()
        await one.subscribe()
        await one.say({"type": "complete", "id": "1"})
        await one.settled()
        assert house.line.followers == []
        house.line.put()
        await asyncio.sleep(0.1)
        await one.settled()
    assert house.record.written == []


async def test_operations_beyond_the_limit_are_refused_and_take_nothing(house_with: HouseWith) -> None:
    house = await house_with(limits=Limits(live_operations=2))
    async with client(house.port) as one:
        await one.begin()
        for name in ("1", "2"):
            await one.subscribe(name)
        for name in ("3", "4", "5"):
            await one.say({"type": "subscribe", "id": name, "payload": SUBSCRIBE})
            message = await one.hear()
            assert (message["type"], message["id"]) == ("error", name)
            assert message["payload"][0]["extensions"]["limit"] == "live_operations"
        assert len(house.line.followers) == 2
        await one.say({"type": "complete", "id": "1"})
        await one.subscribe("3")
        assert len(house.line.followers) == 2


async def test_ping_is_answered_with_what_it_holds_before_and_after_the_beginning(house: House) -> None:
    async with client(house.port) as one:
        await one.say({"type": "ping", "payload": {"n": 1}})
        assert await one.hear() == {"type": "pong", "payload": {"n": 1}}
        await one.begin()
        await one.say({"type": "pong"})
        await one.settled()


# --- slow readers ----------------------------------------------------------------------------------------------------


async def test_4410_who_does_not_read_is_closed_and_goes_on_after_the_last_event(house_with: HouseWith) -> None:
    house = await house_with(limits=Limits(send_seconds=1), desk=FakeDesk(size=300_000))
    async with client(house.port, max_queue=1, max_size=None) as one:
        await one.begin()
        await one.subscribe()
        made = house.line.put(60)
        async with asyncio.timeout(4 * SOON):
            await house.record.noted.wait()
        # What is not taken is neither decided nor put on record.
        assert len(house.record.written) < 60
        seen = []
        with contextlib.suppress(ConnectionClosed):
            while True:
                seen.append((await one.hear())["payload"]["data"]["event"])
        assert one.ended == said(Close.TOO_SLOW)
    assert seen == [str(event) for event in made[: len(seen)]]
    house.desk.wished = FakeWish(after=made[len(seen) - 1])
    async with client(house.port, max_size=None) as again:
        await again.begin()
        await again.say(START)
        rest = [(await again.hear())["payload"]["data"]["event"] for _ in range(60 - len(seen))]
    assert [*seen, *rest] == [str(event) for event in made]


async def test_who_is_gone_is_forgotten(house: House) -> None:
    async with client(house.port) as one:
        await one.begin()
        await one.subscribe()
        one.connection.transport.abort()
        async with asyncio.timeout(SOON):
            while house.line.followers:
                await asyncio.sleep(0.01)
    house.line.put()
    assert house.record.written == []


async def test_slow_reader_holds_up_nobody_else(house_with: HouseWith) -> None:
    house = await house_with(limits=Limits(send_seconds=2), desk=FakeDesk(size=300_000))
    async with (
        client(house.port, max_queue=1, max_size=None, close_timeout=1) as slow,
        client(house.port, max_size=None) as quick,
    ):
        for one in (slow, quick):
            await one.begin()
            await one.subscribe()
        made = house.line.put(40)
        began = time.monotonic()
        for event in made:
            assert (await quick.hear())["payload"]["data"]["event"] == str(event)
        assert time.monotonic() - began < 2


async def test_event_that_concerns_many_is_decided_for_a_few_at_a_time(house: House) -> None:
    """Those who ask have the right of way: a hundred subscribers do not take all connections to the database."""
    async with contextlib.AsyncExitStack() as stack:
        many = [await stack.enter_async_context(client(house.port)) for _ in range(5)]
        for one in many:
            await one.begin()
            for number in range(20):
                await one.subscribe(str(number))
        [event] = house.line.put()
        for one in many:
            told = [await one.hear() for _ in range(20)]
            assert sorted(int(message["id"]) for message in told) == list(range(20))
            assert {message["payload"]["data"]["event"] for message in told} == {str(event)}
    assert 1 < house.desk.most_together <= 4
