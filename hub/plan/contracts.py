"""What each kind of party could ever be shown, worked out from the policies: the elements that its contract keeps."""

from __future__ import annotations

from collections.abc import Mapping

from graphql import GraphQLEnumType, GraphQLInputObjectType, GraphQLObjectType, GraphQLSchema
from graphql.type import GraphQLNamedType

from hub.gate import DENIED, Gate, RequesterClass
from hub.identity.groups import Group
from hub.identity.model import Kind, PrincipalType
from hub.operation.contract import elements_of, named, prune
from hub.plan.catalogue import Catalogue, ColumnField, EmbeddedField, Field, LinkField, needs_of, telling_of

_LOGS = {"officer": PrincipalType.STAFF, "citizen": PrincipalType.CITIZEN}


def build_contracts(schema: GraphQLSchema, catalogue: Catalogue, gate: Gate) -> dict[Kind, GraphQLSchema]:
    """One contract per kind of party."""
    return {kind: prune(schema, reach(schema, catalogue, gate, gate.contract_class(kind))) for kind in Kind}


def reach(schema: GraphQLSchema, catalogue: Catalogue, gate: Gate, who: RequesterClass) -> frozenset[str]:
    """Every element that some requester of this class could be shown, on any purpose and any row."""
    return _Reach(schema, catalogue, gate, who).elements()


class _Reach:
    def __init__(self, schema: GraphQLSchema, catalogue: Catalogue, gate: Gate, who: RequesterClass) -> None:
        self._schema = schema
        self._catalogue = catalogue
        self._gate = gate
        self._who = who

    def elements(self) -> frozenset[str]:
        seen = self._types()
        kept = {f"{name}.{field}" for name, fields in seen.items() for field in fields}
        kept |= self._commands()
        for name, node in self._schema.type_map.items():
            kept |= self._others(name, node, seen)
        return frozenset(kept)

    def _types(self) -> dict[str, set[str]]:
        """Fields by type, shrunk until no link leads to a type that has none left."""
        seen = {
            name: {
                field for field, known in entry.fields.items() if self._readable(known) and self._is_there(name, known)
            }
            for name, entry in self._catalogue.types.items()
            if self._possible(entry.see)
        }
        while True:
            empty = {name for name, fields in seen.items() if not fields}
            seen = {name: fields for name, fields in seen.items() if fields}
            dangling = {
                (name, field)
                for name, fields in seen.items()
                for field in fields
                if isinstance(known := self._catalogue.types[name].fields[field], LinkField)
                and known.target not in seen
            }
            if not empty and not dangling:
                return seen
            for name, field in dangling:
                seen[name].discard(field)

    def _readable(self, field: Field) -> bool:
        match field:
            case ColumnField() | EmbeddedField():
                return self._possible(field.action)
            case LinkField():
                return self._possible(f"see:{field.target}") and (field.action is None or self._possible(field.action))

    def _is_there(self, type_name: str, field: Field) -> bool:
        """Staff and systems have no person and no cases of their own here: an employee's own case is not theirs to
        open.
        """
        is_personal = (
            type_name == "Me" and isinstance(field, LinkField) and field.declared.parent_columns == ("person_id",)
        )
        return not is_personal or self._who.principal is PrincipalType.CITIZEN

    def _possible(self, action: str) -> bool:
        return self._gate.decide(self._who, action).residual != DENIED

    def _commands(self) -> set[str]:
        mutation = self._schema.mutation_type
        return {f"Mutation.{name}" for name in mutation.fields if self._possible(f"do:{name}")} if mutation else set()

    def _others(self, name: str, node: GraphQLNamedType, seen: Mapping[str, set[str]]) -> set[str]:
        if name in self._catalogue.types or name == "Mutation":
            return set()
        if name in ("Query", "Subscription"):
            return self._ways_in(name, seen)
        if isinstance(node, GraphQLEnumType):
            return {f"{name}.{value}" for value in node.values if self._has(needs_of(node).get(value), seen)}
        if isinstance(node, GraphQLInputObjectType):
            conditions = self._catalogue.inputs.get(name, {})
            return {
                element
                for element in elements_of(node)
                if self._has(getattr(conditions.get(element.partition(".")[2]), "field", None), seen)
            }
        if isinstance(node, GraphQLObjectType):
            return set(elements_of(node))
        return set()

    def _ways_in(self, name: str, seen: Mapping[str, set[str]]) -> set[str]:
        if name == "Query":
            return {f"Query.{root}" for root in self._catalogue.roots if self._is_way_in(root, seen)}
        return {f"Subscription.{root}" for root in self._catalogue.tellings if self._is_told(root, seen)}

    def _is_way_in(self, root: str, seen: Mapping[str, set[str]]) -> bool:
        """What asks for the requester's own person is for citizens: an employee's own matters are no matter of work."""
        entry = self._catalogue.roots[root].entry
        wanted = _LOGS.get(entry.log or "")
        is_anothers = "{bind:person}" in entry.where and Group.CITIZEN not in self._who.groups
        return entry.type in seen and not is_anothers and (wanted is None or wanted is self._who.principal)

    def _is_told(self, root: str, seen: Mapping[str, set[str]]) -> bool:
        """What nobody of this class could ever be told anything by is left out."""
        telling = telling_of(self._catalogue.tellings[root])
        is_about = not telling.about or any(self._has(about.field, seen) for about in telling.about)
        return telling.type in seen and is_about

    def _has(self, element: str | None, seen: Mapping[str, set[str]]) -> bool:
        """Whether what an enum value or a condition speaks of is itself in the contract."""
        if element is None:
            return True
        type_name, _, field = element.partition(".")
        known = self._catalogue.types.get(type_name)
        if type_name not in seen or known is None:
            return False
        return not field or field in seen[type_name] or field not in known.fields


def core_of(type_: object) -> str:
    """Name of the type at the core of lists and non-nulls."""
    return named(type_).name
