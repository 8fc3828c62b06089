"""What those are given who make files: a template and a JSON Schema, printed from the type of a row."""

from __future__ import annotations

from typing import Any, Final

from hub.bulk.fields import STRINGS, Field, columns, row_of

_WHOLE: Final = {"type": "integer"}
_SCHEMA: Final = "https://json-schema.org/draft/2020-12/schema"


def template(kind: type[Any]) -> str:
    """The first line of a CSV file: the names of all columns."""
    return ",".join(column.path for column in columns(row_of(kind))) + "\n"


def json_schema(kind: type[Any]) -> dict[str, Any]:
    """Of one line of NDJSON. What a row must be beside its types is said in the descriptions."""
    row = row_of(kind)
    return {"$schema": _SCHEMA, "title": row.name, "description": row.description, **_object(row)}


def _object(field: Field) -> dict[str, Any]:
    required = [part.name for part in field.parts if part.is_required]
    return {
        "type": "object",
        "properties": {part.name: _described(part) for part in field.parts},
        "required": required,
        "additionalProperties": False,
    }


def _described(field: Field) -> dict[str, Any]:
    value = _object(field) if field.parts else _value(field)
    if not field.is_required:
        value = {"anyOf": [value, {"type": "null"}]}
    return {"description": field.description, **value}


def _value(field: Field) -> dict[str, Any]:
    if field.words:
        return {"enum": list(field.words)}
    if field.kind in STRINGS:
        return {"type": "string"}
    if field.kind == "Date":
        return {"type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}
    return dict(_WHOLE)
