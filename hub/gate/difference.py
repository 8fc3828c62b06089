"""What two sets of policies permit differently: exact, from their conditions, each with a request that shows it.

Two conditions that differ in writing and in no request are the same. A difference is told only after it was tried on
both sets, in the gate and in the reference engine.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import product

from hub.gate.assumption import assume
from hub.gate.evaluation import evaluate
from hub.gate.example import Example, example
from hub.gate.gate import Gate
from hub.gate.model import SPECIAL_GROUPS, Closing, Grant, RequesterClass
from hub.gate.openings import Asking, askings, over_rights, unguarded
from hub.gate.reference import Reference
from hub.gate.residual import (
    DENIED,
    GRANTED,
    Compare,
    Contains,
    Context,
    Residual,
    atoms,
    conjunction,
    negation,
)
from hub.identity.model import Kind, PrincipalType
from hub.identity.purposes import PurposeRegister

STEPS = 20_000
"""How far a search goes before it says that it does not know."""
_LEVELS = (2, 3, 4)


class Change(StrEnum):
    """What became of a request."""

    GAINED = "gained"
    LOST = "lost"


class UndecidedError(RuntimeError):
    """Two conditions differ in writing, and the search ended before it knew whether they do in meaning."""


class EnginesDisagreeError(RuntimeError):
    """The gate and the reference engine decide the same request differently: do not trust either."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """A set of policies with the registers that it stands on."""

    gate: Gate
    purposes: PurposeRegister


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request that comes out differently: who asks, with which special rights, for what, and the row.

    `by` are the permits that open it on the one side, `closed_by` the forbids that close it on the other.
    """

    purpose: str | None
    who: RequesterClass
    rights: frozenset[str]
    action: str
    conditions: tuple[Residual, ...]
    example: Example
    by: tuple[str, ...]
    closed_by: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What a kind of party gains or loses: the actions that change alike, and on which purposes."""

    kind: Kind
    change: Change
    actions: tuple[str, ...]
    purposes: tuple[str | None, ...]
    request: Request


def differences(before: Rules, after: Rules) -> Iterator[Difference]:
    """Every difference. Raises UndecidedError and EnginesDisagreeError rather than leave one out."""
    sides = (_Side(before), _Side(after))
    for kind in Kind:
        yield from _of_kind(kind, sides)


class _Side:
    """One set, ready to be asked."""

    def __init__(self, rules: Rules) -> None:
        self.gate = rules.gate
        self.reference = Reference(rules.gate)
        self.askings = {(one.kind, one.number): one for one in askings(rules.gate, rules.purposes)}
        self._known: dict[tuple[object, ...], Residual] = {}

    def ground(self, kind: Kind, number: str | None, action: str) -> tuple[object, ...]:
        """All that a decision is made of. Where both sets have the same, there is nothing to compare."""
        asking = self.askings.get((kind, number))
        applicable = (policy.text for policy in self.gate.applicable(action))
        return None if asking is None else asking.who, frozenset(applicable), action in self.gate.model.actions

    def condition(self, kind: Kind, number: str | None, action: str) -> Residual:
        """When the action is granted, special rights and level of assurance left open. A purpose that may not be stated
        opens nothing.
        """
        asking = self.askings.get((kind, number))
        if asking is None or action not in self.gate.model.actions:
            return DENIED
        applicable = frozenset(policy.id for policy in self.gate.applicable(action))
        key = kind, number, self.gate.model.actions[action].resource, applicable
        if key not in self._known:
            self._known[key] = self._condition(asking, action)
        return self._known[key]

    def _condition(self, asking: Asking, action: str) -> Residual:
        def decided(rights: frozenset[str]) -> Residual:
            who = replace(asking.who, groups=asking.who.groups | rights)
            return unguarded(self.gate.decide(who, action).residual)

        return over_rights(sorted(SPECIAL_GROUPS.get(asking.kind, ())), decided)

    def decides(self, who: RequesterClass, action: str, row: Example) -> tuple[bool, bool]:
        """What the gate decides of one request, and what the reference engine does."""
        if action not in self.gate.model.actions:
            return False, False
        ours = evaluate(self.gate.decide(who, action).residual, row.facts, row.binds)
        return ours, self.reference.allows(who, action, row.facts, row.binds)


def _of_kind(kind: Kind, sides: tuple[_Side, _Side]) -> Iterator[Difference]:
    numbers = sorted({n for side in sides for k, n in side.askings if k is kind}, key=lambda number: number or "")
    actions = sorted({*sides[0].gate.model.actions, *sides[1].gate.model.actions})
    found: dict[tuple[Change, str, Residual], list[tuple[str | None, str]]] = {}
    for number, action in product(numbers, actions):
        if sides[0].ground(kind, number, action) == sides[1].ground(kind, number, action):
            continue
        before, after = (side.condition(kind, number, action) for side in sides)
        if before != after:
            resource = _resource(sides, action)
            found.setdefault((Change.GAINED, resource, _but(after, before)), []).append((number, action))
            found.setdefault((Change.LOST, resource, _but(before, after)), []).append((number, action))
    for (change, resource, condition), where in found.items():
        closed, open_ = sides if change is Change.GAINED else sides[::-1]
        request = _shown(_Question(kind, resource, condition), where, open_, closed)
        if request is not None:
            yield Difference(
                kind=kind,
                change=change,
                actions=tuple(dict.fromkeys(action for _, action in where)),
                purposes=tuple(dict.fromkeys(number for number, _ in where)),
                request=request,
            )


def _resource(sides: Sequence[_Side], action: str) -> str:
    return next(side.gate.model.actions[action].resource for side in sides if action in side.gate.model.actions)


def _but(one: Residual, other: Residual) -> Residual:
    return conjunction((one, negation(other)))


@dataclass(frozen=True, slots=True)
class _Question:
    """Whether the condition, under which one side grants and the other does not, holds on any row of the type."""

    kind: Kind
    resource: str
    condition: Residual


def _shown(question: _Question, where: Sequence[tuple[str | None, str]], open_: _Side, closed: _Side) -> Request | None:
    """A request on which the condition holds, with every action and purpose tried on it; None where there is none."""
    number, action = where[0]
    asking = open_.askings[question.kind, number]
    facts = open_.gate.model.resources[question.resource].facts
    for held in _models(question.condition):
        who, rights = _requester(asking, held)
        row = example(held, facts, who)
        if row is not None:
            for one, other in where:
                _try(question.kind, one, other, (who, row), open_, closed)
            return _request(question.kind, number, action, (who, rights, held, row), open_, closed)
    return None


def _requester(asking: Asking, held: Sequence[Residual]) -> tuple[RequesterClass, frozenset[str]]:
    """Somebody of the class: with the special rights that the conditions name, at the lowest level that they allow."""
    rights = frozenset(str(part.value) for part in held if isinstance(part, Contains) and _is(part, "groups"))
    levels = [part.right for part in held if isinstance(part, Compare) and _is(part, "assurance")]
    is_person = asking.who.principal is PrincipalType.CITIZEN
    level = max([_LEVELS[0], *(int(str(level)) for level in levels)]) if is_person else 0
    return replace(asking.who, groups=asking.who.groups | rights, assurance=level), rights


def _is(atom: Residual, name: str) -> bool:
    return isinstance(atom, Compare | Contains) and Context(name) in (
        (atom.left,) if isinstance(atom, Compare) else (atom.set,)
    )


def _as_asked(who: RequesterClass, asking: Asking) -> RequesterClass:
    """The same somebody on another purpose, or under the registers of the other set: there are other bases there."""
    return replace(who, bases=asking.who.bases, purpose=asking.who.purpose)


def _try(
    kind: Kind, number: str | None, action: str, asked: tuple[RequesterClass, Example], open_: _Side, closed: _Side
) -> None:
    who, row = asked
    for side, wanted in ((open_, True), (closed, False)):
        asking = side.askings.get((kind, number))
        found = (False, False) if asking is None else side.decides(_as_asked(who, asking), action, row)
        if found != (wanted, wanted):
            raise EnginesDisagreeError(f"{action}: the condition says {wanted}, the gate and the engine say {found}")


def _request(
    kind: Kind,
    number: str | None,
    action: str,
    asked: tuple[RequesterClass, frozenset[str], tuple[Residual, ...], Example],
    open_: _Side,
    closed: _Side,
) -> Request:
    who, rights, held, row = asked
    there = closed.askings.get((kind, number))
    forbids = closed.gate.decide(_as_asked(who, there), action).forbids if there else ()
    return Request(
        purpose=number,
        who=who,
        rights=rights,
        action=action,
        conditions=held,
        example=row,
        by=_deciding(open_.gate.decide(who, action).permits, row),
        closed_by=_deciding(forbids, row),
    )


def _deciding(policies: Sequence[Grant] | Sequence[Closing], row: Example) -> tuple[str, ...]:
    return tuple(one.policy for one in policies if evaluate(one.residual, row.facts, row.binds))


def _models(condition: Residual) -> Iterator[tuple[Residual, ...]]:
    """Assignments of atoms under which the formula holds, less those that it does not take. Raises UndecidedError."""
    waiting: list[tuple[Residual, tuple[Residual, ...]]] = [(condition, ())]
    for _ in range(STEPS):
        if not waiting:
            return
        left, held = waiting.pop()
        if left == GRANTED:
            yield _needed(condition, held)
        elif left != DENIED:
            atom = atoms(left)[0]
            waiting += [(assume(left, [literal]), (*held, literal)) for literal in (atom, negation(atom))]
    raise UndecidedError(f"two conditions were compared for {STEPS} steps and are not settled")


def _needed(condition: Residual, held: tuple[Residual, ...]) -> tuple[Residual, ...]:
    kept = list(held)
    for literal in held:
        others = [other for other in kept if other != literal]
        if assume(condition, others) == GRANTED:
            kept = others
    return tuple(kept)
