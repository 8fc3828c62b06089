"""A real HTTP server on a free loopback port, for the time of a test."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import uvicorn

App = Callable[..., Awaitable[Any]]


@asynccontextmanager
async def serving(make_app: Callable[[str], App]) -> AsyncIterator[str]:
    """Serves what `make_app` makes of the server's own address, which is also what the block gets."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        config = uvicorn.Config(make_app(address), log_level="error", lifespan="off", access_log=False)
        server = uvicorn.Server(config)
        task = asyncio.create_task(server.serve(sockets=[listener]))
        try:
            while not server.started:
                await asyncio.sleep(0.005)
            yield address
        finally:
            server.should_exit = True
            await task
