"""A row as it is kept: by the names of the GraphQL input, so that its sender finds it as it was sent."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any

from strawberry.utils.str_converters import to_camel_case


def payload_of(row: Any) -> dict[str, Any]:
    """Enums by name, days and moments in ISO 8601, amounts as whole øre. What was not stated is left out."""
    stated = ((field.name, getattr(row, field.name)) for field in fields(row))
    return {to_camel_case(name): _plain(value) for name, value in stated if value is not None}


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return payload_of(value)
    match value:
        case Enum():
            return value.name
        case datetime() | date():
            return value.isoformat()
        case list():
            return [_plain(one) for one in value]
        case _:
            return value
