"""A hub in a process of its own, as the demo serves it: settings on stdin, a line on stdout when it answers.

On SIGUSR1 it writes down how often a document or a plan could be used again.
"""

from __future__ import annotations

import asyncio
import json
import logging
import signal
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import uvloop

from hub import settings as reading
from hub.app import Hub, running
from hub.cli.running import settle
from hub.demo.personas import PERSONAS
from hub.edge.server import listen, server
from hub.settings import DatabaseRole

REMEMBERED = "remembered.json"


async def serve(given: dict[str, Any]) -> None:
    listener = listen("127.0.0.1", given["port"])
    settings = reading.demo(port=given["port"], data=Path(given["data"]), cases=0, key=bytes(range(32)), environment={})
    databases = {DatabaseRole(role): dsn for role, dsn in given["databases"].items()}
    limits = replace(settings.limits, **given.get("limits", {}))
    async with running(replace(settings, databases=databases, limits=limits), PERSONAS) as hub:
        settle()
        asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, _write_down, hub, Path(given["data"]))
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        await server(hub.app, settings, on_drain=hub.drain).serve(sockets=[listener])


def _write_down(hub: Hub, folder: Path) -> None:
    unfinished = folder / f"{REMEMBERED}.new"
    unfinished.write_text(json.dumps(hub.remembered()), encoding="utf-8")
    unfinished.replace(folder / REMEMBERED)


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(serve(json.loads(sys.stdin.readline())))
