"""Two processes, one database, questions without a pause, and policies that change back and forth under them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import asyncpg
import httpx

from hub.demo.personas import persona
from hub.identity.sign_in import sign_in
from hub.rules import Rules
from hub.rules.activation import reload
from hub.store.roles import Endpoints
from tests.reload.conftest import processes
from tests.reload.sets import AFTER, BEFORE

RELOADS = 20
DOCUMENT = """{
  cases(first: 3) { nodes { id openedAt } }
  __type(name: "Case") { fields { name } }
}"""
CONTRACT = '{ __type(name: "Case") { fields { name } } }'


@dataclass(frozen=True, kw_only=True)
class Told:
    """An answer: when it was asked for, and which sets its parts can only have come from."""

    began: float
    request: str
    status: int
    sets: frozenset[str]


def sets_of(body: dict[str, Any]) -> Iterator[str]:
    data = body["data"]
    if "cases" in data:
        for case in data["cases"]["nodes"]:
            yield AFTER if case["openedAt"] is None else BEFORE
    names = {field["name"] for field in data["__type"]["fields"]}
    yield BEFORE if "closeReason" in names else AFTER


async def ask(client: httpx.AsyncClient, document: str, purpose: str = "B101") -> Told:
    request, began = f"reload-{uuid4().hex}", time.monotonic()
    headers = {"x-request-id": request, "behandlingsnummer": purpose, "accept": "application/graphql-response+json"}
    response = await client.post("/graphql", json={"query": document}, headers=headers)
    sets = frozenset(sets_of(response.json())) if response.is_success else frozenset()
    return Told(began=began, request=request, status=response.status_code, sets=sets)


async def go_on_asking(client: httpx.AsyncClient, document: str, done: asyncio.Event, told: list[Told]) -> None:
    while not done.is_set():
        told.append(await ask(client, document))


async def opened(url: str) -> httpx.AsyncClient:
    who = persona("nav-caseworker")
    assert who is not None
    token = await sign_in(url, who)
    return httpx.AsyncClient(base_url=url, headers={"authorization": f"Bearer {token}"}, timeout=30, trust_env=False)


async def back_and_forth(owner: str, both: tuple[Rules, Rules], count: int) -> list[tuple[float, str]]:
    """Reloads: when each had returned, and what was in force from then on."""
    moments: list[tuple[float, str]] = []
    for number in range(1, count + 1):
        outcome = await reload(owner, both[number % 2])
        moments.append((time.monotonic(), outcome.digest))
        await asyncio.sleep(0.1)
    return moments


async def watch(
    endpoints: Endpoints, both: tuple[Rules, Rules], reloads: int, *, faulty: bool = False
) -> tuple[list[Told], list[tuple[float, str]]]:
    """Everything that was told while the policies went back and forth so many times."""
    with processes(endpoints, 2, faulty=faulty) as urls:
        clients = [await opened(url) for url in urls]
        done, told = asyncio.Event(), list[Told]()
        asking = [
            asyncio.create_task(go_on_asking(client, document, done, told))
            for client in clients
            for document in (DOCUMENT, CONTRACT)
        ]
        moments = await back_and_forth(endpoints.owner, both, reloads)
        told += [await ask(client, document) for client in clients for document in (DOCUMENT, CONTRACT)]
        done.set()
        await asyncio.gather(*asking)
        for client in clients:
            await client.aclose()
    return told, moments


async def recorded(endpoints: Endpoints) -> dict[str, str]:
    connection = await asyncpg.connect(endpoints.owner)
    try:
        rows = await connection.fetch("SELECT request_id, policy_digest FROM audit.event WHERE kind = 'QUERY'")
    finally:
        await connection.close()
    return {row["request_id"]: row["policy_digest"] for row in rows}


def outdated(told: list[Told], moments: list[tuple[float, str]]) -> list[Told]:
    """Answers of a set that was no longer in force when they were asked for."""
    stale: list[Told] = []
    for one in told:
        standing = [at for at, (moment, _) in enumerate(moments) if moment <= one.began]
        first = standing[-1] if standing else -1
        # From the last reload that had returned, to any that came while it was answered.
        possible = {digest for _, digest in moments[max(first, 0) :]} | ({BEFORE} if first < 0 else set())
        last = moments[-1][0] <= one.began
        if not one.sets <= ({moments[-1][1]} if last else possible):
            stale.append(one)
    return stale


async def test_each_answer_is_of_one_set_that_its_record_names_and_none_is_outdated(
    prepared: Endpoints, both: tuple[Rules, Rules]
):
    told, moments = await watch(prepared, both, RELOADS)
    digests = await recorded(prepared)
    answered = [one for one in told if one.status == 200]
    assert len(answered) > 2 * RELOADS
    assert {digest for one in answered for digest in one.sets} == {BEFORE, AFTER}
    assert {one.status for one in told} <= {200, 503}
    assert [one for one in answered if one.sets != {digests[one.request]}] == []
    assert outdated(answered, moments) == []


async def test_a_process_that_keeps_the_old_set_is_found_out(prepared: Endpoints, both: tuple[Rules, Rules]):
    told, moments = await watch(prepared, both, 1, faulty=True)
    assert outdated([one for one in told if one.status == 200], moments) != []
