"""Rows of one table at once, however many they are, as PostgreSQL takes them in quickest.

A statement for each row would set off the triggers of the table for each of them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB, dialect
from sqlmodel import SQLModel

from hub.store.driver import Held, driver_of

_DIALECT: Final[sa.Dialect] = dialect()


async def insert_rows(session: Held, table: type[SQLModel], rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows that all have the same columns."""
    if not rows:
        return
    own: Any = sa.inspect(table).local_table
    driver = await driver_of(session)
    if len(rows) == 1:
        # Prepared once a connection. To copy is two round trips, and one more to ask for the types each time.
        (row,) = rows
        await driver.execute(_insert(own, tuple(row)), *(_stored(own, name, value) for name, value in row.items()))
        return
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    # What none of them has need not travel, unless something else would be put in its place.
    columns = {
        name: values
        for name, values in columns.items()
        if own.columns[name].server_default is not None or any(value is not None for value in values)
    }
    for name, values in columns.items():
        if isinstance(own.columns[name].type, JSONB):
            columns[name] = [_stored(own, name, value) for value in values]
    await driver.copy_records_to_table(
        own.name, schema_name=own.schema, columns=list(columns), records=zip(*columns.values(), strict=True)
    )


async def update_rows(session: Held, table: type[SQLModel], rows: Sequence[Mapping[str, Any]]) -> None:
    """Change the rows with these ids, each to values of its own. All bring the same columns, none of them an array."""
    if rows:
        own: Any = sa.inspect(table).local_table
        driver = await driver_of(session)
        await driver.execute(_update(own, tuple(rows[0])), *([row[name] for row in rows] for name in rows[0]))


@cache
def _insert(own: Any, names: tuple[str, ...]) -> str:
    """Every column is named, whether or not it has a value: few statements, each prepared once."""
    values = ", ".join(f"${number}" for number, _ in enumerate(names, start=1))
    return f"INSERT INTO {_quoted(own)} ({', '.join(names)}) VALUES ({values})"


@cache
def _update(own: Any, names: tuple[str, ...]) -> str:
    types = (own.columns[name].type.compile(_DIALECT) for name in names)
    given = ", ".join(f"${number}::{sql_type}[]" for number, sql_type in enumerate(types, start=1))
    changed = ", ".join(f"{name} = given.{name}" for name in names if name != "id")
    return (
        f"UPDATE {_quoted(own)} AS own SET {changed}"
        f" FROM unnest({given}) AS given ({', '.join(names)}) WHERE own.id = given.id"
    )


def _quoted(own: Any) -> str:
    return _DIALECT.identifier_preparer.format_table(own)


def _stored(own: Any, name: str, value: object) -> object:
    """JSON travels as text."""
    return json.dumps(value) if value is not None and isinstance(own.columns[name].type, JSONB) else value
