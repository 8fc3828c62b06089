"""Every statement that the hub gives to PostgreSQL, by the name of the connection that it goes over, in the order
given.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from itertools import pairwise
from typing import Any

from asyncpg.connection import Connection
from asyncpg.prepared_stmt import PreparedStatement

from hub.store.roles import Role
from tests.statements import copied

# What the clock sets off: the line of events ten times a second, who is to be called four times, the index of the
# record every five seconds, the register of parties every fifteen, and who is asking, whose row is kept for thirty.
_BY_THE_CLOCK = ("bofast line", "bofast webhooks", "bofast access index", "bofast-register")
# What falls due is done every minute, on the connections of commands; files that wait are looked for every second.
_CLOCKS_TASKS = ("jobs", "files")
_JUDGING = "DELETE FROM hub.upload_part"
_PASSING = "FROM hub.unrouted"
_PATIENCE = 10.0

Statement = tuple[str, str]
"""The connection's name and the SQL. Values are bound, so what is asked of whom is no part of it."""


class Watch:
    """What has been executed in this database since it was last asked. Another hub of the process has its own."""

    def __init__(self, database: str) -> None:
        self._database = database
        self._seen: list[Statement] = []
        self._of_files: list[str] = []

    def take(self) -> tuple[Statement, ...]:
        """The statements since the last call."""
        seen, self._seen = self._seen, []
        return tuple(seen)

    def take_judged(self) -> list[list[str]]:
        """The transactions since the last call in which rows of files were judged."""
        seen, self._of_files = self._of_files, []
        begins = [at for at, sql in enumerate(seen) if sql.startswith("BEGIN")]
        whole = [seen[at:end] for at, end in pairwise([*begins, len(seen)])]
        return [one for one in whole if any(_JUDGING in sql for sql in one)]

    def wait_until_passed_on(self) -> None:
        """Until what was submitted has been passed on to cases, which is done after the answer."""
        until = time.monotonic() + _PATIENCE
        while time.monotonic() < until:
            statements = [sql for _, sql in self._seen]
            passing = next((at for at, sql in enumerate(statements) if _PASSING in sql), len(statements))
            if any(sql.startswith(("COMMIT", "ROLLBACK")) for sql in statements[passing:]):
                return
            time.sleep(0.01)
        raise TimeoutError("nothing was passed on")

    def note(self, connection: Any, sql: str) -> None:
        if connection._params.database != self._database:
            return
        name = (connection._params.server_settings or {}).get("application_name", "?")
        is_test = connection._params.user == Role.OWNER
        task = asyncio.current_task()
        is_due = task is not None and task.get_name() in _CLOCKS_TASKS
        if task is not None and task.get_name() == "files":
            self._of_files.append(sql)
        if name not in _BY_THE_CLOCK and not is_test and not is_due:
            self._seen.append((name, sql))


@contextmanager
def watching(database: str) -> Iterator[Watch]:
    """All connections of the process to this database, asyncpg's own and those under SQLAlchemy."""
    watch = Watch(database)
    places: list[tuple[type, str, Callable[..., str | None]]] = [
        (Connection, "_execute", lambda query, *_, **__: query),
        (Connection, "_executemany", lambda query, *_, **__: query),
        # With parameters it goes on to `_execute`.
        (Connection, "execute", lambda query, *args, **_: None if args else query),
        (Connection, "copy_records_to_table", copied),
        (PreparedStatement, "_PreparedStatement__do_execute", lambda *_, **__: ""),
    ]
    kept = [(owner, name, getattr(owner, name)) for owner, name, _ in places]
    for owner, name, sql_of in places:
        setattr(owner, name, _noting(watch, getattr(owner, name), sql_of))
    try:
        yield watch
    finally:
        for owner, name, original in kept:
            setattr(owner, name, original)


def _noting(watch: Watch, original: Any, sql_of: Callable[..., str | None]) -> Any:
    @wraps(original)
    async def noted(self: Any, *args: Any, **named: Any) -> Any:
        sql = sql_of(*args, **named)
        if isinstance(self, PreparedStatement):
            watch.note(self._connection, self._query)
        elif sql is not None:
            watch.note(self, sql)
        return await original(self, *args, **named)

    return noted
