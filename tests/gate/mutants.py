"""Faults in policies, planted one by one: what a slip of the pen, or of a merge, would leave behind.

A mutant is real Cedar text again, so that it goes through the same reading and checking as what is shipped.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from cedarpy import policies_from_json_str, policies_to_json_str

from hub.gate import Gate, Policy
from hub.gate.source import read_policies
from hub.identity.groups import Group
from tests.gate.drawing import WORDS

Node = Any


class Fault(StrEnum):
    """What is wrong with a mutant."""

    DROPPED = "policy dropped"
    FLIPPED = "effect flipped"
    CONDITION_DROPPED = "condition dropped"
    CONDITION_NEGATED = "condition negated"
    CONSTANT_CHANGED = "constant changed"
    GROUP_WIDENED = "group widened"
    ACTION_WIDENED = "action widened to its group"
    ACTION_DROPPED = "action dropped"
    RESOURCE_WIDENED = "type of row forgotten"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """A policy with one fault. Without a text the policy is gone."""

    policy: str
    fault: Fault
    what: str
    text: str | None

    def read(self) -> Policy | None:
        """The faulty policy. Raises PolicyError if it is none."""
        return None if self.text is None else read_policies({"mutant.cedar": self.text})[0]


def mutants(gate: Gate, policy: Policy) -> Iterator[Mutant]:
    """Every mutant of a policy."""
    yield Mutant(policy=policy.id, fault=Fault.DROPPED, what="all of it", text=None)
    written = json.loads(policies_to_json_str(policy.text))
    (tree,) = written["staticPolicies"].values()
    seen = {_text(written, tree)}
    for fault, what, changed in _changed(gate, tree):
        text = _text(written, changed)
        if text not in seen:
            seen.add(text)
            yield Mutant(policy=policy.id, fault=fault, what=what, text=text)


def _text(written: Node, tree: Node) -> str:
    return policies_from_json_str(json.dumps({**written, "staticPolicies": {"policy0": tree}}))


def _changed(gate: Gate, tree: Node) -> Iterator[tuple[Fault, str, Node]]:
    flipped = "forbid" if tree["effect"] == "permit" else "permit"
    yield Fault.FLIPPED, f"to {flipped}", {**tree, "effect": flipped}
    yield from _principals(tree)
    yield from _actions(gate, tree)
    if tree["resource"]["op"] != "All":
        yield Fault.RESOURCE_WIDENED, tree["resource"]["entity_type"], {**tree, "resource": {"op": "All"}}
    for place, leaf in _leaves(tree):
        said = _said(leaf)
        for value in (True, False):
            yield Fault.CONDITION_DROPPED, f"{said} → {value}", _with(tree, place, {"Value": value})
        yield Fault.CONDITION_NEGATED, said, _with(tree, place, {"!": {"arg": leaf}})
    for place, literal in _literals(tree):
        for other in _others(literal, _fact_beside(tree, place)):
            yield Fault.CONSTANT_CHANGED, f"{_said(literal)} → {_said(other)}", _with(tree, place, other)


def _principals(tree: Node) -> Iterator[tuple[Fault, str, Node]]:
    scope = tree["principal"]
    if scope["op"] == "is" and "in" in scope:
        only = {"op": "is", "entity_type": scope["entity_type"]}
        yield Fault.GROUP_WIDENED, f"{scope['in']['entity']['id']} → all", {**tree, "principal": only}
        only = {"op": "in", "entity": scope["in"]["entity"]}
        yield Fault.GROUP_WIDENED, f"{scope['entity_type']} → any", {**tree, "principal": only}
    if scope["op"] != "All":
        yield Fault.GROUP_WIDENED, "everybody", {**tree, "principal": {"op": "All"}}


def _actions(gate: Gate, tree: Node) -> Iterator[tuple[Fault, str, Node]]:
    scope = tree["action"]
    named = [one["id"] for one in scope.get("entities", [scope.get("entity")] if "entity" in scope else [])]
    for number, name in enumerate(named):
        for wider in _wider(gate, name):
            ids = [*named[:number], wider, *named[number + 1 :]]
            yield Fault.ACTION_WIDENED, f"{name} → {wider}", {**tree, "action": _in_actions(ids)}
        if len(named) > 1:
            ids = [*named[:number], *named[number + 1 :]]
            yield Fault.ACTION_DROPPED, name, {**tree, "action": _in_actions(ids)}


def _wider(gate: Gate, name: str) -> tuple[str, ...]:
    """The groups just above an action or a group: the category of a field, and of a category all of them."""
    spec = gate.model.actions.get(name)
    if spec is not None:
        return spec.groups
    above = name.partition(":")[0]
    return (above,) if ":" in name and above != "about" else ()


def _in_actions(names: list[str]) -> Node:
    return {"op": "in", "entities": [{"type": "Action", "id": name} for name in names]}


def _leaves(tree: Node) -> Iterator[tuple[tuple[object, ...], Node]]:
    """The conditions of a policy: what stands between `&&`, `||` and `!`."""
    for number, clause in enumerate(tree["conditions"]):
        yield from _leaves_of(("conditions", number, "body"), clause["body"])


def _leaves_of(place: tuple[object, ...], node: Node) -> Iterator[tuple[tuple[object, ...], Node]]:
    (op, inside) = next(iter(node.items()))
    if op in ("&&", "||"):
        for side in ("left", "right"):
            yield from _leaves_of((*place, op, side), inside[side])
    elif op == "!":
        yield from _leaves_of((*place, op, "arg"), inside["arg"])
    else:
        yield place, node


def _literals(tree: Node) -> Iterator[tuple[tuple[object, ...], Node]]:
    stack: list[tuple[tuple[object, ...], Node]] = [(("conditions",), tree["conditions"])]
    while stack:
        place, node = stack.pop()
        if isinstance(node, dict) and "Value" in node:
            yield place, node
        elif isinstance(node, dict | list):
            items = node.items() if isinstance(node, dict) else enumerate(node)
            stack += [((*place, key), value) for key, value in items]


def _fact_beside(tree: Node, place: tuple[object, ...]) -> str:
    """The fact or attribute that a literal is compared with."""
    beside = _at(tree, place[:-1]).get("left", {}) if place[-1] == "right" else {}
    return str(beside.get(".", {}).get("attr", "")) if isinstance(beside, dict) else ""


def _others(literal: Node, fact: str) -> Iterator[Node]:
    value = literal["Value"]
    if isinstance(value, int):
        yield from ({"Value": value + step} for step in (-1, 1))
    elif isinstance(value, str):
        yield {"Value": next((word for word in WORDS.get(fact, ()) if word != value), "JUNK")}
    else:
        groups = sorted(group.value for group in Group)
        after = groups[(groups.index(value["__entity"]["id"]) + 1) % len(groups)]
        yield {"Value": {"__entity": {"type": "Group", "id": after}}}


def _at(node: Node, place: tuple[object, ...]) -> Node:
    for step in place:
        node = node[step]
    return node


def _with(tree: Node, place: tuple[object, ...], value: Node) -> Node:
    changed = copy.deepcopy(tree)
    _at(changed, place[:-1])[place[-1]] = value
    return changed


def _said(node: Node) -> str:
    """A condition in few words."""
    match node:
        case {"Value": {"__entity": entity}}:
            return str(entity["id"])
        case {"Value": value}:
            return json.dumps(value)
        case {"Var": name}:
            return str(name)
        case {".": {"left": left, "attr": attr}}:
            return f"{_said(left)}.{attr}"
        case {"has": {"left": left, "attr": attr}}:
            return f"{_said(left)} has {attr}"
        case {"is": {"left": left, "entity_type": type_}}:
            return f"{_said(left)} is {type_}"
        case {"Set": members}:
            return f"[{', '.join(map(_said, members))}]"
        case _:
            (op, sides) = next(iter(node.items()))
            return f"{_said(sides['left'])} {op} {_said(sides['right'])}"
