"""SQL = plain evaluation = Cedar, over the real policies and rows that nobody would think of."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from random import Random

import asyncpg

from hub.gate import Binds, Decision, Gate, evaluate, to_sql
from tests.gate import real
from tests.gate.oracle import Score, Trial, compare, sql_type, trials

ROWS = 12


class SyntheticFacts:
    """A `FactSql` over a record whose columns are facts."""

    def scalar(self, fact: str) -> str:
        return f'f."{fact}"'

    def contains(self, fact: str, value_sql: str) -> str:
        return f'EXISTS (SELECT 1 FROM unnest(f."{fact}") AS e WHERE e = {value_sql})'


def by_evaluation(trial: Trial, decisions: Sequence[Decision]) -> list[list[bool]]:
    rows = [{name: frozenset(v) if isinstance(v, list) else v for name, v in row.items()} for row in trial.rows]
    return [[evaluate(decision.residual, row, trial.binds) for decision in decisions] for row in rows]


def statement(gate: Gate, trial: Trial, decisions: Sequence[Decision]) -> tuple[str, list[object]]:
    """All decisions on all rows of a trial in one statement."""
    binds = Binds()
    columns = ", ".join(f"({to_sql(decision.residual, SyntheticFacts(), binds)})" for decision in decisions)
    facts = gate.model.resources[trial.resource].facts.values()
    shape = ", ".join(["n int", *(f'"{fact.name}" {sql_type(fact)}' for fact in facts)])
    rows = json.dumps([{"n": number, **row} for number, row in enumerate(trial.rows)])
    place = binds.add("rows", "jsonb")
    values = binds.values({**trial.binds, "rows": rows})
    return f"SELECT {columns} FROM jsonb_to_recordset({place}) AS f({shape}) ORDER BY n", values


@asynccontextmanager
async def connected(dsn: str):
    connection = await asyncpg.connect(dsn)
    try:
        yield connection
    finally:
        await connection.close()


async def by_sql(gate: Gate, drawn: list[Trial], dsn: str):
    """Answers of PostgreSQL, trial by trial."""
    answers = []
    async with connected(dsn) as connection:
        for trial in drawn:
            sql, values = statement(gate, trial, [gate.decide(trial.who, action) for action in trial.actions])
            answers.append([list(row) for row in await connection.fetch(sql, *values)])
    return iter(answers)


def evaluated(gate: Gate, *, seed: int, count: int) -> Score:
    return compare(gate, by_evaluation, trials(gate, Random(seed), count, ROWS))


async def test_sql_decides_as_the_reference_engine(server):
    gate = real.gate()
    drawn = list(trials(gate, Random(1), 150, ROWS))
    answers = await by_sql(gate, drawn, server.endpoints().owner)

    score = compare(gate, lambda _trial, _decisions: next(answers), iter(drawn))

    assert score.differences == []
    assert score.decisions > 5_000
    assert score.granted > 200
    assert score.unknown_rows >= score.rows / 5


def test_plain_evaluation_decides_as_the_reference_engine_and_the_rows_make_nearly_every_policy_decide():
    score = evaluated(real.gate(), seed=2, count=640)

    assert score.differences == []
    assert score.granted > 1_500
    assert score.unknown_rows >= score.rows / 5
    silent = {policy.id for policy in real.gate().policies} - score.deciding
    assert len(silent) <= len(real.gate().policies) / 10, sorted(silent)


def without(gate: Gate, id_: str) -> Gate:
    return Gate(gate.model, tuple(policy for policy in gate.policies if policy.id != id_))


@dataclass(frozen=True)
class Held:
    """A trial with what the sound gate decides, and the policies that have a part in it."""

    trial: Trial
    decisions: list[Decision]
    policies: frozenset[str]


def pool(gate: Gate) -> list[Held]:
    """Enough trials to tell a gate with a fault from a sound one."""
    held = []
    for trial in trials(gate, Random(7), 2_000, ROWS):
        decisions = [gate.decide(trial.who, action) for action in trial.actions]
        parts = (part.policy for decision in decisions for part in (*decision.permits, *decision.forbids))
        held.append(Held(trial, decisions, frozenset(parts)))
    return held


def is_missed(gate: Gate, id_: str, among: list[Held]) -> bool:
    """Whether dropping the policy changes no answer. The sound gate stands for the reference engine, as held above."""
    faulty = without(gate, id_)
    concerned = (held for held in among if id_ in held.policies)
    return not any(
        by_evaluation(held.trial, held.decisions)
        != by_evaluation(held.trial, [faulty.decide(held.trial.who, action) for action in held.trial.actions])
        for held in concerned
    )


def test_every_dropped_core_rule_is_noticed():
    """Held beside a permit that opens everything: against the other permits some core rules are a second lock."""
    gate = real.tempted()
    core = [policy.id for policy in gate.policies if policy.file == "core.cedar"]
    among = pool(gate)

    assert [id_ for id_ in core if is_missed(gate, id_, among)] == []


def test_every_dropped_permit_is_noticed():
    gate = real.gate()
    permits = [policy.id for policy in gate.policies if policy.effect == "permit"]
    among = pool(gate)

    missed = [id_ for id_ in permits if is_missed(gate, id_, among)]

    assert missed == []


def test_a_decision_without_the_guard_is_noticed():
    gate = real.gate()

    def unguarded(trial: Trial, decisions: Sequence[Decision]) -> list[list[bool]]:
        open_minded = replace(trial, rows=tuple({k: _guess(v) for k, v in row.items()} for row in trial.rows))
        return by_evaluation(open_minded, decisions)

    assert compare(gate, unguarded, trials(gate, Random(4), 60, ROWS)).differences


def _guess(value: object) -> object:
    return False if value is None else value
