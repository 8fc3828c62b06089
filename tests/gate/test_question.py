"""An explanation leg by leg says what the gate decides: of an action as a whole, and of each policy about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from random import Random

import pytest

from hub.gate import ActionSpec, Decision, Gate, evaluate
from hub.gate.model import UNKNOWN
from hub.gate.question import Step, atoms_of, step, steps_of
from hub.gate.residual import Atom, facts_in
from hub.identity.model import Kind
from tests.gate import real
from tests.gate.drawing import Trial, meeting, trial
from tests.gate.oracle import plain
from tests.gate.small import READ_NAMES, STAFF, load, policy

ROWS = 6
FOR_BANKS = policy(
    'permit (principal is System in Group::"BANK", action in Action::"read:PERSON_NAME", resource)'
    ' when { context.bases.contains("STL_17") && resource.parties.contains(principal.party) };',
    id_="bank.test.names",
)


def drawn(kind: Kind) -> Iterator[Trial]:
    rnd = Random(f"question {kind}")
    resources = [resource for one, resource in meeting(real.gate()) if one is kind]
    for resource in resources:
        yield trial(real.gate(), rnd, kind, resource, ROWS)


def settled(decision: Decision, row: Mapping[str, object], held: Trial) -> dict[str, bool]:
    """Which permits open on the row and which forbids close. A permit that cannot be decided closes, but is no leg."""
    effect = {policy.id: policy.effect for policy in real.gate().policies}
    parts = (*decision.permits, *(one for one in decision.forbids if effect[one.policy] == "forbid"))
    return {part.policy: evaluate(part.residual, row, held.binds) for part in parts}  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", list(Kind))
def test_with_everything_known_of_the_row_nothing_stays_open_and_all_is_as_decided(kind):
    gate, tried = real.gate(), 0
    for held in drawn(kind):
        for action in held.actions:
            asked = atoms_of(gate, kind, held.who, action)
            decision = gate.decide(held.who, action)
            for row in map(plain, held.rows):
                truths = {atom: evaluate(atom, row, held.binds) for atom in asked}  # type: ignore[arg-type]
                found = step(gate, kind, held.who, action, truths)
                assert found.granted is evaluate(decision.residual, row, held.binds)  # type: ignore[arg-type]
                if None not in row.values():
                    assert_policies_are_as(settled(decision, row, held), found)
                    tried += 1
    assert tried > 50


def assert_policies_are_as(settled_: Mapping[str, bool], found: Step) -> None:
    for rule in found.rules:
        assert rule.legs
        assert rule.applies is settled_.get(rule.policy.id, False), rule
    silent = settled_.keys() - {rule.policy.id for rule in found.rules}
    assert not any(settled_[policy] for policy in silent)


@pytest.mark.parametrize("kind", list(Kind))
def test_what_is_said_without_a_row_holds_of_every_row(kind):
    gate, said, unsaid = real.gate(), 0, 0
    for held in drawn(kind):
        for action in held.actions:
            found = step(gate, kind, held.who, action, {})
            decided = {evaluate(gate.decide(held.who, action).residual, plain(row), held.binds) for row in held.rows}  # type: ignore[arg-type]
            assert found.granted is None or decided == {found.granted}
            said, unsaid = said + (found.granted is not None), unsaid + (found.granted is None)
    assert said
    assert unsaid


def test_every_atom_is_of_the_row_and_can_be_looked_up():
    """Without a purpose there is no consent for it, and nothing to look one up by."""
    gate = real.gate()
    stated = names(atoms_of(gate, Kind.NAV, real.asking(Kind.NAV, "EVICTION_PREVENTION"), "see:MortgageLoan"))
    silent = names(atoms_of(gate, Kind.NAV, real.asking(Kind.NAV), "read:MortgageLoan.outstanding"))
    with_purpose = atoms_of(
        gate, Kind.NAV, real.asking(Kind.NAV, "EVICTION_PREVENTION"), "read:MortgageLoan.outstanding"
    )

    assert "consented" not in silent
    assert "consented" in names(with_purpose)
    assert "" not in stated
    assert {"units", "grade"} <= stated


def names(asked: tuple[Atom, ...]) -> set[str]:
    return {name for atom in asked for name in facts_in(atom) or ("",)}


def test_each_special_right_is_a_leg_of_its_own():
    """So that whoever lacks one is told which."""
    who = real.asking(Kind.NAV, "EVICTION_PREVENTION")

    shielded = next(
        rule
        for rule in step(real.gate(), Kind.NAV, who, "see:Case", {}).rules
        if rule.policy.id == "core.protection.shielded"
    )

    assert {str(leg.condition) for leg in shielded.legs if leg.holds is True} != set()


def test_a_field_takes_that_the_row_is_seen_and_a_row_takes_itself_alone():
    assert steps_of(real.gate(), "read:Case.caseNo") == ("see:Case", "read:Case.caseNo")
    assert steps_of(real.gate(), "see:Case") == ("see:Case",)
    assert steps_of(real.gate(), "do:submitMortgageDefaults") == ("see:SubmittedDefault", "do:submitMortgageDefaults")


def test_a_command_is_an_action_of_its_own():
    gate = load(READ_NAMES)
    model = replace(
        gate.model,
        resources={**gate.model.resources, "Unseen": gate.model.resources["Party"]},
        actions={**gate.model.actions, "do:file": ActionSpec(resource="Unseen", groups=())},
    )

    assert steps_of(Gate(model, gate.policies), "do:file") == ("do:file",)


def test_a_policy_that_is_never_about_the_requester_is_no_rule():
    found = step(load(READ_NAMES, FOR_BANKS), Kind.NAV, STAFF, "read:Person.name", {})

    assert [rule.policy.id for rule in found.rules] == ["nav.test.names"]


def test_what_only_several_rights_together_make_a_difference_to_is_asked_of_the_row():
    with_both = policy(
        'permit (principal is Staff in Group::"NAV", action in Action::"read:PERSON_NAME", resource)'
        ' when { context.bases.contains("STL_17") && principal in Group::"SEES_FORTROLIG"'
        ' && principal in Group::"SEES_SHIELDED" && resource.parties.contains(principal.party) };',
        id_="nav.test.both",
    )
    with_one = policy(
        'permit (principal is Staff in Group::"NAV", action in Action::"read:PERSON_NAME", resource)'
        ' when { context.bases.contains("STL_17") && principal in Group::"SEES_SHIELDED" && !resource.child };',
        id_="nav.test.one",
    )
    gate = load(READ_NAMES, with_both, with_one)

    assert {"parties", "child", "units"} <= names(atoms_of(gate, Kind.NAV, STAFF, "read:Person.name"))


@pytest.mark.parametrize(
    ("condition", "who", "holds"),
    [
        ("true", {}, True),
        ("true", {"bases": frozenset()}, False),
        ("true", {"bases": UNKNOWN}, None),
        ('context has purpose && context.purpose == "EVICTION_PREVENTION"', {}, True),
        ('context has purpose && context.purpose == "REFINANCING"', {}, False),
        ('context has purpose && context.purpose == "REFINANCING"', {"purpose": UNKNOWN}, None),
        ("context.assurance >= 4", {"assurance": 4}, True),
        ("context.assurance >= 4", {"assurance": 3}, False),
        ("context.assurance > 3", {"assurance": 4}, True),
        ("context.assurance > 3", {"assurance": 3}, False),
        ("context.assurance >= 4", {"assurance": UNKNOWN}, None),
        ('principal in Group::"SEES_FORTROLIG"', {}, False),
        ('principal in Group::"SEES_FORTROLIG"', {"groups": STAFF.groups | {"SEES_FORTROLIG"}}, True),
        ('resource.consented.contains("LOAN_DETAILS")', {}, None),
        ('resource.consented.contains("LOAN_DETAILS")', {"purpose": None}, False),
    ],
)
def test_each_leg_is_settled_by_what_the_request_states_and_else_left_open(condition, who, holds):
    text = policy(
        'permit (principal is Staff, action in Action::"read:PERSON_NAME", resource)'
        f' when {{ context.bases.contains("STL_17") && {condition} }};',
        id_="nav.test.leg",
    )

    (rule,) = step(load(text), Kind.NAV, replace(STAFF, **who), "read:Person.name", {}).rules

    legs = [leg for leg in rule.legs if condition == "true" or "STL_17" not in str(leg.condition)]
    assert [leg.holds for leg in legs] == [holds]
