"""The algebra of residuals: what simplification, `assume` and unknown facts may and may not do."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.gate import DENIED, GRANTED, assume, evaluate
from hub.gate.residual import (
    And,
    Bind,
    Compare,
    Contains,
    Context,
    Entity,
    Fact,
    Has,
    Known,
    Not,
    Or,
    atoms,
    binds_in,
    compare,
    conjunction,
    contains,
    disjunction,
    facts_in,
    negation,
    parts_of,
    truth,
)

NAMES = ("a", "b", "c", "d")
WORLDS = [dict(zip(NAMES, values, strict=True)) for values in product((False, True), repeat=len(NAMES))]
PARTIAL = [dict(zip(NAMES, values, strict=True)) for values in product((False, True, None), repeat=len(NAMES))]

# A formula as written, before any constructor has touched it: ("fact", name), ("not", x), ("and", xs), ("truth", b).
LEAVES = st.one_of(st.sampled_from(NAMES).map(lambda name: ("fact", name)), st.booleans().map(lambda b: ("truth", b)))
WRITTEN = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        inner.map(lambda x: ("not", x)),
        st.tuples(st.sampled_from(["and", "or"]), st.lists(inner, max_size=4)),
    ),
    max_leaves=14,
)


def built(written):
    match written:
        case ("fact", name):
            return Fact(name)
        case ("truth", value):
            return truth(value)
        case ("not", inner):
            return negation(built(inner))
        case ("and", parts):
            return conjunction(map(built, parts))
        case ("or", parts):
            return disjunction(map(built, parts))


def plainly(written, world):
    match written:
        case ("fact", name):
            return world[name]
        case ("truth", value):
            return value
        case ("not", inner):
            return not plainly(inner, world)
        case ("and", parts):
            return all(plainly(part, world) for part in parts)
        case ("or", parts):
            return any(plainly(part, world) for part in parts)


def completions(world):
    open_names = [name for name in NAMES if world[name] is None]
    for values in product((False, True), repeat=len(open_names)):
        yield {**world, **dict(zip(open_names, values, strict=True))}


@given(WRITTEN)
@settings(max_examples=400)
def test_simplification_keeps_the_truth_table(written):
    residual = built(written)

    for world in WORLDS:
        assert evaluate(residual, world, {}) == plainly(written, world)


@given(WRITTEN)
@settings(max_examples=200)
def test_built_twice_is_the_same_value(written):
    assert built(written) == built(written)
    assert hash(built(written)) == hash(built(written))


@given(WRITTEN)
@settings(max_examples=200)
def test_negation_stands_on_atoms_only_and_undoes_itself(written):
    residual = built(written)

    def well_formed(part):
        match part:
            case And(parts) | Or(parts):
                return (
                    len(parts) > 1
                    and len(set(parts)) == len(parts)
                    and all(not isinstance(inner, type(part)) and well_formed(inner) for inner in parts)
                )
            case Not(inner):
                return isinstance(inner, Fact)
            case _:
                return True

    assert well_formed(residual)
    for world in WORLDS:
        assert evaluate(negation(residual), world, {}) != evaluate(residual, world, {})


@given(WRITTEN, WRITTEN)
@settings(max_examples=400)
def test_assume_changes_nothing_where_what_is_assumed_holds(written, assumed):
    residual, known = built(written), built(assumed)

    shorter = assume(residual, [known])

    for world in WORLDS:
        if evaluate(known, world, {}):
            assert evaluate(shorter, world, {}) == evaluate(residual, world, {})


@given(WRITTEN)
@settings(max_examples=200)
def test_assuming_a_formula_grants_it_and_denies_its_opposite(written):
    residual = built(written)

    if residual != DENIED:
        assert assume(residual, [residual]) == GRANTED
        assert assume(negation(residual), [residual]) in {DENIED, negation(residual)}


@given(WRITTEN)
@settings(max_examples=300)
def test_what_unknown_facts_leave_granted_is_granted_however_they_turn_out(written):
    residual = built(written)

    for world in PARTIAL:
        if evaluate(residual, {name: value for name, value in world.items() if value is not None}, {}):
            assert all(evaluate(residual, completed, {}) for completed in completions(world))


@pytest.mark.parametrize("residual", [GRANTED, DENIED, Fact("a"), conjunction([Fact("a"), Fact("b")]), Known("a")])
def test_a_residual_is_never_taken_for_an_answer(residual):
    """As the awaitable that counted as a permission (CVE-2026-107728): an object must not pass for true."""
    with pytest.raises(TypeError, match="a formula, not an answer"):
        bool(residual)
    with pytest.raises(TypeError):
        _ = "open" if residual else "closed"


def test_an_empty_conjunction_is_granted_and_an_empty_disjunction_denied():
    assert conjunction([]) == GRANTED
    assert disjunction([]) == DENIED


def test_repetition_absorption_and_contradiction():
    a, b = Fact("a"), Fact("b")

    assert conjunction([a, a]) == a
    assert conjunction([a, disjunction([a, b])]) == a
    assert disjunction([a, conjunction([a, b])]) == a
    assert conjunction([a, negation(a)]) == DENIED
    assert disjunction([a, negation(a)]) == GRANTED
    assert conjunction([a, conjunction([b, a])]) == conjunction([b, a])


@pytest.mark.parametrize(
    ("op", "left", "right", "canonical"),
    [
        ("<", Fact("grade"), 2, Not(Compare(">=", Fact("grade"), 2))),
        ("<=", Fact("grade"), 1, Not(Compare(">=", Fact("grade"), 2))),
        (">", Fact("grade"), 1, Compare(">=", Fact("grade"), 2)),
        (">=", Fact("grade"), 1, Compare(">=", Fact("grade"), 1)),
        (">", 2, Fact("grade"), Compare(">", 2, Fact("grade"))),
        ("<", 1, Fact("grade"), Not(Compare(">=", 1, Fact("grade")))),
        ("=", Bind("person"), Fact("subject"), Compare("=", Fact("subject"), Bind("person"))),
        ("=", Bind("person"), Bind("person"), GRANTED),
        ("=", Fact("startlan"), True, Fact("startlan")),
        ("=", Fact("startlan"), False, Not(Fact("startlan"))),
        ("=", "x", "x", GRANTED),
        ("=", "x", "y", DENIED),
        ("=", "1", 1, DENIED),
        ("=", Entity("Party", "x"), Entity("Unit", "x"), DENIED),
        (">=", 3, 2, GRANTED),
        (">=", 2, 2, GRANTED),
        (">", 2, 2, DENIED),
        (">", 3, 2, GRANTED),
    ],
)
def test_comparisons_have_one_form(op, left, right, canonical):
    assert compare(op, left, right) == canonical


def test_membership_in_a_set_that_is_spelled_out_is_comparison():
    assert contains(frozenset(), Fact("shareLevel")) == DENIED
    assert contains(frozenset({"x"}), "x") == GRANTED
    assert contains(frozenset({"x"}), Fact("shareLevel")) == Compare("=", Fact("shareLevel"), "x")


@pytest.mark.parametrize("known", [(low, not_) for low in range(4) for not_ in (False, True)])
@pytest.mark.parametrize("asked", range(4))
def test_assuming_one_threshold_settles_those_beyond_it(known, asked):
    limit, is_below = known
    given_ = Compare(">=", Fact("grade"), limit)
    truth_known = negation(given_) if is_below else given_
    residual = Compare(">=", Fact("grade"), asked)

    shorter = assume(residual, [truth_known])

    for grade in range(4):
        if evaluate(truth_known, {"grade": grade}, {}):
            assert evaluate(shorter, {"grade": grade}, {}) == evaluate(residual, {"grade": grade}, {})
    if is_below == (asked >= limit):
        assert shorter in {GRANTED, DENIED}


@pytest.mark.parametrize("is_below", [False, True])
def test_threshold_of_one_fact_settles_nothing_of_another(is_below):
    """Of what is known of the grade nothing follows for a level: taken for the same, it would open what is closed."""
    asked, given_ = Compare(">=", Fact("level"), 2), Compare(">=", Fact("grade"), 2)

    assert assume(asked, [negation(given_) if is_below else given_]) == asked


@pytest.mark.parametrize(("value", "is_above"), [(1, False), (2, False), (3, True), (None, False)])
def test_more_than_is_not_as_much(value, is_above):
    limit = Bind("limit")

    assert evaluate(Compare(">", Fact("grade"), limit), {"grade": value}, {"limit": 2}) is is_above


@pytest.mark.parametrize("wrong", [True, False, "0", "1", 1.5, None, frozenset({"1"})])
def test_number_that_is_none_is_unknown(wrong):
    """Taken for a grade, whatever is no number would be below the one that closes."""
    below = negation(compare(">=", Fact("grade"), 2))

    assert evaluate(below, {"grade": 1}, {})
    assert not evaluate(below, {"grade": wrong}, {})


@pytest.mark.parametrize("wrong", [0, 1, "", "false", None, frozenset()])
def test_truth_that_is_none_is_unknown(wrong):
    assert evaluate(negation(Fact("shielded")), {"shielded": False}, {})
    assert not evaluate(negation(Fact("shielded")), {"shielded": wrong}, {})


@pytest.mark.parametrize(("left", "right"), [(True, 1), (1, True), (0, False), ("1", 1)])
def test_literals_of_two_types_are_not_equal(left, right):
    assert compare("=", left, right) == DENIED


def test_comparison_is_the_same_from_either_side():
    """A literal on the left is still compared with the fact: folded to no, a forbid that asks so would never apply."""
    assert compare("=", "CITIZEN", Fact("shareLevel")) == Compare("=", Fact("shareLevel"), "CITIZEN")


def test_fact_that_is_compared_with_itself_is_still_asked_for():
    """Folded to true, a row of which the fact is unknown would pass."""
    same = compare("=", Fact("shareLevel"), Fact("shareLevel"))

    assert same == Compare("=", Fact("shareLevel"), Fact("shareLevel"))
    assert not evaluate(same, {"shareLevel": None}, {})


def test_membership_in_a_list_written_out_is_a_choice_of_equalities():
    residual = contains(frozenset({"CITIZEN", "PARTICIPANTS"}), Fact("shareLevel"))

    assert set(atoms(residual)) == {Compare("=", Fact("shareLevel"), word) for word in ("CITIZEN", "PARTICIPANTS")}
    assert evaluate(residual, {"shareLevel": "CITIZEN"}, {})
    assert not evaluate(residual, {"shareLevel": "INTERNAL"}, {})


def test_facts_and_binds_of_a_formula_are_named():
    residual = conjunction(
        [
            Known("grade"),
            Has("namesParty"),
            Compare("=", Fact("namesParty"), Bind("party")),
            Contains(Fact("units"), Bind("unit")),
            Contains(Context("bases"), "STL_17"),
        ]
    )

    assert facts_in(residual) == {"grade", "namesParty", "units"}
    assert binds_in(residual) == {"party", "unit"}
    assert len(parts_of(residual)) == 5


@pytest.mark.parametrize(
    ("residual", "facts", "outcome"),
    [
        (Contains(Fact("units"), Bind("unit")), {"units": frozenset({"9901"})}, True),
        (Contains(Fact("units"), Bind("unit")), {"units": frozenset({"9901", None})}, False),
        (Contains(Fact("units"), Bind("unit")), {"units": None}, False),
        (Contains(Fact("units"), Bind("nobody")), {"units": frozenset({"9901"})}, False),
        (Not(Contains(Fact("units"), Bind("unit"))), {"units": None}, False),
        (Not(Contains(Fact("units"), Bind("unit"))), {}, False),
        (Not(Compare(">=", Fact("grade"), 2)), {"grade": None}, False),
        (Not(Has("namesParty")), {"namesParty": None}, True),
        (Not(Has("namesParty")), {}, False),
        (Known("units"), {"units": frozenset({None})}, False),
        (Compare("=", Context("purpose"), "X"), {}, False),
        (Not(Compare("=", Context("purpose"), "X")), {}, False),
    ],
)
def test_what_is_unknown_denies(residual, facts, outcome):
    assert evaluate(residual, facts, {"unit": "9901"}) is outcome
