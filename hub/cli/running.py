"""Running an open hub until it is asked to stop."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Callable, Sequence
from typing import Any

import asyncpg
import uvloop
from sqlalchemy.exc import SQLAlchemyError

from hub.app import running
from hub.cli.output import fail
from hub.edge.server import server
from hub.errors import BofastError
from hub.identity.personas import Persona
from hub.settings import Settings, SettingsError

logger = logging.getLogger("bofast")
CANNOT_START = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, SQLAlchemyError, BofastError)


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
    except SettingsError as error:
        fail("Bofast does not start:\n" + "\n".join(f"  - {problem}" for problem in error.problems))
    except CANNOT_START as error:
        fail(f"Bofast does not start: {reason(error)}.")


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


def reason(error: Exception) -> str:
    """The kind of failure, and its code where it has one: texts of a database quote what they were given."""
    if isinstance(error, BofastError):
        return f"{error.code} ({error.detail})" if error.detail else error.code
    if isinstance(error, OSError | asyncpg.InterfaceError):
        return f"the database cannot be reached ({type(error).__name__})"
    return f"the database refused ({getattr(error, 'sqlstate', type(error).__name__)})"
