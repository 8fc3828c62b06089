"""What notices a fault in a policy: the check before it is loaded, the cases, the oracle.

The sound gate stands in for the reference engine, as the oracle holds them to be the same; where a mutant differs from
it on a drawn row, the engine is asked about that row as well.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import chain, combinations
from random import Random

from hub.gate import Decision, Gate, Policy, RequesterClass, Residual, evaluate
from hub.gate.cedar_schema import groups_of
from hub.gate.gate import _Memory
from hub.gate.lint import action_in_scope, check_policies
from hub.gate.model import SPECIAL_GROUPS
from hub.gate.partial import Outcome, may_apply, outcome_of
from hub.gate.source import PolicyError
from hub.identity.model import Kind, PrincipalType
from tests.gate import real
from tests.gate.drawing import BINDS, Trial, distinct_actions, trials
from tests.gate.mutants import Mutant
from tests.gate.oracle import plain
from tests.gate.reference import Asked, Reference
from tests.gate.tables import Table
from tests.policies.cases import ALL, comes_out, gate_for

TRIALS, ROWS = 8_000, 24


class Planted(Gate):
    """A gate with one policy replaced or gone. What the others come to is taken over from the sound one."""

    def __init__(self, sound: Gate, at: int, policy: Policy | None) -> None:
        self.__dict__.update(sound.__dict__)
        self._sound, self._at = sound, at
        kept = policy or sound.policies[at]
        self.policies = (*sound.policies[:at], kept, *sound.policies[at + 1 :])
        names = set() if policy is None else {name for name in self.model.actions if _is_about(self, policy, name)}
        self._keys = {name: self._replaced(key, name in names) for name, key in sound._keys.items()}
        self.touched = {name for name, key in sound._keys.items() if at in key[1] or name in names}
        self._memories: dict[RequesterClass, _Memory] = {}

    def concerns(self, who: RequesterClass) -> bool:
        """Whether the policy, faulty or sound, is about such requesters at all."""
        return self._at in _live(self._sound, who) or may_apply(self.policies[self._at], who)

    def _replaced(self, key: tuple[str, tuple[int, ...]], applies: bool) -> tuple[str, tuple[int, ...]]:
        others = [index for index in key[1] if index != self._at]
        return key[0], tuple(sorted([*others, self._at] if applies else others))

    def _memory(self, who: RequesterClass) -> _Memory:
        if who not in self._memories:
            others = _live(self._sound, who) - {self._at}
            own = {self._at} if may_apply(self.policies[self._at], who) else set()
            self._memories[who] = _Memory(live=frozenset(others | own))
        return self._memories[who]

    def _outcome(self, who: RequesterClass, resource: str, index: int, memory: _Memory) -> Outcome:
        of = self if index == self._at else self._sound
        return _outcome(of, who, resource, index)


def _is_about(gate: Gate, policy: Policy, action: str) -> bool:
    return action_in_scope(policy.tree.action, groups_of(gate.model, action) | {action})


@lru_cache(maxsize=20_000)
def _live(gate: Gate, who: RequesterClass) -> frozenset[int]:
    return frozenset(index for index, policy in enumerate(gate.policies) if may_apply(policy, who))


@lru_cache(maxsize=400_000)
def _outcome(gate: Gate, who: RequesterClass, resource: str, index: int) -> Outcome:
    return outcome_of(gate.policies[index], who, resource, gate.model.resources[resource].facts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What noticed the mutant. `is_idle`: no decision of anybody whom the register can make is another than before."""

    mutant: Mutant
    refused: bool = False
    by_cases: bool = False
    by_oracle: bool = False
    is_idle: bool = False


@dataclass(frozen=True, slots=True)
class Pool:
    """Requesters and rows before one gate, and what it decides."""

    gate: Gate
    trials: tuple[Trial, ...]
    decisions: tuple[tuple[Decision, ...], ...]


@lru_cache
def pools() -> tuple[Pool, ...]:
    """Of the shipped policies, and of the same beside a permit that opens everything."""
    return tuple(_pool(gate, seed) for seed, gate in ((7, real.gate()), (8, real.tempted())))


def _pool(gate: Gate, seed: int) -> Pool:
    drawn = tuple(trials(gate, Random(seed), TRIALS, ROWS))
    return Pool(gate, drawn, tuple(tuple(gate.decide(one.who, name) for name in one.actions) for one in drawn))


