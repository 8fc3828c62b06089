"""The published keys are fetched anew soon enough, and an outage is told as one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import httpx
import pytest
from starlette.applications import Starlette

from hub.edge import receipt_keys
from hub.edge.receipt_keys import PATH, ReceiptKeyRoute
from hub.errors import Unavailable


async def get(fetch: Callable[[], Awaitable[str]], times: int = 1) -> list[httpx.Response]:
    app = Starlette(routes=ReceiptKeyRoute(fetch).routes())
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://hub.example") as client:
        return [await client.get(PATH) for _ in range(times)]


async def test_set_is_fetched_once_for_many_that_ask_at_once():
    fetched: list[str] = []

    async def fetch() -> str:
        fetched.append("once")
        return '{"keys":[]}'

    answers = await get(fetch, times=5)
    assert {answer.text for answer in answers} == {'{"keys":[]}'}
    assert fetched == ["once"]


async def test_key_that_is_retired_meanwhile_is_told_a_moment_later(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(receipt_keys, "KEPT_SECONDS", 0.0)
    sets = iter(('{"keys":[1]}', '{"keys":[2]}'))

    async def fetch() -> str:
        return next(sets)

    assert [answer.text for answer in await get(fetch, times=2)] == ['{"keys":[1]}', '{"keys":[2]}']


async def test_outage_is_told_and_nothing_old_is(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(receipt_keys, "KEPT_SECONDS", 0.0)
    sets = iter(('{"keys":[1]}',))

    async def fetch() -> str:
        for known in sets:
            return known
        raise Unavailable

    first, second = await get(fetch, times=2)
    assert (first.status_code, second.status_code) == (200, 503)
    assert second.json()["errors"][0]["extensions"]["code"] == "UNAVAILABLE"
