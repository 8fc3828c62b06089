"""How an action opens to one kind of party on one purpose: each permit with the whole condition under which it opens.

Nothing here is about a person or a request: facts stay open, and what remains is the condition itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from hub.gate.assumption import assume, rewrite
from hub.gate.gate import Gate
from hub.gate.model import SPECIAL_GROUPS, UNKNOWN, Decision, RequesterClass
from hub.gate.residual import (
    DENIED,
    GRANTED,
    And,
    Contains,
    Context,
    Fact,
    Has,
    Known,
    Not,
    Or,
    Residual,
    compare,
    conjunction,
    disjunction,
    facts_in,
    negation,
    parts_of,
)
from hub.identity.model import Kind, Purpose
from hub.identity.purposes import PurposeRegister

Ways = Mapping[str, tuple[frozenset[str], ...]]
"""For each type, the types of rows that must be seen on the way to it: alternatives."""
Product = frozenset[Residual]
"""Atoms and their negations that hold together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """A kind of party on one purpose, or on none, with every basis that the purpose carries."""

    kind: Kind
    purpose: Purpose | None
    who: RequesterClass

    @property
    def number(self) -> str | None:
        return None if self.purpose is None else self.purpose.number


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """A permit, and the whole condition under which it opens: its own, what closes, and the way to the row."""

    policy: str
    basis: str
    condition: Residual


def askings(gate: Gate, purposes: PurposeRegister) -> tuple[Asking, ...]:
    """Every kind on every purpose that it may state, and on none. The day plays no part: each dated basis counts."""
    return tuple(asking for kind in Kind for asking in _askings(gate, purposes, kind))


def _askings(gate: Gate, purposes: PurposeRegister, kind: Kind) -> Iterator[Asking]:
    rows = [row for row in purposes.legal_bases.rows if row.valid_from is not None]
    always = frozenset(row.code for row in rows if row.without_purpose)
    dated = frozenset(row.code for row in rows)
    anything = gate.contract_class(kind)
    base = replace(anything, groups=anything.groups - SPECIAL_GROUPS.get(kind, frozenset()), assurance=UNKNOWN)
    yield Asking(kind=kind, purpose=None, who=replace(base, purpose=None, bases=always))
    for number in sorted(purposes.purposes):
        purpose = purposes.purposes[number]
        if kind in purpose.kinds:
            bases = always | (dated & frozenset(purpose.bases))
            yield Asking(kind=kind, purpose=purpose, who=replace(base, purpose=purpose.code, bases=bases))


class Openings:
    """Openings of any action, worked out once for actions that are decided alike."""

    def __init__(self, gate: Gate, ways: Ways) -> None:
        self.gate = gate
        self._ways = ways
        self._known: dict[tuple[object, ...], tuple[Opening, ...]] = {}

    def of(self, asking: Asking, action: str) -> tuple[Opening, ...]:
        resource = self.gate.model.actions[action].resource
        applicable = frozenset(policy.id for policy in self.gate.applicable(action))
        key = asking.kind, asking.number, resource, applicable
        if key not in self._known:
            self._known[key] = tuple(self._openings(asking, action))
        return self._known[key]

    def _openings(self, asking: Asking, action: str) -> Iterator[Opening]:
        special = tuple(sorted(SPECIAL_GROUPS.get(asking.kind, ())))
        resource = self.gate.model.actions[action].resource
        everything = self.gate.decide(replace(asking.who, groups=asking.who.groups | {*special}), action)
        bases = {grant.policy: grant.basis for grant in everything.permits}
        # A permit may need that a special right is missing, though none does today.
        bases |= {grant.policy: grant.basis for grant in self.gate.decide(asking.who, action).permits}
        for policy, basis in bases.items():

            def condition(groups: frozenset[str], policy: str = policy) -> Residual:
                who = replace(asking.who, groups=asking.who.groups | groups)
                return self._whole(who, resource, self.gate.decide(who, action), policy)

            whole = tidied(over_rights(special, condition))
            if whole != DENIED:
                yield Opening(policy=policy, basis=basis, condition=whole)

    def _whole(self, who: RequesterClass, resource: str, decision: Decision, policy: str) -> Residual:
        own = disjunction(grant.residual for grant in decision.permits if grant.policy == policy)
        closed = disjunction(closing.residual for closing in decision.forbids)
        return conjunction((own, negation(closed), self._seen(who, resource), self._way(who, resource)))

    def _seen(self, who: RequesterClass, resource: str) -> Residual:
        see = f"see:{resource}"
        return unguarded(self.gate.decide(who, see).residual) if see in self.gate.model.actions else GRANTED

    def _way(self, who: RequesterClass, resource: str) -> Residual:
        ways = self._ways.get(resource, (frozenset(),))
        return disjunction(conjunction(self._seen(who, step) for step in sorted(way)) for way in ways)


