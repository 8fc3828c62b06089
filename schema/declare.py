"""How a schema module says what a field is: its source, its column or link, its data category.

A declaration is data. `hub` reads it when it builds the catalogue; nothing here runs while a request is served.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, TypeVar, dataclass_transform

import strawberry
from strawberry.schema_directive import Location

from schema.categories import Anchor, DataCategory, Source

SHARED = "bofast"


@strawberry.schema_directive(
    locations=[Location.FIELD_DEFINITION],
    name="category",
    description="The data category that policies speak of when they open or close this field.",
)
class CategoryMark:
    """Printed beside each field, so that the contract can be audited on one page."""

    name: DataCategory


@strawberry.schema_directive(
    locations=[Location.OBJECT],
    name="source",
    description="The system of record that this type is read from.",
)
class SourceMark:
    """Printed beside each type."""

    name: Source


@strawberry.schema_directive(
    locations=[Location.OBJECT],
    name="embedded",
    description="A value that lives in the row of the type that holds it; the category of the holding field applies.",
)
class EmbeddedMark:
    """Printed beside each embedded type."""

    in_row: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeDeclaration:
    """What a type is: where its rows live and which category says that a row exists (`see`)."""

    source: Source
    table: str
    category: DataCategory
    anchor: Anchor
    subject: str | None
    source_party: str | None
    order: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnDeclaration:
    """A field read from its row: a column, or an expression over `{row}`."""

    category: DataCategory
    column: str | None = None
    expression: str | None = None
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbeddedDeclaration:
    """A field whose value is an object in the same row; column names of its members get the prefix, or are given by
    member.
    """

    category: DataCategory
    prefix: str = ""
    columns: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkDeclaration:
    """A field that leads to other rows: `on` joins `{child}` to `{parent}`.

    `new_anchor` says that the child's rows are judged by facts of their own case or person, not by those of the row
    it was reached from.
    `latest` keeps one row, the first by this order, among those that the requester may see.
    """

    category: DataCategory
    on: str
    parent_columns: tuple[str, ...]
    child_columns: tuple[str, ...]
    latest: str | None = None
    order: str | None = None
    new_anchor: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ComputedDeclaration:
    """A field that stands in no row: the hub works it out, whole, from what it knows itself."""

    category: DataCategory


Declaration = ColumnDeclaration | ComputedDeclaration | EmbeddedDeclaration | LinkDeclaration

T = TypeVar("T", bound=type)
E = TypeVar("E", bound=type[Enum])


def shared(
    category: DataCategory,
    description: str,
    *,
    column: str | None = None,
    expression: str | None = None,
    columns: tuple[str, ...] = (),
) -> Any:
    """A guarded field. The column defaults to the field's name in snake case, with `_ore` added for amounts."""
    return _field(
        description, ColumnDeclaration(category=category, column=column, expression=expression, columns=columns)
    )


def computed(category: DataCategory, description: str) -> Any:
    """A guarded field that is worked out and not read."""
    return _field(description, ComputedDeclaration(category=category))


def embedded_value(
    category: DataCategory, description: str, *, prefix: str = "", columns: tuple[tuple[str, str], ...] = ()
) -> Any:
    """A guarded object in the same row."""
    return _field(description, EmbeddedDeclaration(category=category, prefix=prefix, columns=columns))


def member(description: str, *, column: str | None = None) -> Any:
    """A field of an embedded type; the category is that of the field that embeds it."""
    return strawberry.field(description=description, metadata={SHARED: column})


def link(category: DataCategory, description: str, *, column: str, to_key: str = "id") -> Any:
    """To one row, by a column of this row."""
    on = f"{{child}}.{to_key} = {{parent}}.{column}"
    return _field(
        description, LinkDeclaration(category=category, on=on, parent_columns=(column,), child_columns=(to_key,))
    )


def children(
    category: DataCategory,
    description: str,
    *,
    by: str,
    key: str = "id",
    order: str | None = None,
    latest: str | None = None,
    new_anchor: bool = False,
    extra: str = "",
    extra_columns: tuple[str, ...] = (),
) -> Any:
    """To the rows that name this row in their column `by`; with `latest`, to the first of them by that order."""
    return _field(
        description,
        LinkDeclaration(
            category=category,
            on=f"{{child}}.{by} = {{parent}}.{key}{extra}",
            parent_columns=(key,),
            child_columns=(by, *extra_columns),
            order=order,
            latest=latest,
            new_anchor=new_anchor,
        ),
    )


@dataclass_transform(kw_only_default=True)
def shared_type(
    *,
    source: Source,
    table: str,
    category: DataCategory,
    anchor: Anchor = Anchor.CASE,
    subject: str | None = None,
    source_party: str | None = "source_party",
    order: str = "id",
) -> Callable[[T], T]:
    """A GraphQL type that is read from one table of a source."""

    def declare(cls: T) -> T:
        declared: Any = strawberry.type(cls, description=_text(cls), directives=[SourceMark(name=source)])
        declared.__shared__ = TypeDeclaration(
            source=source,
            table=table,
            category=category,
            anchor=anchor,
            subject=subject,
            source_party=source_party,
            order=order,
        )
        return declared

    return declare


@dataclass_transform(kw_only_default=True)
def embedded_type(cls: T) -> T:
    """A GraphQL object that lives in its holder's row."""
    declared: Any = strawberry.type(cls, description=_text(cls), directives=[EmbeddedMark()])
    return declared


def enum_of(description: str, needs: Mapping[str, str] | None = None) -> Callable[[E], E]:
    """An enum with a description.

    `needs` names, per value, the type or field without which a contract leaves it out.
    """

    def declare(cls: E) -> E:
        declared: Any = strawberry.enum(cls, description=description)
        declared.__needs__ = needs or {}
        return declared

    return declare


def _field(description: str, declaration: Declaration) -> Any:
    return strawberry.field(
        description=description,
        directives=[CategoryMark(name=declaration.category)],
        metadata={SHARED: declaration},
    )


def _text(cls: type) -> str:
    return " ".join((cls.__doc__ or "").split())
