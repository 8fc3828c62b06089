"""What nothing overrides, and what no note may rest on."""

from __future__ import annotations

import re

import pytest

from hub.gate import DENIED, assume
from hub.gate.facts import FACTS
from hub.gate.residual import facts_in, parts_of
from hub.identity.model import Kind
from schema.categories import DataCategory
from tests.gate import real

SILENT = frozenset(name for name, fact in FACTS.items() if not fact.explainable)


def asking(kind: Kind):
    own = [code for code, (_, kinds) in real.purposes().items() if kind.value in kinds]
    return [real.asking(kind, purpose) for purpose in own or [None]]


def distinct(prefix: str) -> list[str]:
    gate = real.gate()
    return sorted({gate._keys[name]: name for name in gate.model.actions if name.startswith(prefix)}.values())


@pytest.mark.parametrize("kind", list(Kind))
def test_what_is_withheld_never_rests_on_protection_shielding_kinship_or_household(kind):
    """On rows that are seen and whose value may be known of, whether it is read depends on no silent fact."""
    gate = real.gate()
    for who in asking(kind):
        for action in distinct("read:"):
            spec = gate.model.actions[action]
            category = next(group.removeprefix("read:") for group in spec.groups if group.startswith("read:"))
            note, see = f"know:{spec.resource}.{category}", f"see:{spec.resource}"
            known = [part for shown in (note, see) for part in parts_of(gate.decide(who, shown).residual)]
            if DENIED in known:
                continue
            left = assume(gate.decide(who, action).residual, known)
            assert not facts_in(left) & SILENT, (kind, who.purpose, action)


@pytest.mark.parametrize("kind", [Kind.BANK, Kind.LANDLORD, Kind.LOAN_MANAGER])
def test_a_private_party_is_never_told_that_something_is_withheld(kind):
    gate = real.tempted()

    notes = [name for name in gate.model.actions if name.startswith("know:")]

    assert notes
    assert all(gate.decide(gate.contract_class(kind), note).residual == DENIED for note in notes)


@pytest.mark.parametrize("kind", [Kind.PRIVACY, Kind.LEADER])
def test_whoever_controls_the_log_sees_nothing_of_a_case_whatever_is_permitted(kind):
    gate = real.tempted()
    about = [
        name for name, spec in gate.model.actions.items() if "subject" in gate.model.resources[spec.resource].facts
    ]

    assert len(about) > 200
    assert all(gate.decide(gate.contract_class(kind), action).residual == DENIED for action in about)


@pytest.mark.parametrize("kind", list(Kind))
def test_a_contract_holds_whatever_a_requester_of_the_kind_could_be_granted(kind):
    gate = real.gate()
    contract = gate.contract_class(kind)
    for who in asking(kind):
        for action in gate.model.actions:
            if gate.decide(who, action).residual != DENIED:
                assert gate.decide(contract, action).residual != DENIED


def test_core_rules_are_forbids_and_no_other_file_can_take_one_back():
    """A forbid wins over every permit in Cedar; so it is enough that core.cedar holds nothing else."""
    core = [policy for policy in real.gate().policies if policy.file == "core.cedar"]

    assert {policy.effect for policy in core} == {"forbid"}
    assert all(policy.id.startswith("core.") for policy in core)
    assert not any(policy.id.startswith("core.") for policy in real.gate().policies if policy not in core)


def test_the_id_of_a_policy_begins_with_the_name_of_its_file():
    for policy in real.gate().policies:
        assert policy.id.startswith(policy.file.removesuffix(".cedar") + ".")


def test_a_sentence_is_a_sentence():
    for policy in real.gate().policies:
        assert re.fullmatch(r"[A-Z].{20,140}\.", policy.because), policy.id


def test_a_permit_rests_on_a_basis_that_opens():
    duties = {row["code"] for row in real.register("legal_bases") if row["kind"] == "DUTY"}

    for policy in real.gate().policies:
        assert (policy.effect == "permit") is (policy.basis not in duties), policy.id


def test_every_category_of_the_schema_is_open_to_somebody():
    gate = real.gate()
    groups = {group for spec in gate.model.actions.values() for group in spec.groups if group.startswith("read:")}

    for group in groups:
        of_it = [name for name, spec in gate.model.actions.items() if group in spec.groups]
        open_to = [k for k in Kind if any(gate.decide(gate.contract_class(k), a).residual != DENIED for a in of_it)]
        assert open_to, group
    assert {group.removeprefix("read:") for group in groups} <= {category.name for category in DataCategory}


def test_a_system_or_company_knows_no_more_of_the_register_than_it_sent():
    """Own submissions are served from the submitter's own payload; no fact of the person touches them."""
    facts = real.model().resources["SubmittedDefault"].facts

    assert set(facts) == {"submitter"}
