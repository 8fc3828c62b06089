"""The oracle is worth something only if it fails when it should: with each fault planted in the compiler."""

from __future__ import annotations

from random import Random

import pytest

from hub.gate import Gate
from tests.gate import faults, real
from tests.gate.drawing import trials
from tests.gate.oracle import Score, by_evaluation, compare, compared_in_sql
from tests.gate.test_oracle import connected

ROUNDS, TRIALS, ROWS = 80, 30, 12


def fresh() -> Gate:
    """The shipped policies, with nothing remembered of when the compiler was sound."""
    return Gate(real.model(), real.gate().policies)


@pytest.mark.parametrize("fault", faults.IN_PYTHON, ids=lambda fault: fault.__name__)
def test_the_oracle_fails_when_in_the_compiler(fault, monkeypatch):
    fault(monkeypatch)
    gate = fresh()

    assert any(
        compare(gate, by_evaluation, trials(gate, Random(seed), TRIALS, ROWS)).differing for seed in range(ROUNDS)
    )


@pytest.mark.parametrize("fault", faults.IN_SQL, ids=lambda fault: fault.__name__)
async def test_the_oracle_fails_when_in_the_predicate(fault, monkeypatch, server):
    fault(monkeypatch)
    gate = fresh()
    score = Score()

    async with connected(server.endpoints().owner) as connection:
        for seed in range(ROUNDS):
            score.add(await compared_in_sql(gate, trials(gate, Random(seed), TRIALS, ROWS), connection))
            if score.differing:
                break

    assert score.differing


def test_without_a_fault_the_same_rounds_find_nothing():
    gate = fresh()

    scores = [compare(gate, by_evaluation, trials(gate, Random(seed), TRIALS, ROWS)) for seed in range(2)]

    assert [score.differing for score in scores] == [0, 0]
