"""The reference engine over the policies of one gate: many rows of a trial at once."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from cedarpy import Entities, PolicySet, is_authorized_batch

from hub.gate import Gate
from hub.gate.cedar_schema import groups_of
from hub.gate.facts import FactSpec
from tests.gate.drawing import Row, Trial

_ENTITIES = ("Party", "Person", "Unit")
_OF_REQUESTER = {"party": "Party", "person": "Person", "unit": "Unit"}


@dataclass(frozen=True, slots=True)
class Asked:
    """One action on one row of a trial, by number."""

    row: int
    action: str


class Reference:
    """What the engine says. A request is denied if any policy errs or a fact that the row must have is unknown."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self._policies = PolicySet.from_str("\n".join(policy.text for policy in gate.policies))
        # Without the schema an unknown fact is an error of a policy, not of the request; so groups are given here.
        self._actions = {name: _actions(gate, name) for name in gate.model.resources}

    def expected(self, trial: Trial, deciding: set[str]) -> list[list[bool]]:
        """For each row of the trial an answer for each action."""
        asked = [Asked(row, action) for row in range(len(trial.rows)) for action in trial.actions]
        answers = self.decided(trial, asked, deciding)
        return [[answers[Asked(row, action)] for action in trial.actions] for row in range(len(trial.rows))]

    def decided(self, trial: Trial, asked: Sequence[Asked], deciding: set[str]) -> dict[Asked, bool]:
        """The answers to some of the trial's questions; `deciding` gathers the policies that made them."""
        facts = self._gate.model.resources[trial.resource].facts.values()
        known = [all(row[fact.name] is not None for fact in facts if fact.is_required_scalar) for row in trial.rows]
        weighed = [one for one in asked if known[one.row]]
        decided = dict.fromkeys(asked, False)
        if not weighed:
            return decided
        answers = is_authorized_batch(_requests(trial, weighed), self._policies, self._entities(trial))
        for one, answer in zip(weighed, answers, strict=True):
            decided[one] = answer.allowed and not answer.diagnostics.errors
            deciding |= set(answer.diagnostics.id_annotations_by_reason.values())
        return decided

    def _entities(self, trial: Trial) -> Entities:
        facts = tuple(self._gate.model.resources[trial.resource].facts.values())
        rows = [_entity(trial.resource, number, facts, row) for number, row in enumerate(trial.rows)]
        return self._actions[trial.resource].with_added_json_str(json.dumps([_principal(trial), *rows]))


def _requests(trial: Trial, asked: Sequence[Asked]) -> list[dict[str, object]]:
    who = trial.who
    context: dict[str, object] = {"bases": sorted(who.bases), "assurance": who.assurance}  # type: ignore[arg-type]
    if who.purpose is not None:
        context["purpose"] = who.purpose
    written = json.dumps(context)
    principal = {"type": who.principal.value, "id": "me"}
    return [
        {
            "principal": principal,
            "action": {"type": "Action", "id": one.action},
            "resource": {"type": trial.resource, "id": str(one.row)},
            "context": written,
        }
        for one in asked
    ]


def _actions(gate: Gate, resource: str) -> Entities:
    done_to_it = [name for name, spec in gate.model.actions.items() if spec.resource == resource]
    return Entities.from_json_str(json.dumps([_action(gate, name) for name in done_to_it]))


def _action(gate: Gate, name: str) -> dict[str, object]:
    parents = [{"type": "Action", "id": group} for group in sorted(groups_of(gate.model, name))]
    return {"uid": {"type": "Action", "id": name}, "attrs": {}, "parents": parents}


def _principal(trial: Trial) -> dict[str, object]:
    held = {name: trial.binds[name] for name in sorted(trial.who.attributes)}
    attributes = {name: _value_of(_OF_REQUESTER.get(name, "String"), value) for name, value in held.items()}
    parents = [{"type": "Group", "id": group} for group in sorted(trial.who.groups)]
    return {"uid": {"type": trial.who.principal.value, "id": "me"}, "attrs": attributes, "parents": parents}


def _entity(resource: str, number: int, facts: Sequence[FactSpec], row: Row) -> dict[str, object]:
    attributes = {fact.name: _value(fact, row[fact.name]) for fact in facts if row[fact.name] is not None}
    return {"uid": {"type": resource, "id": str(number)}, "attrs": attributes, "parents": []}


def _value(fact: FactSpec, value: object) -> object:
    inner = fact.type.removeprefix("Set<").removesuffix(">")
    return [_value_of(inner, member) for member in value] if isinstance(value, list) else _value_of(inner, value)


def _value_of(type_: str, value: object) -> object:
    return {"__entity": {"type": type_, "id": value}} if type_ in _ENTITIES else value
