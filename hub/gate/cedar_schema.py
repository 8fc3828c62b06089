"""The Cedar schema, generated: what a policy can name is what the GraphQL schema and the facts say, nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from hub.gate.facts import FactSpec
from hub.gate.model import GateModel
from hub.identity.groups import Group
from schema.categories import Anchor

ABOUT_A_PERSON = "about:person"
"""The group of all actions on rows about a person, filled here so that the core rules forget no type."""

_PRINCIPALS = "[Staff, System, Citizen]"
_HEAD = (
    "entity Party{Party};",
    "entity Unit;",
    "entity Person{Person};",
    "entity Staff in [Group] { person: Person, party: Party, unit: Unit, municipality: String, glass?: String };",
    "entity System in [Group] { party: Party };",
    "entity Citizen in [Group] { person: Person, party?: Party };",
    "type Request = { purpose?: String, bases: Set<String>, assurance: Long };",
)


def cedar_schema(model: GateModel) -> str:
    """The schema text, in a fixed order."""
    return "\n".join([*_entities(model), *_groups(model), *_actions(model)]) + "\n"


def _entities(model: GateModel) -> Iterator[str]:
    yield "entity Group enum [" + ", ".join(f'"{group.value}"' for group in Group) + "];"
    shapes = {name: " " + _shape(spec.facts.values()) for name, spec in model.resources.items()}
    for line in _HEAD:
        yield line.replace("{Party}", shapes.get("Party", "")).replace("{Person}", shapes.get("Person", ""))
    for name in sorted(model.resources):
        if name not in ("Party", "Person"):
            yield f"entity {name}{shapes[name]};"


def _shape(facts: Iterable[FactSpec]) -> str:
    return "{ " + ", ".join(f"{fact.name}{'?' if fact.optional else ''}: {fact.type}" for fact in facts) + " }"


def parents(group: str) -> tuple[str, ...]:
    """`read:RENT` is in `read`."""
    prefix, colon, _ = group.partition(":")
    return (prefix,) if colon and group != ABOUT_A_PERSON else ()


def groups_of(model: GateModel, action: str) -> frozenset[str]:
    """All groups that an action is in, near and far."""
    spec = model.actions[action]
    near = {*spec.groups, *(group for group in spec.groups for group in parents(group))}
    anchors = model.resources[spec.resource].anchors
    return frozenset(near | ({ABOUT_A_PERSON} if anchors & {Anchor.CASE, Anchor.PERSON} else set()))


def _groups(model: GateModel) -> Iterator[str]:
    named = {group for spec in model.actions.values() for group in spec.groups}
    near = {*named, *(parent for group in named for parent in parents(group)), ABOUT_A_PERSON}
    for group in sorted(near - model.actions.keys()):
        above = ", ".join(f'"{parent}"' for parent in parents(group))
        yield f'action "{group}"' + (f" in [{above}];" if above else ";")


def _actions(model: GateModel) -> Iterator[str]:
    for action in sorted(model.actions):
        above = ", ".join(f'"{group}"' for group in sorted(groups_of(model, action)))
        resource = model.actions[action].resource
        applies = f"appliesTo {{ principal: {_PRINCIPALS}, resource: [{resource}], context: Request }}"
        yield f'action "{action}"' + (f" in [{above}] " if above else " ") + f"{applies};"
