"""What is left of a decision once the requester is known: a formula over facts of the row.

Formulas are built by `conjunction`, `disjunction`, `negation`, `compare` and `contains`, which simplify.
A formula is no truth value: `if residual:` raises, so that nothing undecided can ever be taken for granted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Any, Literal, NoReturn, cast


class Formula:
    """A statement about a row, true, false or (where a fact is unknown) unknown."""

    __slots__ = ("_hash",)
    _hash: int

    def __bool__(self) -> NoReturn:
        raise TypeError("a residual is a formula, not an answer: compare it with GRANTED, or evaluate it")

    def __hash__(self) -> int:
        """Worked out once: a plan looks formulas up in sets thousands of times."""
        try:
            return self._hash
        except AttributeError:
            content = (getattr(self, field.name) for field in fields(cast("Any", self)))
            object.__setattr__(self, "_hash", hash((type(self), *content)))
            return self._hash


@dataclass(frozen=True, slots=True)
class Truth(Formula):
    """A formula that no longer depends on the row."""

    value: bool


@dataclass(frozen=True, slots=True)
class Fact(Formula):
    """A fact of the row by name: a term, and where its type is Bool a formula too."""

    name: str


@dataclass(frozen=True, slots=True)
class Bind:
    """A personal attribute of the requester, given when the statement is executed."""

    name: str


@dataclass(frozen=True, slots=True)
class Context:
    """A part of the request that is left open, as in the contract of a kind of party."""

    name: str


@dataclass(frozen=True, slots=True)
class Entity:
    """An entity that a policy names outright."""

    type: str
    id: str


Term = Fact | Bind | Context | Entity | bool | int | str
Operator = Literal["=", ">", ">="]


@dataclass(frozen=True, slots=True)
class Has(Formula):
    """The optional fact has a value on this row."""

    fact: str


@dataclass(frozen=True, slots=True)
class Known(Formula):
    """The required fact could be established for this row. The guard of every decision is made of these."""

    fact: str


@dataclass(frozen=True, slots=True)
class Compare(Formula):
    """Two terms compared."""

    op: Operator
    left: Term
    right: Term
    __hash__ = Formula.__hash__


@dataclass(frozen=True, slots=True)
class Contains(Formula):
    """The set on the left holds the value on the right."""

    set: Fact | Context
    value: Term
    __hash__ = Formula.__hash__


@dataclass(frozen=True, slots=True)
class And(Formula):
    """Every part holds. Parts are distinct, in a fixed order, and none is an `And`."""

    parts: tuple[Residual, ...]
    __hash__ = Formula.__hash__


@dataclass(frozen=True, slots=True)
class Or(Formula):
    """At least one part holds. Parts are distinct, in a fixed order, and none is an `Or`."""

    parts: tuple[Residual, ...]
    __hash__ = Formula.__hash__


@dataclass(frozen=True, slots=True)
class Not(Formula):
    """The atom does not hold."""

    part: Atom
    __hash__ = Formula.__hash__


Atom = Fact | Has | Known | Compare | Contains
Residual = Truth | Atom | And | Or | Not

GRANTED = Truth(True)
DENIED = Truth(False)


def truth(value: bool) -> Truth:
    return GRANTED if value else DENIED


@lru_cache(maxsize=8192)
def negation(part: Residual) -> Residual:
    """INVARIANT: `Not` stands on atoms only, so that each thing that must not hold is a conjunct of its own."""
    match part:
        case Truth(value):
            return truth(not value)
        case Not(inner):
            return inner
        case And(parts):
            return disjunction(map(negation, parts))
        case Or(parts):
            return conjunction(map(negation, parts))
        case _:
            return Not(part)


def conjunction(parts: Iterable[Residual]) -> Residual:
    return _join(parts, And, Or, unit=GRANTED, zero=DENIED)


def disjunction(parts: Iterable[Residual]) -> Residual:
    return _join(parts, Or, And, unit=DENIED, zero=GRANTED)


def _join(
    parts: Iterable[Residual], same: type[And | Or], other: type[And | Or], *, unit: Truth, zero: Truth
) -> Residual:
    """Flatten, drop units and repetitions, absorb, and recognise contradiction."""
    kept = dict.fromkeys(part for part in _flat(parts, same) if part != unit)
    if zero in kept or any(negation(part) in kept for part in kept):
        return zero
    absorbed = [part for part in kept if not (isinstance(part, other) and any(inner in kept for inner in part.parts))]
    if not absorbed:
        return unit
    if len(absorbed) == 1:
        return absorbed[0]
    return same(tuple(sorted(absorbed, key=_order)))


@lru_cache(maxsize=8192)
def _order(part: Residual) -> str:
    return repr(part)


def _flat(parts: Iterable[Residual], same: type[And | Or]) -> Iterator[Residual]:
    for part in parts:
        if isinstance(part, same):
            yield from part.parts
        else:
            yield part


def is_literal(term: Term) -> bool:
    return not isinstance(term, Fact | Bind | Context)


def compare(op: Literal["=", "<", "<=", ">", ">="], left: Term, right: Term) -> Residual:
    """A comparison in its one canonical form, so that equal meanings are equal values."""
    if op == "=":
        return _equal(left, right)
    if op == "<":
        return negation(compare(">=", left, right))
    if op == "<=":
        return negation(compare(">", left, right))
    if isinstance(left, int) and isinstance(right, int):
        return truth(left > right if op == ">" else left >= right)
    if op == ">" and isinstance(right, int):
        return Compare(">=", left, right + 1)
    return Compare(op, left, right)


def _equal(left: Term, right: Term) -> Residual:
    if is_literal(left) and is_literal(right):
        return truth(type(left) is type(right) and left == right)
    if left == right and not isinstance(left, Fact):
        return GRANTED
    first, second = sorted((left, right), key=_term_order)
    if isinstance(second, bool) and isinstance(first, Fact):
        return first if second else negation(first)
    return Compare("=", first, second)


def _term_order(term: Term) -> tuple[int, str]:
    return (0 if isinstance(term, Fact) else 2 if is_literal(term) else 1), repr(term)


def contains(members: Fact | Context | frozenset[Term], value: Term) -> Residual:
    """Membership; in a set that the policy spells out it becomes comparisons."""
    if isinstance(members, frozenset):
        return disjunction(_equal(value, member) for member in sorted(members, key=repr))
    return Contains(members, value)


def parts_of(residual: Residual) -> tuple[Residual, ...]:
    """The conjuncts of a formula."""
    return residual.parts if isinstance(residual, And) else (residual,)


def atoms(residual: Residual) -> tuple[Atom, ...]:
    """The distinct atoms of a formula, in the order in which they appear."""
    return tuple(dict.fromkeys(_atoms(residual)))


def _atoms(residual: Residual) -> Iterator[Atom]:
    match residual:
        case And(parts) | Or(parts):
            for part in parts:
                yield from _atoms(part)
        case Not(part):
            yield from _atoms(part)
        case Truth():
            return
        case _:
            yield residual


def facts_in(residual: Residual) -> frozenset[str]:
    """Names of the facts that the formula asks about."""
    return frozenset(name for atom in atoms(residual) for name in _facts_of(atom))


def _facts_of(atom: Atom) -> Iterator[str]:
    match atom:
        case Fact(name) | Has(name) | Known(name):
            yield name
        case Compare(_, left, right) | Contains(left, right):
            yield from (term.name for term in (left, right) if isinstance(term, Fact))


def binds_in(residual: Residual) -> frozenset[str]:
    """Names of the personal attributes that the formula compares with."""
    terms = (term for atom in atoms(residual) if isinstance(atom, Compare | Contains) for term in _terms(atom))
    return frozenset(term.name for term in terms if isinstance(term, Bind))


def _terms(atom: Compare | Contains) -> tuple[Term, Term]:
    return (atom.left, atom.right) if isinstance(atom, Compare) else (atom.set, atom.value)
