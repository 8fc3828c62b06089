"""What commands say to the database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

import sqlalchemy as sa
from asyncpg.connection import Connection

from hub.store.session import Sessions


@contextmanager
def noted(sessions: Sessions) -> Iterator[list[str]]:
    """The statements, while it lasts: those through SQLAlchemy, and rows that are copied past it."""
    seen: list[str] = []
    copy = Connection.copy_records_to_table

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        seen.append(statement)

    @wraps(copy)
    async def copying(self: Any, table: str, **named: Any) -> Any:
        seen.append(copied(table, **named))
        return await copy(self, table, **named)

    engine = sessions._engine.sync_engine
    sa.event.listen(engine, "before_cursor_execute", note)
    Connection.copy_records_to_table = copying
    try:
        yield seen
    finally:
        Connection.copy_records_to_table = copy
        sa.event.remove(engine, "before_cursor_execute", note)


def copied(table: str, *, columns: list[str], **_: Any) -> str:
    """What is said where rows are copied into a table."""
    return f"COPY {table} ({', '.join(columns)})"
