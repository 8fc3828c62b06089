"""What an explanation rests on: what the row already shows, what may be told, and what the request already states."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hub.gate import Gate, RequesterClass, ResourceSpec
from hub.gate.explain import explain, explainable_atoms
from hub.gate.model import UNKNOWN
from hub.gate.reasons import Reason
from hub.gate.residual import Contains, Fact, facts_in
from hub.gate.source import read_policies
from tests.gate.small import CASE, CITIZEN, MODEL, STAFF, SYSTEM, load, policy

LOAN = "read:MortgageLoan.outstanding"
HELD = 'context.bases.contains("STL_17")'
CONSENTED = 'resource.consented.contains("LOAN_DETAILS")'
ROW_FACTS = ("agreed", "consentInForce", "lender", "mandated", "servicer", "shareLevel", "startlan", "verified")
WIDER = replace(MODEL, resources={**MODEL.resources, "MortgageLoan": ResourceSpec(anchors=CASE, row_facts=ROW_FACTS)})


def permit(actions: str, condition: str, id_: str, principal: str = "Staff") -> str:
    return policy(
        f"permit (principal is {principal}, action in [{actions}], resource) when {{ {HELD} && {condition} }};", id_=id_
    )


def seen(condition: str = "true", principal: str = "Staff") -> str:
    return permit('Action::"see:MortgageLoan"', condition, "nav.test.seen", principal)


def known(condition: str = "true", principal: str = "Staff") -> str:
    return permit('Action::"know:LOAN"', condition, "nav.test.known", principal)


def read(condition: str, id_: str = "nav.test.loan", principal: str = "Staff") -> str:
    return permit(f'Action::"{LOAN}"', condition, id_, principal)


def asked(gate: Gate, who: RequesterClass = STAFF) -> set[str]:
    return {name for atom in explainable_atoms(gate, who, LOAN) for name in facts_in(atom)}


def test_neither_what_the_row_shows_nor_what_may_be_known_of_it_is_asked_for():
    gate = load(
        seen("resource.units.contains(principal.unit)"),
        known("resource.parties.contains(principal.party)"),
        read(f"resource.units.contains(principal.unit) && resource.parties.contains(principal.party) && {CONSENTED}"),
    )

    assert explainable_atoms(gate, STAFF, LOAN) == (Contains(Fact("consented"), "LOAN_DETAILS"),)
    assert explain(gate, STAFF, LOAN, {}).opens == (("CONSENT:LOAN_DETAILS",),)


@pytest.mark.parametrize("silent", ["resource.shielded", "resource.shielded || resource.agreed"])
def test_a_forbid_that_speaks_of_protection_is_not_weighed_whatever_else_it_speaks_of(silent):
    """LEAK: what would open the field would tell whether somebody in the household is shielded."""
    forbid = policy(
        f'forbid (principal, action == Action::"{LOAN}", resource) unless {{ {silent} }};', id_="core.test.silent"
    )
    texts = (seen(), known(), read(CONSENTED), forbid)
    # Such a policy is refused when it is loaded; this is what holds if it ever is not.
    gate = Gate(MODEL, read_policies({f"p{number}.cedar": text for number, text in enumerate(texts)}))

    assert asked(gate) == {"consented"}
    assert explain(gate, STAFF, LOAN, {}).opens == (("CONSENT:LOAN_DETAILS",),)


def test_a_permit_that_rests_on_a_silent_fact_asks_for_nothing_and_is_not_told():
    gate = load(seen(), known(), read("!resource.shielded"))

    assert asked(gate) == set()
    assert explain(gate, STAFF, LOAN, {}).opens == ()


def test_nothing_is_asked_of_a_row_that_the_requester_has_nothing_to_look_up_by():
    gate = load(seen(), known(), read(CONSENTED))

    assert asked(gate) == {"consented"}
    assert asked(gate, replace(STAFF, purpose=None)) == set()
    assert asked(gate, replace(STAFF, attributes=STAFF.attributes - {"party"})) == set()


def test_who_has_just_what_a_fact_is_looked_up_by_is_asked():
    gate = load(seen(principal="System"), known(principal="System"), read(CONSENTED, principal="System"))

    assert SYSTEM.attributes == {"party"}
    assert asked(gate, SYSTEM) == {"consented"}


def test_what_takes_something_that_nobody_can_change_opens_nothing():
    gate = load(seen(), known(), read(f"{CONSENTED} && resource.lender == principal.party"))

    explanation = explain(gate, STAFF, LOAN, {})

    assert explanation.policy == "nav.test.loan"
    assert explanation.opens == ()


@pytest.mark.parametrize(
    ("condition", "word"),
    [
        ("resource.agreed", "AGREEMENT"),
        ("resource.consentInForce", "CONSENT"),
        (CONSENTED, "CONSENT:LOAN_DETAILS"),
        ("resource.mandated", None),
        ('resource.mandates.contains("ECONOMY")', "MANDATE:ECONOMY"),
        ("resource.parties.contains(principal.party)", "PARTICIPANT"),
        ('resource.shareLevel == "PARTICIPANTS"', "SHARE_LEVEL:PARTICIPANTS"),
        ("resource.units.contains(principal.unit)", "PARTICIPANT"),
        ("resource.verified", "VERIFIED_WITH_TENANT"),
    ],
)
def test_each_thing_that_opens_has_its_word(condition, word):
    gate = load(seen(), known(), read(condition), model=WIDER)

    assert explain(gate, STAFF, LOAN, {}).opens == (() if word is None else ((word,),))


def test_three_things_together_are_told_and_four_are_not():
    three = f'{CONSENTED} && resource.parties.contains(principal.party) && resource.shareLevel == "PARTICIPANTS"'

    told = explain(load(seen(), known(), read(three), model=WIDER), STAFF, LOAN, {})
    untold = explain(load(seen(), known(), read(f"{three} && resource.verified"), model=WIDER), STAFF, LOAN, {})

    assert set(told.opens[0]) == {"CONSENT:LOAN_DETAILS", "PARTICIPANT", "SHARE_LEVEL:PARTICIPANTS"}
    assert (untold.reason, untold.opens) == (Reason.NOT_FOR_THIS_PARTY, ())


def test_the_purpose_that_is_stated_is_not_asked_for_again():
    gate = load(
        seen(), known(), read(f'context has purpose && context.purpose == "EVICTION_PREVENTION" && {CONSENTED}')
    )

    assert explain(gate, STAFF, LOAN, {}).opens == (("CONSENT:LOAN_DETAILS",),)


@pytest.mark.parametrize(
    ("condition", "assurance", "is_enough"),
    [
        ("context.assurance >= 4", 4, True),
        ("context.assurance >= 4", 3, False),
        ("context.assurance > 3", 4, True),
        ("context.assurance > 3", 3, False),
        ("context.assurance >= 4", UNKNOWN, False),
    ],
)
def test_the_level_at_which_somebody_signed_in_is_asked_for_only_where_it_is_too_low(condition, assurance, is_enough):
    gate = load(
        seen(principal="Citizen"),
        known(principal="Citizen"),
        read(f'{condition} && resource.mandates.contains("ECONOMY")', principal="Citizen"),
    )

    explanation = explain(gate, replace(CITIZEN, assurance=assurance), LOAN, {})

    assert ("MANDATE:ECONOMY",) in explanation.opens if is_enough else explanation.opens != (("MANDATE:ECONOMY",),)
    mandate = {Contains(Fact("mandates"), "ECONOMY"): True}
    if not is_enough:
        assert explain(gate, replace(CITIZEN, assurance=assurance), LOAN, mandate).reason is Reason.ASSURANCE_TOO_LOW


def test_where_it_is_open_which_bases_are_carried_a_further_one_is_asked_for():
    further = read(CONSENTED).replace("STL_17", "BOSL")
    gate = load(seen(), known(), further)

    assert set(explain(gate, replace(STAFF, bases=UNKNOWN), LOAN, {}).opens[0]) == {
        "BASIS:BOSL",
        "CONSENT:LOAN_DETAILS",
    }