def unguarded(residual: Residual) -> Residual:
    """The formula on rows of which every fact is known."""
    return rewrite(residual, lambda part: GRANTED if isinstance(part, Known) else None)


def over_rights(special: Sequence[str], condition: Callable[[frozenset[str]], Residual]) -> Residual:
    """One formula for staff with and without each special right, which becomes an atom of it."""
    if not special:
        return condition(frozenset())
    first, rest = special[0], special[1:]
    having = over_rights(rest, lambda groups: condition(groups | {first}))
    lacking = over_rights(rest, condition)
    right = Contains(Context("groups"), first)
    if assume(having, [lacking]) == GRANTED:
        # Whoever lacks the right sees less: only what that takes more stands beside the right.
        more = [part for part in parts_of(lacking) if assume(part, [having]) != GRANTED]
        return conjunction((having, *(disjunction((part, right)) for part in more)))
    return disjunction((conjunction((right, having)), conjunction((negation(right), lacking))))


def tidied(residual: Residual) -> Residual:
    """Without conjuncts that the others imply, and without `has` where the value itself is asked for."""
    kept = list(parts_of(residual))
    for part in parts_of(residual):
        others = [other for other in kept if other is not part]
        if assume(part, others) == GRANTED or _is_implied(part, others):
            kept = others
    return conjunction(kept)


def _is_implied(part: Residual, others: Sequence[Residual]) -> bool:
    return isinstance(part, Has) and any(
        not isinstance(other, Not | Has | Or) and part.fact in facts_in(other) for other in others
    )


def products(residual: Residual) -> tuple[Product, ...]:
    """The alternatives of a formula, none of which contains another."""
    return tuple(sorted(_products(residual), key=lambda product: sorted(map(repr, product))))


@lru_cache(maxsize=4096)
def _products(residual: Residual) -> frozenset[Product]:
    if residual == DENIED:
        return frozenset()
    match residual:
        case Or(parts):
            return _least(product for part in parts for product in _products(part))
        case And(parts):
            joined = frozenset({Product()})
            for part in parts:
                both = (_together(one, other) for one in joined for other in _products(part))
                joined = _least(product for product in both if product is not None)
            return joined
        case _:
            return frozenset({Product() if residual == GRANTED else Product({residual})})


def _together(one: Product, other: Product) -> Product | None:
    """Both, or nothing where they exclude each other."""
    whole = conjunction((*one, *other))
    if whole == DENIED or any(
        assume(part, [rest for rest in parts_of(whole) if rest is not part]) == DENIED for part in parts_of(whole)
    ):
        return None
    return Product(part for part in parts_of(tidied(whole)) if part != GRANTED)


def _least(found: Iterator[Product]) -> frozenset[Product]:
    every = frozenset(found)
    return frozenset(product for product in every if not any(other < product for other in every))


def given(facts: Mapping[str, bool | int | str]) -> tuple[Residual, ...]:
    """What holds on rows on which the facts have these values."""
    return tuple(truth for name, value in facts.items() for truth in _given(name, value))


def _given(name: str, value: bool | int | str) -> Iterator[Residual]:
    if isinstance(value, bool):
        yield Fact(name) if value else Not(Fact(name))
    elif isinstance(value, int):
        for limit in range(1, 4):
            threshold = compare(">=", Fact(name), limit)
            yield threshold if value >= limit else negation(threshold)
    else:
        yield compare("=", Fact(name), value)
