"""The WebSocket, on a real server: the handshake, every code that it is closed with, its limits, and slow readers."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from hub.audit.model import SecurityKind
from hub.edge.live.codes import Close
from hub.errors import NoActingParty, PurposeNotPermitted, Unauthenticated
from hub.settings import Limits
from tests.edge.conftest import House
from tests.edge.fakes import REQUESTER, FakeDesk, FakeIdentity, FakeRecord, FakeWish
from tests.edge.socket_client import SOON, SUBSCRIBE, client

HouseWith = Callable[..., House]
INIT = {"type": "connection_init", "payload": {"Authorization": "Bearer a-good-token"}}
START = {"type": "subscribe", "id": "1", "payload": SUBSCRIBE}


def said(close: Close) -> tuple[int, str]:
    return close.code, close.reason


# --- the handshake ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("protocols", [(), ("graphql-ws",), ("graphql-ws", "something-else")])
async def test_other_subprotocols_are_refused_before_there_is_a_connection(
    house: House, protocols: tuple[str, ...]
) -> None:
    with pytest.raises(InvalidStatus) as caught:
        async with client(house.port, protocols=protocols):
            pass
    assert caught.value.response.status_code == 400
    [error] = json.loads(caught.value.response.body)["errors"]
    assert error["extensions"]["code"] == "SUBPROTOCOL_NOT_SERVED"
    assert error["extensions"]["member"] == "sec-websocket-protocol"


async def test_of_several_subprotocols_the_one_that_is_spoken_is_taken(house: House) -> None:
    async with client(house.port, protocols=("graphql-ws", "graphql-transport-ws")) as one:
        assert one.connection.subprotocol == "graphql-transport-ws"
        assert one.connection.response.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("origin", ["https://elsewhere.example", "null"])
async def test_page_of_another_origin_is_refused(house: House, origin: str) -> None:
    with pytest.raises(InvalidStatus) as caught:
        async with client(house.port, origin=origin):
            pass
    assert caught.value.response.status_code == 403
    assert b"ORIGIN_NOT_ALLOWED" in caught.value.response.body
    assert "access-control-allow-origin" not in caught.value.response.headers


async def test_page_of_a_listed_origin_is_let_in(house_with: HouseWith) -> None:
    house = await house_with(settings={"cors_origins": frozenset({"https://app.example"})})
    async with client(house.port, origin="https://app.example") as one:
        await one.begin()


async def test_host_that_is_not_served_is_refused(house_with: HouseWith) -> None:
    house = await house_with(settings={"hosts": frozenset({"hub.example"})})
    with pytest.raises(InvalidStatus) as caught:
        async with client(house.port):
            pass
    assert caught.value.response.status_code == 421


async def test_path_that_is_none_is_refused(house: House) -> None:
    with pytest.raises(InvalidStatus) as caught:
        async with client(house.port, path="/elsewhere"):
            pass
    assert caught.value.response.status_code == 403


async def test_more_connections_than_a_process_takes_are_sent_away(house_with: HouseWith) -> None:
    house = await house_with(limits=Limits(live_connections=1))
    async with client(house.port):
        with pytest.raises(InvalidStatus) as caught:
            async with client(house.port):
                pass
        assert caught.value.response.status_code == 503
    async with client(house.port) as one:
        await one.begin()


# --- codes -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "message",
    [
        "no JSON",
        "[]",
        '"text"',
        b"\x00\x01",
        {"no": "type"},
        {"type": "start", "id": "1", "payload": SUBSCRIBE},
        {"type": "connection_terminate"},
        {"type": "subscribe", "payload": SUBSCRIBE},
        {"type": "subscribe", "id": "", "payload": SUBSCRIBE},
        {"type": "subscribe", "id": "x" * 129, "payload": SUBSCRIBE},
        {"type": "subscribe", "id": 1, "payload": SUBSCRIBE},
        {"type": "subscribe", "id": "1"},
        {"type": "subscribe", "id": "1", "payload": "query"},
        {"type": "ping", "payload": "text"},
        {"type": "complete"},
        {"type": "next", "id": "1", "payload": {}},
        '{"type":"ping","payload":{"half":"\\ud800"}}',
    ],
)
async def test_4400_what_is_no_message_ends_it(house: House, message: object) -> None:
    async with client(house.port) as one:
        await one.begin()
        await one.say(message)
        assert await one.closed() == said(Close.INVALID)


@pytest.mark.parametrize(
    "payload", ["text", ["Bearer"], {"Authorization": 7}, {"authorization": "a", "Authorization": "b"}]
)
async def test_4400_beginning_that_can_be_read_in_two_ways_or_none(house: House, payload: object) -> None:
    async with client(house.port) as one:
        await one.say({"type": "connection_init", "payload": payload})
        assert await one.closed() == said(Close.INVALID)


@pytest.mark.parametrize("payload", [None, {}, {"Authorization": "Bearer another"}, {"token": "a-good-token"}])
async def test_4401_beginning_without_a_token_that_counts(house: House, payload: object) -> None:
    async with client(house.port) as one:
        await one.say({"type": "connection_init"} | ({} if payload is None else {"payload": payload}))
        assert await one.closed() == said(Close.UNAUTHENTICATED)
    assert [event.kind for event, _ in house.record.denials] == [SecurityKind.TOKEN_REFUSED]


@pytest.mark.parametrize("before", [[], [INIT]])
async def test_4401_nothing_is_started_before_the_beginning_is_acknowledged(
    house_with: HouseWith, before: list[object]
) -> None:
    identity = SlowIdentity()
    house = await house_with(identity=identity)
    async with client(house.port) as one:
        for message in (*before, START):
            await one.say(message)
        assert await one.closed() == said(Close.UNAUTHENTICATED)
    assert house.line.followers == []


class SlowIdentity(FakeIdentity):
    """Takes its time to say who somebody is."""

    async def requester(self, authorization_header: str | None):
        await asyncio.sleep(SOON)
        return await super().requester(authorization_header)


async def test_4401_token_that_ends_ends_the_connection(house_with: HouseWith) -> None:
    identity = FakeIdentity(known=replace(REQUESTER, expires_at=time.time() + 1))
    house = await house_with(identity=identity)
    async with client(house.port) as one:
        await one.begin()
        await one.subscribe()
        began = time.monotonic()
        assert await one.closed() == said(Close.UNAUTHENTICATED)
        assert time.monotonic() - began < 2
    assert house.line.followers == []


async def test_4401_token_that_has_ended_begins_nothing(house_with: HouseWith) -> None:
    house = await house_with(identity=FakeIdentity(known=replace(REQUESTER, expires_at=time.time() - 1)))
    async with client(house.port) as one:
        await one.say(INIT)
        assert await one.closed() == said(Close.UNAUTHENTICATED)


@pytest.mark.parametrize(
    ("error", "close"), [(Unauthenticated(), Close.UNAUTHENTICATED), (NoActingParty(), Close.FORBIDDEN)]
)
async def test_right_that_is_gone_closes_at_the_next_event_and_nothing_of_it_is_told(
    house: House, error: Exception, close: Close
) -> None:
    async with client(house.port) as one:
        await one.begin()
        await one.subscribe()
        house.identity.ended = error
        house.line.put()
        assert await one.closed() == said(close)
    assert house.record.written == []


async def test_4403_right_that_is_gone_closes_also_where_nothing_happens(house_with: HouseWith) -> None:
    house = await house_with(limits=Limits(live_check_seconds=1))
    async with client(house.port) as one:
        await one.begin()
        house.identity.ended = NoActingParty()
        assert await one.closed() == said(Close.FORBIDDEN)


async def test_4403_token_that_leads_to_another_party_now_ends_it(house_with: HouseWith) -> None:
    house = await house_with(limits=Limits(live_check_seconds=1))
    async with client(house.port) as one:
        await one.begin()
        house.identity.known = replace(REQUESTER, party="313800202")
        assert await one.closed() == said(Close.FORBIDDEN)


async def test_4408_who_does_not_begin_in_time_is_closed(house_with: HouseWith) -> None:
    house = await house_with(limits=Limits(live_init_seconds=1))
    async with client(house.port) as one:
        assert await one.closed() == said(Close.BEGINS_LATE)


async def test_4409_name_in_use_cannot_be_used_again_and_can_when_it_is_over(house: House) -> None:
    async with client(house.port) as one:
        await one.begin()
        await one.subscribe()
        await one.say({"type": "complete", "id": "1"})
        await one.subscribe()
        await one.say(START)
        assert await one.closed() == said(Close.NAME_TAKEN)


async def test_4429_there_is_one_beginning(house: House) -> None:
    async with client(house.port) as one:
        await one.begin()
        await one.say(INIT)
        assert await one.closed() == said(Close.BEGINS_AGAIN)


async def test_1009_message_beyond_the_limit_ends_it(house: House) -> None:
    async with client(house.port) as one:
        await one.begin()
        await one.say({"type": "ping", "payload": {"filled": "." * 70_000}})
        assert (await one.closed())[0] == 1009


async def test_1011_who_does_not_answer_a_ping_is_closed(house_with: HouseWith) -> None:
    house = await house_with(limits=Limits(live_ping_seconds=1))
    reader, writer = await asyncio.open_connection("127.0.0.1", house.port)
    writer.write(
        b"GET /graphql HTTP/1.1\r\nhost: 127.0.0.1\r\nupgrade: websocket\r\nconnection: upgrade\r\n"
        b"sec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\nsec-websocket-version: 13\r\n"
        b"sec-websocket-protocol: graphql-transport-ws\r\n\r\n"
    )
    async with asyncio.timeout(SOON):
        heard = await reader.read()
    frames = heard.partition(b"\r\n\r\n")[2]
    assert frames[0] == 0x89, "a ping"
    assert b"\x03\xf3" in frames[6:], "closed with 1011"
    writer.close()


async def test_1012_hub_that_stops_asks_to_come_back(house: House) -> None:
    async with client(house.port) as one:
        await one.begin()
        await one.subscribe()
        house.server.should_exit = True
        assert (await one.closed())[0] == Close.RESTART.code


async def test_1013_party_has_so_many_connections_and_no_more(house_with: HouseWith) -> None:
    house = await house_with(limits=Limits(live_per_party=1))
    async with client(house.port) as one, client(house.port) as other:
        await one.begin()
        await other.say(INIT)
        assert await other.closed() == said(Close.TRY_LATER)
        [(event, inquiry)] = house.record.denials
        assert (event.kind, event.target) == (SecurityKind.LIMIT_EXCEEDED, "live_per_party")
        assert inquiry is not None
    async with client(house.port) as another:
        await another.begin()


def test_every_code_has_its_test_and_its_place_in_the_document() -> None:

    page = (Path(__file__).parents[2] / "docs" / "http.md").read_text(encoding="utf-8")
    tests = Path(__file__).read_text(encoding="utf-8")
    for close in Close:
        assert f"| {close.code} |" in page, close
        assert f"_{close.code}_" in tests, close


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
