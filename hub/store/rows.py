"""Many rows of one table at once, however many they are, as PostgreSQL takes them in quickest.

A statement for each row would set off the triggers of the table for each of them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import SQLModel

from hub.store.driver import driver_of


async def insert_rows(
    session: AsyncSession,
    table: type[SQLModel],
    rows: Sequence[Mapping[str, Any]],
    meanwhile: Callable[[], None] = lambda: None,
) -> None:
    """Insert rows that all have the same columns. `meanwhile` is called when they are on their way, if any are."""
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
    for name, values in columns.items():
        if isinstance(own.columns[name].type, JSONB):
            columns[name] = [None if value is None else json.dumps(value) for value in values]
    driver = await driver_of(session)
    await driver.copy_records_to_table(
        own.name, schema_name=own.schema, columns=list(columns), records=_sent(columns.values(), meanwhile)
    )


def _sent(columns: Iterable[Sequence[Any]], meanwhile: Callable[[], None]) -> Iterator[tuple[Any, ...]]:
    """The driver takes one row after the other, and then waits for the database."""
    yield from zip(*columns, strict=True)
    meanwhile()
