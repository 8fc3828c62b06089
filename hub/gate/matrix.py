"""Who can see what, and when: the policies read out as a table.

A cell says what a kind of party gets of a group of fields in a case that it takes part in, and what more it gets under
which condition: `R` all of it, `S` some of it, `-` nothing, `S R(C)` some of it and with consent all. Nothing is read
from the policies' text: each cell is found by deciding, over rows that differ in one thing or two.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from hub.gate.evaluation import Value, evaluate
from hub.gate.facts import FactSpec
from hub.gate.gate import Gate
from hub.gate.model import SPECIAL_GROUPS, RequesterClass
from hub.identity.model import Kind

CONDITIONS: Mapping[str, str] = {
    "A": "agreement: a startlån that the loan manager has agreed to report on",
    "C": "consent in force",
    "G": "special group of staff",
    "H": "shared by its author, or gone through with the person",
    "K": "municipal creditor",
    "M": "mandate or guardianship",
    "N": "the employer shows names",
    "O": "own submission",
    "P": "party to it",
    "U": "own unit's",
}

_ME, _OTHER = "me", "another"
_BINDS: Mapping[str, str] = dict.fromkeys(("municipality", "party", "person", "purpose", "unit"), _ME)
_CONSENTS = frozenset(
    {
        "AGREEMENT_TERMS",
        "BUDGET",
        "CONTACT_INFO",
        "DEBT_OVERVIEW",
        "HEALTH_NEED",
        "HOUSEHOLD_FLAG",
        "HOUSING_SUPPORT_NOTES",
        "LOAN_DEFAULT",
        "LOAN_DETAILS",
        "PLAN_STATUS",
        "RENT_ARREARS",
    }
)
_ORDINARY: Mapping[str, Value] = {
    "author": _OTHER,
    "creditorType": "PRIVATE_LANDLORD",
    "grade": 0,
    "mandates": frozenset(),
    "municipalities": frozenset({_ME}),
    "parties": frozenset({_ME}),
    "shareLevel": "INTERNAL",
    "units": frozenset({_ME}),
}
_WHEN: Mapping[str, Mapping[str, Value]] = {
    "A": {"startlan": True, "agreed": True},
    "C": {"consented": _CONSENTS, "consentInForce": True},
    "G": {},
    "H": {"shareLevel": "CITIZEN", "verified": True},
    "K": {"creditorType": "MUNICIPALITY"},
    "M": {"mandates": frozenset({"CONSENT", "ECONOMY", "HOUSING", "SOCIAL_SERVICES"})},
    "N": {"namesShown": True},
    "O": {"source": _ME, "submitter": _ME},
    "P": {"creditor": _ME, "namesParty": _ME, "recipient": _ME},
    "U": {"author": _ME, "handler": _ME, "responsibleUnit": _ME, "recipientUnit": _ME},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A group of fields that the table speaks of together: actions, on rows for which `given` holds."""

    name: str
    actions: tuple[str, ...]
    given: Mapping[str, Value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A kind of party: its requesters, one for each purpose that it may state, and whether the case is their own."""

    name: str
    asking: tuple[RequesterClass, ...]
    special: frozenset[str]
    is_own: bool = False


def columns(asking: Mapping[Kind, Sequence[RequesterClass]]) -> tuple[Column, ...]:
    """A column for each kind, and one for a citizen who acts for another."""
    kinds = [
        Column(
            name=kind.value,
            asking=tuple(asking[kind]),
            special=SPECIAL_GROUPS.get(kind, frozenset()),
            is_own=kind is Kind.CITIZEN,
        )
        for kind in Kind
    ]
    return (*kinds, Column(name="guardian", asking=tuple(asking[Kind.CITIZEN]), special=frozenset()))


def cell(gate: Gate, column: Column, row: Row) -> str:
    """What this kind gets: first without any condition, then what one condition adds, then what two do."""
    got: dict[frozenset[str], frozenset[str]] = {}
    for size in range(3):
        for conditions in map(frozenset, combinations(sorted(CONDITIONS), size)):
            got[conditions] = _granted(gate, column, row, conditions)
    said = (_said(conditions, got, row) for conditions in got)
    return " ".join(filter(None, said)) or "-"


def _said(conditions: frozenset[str], got: Mapping[frozenset[str], frozenset[str]], row: Row) -> str:
    """What these conditions give beyond what fewer of them do."""
    fewer = frozenset[str]().union(*(actions for given, actions in got.items() if given < conditions))
    if not got[conditions] - fewer:
        return ""
    extent = "R" if got[conditions] == frozenset(row.actions) else "S"
    return f"{extent}({'+'.join(sorted(conditions))})" if conditions else extent


def _granted(gate: Gate, column: Column, row: Row, conditions: frozenset[str]) -> frozenset[str]:
    special = column.special if "G" in conditions else frozenset[str]()
    answers: dict[tuple[str, int], bool] = {}
    granted: set[str] = set()
    for who in column.asking:
        asking = replace(who, groups=who.groups | special)
        for action in row.actions:
            resource = gate.model.actions[action].resource
            decision = gate.decide(asking, action)
            # Actions that are decided alike share the decision itself.
            key = resource, id(decision)
            if key not in answers:
                facts = _facts(gate.model.resources[resource].facts.values(), column, row, conditions)
                answers[key] = evaluate(decision.residual, facts, _BINDS)
            if answers[key]:
                granted.add(action)
    return frozenset(granted)


def _facts(facts: Iterable[FactSpec], column: Column, row: Row, conditions: frozenset[str]) -> dict[str, Value]:
    """A row as it stands under the conditions."""
    values = {**_ORDINARY, **dict.fromkeys(("about", "self", "subject"), _ME if column.is_own else _OTHER)}
    for condition in sorted(conditions):
        values |= _WHEN[condition]
    values |= row.given
    return {fact.name: values.get(fact.name, _unsaid(fact)) for fact in facts}


def _unsaid(fact: FactSpec) -> Value:
    if fact.is_set:
        return frozenset()
    return None if fact.optional else False if fact.type == "Bool" else _OTHER
