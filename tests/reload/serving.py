"""Processes for the tests: `python -m tests.reload.serving` reads the program in once, and for each line on stdin makes
a process that serves a database, runs a command or puts a set in force. The answer on stdout says which it is.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import socket
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn

from hub import settings as reading
from hub.app import running
from hub.cli import app
from hub.demo.personas import PERSONAS
from hub.edge.server import listen, server
from hub.rules import Rules
from hub.rules.activation import reload
from hub.settings import DatabaseRole
from tests.reload.sets import read_both


def plant_an_old_set() -> None:
    """A fault: the set that was loaded at start stands for ever, and nothing asks which one is in force."""
    from hub.plan import plan
    from hub.rules import standing

    async def believe(*_: Any) -> None:
        """Whatever is asked, it is in force."""

    plan.ACTIVE = "SELECT policies.digest FROM (SELECT NULL::text) AS policies (digest)"
    compiled = plan.Planner._compile

    def without_the_question(self: plan.Planner, *given: Any) -> plan.Plan:
        made = compiled(self, *given)
        return replace(made, sql=made.sql.replace(f"({plan.ACTIVE}) = ", "'' IS DISTINCT FROM "))

    plan.Planner._compile = without_the_question  # type: ignore[method-assign]
    standing.expect_in_force = believe


async def serve(listener: socket.socket, given: Mapping[str, Any]) -> None:
    port = listener.getsockname()[1]
    settings = reading.demo(port=port, data=Path(given["data"]), cases=0, key=bytes(range(32)), environment={})
    databases = {DatabaseRole(role): dsn for role, dsn in given["databases"].items()}
    settings = replace(settings, databases=databases, pool_size=3)
    async with running(settings, PERSONAS) as hub:
        await server(hub.app, settings, on_drain=hub.drain).serve(sockets=[listener])


def serve_in_child(given: Mapping[str, Any]) -> dict[str, int]:
    # Whoever asks before it is open waits in the queue of the port.
    listener = listen("127.0.0.1", 0)

    def run() -> None:
        if given["faulty"]:
            plant_an_old_set()
        asyncio.run(serve(listener, given))

    with listener:
        return {"pid": forked(run), "port": listener.getsockname()[1]}


def command_in_child(given: Mapping[str, Any]) -> dict[str, int]:
    """One command, as a shell would start it; what it says goes to a file."""

    def run() -> None:
        said = os.open(given["said"], os.O_CREAT | os.O_WRONLY)
        os.dup2(said, 1)
        os.dup2(said, 2)
        os.environ.update(given["settings"])
        app(given["arguments"])

    return {"pid": forked(run)}


def reload_in_child(given: Mapping[str, Any], both: tuple[Rules, Rules]) -> dict[str, int]:
    """What the command does once it has read the set."""
    return {"pid": forked(lambda: asyncio.run(reload(given["owner"], both[given["set"]])) and None)}


def forked(run: Callable[[], None]) -> int:
    return os.fork() or _in_child(run)


def _in_child(run: Callable[[], None]) -> NoReturn:
    code: Any = 1
    try:
        run()
        code = 0
    except SystemExit as ended:
        code = ended.code
    finally:
        sys.stderr.flush()
        os._exit(code or 0)


def main() -> None:
    logging.basicConfig(level=logging.ERROR)
    # Nobody waits for the children here, and none shall stay behind as a zombie.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    both = read_both()
    children: list[int] = []
    for line in sys.stdin:
        given: dict[str, Any] = json.loads(line)
        match given["do"]:
            case "serve":
                made = serve_in_child(given)
            case "command":
                made = command_in_child(given)
            case _:
                made = reload_in_child(given, both)
        children.append(made["pid"])
        sys.stdout.write(json.dumps(made) + "\n")
        sys.stdout.flush()
    for child in children:
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
    os._exit(0)


if __name__ == "__main__":
    main()
