"""A hub in a process of its own, as the demo serves it: settings on stdin, a line on stdout when it answers."""

from __future__ import annotations

import asyncio
import json
import logging
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import uvloop

from hub import settings as reading
from hub.app import running
from hub.cli.running import settle
from hub.demo.personas import PERSONAS
from hub.edge.server import listen, server
from hub.settings import DatabaseRole


async def serve(given: dict[str, Any]) -> None:
    listener = listen("127.0.0.1", given["port"])
    settings = reading.demo(port=given["port"], data=Path(given["data"]), cases=0, key=bytes(range(32)), environment={})
    databases = {DatabaseRole(role): dsn for role, dsn in given["databases"].items()}
    limits = replace(settings.limits, **given.get("limits", {}))
    async with running(replace(settings, databases=databases, limits=limits), PERSONAS) as hub:
        settle()
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        await server(hub.app, settings, on_drain=hub.drain).serve(sockets=[listener])


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(serve(json.loads(sys.stdin.readline())))
