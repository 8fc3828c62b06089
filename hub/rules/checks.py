"""What a set must stand before it may be put in force, beyond being read: whatever its decisions may ask of a row, the
plans can ask in SQL.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from hub.gate import AnchorFacts, Binds, OpenContextError, PolicyError, RequesterClass, to_sql
from hub.gate.model import KIND_GROUPS
from hub.gate.residual import Atom, atoms
from hub.identity.model import Kind
from hub.plan.model import REPORTS
from hub.rules import Rules
from schema.categories import Anchor


def check_decisions(rules: Rules) -> None:
    """Raises `PolicyError` for the first policy with a condition that has no SQL."""
    gate = rules.gate
    seen: set[tuple[str, Atom]] = set()
    for who in _classes(rules):
        for action, spec in gate.model.actions.items():
            if spec.resource in REPORTS:
                # Judged when they arrive, on values and not on rows.
                continue
            decision = gate.decide(who, action)
            for part in (*decision.permits, *decision.forbids):
                for atom in atoms(part.residual):
                    if (spec.resource, atom) not in seen:
                        seen.add((spec.resource, atom))
                        _write(rules, spec.resource, atom, part.policy)


def _classes(rules: Rules) -> Iterator[RequesterClass]:
    """Each kind of party on any purpose, with its special groups and without: what a policy asks may hang on them."""
    for kind in Kind:
        who = rules.gate.contract_class(kind)
        yield who
        yield replace(who, groups=KIND_GROUPS[kind])


def _write(rules: Rules, resource: str, atom: Atom, policy: str) -> None:
    for anchor in rules.gate.model.resources[resource].anchors:
        try:
            to_sql(atom, _facts(resource, anchor), Binds())
        except OpenContextError:
            # About the request and not the row: known by the time that a plan is made.
            return
        except (ValueError, KeyError) as error:
            raise _error(rules, policy, f"its condition on {resource} has no SQL ({error}); use other facts") from error


def _facts(resource: str, anchor: Anchor) -> AnchorFacts:
    return AnchorFacts(anchor, resource, anchor_alias="a", row_alias="r", protection="p", binds=Binds())


def _error(rules: Rules, policy_id: str, what_to_do: str) -> PolicyError:
    return next(policy for policy in rules.gate.policies if policy.id == policy_id).error(what_to_do)
