"""What a row of a file is made of, taken from the type that a row of a batch is of: nothing is written down twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, dataclass
from functools import cache
from typing import Any, Final

from graphql import (
    GraphQLEnumType,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLNonNull,
    GraphQLScalarType,
    get_nullable_type,
)

from schema.build import SCHEMA

STRINGS: Final = frozenset({"ID", "String"})
WHOLE: Final = frozenset({"Int", "Ore"})
DAYS: Final = frozenset({"Date"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A value of a row, by the path that it has in a file: `arrears`, `debtorName.first`. `name` is its last part.

    `kind` is the name of its GraphQL type. `parts` are those of an object, which `make` puts together.
    """

    path: str
    name: str
    attribute: str
    kind: str
    description: str
    is_required: bool
    words: tuple[str, ...] = ()
    parse: Callable[[Any], Any] | None = None
    make: Callable[..., Any] | None = None
    parts: tuple[Field, ...] = ()


@cache
def row_of(kind: type[Any]) -> Field:
    """The row as a whole: its `parts` are its members, in the order in which the type declares them."""
    name = _name_of(kind)
    return Field(
        path="",
        name=name,
        attribute="",
        kind=name,
        description=_declared(name).description or "",
        is_required=True,
        make=kind,
        parts=tuple(_fields(kind, "")),
    )


def columns(row: Field) -> tuple[Field, ...]:
    """Every value that is no object: the columns of a CSV file."""
    return tuple(_leaves(row))


def _leaves(field: Field) -> Iterator[Field]:
    for part in field.parts:
        if part.parts:
            yield from _leaves(part)
        else:
            yield part


def _fields(kind: type[Any], prefix: str) -> Iterator[Field]:
    definition = kind.__strawberry_definition__
    declared: Mapping[str, GraphQLInputField] = _declared(definition.name).fields
    for field in definition.fields:
        name = SCHEMA.config.name_converter.get_graphql_name(field)
        given = declared[name]
        path = f"{prefix}{name}"
        inner: Any = get_nullable_type(given.type)
        is_object = isinstance(inner, GraphQLInputObjectType)
        made = inner.extensions["strawberry-definition"].origin if is_object else None
        yield Field(
            path=path,
            name=name,
            attribute=field.python_name,
            kind=inner.name,
            description=given.description or "",
            is_required=isinstance(given.type, GraphQLNonNull) and field.default is MISSING,
            words=tuple(inner.values) if isinstance(inner, GraphQLEnumType) else (),
            parse=inner.parse_value if isinstance(inner, GraphQLEnumType | GraphQLScalarType) else None,
            make=made,
            parts=tuple(_fields(made, f"{path}.")) if made is not None else (),
        )


def _name_of(kind: type[Any]) -> str:
    return kind.__strawberry_definition__.name  # type: ignore[attr-defined]


def _declared(name: str) -> Any:
    return SCHEMA._schema.type_map[name]  # noqa: SLF001 - Strawberry has no public name for it
