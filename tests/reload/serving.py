"""A process that serves a database which others serve too: `python -m tests.reload.serving`, settings on stdin."""

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


async def serve(given: dict[str, Any]) -> None:
    listener = listen("127.0.0.1", 0)
    port = listener.getsockname()[1]
    settings = reading.demo(port=port, data=Path(given["data"]), cases=0, key=bytes(range(32)), environment={})
    databases = {DatabaseRole(role): dsn for role, dsn in given["databases"].items()}
    settings = replace(settings, databases=databases, pool_size=3)
    async with running(settings, PERSONAS) as hub:
        sys.stdout.write(f"{port}\n")
        sys.stdout.flush()
        await server(hub.app, settings, on_drain=hub.drain).serve(sockets=[listener])


if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING)
    asked: dict[str, Any] = json.loads(sys.stdin.readline())
    if asked.get("faulty"):
        plant_an_old_set()
    asyncio.run(serve(asked))
