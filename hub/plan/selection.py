"""What an operation selects, with fragments unfolded, directives applied and repeated fields merged."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    BooleanValueNode,
    DirectiveNode,
    FieldNode,
    FragmentSpreadNode,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    SelectionNode,
    SelectionSetNode,
    VariableNode,
    get_named_type,
)
from graphql.type import is_abstract_type

from hub.operation.document import Operation

_KEPT = 4
_LARGEST = 500
"""How many selections are kept of one operation, and of how many fields at most: a small document can unfold to many
thousands. What is not kept is worked out again.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Selected:
    """A field of the answer: its key, its name, the document's nodes for it, and what is selected below it."""

    key: str
    name: str
    nodes: tuple[FieldNode, ...]
    below: tuple[Selected, ...] = field(default=())

    @property
    def is_introspection(self) -> bool:
        return self.name in ("__schema", "__type")


def select(operation: Operation, switches: Mapping[str, Any]) -> tuple[Selected, ...]:
    """The selection at the root. `switches` are the values of variables that @skip and @include look at.

    It depends on nothing else, so that it is kept with the operation.
    """
    key = tuple(bool(switches[name]) for name in operation.switches)
    kept = operation.selections
    found: tuple[Selected, ...] | None = kept.get(key)
    if found is not None:
        kept.move_to_end(key)
        return found
    root = operation.contract.get_root_type(operation.definition.operation)
    if root is None:
        return ()
    selection = _Selection(operation, switches)
    selected = selection.at(root, [operation.definition.selection_set])
    if selection.fields <= _LARGEST:
        kept[key] = selected
        if len(kept) > _KEPT:
            kept.popitem(last=False)
    return selected


class _Selection:
    def __init__(self, operation: Operation, switches: Mapping[str, Any]) -> None:
        self._contract: GraphQLSchema = operation.contract
        self._fragments = operation.fragments
        self._switches = switches
        self.fields = 0

    def at(self, parent: GraphQLObjectType, sets: Iterable[SelectionSetNode]) -> tuple[Selected, ...]:
        found: dict[str, list[FieldNode]] = {}
        for selected in sets:
            self._collect(parent, selected.selections, found)
        return tuple(self._merged(parent, key, nodes) for key, nodes in found.items())

    def _merged(self, parent: GraphQLObjectType, key: str, nodes: list[FieldNode]) -> Selected:
        self.fields += 1
        name = nodes[0].name.value
        definition = parent.fields.get(name)
        target = get_named_type(definition.type) if definition else None
        below: tuple[Selected, ...] = ()
        if isinstance(target, GraphQLObjectType):
            below = self.at(target, [node.selection_set for node in nodes if node.selection_set])
        return Selected(key=key, name=name, nodes=tuple(nodes), below=below)

    def _collect(
        self, parent: GraphQLObjectType, selections: Sequence[SelectionNode], found: dict[str, list[FieldNode]]
    ) -> None:
        for node in selections:
            if not self._is_on(node.directives or ()):
                continue
            if isinstance(node, FieldNode):
                found.setdefault((node.alias or node.name).value, []).append(node)
            elif isinstance(node, InlineFragmentNode):
                if node.type_condition is None or self._applies(parent, node.type_condition.name.value):
                    self._collect(parent, node.selection_set.selections, found)
            elif isinstance(node, FragmentSpreadNode):
                fragment = self._fragments[node.name.value]
                if self._applies(parent, fragment.type_condition.name.value):
                    self._collect(parent, fragment.selection_set.selections, found)

    def _applies(self, parent: GraphQLObjectType, condition: str) -> bool:
        if condition == parent.name:
            return True
        type_ = self._contract.get_type(condition)
        return type_ is not None and is_abstract_type(type_) and self._contract.is_sub_type(type_, parent)

    def _is_on(self, directives: Iterable[DirectiveNode]) -> bool:
        for directive in directives:
            name = directive.name.value
            if name in ("skip", "include") and directive.arguments:
                is_true = self._switch(directive.arguments[0].value)
                if is_true == (name == "skip"):
                    return False
        return True

    def _switch(self, value: object) -> bool:
        if isinstance(value, VariableNode):
            return bool(self._switches[value.name.value])
        return isinstance(value, BooleanValueNode) and value.value
