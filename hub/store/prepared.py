"""A connection and the statements that it keeps prepared: as many as fit, the longest unused going first."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from typing import Any

import asyncpg
from asyncpg.prepared_stmt import PreparedStatement


class Prepared:
    """Statements by their text. `characters` is how long all of them may be together.

    PostgreSQL keeps what it has worked out of a statement in the memory of its own process, a hundred bytes and more
    for each character. The driver counts statements only, and a client decides how long those of its documents are.
    """

    def __init__(self, connection: asyncpg.Connection, characters: int) -> None:
        self.connection = connection
        self._characters = characters
        self._kept: OrderedDict[str, PreparedStatement] = OrderedDict()
        self._size = 0

    async def fetchrow(self, sql: str, args: Sequence[Any], *, timeout: float) -> asyncpg.Record | None:  # noqa: ASYNC109 - the driver's
        """The first row. Each of the two steps may take as long as `timeout`, in seconds."""
        statement = self._kept.get(sql)
        if statement is None:
            # With a name, or it would be prepared anew each time.
            statement = await self.connection.prepare(sql, name=True, timeout=timeout)
            self._keep(sql, statement)
        else:
            self._kept.move_to_end(sql)
        return await statement.fetchrow(*args, timeout=timeout)

    def _keep(self, sql: str, statement: PreparedStatement) -> None:
        """What is let go the driver closes, with the next one that it prepares. One that fits nowhere is not kept."""
        if len(sql) > self._characters:
            return
        self._kept[sql] = statement
        self._size += len(sql)
        while self._size > self._characters:
            gone, _ = self._kept.popitem(last=False)
            self._size -= len(gone)
