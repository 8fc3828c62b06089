"""uvicorn, set up so that it neither believes nor tells more than it should, and stops without cutting anybody off."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import signal
import socket
from collections.abc import Callable, Generator

import uvicorn

from hub.edge.asgi import App
from hub.edge.protocol import guarded
from hub.edge.websocket import GuardedSocket
from hub.settings import Settings

SIGNALS = (signal.SIGINT, signal.SIGTERM)
KEEP_ALIVE_SECONDS = 30
TICK_SECONDS = 0.1


class CannotListen(Exception):
    """Requests cannot be taken in at this address. `hint` says what to look at."""

    hint = "Is it an address of this machine, and a port that this account may use?"


class PortTaken(CannotListen):
    """Another process listens on this port."""

    hint = "Another one may be running. Choose another port."


class Server(uvicorn.Server):
    """Says that it drains before it stops listening, and leaves what comes after to the caller."""

    def __init__(self, config: uvicorn.Config, *, drain_seconds: float, on_drain: Callable[[], None]) -> None:
        super().__init__(config)
        self._drain_seconds = drain_seconds
        self._on_drain = on_drain

    async def main_loop(self) -> None:
        await super().main_loop()
        self._on_drain()
        # A load balancer needs a moment to read /health/ready before connections are refused.
        waited = 0.0
        while waited < self._drain_seconds and not self.force_exit:
            await asyncio.sleep(TICK_SECONDS)
            waited += TICK_SECONDS

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None]:
        # Unlike uvicorn's own, this does not raise the signal again: the database has yet to be stopped.
        before = {number: signal.signal(number, self.handle_exit) for number in SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def server(app: App, settings: Settings, *, on_drain: Callable[[], None] = lambda: None) -> Server:
    limits = settings.limits
    config = uvicorn.Config(
        app,
        http=guarded(head_bytes=limits.header_bytes + 8_192, head_seconds=limits.head_seconds),
        ws=GuardedSocket,
        ws_max_size=limits.live_message_bytes,
        ws_ping_interval=limits.live_ping_seconds,
        ws_ping_timeout=limits.live_ping_seconds,
        # What is compressed can be guessed at by its size, and a little of it can unfold to much.
        ws_per_message_deflate=False,
        lifespan="off",
        log_config=None,
        # The access log would name paths and addresses; the record says who looked at what.
        access_log=False,
        # No forwarding header is believed, from anybody: nothing here depends on the sender's address.
        proxy_headers=False,
        server_header=False,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=limits.send_seconds,
    )
    return Server(config, drain_seconds=settings.drain_seconds, on_drain=on_drain)


def listen(host: str, port: int) -> socket.socket:
    """Takes the port before anything else is started, so that a taken one costs nobody any time."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(1024)
    except OSError as error:
        listener.close()
        taken = error.errno == errno.EADDRINUSE
        raise (
            PortTaken(f"Port {port} is taken.") if taken else CannotListen(f"Cannot listen at {host}:{port}.")
        ) from error
    listener.setblocking(False)
    return listener
