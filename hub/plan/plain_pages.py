"""Pages for the second way of answering: all rows that may be seen are read; Python filters, orders, counts and cuts.

The database says how two values of the order stand to each other and how they are written; the rest is decided here.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from uuid import UUID

from hub.plan.arguments import conditions_of
from hub.plan.catalogue import ColumnField, Root
from hub.plan.plain_rows import PlainRow, Reader
from hub.plan.shapes import Shape

_TYPES = {Shape.DAY: "date", Shape.MOMENT: "timestamptz", Shape.PLAIN: "bigint"}
_TAG = 16
# What is asked of each row beside its columns, in this order.
_RANK, _SIDE, _PAYLOAD, _BARE_PAYLOAD, _SUBJECT = range(5)


@dataclass(frozen=True, slots=True, kw_only=True)
class _After:
    """The row that a page begins after, out of an opened cursor."""

    value: str | None
    id: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class _Order:
    """What a page is ordered by."""

    column: ColumnField
    is_descending: bool

    def is_present(self, row: PlainRow) -> bool:
        return self.column.action in row.granted and row.values[self.column.name] is not None

    def sorted(self, rows: Iterable[PlainRow]) -> list[PlainRow]:
        """By value and then by id. Absent values come last, whichever the direction."""
        by_id = sorted(rows, key=lambda row: row.id, reverse=self.is_descending)
        present = [row for row in by_id if self.is_present(row)]
        present.sort(key=lambda row: row.beside[_RANK], reverse=self.is_descending)
        return present + [row for row in by_id if not self.is_present(row)]

    def is_beyond(self, row: PlainRow, after: _After) -> bool:
        """Whether the row stands after the cursor."""
        is_later = row.id < after.id if self.is_descending else row.id > after.id
        if not self.is_present(row):
            return after.value is not None or is_later
        if after.value is None:
            return False
        side = row.beside[_SIDE] * (-1 if self.is_descending else 1)
        return side > 0 or (side == 0 and is_later)


async def page_of(reader: Reader, root: Root, given: Mapping[str, Any], sealed: Mapping[str, Any]) -> dict[str, Any]:
    """A connection. `sealed` holds the keys of its cursors and, opened, the cursor that was given."""
    order = _order_of(reader, root, given.get("orderBy"))
    after = _After(value=sealed["after.value"], id=sealed["after.id"]) if "after.id" in sealed else None
    visible = await reader.of_way(root, given, _beside(reader, root, order, after), _after_value(after))
    conditions = [(root.filters[name], value) for name, value in conditions_of(root, given).items()]
    kept = visible
    for condition, value in conditions:
        wanted = await reader.person(value) if condition.operator == "person" else value
        if condition.operator == "asOf":
            then = await reader.in_force(value)
            kept = [row for row in kept if row.id in then and _told(reader, row, "status") is not None]
            continue
        field = condition.field.partition(".")[2]
        kept = [row for row in kept if _holds(condition.operator, _told(reader, row, field), wanted)]
    beyond = [row for row in order.sorted(kept) if after is None or order.is_beyond(row, after)]
    shown = beyond[: given["first"]]
    cursors = [_cursor(row, order, sealed) for row in shown]
    return {
        "nodes": shown,
        "edges": [{"cursor": cursor, "node": row} for cursor, row in zip(cursors, shown, strict=True)],
        "totalCount": len(kept),
        "pageInfo": {
            "hasNextPage": len(beyond) > len(shown),
            "hasPreviousPage": after is not None,
            "startCursor": cursors[0] if cursors else None,
            "endCursor": cursors[-1] if cursors else None,
            "rows": {"startCursor": shown[:1], "endCursor": shown[-1:]},
        },
    }


def _order_of(reader: Reader, root: Root, given: Mapping[str, Any] | None) -> _Order:
    name = given["field"].lower() if given else root.entry.order[0]
    is_descending = given["direction"] == "DESC" if given else root.entry.descending
    fields = reader.catalogue.types[root.entry.type].fields.values()
    column = next(field for field in fields if isinstance(field, ColumnField) and field.columns == (name,))
    return _Order(column=column, is_descending=is_descending)


def _beside(reader: Reader, root: Root, order: _Order, after: _After | None) -> tuple[str, ...]:
    value = order.column.sql.format(row="r")
    side = "0"
    if after is not None and after.value is not None:
        bound = f"{{given:after.value:text}}::{_TYPES.get(order.column.shape, 'text')}"
        side = f"CASE WHEN {value} < {bound} THEN -1 WHEN {value} = {bound} THEN 0 ELSE 1 END"
    subject = reader.catalogue.types[root.entry.type].declared.subject
    return (
        f"dense_rank() OVER (ORDER BY {value})",
        side,
        f"json_build_array({value}::text, r.id)::text",
        "json_build_array(NULL::text, r.id)::text",
        f"r.{subject}" if subject else "NULL",
    )


def _after_value(after: _After | None) -> dict[str, str]:
    return {} if after is None or after.value is None else {"after.value": after.value}


def _told(reader: Reader, row: PlainRow, field: str) -> Any:
    """The value that a condition may see; for a condition on the person, whom the row is about."""
    fields = reader.catalogue.types[row.type_name].fields
    known = fields.get(field)
    if not isinstance(known, ColumnField):
        subject = (reader.catalogue.types[row.type_name].declared.subject,)
        shown_by = (f.action for f in fields.values() if isinstance(f, ColumnField) and f.columns == subject)
        return row.beside[_SUBJECT] if all(action in row.granted for action in shown_by) else None
    return row.values[field] if known.action in row.granted else None


def _holds(operator: str, value: Any, wanted: Any) -> bool:
    """What is absent fulfils no condition."""
    if value is None or wanted is None:
        return False
    match operator:
        case "in":
            return value in wanted
        case "ge":
            return value >= wanted
        case "lt":
            return value < wanted
        case _:
            return str(value) == str(wanted) if isinstance(value, UUID) else value == wanted


def _cursor(row: PlainRow, order: _Order, sealed: Mapping[str, Any]) -> str:
    payload = row.beside[_PAYLOAD if order.is_present(row) else _BARE_PAYLOAD].encode()
    tag = sha256(sealed["seal.outer"] + sha256(sealed["seal.inner"] + payload).digest()).digest()[:_TAG]
    return base64.urlsafe_b64encode(payload + tag).decode().rstrip("=")
