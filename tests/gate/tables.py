"""Truth tables: a formula on every combination of what its facts can be, all at once.

A fact's values are those that the oracle draws from; of a set every subset of the words that are asked for. Each
combination is one bit of a number. Whether an atom holds for a value is decided by the gate's own evaluation; `and`,
`or` and `not` are made bit by bit, three-valued: bits for true, bits for false, neither for unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations, product
from math import prod

from hub.gate import Residual, evaluate
from hub.gate.facts import FACTS, FactSpec
from hub.gate.residual import (
    And,
    Atom,
    Bind,
    Compare,
    Contains,
    Entity,
    Fact,
    Not,
    Or,
    Term,
    Truth,
    atoms,
    facts_in,
    negation,
)
from tests.gate.drawing import domain

Value = object
Asked = tuple[str, Value]
"""A fact and a value of it, or a member, that somebody asks for."""


@dataclass(frozen=True, eq=False)
class Table:
    """All combinations of the values of some facts."""

    values: Mapping[str, tuple[Value, ...]]
    binds: Mapping[str, str]
    _atoms: dict[Atom, tuple[int, int]] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        residuals: Iterable[Residual],
        binds: Mapping[str, str],
        *,
        also: Iterable[Asked] = (),
        with_unknown: bool = True,
    ) -> Table:
        """The table on which all of the formulas can be told apart, and what is asked beside them."""
        found = dict.fromkeys(atom for residual in residuals for atom in atoms(residual))
        asked = {*also, *(pair for atom in found for pair in _asked(atom, binds))}
        names = sorted({name for name, _ in asked})
        return cls({name: _values(FACTS[name], asked, with_unknown=with_unknown) for name in names}, binds)

    @cached_property
    def size(self) -> int:
        return prod(map(len, self.values.values()))

    @cached_property
    def everything(self) -> int:
        return (1 << self.size) - 1

    @cached_property
    def strides(self) -> Mapping[str, int]:
        """How far apart two combinations are that differ by one step in a fact."""
        found, stride = {}, 1
        for name, values in self.values.items():
            found[name] = stride
            stride *= len(values)
        return found

    def where(self, fact: str, number: int) -> int:
        """The combinations in which the fact has this one of its values."""
        stride = self.strides[fact]
        found = ((1 << stride) - 1) << (stride * number)
        filled = stride * len(self.values[fact])
        while filled < self.size:
            found |= found << filled
            filled *= 2
        return found & self.everything

    def row(self, number: int) -> dict[str, Value]:
        """One combination."""
        return {name: values[number // self.strides[name] % len(values)] for name, values in self.values.items()}

    def holds(self, residual: Residual) -> int:
        """The combinations in which the formula is known to hold."""
        return self._both(residual)[0]

    def _both(self, residual: Residual) -> tuple[int, int]:
        match residual:
            case Truth(value):
                return (self.everything, 0) if value else (0, self.everything)
            case Not(part):
                true, false = self._both(part)
                return false, true
            case And(parts):
                return self._all(parts)
            case Or(parts):
                false, true = self._all(map(negation, parts))
                return true, false
            case _:
                return self._atom(residual)

    def _all(self, parts: Iterable[Residual]) -> tuple[int, int]:
        true, false = self.everything, 0
        for part in parts:
            also, not_ = self._both(part)
            true, false = true & also, false | not_
        return true, false

    def where_all(self, names: Sequence[str], holds: Callable[[Mapping[str, Value]], bool]) -> int:
        """The combinations whose values of these facts are as the predicate has it."""
        found = 0
        for numbers in product(*(range(len(self.values[name])) for name in names)):
            if holds({name: self.values[name][number] for name, number in zip(names, numbers, strict=True)}):
                place = self.everything
                for name, number in zip(names, numbers, strict=True):
                    place &= self.where(name, number)
                found |= place
        return found

    def _atom(self, atom: Atom) -> tuple[int, int]:
        if atom not in self._atoms:
            names = sorted(facts_in(atom))
            contrary = negation(atom)
            self._atoms[atom] = (
                self.where_all(names, lambda known: evaluate(atom, known, self.binds)),  # type: ignore[arg-type]
                self.where_all(names, lambda known: evaluate(contrary, known, self.binds)),  # type: ignore[arg-type]
            )
        return self._atoms[atom]


def _asked(atom: Atom, binds: Mapping[str, str]) -> Iterator[Asked]:
    """Which facts an atom asks for, and which value of them."""
    match atom:
        case Contains(Fact(name), value):
            yield name, _value(value, binds)
        case Compare(_, left, right):
            for one, other in ((left, right), (right, left)):
                if isinstance(one, Fact):
                    yield one.name, None if isinstance(other, Fact) else _value(other, binds)
        case _:
            yield from ((name, None) for name in facts_in(atom))


def _value(term: Term, binds: Mapping[str, str]) -> Value:
    match term:
        case Bind(name):
            return binds[name]
        case Entity(_, id_):
            return id_
        case _:
            return term


def _values(fact: FactSpec, asked: Iterable[Asked], *, with_unknown: bool) -> tuple[Value, ...]:
    """What the fact can be. Absent, where it may be, or unknown, comes last."""
    named = sorted({value for name, value in asked if name == fact.name and value is not None}, key=str)
    if fact.is_set:
        return tuple(frozenset(some) for size in range(len(named) + 1) for some in combinations(named, size))
    found = dict.fromkeys([*domain(fact), *(value for value in named if type(value) is not int)])
    return (*found, None) if with_unknown or fact.optional else (*found,)
