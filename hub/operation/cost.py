"""What a document may cost, worked out before it is unfolded: each fragment is measured once, so nesting them gains
nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    get_named_type,
    is_list_type,
)
from graphql.type import GraphQLField, GraphQLInterfaceType, GraphQLNamedType, GraphQLObjectType, get_nullable_type

from hub.operation.limits import Limits, hold

_TYPICAL_LIST = 5


@dataclass(frozen=True, slots=True)
class Measure:
    """What a selection amounts to: levels below it, aliases in it, and its cost per row."""

    depth: int = 0
    aliases: int = 0
    cost: int = 0

    def beside(self, other: Measure) -> Measure:
        return Measure(max(self.depth, other.depth), self.aliases + other.aliases, self.cost + other.cost)


class Scale:
    """Measures the selections of one document against one contract."""

    def __init__(self, contract: GraphQLSchema, document: DocumentNode, limits: Limits) -> None:
        self._contract = contract
        self._limits = limits
        self._fragments = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}
        self._measured: dict[str, Measure] = {}

    def weigh(self, operation: OperationDefinitionNode) -> None:
        """Refuse an operation that passes a limit."""
        root = self._contract.get_root_type(operation.operation)
        data, introspection = self._by_kind(operation.selection_set, root)
        hold("depth", self._limits.depth, data.depth)
        hold("introspection_depth", self._limits.introspection_depth, introspection.depth)
        hold("aliases", self._limits.aliases, data.aliases + introspection.aliases)
        hold("cost", self._limits.cost, data.cost + introspection.cost)

    def _by_kind(self, selected: SelectionSetNode, root: GraphQLNamedType | None) -> tuple[Measure, Measure]:
        data, introspection, roots = Measure(), Measure(), 0
        for node in selected.selections:
            if isinstance(node, FieldNode) and node.name.value.startswith("__"):
                introspection = introspection.beside(self._field(node, root))
            elif isinstance(node, FieldNode):
                roots += 1
                data = data.beside(self._field(node, root))
            else:
                data = data.beside(self._selection(node, root))
        hold("root_fields", self._limits.root_fields, roots)
        return data, introspection

    def _set(self, selected: SelectionSetNode | None, parent: GraphQLNamedType | None) -> Measure:
        total = Measure()
        for node in selected.selections if selected else ():
            total = total.beside(self._selection(node, parent))
        return total

    def _selection(self, node: object, parent: GraphQLNamedType | None) -> Measure:
        if isinstance(node, FieldNode):
            return self._field(node, parent)
        if isinstance(node, InlineFragmentNode):
            within = self._contract.get_type(node.type_condition.name.value) if node.type_condition else parent
            return self._set(node.selection_set, within)
        if isinstance(node, FragmentSpreadNode):
            return self._fragment(node.name.value)
        return Measure()

    def _fragment(self, name: str) -> Measure:
        known = self._measured.get(name)
        if known is None:
            fragment = self._fragments[name]
            known = self._set(fragment.selection_set, self._contract.get_type(fragment.type_condition.name.value))
            self._measured[name] = known
        return known

    def _field(self, node: FieldNode, parent: GraphQLNamedType | None) -> Measure:
        definition = _definition(parent, node.name.value)
        inner = self._set(node.selection_set, get_named_type(definition.type) if definition else None)
        rows = self._rows(node, definition)
        alias = int(node.alias is not None)
        return Measure(inner.depth + 1, inner.aliases + alias, 1 + rows * inner.cost)

    def _rows(self, node: FieldNode, definition: GraphQLField | None) -> int:
        if definition is not None and "first" in definition.args:
            first = next((a.value for a in node.arguments or () if a.name.value == "first"), None)
            written = getattr(first, "value", None)
            if isinstance(written, str) and written.isdigit() and len(written) < 10:
                return max(1, int(written))
            return self._limits.page
        if definition is not None and is_list_type(get_nullable_type(definition.type)):
            return 1 if node.name.value in ("edges", "nodes") else _TYPICAL_LIST
        return 1


def _definition(parent: GraphQLNamedType | None, name: str) -> GraphQLField | None:
    return parent.fields.get(name) if isinstance(parent, GraphQLObjectType | GraphQLInterfaceType) else None
