"""Taking away a leg never widens access: over every combination of facts, for every kind, purpose, right and level."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise
from random import Random
from typing import Any

import pytest

from hub.gate import DENIED, RequesterClass, Residual, evaluate
from hub.gate.facts import FACTS
from hub.gate.model import SPECIAL_GROUPS
from hub.identity.model import Kind, PrincipalType
from tests.gate import real
from tests.gate.drawing import BINDS, ME, binds_of, distinct_actions
from tests.gate.tables import Table, Value

OPENS_TO_FEWER: dict[str, Callable[[Any], int]] = {
    "child": int,
    "grade": int,
    "reserved": int,
    "shareLevel": ["CITIZEN", "PARTICIPANTS", "INTERNAL"].index,
    "shielded": int,
}
"""Facts of which a greater number never opens more. Of the others what is true, or one's own, opens most."""
CLOSING_SETS = frozenset({"guardians", "persons", "relatives"})
"""Sets in which staff find themselves: the more there are, the less is open. Of the others less, the fewer."""
NOT_ORDERED = frozenset({"startlan"})
"""What opens to one kind closes to another when it is reported; in what is read it only opens."""


def classes(kind: Kind) -> Iterator[RequesterClass]:
    """The kind on no purpose and on each that it may state, with all its rights, at its usual level; staff also under
    a break-glass.
    """
    own = [code for code, (_, kinds) in real.purposes().items() if kind.value in kinds]
    for purpose in (None, *own):
        who = real.asking(kind, purpose, special=SPECIAL_GROUPS.get(kind, frozenset()))
        yield who
        if who.principal is PrincipalType.STAFF:
            yield replace(who, attributes=who.attributes | {"glass"})


def decisions(who: RequesterClass) -> Iterator[tuple[str, Residual]]:
    """What is decided differently of each type of row, and each command."""
    gate = real.gate()
    for resource in sorted(gate.model.resources):
        for alike in distinct_actions(gate, resource):
            yield alike[0], gate.decide(who, alike[0]).residual


def widening(fact: str, table: Table, action: str) -> list[tuple[int, int]]:
    """Pairs of values, by number, of which the second must open no more than the first."""
    if fact in NOT_ORDERED and action.startswith("do:"):
        return []
    numbers = range(len(table.values[fact]))
    if FACTS[fact].is_set:
        more = [
            (one, two) for one in numbers for two in numbers if _members(table, fact, two) < _members(table, fact, one)
        ]
        return [(two, one) for one, two in more] if fact in CLOSING_SETS else more
    known = [number for number in numbers if table.values[fact][number] is not None]
    unknown = [(number, other) for number in known for other in numbers if table.values[fact][other] is None]
    if fact in OPENS_TO_FEWER:
        ordered = sorted(known, key=lambda number: OPENS_TO_FEWER[fact](table.values[fact][number]))
        return [*pairwise(ordered), *unknown]
    best = [number for number in known if _is_own(table.values[fact][number])]
    return [(one, two) for one in best for two in known if two not in best] + unknown


def _members(table: Table, fact: str, number: int) -> frozenset[str]:
    members = table.values[fact][number]
    assert isinstance(members, frozenset)
    return members


def _is_own(value: Value) -> bool:
    return value is True or value in (*BINDS.values(), ME, "MUNICIPALITY")


def gained(table: Table, fact: str) -> int:
    """Where another leg is won by the change: the person becomes the one whom the case is about."""
    pair = ("self", "subject")
    if fact not in pair or not table.values.keys() >= {*pair}:
        return 0
    return table.where_all(pair, lambda row: row["self"] == row["subject"] is not None)


def moved(table: Table, held: int, fact: str, one: int, two: int) -> int:
    """The combinations that hold with the second value, as they would stand with the first."""
    step = table.strides[fact] * (one - two)
    within = held & table.where(fact, two)
    return within << step if step >= 0 else within >> -step


@pytest.mark.parametrize("kind", list(Kind))
def test_no_change_of_a_fact_for_the_worse_opens_anything(kind):
    seen: set[Residual] = set()
    combinations = 0
    for who in classes(kind):
        for action, residual in decisions(who):
            if residual in seen:
                continue
            seen.add(residual)
            table = Table.of((residual,), binds_of(who))
            held = table.holds(residual)
            combinations += table.size
            for fact in table.values:
                for one, two in widening(fact, table, action):
                    wider = moved(table, held & ~gained(table, fact), fact, one, two) & ~held
                    assert not wider, f"{kind} {action}: {fact} {table.values[fact][two]} opens what it did not"

    # The officer's system asks of a row who sent it, and of a notice where the home is: nothing else.
    assert combinations > (7 if kind is Kind.ENFORCEMENT_SYSTEM else 10)


def poorer(who: RequesterClass) -> Iterator[tuple[str, RequesterClass]]:
    """The same requester with one thing less."""
    for basis in sorted(who.bases):  # type: ignore[arg-type]
        yield f"basis {basis}", replace(who, bases=who.bases - {basis})  # type: ignore[operator]
    if who.purpose is not None:
        yield "purpose", replace(who, purpose=None, bases=real.always())
        yield "every basis", replace(who, bases=frozenset())
    for right in sorted(who.groups & {"SEES_FORTROLIG", "SEES_SHIELDED", "SEES_STRENGT"}):
        yield right, replace(who, groups=who.groups - {right})
    for attribute in sorted(who.attributes):
        yield attribute, replace(who, attributes=who.attributes - {attribute})
    if who.principal is PrincipalType.CITIZEN:
        yield from ((f"level {level}", replace(who, assurance=level)) for level in (2, 3))


@pytest.mark.parametrize("kind", list(Kind))
def test_no_requester_with_less_is_granted_more(kind):
    compared = 0
    for who in classes(kind):
        rich = dict(decisions(who))
        for missing, less in poorer(who):
            for action, residual in rich.items():
                left = real.gate().decide(less, action).residual
                if left in (residual, DENIED):
                    continue
                table = Table.of((residual, left), binds_of(who))
                compared += table.size
                assert not table.holds(left) & ~table.holds(residual), (
                    f"{kind} {action}: without {missing} more is open"
                )

    assert compared or kind not in (Kind.NAV, Kind.SECURE_UNIT)


def test_unknown_is_nowhere_granted():
    """Whatever else holds: with one required fact unknown, nothing is."""
    for kind in Kind:
        for who in classes(kind):
            for action, residual in decisions(who):
                table = Table.of((residual,), binds_of(who))
                required = [name for name in table.values if FACTS[name].is_required_scalar]
                unknown = 0
                for name in required:
                    unknown |= table.where(name, len(table.values[name]) - 1)
                assert not table.holds(residual) & unknown, action


def test_a_truth_table_says_what_evaluation_says():
    """The tables weigh atoms by evaluation and join them bit by bit; here whole formulas are evaluated row by row."""
    rnd, compared, granted = Random(5), 0, 0
    for kind in Kind:
        for who in classes(kind):
            for action, residual in decisions(who):
                table = Table.of((residual,), binds_of(who))
                held = table.holds(residual)
                for number in (rnd.randrange(table.size) for _ in range(3)):
                    row: dict[str, Any] = table.row(number)
                    answer = evaluate(residual, row, binds_of(who))
                    assert answer is bool(held >> number & 1), (action, row)
                    compared, granted = compared + 1, granted + answer
                if held:
                    first: dict[str, Any] = table.row(held.bit_length() - 1)
                    assert evaluate(residual, first, binds_of(who))
                    granted += 1

    assert compared > 5_000
    assert granted > 500
