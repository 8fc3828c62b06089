"""Running an open hub until it is asked to stop."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Callable, Sequence
from typing import Any

import uvloop

from hub.app import running
from hub.cli.faults import CANNOT_START, refuse
from hub.edge.server import server
from hub.identity.personas import Persona
from hub.settings import Settings

logger = logging.getLogger("bofast")


def run_hub(
    settings: Settings,
    listener: socket.socket,
    *,
    personas: Sequence[Persona] = (),
    on_open: Callable[[], None] = lambda: None,
) -> None:
    """Serves until a signal comes, then lets the requests under way finish. Returns; the caller cleans up."""
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(_serve(settings, listener, personas, on_open))
    except CANNOT_START as error:
        refuse("Bofast does not start", error)


async def _serve(
    settings: Settings, listener: socket.socket, personas: Sequence[Persona], on_open: Callable[[], None]
) -> None:
    asyncio.get_running_loop().set_exception_handler(_log_lost)
    async with running(settings, personas) as hub:
        on_open()
        await server(hub.app, settings, on_drain=hub.drain).serve(sockets=[listener])


def _log_lost(_: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """What nobody awaited. asyncio would log the whole exception, with its values."""
    logger.error("lost error=%s", type(context.get("exception")).__name__)
