"""A residual as a SQL predicate. It never yields NULL where the known-facts guard stands in front of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from hub.gate.facts import BINDS
from hub.gate.residual import (
    And,
    Atom,
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


class FactSql(Protocol):
    """How facts are read on the row at hand."""

    def scalar(self, fact: str) -> str:
        """An expression for a fact with one value."""
        ...

    def contains(self, fact: str, value_sql: str) -> str:
        """A two-valued expression: whether the set fact holds the value."""
        ...


class MissingBindError(ValueError):
    """A statement asks for a personal attribute that the requester does not have."""


class OpenContextError(ValueError):
    """A decision that leaves part of the request open, as a contract does, has no SQL."""


class Binds:
    """The parameters of a statement by name, in the order of their numbers. One name is one parameter."""

    def __init__(self) -> None:
        self._types: dict[str, str] = {}

    @property
    def names(self) -> list[str]:
        return list(self._types)

    def add(self, name: str, sql_type: str) -> str:
        """The placeholder for the parameter, with its type, so that two uses cannot disagree."""
        if self._types.setdefault(name, sql_type) != sql_type:
            raise ValueError(f"parameter {name} is both {self._types[name]} and {sql_type}")
        return f"${self.names.index(name) + 1}::{sql_type}"

    def values(self, given: Mapping[str, object]) -> list[object]:
        """The arguments in order. INVARIANT: none is NULL, since `NULL = anything` would leave a forbid undecided."""
        missing = [name for name in self._types if given.get(name) is None]
        if missing:
            raise MissingBindError(f"no value for {', '.join(missing)}")
        return [given[name] for name in self._types]


def to_sql(residual: Residual, facts: FactSql, binds: Binds) -> str:
    """The predicate. Conjuncts stand bare at the top, so that an index can serve each `EXISTS`."""

    def written(atom: Atom) -> str:
        return f"({_atom(atom, facts, binds)})"

    if isinstance(residual, And):
        return " AND ".join(_inner(part, written) for part in residual.parts)
    return _inner(residual, written)


def to_sql_whole(residual: Residual, facts: FactSql, binds: Binds, *, beside: str) -> str:
    """The predicate, and `beside` with it, where all of it is worked out whatever a part of it comes to.

    INVARIANT: what a row is found by is one of the parts. So it takes as long to find that there is no such row as to
    find that it may not be seen, for whichever reason.
    """
    names: dict[str, str] = {beside: "a0"}

    def named(atom: Atom) -> str:
        return names.setdefault(_atom(atom, facts, binds), f"a{len(names)}")

    formula = _inner(residual, named)
    columns = ", ".join(f"({sql}) AS {name}" for sql, name in names.items())
    return f"(SELECT a0 AND {formula} FROM (SELECT {columns} OFFSET 0) whole)"


def _inner(residual: Residual, written: Callable[[Atom], str]) -> str:
    match residual:
        case And(parts):
            return "(" + " AND ".join(_inner(part, written) for part in parts) + ")"
        case Or(parts):
            return "(" + " OR ".join(_inner(part, written) for part in parts) + ")"
        case Not(part):
            return f"(NOT {_inner(part, written)})"
        case Truth(value):
            return "true" if value else "false"
        case _:
            return written(residual)


def _atom(atom: Atom, facts: FactSql, binds: Binds) -> str:
    match atom:
        case Known(name) | Has(name):
            return f"{facts.scalar(name)} IS NOT NULL"
        case Fact(name):
            return facts.scalar(name)
        case Contains(Fact(name), value):
            return facts.contains(name, _term(value, facts, binds))
        case Contains():
            raise OpenContextError
        case Compare(op, left, right):
            return f"{_term(left, facts, binds)} {op} {_term(right, facts, binds)}"


def _term(term: Term, facts: FactSql, binds: Binds) -> str:
    match term:
        case Fact(name):
            return facts.scalar(name)
        case Bind(name):
            return binds.add(name, BINDS[name])
        case Context():
            raise OpenContextError
        case Entity(_, id_):
            return quoted(id_)
        case str():
            return quoted(term)
        case _:
            return str(term).lower()


def quoted(text: str) -> str:
    """A string literal. Policies hold no NUL; under standard_conforming_strings a backslash is plain."""
    return "'" + text.replace("'", "''") + "'"
