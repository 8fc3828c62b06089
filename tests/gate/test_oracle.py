"""SQL = plain evaluation = Cedar, over the real policies, parts of them, and rows that nobody would think of."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import asynccontextmanager
from random import Random

import asyncpg
from cedarpy import pst

from hub.gate.facts import FACTS
from hub.gate.source import Policy
from tests.gate import real
from tests.gate.drawing import domain, gate_of, trials
from tests.gate.oracle import Score, by_evaluation, compare, compared_in_sql

ROWS = 12


@asynccontextmanager
async def connected(dsn: str):
    connection = await asyncpg.connect(dsn)
    try:
        yield connection
    finally:
        await connection.close()


async def test_sql_decides_as_the_reference_engine(server):
    gate = real.gate()
    async with connected(server.endpoints().owner) as connection:
        score = await compared_in_sql(gate, trials(gate, Random(1), 280, ROWS), connection)

    assert score.differences == []
    assert score.decisions > 4_000
    assert score.planned > 4_000
    assert score.granted > score.decisions / 5
    assert score.unknown_rows > score.rows / 5


async def test_sql_decides_as_the_reference_engine_under_random_parts_of_the_policies(server):
    score, rnd = Score(), Random(3)
    async with connected(server.endpoints().owner) as connection:
        for _ in range(12):
            gate = gate_of(rnd)
            score.add(await compared_in_sql(gate, trials(gate, rnd, 12, ROWS), connection))

    assert score.differences == []
    assert score.decisions > 2_000
    assert score.granted > score.decisions / 5


def test_plain_evaluation_decides_as_the_reference_engine_and_the_rows_make_nearly_every_policy_decide():
    gate = real.gate()

    score = compare(gate, by_evaluation, trials(gate, Random(2), 900, ROWS))

    assert score.differences == []
    assert score.granted > 2_000
    silent = {policy.id for policy in gate.policies} - score.deciding
    assert len(silent) <= len(gate.policies) / 20, sorted(silent)


def test_every_word_that_a_policy_asks_a_fact_for_is_among_those_drawn():
    """A value that is never drawn would leave its condition untried."""
    asked = {pair for policy in real.gate().policies for pair in _asked(policy)}

    assert {(name, word) for name, word in asked if word not in domain(FACTS[name])} == set()
    assert len(asked) > 8


def _asked(policy: Policy) -> Iterator[tuple[str, str]]:
    stack: list[object] = [clause.expr for clause in policy.tree.clauses]
    while stack:
        node = stack.pop()
        match node:
            case pst.BinaryOp(_, pst.GetAttr(pst.Var("resource"), name), pst.StringLit(word)):
                yield name, word
            case pst.BinaryOp(_, left, right):
                stack += [left, right]
            case pst.UnaryOp(_, arg):
                stack.append(arg)
            case _:
                continue
