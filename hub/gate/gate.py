"""The gate itself: policies and a requester go in, decisions come out as values. It knows no connection and no HTTP."""

from __future__ import annotations

import hashlib
from collections import OrderedDict, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from hub.gate.cedar_schema import cedar_schema, groups_of
from hub.gate.facts import FACTS, Evidence
from hub.gate.lint import action_in_scope, check_policies, evidence_atoms
from hub.gate.model import (
    ALL_SPECIAL,
    ATTRIBUTES,
    KIND_GROUPS,
    PRINCIPALS,
    SPECIAL_GROUPS,
    UNKNOWN,
    Closing,
    Decision,
    GateModel,
    Grant,
    RequesterClass,
)
from hub.gate.partial import Outcome, may_apply, outcome_of
from hub.gate.residual import DENIED, Known, Residual, conjunction, disjunction, facts_in, negation
from hub.gate.source import Policy, read_policies
from hub.identity.model import Inquiry, Kind, PrincipalType, Requester

_PREFERENCE = (None, Evidence.AGREEMENT, Evidence.MANDATE, Evidence.CONSENT, Evidence.BREAK_GLASS)
"""On which ground a value is shown when several would do: the law first, then an agreement, a mandate, a consent, and a
break-glass only where nothing else would.
"""
_CLASSES = 128
"""How many classes of requesters are remembered for each kind of party. A class holds a few kilobytes."""

_Key = tuple[str, tuple[int, ...]]
_Party = tuple[PrincipalType, frozenset[str]]
"""What tells one kind of party from another: the groups that come with the kind, and not a person's special rights."""


@dataclass(frozen=True, slots=True)
class _Memory:
    """What was worked out for one class of requesters. `live` are the policies that are about it."""

    live: frozenset[int]
    outcomes: dict[tuple[str, int], Outcome] = field(default_factory=dict)
    decisions: dict[_Key, Decision] = field(default_factory=dict)


