"""A row as it was sent, to be kept: the names of the schema, enums by name, days and moments in ISO 8601, whole øre."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from enum import Enum
from typing import Any, cast

from strawberry.utils.str_converters import to_camel_case

Json = str | int | bool | None | list["Json"] | Mapping[str, "Json"]


def payload_of(row: Any, *, without: frozenset[str] = frozenset()) -> Mapping[str, Json]:
    """What was stated, and nothing for what was not. `without` are fields that have a column of their own."""
    stated = {field.name: getattr(row, field.name) for field in fields(row) if field.name not in without}
    return {to_camel_case(name): _plain(value) for name, value in stated.items() if value is not None}


def _plain(value: object) -> Json:
    match value:
        case Enum():
            return value.name
        case datetime():
            return value.astimezone(UTC).isoformat()
        case date():
            return value.isoformat()
        case str() | int():
            return value
        case list():
            return [_plain(one) for one in cast("list[object]", value)]
        case _ if is_dataclass(value):
            return payload_of(value)
        case _:
            raise TypeError(f"a value of an unknown sort: {type(value).__name__}")
