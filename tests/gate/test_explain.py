"""Why something is withheld, and what would open it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hub.gate.explain import explain, explainable_atoms
from hub.gate.facts import FACTS
from hub.gate.reasons import TEXTS, Reason
from hub.gate.residual import Contains, Fact, facts_in
from hub.identity.model import Kind
from tests.gate import real
from tests.gate.small import STAFF, load, policy

SEEN = policy(
    """permit (principal is Staff, action in [Action::"see:MortgageLoan", Action::"know:LOAN"], resource)
when { context.bases.contains("STL_17") && resource.units.contains(principal.unit) };""",
    id_="nav.test.seen",
)
LOAN = "read:MortgageLoan.outstanding"


def loan_permit(condition: str, id_: str = "nav.test.loan", basis: str = "STL_17") -> str:
    return policy(
        'permit (principal is Staff, action == Action::"read:MortgageLoan.outstanding", resource)\n'
        f'when {{ context.bases.contains("{basis}") && resource.units.contains(principal.unit) && {condition} }};',
        id_=id_,
        basis=basis,
    )


def test_a_reason_is_told_by_its_name():
    """Whoever reads `extensions.withheld` goes by these words."""
    assert [(str(reason), reason.value) for reason in Reason] == [(reason.name, reason.name) for reason in Reason]


def test_a_consent_that_is_missing_is_named_with_its_category():
    gate = load(SEEN, loan_permit('resource.consented.contains("LOAN_DETAILS")'))

    explanation = explain(gate, STAFF, LOAN, {})

    assert explanation.public() == {
        "reason": "CONSENT_REQUIRED",
        "policy": "nav.test.loan",
        "basis": "STL_17",
        "opens": [["CONSENT:LOAN_DETAILS"]],
        "text": {"nb": TEXTS[Reason.CONSENT_REQUIRED].nb, "en": TEXTS[Reason.CONSENT_REQUIRED].en},
    }


def test_only_what_the_row_does_not_already_show_is_asked_for():
    gate = load(SEEN, loan_permit('resource.consented.contains("LOAN_DETAILS")'))

    assert explainable_atoms(gate, STAFF, LOAN) == (Contains(Fact("consented"), "LOAN_DETAILS"),)


def test_the_smallest_way_comes_first_and_all_ways_of_that_size_are_given():
    gate = load(
        SEEN,
        loan_permit("resource.agreed", "a.test.agreement"),
        loan_permit('resource.consented.contains("LOAN_DETAILS")', "b.test.consent"),
        loan_permit(
            'resource.mandates.contains("ECONOMY") && resource.parties.contains(principal.party)', "c.test.two"
        ),
    )

    explanation = explain(gate, STAFF, LOAN, {})

    assert explanation.policy == "a.test.agreement"
    assert explanation.reason is Reason.AGREEMENT_REQUIRED
    assert set(explanation.opens) == {("AGREEMENT",), ("CONSENT:LOAN_DETAILS",)}


def test_two_things_that_are_needed_together_stand_together():
    gate = load(
        SEEN, loan_permit('resource.consented.contains("LOAN_DETAILS") && resource.parties.contains(principal.party)')
    )

    explanation = explain(gate, STAFF, LOAN, {})

    assert set(explanation.opens[0]) == {"CONSENT:LOAN_DETAILS", "PARTICIPANT"}


def test_a_fact_that_holds_is_not_asked_for_again():
    gate = load(
        SEEN, loan_permit('resource.consented.contains("LOAN_DETAILS") && resource.parties.contains(principal.party)')
    )
    consented = Contains(Fact("consented"), "LOAN_DETAILS")

    explanation = explain(gate, STAFF, LOAN, {consented: True})

    assert explanation.opens == (("PARTICIPANT",),)
    assert explanation.reason is Reason.NO_CASE_RELATION


def test_what_nobody_can_change_is_a_reason_but_opens_nothing():
    gate = load(SEEN, loan_permit("resource.lender == principal.party"))

    explanation = explain(gate, STAFF, LOAN, {})

    assert explanation.reason is Reason.NOT_A_PARTY
    assert explanation.opens == ()


def test_a_denial_by_purpose_is_found_by_leaving_the_purpose_open():
    gate = load(SEEN, loan_permit('context has purpose && context.purpose == "REFINANCING"'))

    explanation = explain(gate, STAFF, LOAN, {})

    assert explanation.reason is Reason.PURPOSE_NOT_SUFFICIENT
    assert explanation.opens == (("PURPOSE:REFINANCING",),)


def test_a_basis_that_the_purpose_does_not_carry_is_named():
    gate = load(SEEN, loan_permit("true", basis="BOSL"))

    explanation = explain(gate, STAFF, LOAN, {})

    assert explanation.reason is Reason.PURPOSE_NOT_SUFFICIENT
    assert explanation.opens == (("BASIS:BOSL",),)


def test_a_consent_for_this_purpose_does_not_count_for_another():
    gate = load(SEEN, loan_permit('resource.consented.contains("LOAN_DETAILS")', basis="BOSL"))

    explanation = explain(gate, STAFF, LOAN, {Contains(Fact("consented"), "LOAN_DETAILS"): True})

    assert set(explanation.opens[0]) == {"BASIS:BOSL", "CONSENT:LOAN_DETAILS"}


def test_a_forbid_that_may_be_told_of_is_weighed():
    forbid = policy(
        'forbid (principal is Staff, action == Action::"read:MortgageLoan.outstanding", resource)\n'
        "unless { resource.agreed };",
        id_="core.test.agreed",
    )
    gate = load(SEEN, loan_permit('resource.consented.contains("LOAN_DETAILS")'), forbid)

    assert set(explain(gate, STAFF, LOAN, {}).opens[0]) == {"AGREEMENT", "CONSENT:LOAN_DETAILS"}


def test_where_no_rule_could_open_it_that_is_what_is_said():
    explanation = explain(load(SEEN), STAFF, LOAN, {})

    assert explanation.reason is Reason.NOT_FOR_THIS_PARTY
    assert (explanation.policy, explanation.opens) == (None, ())


def test_every_reason_has_a_text_in_both_languages():
    assert set(TEXTS) == set(Reason)
    assert all(text.nb.endswith(".") and text.en.endswith(".") for text in TEXTS.values())


def test_no_reason_speaks_of_protection_shielding_or_kinship():
    words = " ".join(f"{reason} {TEXTS[reason].nb} {TEXTS[reason].en}" for reason in Reason).lower()

    for word in (
        "protect",
        "grade",
        "kode",
        "strengt",
        "fortrolig",
        "shield",
        "skjerm",
        "kin",
        "family",
        "slekt",
        "inhabil",
    ):
        assert word not in words.split()


@pytest.mark.parametrize("kind", list(Kind))
def test_no_explanation_asks_for_what_must_not_be_told(kind):
    """The shipped policies: on rows that are seen and known of, nothing that is left speaks of a silent fact."""
    gate = real.gate()
    reads = {gate._keys[name]: name for name in gate.model.actions if name.startswith("read:")}.values()
    for purpose in [code for code, (_, kinds) in real.purposes().items() if kind in kinds] or [None]:
        who = real.asking(kind, purpose)
        for action in reads:
            asked = {name for atom in explainable_atoms(gate, who, action) for name in facts_in(atom)}
            assert all(FACTS[name].explainable for name in asked)


def test_what_somebody_can_change_is_a_relation_a_ground_and_what_the_author_lets_be_seen():
    changeable = {fact.name for fact in FACTS.values() if fact.actionable}

    relations, grounds = {"parties", "units"}, {"agreed", "consentInForce", "consented", "mandates"}
    assert changeable == relations | grounds | {"shareLevel", "verified"}


def test_nav_is_told_what_would_open_a_bank_loan():
    who = real.asking(Kind.NAV, "EVICTION_PREVENTION")

    explanation = explain(real.gate(), who, LOAN, {})

    assert explanation.policy == "nav.eviction-prevention.bank-loan"
    assert explanation.opens == (("CONSENT:LOAN_DETAILS",),)


def test_nav_is_told_that_debt_counselling_is_no_purpose_for_the_children():
    who = real.asking(Kind.NAV, "DEBT_COUNSELLING")

    explanation = explain(real.gate(), who, "read:Household.childrenCount", {})

    assert explanation.opens == (("PURPOSE:EVICTION_PREVENTION",),)


def test_an_explanation_is_a_value():
    gate = load(SEEN, loan_permit("resource.agreed"))

    assert explain(gate, STAFF, LOAN, {}) == explain(gate, replace(STAFF), LOAN, {Fact("agreed"): False})
    assert len({explain(gate, STAFF, LOAN, {}), explain(gate, STAFF, LOAN, {})}) == 1
