"""The WebSocket, on a real server: the handshake, and every code that it is closed with."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from websockets.exceptions import InvalidStatus

from hub.audit.model import SecurityKind
from hub.edge.live.codes import Close
from hub.errors import NoActingParty, Unauthenticated
from hub.settings import Limits
from tests.edge.conftest import House
from tests.edge.fakes import REQUESTER, FakeIdentity
from tests.edge.socket_client import INIT, SOON, START, SUBSCRIBE, client, said

HouseWith = Callable[..., House]


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


@pytest.mark.parametrize("is_replaced", [False, True])
async def test_1012_hub_that_stops_asks_to_come_back(house: House, is_replaced: bool) -> None:
    async with client(house.port) as one:
        await one.begin()
        await one.subscribe()
        if is_replaced:
            house.server.retire()
        else:
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
    tests = "".join(path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_socket*.py"))
    for close in Close:
        assert f"| {close.code} |" in page, close
        assert f"_{close.code}_" in tests, close
