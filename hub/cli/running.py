"""Running an open hub until it is asked to stop."""

from __future__ import annotations

import asyncio
import gc
import logging
import socket
from collections.abc import Callable, Sequence
from typing import Any

import uvloop

from hub.app import running
from hub.cli.faults import CANNOT_START, refuse
from hub.edge.lifeline import Lifeline
from hub.edge.server import goodbye_seconds, server
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
        serve_until_stopped(settings, listener, personas=personas, on_open=on_open)
    except CANNOT_START as error:
        refuse("Bofast does not start", error)


def serve_until_stopped(
    settings: Settings,
    listener: socket.socket,
    *,
    personas: Sequence[Persona] = (),
    on_open: Callable[[], None] = lambda: None,
    lifeline: Lifeline | None = None,
) -> None:
    """The same, but what keeps it from starting is raised. With a lifeline it also stops when that says so."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve(settings, listener, personas, on_open, lifeline))


async def _serve(
    settings: Settings,
    listener: socket.socket,
    personas: Sequence[Persona],
    on_open: Callable[[], None],
    lifeline: Lifeline | None,
) -> None:
    asyncio.get_running_loop().set_exception_handler(_log_lost)
    async with running(settings, personas) as hub:
        counts = lifeline.counts if lifeline is not None else None
        one = server(hub.app, settings, on_drain=hub.drain, on_retire=hub.retire, counts=counts)
        if lifeline is not None:
            if not await lifeline.begin():
                return
            lifeline.listen(one.retire, within=goodbye_seconds(settings))
        settle()
        on_open()
        await one.serve(sockets=[listener])


def settle() -> None:
    """What was made by now stays for good, so the collector of garbage need not look at it again: it took some two
    tenths of a second each time, in which nobody was answered.
    """
    gc.collect()
    gc.freeze()


def _log_lost(_: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """What nobody awaited. asyncio would log the whole exception, with its values."""
    logger.error("lost error=%s", type(context.get("exception")).__name__)
