"""Many rows of one table in one statement, however many they are: an array for each column.

A statement for each row would set off the triggers of the table for each of them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import SQLModel

_DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]


async def insert_rows(session: AsyncSession, table: type[SQLModel], rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows that all have the same columns."""
    if not rows:
        return
    own: Any = sa.inspect(table).local_table
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    # What none of them has need not travel, unless something else would be put in its place.
    columns = {
        name: values
        for name, values in columns.items()
        if own.columns[name].server_default is not None or any(value is not None for value in values)
    }
    statement, documents = _statement(own, tuple(columns))
    for name in documents:
        columns[name] = [None if value is None else json.dumps(value) for value in columns[name]]
    await (await session.connection()).execute(statement, columns)


@cache
def _statement(own: sa.Table, names: tuple[str, ...]) -> tuple[sa.TextClause, tuple[str, ...]]:
    """The statement, and which of the columns hold JSON: those travel as text."""
    kinds = {name: own.columns[name].type.compile(_DIALECT) for name in names}
    documents = tuple(name for name, kind in kinds.items() if kind == "JSONB")
    arrays = ", ".join(f"CAST(:{name} AS {'text' if name in documents else kind}[])" for name, kind in kinds.items())
    values = ", ".join(f'CAST(line."{name}" AS jsonb)' if name in documents else f'line."{name}"' for name in names)
    listed = ", ".join(f'"{name}"' for name in names)
    return (
        sa.text(f"INSERT INTO {own.fullname} ({listed}) SELECT {values} FROM unnest({arrays}) AS line ({listed})"),
        documents,
    )
