"""How a column becomes JSON text in SQL. Each expression is coalesced: one NULL would make the whole document NULL."""

from __future__ import annotations

from enum import Enum, auto

from graphql import GraphQLEnumType, GraphQLNamedType


class Shape(Enum):
    """The JSON form of a value."""

    DAY = auto()
    JSON = auto()
    MOMENT = auto()
    PLAIN = auto()
    QUOTED = auto()


_BY_SCALAR = {
    "Boolean": Shape.PLAIN,
    "Date": Shape.DAY,
    "DateTime": Shape.MOMENT,
    "Int": Shape.PLAIN,
    "Ore": Shape.PLAIN,
}


def shape_of(type_: GraphQLNamedType, *, is_list: bool, is_uuid: bool) -> Shape:
    """Quoted without escaping only what cannot need it: uuids, and enums, whose words the tables check."""
    if is_list:
        return Shape.JSON
    if is_uuid or isinstance(type_, GraphQLEnumType):
        return Shape.QUOTED
    return _BY_SCALAR.get(type_.name, Shape.JSON)


def json_text(sql: str, shape: Shape, *, nullable: bool) -> str:
    """A text expression that is never NULL, whatever the column holds."""
    text = _text(sql, shape)
    return f"coalesce({text},'null')" if nullable else text


def _text(sql: str, shape: Shape) -> str:
    match shape:
        case Shape.PLAIN:
            return f"{sql}::text"
        case Shape.QUOTED | Shape.DAY:
            return f"'\"'||{sql}||'\"'"
        case Shape.MOMENT:
            return f"""to_char({sql} AT TIME ZONE 'UTC','"\\""YYYY-MM-DD"T"HH24:MI:SS.MS"Z\\""')"""
        case Shape.JSON:
            return f"to_json({sql})::text"
