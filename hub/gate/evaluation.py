"""A residual on one row, in plain Python: three-valued inside, and unknown means no.

Used for rows of remote sources, for explanations and as one side of the oracle.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from uuid import UUID

from hub.gate.facts import FACTS, FactSpec
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
"""The value of a fact. None: an optional fact that the row lacks, or a required one that could not be established.

INVARIANT: whatever is not of the fact's type (text for a number, something still to be awaited) is unknown. Taken as it
comes, it would count as known, and a forbid that asks for it would not apply.
"""


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
            return _established(name, facts) is not None
        case Has(name) if name in facts and facts[name] is None:
            return False
        case Has(name):
            return None if _established(name, facts) is None else True
        case _:
            try:
                return _compared(atom, facts, binds)
            except _UnknownError:
                return None


def _compared(atom: Fact | Compare | Contains, facts: Mapping[str, Value], binds: Mapping[str, Scalar]) -> bool:
    match atom:
        case Fact():
            return _truth(_value(atom, facts, binds))
        case Contains(members, value):
            return str(_value(value, facts, binds)) in _members(members, facts)
        case Compare("=", left, right):
            return str(_value(left, facts, binds)) == str(_value(right, facts, binds))
        case Compare(op, left, right):
            first, second = _number(_value(left, facts, binds)), _number(_value(right, facts, binds))
            return first > second if op == ">" else first >= second


def _members(members: Fact | Context, facts: Mapping[str, Value]) -> frozenset[str]:
    value = _established(members.name, facts) if isinstance(members, Fact) else None
    if not isinstance(value, frozenset):
        raise _UnknownError
    return frozenset(str(member) for member in value)


def _value(term: Term, facts: Mapping[str, Value], binds: Mapping[str, Scalar]) -> Scalar:
    match term:
        case Fact(name):
            found = _established(name, facts)
        case Bind(name):
            found = binds.get(name)
        case Context():
            found = None
        case Entity(_, id_):
            return id_
        case _:
            return term
    if not isinstance(found, Scalar):
        raise _UnknownError
    return found


def _truth(value: Scalar) -> bool:
    if not isinstance(value, bool):
        raise _UnknownError
    return value


def _number(value: Scalar) -> int:
    if not _is_number(value):
        raise _UnknownError
    return int(value)


def _established(name: str, facts: Mapping[str, Value]) -> Value:
    """The value that the fact has on this row, if it is one that the fact can have."""
    found = facts.get(name)
    return found if _CAN_BE.get(name, _is_anything)(found) else None


def _is_number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_truth(value: object) -> bool:
    return isinstance(value, bool)


def _is_text(value: object) -> bool:
    return isinstance(value, str | UUID)


def _is_set(value: object) -> bool:
    return isinstance(value, frozenset) and all(map(_is_text, value))


def _is_anything(value: object) -> bool:
    return isinstance(value, Scalar) or _is_set(value)


def _values_of(spec: FactSpec) -> Callable[[object], bool]:
    return _is_set if spec.is_set else {"Bool": _is_truth, "Long": _is_number}.get(spec.type, _is_text)


_CAN_BE: Mapping[str, Callable[[object], bool]] = {name: _values_of(spec) for name, spec in FACTS.items()}