class Gate:
    """A loaded set of policies. Immutable but for what it remembers of earlier decisions."""

    def __init__(self, model: GateModel, policies: tuple[Policy, ...]) -> None:
        self.model = model
        self.policies = policies
        self.schema = cedar_schema(model)
        self.digest = _digest(self.schema, policies)
        self._facts = {name: spec.facts for name, spec in model.resources.items()}
        self._keys = {action: self._key(action) for action in model.actions}
        self._remembered: defaultdict[_Party, OrderedDict[RequesterClass, _Memory]] = defaultdict(OrderedDict)

    @classmethod
    def load(cls, model: GateModel, files: Mapping[str, str], bases: Collection[str] | None = None) -> Gate:
        """Read, check and compile the policies; with `bases`, only codes of that register may stand in @basis."""
        policies = read_policies(files)
        gate = cls(model, policies)
        check_policies(model, gate.schema, policies, bases)
        return gate

    def class_of(self, inquiry: Inquiry) -> RequesterClass:
        """What of a request changes the plan: which attributes there are, not their values: thousands share it."""
        requester, purpose = inquiry.requester, inquiry.purpose
        return RequesterClass(
            principal=requester.principal,
            groups=_groups(requester),
            attributes=_attributes(inquiry),
            purpose=None if purpose is None else purpose.code,
            bases=inquiry.bases,
            assurance=requester.assurance,
        )

    def contract_class(self, kind: Kind) -> RequesterClass:
        """Everything that a party of this kind could ever ask, on any purpose: what its contract is cut from."""
        principal = PRINCIPALS[kind]
        return RequesterClass(
            principal=principal,
            groups=KIND_GROUPS[kind] | SPECIAL_GROUPS.get(kind, frozenset()),
            attributes=ATTRIBUTES[principal],
            purpose=UNKNOWN,
            bases=UNKNOWN,
            assurance=UNKNOWN,
        )

    def decide(self, who: RequesterClass, action: str) -> Decision:
        """The decision on one action. An action that the model does not have is denied."""
        if action not in self._keys:
            return Decision(residual=DENIED)
        memory = self._memory(who)
        resource, indices = self._keys[action]
        key = resource, tuple(index for index in indices if index in memory.live)
        if key not in memory.decisions:
            memory.decisions[key] = self._decided(who, key, memory)
        return memory.decisions[key]

    def applicable(self, action: str) -> tuple[Policy, ...]:
        """The policies whose scope names the action or a group of it."""
        return tuple(self.policies[index] for index in self._keys[action][1]) if action in self._keys else ()

    def _memory(self, who: RequesterClass) -> _Memory:
        """Bounded for each kind of party, so that none can push out what another needs."""
        known = self._remembered[who.principal, who.groups - ALL_SPECIAL]
        if who not in known:
            live = (index for index, policy in enumerate(self.policies) if may_apply(policy, who))
            known[who] = _Memory(live=frozenset(live))
            if len(known) > _CLASSES:
                known.popitem(last=False)
        known.move_to_end(who)
        return known[who]

    def _key(self, action: str) -> _Key:
        """Actions on the same type under the same policies share a decision: hundreds of fields, tens of decisions."""
        names = groups_of(self.model, action) | {action}
        applying = (index for index, policy in enumerate(self.policies) if action_in_scope(policy.tree.action, names))
        return self.model.actions[action].resource, tuple(applying)

    def _outcome(self, who: RequesterClass, resource: str, index: int, memory: _Memory) -> Outcome:
        if (resource, index) not in memory.outcomes:
            memory.outcomes[resource, index] = outcome_of(self.policies[index], who, resource, self._facts[resource])
        return memory.outcomes[resource, index]

    def _decided(self, who: RequesterClass, key: _Key, memory: _Memory) -> Decision:
        resource, indices = key
        live = [(self.policies[index], self._outcome(who, resource, index, memory)) for index in indices]
        grants = [
            _grant(policy, outcome.holds)
            for policy, outcome in live
            if policy.effect == "permit" and outcome.holds != DENIED
        ]
        closings = [closing for closing in map(_closing, live) if closing.residual != DENIED]
        opened = disjunction(grant.residual for grant in grants)
        closed = disjunction(closing.residual for closing in closings)
        # INVARIANT: SQL's NULL fails open under NOT and OR, so every required fact must be known before any is weighed.
        guard = (Known(fact.name) for fact in self._facts[resource].values() if fact.is_required_scalar)
        return Decision(
            residual=conjunction((*guard, opened, negation(closed))),
            permits=tuple(sorted(grants, key=lambda grant: _PREFERENCE.index(grant.evidence))),
            forbids=tuple(closings),
        )


def _digest(schema: str, policies: tuple[Policy, ...]) -> str:
    content = "\0".join([schema, *(f"{policy.file}\0{policy.text}" for policy in policies)])
    return hashlib.sha256(content.encode()).hexdigest()


def _groups(requester: Requester) -> frozenset[str]:
    """The register's groups and those of the kind; of the special ones only those that the kind can have."""
    special = SPECIAL_GROUPS.get(requester.kind, frozenset())
    return KIND_GROUPS[requester.kind] | (requester.groups - (ALL_SPECIAL - special))


def _attributes(inquiry: Inquiry) -> frozenset[str]:
    requester = inquiry.requester
    held = {"glass": inquiry.glass, "person": requester.person, "party": requester.party, "unit": requester.unit}
    held |= {"municipality": requester.municipality}
    return frozenset(name for name in ATTRIBUTES[requester.principal] if held[name])


def _grant(policy: Policy, residual: Residual) -> Grant:
    atoms = evidence_atoms(residual)
    evidence = next((FACTS[name].evidence for atom in atoms for name in facts_in(atom)), None)
    return Grant(policy=policy.id, basis=policy.basis, residual=residual, evidence=evidence, evidence_atoms=atoms)


def _closing(live: tuple[Policy, Outcome]) -> Closing:
    """Where a forbid applies it closes, and where any policy cannot be decided."""
    policy, outcome = live
    applies = outcome.holds if policy.effect == "forbid" else DENIED
    return Closing(policy=policy.id, basis=policy.basis, residual=disjunction((applies, outcome.fails)))
