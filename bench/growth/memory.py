"""No growth: what the hub has in memory after more and more requests of many kinds."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from random import Random
from typing import Final

import orjson

from bench.data import connected
from bench.growth.asking import of_kind
from bench.growth.run import Run, Told, mb, one_of, table
from bench.machine import resident
from bench.read import questions
from bench.read.load import Load
from bench.read.questions import Question
from bench.read.sides import HubSide, Side, started
from hub.demo.people import KARI
from hub.store.roles import Endpoints

SHARES: Final = (0.05, 0.25, 0.5, 1.0)
"""Of all requests: when memory is looked at."""
_PORT: Final = 8_295
_CONNECTIONS: Final = 8
"""As many as the hub has to the database for each role that reads: nobody waits for one until it is refused."""
_LIMIT: Final = 1_800
_NEW_MARK: Final = b"0000000000"
_LOOK_UP: Final = """query($id: NationalId!) { personByNationalId(input: {nationalId: $id}) { name { first last }
    case { state evictionPetitions { status } leaseBreaches { status } contactLog { outcome } } } }"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sort:
    """A sort of request: what it is, and how many of a hundred are of it."""

    share: int
    what: str
    next: Callable[[], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What stood in memory after so many requests, and how quickly those since the mark before were answered."""

    requests: int
    rate: float
    refused: int
    hub: int
    database: int


async def of_memory(run: Run, endpoints: Endpoints) -> Told:
    """Requests of all sorts, in an order that chance gives, and the memory in between."""
    hub = HubSide(_PORT)
    marks: list[Mark] = []
    with ExitStack() as stack:
        started(stack, hub, run.setting(endpoints, "memory"))
        sorts = await _sorts(hub, endpoints)
        chance = Random(20261130)
        weights = list(itertools.accumulate(sort.share for sort in sorts))

        def following() -> bytes:
            return chance.choices(sorts, cum_weights=weights)[0].next()

        await hub.settle()
        marks.append(await _mark(run, hub, 0, 0.0, 0))
        for share in SHARES:
            marks.append(await _after(run, hub, following, marks[-1].requests, round(run.requests * share)))
    return Told(text="\n".join(_section(sorts, marks)))


async def _after(run: Run, hub: HubSide, following: Callable[[], bytes], done: int, until: int) -> Mark:
    load = Load(hub.port, following, takes_refusals=True)
    await load.open(_CONNECTIONS)
    try:
        loaded = await load.run(_LIMIT, most=until - done)
    finally:
        load.close()
    await hub.settle()
    mark = await _mark(run, hub, until, loaded.rate, load.refusals)
    print(f"{until:>7,} requests  {mark.rate:,.0f}/s  {mb(mark.hub)}", flush=True)
    return mark


async def _mark(run: Run, hub: HubSide, requests: int, rate: float, refused: int) -> Mark:
    own = sum(one.memory_full_info().uss for one in run.database.children(recursive=True))
    return Mark(requests=requests, rate=rate, refused=refused, hub=resident(hub.process), database=own)


async def _sorts(hub: HubSide, endpoints: Endpoints) -> tuple[Sort, ...]:
    case = await one_of(endpoints, "Q1")
    async with connected(endpoints) as owner:
        submission = await questions.submission(owner)
    page = replace(await one_of(endpoints, "Q2"), variables=({"first": 10},))
    look_up = replace(case, name="look-up", document=_LOOK_UP, variables=({"id": KARI.national_id},))
    own = replace(
        of_kind("citizen", case.variables[0]["id"]), name="me", document="{ me { actor role party { name } } }"
    )
    own = replace(own, variables=({},))
    log = replace(own, document="{ myAccessLog(first: 10) { nodes { occurredAt categories actorRole } } }")
    hidden = of_kind("bank", case.variables[0]["id"])
    invalid = replace(case, document="query($id: ID!) { case(id: $id) { caseNo secrets } }")
    return (
        Sort(share=45, what="one case with all its relations (Q1), by a caseworker", next=await hub.requests(case)),
        Sort(share=20, what="who one is, by a citizen", next=await hub.requests(own)),
        Sort(
            share=12, what="a person by number with five relations, by a caseworker", next=await hub.requests(look_up)
        ),
        Sort(share=8, what="a case that is not shown, by a bank", next=await hub.requests(hidden)),
        Sort(share=5, what="one's own access log, by a citizen", next=await hub.requests(log)),
        Sort(share=4, what="a document that is not valid, refused", next=await hub.requests(invalid)),
        Sort(share=3, what="a document that nobody sent before", next=await _never_the_same(hub, own)),
        Sort(share=2, what="a default on a mortgage, submitted by a bank (Q3)", next=await hub.requests(submission)),
        Sort(share=1, what="ten cases (Q2), by a caseworker", next=await hub.requests(page)),
    )


async def _never_the_same(hub: Side, question: Question) -> Callable[[], bytes]:
    mark = _NEW_MARK.decode()
    text = f"{{ m{mark}: me {{ actor role }} }}"
    (request,) = {(await hub.requests(replace(question, document=text)))()}
    assert request.count(_NEW_MARK) == 1, orjson.dumps(text)
    numbers = itertools.count()
    return lambda: request.replace(_NEW_MARK, b"%010d" % next(numbers))


def _section(sorts: Sequence[Sort], marks: Sequence[Mark]) -> list[str]:
    head = ["requests", "answers a second", "refused", "hub", "since the start", "processes of the database"]
    rows = [
        [
            f"{mark.requests:,}",
            f"{mark.rate:,.0f}" if mark.rate else "",
            f"{mark.refused:,}",
            mb(mark.hub),
            f"+{mb(mark.hub - marks[0].hub)}",
            mb(mark.database),
        ]
        for mark in marks
    ]
    half, last = marks[-2], marks[-1]
    return [
        f"## Memory after {last.requests:,} requests",
        "",
        f"""One process, {_CONNECTIONS} connections. Resident memory of the hub, and what the processes of the database
have for themselves (their private memory, without what they share).""",
        "",
        *table(head, rows),
        "",
        f"""In the second half, {last.requests - half.requests:,} requests, the hub went from {mb(half.hub)} to
{mb(last.hub)}: {(last.hub - half.hub) / (last.requests - half.requests):,.0f} bytes a request.""",
        "",
        "Of a hundred requests, in an order that chance gives:",
        "",
        *(f"- {sort.share}: {sort.what}" for sort in sorts),
    ]
