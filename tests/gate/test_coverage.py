"""Nothing is left untried: every field group, for every kind of party, on every purpose and on none, is decided by the
reference engine on a row that opens it, if there is one, and on a row that does not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import lru_cache

import pytest

from hub.gate import RequesterClass, Residual
from hub.gate.model import SPECIAL_GROUPS
from hub.identity.model import Kind
from tests.gate import real
from tests.gate.drawing import Row, Trial, binds_of, distinct_actions, suiting
from tests.gate.reference import Reference
from tests.gate.tables import Table
from tests.gate.test_truth_tables import expected, fields_of


@lru_cache
def reference() -> Reference:
    return Reference(real.gate())


@lru_cache
def groups() -> dict[str, tuple[str, ...]]:
    """For each field group one field of each set that is decided alike."""
    alike = {name: names for resource in real.model().resources for names in _sets(resource) for name in names}
    found = {
        group.name: tuple({alike[field.action]: field.action for field in fields_of(group)}.values())
        for group in expected().groups
    }
    return {name: actions for name, actions in found.items() if actions}


def _sets(resource: str) -> Iterator[tuple[str, ...]]:
    return iter(distinct_actions(real.gate(), resource))


def asking(kind: Kind, purpose: str | None) -> RequesterClass:
    return real.asking(kind, purpose, special=SPECIAL_GROUPS.get(kind, frozenset()))


def rows_for(who: RequesterClass, action: str, residual: Residual) -> Iterator[tuple[bool, Row]]:
    """A row that opens the action, and one that does not, as far as there are such."""
    table = Table.of((residual,), binds_of(who), with_unknown=False)
    held = table.holds(residual)
    for granted, where in ((True, held), (False, table.everything & ~held)):
        if where:
            yield granted, _whole(action, table.row((where & -where).bit_length() - 1))


def _whole(action: str, some: Row) -> Row:
    """What the formula does not ask is as most permits would have it."""
    facts = real.model().resources[real.model().actions[action].resource].facts.values()
    row = {fact.name: some.get(fact.name, [] if fact.is_set else suiting(fact)) for fact in facts}
    return {name: sorted(value) if isinstance(value, frozenset) else value for name, value in row.items()}


@pytest.mark.parametrize("kind", list(Kind))
def test_every_field_group_is_exercised_on_every_purpose(kind):
    counted: Counter[str] = Counter()
    for purpose in (None, *real.purposes()):
        who = asking(kind, purpose)
        for name, actions in groups().items():
            for action in actions:
                exercised = 0
                for granted, row in rows_for(who, action, real.gate().decide(who, action).residual):
                    resource = real.model().actions[action].resource
                    trial = Trial(who=who, resource=resource, actions=(action,), rows=(row,), binds=binds_of(who))
                    assert reference().expected(trial, set()) == [[granted]], (name, action, who)
                    counted["granted" if granted else "denied"] += 1
                    exercised += 1
                assert exercised, (name, action)

    assert counted["denied"] >= len(groups())
    assert counted["granted"]


def test_every_field_belongs_to_a_group():
    grouped = {field.action for group in expected().groups for field in fields_of(group)}
    fields = {name for name in real.model().actions if name.startswith("read:") and not name.endswith(".id")}

    assert fields - grouped == set()


def test_every_group_has_fields_but_those_that_the_schema_does_not_have_yet():
    empty = {group.name for group in expected().groups} - groups().keys()

    assert empty == {
        "Health, substance use (art. 9)",
        "Income, expenses, overview",
        "Other creditors' debts",
    }
