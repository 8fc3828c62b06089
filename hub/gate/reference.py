"""The reference engine of Cedar, asked about one request: the second opinion on what the gate says."""

from __future__ import annotations

from collections.abc import Mapping

from cedarpy import PolicySet, is_authorized

from hub.gate.cedar_schema import groups_of
from hub.gate.evaluation import Scalar, Value
from hub.gate.facts import FactSpec
from hub.gate.gate import Gate
from hub.gate.model import UNKNOWN, RequesterClass

_ENTITIES = frozenset({"Party", "Person", "Unit"})
_OWN: Mapping[str, str] = {"party": "Party", "person": "Person", "unit": "Unit"}


class Reference:
    """The engine over the policies of one gate."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self._policies = PolicySet.from_str("\n".join(policy.text for policy in gate.policies))

    def allows(self, who: RequesterClass, action: str, facts: Mapping[str, Value], binds: Mapping[str, Scalar]) -> bool:
        """What the engine decides; denied where it reports an error, or where a required fact is not known."""
        spec = self._gate.model.actions[action]
        known = self._gate.model.resources[spec.resource].facts
        if any(facts.get(fact.name) is None for fact in known.values() if fact.is_required_scalar):
            return False
        request = {
            "principal": {"type": who.principal.value, "id": "me"},
            "action": {"type": "Action", "id": action},
            "resource": {"type": spec.resource, "id": "row"},
            "context": _context(who),
        }
        entities = [_principal(who, binds), _row(spec.resource, known, facts), _action(self._gate, action)]
        answer = is_authorized(request, self._policies, entities)
        return answer.allowed and not answer.diagnostics.errors


def _context(who: RequesterClass) -> dict[str, object]:
    if who.bases is UNKNOWN or who.assurance is UNKNOWN or who.purpose is UNKNOWN:
        raise ValueError("the engine is asked about a whole request")
    context: dict[str, object] = {"bases": sorted(who.bases), "assurance": who.assurance}
    return context if who.purpose is None else {**context, "purpose": who.purpose}


def _principal(who: RequesterClass, binds: Mapping[str, Scalar]) -> dict[str, object]:
    attributes = {name: _entity(_OWN[name], binds[name]) if name in _OWN else binds[name] for name in who.attributes}
    parents = [{"type": "Group", "id": group} for group in sorted(who.groups)]
    return {"uid": {"type": who.principal.value, "id": "me"}, "attrs": attributes, "parents": parents}


def _row(resource: str, known: Mapping[str, FactSpec], facts: Mapping[str, Value]) -> dict[str, object]:
    attributes = {name: _value(spec, facts[name]) for name, spec in known.items() if facts.get(name) is not None}
    return {"uid": {"type": resource, "id": "row"}, "attrs": attributes, "parents": []}


def _action(gate: Gate, action: str) -> dict[str, object]:
    parents = [{"type": "Action", "id": group} for group in sorted(groups_of(gate.model, action))]
    return {"uid": {"type": "Action", "id": action}, "attrs": {}, "parents": parents}


def _value(spec: FactSpec, value: Value) -> object:
    inner = spec.type.removeprefix("Set<").removesuffix(">")
    if isinstance(value, frozenset):
        return [_entity(inner, member) for member in sorted(map(str, value))]
    return _entity(inner, value)


def _entity(type_: str, value: object) -> object:
    return {"__entity": {"type": type_, "id": str(value)}} if type_ in _ENTITIES else value
