"""A process that serves a database which others serve too: settings on stdin, its port on stdout.

Told to be `forgetful: false`, it remembers what it read for a while: the fault that the races must find.
"""

from __future__ import annotations

import asyncio
import json
import logging
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from hub import settings as reading
from hub.app import running
from hub.demo.personas import PERSONAS
from hub.edge.server import listen, server
from hub.settings import DatabaseRole
from hub.store.pool import ReadPool

MEMORY = 0.3
"""Seconds that a planted cache believes what it has read."""


def plant_a_cache() -> None:
    """A fault: what was read is believed for a while."""
    read = ReadPool.fetchrow
    kept: dict[object, tuple[float, Any]] = {}

    async def remembering(self: ReadPool, sql: str, args: Sequence[Any] = ()) -> Any:
        key = (sql, tuple(args))
        found = kept.get(key)
        if found is None or time.monotonic() - found[0] > MEMORY:
            found = kept[key] = (time.monotonic(), await read(self, sql, args))
        return found[1]

    ReadPool.fetchrow = remembering  # type: ignore[method-assign]


async def serve(given: dict[str, Any]) -> None:
    listener = listen("127.0.0.1", 0)
    settings = reading.demo(
        port=listener.getsockname()[1], data=Path(given["data"]), cases=0, key=bytes(range(32)), environment={}
    )
    databases = {DatabaseRole(role): dsn for role, dsn in given["databases"].items()}
    settings = replace(settings, databases=databases, pool_size=3)
    async with running(settings, PERSONAS) as hub:
        sys.stdout.write(f"{settings.port}\n")
        sys.stdout.flush()
        await server(hub.app, settings, on_drain=hub.drain).serve(sockets=[listener])


if __name__ == "__main__":
    logging.basicConfig(level=logging.ERROR)
    asked: dict[str, Any] = json.loads(sys.stdin.readline())
    if not asked["forgetful"]:
        plant_a_cache()
    asyncio.run(serve(asked))
