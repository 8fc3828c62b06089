"""Two processes, one database, questions without a pause, and policies that change back and forth under them."""

from __future__ import annotations

import asyncio
import time

import httpx

from hub.rules import Rules
from hub.rules.activation import reload
from tests.reload.asking import ASKER, CONTRACT, DOCUMENT, Served, Told, ask, client, token
from tests.reload.children import Children
from tests.reload.sets import AFTER, BEFORE

RELOADS = 20


async def go_on_asking(one: httpx.AsyncClient, document: str, done: asyncio.Event, told: list[Told]) -> None:
    while not done.is_set():
        told.append(await ask(one, document))
        # The machine has others to serve: without this, most of the time goes to answering.
        await asyncio.sleep(0.02)


async def back_and_forth(owner: str, both: tuple[Rules, Rules], count: int) -> list[tuple[float, str]]:
    """Reloads: when each had returned, and what was in force from then on."""
    moments: list[tuple[float, str]] = []
    for number in range(1, count + 1):
        outcome = await reload(owner, both[number % 2])
        moments.append((time.monotonic(), outcome.digest))
        await asyncio.sleep(0.05)
    return moments


async def watch(
    owner: str, clients: list[httpx.AsyncClient], both: tuple[Rules, Rules], reloads: int
) -> tuple[list[Told], list[tuple[float, str]]]:
    """Everything that was told while the policies went back and forth so many times."""
    done, told = asyncio.Event(), list[Told]()
    asking = [
        asyncio.create_task(go_on_asking(one, document, done, told))
        for one in clients
        for document in (DOCUMENT, CONTRACT)
    ]
    moments = await back_and_forth(owner, both, reloads)
    told += [await ask(one, document) for one in clients for document in (DOCUMENT, CONTRACT)]
    done.set()
    await asyncio.gather(*asking)
    for one in clients:
        await one.aclose()
    return told, moments


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


def test_each_answer_is_of_one_set_that_its_record_names_and_none_is_outdated(
    served: Served, both: tuple[Rules, Rules]
) -> None:
    told, moments = asyncio.run(watch(served.owner, served.clients(), both, RELOADS))
    digests = served.recorded(told)
    answered = [one for one in told if one.status == 200]
    assert len(answered) > 2 * RELOADS
    assert {digest for one in answered for digest in one.sets} == {BEFORE, AFTER}
    assert {one.status for one in told} <= {200, 503}
    assert [one for one in answered if one.sets != {digests[one.request]}] == []
    assert outdated(answered, moments) == []


def test_a_process_that_keeps_the_old_set_is_found_out(
    served: Served, both: tuple[Rules, Rules], made: Children
) -> None:
    url = made.hub(served.endpoints, faulty=True)
    keeps = client(url, asyncio.run(token(url, ASKER)))
    told, moments = asyncio.run(watch(served.owner, [keeps], both, 1))
    assert outdated([one for one in told if one.status == 200], moments) != []
