"""Decisions: what partial evaluation makes of a policy for a class of requesters."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from hub.gate import DENIED, Evidence, evaluate
from hub.gate.facts import FACTS
from hub.gate.model import UNKNOWN
from hub.gate.residual import Bind, Compare, Contains, Fact, Has, Known, Not, facts_in, parts_of
from hub.identity.model import Inquiry, Kind, PrincipalType, Purpose, Requester
from tests.gate.small import BINDS, CITIZEN, HIDE_GRADED, MODEL, ORDINARY, READ_NAMES, STAFF, SYSTEM, load, policy

IN_UNIT = Contains(Fact("units"), Bind("unit"))


def test_staff_in_the_unit_is_granted_with_the_policy_and_its_basis():
    decision = load(READ_NAMES, HIDE_GRADED).decide(STAFF, "read:Person.name")

    assert [(grant.policy, grant.basis, grant.residual) for grant in decision.permits] == [
        ("nav.test.names", "STL_17", IN_UNIT)
    ]
    assert [closing.policy for closing in decision.forbids] == ["core.test.graded"]
    assert evaluate(decision.residual, ORDINARY, BINDS)
    assert not evaluate(decision.residual, {**ORDINARY, "units": frozenset({"9902"})}, BINDS)
    assert not evaluate(decision.residual, {**ORDINARY, "grade": 2}, BINDS)


def test_the_guard_knows_every_required_fact_of_the_type():
    decision = load(READ_NAMES).decide(STAFF, "read:Person.name")

    guard = {part.fact for part in parts_of(decision.residual) if isinstance(part, Known)}

    assert guard == {"grade", "shielded", "subject", "source", "child", "self"}


@pytest.mark.parametrize(
    "who",
    [
        SYSTEM,
        CITIZEN,
        replace(CITIZEN, groups=STAFF.groups, attributes=STAFF.attributes),
        replace(STAFF, groups=frozenset({"HOUSING", "PUBLIC"})),
        replace(STAFF, bases=frozenset()),
    ],
)
def test_another_type_group_or_basis_is_denied(who):
    assert load(READ_NAMES).decide(who, "read:Person.name").residual == DENIED


def test_a_requester_without_the_attribute_that_a_permit_needs_is_denied():
    nobody = replace(STAFF, attributes=frozenset({"party"}))

    assert load(READ_NAMES).decide(nobody, "read:Person.name").residual == DENIED


def test_a_requester_without_the_attribute_that_a_forbid_needs_is_denied():
    """Plain Cedar skips a forbid that errs. Here it closes."""
    forbid = policy(
        'forbid (principal is Staff, action in Action::"about:person", resource)\n'
        "when { resource.persons.contains(principal.person) };",
        id_="core.test.own",
    )
    gate = load(READ_NAMES, forbid)

    assert evaluate(gate.decide(STAFF, "read:Person.name").residual, ORDINARY, BINDS)
    nameless = replace(STAFF, attributes=STAFF.attributes - {"person"})
    assert gate.decide(nameless, "read:Person.name").residual == DENIED


def test_a_choice_errs_where_the_branch_that_is_taken_errs():
    forbid = policy(
        'forbid (principal is Staff, action in Action::"read:LOAN", resource is MortgageLoan)\n'
        "when { if resource.startlan then resource.lender == principal.party else resource.agreed };",
        id_="core.test.choice",
    )
    permit = policy(
        'permit (principal is Staff, action in Action::"read:LOAN", resource)\n'
        'when { context.bases.contains("STL_17") };'
    )
    nobody = replace(STAFF, attributes=STAFF.attributes - {"party"})
    loan = {**ORDINARY, "lender": "bank", "servicer": None}

    residual = load(permit, forbid).decide(nobody, "read:MortgageLoan.outstanding").residual

    assert not evaluate(residual, {**loan, "startlan": True, "agreed": False}, BINDS)
    assert not evaluate(residual, {**loan, "startlan": False, "agreed": True}, BINDS)
    assert evaluate(residual, {**loan, "startlan": False, "agreed": False}, BINDS)


def test_without_a_purpose_nothing_is_consented_to():
    consent = policy(
        'permit (principal is System in Group::"BANK", action in Action::"read:PERSON_NAME", resource)\n'
        'when { context.bases.contains("STL_17") && resource.consented.contains("PLAN_STATUS") };'
    )
    gate = load(consent)

    assert gate.decide(SYSTEM, "read:Person.name").residual != DENIED
    assert gate.decide(replace(SYSTEM, purpose=None), "read:Person.name").residual == DENIED


def test_an_optional_fact_is_asked_for_before_it_is_compared():
    permit = policy(
        'permit (principal is Staff, action in Action::"read:LOAN", resource)\n'
        'when { context.bases.contains("STL_17") && resource has servicer && resource.servicer == principal.party };'
    )
    decision = load(permit).decide(STAFF, "read:MortgageLoan.outstanding")

    assert {Has("servicer"), Compare("=", Fact("servicer"), Bind("party"))} <= set(parts_of(decision.residual))
    assert Known("servicer") not in parts_of(decision.residual)


def test_a_fact_that_the_type_lacks_is_simply_not_had():
    permit = policy(
        'permit (principal is Staff, action in Action::"read:CASE_EXISTENCE", resource)\n'
        'when { context.bases.contains("STL_17") && !(resource has servicer) };'
    )

    assert facts_in(load(permit).decide(STAFF, "see:Case").permits[0].residual) == frozenset()


@pytest.mark.parametrize(
    ("condition", "row", "outcome"),
    [
        ("if resource.startlan then resource.agreed else true", {"startlan": True, "agreed": False}, False),
        ("if resource.startlan then resource.agreed else true", {"startlan": False, "agreed": False}, True),
        ("if resource.startlan then resource.agreed else true", {"startlan": True, "agreed": True}, True),
        ("if resource.startlan then true else resource.agreed", {"startlan": False, "agreed": False}, False),
        ("if principal is Staff then resource.startlan else resource.agreed", {"startlan": True}, True),
        ("if principal is Staff then resource.startlan else resource.agreed", {"agreed": True}, False),
        ("if principal is System then resource.startlan else resource.agreed", {"startlan": True}, False),
        ("if principal is System then resource.startlan else resource.agreed", {"agreed": True}, True),
        ('[Party::"nav", Party::"bank"].contains(resource.lender)', {"lender": "bank"}, True),
        ('[Party::"nav", Party::"bank"].contains(resource.lender)', {"lender": "other"}, False),
        ('resource.units.containsAny([principal.unit, Unit::"x"])', {"units": frozenset({"x"})}, True),
        ('resource.units.containsAll([principal.unit, Unit::"x"])', {"units": frozenset({"x"})}, False),
        ("!(resource.grade > 0) || resource.startlan == true", {"grade": 1, "startlan": True}, True),
        ("!(resource.grade > 0) || resource.startlan == true", {"grade": 0}, True),
        ("resource.grade > 1", {"grade": 1}, False),
        ("resource.grade > 1", {"grade": 2}, True),
        ("resource.grade <= 1", {"grade": 1}, True),
        ("resource.grade <= 1", {"grade": 2}, False),
        ("resource.grade < 1", {"grade": 1}, False),
        ("1 < resource.grade", {"grade": 2}, True),
        ("1 < resource.grade", {"grade": 1}, False),
        ("1 >= resource.grade", {"grade": 1}, True),
        ("resource.lender != principal.party", {"lender": "nav"}, False),
        ("resource.lender != principal.party", {"lender": "bank"}, True),
        ('principal in [Group::"BANK", Group::"NAV"]', {}, True),
        ('principal is Staff in Group::"BANK"', {}, False),
        ('principal is Staff in Group::"NAV"', {}, True),
        ("principal is Citizen || principal is System", {}, False),
        ("context.assurance > 0", {}, False),
        ("context.assurance >= 0", {}, True),
        ("context.assurance < 0 || context.assurance <= 0", {}, True),
        ("principal has unit && resource has grade", {}, True),
        ("context.assurance < 3 && resource is MortgageLoan", {}, True),
    ],
)
def test_conditions_mean_what_cedar_says(condition, row, outcome):
    permit = policy(
        'permit (principal is Staff, action in Action::"read:LOAN", resource is MortgageLoan)\n'
        f'when {{ context.bases.contains("STL_17") && ({condition}) }};'
    )
    loan = {**ORDINARY, "startlan": False, "agreed": False, "lender": "bank", "servicer": None, **row}

    residual = load(permit).decide(STAFF, "read:MortgageLoan.outstanding").residual

    assert evaluate(residual, loan, BINDS) is outcome


def test_permits_come_in_order_of_legal_preference():
    def permit(id_: str, condition: str) -> str:
        return policy(
            'permit (principal is Staff, action in Action::"read:LOAN", resource)\n'
            f'when {{ context.bases.contains("STL_17") && {condition} }};',
            id_=id_,
        )

    gate = load(
        permit("a.by.consent", 'resource.consented.contains("LOAN_DETAILS")'),
        permit("b.by.mandate", '(resource.mandates.contains("ECONOMY") || resource.mandates.contains("HOUSING"))'),
        permit("c.by.agreement", "resource.agreed"),
        permit("d.by.law", "resource.units.contains(principal.unit)"),
    )

    permits = gate.decide(STAFF, "read:MortgageLoan.outstanding").permits

    assert [(grant.policy, grant.evidence) for grant in permits] == [
        ("d.by.law", None),
        ("c.by.agreement", Evidence.AGREEMENT),
        ("b.by.mandate", Evidence.MANDATE),
        ("a.by.consent", Evidence.CONSENT),
    ]
    assert permits[1].evidence_atoms == (Fact("agreed"),)
    assert permits[2].evidence_atoms == (
        Contains(Fact("mandates"), "ECONOMY"),
        Contains(Fact("mandates"), "HOUSING"),
    )


def test_the_same_decision_is_the_same_value_and_is_remembered():
    gate = load(READ_NAMES, HIDE_GRADED)

    assert gate.decide(STAFF, "read:Person.name") is gate.decide(STAFF, "see:Person")
    assert load(READ_NAMES, HIDE_GRADED).decide(STAFF, "see:Person") == gate.decide(STAFF, "see:Person")


def test_what_is_remembered_is_bounded():
    gate = load(READ_NAMES)
    for number in range(1000):
        gate.decide(replace(STAFF, purpose=f"P{number}"), "read:Person.name")

    assert sum(map(len, gate._remembered.values())) <= 256


def test_the_policies_that_may_decide_an_action_are_told():
    gate = load(READ_NAMES, HIDE_GRADED)

    assert [policy.id for policy in gate.applicable("read:Person.name")] == ["nav.test.names", "core.test.graded"]
    assert [policy.id for policy in gate.applicable("see:Case")] == ["core.test.graded"]
    assert gate.applicable("read:Person.shoes") == ()


def test_the_digest_changes_with_a_policy_and_with_the_schema():
    fewer = replace(
        MODEL, actions={name: spec for name, spec in MODEL.actions.items() if name != "read:Person.address"}
    )

    digests = {load(READ_NAMES).digest, load(READ_NAMES, HIDE_GRADED).digest, load(READ_NAMES, model=fewer).digest}

    assert len(digests) == 3
    assert load(READ_NAMES).digest == load(READ_NAMES).digest


def requester(**changes) -> Requester:
    values = {
        "principal": PrincipalType.STAFF,
        "id": "A123456",
        "name": "Per",
        "person": "0190",
        "party": "9901-nav",
        "orgnr": "312345005",
        "party_name": "NAV",
        "kind": Kind.NAV,
        "municipality": "9901",
        "unit": "9901",
        "role": "caseworker",
        "groups": frozenset({"NAV", "PUBLIC"}),
        "assurance": 0,
        "issuer": "test",
        "expires_at": 0.0,
    }
    return Requester(**(values | changes))


def inquiry(who: Requester, purpose: str | None = "EVICTION_PREVENTION") -> Inquiry:
    stated = purpose and Purpose(
        number="B101",
        code=purpose,
        name="",
        bases=("STL_17",),
        kinds=frozenset(Kind),
        valid_from=date(2023, 7, 1),
        valid_to=None,
    )
    return Inquiry(
        requester=who,
        purpose=stated or None,
        bases=frozenset({"STL_17"}) if stated else frozenset(),
        request_id="r",
        received_at=datetime(2026, 11, 22, tzinfo=UTC),
        legal_day=date(2026, 11, 22),
    )


def test_two_requesters_of_a_kind_share_a_class_whatever_their_own_values():
    gate = load(READ_NAMES)
    one, other = requester(), requester(id="B234567", person="0191", unit="9902", municipality="9902", party="9902-nav")

    assert gate.class_of(inquiry(one)) == gate.class_of(inquiry(other))


@pytest.mark.parametrize(
    "change",
    [
        {"principal": PrincipalType.SYSTEM},
        {"groups": frozenset({"NAV", "PUBLIC", "SEES_FORTROLIG"})},
        {"unit": None},
        {"person": None},
        {"assurance": 4},
        {"kind": Kind.HOUSING},
    ],
)
def test_what_a_policy_can_read_makes_another_class(change):
    gate = load(READ_NAMES)

    assert gate.class_of(inquiry(requester(**change))) != gate.class_of(inquiry(requester()))


def test_another_purpose_is_another_class():
    gate = load(READ_NAMES)

    classes = {gate.class_of(inquiry(requester(), purpose)) for purpose in ("A", "B", None)}

    assert len(classes) == 3


def test_a_special_group_counts_only_for_a_kind_that_can_have_it():
    gate = load(READ_NAMES)
    registered = frozenset({"PUBLIC", "SEES_FORTROLIG", "SEES_SHIELDED", "SEES_STRENGT"})

    def groups(kind: Kind) -> frozenset[str]:
        return gate.class_of(inquiry(requester(kind=kind, groups=registered))).groups

    assert groups(Kind.HOUSING) == {"HOUSING", "PUBLIC"}
    assert groups(Kind.NAV) == {"NAV", "PUBLIC", "SEES_FORTROLIG", "SEES_SHIELDED"}
    assert "SEES_STRENGT" in groups(Kind.SECURE_UNIT)


def test_a_private_party_is_private_though_the_register_forgot_to_say_so():
    gate = load(READ_NAMES)

    assert "PRIVATE" in gate.class_of(inquiry(requester(kind=Kind.BANK, groups=frozenset()))).groups


def test_a_contract_leaves_the_request_open():
    gate = load(READ_NAMES, HIDE_GRADED)
    who = gate.contract_class(Kind.NAV)

    assert (who.purpose, who.bases, who.assurance) == (UNKNOWN, UNKNOWN, UNKNOWN)
    assert gate.decide(who, "read:Person.name").residual != DENIED
    assert gate.decide(gate.contract_class(Kind.BANK), "read:Person.name").residual == DENIED


def test_a_contract_drops_what_a_forbid_closes_on_every_row():
    never = policy(
        'forbid (principal is Staff in Group::"NAV", action in Action::"read:PERSON_NAME", resource);',
        id_="core.test.never",
    )
    gate = load(READ_NAMES, never)

    assert gate.decide(gate.contract_class(Kind.NAV), "read:Person.name").residual == DENIED


def test_facts_that_tell_of_protection_or_kinship_have_no_reason():
    silent = {name for name, fact in FACTS.items() if not fact.explainable}

    # Danger and a reservation are of what is handed in, which is answered with a code of its own.
    of_reports = {"danger", "reserved"}
    of_persons = {"child", "glassBroken", "grade", "guardians", "persons", "relatives", "shielded"}
    assert silent == of_persons | of_reports


def test_each_forbid_is_a_conjunct_of_its_own():
    decision = load(READ_NAMES, HIDE_GRADED).decide(STAFF, "read:Person.name")

    assert Not(Compare(">=", Fact("grade"), 2)) in parts_of(decision.residual)
