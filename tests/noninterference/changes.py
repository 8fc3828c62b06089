"""Changes of the data, with the way back: a value altered, a row removed, a row added. Each is one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import SQLModel

from hub.store.tables import LEDGERS
from tests.acceptance.house import House
from tests.log_lines import FROM_JSON, REMOVE, adding, as_json

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A statement and the one that takes it back."""

    do: tuple[str, Sequence[Any]]
    undo: tuple[str, Sequence[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What is done to the data, in words and in steps."""

    name: str
    steps: tuple[Step, ...]

    def reversed(self) -> Change:
        """The same change the other way: what was added is removed."""
        steps = tuple(Step(do=step.undo, undo=step.do) for step in reversed(self.steps))
        return Change(name=f"not: {self.name}", steps=steps)


@contextmanager
def changed(house: House, change: Change) -> Iterator[None]:
    """The data with the change, for as long as the context lasts."""
    _run(house, [step.do for step in change.steps])
    try:
        yield
    finally:
        _run(house, [step.undo for step in reversed(change.steps)])


def unlock_ledgers(house: House) -> None:
    """Let a test take back what a ledger would keep. The record stays locked."""
    for ledger in LEDGERS:
        house.execute(f"ALTER TABLE {table_of(ledger)} DISABLE TRIGGER refuse_change")


def table_of(model: type[SQLModel]) -> str:
    table = model.__table__  # type: ignore[attr-defined]
    return f'{table.schema}."{table.name}"'


def altered(table: str, row: Row, values: Row) -> Step:
    return Step(
        do=_update(table, row["id"], values), undo=_update(table, row["id"], {name: row[name] for name in values})
    )


def removed(table: str, row: Row) -> Step:
    return Step(do=_delete(table, row["id"]), undo=_insert(table, row))


def added(table: str, row: Row) -> Step:
    return Step(do=_insert(table, row), undo=_delete(table, row["id"]))


def line_added(line: Row) -> Step:
    """Another line of the access log."""
    return Step(do=(adding(FROM_JSON), [as_json([line])]), undo=(REMOVE, [line["id"]]))


def columns(table: str) -> list[sa.Column[Any]]:
    """The columns that can be written."""
    known = SQLModel.metadata.tables[table.replace('"', "")]
    return [column for column in known.columns if column.computed is None and column.identity is None]


def rows(house: House, table: str, condition: str = "true", *arguments: object) -> list[dict[str, Any]]:
    """Rows of a table, as they can be put back."""
    names = ", ".join(column.name for column in columns(table))
    order = "id" if "id" in names.split(", ") else "1"
    return house.rows(f"SELECT {names} FROM {table} WHERE {condition} ORDER BY {order}", *arguments)


def _insert(table: str, row: Row) -> tuple[str, Sequence[Any]]:
    places = ", ".join(f"${number}" for number in range(1, len(row) + 1))
    return f"INSERT INTO {table} ({', '.join(row)}) VALUES ({places})", list(row.values())


def _update(table: str, row_id: UUID, values: Row) -> tuple[str, Sequence[Any]]:
    places = ", ".join(f"{name} = ${number}" for number, name in enumerate(values, start=2))
    return f"UPDATE {table} SET {places} WHERE id = $1", [row_id, *values.values()]


def _delete(table: str, row_id: UUID) -> tuple[str, Sequence[Any]]:
    return f"DELETE FROM {table} WHERE id = $1", [row_id]


def _run(house: House, statements: Iterable[tuple[str, Sequence[Any]]]) -> None:
    async def run() -> None:
        async with house.owner.transaction():
            for sql, arguments in statements:
                await house.owner.execute(sql, *arguments)
            # A row that a test puts into a ledger was handed in by nobody: it is not passed on.
            await house.owner.execute("DELETE FROM hub.unrouted")

    house.runner.run(run())
