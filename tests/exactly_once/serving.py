"""Processes of the hub that are there to be killed: settings on stdin, and a line for each that is to be started; its
number on stdout when it answers, or that it does not.

Each comes back at the same port, with the same keys, over the same database: what an operator's supervisor would do. It
is a fork of one that has imported everything and read the policies, so that many can be killed in a short time.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from hub import settings as reading
from hub.app import running
from hub.demo.personas import PERSONAS
from hub.edge.server import listen, server
from hub.rules import rules
from hub.settings import DatabaseRole


async def serve(given: dict[str, Any]) -> None:
    listener = listen("127.0.0.1", given["port"])
    settings = reading.demo(port=given["port"], data=Path(given["data"]), cases=0, key=bytes(range(32)), environment={})
    databases = {DatabaseRole(role): dsn for role, dsn in given["databases"].items()}
    settings = replace(settings, databases=databases, pool_size=3)
    async with running(settings, PERSONAS) as hub:
        say(str(os.getpid()))
        await server(hub.app, settings, on_drain=hub.drain).serve(sockets=[listener])


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> None:
    given = json.loads(sys.stdin.readline())
    rules()
    for _ in sys.stdin:
        if os.fork() == 0:
            try:
                asyncio.run(serve(given))
            except Exception:  # noqa: BLE001  whatever it is, another is started
                say("ended")
            os._exit(1)


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    # Nobody waits for those that are killed.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    main()
