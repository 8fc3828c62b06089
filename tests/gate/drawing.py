"""Requesters and rows that nobody would think of, drawn from small domains.

Realistic rows are too weak to hold decisions against (a dropped core rule went unnoticed on them), so each fact is
drawn by itself; half of the rows are near to being granted, and in more than a fifth something is unknown or absent.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import product
from random import Random
from uuid import UUID

from hub.gate import DENIED, Gate, RequesterClass
from hub.gate.facts import FactSpec
from hub.gate.model import ATTRIBUTES, SPECIAL_GROUPS
from hub.identity.groups import Group
from hub.identity.model import Kind, PrincipalType
from tests.gate import real

Row = dict[str, object]
ME, ONE, TWO = (str(UUID(int=number)) for number in (1, 2, 3))
BINDS = {"glass": TWO, "municipality": "9901", "party": "PT", "person": ME, "unit": "U1"}

WORDS: dict[str, list[str]] = {
    "consented": [
        "AGREEMENT_TERMS",
        "HEALTH_NEED",
        "HOUSING_SUPPORT_NOTES",
        "LOAN_DEFAULT",
        "LOAN_DETAILS",
        "PLAN_STATUS",
    ],
    "creditorType": ["MUNICIPALITY", "BANK"],
    "mandates": ["CONSENT", "ECONOMY", "HOUSING", "PERSONAL"],
    "method": ["ALTINN", "IDPORTEN_UI", "NONE", "ORAL_WITNESSED", "PAPER_SCAN"],
    "municipalities": ["9901", "9902"],
    "shareLevel": ["CITIZEN", "INTERNAL", "PARTICIPANTS"],
}
_BY_TYPE: dict[str, list[object]] = {
    "Bool": [True, False],
    "Long": [0, 0, 0, 1, 2, 3],
    "Party": ["PT", "PT", "Q"],
    "Person": [ME, ONE, TWO],
    "Unit": ["U1", "U1", "U2"],
}
_SHARES = (1.0, 1.0, 0.95, 0.8, 0.5)
"""How many of the policies there are: in two of five gates all of them."""
_TEMPTED, _NEAR, _UNKNOWN, _ALONE = 0.2, 0.6, 0.28, 0.35
_DRAWN = (0, 1, 1, 1, 1, 2, 2, 3, 4)
"""How many facts are drawn in a row that is near to being granted."""
_OFTEN_EMPTY = {"guardians", "persons", "relatives"}
_SUITING: dict[str, object] = {
    "child": False,
    "creditorType": "MUNICIPALITY",
    "grade": 0,
    "handler": "U1",
    "shareLevel": "CITIZEN",
    "shielded": False,
}


@dataclass(frozen=True, kw_only=True)
class Trial:
    """One class of requesters and rows of one type."""

    who: RequesterClass
    resource: str
    actions: tuple[str, ...]
    rows: tuple[Row, ...]
    binds: dict[str, str]


def gate_of(rnd: Random) -> Gate:
    """The shipped policies, or a random part of them, in which other permits and forbids decide.

    In a fifth a permit opens everything: against that, forbids decide that are otherwise a second lock.
    """
    gate = real.tempted() if rnd.random() < _TEMPTED else real.gate()
    share = rnd.choice(_SHARES)
    kept = tuple(policy for policy in gate.policies if rnd.random() < share)
    return gate if len(kept) == len(gate.policies) else Gate(gate.model, kept)


def trials(gate: Gate, rnd: Random, count: int, rows: int) -> Iterator[Trial]:
    """Round after round over every kind and type that could ever meet; one trial in eight is of two that cannot."""
    meetings = list(meeting(gate))
    rnd.shuffle(meetings)
    for number in range(count):
        kind, resource = meetings[number % len(meetings)] if meetings else (Kind.NAV, "Case")
        if rnd.random() < 0.125:
            kind, resource = rnd.choice(list(Kind)), rnd.choice(sorted(gate.model.resources))
        yield trial(gate, rnd, kind, resource, rows)


def trial(gate: Gate, rnd: Random, kind: Kind, resource: str, rows: int) -> Trial:
    """A requester of the kind before rows of the type, asking for one action of each set that is decided alike."""
    who = requester(rnd, kind)
    facts = tuple(gate.model.resources[resource].facts.values())
    drawn = tuple(_row(rnd, facts, who) for _ in range(rows))
    actions = tuple(rnd.choice(alike) for alike in distinct_actions(gate, resource))
    return Trial(who=who, resource=resource, actions=actions, rows=drawn, binds=binds_of(who))


def binds_of(who: RequesterClass) -> dict[str, str]:
    """The personal attributes that the requester has, and the purpose, if one is stated."""
    held = {name: value for name, value in BINDS.items() if name in who.attributes}
    return held | ({"purpose": str(who.purpose)} if who.purpose is not None else {})


def meeting(gate: Gate) -> Iterator[tuple[Kind, str]]:
    """The kinds and types that some policy brings together."""
    for kind, resource in product(Kind, sorted(gate.model.resources)):
        who = gate.contract_class(kind)
        if any(gate.decide(who, alike[0]).residual != DENIED for alike in distinct_actions(gate, resource)):
            yield kind, resource


@lru_cache(maxsize=256)
def distinct_actions(gate: Gate, resource: str) -> tuple[tuple[str, ...], ...]:
    """The actions on a type in sets to which the same policies apply: those of a set are decided alike."""
    sets: dict[object, list[str]] = {}
    for name, spec in sorted(gate.model.actions.items()):
        if spec.resource == resource:
            sets.setdefault(frozenset(policy.id for policy in gate.applicable(name)), []).append(name)
    return tuple(tuple(names) for names in sets.values())


def requester(rnd: Random, kind: Kind) -> RequesterClass:
    """Mostly one as the register would make; now and then one that it never should, or who lacks something."""
    special = _some(rnd, SPECIAL_GROUPS.get(kind, ()), 0.6)
    who = real.asking(kind, _stated(rnd, kind), special=special, glass=rnd.random() < 0.3)
    who = replace(who, purpose=_junk(rnd, who.purpose), bases=who.bases - _some(rnd, who.bases, 0.03))
    if rnd.random() < 0.2:
        who = replace(who, assurance=rnd.choice([2, 3, 4]))
    if rnd.random() < 0.04:
        who = replace(who, groups=who.groups | {rnd.choice(list(Group))})
    if rnd.random() < 0.04:
        principal = rnd.choice(list(PrincipalType))
        who = replace(who, principal=principal, attributes=ATTRIBUTES[principal])
    if rnd.random() < 0.12:
        who = replace(who, attributes=who.attributes - _some(rnd, who.attributes, 0.5))
    return who


def _stated(rnd: Random, kind: Kind) -> str | None:
    """Mostly a purpose of the kind's own; sometimes none, or another's."""
    own = [code for code, (_, kinds) in real.purposes().items() if kind.value in kinds]
    return rnd.choice(own) if own and rnd.random() < 0.8 else rnd.choice([None, *real.purposes()])


def _junk(rnd: Random, purpose: object) -> str | None:
    return "JUNK" if purpose is not None and rnd.random() < 0.03 else purpose  # type: ignore[return-value]


def _some(rnd: Random, among: Sequence[str] | frozenset[str], share: float) -> frozenset[str]:
    return frozenset(one for one in sorted(among) if rnd.random() < share)


def _row(rnd: Random, facts: Sequence[FactSpec], who: RequesterClass) -> Row:
    """Six rows in ten suit the requester but for a fact or two; in the others each fact is drawn."""
    near = rnd.random() < _NEAR
    drawn = rnd.sample(facts, min(len(facts), rnd.choice(_DRAWN))) if near else facts
    row = {fact.name: _drawn(rnd, fact) if fact in drawn else suiting(fact) for fact in facts}
    scalars = [fact.name for fact in facts if not fact.is_set]
    if scalars and rnd.random() < _UNKNOWN:
        row[rnd.choice(scalars)] = None
    return without_what_cannot_be_looked_up(row, facts, who)


def without_what_cannot_be_looked_up(row: Row, facts: Sequence[FactSpec], who: RequesterClass) -> Row:
    """A set that is about the requester is empty where the requester lacks what it is looked up by."""
    held = who.attributes | ({"purpose"} if who.purpose is not None else frozenset())
    return row | {fact.name: [] for fact in facts if fact.is_set and not fact.needs <= held}


def suiting(fact: FactSpec) -> object:
    """The value that most permits ask for."""
    if fact.name in _OFTEN_EMPTY:
        return []
    if fact.is_set:
        return list(WORDS.get(fact.name, {"Set<Person>": [ME], "Set<Unit>": ["U1"]}.get(fact.type, ["PT"])))
    if fact.name in _SUITING:
        return _SUITING[fact.name]
    return {"Bool": True, "Person": ME}.get(fact.type, _BY_TYPE.get(fact.type, ["x"])[0])


def domain(fact: FactSpec) -> list[object]:
    """The values of a fact, or of its members."""
    inner = fact.type.removeprefix("Set<").removesuffix(">")
    return list(dict.fromkeys(WORDS.get(fact.name) or _BY_TYPE[inner]))


def _drawn(rnd: Random, fact: FactSpec) -> object:
    """A value; of a set often one member alone, so that it shows which one is asked for."""
    if not fact.is_set:
        return rnd.choice(WORDS.get(fact.name) or _BY_TYPE[fact.type])
    if rnd.random() < _ALONE:
        return [rnd.choice(domain(fact))]
    return [word for word in domain(fact) if rnd.random() < (0.15 if fact.name in _OFTEN_EMPTY else 0.5)]
