"""From the start of a process to its first answer; and the first operation of each kind of requester in it."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from random import Random
from typing import Final

from bench.growth.asking import Single, Took, again, fields, kinds, of_kind
from bench.growth.run import Run, Told, mb, ms, one_of, table
from bench.machine import resident
from bench.read.questions import Question
from bench.read.sides import HubSide, started
from hub.store.roles import Endpoints

AIM: Final = 0.020
_PORT: Final = 8_291
_REST: Final = 3
"""Seconds after which a process that was started is at rest."""
_NEW: Final = 3
_KNOWN: Final = 10
_Prepared = Callable[[str], bytes]


@dataclass(slots=True, kw_only=True)
class Start:
    """One start, in seconds and bytes. By kind: the first operation, then documents that are new, then a known one."""

    ready: float = 0.0
    first: float = 0.0
    rest: int = 0
    cold: dict[str, Took] = field(default_factory=dict)
    new: dict[str, list[Took]] = field(default_factory=dict)
    known: dict[str, list[Took]] = field(default_factory=dict)


async def of_starts(run: Run, endpoints: Endpoints) -> Told:
    """So many starts. Another kind of requester has the first answer each time: of it no operation is counted."""
    case = (await one_of(endpoints, "Q1")).variables[0]["id"]
    asked = {kind: of_kind(kind, case) for kind in (kinds()[:3] if run.quick else kinds())}
    hub = HubSide(_PORT)
    setting = run.setting(endpoints, "starts")
    with ExitStack() as stack:
        started(stack, hub, setting)
        requests = {kind: await _prepared(hub, question) for kind, question in asked.items()}
    chance = Random(9901)
    firsts = chance.sample(list(asked), len(asked))
    found = [await _start(run, hub, endpoints, requests, firsts[number % len(firsts)], chance, asked)
             for number in range(run.starts)]  # fmt: skip
    return Told(text="\n".join([*_starts(found), "", *_kinds(asked, found)]))


async def _prepared(hub: HubSide, question: Question) -> _Prepared:
    """The request of a document. The token outlives the process: the demo keeps the keys that it is signed with."""
    texts = [question.document, *(again(question.document, number) for number in range(_NEW))]
    made = {text: (await hub.requests(replace(question, document=text)))() for text in texts}
    return made.__getitem__


async def _start(
    run: Run,
    hub: HubSide,
    endpoints: Endpoints,
    requests: Mapping[str, _Prepared],
    first: str,
    chance: Random,
    asked: Mapping[str, Question],
) -> Start:
    found = Start()
    began = time.perf_counter()
    with ExitStack() as stack:
        started(stack, hub, run.setting(endpoints, "starts"))
        found.ready = time.perf_counter() - began
        async with Single(hub.process, run.database, hub.port).opened() as single:
            await single.ask(requests[first](asked[first].document))
            found.first = time.perf_counter() - began
            await asyncio.sleep(_REST)
            found.rest = resident(hub.process)
            for kind in chance.sample(list(asked), len(asked)):
                if kind != first:
                    await _operations(single, kind, requests[kind], asked[kind].document, found)
    print(f"start {found.ready:.2f} s, first answer {found.first:.2f} s, {mb(found.rest)}", flush=True)
    return found


async def _operations(single: Single, kind: str, request: _Prepared, document: str, found: Start) -> None:
    found.cold[kind] = await single.ask(request(document))
    found.new[kind] = [await single.ask(request(again(document, number))) for number in range(_NEW)]
    found.known[kind] = [await single.ask(request(document)) for _ in range(_KNOWN)]


def _starts(found: Sequence[Start]) -> list[str]:
    def row(name: str, values: Sequence[float], said: Callable[[float], str]) -> list[str]:
        return [name, said(statistics.median(values)), said(min(values)), said(max(values))]

    def seconds(value: float) -> str:
        return f"{value:.2f} s"

    rows = [
        row("start to ready", [one.ready for one in found], seconds),
        row("start to first answer", [one.first for one in found], seconds),
        row("memory at rest", [one.rest for one in found], mb),
    ]
    return [
        "## Start",
        "",
        f"""{len(found)} starts of the process on a database that is there, from the command until the answer to a
question with a token, decided and on record; then {_REST} s of rest. Memory is resident memory.""",
        "",
        *table(["", "median", "least", "most"], rows),
    ]


def _kinds(asked: Mapping[str, Question], found: Sequence[Start]) -> list[str]:
    head = ["requester", "fields"]
    head += [title for moment in ("cold", "new document", "known") for title in (moment, "hub", "database")]
    rows: list[list[str]] = []
    cold: dict[str, float] = {}
    for kind, question in asked.items():
        columns = [
            [one.cold[kind] for one in found if kind in one.cold],
            [took for one in found for took in one.new.get(kind, ())],
            [took for one in found for took in one.known.get(kind, ())],
        ]
        if columns[0]:
            cold[kind] = _median(took.seen for took in columns[0])
            rows.append(
                [kind, str(fields(question.document)), *(cell for column in columns for cell in _cells(column))]
            )
    over = sorted((kind for kind in cold if cold[kind] > AIM), key=cold.__getitem__)
    told = f"over it: {', '.join(over)}" if over else "all of them"
    return [
        "### The first operation of each kind of requester",
        "",
        """*Cold*: the first request ever of a kind of requester in a process that has answered others, over HTTP: the
token, the document read and held against the contract, every decision, the plan, the statement as PostgreSQL plans it,
the rows and the record. *New document*: the same requester asks something that nobody asked before; the decisions are
known. *Known*: the same once more. Each as whoever asked saw it, and the processor time in the hub and in the database;
medians.""",
        "",
        *table(head, rows),
        "",
        f"""Aim of a cold operation: {AIM * 1000:.0f} ms. Of {len(cold)} kinds {len(cold) - len(over)} are within it
({told}).""",
    ]


def _cells(column: Sequence[Took]) -> list[str]:
    measures: tuple[Callable[[Took], float], ...] = (
        lambda took: took.seen,
        lambda took: took.hub,
        lambda took: took.database,
    )
    return [ms(_median(map(measure, column))) for measure in measures]


def _median(values: Iterable[float]) -> float:
    return statistics.median(values)
