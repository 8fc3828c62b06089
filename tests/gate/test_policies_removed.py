"""Taking away a policy: without a permit nothing more opens, without a forbid nothing more closes.

Each is taken away by itself, and compared on every combination of facts for everybody whom the register can make.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from hub.gate import DENIED, Gate, Residual
from hub.gate.residual import facts_in
from hub.identity.model import Kind
from tests.gate import real
from tests.gate.drawing import BINDS, distinct_actions
from tests.gate.score import Planted, everybody
from tests.gate.tables import Table

POLICIES = {policy.id: number for number, policy in enumerate(real.gate().policies)}


def decided_otherwise(number: int) -> Iterator[tuple[Residual, Residual]]:
    """What is decided with the policy and without it, where that is not the same formula."""
    sound = real.gate()
    without = Planted(sound, number, None)
    resources = {sound.model.actions[name].resource for name in without.touched}
    actions = [alike[0] for resource in sorted(resources) for alike in distinct_actions(sound, resource)]
    seen: set[tuple[Residual, Residual]] = set()
    for who in filter(without.concerns, everybody()):
        for action in filter(without.touched.__contains__, actions):
            pair = sound.decide(who, action).residual, without.decide(who, action).residual
            if pair[0] != pair[1] and pair not in seen:
                seen.add(pair)
                yield pair


@pytest.mark.parametrize("policy", POLICIES)
def test_without_a_permit_nothing_more_opens_and_without_a_forbid_nothing_more_closes(policy):
    number = POLICIES[policy]
    is_permit = real.gate().policies[number].effect == "permit"
    changed = 0
    for whole, left in decided_otherwise(number):
        table = Table.of((whole, left), {**BINDS, "purpose": ""})
        more, less = (table.holds(left), table.holds(whole)) if is_permit else (table.holds(whole), table.holds(left))
        assert not more & ~less
        changed += less != more

    # A forbid may be a second lock: what it closes, no permit opens.
    assert changed or not is_permit


def test_without_any_policy_nothing_is_open():
    gate = Gate(real.model(), ())

    assert all(
        gate.decide(gate.contract_class(kind), action).residual == DENIED
        for kind in Kind
        for action in gate.model.actions
    )


def test_policy_on_a_basis_that_asks_for_reservations_asks_whether_there_is_one():
    asking = {str(row["code"]) for row in real.register("legal_bases") if row.get("requires_reservation_check")}
    gate = real.gate()
    resting = {policy.id for policy in gate.policies if policy.basis in asking}
    found = {
        grant.policy: "reserved" in facts_in(grant.residual)
        for kind in Kind
        for action in gate.model.actions
        for grant in gate.decide(gate.contract_class(kind), action).permits
        if grant.policy in resting
    }

    assert resting
    assert found == dict.fromkeys(resting, True)
