"""The schema and the tables brought together: for each type its rows, for each field its column or link and its
category.

Built once at start. A field without a category, a column that does not exist, a filter over an unknown field: each
stops the start.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graphql import GraphQLSchema, get_named_type, is_leaf_type, is_list_type
from graphql.type import (
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLNamedType,
    GraphQLObjectType,
    get_nullable_type,
)
from sqlalchemy import Column, MetaData, Uuid

from hub.plan.shapes import Shape, shape_of
from schema.categories import Anchor
from schema.declare import (
    SHARED,
    ColumnDeclaration,
    ComputedDeclaration,
    EmbeddedDeclaration,
    LinkDeclaration,
    TypeDeclaration,
)
from schema.entry import Entry
from schema.filters import Filter
from schema.subscription import Telling


class CatalogueError(RuntimeError):
    """The schema says something that the store does not bear out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnField:
    """A value of the row. `sql` is a template over `{row}`.

    `needs` names, for words of an enum, the type or field that the word speaks of: who can never see that is not told
    the word either.
    """

    name: str
    category: str
    action: str
    sql: str
    shape: Shape
    nullable: bool
    columns: tuple[str, ...]
    is_list: bool = False
    needs: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbeddedField:
    """An object in the row, decided as one. One that is worked out and not read from a row has no members here."""

    name: str
    category: str
    action: str
    type_name: str
    members: Mapping[str, ColumnField]


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkField:
    """A way to other rows; whether they exist for the requester is decided on them.

    A link to rows that nobody guards (a party) has an action of its own, decided on the row that it starts from:
    without it,
    who may know only that a loan exists would learn who lent the money.
    """

    name: str
    category: str
    action: str | None
    target: str
    many: bool
    declared: LinkDeclaration


