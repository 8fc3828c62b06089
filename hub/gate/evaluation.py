"""A residual on one row, in plain Python: three-valued inside, and unknown means no.

Used for rows of remote sources, for explanations and as one side of the oracle.
"""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

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
    Residual,
    Term,
    Truth,
)

Scalar = str | int | bool | UUID
Value = Scalar | frozenset[str] | frozenset[UUID] | None
"""The value of a fact. None: an optional fact that the row lacks, or a required one that could not be established."""


class _UnknownError(Exception):
    """An atom has no truth value on this row."""


def evaluate(residual: Residual, facts: Mapping[str, Value], binds: Mapping[str, Scalar]) -> bool:
    """Whether the formula is known to hold. What depends on a fact missing from `facts` is unknown."""
    return _three_valued(residual, facts, binds) is True


def _three_valued(residual: Residual, facts: Mapping[str, Value], binds: Mapping[str, Scalar]) -> bool | None:
    match residual:
        case Truth(value):
            return value
        case Not(part):
            inner = _three_valued(part, facts, binds)
            return None if inner is None else not inner
        case And(parts):
            return _all({_three_valued(part, facts, binds) for part in parts})
        case Or(parts):
            outcome = _all({_negated(_three_valued(part, facts, binds)) for part in parts})
            return _negated(outcome)
        case _:
            return _atom(residual, facts, binds)


def _negated(value: bool | None) -> bool | None:
    return None if value is None else not value


def _all(values: set[bool | None]) -> bool | None:
    if False in values:
        return False
    return None if None in values else True


def _atom(
    atom: Fact | Has | Known | Compare | Contains, facts: Mapping[str, Value], binds: Mapping[str, Scalar]
) -> bool | None:
    match atom:
        case Known(name):
            return _is_known(facts.get(name))
        case Has(name):
            return None if name not in facts else facts[name] is not None
        case _:
            try:
                return _compared(atom, facts, binds)
            except _UnknownError:
                return None


def _is_known(value: Value) -> bool:
    return value is not None and not (isinstance(value, frozenset) and None in value)


def _compared(atom: Fact | Compare | Contains, facts: Mapping[str, Value], binds: Mapping[str, Scalar]) -> bool:
    match atom:
        case Fact(name):
            return _value(Fact(name), facts, binds) is True
        case Contains(members, value):
            return str(_value(value, facts, binds)) in _members(members, facts)
        case Compare("=", left, right):
            return str(_value(left, facts, binds)) == str(_value(right, facts, binds))
        case Compare(op, left, right):
            first, second = int(_value(left, facts, binds)), int(_value(right, facts, binds))  # type: ignore[arg-type]
            return first > second if op == ">" else first >= second


def _members(members: Fact | Context, facts: Mapping[str, Value]) -> frozenset[str]:
    value = facts.get(members.name) if isinstance(members, Fact) else None
    if not isinstance(value, frozenset) or None in value:
        raise _UnknownError
    return frozenset(str(member) for member in value)


def _value(term: Term, facts: Mapping[str, Value], binds: Mapping[str, Scalar]) -> Scalar:
    match term:
        case Fact(name):
            found = facts.get(name)
        case Bind(name):
            found = binds.get(name)
        case Context():
            found = None
        case Entity(_, id_):
            return id_
        case _:
            return term
    if found is None or isinstance(found, frozenset):
        raise _UnknownError
    return found
