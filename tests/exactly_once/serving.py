"""A process of the hub that is there to be killed: settings on stdin, a line on stdout when it answers.

It comes back at the same port, with the same keys, over the same database: what an operator's supervisor would do.
"""

from __future__ import annotations

import asyncio
import json
import logging
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from hub import settings as reading
from hub.app import running
from hub.demo.personas import PERSONAS
from hub.edge.server import listen, server
from hub.settings import DatabaseRole


async def serve(given: dict[str, Any]) -> None:
    listener = listen("127.0.0.1", given["port"])
    settings = reading.demo(port=given["port"], data=Path(given["data"]), cases=0, key=bytes(range(32)), environment={})
    databases = {DatabaseRole(role): dsn for role, dsn in given["databases"].items()}
    settings = replace(settings, databases=databases, pool_size=3)
    async with running(settings, PERSONAS) as hub:
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        await server(hub.app, settings, on_drain=hub.drain).serve(sockets=[listener])


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    asyncio.run(serve(json.loads(sys.stdin.readline())))
