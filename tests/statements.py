"""What commands say to the database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import wraps
from threading import get_ident
from typing import Any

import sqlalchemy as sa
from asyncpg.connection import Connection

from hub.store.session import Sessions


@contextmanager
def noted(sessions: Sessions) -> Iterator[list[str]]:
    """The statements of this thread, while it lasts: those through SQLAlchemy, and those that are given to its driver.

    A hub that other tests share may be at work in another thread.
    """
    seen: list[str] = []
    mine = get_ident()
    copy, execute = Connection.copy_records_to_table, Connection._execute

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        seen.append(statement)

    @wraps(copy)
    async def copying(self: Any, table: str, **named: Any) -> Any:
        if get_ident() == mine:
            seen.append(copied(table, **named))
        return await copy(self, table, **named)

    @wraps(execute)
    async def executing(self: Any, query: str, *given: Any, **named: Any) -> Any:
        # The record, and whatever else there is, has connections of its own.
        if get_ident() == mine and self._params.server_settings.get("application_name") == "bofast commands":
            seen.append(query)
        return await execute(self, query, *given, **named)

    engine = sessions._engine.sync_engine
    sa.event.listen(engine, "before_cursor_execute", note)
    Connection.copy_records_to_table, Connection._execute = copying, executing
    try:
        yield seen
    finally:
        Connection.copy_records_to_table, Connection._execute = copy, execute
        sa.event.remove(engine, "before_cursor_execute", note)


def copied(table: str, *, columns: list[str], **_: Any) -> str:
    """What is said where rows are copied into a table."""
    return f"COPY {table} ({', '.join(columns)})"
