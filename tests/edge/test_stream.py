"""Server-sent events, on a real server: what is refused before, what comes, and how it ends."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from uuid import uuid4

import httpx
import pytest

from hub.errors import NoActingParty, PurposeRequired
from hub.settings import Limits
from tests.edge.conftest import HEADERS, House
from tests.edge.fakes import REQUESTER, FakeDesk, FakeIdentity, FakeRecord, FakeWish
from tests.edge.socket_client import SOON, SUBSCRIBE

HouseWith = Callable[..., House]
STREAM = {**HEADERS, "accept": "text/event-stream"}


class Stream:
    """A response that goes on; a block is what stands between two empty lines."""

    def __init__(self, response: httpx.Response) -> None:
        self.response = response
        self._lines = response.aiter_lines()

    async def block(self) -> dict[str, str]:
        """The next block by its fields; a comment has none."""
        fields: dict[str, str] = {}
        async with asyncio.timeout(SOON):
            async for line in self._lines:
                if not line:
                    return fields
                name, _, value = line.partition(":")
                if name:
                    fields[name] = value.strip()
        raise EOFError

    async def next(self) -> dict[str, str]:
        """The next that is no comment."""
        while not (found := await self.block()):
            pass
        return found


@asynccontextmanager
async def streaming(house: House, **headers: str) -> AsyncIterator[Stream]:
    async with house.client.stream("POST", "/graphql", json=SUBSCRIBE, headers={**STREAM, **headers}) as response:
        assert response.status_code == 200, await response.aread()
        stream = Stream(response)
        assert await stream.block() == {}, "it begins at once"
        yield stream


async def refused(house: House, **changes: object) -> tuple[int, str]:
    arguments = {"json": SUBSCRIBE, "headers": STREAM} | changes
    response = await house.client.post("/graphql", **arguments)
    return response.status_code, response.json()["errors"][0]["extensions"]["code"]


async def test_event_is_on_record_and_then_told_with_its_id(house: House) -> None:
    async with streaming(house) as stream:
        assert stream.response.headers["content-type"] == "text/event-stream; charset=utf-8"
        assert stream.response.headers["cache-control"] == "no-store"
        for event in house.line.put(3):
            told = await stream.next()
            assert (told["event"], told["id"]) == ("next", str(event))
            assert json.loads(told["data"])["data"] == {"event": str(event)}
    assert len(house.record.written) == 3


async def test_it_goes_on_after_the_last_event_id_before_what_the_document_says(house: House) -> None:
    first, second, third = house.line.put(3)
    house.desk.wished = FakeWish(after=first)
    async with streaming(house) as stream:
        assert [(await stream.next())["id"] for _ in range(2)] == [str(second), str(third)]
    async with streaming(house, **{"last-event-id": str(second)}) as stream:
        assert (await stream.next())["id"] == str(third)


@pytest.mark.parametrize("stated", ["not an id", str(uuid4())], ids=["malformed", "unknown"])
async def test_last_event_id_that_is_not_kept_is_refused(house: House, stated: str) -> None:
    assert await refused(house, headers={**STREAM, "last-event-id": stated}) == (400, "EVENT_UNKNOWN")


async def test_last_event_id_stands_once(house: House) -> None:
    lines = [*STREAM.items(), ("last-event-id", str(uuid4())), ("last-event-id", str(uuid4()))]
    assert await refused(house, headers=lines) == (400, "BAD_USER_INPUT")


async def test_event_that_is_not_for_them_leaves_no_trace(house: House) -> None:
    async with streaming(house) as stream:
        house.desk.hidden.update(house.line.put(2))
        [shown] = house.line.put()
        assert (await stream.next())["id"] == str(shown)
    assert len(house.record.written) == 1


async def test_there_is_no_get_and_so_no_token_or_id_in_an_address(house: House) -> None:
    response = await house.client.get("/graphql", headers=STREAM, params=SUBSCRIBE)
    assert response.status_code == 405


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"headers": {**STREAM, "authorization": "Bearer another"}}, (401, "UNAUTHENTICATED")),
        ({"headers": {**STREAM, "origin": "https://elsewhere.example"}}, (403, "ORIGIN_NOT_ALLOWED")),
        ({"headers": {**STREAM, "content-type": "text/plain"}}, (415, "UNSUPPORTED_MEDIA_TYPE")),
        ({"headers": {**STREAM, "break-glass": "no id"}}, (400, "BAD_USER_INPUT")),
        ({"json": {"query": 7}}, (400, "BAD_USER_INPUT")),
        ({"json": {"query": "." * 70_000}}, (413, "LIMIT_EXCEEDED")),
    ],
)
async def test_what_is_wrong_is_answered_before_there_is_a_stream(
    house: House, changes: dict[str, object], expected: tuple[int, str]
) -> None:
    assert await refused(house, **changes) == expected
    assert house.line.followers == []


async def test_purpose_that_is_missing_is_answered_before_there_is_a_stream(house: House) -> None:
    house.desk.failure = PurposeRequired()
    assert await refused(house) == (403, "PURPOSE_REQUIRED")


async def test_party_has_so_many_streams_and_no_more(house_with: HouseWith) -> None:
    house = await house_with(limits=Limits(live_per_party=1))
    async with streaming(house):
        assert await refused(house) == (429, "LIMIT_EXCEEDED")
    async with asyncio.timeout(SOON):
        while (await refused_or_not(house)) != 200:
            await asyncio.sleep(0.01)


async def refused_or_not(house: House) -> int:
    async with house.client.stream("POST", "/graphql", json=SUBSCRIBE, headers=STREAM) as response:
        return response.status_code


async def test_process_has_so_many_connections_and_no_more(house_with: HouseWith) -> None:
    house = await house_with(limits=Limits(live_connections=1))
    async with streaming(house):
        assert await refused(house) == (503, "OVERLOADED")


async def test_token_that_ends_ends_the_stream_and_says_so(house_with: HouseWith) -> None:
    house = await house_with(identity=FakeIdentity(known=replace(REQUESTER, expires_at=time.time() + 1)))
    async with streaming(house) as stream:
        told = await stream.next()
        assert json.loads(told["data"])["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
        assert await stream.next() == {"event": "complete", "data": ""}
        with pytest.raises(EOFError):
            await stream.block()


async def test_right_that_is_gone_ends_the_stream_and_nothing_of_the_event_is_told(house: House) -> None:
    async with streaming(house) as stream:
        house.identity.ended = NoActingParty()
        house.line.put()
        told = await stream.next()
        assert json.loads(told["data"])["errors"][0]["extensions"]["code"] == "NO_ACTING_PARTY"
    assert house.record.written == []


async def test_event_that_cannot_be_put_on_record_is_not_told(house_with: HouseWith) -> None:
    house = await house_with(record=FakeRecord(is_broken=True))
    async with streaming(house) as stream:
        house.line.put()
        told = await stream.next()
        assert json.loads(told["data"])["errors"][0]["extensions"]["code"] == "RECORD_UNAVAILABLE"


async def test_it_says_by_the_clock_that_it_is_there(house_with: HouseWith) -> None:
    house = await house_with(limits=Limits(live_ping_seconds=1))
    async with streaming(house) as stream:
        began = time.monotonic()
        house.desk.hidden.update(house.line.put(3))
        assert await stream.block() == {}
        assert 0.9 < time.monotonic() - began < 1.5


async def test_hub_that_stops_ends_it_without_saying_that_it_is_complete(house: House) -> None:
    async with streaming(house) as stream:
        house.server.should_exit = True
        with pytest.raises(EOFError):
            await stream.next()


async def test_who_does_not_read_is_cut_off_and_that_is_on_record(house_with: HouseWith) -> None:
    house = await house_with(limits=Limits(send_seconds=1), desk=FakeDesk(size=300_000))
    body = json.dumps(SUBSCRIBE).encode()
    _, writer = await house.raw(headers=("accept: text/event-stream",), body=body)
    async with asyncio.timeout(SOON):
        while not house.line.followers:
            await asyncio.sleep(0.01)
    house.line.put(60)
    async with asyncio.timeout(4 * SOON):
        await house.record.noted.wait()
        while house.line.followers:
            await asyncio.sleep(0.01)
    assert len(house.record.written) < 60
    assert len(house.record.undelivered) == 1
    writer.close()


@pytest.mark.parametrize(
    "accept",
    ["text/event-stream, application/json", "*/*", "application/graphql-response+json, text/event-stream;q=0.5", ""],
)
async def test_who_takes_an_answer_as_well_is_given_one(house: House, accept: str) -> None:
    """Clients that list all that they can read get their queries answered as ever."""
    response = await house.post(headers={**HEADERS, "accept": accept})
    assert response.json() == {"data": {"__typename": "Query"}}


async def test_hidden_events_change_no_byte_and_no_moment_of_what_is_sent(house_with: HouseWith) -> None:
    """Non-interference: the same stream, where nothing happens and where a lot does that is not for the subscriber."""
    seen: dict[bool, tuple[bytes, list[float]]] = {}
    for is_busy in (False, True):
        house = await house_with(limits=Limits(live_ping_seconds=1))
        async with house.client.stream("POST", "/graphql", json=SUBSCRIBE, headers=STREAM) as response:
            sent, moments, began = b"", list[float](), time.monotonic()
            async for part in response.aiter_bytes():
                sent += part
                moments.append(time.monotonic() - began)
                if is_busy:
                    house.desk.hidden.update(house.line.put(50))
                if len(moments) == 3:
                    break
        assert house.record.written == []
        assert house.record.denials == []
        seen[is_busy] = sent, moments
    assert seen[True][0] == seen[False][0]
    assert all(abs(one - other) < 0.3 for one, other in zip(seen[True][1], seen[False][1], strict=True))
