"""Why a field is shown or not, leg by leg: each permit and forbid that is about the requester, and what of it holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import combinations

from hub.gate.facts import FACTS
from hub.gate.gate import Gate
from hub.gate.model import ALL_SPECIAL, SPECIAL_GROUPS, UNKNOWN, Closing, Grant, RequesterClass
from hub.gate.openings import over_rights, tidied
from hub.gate.residual import (
    DENIED,
    And,
    Atom,
    Compare,
    Contains,
    Context,
    Not,
    Or,
    Residual,
    Truth,
    atoms,
    disjunction,
    facts_in,
    parts_of,
)
from hub.gate.source import Policy
from hub.identity.model import Kind

Truths = Mapping[Atom, bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """One thing that a policy asks for. Nobody knows whether it holds where no row is looked at."""

    condition: Residual
    holds: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A policy that is about the requester and the action, with its legs."""

    policy: Policy
    legs: tuple[Leg, ...]

    @property
    def applies(self) -> bool | None:
        return _all(leg.holds for leg in self.legs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One of the actions that a field takes, with the policies about it and what the gate decides of them together."""

    action: str
    rules: tuple[Rule, ...]
    granted: bool | None


def steps_of(gate: Gate, action: str) -> tuple[str, ...]:
    """The actions that a field takes: that the row exists for the requester, and the value itself."""
    see = f"see:{gate.model.actions[action].resource}"
    return (see, action) if see in gate.model.actions and see != action else (action,)


def step(gate: Gate, kind: Kind, who: RequesterClass, action: str, truths: Truths) -> Step:
    """What stands for and against an action. Atoms of the row that `truths` leaves out stay open."""
    known = _asked(who, truths)
    rules = (
        Rule(policy=policy, legs=_legs(gate, (kind, who), action, policy, known)) for policy in gate.applicable(action)
    )
    return Step(
        action=action,
        rules=tuple(rule for rule in rules if rule.legs != (_NEVER,)),
        granted=_settled(gate.decide(who, action).residual, known),
    )


def atoms_of(gate: Gate, kind: Kind, who: RequesterClass, action: str) -> tuple[Atom, ...]:
    """Every atom of the row that an explanation may need: those of the policies, and of the gate's own guard."""
    rights = sorted(SPECIAL_GROUPS.get(kind, ()))
    subsets = [frozenset(some) for size in range(len(rights) + 1) for some in combinations(rights, size)]
    decisions = [gate.decide(one, action) for one in (who, *(_open(who, subset) for subset in subsets))]
    asked = (
        atom
        for decision in decisions
        for residual in (decision.residual, *(one.residual for one in (*decision.permits, *decision.forbids)))
        for atom in atoms(residual)
    )
    return tuple(dict.fromkeys(atom for atom in asked if facts_in(atom) and _can_be_looked_up(atom, who)))


def _can_be_looked_up(atom: Atom, who: RequesterClass) -> bool:
    """Whether the requester has what the fact is looked up by; without a purpose there is no consent for it."""
    held = who.attributes | ({"purpose"} if who.purpose is not None else frozenset())
    return all(FACTS[name].needs <= held for name in facts_in(atom))


_NEVER = Leg(condition=DENIED, holds=False)


def _legs(
    gate: Gate,
    requester: tuple[Kind, RequesterClass],
    action: str,
    policy: Policy,
    known: Callable[[Atom], bool | None],
) -> tuple[Leg, ...]:
    kind, who = requester

    def condition(groups: frozenset[str]) -> Residual:
        decision = gate.decide(_open(who, groups), action)
        found: tuple[Grant | Closing, ...] = decision.permits if policy.effect == "permit" else decision.forbids
        return disjunction(one.residual for one in found if one.policy == policy.id)

    whole = tidied(over_rights(sorted(SPECIAL_GROUPS.get(kind, ())), condition))
    return tuple(Leg(condition=part, holds=_settled(part, known)) for part in parts_of(whole))


def _open(who: RequesterClass, groups: frozenset[str]) -> RequesterClass:
    """The requester with these special rights and everything about the request left open, so that each leg is seen."""
    return replace(who, groups=(who.groups - ALL_SPECIAL) | groups, purpose=UNKNOWN, bases=UNKNOWN, assurance=UNKNOWN)


def _asked(who: RequesterClass, truths: Truths) -> Callable[[Atom], bool | None]:
    """What is known of an atom: from the request itself, else from the row."""

    def known(atom: Atom) -> bool | None:
        match atom:
            case Contains(Context("bases"), basis) if who.bases is not UNKNOWN:
                return basis in who.bases
            case Contains(Context("groups"), group):
                return group in who.groups
            case Compare("=", Context("purpose"), purpose) if who.purpose is not UNKNOWN:
                return who.purpose == purpose
            case Compare(op, Context("assurance"), int(level)) if isinstance(who.assurance, int):
                return who.assurance > level if op == ">" else who.assurance >= level
            case _ if not _can_be_looked_up(atom, who):
                return False
            case _:
                return truths.get(atom) if facts_in(atom) else None

    return known


def _settled(residual: Residual, known: Callable[[Atom], bool | None]) -> bool | None:
    match residual:
        case Truth(value):
            return value
        case Not(part):
            inner = known(part)
            return None if inner is None else not inner
        case And(parts):
            return _all(_settled(part, known) for part in parts)
        case Or(parts):
            return _any(_settled(part, known) for part in parts)
        case _:
            return known(residual)


def _all(values: Iterator[bool | None]) -> bool | None:
    found = set(values)
    return False if False in found else None if None in found else True


def _any(values: Iterator[bool | None]) -> bool | None:
    found = set(values)
    return True if True in found else None if None in found else False
