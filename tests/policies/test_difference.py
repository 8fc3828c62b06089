"""What two sets permit differently is found exactly, and each difference comes with a request that shows it."""

from __future__ import annotations

import pytest

from hub.gate import Gate
from hub.gate.difference import Change, EnginesDisagreeError, UndecidedError, differences
from hub.gate.reference import Reference
from hub.rules import rules
from tests.gate import real
from tests.policies.readouts import changed, shipped, with_gate


def found(gate: Gate):
    return list(differences(shipped(), with_gate(gate)))


def test_a_set_does_not_differ_from_itself():
    assert found(rules().gate) == []


def test_policies_written_otherwise_that_mean_the_same_do_not_differ():
    gate = changed(
        "bank.cedar",
        'resource.consented.contains("PLAN_STATUS")',
        '(resource.consented.contains("PLAN_STATUS") || '
        '(resource.consented.contains("PLAN_STATUS") && resource.grade < 1))',
    )

    assert found(gate) == []


def test_a_consent_no_longer_asked_for_is_told_with_a_request_without_it():
    gate = changed("bank.cedar", 'resource.consented.contains("PLAN_STATUS")', "true")

    differing = found(gate)

    assert {one.kind.value for one in differing} == {"bank"}
    assert {one.change for one in differing} == {Change.GAINED}
    assert {action for one in differing for action in one.actions} == {
        "read:ProgressPlan.status",
        "see:Case",
        "see:Person",
        "see:ProgressPlan",
    }
    for one in differing:
        assert one.purposes == ("B101", "B103", "B104")
        assert one.request.by == ("bank.refinancing.plan-status",)
        assert "PLAN_STATUS" not in one.request.example.facts["consented"]


def test_a_forbid_taken_back_names_the_forbid_that_closed():
    gate = changed("core.cedar", "resource.grade >= 2", "resource.grade >= 3")

    differing = found(gate)

    assert {one.change for one in differing} == {Change.GAINED}
    assert all(one.request.closed_by == ("core.protection.strictly-confidential",) for one in differing)
    assert all(one.request.example.facts["grade"] == 2 for one in differing)
    assert {"nav", "citizen", "secure-unit"} <= {one.kind.value for one in differing}
    assert "bank" not in {one.kind.value for one in differing}


def test_a_condition_more_is_a_loss():
    gate = changed("nav.cedar", 'context.bases.contains("STL_17") &&', 'context.bases.contains("STL_17") && false &&')

    differing = found(gate)

    assert {one.change for one in differing} == {Change.LOST}
    assert {one.kind.value for one in differing} == {"nav", "secure-unit"}


def test_a_special_right_no_longer_asked_for_is_shown_by_somebody_without_it():
    gate = changed("nav.cedar", 'principal in Group::"SEES_SHIELDED" &&', "")

    differing = found(gate)

    assert {action for one in differing for action in one.actions} == {"read:Person.shielded"}
    assert all("SEES_SHIELDED" not in one.request.rights for one in differing)


def test_a_level_lowered_is_shown_by_somebody_at_that_level():
    gate = changed("core.cedar", "context.assurance < 4", "context.assurance < 3")

    differing = found(gate)

    assert {one.kind.value for one in differing} == {"citizen"}
    assert {one.request.who.assurance for one in differing} == {3}


def test_every_request_is_decided_as_told_by_the_reference_engine():
    gate = changed("housing.cedar", "resource.handler == principal.unit", "true")
    before, after = Reference(rules().gate), Reference(gate)

    differing = found(gate)

    assert differing
    for one in differing:
        asked = one.request.who, one.request.action, one.request.example.facts, one.request.example.binds
        assert (before.allows(*asked), after.allows(*asked)) == (False, True)


def test_a_search_without_an_end_is_told_and_not_passed_over(monkeypatch):
    gate = changed("bank.cedar", 'resource.consented.contains("PLAN_STATUS")', "true")
    monkeypatch.setattr("hub.gate.difference.STEPS", 1)

    with pytest.raises(UndecidedError):
        found(gate)


def test_engines_that_disagree_are_told_and_nothing_is_claimed(monkeypatch):
    gate = changed("bank.cedar", 'resource.consented.contains("PLAN_STATUS")', "true")
    monkeypatch.setattr(Reference, "allows", lambda *_: False)

    with pytest.raises(EnginesDisagreeError):
        found(gate)


@pytest.mark.parametrize("file", sorted(real.files()))
def test_each_permit_taken_away_is_noticed(file):
    """The last permit of each file, made never to hold: somebody loses something."""
    policies = [policy for policy in rules().gate.policies if policy.file == file and policy.effect == "permit"]
    if not policies:
        pytest.skip("only forbids")
    text = policies[-1].text
    gate = changed(file, text, text.rstrip().rstrip(";") + " unless { true };")

    assert {one.change for one in found(gate)} == {Change.LOST}
