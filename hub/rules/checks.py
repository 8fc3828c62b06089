"""What a set must stand before it may be put in force, beyond being read: every decision that it can come to is written
as SQL once, as the plans will write it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from hub.gate import AnchorFacts, Binds, Policy, PolicyError, RequesterClass, Residual, to_sql
from hub.identity.model import Kind
from hub.plan.model import REPORTS
from hub.rules import Rules
from schema.categories import Anchor

_ASSURANCES = (0, 3, 4)


def check_decisions(rules: Rules) -> None:
    """Raises `PolicyError` for the first policy whose condition has no SQL somewhere."""
    gate = rules.gate
    written: set[tuple[str, Residual]] = set()
    for who in _classes(rules):
        for action, spec in gate.model.actions.items():
            decision = gate.decide(who, action)
            for part in (*decision.permits, *decision.forbids):
                if (spec.resource, part.residual) not in written and spec.resource not in REPORTS:
                    _write(rules, spec.resource, part.residual, part.policy)
                    written.add((spec.resource, part.residual))


def _classes(rules: Rules) -> Iterator[RequesterClass]:
    """Each kind of party, on each purpose that it may state and on none, with each assurance that there is."""
    registers = rules.purposes
    for kind in Kind:
        purposes = [None, *(purpose for purpose in registers.purposes.values() if kind in purpose.kinds)]
        for purpose in purposes:
            bases = frozenset(registers.legal_bases.codes if purpose is None else purpose.bases)
            code = None if purpose is None else purpose.code
            for assurance in _ASSURANCES:
                yield replace(rules.gate.contract_class(kind), purpose=code, bases=bases, assurance=assurance)


def _write(rules: Rules, resource: str, residual: Residual, policy: str) -> None:
    for anchor in rules.gate.model.resources[resource].anchors:
        try:
            to_sql(residual, _facts(resource, anchor), Binds())
        except (ValueError, KeyError) as error:
            raise _error(rules, policy, f"its condition on {resource} has no SQL ({error}); use other facts") from error


def _facts(resource: str, anchor: Anchor) -> AnchorFacts:
    return AnchorFacts(anchor, resource, anchor_alias="a", row_alias="r", protection="p", binds=Binds())


def _error(rules: Rules, policy_id: str, what_to_do: str) -> PolicyError:
    policy: Policy = next(policy for policy in rules.gate.policies if policy.id == policy_id)
    return policy.error(what_to_do)
