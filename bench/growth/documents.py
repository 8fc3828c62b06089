"""Flat in the number of documents, up to what the caches hold; and what it costs beyond."""

from __future__ import annotations

import asyncio
import json
import signal
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Final

from bench.growth.run import Run, Told, ms, one_of, table
from bench.read import same
from bench.read.load import Load
from bench.read.questions import CASE
from bench.read.rounds import taken
from bench.read.sides import HubSide, started
from bench.serving import REMEMBERED
from hub.store.pool import Limits as PoolLimits
from hub.store.roles import Endpoints

BOUND: Final = 500
"""Documents, and plans, that are kept for each kind of party: hub/operation/document.py, hub/plan/plan.py."""
COUNTS: Final = (1, 50, 150, BOUND, 2 * BOUND)
_PORT: Final = 8_281
_REQUESTS: Final = 600
_LIMIT: Final = 300
_LENGTH: Final = 11_700
"""Characters of the statement of Q1, about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What requests for so many documents took, and how many of them found their document and their plan."""

    server: float
    database: float
    documents: float
    plans: float


async def of_documents(run: Run, endpoints: Endpoints) -> Told:
    """Q1 in more and more different documents, drawn evenly, each as often as any other."""
    counts = (1, 3) if run.quick else COUNTS
    question = await one_of(endpoints, "Q1")
    setting = run.setting(endpoints, "documents")
    found: list[tuple[int, Kept]] = []
    with ExitStack() as stack:
        hub = HubSide(_PORT)
        started(stack, hub, setting)
        case = question.variables[0]
        texts = [CASE.replace("case(id: $id)", f"c{number}: case(id: $id)") for number in range(max(counts))]
        asked = [replace(question, document=text, variables=(case,)) for text in texts]
        await _expect_same(hub, asked[:3])
        requests = [(await hub.requests(one))() for one in asked]
        for count in counts:
            folder = setting.folder / "hub"
            kept = await _measured(run, hub, folder, requests[:count])
            found.append((count, kept))
            print(f"{count:>5} documents  {ms(kept.server + kept.database)}  plans {kept.plans:.1%}", flush=True)
    return Told(text="\n".join(_section(found)))


async def _expect_same(hub: HubSide, asked: Sequence[same.Question]) -> None:
    """They differ in the name of the answer alone."""
    answers = [next(iter((await same.asked(hub, one))[0].values())) for one in asked]
    for answer in answers[1:]:
        same.expect_same(asked[0], hub, answer, answers[0])


async def _measured(run: Run, hub: HubSide, folder: Path, requests: Sequence[bytes]) -> Kept:
    """All of them once, so that what can be kept is kept; then so many drawn ones."""
    chance = Random(len(requests))
    warm = iter(requests)
    await _asked(hub, lambda: next(warm), len(requests))
    await hub.settle()
    before, known = (taken(hub.process), taken(run.database)), await remembered(hub, folder)
    count = 50 if run.quick else _REQUESTS
    await _asked(hub, lambda: chance.choice(requests), count)
    now = await remembered(hub, folder)
    await hub.settle()
    after = taken(hub.process), taken(run.database)
    return Kept(
        server=(after[0] - before[0]) / count,
        database=(after[1] - before[1]) / count,
        documents=_rate(known["documents"], now["documents"]),
        plans=_rate(known["plans"], now["plans"]),
    )


async def _asked(hub: HubSide, request: Callable[[], bytes], count: int) -> None:
    """On one connection, so that one connection to the database holds all the statements."""
    load = Load(hub.port, request)
    await load.open(1)
    try:
        await load.run(_LIMIT, most=count)
    finally:
        load.close()


async def remembered(hub: HubSide, folder: Path) -> dict[str, list[int]]:
    """How often the hub found a document or a plan again, and how often not."""
    told = folder / REMEMBERED
    told.unlink(missing_ok=True)
    hub.process.send_signal(signal.SIGUSR1)
    while not told.exists():
        await asyncio.sleep(0.01)
    return json.loads(told.read_text(encoding="utf-8"))


def _rate(before: Sequence[int], after: Sequence[int]) -> float:
    hits, misses = (late - early for early, late in zip(before, after, strict=True))
    return hits / (hits + misses)


def _section(found: Sequence[tuple[int, Kept]]) -> list[str]:
    head = ["documents", "processor time", "server", "database", "documents found", "plans found"]
    rows = [
        [
            f"{count:,}",
            ms(kept.server + kept.database),
            ms(kept.server),
            ms(kept.database),
            f"{kept.documents:.1%}",
            f"{kept.plans:.1%}",
        ]
        for count, kept in found
    ]
    kept = PoolLimits().characters
    return [
        "## More documents",
        "",
        f"""Q1 as so many different documents, each with a statement of its own, drawn evenly, on one connection. The
hub keeps {BOUND} documents and as many plans for each kind of party, and each of its connections to the database
prepared statements of {kept:,} characters together, some {kept // _LENGTH} like these; what was used longest ago goes
first. PostgreSQL takes 1.3 MB for one of them.""",
        "",
        *table(head, rows),
    ]