Field = ColumnField | EmbeddedField | LinkField


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeEntry:
    """A type with rows."""

    name: str
    declared: TypeDeclaration
    relation: str
    fields: Mapping[str, Field]
    interfaces: frozenset[str]

    @property
    def see(self) -> str:
        return f"see:{self.name}"

    def field_of(self, column: str) -> ColumnField | None:
        """The field that shows the column as it is, if one does."""
        fields = (field for field in self.fields.values() if isinstance(field, ColumnField))
        return next((field for field in fields if field.columns == (column,)), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Root:
    """A way in."""

    name: str
    entry: Entry
    is_page: bool
    filters: Mapping[str, Filter]


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """Everything that can be planned."""

    types: Mapping[str, TypeEntry]
    roots: Mapping[str, Root]
    tellings: Mapping[str, Root]
    inputs: Mapping[str, Mapping[str, Filter]]

    def way(self, name: str) -> Root:
        """A way in, asked for once or told of again and again; no name is both."""
        return self.roots.get(name) or self.tellings[name]

    def column(self, element: str) -> ColumnField:
        """The column behind `Type.field`."""
        type_name, _, name = element.partition(".")
        found = self.types[type_name].fields[name]
        if not isinstance(found, ColumnField):
            raise CatalogueError(f"{element} is not a column")
        return found


def relation(table: str) -> str:
    """A table's name, quoted, with its schema."""
    return ".".join(f'"{part}"' for part in table.split("."))


def build_catalogue(schema: GraphQLSchema, tables: MetaData) -> Catalogue:
    """Read every declaration and hold it against the tables. Raises `CatalogueError`."""
    types = {
        name: _type_entry(node, tables)
        for name, node in schema.type_map.items()
        if isinstance(node, GraphQLObjectType) and _declared_type(node) is not None
    }
    query = schema.query_type
    if query is None:
        raise CatalogueError("the schema has no Query")
    inputs = {
        name: _filters(node)
        for name, node in schema.type_map.items()
        if isinstance(node, GraphQLInputObjectType) and _filters(node)
    }
    roots = {name: _root(name, node, inputs) for name, node in query.fields.items()}
    told = schema.subscription_type.fields if schema.subscription_type else {}
    tellings = {name: _root(name, node, inputs, Telling) for name, node in told.items()}
    if roots.keys() & tellings.keys():
        raise CatalogueError("a name stands in Query and in Subscription")
    catalogue = Catalogue(types=types, roots=roots, tellings=tellings, inputs=inputs)
    for about in (about for root in tellings.values() for about in telling_of(root).about):
        catalogue.column(about.field)
    conditions = [*inputs.values(), *(dict(root.entry.filters) for root in roots.values())]
    for element in (f.field for known in conditions for f in known.values() if f.operator != "person"):
        catalogue.column(element)
    return catalogue


def _declared_type(node: GraphQLObjectType) -> TypeDeclaration | None:
    definition = node.extensions.get("strawberry-definition")
    return getattr(getattr(definition, "origin", None), "__shared__", None)


def _metadata(node: Any) -> Any:
    definition = node.extensions.get("strawberry-definition")
    return getattr(definition, "metadata", {}).get(SHARED)


def _type_entry(node: GraphQLObjectType, tables: MetaData) -> TypeEntry:
    declared = _declared_type(node)
    if declared is None:
        raise CatalogueError(f"{node.name} is not declared")
    columns = _columns(declared.table, tables)
    fields = {name: _field(node.name, name, field, columns) for name, field in node.fields.items()}
    return TypeEntry(
        name=node.name,
        declared=declared,
        relation=relation(declared.table) if declared.table else "",
        fields=fields,
        interfaces=frozenset(interface.name for interface in node.interfaces),
    )


def _columns(table: str, tables: MetaData) -> Mapping[str, Column[Any]] | None:
    if not table:
        return None
    if table not in tables.tables:
        raise CatalogueError(f"there is no table {table}")
    return {column.name: column for column in tables.tables[table].columns}


def _field(type_name: str, name: str, node: GraphQLField, columns: Mapping[str, Column[Any]] | None) -> Field:
    declared = _metadata(node)
    action = f"read:{type_name}.{name}"
    match declared:
        case ColumnDeclaration():
            return _column_field(name, action, node, declared, columns)
        case EmbeddedDeclaration():
            return _embedded_field(name, action, node, declared, columns)
        case ComputedDeclaration():
            return EmbeddedField(
                name=name,
                category=declared.category.name,
                action=action,
                type_name=get_named_type(node.type).name,
                members={},
            )
        case LinkDeclaration():
            target = get_named_type(node.type)
            return LinkField(
                name=name,
                category=declared.category.name,
                action=action if _is_unguarded(target) else None,
                target=target.name,
                many=is_list_type(get_nullable_type(node.type)),
                declared=declared,
            )
        case _:
            raise CatalogueError(f"{type_name}.{name} has no category")


def _is_unguarded(target: object) -> bool:
    declared = _declared_type(target) if isinstance(target, GraphQLObjectType) else None
    return declared is not None and declared.anchor is Anchor.NONE


def _column_field(
    name: str, action: str, node: GraphQLField, declared: ColumnDeclaration, columns: Mapping[str, Column[Any]] | None
) -> ColumnField:
    named = get_named_type(node.type)
    if not is_leaf_type(named):
        raise CatalogueError(f"{action} is not a scalar or an enum")
    is_list = is_list_type(get_nullable_type(node.type))
    if declared.expression is not None:
        return ColumnField(
            name=name,
            category=declared.category.name,
            action=action,
            sql=f"({declared.expression})",
            shape=shape_of(named, is_list=is_list, is_uuid=False),
            nullable=True,
            columns=declared.columns,
        )
    column = declared.column or _column_name(name, named.name)
    known = _known_column(action, column, columns)
    return ColumnField(
        name=name,
        category=declared.category.name,
        action=action,
        sql=f"{{row}}.{column}",
        shape=shape_of(named, is_list=is_list, is_uuid=known is not None and isinstance(known.type, Uuid)),
        nullable=known is None or bool(known.nullable),
        columns=(column,),
        is_list=is_list,
        needs=tuple(needs_of(named).items()),
    )


def needs_of(node: GraphQLNamedType) -> Mapping[str, str]:
    """What the words of an enum speak of, where that is a type or a field with rules of its own."""
    definition = node.extensions.get("strawberry-definition")
    return getattr(getattr(definition, "wrapped_cls", None), "__needs__", {})


def _embedded_field(
    name: str, action: str, node: GraphQLField, declared: EmbeddedDeclaration, columns: Mapping[str, Column[Any]] | None
) -> EmbeddedField:
    embedded = get_named_type(node.type)
    if not isinstance(embedded, GraphQLObjectType):
        raise CatalogueError(f"{action} is not an object")
    members: dict[str, ColumnField] = {}
    for member, inner in embedded.fields.items():
        given = dict(declared.columns).get(member) or _metadata(inner) or _column_name(member, "")
        column = f"{declared.prefix}{given}"
        known = _known_column(action, column, columns)
        members[member] = ColumnField(
            name=member,
            category=declared.category.name,
            action=action,
            sql=f"{{row}}.{column}",
            shape=shape_of(get_named_type(inner.type), is_list=False, is_uuid=False),
            nullable=known is None or bool(known.nullable),
            columns=(column,),
        )
    return EmbeddedField(
        name=name, category=declared.category.name, action=action, type_name=embedded.name, members=members
    )


def _known_column(action: str, column: str, columns: Mapping[str, Column[Any]] | None) -> Column[Any] | None:
    if columns is None:
        return None
    if column not in columns:
        raise CatalogueError(f"{action} names the column {column}, which does not exist")
    return columns[column]


def _column_name(name: str, scalar: str) -> str:
    snake = re.sub(r"([A-Z])", r"_\1", name).lower()
    return f"{snake}_ore" if scalar == "Ore" else snake


def _filters(node: GraphQLInputObjectType) -> dict[str, Filter]:
    return {name: declared for name, field in node.fields.items() if isinstance(declared := _metadata(field), Filter)}


def telling_of(root: Root) -> Telling:
    """What a way in that events are told by says of them."""
    if not isinstance(root.entry, Telling):
        raise CatalogueError(f"{root.name} tells of no events")
    return root.entry


def _root(name: str, node: GraphQLField, inputs: Mapping[str, Mapping[str, Filter]], kind: type[Entry] = Entry) -> Root:
    declared = _metadata(node)
    if not isinstance(declared, kind):
        raise CatalogueError(f"{name} is not declared as a way in")
    argument = node.args.get("filter")
    of_input = inputs.get(get_named_type(argument.type).name, {}) if argument else {}
    return Root(name=name, entry=declared, is_page="first" in node.args, filters={**of_input, **dict(declared.filters)})