def verdict(mutant: Mutant) -> Verdict:
    """Plant the mutant and see who notices."""
    try:
        policy = mutant.read()
        if policy is not None:
            check_policies(real.model(), real.gate().schema, (policy,), real.basis_codes())
    except PolicyError:
        return Verdict(mutant=mutant, refused=True)
    by_oracle = any(is_noticed(pool, mutant, policy) for pool in pools())
    is_idle = not by_oracle and not _has_effect(plant(real.gate(), mutant, policy))
    return Verdict(mutant=mutant, by_cases=_fails_a_case(mutant, policy), by_oracle=by_oracle, is_idle=is_idle)


def plant(gate: Gate, mutant: Mutant, policy: Policy | None) -> Planted:
    """The gate with the mutant."""
    at = next(index for index, one in enumerate(gate.policies) if one.id == mutant.policy)
    return Planted(gate, at, policy)


def is_noticed(pool: Pool, mutant: Mutant, policy: Policy | None) -> bool:
    """Whether the mutant decides a drawn row otherwise than the reference engine does on the sound policies."""
    faulty = plant(pool.gate, mutant, policy)
    for held, decisions in zip(pool.trials, pool.decisions, strict=True):
        if not faulty.touched.isdisjoint(held.actions) and faulty.concerns(held.who):
            weighed = zip(held.actions, decisions, strict=True)
            if any(action in faulty.touched and _differs(faulty, held, action, sound) for action, sound in weighed):
                return True
    return False


def _differs(faulty: Planted, held: Trial, action: str, sound: Decision) -> bool:
    other = faulty.decide(held.who, action).residual
    if other == sound.residual:
        return False
    for number, row in enumerate(map(plain, held.rows)):
        answer = evaluate(other, row, held.binds)  # type: ignore[arg-type]
        if answer is not evaluate(sound.residual, row, held.binds):  # type: ignore[arg-type]
            asked = Asked(number, action)
            return _reference(faulty._sound).decided(held, [asked], set())[asked] is not answer
    return False


@lru_cache
def _reference(gate: Gate) -> Reference:
    return Reference(gate)


def _fails_a_case(mutant: Mutant, policy: Policy | None) -> bool:
    faulty = {gate: plant(gate, mutant, policy) for gate in (real.gate(), real.tempted())}
    return any(
        any(str(side["action"]) in faulty[gate_for(case)].touched for side in case.sides)
        and not comes_out(faulty[gate_for(case)], case)
        for case in ALL
    )


@lru_cache
def everybody() -> tuple[RequesterClass, ...]:
    """Every class of requesters that the register can make: kind, purpose, special rights, level, break-glass."""
    return tuple(chain.from_iterable(map(_of_kind, Kind)))


def _of_kind(kind: Kind) -> Iterator[RequesterClass]:
    special = sorted(SPECIAL_GROUPS.get(kind, ()))
    own = [code for code, (_, kinds) in real.purposes().items() if kind.value in kinds]
    for purpose in (None, *own):
        for size in range(len(special) + 1):
            for held in combinations(special, size):
                who = real.asking(kind, purpose, special=frozenset(held))
                levels = (2, 3, 4) if who.principal is PrincipalType.CITIZEN else (0,)
                yield from (replace(who, assurance=level) for level in levels)
                if who.principal is PrincipalType.STAFF:
                    yield real.asking(kind, purpose, special=frozenset(held), glass=True)


def _has_effect(faulty: Planted) -> bool:
    """Whether there is a requester and a combination of facts that is decided otherwise, out of all that there are."""
    resources = {faulty.model.actions[name].resource for name in faulty.touched}
    actions = [alike[0] for name in sorted(resources) for alike in distinct_actions(faulty, name)]
    return any(
        _is_other(faulty.decide(who, action).residual, faulty._sound.decide(who, action).residual)
        for who in everybody()
        if faulty.concerns(who)
        for action in actions
        if action in faulty.touched
    )


@lru_cache(maxsize=100_000)
def _is_other(one: Residual, other: Residual) -> bool:
    if one == other:
        return False
    table = Table.of((one, other), {**BINDS, "purpose": ""})
    return table.holds(one) != table.holds(other)
