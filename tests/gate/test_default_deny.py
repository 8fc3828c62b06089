"""Nothing configured means denied."""

from __future__ import annotations

import pytest

from hub.gate import DENIED, Gate, evaluate
from hub.identity.model import Kind
from tests.gate.small import BINDS, CITIZEN, HIDE_GRADED, MODEL, ORDINARY, READ_NAMES, STAFF, SYSTEM, load


@pytest.mark.parametrize("who", [STAFF, SYSTEM, CITIZEN])
@pytest.mark.parametrize("action", sorted(MODEL.actions))
def test_nothing_configured_means_denied(who, action):
    gate = Gate.load(MODEL, {})

    decision = gate.decide(who, action)

    assert decision.residual == DENIED
    assert decision.permits == ()


@pytest.mark.parametrize("kind", list(Kind))
def test_a_contract_without_policies_holds_nothing(kind):
    gate = Gate.load(MODEL, {})

    assert all(gate.decide(gate.contract_class(kind), action).residual == DENIED for action in MODEL.actions)


def test_a_forbid_alone_opens_nothing():
    gate = load(HIDE_GRADED)

    assert gate.decide(STAFF, "read:Person.name").residual == DENIED


def test_an_action_that_no_policy_names_is_denied():
    gate = load(READ_NAMES)

    assert gate.decide(STAFF, "read:Person.address").residual == DENIED


def test_an_action_that_does_not_exist_is_denied():
    gate = load(READ_NAMES)

    assert gate.decide(STAFF, "read:Person.shoeSize").residual == DENIED


def test_a_row_of_which_nothing_is_known_is_denied():
    residual = load(READ_NAMES).decide(STAFF, "read:Person.name").residual

    assert evaluate(residual, ORDINARY, BINDS)
    assert not evaluate(residual, {}, BINDS)


@pytest.mark.parametrize("fact", ["grade", "shielded", "subject", "source", "child", "self"])
def test_one_unknown_fact_denies_though_no_policy_asks_for_it(fact):
    residual = load(READ_NAMES).decide(STAFF, "read:Person.name").residual

    assert not evaluate(residual, {**ORDINARY, fact: None}, BINDS)
