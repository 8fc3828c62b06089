"""How a permit opens to a kind of party: the whole condition, its alternatives, and what is known beforehand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hub.gate.model import SPECIAL_GROUPS, UNKNOWN
from hub.gate.openings import Asking, Openings, askings, given, over_rights, products, tidied, unguarded
from hub.gate.residual import (
    DENIED,
    GRANTED,
    Bind,
    Compare,
    Contains,
    Context,
    Fact,
    Has,
    Known,
    compare,
    conjunction,
    disjunction,
    negation,
    parts_of,
)
from hub.identity.legal_bases import LegalBases
from hub.identity.model import Kind
from hub.identity.purposes import PurposeRegister
from tests.gate import real
from tests.gate.small import READ_NAMES, STAFF, load, policy

UNIT = Contains(Fact("units"), Bind("unit"))
GRADED = Compare(">=", Fact("grade"), 2)
AGREED, STARTLAN, SHIELDED = Fact("agreed"), Fact("startlan"), Fact("shielded")
FORTROLIG = Contains(Context("groups"), "SEES_FORTROLIG")
NAV = Asking(kind=Kind.NAV, purpose=None, who=STAFF)
BANK = Asking(kind=Kind.BANK, purpose=None, who=STAFF)
SEE_CASE = policy(
    'permit (principal is Staff, action == Action::"see:Case", resource)'
    ' when { context.bases.contains("STL_17") && resource.parties.contains(principal.party) };',
    id_="any.test.case",
)
SEE_LOAN = policy(
    'permit (principal is Staff, action == Action::"see:MortgageLoan", resource)'
    ' when { context.bases.contains("STL_17") && resource.startlan };',
    id_="any.test.seen",
)
READ_LOAN = policy(
    'permit (principal is Staff, action == Action::"read:MortgageLoan.outstanding", resource)'
    ' when { context.bases.contains("STL_17") && resource.agreed };',
    id_="any.test.loan",
)
_NAMES = '[Action::"read:PERSON_NAME", Action::"know:PERSON_NAME"]'
CLOSED = policy(
    f"forbid (principal, action in {_NAMES}, resource) when {{ resource.grade >= 2 }};",
    id_="core.test.graded",
    basis="FREG_10_4",
)
LIFTED = CLOSED.replace("};", '} unless { principal in Group::"SEES_FORTROLIG" };')
PARTY = Contains(Fact("parties"), Bind("party"))


@pytest.fixture(scope="module")
def register() -> PurposeRegister:
    return PurposeRegister.load()


def openings(*texts: str, ways=None) -> Openings:
    return Openings(load(*texts), ways or {})


def test_each_kind_asks_on_no_purpose_and_on_each_that_it_may_state(register):
    asked = askings(real.gate(), register)

    assert {(one.kind, one.number) for one in asked} == {
        (kind, number)
        for kind in Kind
        for number in (None, *(number for number, one in register.purposes.items() if kind in one.kinds))
    }
    assert len(asked) == len({(one.kind, one.number) for one in asked})
    assert all(one.who.purpose == (one.purpose.code if one.purpose else None) for one in asked)
    numbers = [one.number for one in asked if one.kind is Kind.NAV]
    assert numbers[0] is None
    assert numbers[1:] == sorted(numbers[1:])


def test_a_purpose_carries_its_bases_and_those_that_need_none_and_no_purpose_those_alone(register):
    always = {row.code for row in register.legal_bases.rows if row.without_purpose and row.valid_from}
    dated = {row.code for row in register.legal_bases.rows if row.valid_from}

    assert always
    for one in askings(real.gate(), register):
        assert one.who.bases == always | (dated & set(one.purpose.bases if one.purpose else ()))


def test_nothing_rests_on_a_basis_without_a_date(register):
    gone = next(iter(next(one for one in register.purposes.values() if Kind.NAV in one.kinds).bases))
    always = next(row.code for row in register.legal_bases.rows if row.without_purpose)
    rows = [replace(row, valid_from=None) if row.code in (gone, always) else row for row in register.legal_bases.rows]

    asked = askings(real.gate(), replace(register, legal_bases=LegalBases(rows=tuple(rows))))

    assert not any({gone, always} & one.who.bases for one in asked)


def test_whoever_asks_has_the_groups_of_its_kind_but_no_special_right(register):
    for one in askings(real.gate(), register):
        whole = real.gate().contract_class(one.kind)
        assert one.who.groups == whole.groups - SPECIAL_GROUPS.get(one.kind, frozenset())
        assert (one.who.principal, one.who.attributes) == (whole.principal, whole.attributes)
        assert one.who.assurance == UNKNOWN


def test_an_opening_names_its_policy_and_basis_and_has_no_guard_of_the_way_to_the_row():
    (opening,) = openings(READ_NAMES).of(NAV, "see:Person")

    assert (opening.policy, opening.basis) == ("nav.test.names", "STL_17")
    assert UNIT in _parts(opening.condition)


def test_what_closes_is_a_part_of_the_condition_and_special_rights_change_nothing_where_no_policy_names_them():
    (opening,) = openings(READ_NAMES, CLOSED).of(NAV, "read:Person.name")

    assert {UNIT, negation(GRADED)} <= _parts(opening.condition)
    assert FORTROLIG not in _parts(opening.condition)


def test_a_right_that_lifts_what_closes_becomes_a_part_of_the_condition():
    (opening,) = openings(READ_NAMES, LIFTED).of(NAV, "read:Person.name")
    (without,) = openings(READ_NAMES, LIFTED).of(BANK, "read:Person.name")

    assert disjunction((negation(GRADED), FORTROLIG)) in _parts(opening.condition)
    assert negation(GRADED) in _parts(without.condition)
    assert UNIT in _parts(opening.condition) & _parts(without.condition)


def test_a_permit_for_those_with_a_right_is_an_opening_that_names_the_right():
    right = READ_NAMES.replace('Group::"NAV"', 'Group::"SEES_FORTROLIG"')

    (opening,) = openings(right).of(NAV, "read:Person.name")

    assert {FORTROLIG, UNIT} <= _parts(opening.condition)
    assert openings(right).of(BANK, "read:Person.name") == ()


def test_a_permit_that_the_lack_of_a_right_opens_is_an_opening():
    lacking = READ_NAMES.replace("};", '} unless { principal in Group::"SEES_FORTROLIG" };')

    (opening,) = openings(lacking).of(NAV, "read:Person.name")

    assert {negation(FORTROLIG), UNIT} <= _parts(opening.condition)


def test_a_field_opens_where_its_row_is_seen_and_each_permit_opens_by_itself():
    other = READ_LOAN.replace("resource.agreed", "resource.parties.contains(principal.party)").replace(
        "any.test.loan", "any.test.other"
    )

    found = openings(SEE_LOAN, READ_LOAN, other).of(NAV, "read:MortgageLoan.outstanding")

    by_policy = {one.policy: _parts(one.condition) for one in found}
    assert set(by_policy) == {"any.test.loan", "any.test.other"}
    assert {AGREED, STARTLAN} <= by_policy["any.test.loan"]
    assert {PARTY, STARTLAN} <= by_policy["any.test.other"]
    assert AGREED not in by_policy["any.test.other"]


def test_a_row_that_nobody_sees_opens_nothing():
    assert openings(READ_LOAN).of(NAV, "read:MortgageLoan.outstanding") == ()


def test_the_way_to_a_row_is_a_part_of_the_condition_and_one_of_several_ways_is_enough():
    policies = (SEE_LOAN, SEE_CASE, READ_NAMES)
    through = frozenset({"Case"})
    person = frozenset({"Person"})

    (by_case,) = openings(*policies, ways={"MortgageLoan": (through,)}).of(NAV, "see:MortgageLoan")
    (either,) = openings(*policies, ways={"MortgageLoan": (through, person)}).of(NAV, "see:MortgageLoan")
    (both,) = openings(*policies, ways={"MortgageLoan": (through | person,)}).of(NAV, "see:MortgageLoan")

    assert {STARTLAN, PARTY} <= _parts(by_case.condition)
    assert disjunction((PARTY, UNIT)) in _parts(either.condition)
    assert {STARTLAN, PARTY, UNIT} <= _parts(both.condition)


def test_what_is_decided_alike_is_worked_out_once_for_each_kind_and_purpose(register):
    known = openings(READ_NAMES)
    purpose = next(iter(register.purposes.values()))

    found = known.of(NAV, "read:Person.name")

    assert known.of(NAV, "see:Person") is not found or found
    assert known.of(NAV, "read:Person.name") is found
    assert known.of(BANK, "read:Person.name") is not found
    assert known.of(replace(NAV, purpose=purpose), "read:Person.name") is not found
    assert known.of(NAV, "read:Person.address") == ()


def test_unguarded_leaves_out_that_facts_are_known_and_nothing_else():
    assert unguarded(conjunction((Known("agreed"), AGREED, Has("servicer")))) == conjunction((AGREED, Has("servicer")))
    assert unguarded(Known("agreed")) == GRANTED


def test_a_condition_over_rights_is_asked_once_where_there_are_none():
    seen: list[frozenset[str]] = []

    assert over_rights((), lambda groups: seen.append(groups) or AGREED) == AGREED
    assert seen == [frozenset()]


def test_a_right_that_takes_nothing_away_stands_beside_only_what_it_lifts():
    def condition(groups: frozenset[str]):
        return AGREED if "SEES_FORTROLIG" in groups else conjunction((AGREED, STARTLAN))

    assert over_rights(("SEES_FORTROLIG",), condition) == conjunction((AGREED, disjunction((STARTLAN, FORTROLIG))))


def test_a_right_that_opens_one_thing_and_closes_another_leaves_both_apart():
    def condition(groups: frozenset[str]):
        return AGREED if "SEES_FORTROLIG" in groups else STARTLAN

    assert over_rights(("SEES_FORTROLIG",), condition) == disjunction(
        (conjunction((FORTROLIG, AGREED)), conjunction((negation(FORTROLIG), STARTLAN)))
    )


def test_each_of_several_rights_is_asked_with_and_without_the_others():
    asked: set[frozenset[str]] = set()

    over_rights(("A", "B"), lambda groups: asked.add(groups) or AGREED)

    assert asked == {frozenset(), frozenset("A"), frozenset("B"), frozenset("AB")}


def test_tidied_leaves_out_what_the_rest_implies():
    least, more = Compare(">=", Fact("grade"), 1), Compare(">=", Fact("grade"), 2)

    assert tidied(conjunction((least, more))) == more
    assert tidied(conjunction((AGREED, STARTLAN))) == conjunction((AGREED, STARTLAN))
    assert tidied(conjunction((AGREED, disjunction((AGREED, STARTLAN))))) == AGREED
    assert tidied(AGREED) == AGREED


def test_that_a_fact_has_a_value_goes_without_saying_where_the_value_is_asked_for():
    value = compare("=", Fact("servicer"), Bind("party"))

    assert tidied(conjunction((Has("servicer"), value))) == value
    for other in (negation(value), disjunction((value, AGREED)), AGREED, Has("responsibleUnit")):
        both = conjunction((Has("servicer"), other))
        assert tidied(both) == both


def test_products_are_the_alternatives_and_none_contains_another():
    either = disjunction((AGREED, STARTLAN))

    assert set(products(conjunction((UNIT, either)))) == {frozenset({UNIT, AGREED}), frozenset({UNIT, STARTLAN})}
    assert products(disjunction((AGREED, conjunction((AGREED, STARTLAN))))) == (frozenset({AGREED}),)
    assert products(conjunction((disjunction((AGREED, UNIT)), either))) == tuple(
        sorted((frozenset({AGREED}), frozenset({UNIT, STARTLAN})), key=lambda product: sorted(map(repr, product)))
    )
    assert products(GRANTED) == (frozenset(),)
    assert products(DENIED) == ()
    assert products(AGREED) == (frozenset({AGREED}),)


def test_alternatives_that_exclude_each_other_are_none():
    at_least = Compare(">=", Fact("grade"), 2)
    below = negation(Compare(">=", Fact("grade"), 1))
    one = disjunction((at_least, AGREED))

    assert set(products(conjunction((one, below)))) == {frozenset({below, AGREED})}
    assert set(products(conjunction((one, below, STARTLAN)))) == {frozenset({below, AGREED, STARTLAN})}
    assert products(conjunction((disjunction((AGREED, SHIELDED)), negation(AGREED), negation(SHIELDED)))) == ()


def test_an_alternative_is_tidied():
    least, more = Compare(">=", Fact("grade"), 1), Compare(">=", Fact("grade"), 2)

    assert products(conjunction((disjunction((least, AGREED)), more))) == (frozenset({more}),)


def test_what_is_given_is_told_as_truths():
    assert set(given({"shielded": True, "agreed": False})) == {SHIELDED, negation(AGREED)}
    thresholds = [Compare(">=", Fact("grade"), limit) for limit in (1, 2, 3)]
    assert given({"grade": 0}) == tuple(map(negation, thresholds))
    assert given({"grade": 2}) == (thresholds[0], thresholds[1], negation(thresholds[2]))
    assert given({"grade": 3}) == tuple(thresholds)
    assert given({"shareLevel": "UNIT"}) == (compare("=", Fact("shareLevel"), "UNIT"),)


def _parts(residual) -> set:
    return set(parts_of(residual))
