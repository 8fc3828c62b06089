"""The real door on a real server on loopback, with stand-ins for the rooms behind it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import httpx
import pytest

from hub.edge.denials import Denials
from hub.edge.door import Door
from hub.edge.health import Health
from hub.edge.live import Live
from hub.edge.server import Server, listen, server
from hub.edge.site import site
from hub.edge.visit import Threshold
from hub.settings import Limits, Mode, Settings
from tests.edge.fakes import TOKEN, FakeBeat, FakeDesk, FakeIdentity, FakeLine, FakeRecord, FakeRules

HEADERS = {"authorization": f"Bearer {TOKEN}", "content-type": "application/json"}
QUERY = {"query": "{ __typename }"}


@dataclass
class House:
    """A running hub as the tests see it."""

    port: int
    server: Server
    client: httpx.AsyncClient
    door: Door
    health: Health
    desk: FakeDesk
    record: FakeRecord
    line: FakeLine
    identity: FakeIdentity

    async def post(self, **changes: object) -> httpx.Response:
        arguments = {"json": QUERY, "headers": HEADERS} | changes
        return await self.client.post("/graphql", **arguments)

    async def raw(self, *, headers: tuple[str, ...] = (), body: bytes = b"", length: int | None = None):
        """A connection on which one request has been started by hand."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        lines = [
            "POST /graphql HTTP/1.1",
            "host: 127.0.0.1",
            f"authorization: Bearer {TOKEN}",
            "content-type: application/json",
            f"content-length: {len(body) if length is None else length}",
            *headers,
        ]
        writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
        await writer.drain()
        return reader, writer


@dataclass
class Plan:
    """What a test wants otherwise than usual."""

    limits: Limits = field(default_factory=Limits)
    settings: dict[str, object] = field(default_factory=dict)
    desk: FakeDesk = field(default_factory=FakeDesk)
    record: FakeRecord = field(default_factory=FakeRecord)
    beat: FakeBeat = field(default_factory=FakeBeat)
    checks: dict[str, Callable[[], object]] = field(default_factory=dict)
    line: FakeLine = field(default_factory=FakeLine)
    identity: FakeIdentity = field(default_factory=FakeIdentity)


@asynccontextmanager
async def opened(plan: Plan) -> AsyncIterator[House]:
    settings = Settings(mode=Mode.DEMO, data=Path(), drain_seconds=0, limits=plan.limits)
    settings = replace(settings, **plan.settings)
    denials = Denials(plan.record, per_minute=settings.limits.denials_per_minute)
    threshold = Threshold(settings=settings, record=plan.record, denials=denials)
    door = Door(
        settings=settings,
        identity=plan.identity,
        rules=FakeRules(plan.desk),
        record=plan.record,
        threshold=threshold,
        beat=plan.beat,
    )
    live = Live(
        settings=settings,
        identity=plan.identity,
        rules=FakeRules(plan.desk),
        record=plan.record,
        line=plan.line,
        threshold=threshold,
    )
    health = Health(plan.checks)
    listener = listen("127.0.0.1", 0)
    port = listener.getsockname()[1]
    app = site(settings=settings, door=door, live=live, routes=health.routes(), room=threshold.room)
    running = server(app, settings, on_drain=lambda: (health.drain(), live.drain()), on_retire=live.drain)
    task = asyncio.create_task(running.serve(sockets=[listener]))
    while not running.started:
        await asyncio.sleep(0.01)
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
        yield House(
            port=port,
            server=running,
            client=client,
            door=door,
            health=health,
            desk=plan.desk,
            record=plan.record,
            line=plan.line,
            identity=plan.identity,
        )
    running.should_exit = True
    await task
    await threshold.drain()


@pytest.fixture
async def house() -> AsyncIterator[House]:
    async with opened(Plan()) as opened_house:
        yield opened_house


@pytest.fixture
async def house_with() -> AsyncIterator[Callable[..., object]]:
    """Houses for a test that wants something otherwise; what is given by name replaces the usual."""
    async with AsyncExitStack() as stack:

        async def build(**changes: object) -> House:
            return await stack.enter_async_context(opened(Plan(**changes)))

        yield build
