"""Every policy decides a case as it is written in policies/cases, in our gate and in the reference engine alike."""

from __future__ import annotations

from functools import lru_cache

import pytest

from hub.gate import Gate
from tests.gate import real
from tests.gate.reference import Reference
from tests.policies.cases import ALL, comes_out, gate_for, outcome, trial


@pytest.mark.parametrize("case", ALL, ids=[f"{case.policy}-{number}" for number, case in enumerate(ALL)])
def test_a_case_comes_out_as_written(case):
    effect = next(policy.effect for policy in gate_for(case).policies if policy.id == case.policy)

    assert outcome(gate_for(case), case, case.sides[0]) == (effect == "permit", case.by)

    granted, _ = outcome(gate_for(case), case, case.sides[1])
    assert granted is (effect == "forbid")
    assert comes_out(gate_for(case), case)


@lru_cache
def reference(gate: Gate) -> Reference:
    return Reference(gate)


@pytest.mark.parametrize("file", sorted({case.file for case in ALL}))
def test_the_reference_engine_decides_every_case_alike_and_by_the_same_policies(file):
    for case in (case for case in ALL if case.file == file):
        gate = gate_for(case)
        for side in case.sides:
            deciding: set[str] = set()
            granted, by = outcome(gate, case, side)
            assert reference(gate).expected(trial(gate, side), deciding) == [[granted]]
            assert deciding == by


def test_every_policy_has_a_case_in_the_file_of_its_name():
    covered = {(case.policy, case.file) for case in ALL}
    wanted = {(policy.id, policy.file.removesuffix(".cedar")) for policy in real.gate().policies}

    assert wanted - covered == set()
    assert {policy for policy, _ in covered} - {policy for policy, _ in wanted} == set()


def test_every_case_says_what_it_is_about():
    assert all(case.says.endswith(".") and len(case.says) > 20 for case in ALL)


@pytest.mark.parametrize("fact", ["about", "recipientUnit"])
def test_an_entry_of_the_log_that_lacks_something_is_decided_by_the_rest(fact):
    """Of one who may see all of the log. What was shown of nobody, or to a party without units, is in it too."""
    case = next(
        case for case in ALL if case.file == "privacy" and case.sides[0]["action"] == "read:AccessLogEntry.actorName"
    )
    side = case.sides[0]
    granted, _ = outcome(gate_for(case), case, {**side, "row": {**side["row"], fact: None}})
    assert granted
