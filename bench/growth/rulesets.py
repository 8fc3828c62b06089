"""Flat in the number of policies: Q1 and Q2 with fewer policies in force than there are, with all, and with more."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import replace
from typing import Final

from bench.growth.asking import Single, again
from bench.growth.run import Point, Rounds, Run, Told, cells, compared, interleaved, ms, one_of, table, total
from bench.machine import clone
from bench.read.questions import Question
from bench.read.rounds import median
from bench.read.sides import CeilingSide, HubSide, Side, started
from hub.gate.partial import may_apply
from hub.gate.source import Policy
from hub.identity.model import Kind
from hub.identity.purposes import REGISTERS
from hub.rules import CORE, rules
from hub.rules import read_rules as read
from hub.rules.activation import reload

COUNTS: Final = (40, 100, 400)
_PORT: Final = 8_271
_OTHER_PURPOSE: Final = "HOUSING_ALLOCATION"


def files_of(count: int) -> Mapping[str, str]:
    """A set of so many policies: of the real ones those that the questions need and then as they stand, or all and
    then the permits of every party once more, for a purpose that nobody here states.
    """
    real = rules()
    needed, others = _parted()
    chosen = [*needed, *others][:count]
    if len(needed) > count:
        raise ValueError(f"the questions need {len(needed)} policies")
    texts: defaultdict[str, list[str]] = defaultdict(list)
    for policy in chosen:
        texts[policy.file].append(policy.text)
    permits = [policy for policy in real.gate.policies if policy.effect == "permit" and policy.file != CORE]
    missing = count - len(chosen)
    for number in range(missing):
        policy = permits[number % len(permits)]
        texts[policy.file].append(_once_more(policy, number))
    registers = {name: real.files[name] for name in REGISTERS}
    return {**{name: "\n\n".join(parts) + "\n" for name, parts in texts.items()}, **registers}


def all_counts() -> tuple[int, ...]:
    """Those asked for, and the number that there really are."""
    return tuple(sorted({*COUNTS, len(rules().gate.policies)}))


async def of_policies(run: Run, template: str) -> Told:
    """Q1 and Q2 by a caseworker, each hub on the same data with another set in force."""
    counts = all_counts()
    points: list[Point] = []
    first: dict[int, tuple[float, float]] = {}
    with ExitStack() as stack:
        beside: Side | None = None
        for number, count in enumerate(counts if not run.quick else counts[:2]):
            endpoints = stack.enter_context(clone(run.server, f"policies_{count}", template))
            await reload(endpoints.owner, read(files_of(count)))
            setting = run.setting(endpoints, f"policies-{count}")
            beside = beside or started(stack, CeilingSide(_PORT), setting)
            hub = HubSide(_PORT + 1 + number)
            started(stack, hub, setting)
            asked = [await one_of(endpoints, name) for name in ("Q1", "Q2")]
            first[count] = await _first(run, hub, asked[0])
            for question in asked:
                # With every set the same answers, which are those that the ceiling gives.
                await compared(Point(size=count, question=question, sides=(hub, beside)))
                points.append(Point(size=count, question=question, sides=(hub,)))
            hub.sleep()
        points.sort(key=lambda point: point.question.name)
        found = await interleaved(run, points)
    return Told(text="\n".join(_section(points, found, first)))


async def _first(run: Run, hub: HubSide, question: Question) -> tuple[float, float]:
    """The first answer to a caseworker in a process that has answered others, and the first to a new document."""
    known = replace(question, document=question.document.replace("case(id: $id)", "root: case(id: $id)"))
    anew = replace(known, document=again(known.document, 1))
    citizen = Question(
        name="Me", persona="citizen-kari", purpose="", unit="", document="{ me { role } }", variables=({},)
    )
    async with Single(hub.process, run.database, hub.port).opened() as single:
        taken = [(await single.ask((await hub.requests(one))())).seen for one in (citizen, known, anew)]
    return taken[1], taken[2]


def _section(points: list[Point], found: Rounds, first: Mapping[int, tuple[float, float]]) -> list[str]:
    real = len(rules().gate.policies)
    lines = [
        "## More policies in force",
        "",
        f"""{real} are in force in earnest. Fewer: those that the two questions need, and others as they stand. More:
all, and the permits of every party once more, for a purpose that nobody here states. With every set the answers are
those of the ceiling.""",
        "",
    ]
    head = ["policies", "Q1", "server", "database", "spread", "Q2", "server", "database", "spread"]
    head += ["first answer to a caseworker", "new document"]
    rows: list[list[str]] = []
    for count in first:
        q1, q2 = (found[name, HubSide.name, count] for name in ("Q1", "Q2"))
        name = f"{count} (the real ones)" if count == real else str(count)
        rows.append([name, *cells(q1), *cells(q2), *map(ms, first[count])])
    lines += [*table(head, rows), ""]
    names = dict.fromkeys(point.question.name for point in points)
    smallest, largest = min(first), max(first)
    for name in names:
        grown = median(found[name, "hub", largest], total) / median(found[name, "hub", smallest], total)
        lines.append(f"- {name}: with {largest} policies {grown:.2f} times what it takes with {smallest}.")
    return lines


def _parted() -> tuple[list[Policy], list[Policy]]:
    """What a caseworker's questions need, and what the bench itself asks of the log; and all others."""
    gate = rules().gate
    nav, citizen = gate.contract_class(Kind.NAV), gate.contract_class(Kind.CITIZEN)
    asked = {id(policy) for name in gate.model.actions if _is_read(name) for policy in gate.applicable(name)}
    log = {
        id(policy)
        for name, action in gate.model.actions.items()
        if action.resource == "AccessLogEntry"
        for policy in gate.applicable(name)
        if may_apply(policy, citizen)
    }
    needed = [
        policy for policy in gate.policies if (id(policy) in asked and may_apply(policy, nav)) or id(policy) in log
    ]
    return needed, [policy for policy in gate.policies if policy not in needed]


def _is_read(action: str) -> bool:
    return action.startswith(("see:", "read:", "know:"))


def _once_more(policy: Policy, number: int) -> str:
    named = re.sub(r'@id\("[^"]+"\)', f'@id("{policy.id}-{number}")', policy.text, count=1)
    clause = f'when {{ context has purpose && context.purpose == "{_OTHER_PURPOSE}" }};'
    return f"{named.rstrip().removesuffix(';')}\n{clause}"
