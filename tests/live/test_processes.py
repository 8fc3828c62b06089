"""Two processes of the hub that are killed while things happen: a subscriber that comes back, to whichever of them
answers, misses nothing, and is told of each case in the order in which it happened.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException
from websockets.typing import Subprotocol

from hub.app import prepare_database
from hub.demo.people import EVA, KARI
from hub.demo.personas import PERSONAS
from hub.identity.sign_in import sign_in
from hub.store.roles import Endpoints
from tests.events.happening import case_of, signal
from tests.exactly_once.house import Hub
from tests.live.listening import CASE
from tests.running import free_port

KILLS = 3
_GONE = (OSError, WebSocketException, TimeoutError, httpx.HTTPError)


@pytest.fixture
async def hubs(database: Endpoints, tmp_path: Path) -> AsyncIterator[list[Hub]]:
    await asyncio.to_thread(prepare_database, database.owner)
    made = [Hub(port=free_port(), data=tmp_path / str(number), databases=asdict(database)) for number in range(2)]
    for hub in made:
        hub.data.mkdir(mode=0o700)
    await asyncio.gather(*(asyncio.to_thread(hub.start) for hub in made))
    yield made
    for hub in made:
        await asyncio.to_thread(hub.end)


class Subscriber:
    """Follows some cases on one connection, and comes back when that is lost: after the last event of each."""

    def __init__(self, hubs: list[Hub], cases: list[UUID]) -> None:
        self._hubs = hubs
        self._cases = cases
        self.told: dict[UUID, list[str]] = {case: [] for case in cases}
        self.connections = 0

    async def run(self) -> None:
        persona = next(one for one in PERSONAS if one.name == "nav-caseworker")
        number = 0
        while True:
            number += 1
            url = self._hubs[number % len(self._hubs)].url
            # Whatever is lost, it comes back, and to the other one.
            with suppress(*_GONE):
                await self._follow(url, await sign_in(url, persona))
            await asyncio.sleep(0.05)

    async def _follow(self, url: str, token: str) -> None:
        address = url.replace("http", "ws", 1) + "/graphql"
        async with connect(address, subprotocols=[Subprotocol("graphql-transport-ws")], proxy=None) as connection:
            said = {"Authorization": f"Bearer {token}", "Behandlingsnummer": "B101"}
            await connection.send(json.dumps({"type": "connection_init", "payload": said}))
            assert json.loads(await connection.recv()) == {"type": "connection_ack"}
            for case in self._cases:
                variables = {"id": str(case), "after": self.told[case][-1] if self.told[case] else None}
                payload = {"query": CASE, "variables": variables}
                await connection.send(json.dumps({"type": "subscribe", "id": str(case), "payload": payload}))
            self.connections += 1
            while True:
                message = json.loads(await connection.recv())
                if message["type"] != "next":
                    # It could not be put on record, say, since the process is about to end. It comes back.
                    return
                self.told[UUID(message["id"])].append(message["payload"]["extensions"]["event"])


async def happening(owner: Any, cases: list[UUID], chance: Random, over: asyncio.Event) -> None:
    while not over.is_set():
        await signal(owner, chance.choice(cases))
        await asyncio.sleep(chance.choice((0, 0.01, 0.05)))


async def placed(owner: Any, case: UUID) -> list[str]:
    rows = await owner.fetch(
        "SELECT id::text FROM hub.event WHERE case_id = $1 AND topic = 'SIGNAL' ORDER BY position", case
    )
    return [row["id"] for row in rows]


async def test_subscriber_misses_nothing_and_is_told_in_order_though_processes_are_killed(
    database: Endpoints, hubs: list[Hub]
) -> None:
    chance = Random(20261130)
    owner = await asyncpg.connect(database.owner)
    cases = [await case_of(owner, EVA), await case_of(owner, KARI)]
    over = asyncio.Event()
    subscriber = Subscriber(hubs, cases)
    following = asyncio.create_task(subscriber.run())
    async with asyncio.timeout(30):
        while not subscriber.connections:
            await asyncio.sleep(0.05)
    # From here on there is an event to go on after.
    async with asyncio.timeout(30):
        while not all(subscriber.told.values()):
            for case in cases:
                await signal(owner, case)
            await asyncio.sleep(0.5)
    events = asyncio.create_task(happening(owner, cases, chance, over))
    for _ in range(KILLS):
        await asyncio.sleep(chance.uniform(0.3, 1.0))
        hub = chance.choice(hubs)
        await asyncio.to_thread(hub.kill)
        await asyncio.to_thread(hub.start)
    over.set()
    await events
    async with asyncio.timeout(60):
        while True:
            expected = {case: await placed(owner, case) for case in cases}
            expected = {case: ids[ids.index(subscriber.told[case][0]) :] for case, ids in expected.items()}
            if all(set(expected[case]) <= set(subscriber.told[case]) for case in cases):
                break
            await asyncio.sleep(0.1)
    following.cancel()
    for case in cases:
        told = subscriber.told[case]
        # Each once more at most where a connection was lost between what came and what was remembered; never backwards.
        assert list(dict.fromkeys(told)) == expected[case]
        place = {event: number for number, event in enumerate(expected[case])}
        assert [place[event] for event in told] == sorted(place[event] for event in told)
    assert subscriber.connections > 1
    await owner.close()
