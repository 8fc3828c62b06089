"""A contract: the schema cut down to what one kind of party could ever be shown. What is outside it does not exist."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from enum import Enum
from typing import Any, cast

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLEnumValue,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    GraphQLType,
    GraphQLUnionType,
    Undefined,
    find_breaking_changes,
    get_named_type,
    parse,
    print_ast,
    print_schema,
    specified_directives,
)
from graphql.language import ConstArgumentNode, ConstDirectiveNode, EnumValueNode, NameNode, ObjectTypeDefinitionNode
from graphql.type import is_required_input_field


class _Pruner:
    """Builds new types that hold only kept elements. `kept` names them as `Type.field`, `Input.field` and
    `Enum.VALUE`. `scalars` stand in for those of their name.
    """

    def __init__(self, schema: GraphQLSchema, kept: frozenset[str], scalars: Mapping[str, GraphQLScalarType]) -> None:
        self._schema = schema
        self._kept = kept
        self._scalars = scalars
        self._made: dict[str, GraphQLNamedType] = {}
        self._empty = self._without_elements()

    def _without_elements(self) -> frozenset[str]:
        """Enums and inputs of which nothing is left, and inputs that cannot do without one of those."""
        empty: set[str] = set()
        while True:
            found = {
                name
                for name, type_ in self._schema.type_map.items()
                if name not in empty and self._is_empty(type_, empty)
            }
            if not found:
                return frozenset(empty)
            empty |= found

    def _is_empty(self, type_: GraphQLNamedType, empty: set[str]) -> bool:
        if isinstance(type_, GraphQLEnumType):
            return not any(f"{type_.name}.{name}" in self._kept for name in type_.values)
        if not isinstance(type_, GraphQLInputObjectType):
            return False
        kept = {name: field for name, field in type_.fields.items() if f"{type_.name}.{name}" in self._kept}
        lost = [
            field
            for field in type_.fields.values()
            if is_required_input_field(field) and get_named_type(field.type).name in empty
        ]
        return bool(lost) or all(get_named_type(field.type).name in empty for field in kept.values())

    def schema(self) -> GraphQLSchema:
        return GraphQLSchema(
            query=self._root(self._schema.query_type),
            mutation=self._root(self._schema.mutation_type),
            subscription=self._root(self._schema.subscription_type),
            directives=specified_directives,
        )

    def _root(self, root: GraphQLObjectType | None) -> GraphQLObjectType | None:
        """A type that operations begin at. One of which nothing is kept does not exist."""
        if root is None or not any(f"{root.name}.{name}" in self._kept for name in root.fields):
            return None
        return cast("GraphQLObjectType", self._named(root))

    def _type(self, type_: GraphQLType) -> Any:
        if isinstance(type_, GraphQLNonNull):
            return GraphQLNonNull(self._type(type_.of_type))
        if isinstance(type_, GraphQLList):
            return GraphQLList(self._type(type_.of_type))
        return self._named(cast("GraphQLNamedType", type_))

    def _named(self, type_: GraphQLNamedType) -> GraphQLNamedType:
        if type_.name not in self._made:
            self._made[type_.name] = self._make(type_)
        return self._made[type_.name]

    def _make(self, type_: GraphQLNamedType) -> GraphQLNamedType:
        match type_:
            case GraphQLScalarType():
                return self._scalars.get(type_.name, type_)
            case GraphQLEnumType():
                return self._enum(type_)
            case GraphQLInputObjectType():
                return GraphQLInputObjectType(
                    type_.name, lambda: self._input_fields(type_), description=type_.description
                )
            case GraphQLInterfaceType():
                return GraphQLInterfaceType(type_.name, lambda: self._fields(type_), description=type_.description)
            case GraphQLUnionType():
                return GraphQLUnionType(
                    type_.name,
                    lambda: [cast("GraphQLObjectType", self._named(member)) for member in type_.types],
                    description=type_.description,
                )
            case GraphQLObjectType():
                return GraphQLObjectType(
                    type_.name,
                    lambda: self._fields(type_),
                    interfaces=lambda: self._interfaces(type_),
                    description=type_.description,
                    extensions=type_.extensions,
                )
            case _:
                raise TypeError(f"{type_.name} cannot stand in a contract")

    def _enum(self, type_: GraphQLEnumType) -> GraphQLEnumType:
        values = {
            name: GraphQLEnumValue(name, description=value.description, deprecation_reason=value.deprecation_reason)
            for name, value in type_.values.items()
            if f"{type_.name}.{name}" in self._kept
        }
        return GraphQLEnumType(type_.name, values, description=type_.description)

    def _fields(self, type_: GraphQLObjectType | GraphQLInterfaceType) -> dict[str, GraphQLField]:
        return {
            name: GraphQLField(
                self._type(field.type),
                args={
                    key: GraphQLArgument(
                        self._type(argument.type), default_value=_default(argument), description=argument.description
                    )
                    for key, argument in field.args.items()
                    if get_named_type(argument.type).name not in self._empty
                },
                description=field.description,
                deprecation_reason=field.deprecation_reason,
                extensions=field.extensions,
            )
            for name, field in type_.fields.items()
            if isinstance(type_, GraphQLInterfaceType) or f"{type_.name}.{name}" in self._kept
        }

    def _input_fields(self, type_: GraphQLInputObjectType) -> dict[str, GraphQLInputField]:
        return {
            name: GraphQLInputField(
                self._type(field.type), default_value=_default(field), description=field.description
            )
            for name, field in type_.fields.items()
            if f"{type_.name}.{name}" in self._kept and get_named_type(field.type).name not in self._empty
        }

    def _interfaces(self, type_: GraphQLObjectType) -> list[GraphQLInterfaceType]:
        return [
            cast("GraphQLInterfaceType", self._named(interface))
            for interface in type_.interfaces
            if all(f"{type_.name}.{name}" in self._kept for name in interface.fields)
        ]


def _default(declared: GraphQLArgument | GraphQLInputField) -> Any:
    """The default as the contract has it: its enums are plain names. A default of null says nothing."""
    value = declared.default_value
    if isinstance(value, Enum):
        return value.name
    return Undefined if value is None else value


def prune(
    schema: GraphQLSchema, kept: frozenset[str], scalars: Mapping[str, GraphQLScalarType] | None = None
) -> GraphQLSchema:
    """The contract of what is kept, with these scalars in place of those of the schema."""
    return _Pruner(schema, kept, scalars or {}).schema()


def print_contract(contract: GraphQLSchema, categories: Mapping[str, str], sources: Mapping[str, str]) -> str:
    """The contract as text, with `@category` beside each guarded field and `@source` beside each type."""
    document = parse(print_schema(contract))
    definitions = tuple(
        _marked_type(node, categories, sources) if isinstance(node, ObjectTypeDefinitionNode) else node
        for node in document.definitions
    )
    return print_ast(replace(document, definitions=definitions)).strip() + "\n"


def _marked_type(
    node: ObjectTypeDefinitionNode, categories: Mapping[str, str], sources: Mapping[str, str]
) -> ObjectTypeDefinitionNode:
    name = node.name.value
    fields = tuple(
        replace(field, directives=_marks("category", categories.get(f"{name}.{field.name.value}")))
        for field in node.fields or ()
    )
    return replace(node, fields=fields, directives=_marks("source", sources.get(name)))


def _marks(directive: str, value: str | None) -> tuple[ConstDirectiveNode, ...]:
    if value is None:
        return ()
    argument = ConstArgumentNode(name=NameNode(value="name"), value=EnumValueNode(value=value))
    return (ConstDirectiveNode(name=NameNode(value=directive), arguments=(argument,)),)


def breaking_changes(old: GraphQLSchema, new: GraphQLSchema) -> list[str]:
    """What a client written against the old contract would trip over, in words."""
    return [change.description for change in find_breaking_changes(old, new)]


def elements_of(type_: GraphQLNamedType) -> list[str]:
    """The names under which a type's own elements are kept."""
    if isinstance(type_, GraphQLEnumType):
        return [f"{type_.name}.{name}" for name in type_.values]
    if isinstance(type_, GraphQLObjectType | GraphQLInputObjectType | GraphQLInterfaceType):
        return [f"{type_.name}.{name}" for name in type_.fields]
    return []


def named(type_: Any) -> GraphQLNamedType:
    """The type at the core of lists and non-nulls."""
    return get_named_type(type_)
