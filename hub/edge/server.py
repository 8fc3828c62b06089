"""uvicorn, set up so that it neither believes nor tells more than it should, and stops without cutting anybody off."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import signal
import socket
from collections.abc import Callable, Generator
from functools import partial

import uvicorn

from hub.edge.accepting import Counts, OneByOne
from hub.edge.asgi import App
from hub.edge.protocol import guarded
from hub.edge.websocket import GuardedSocket
from hub.settings import Settings

SIGNALS = (signal.SIGINT, signal.SIGTERM)
KEEP_ALIVE_SECONDS = 30
TICK_SECONDS = 0.1
SPARE_SECONDS = 30
LAST_ON_THIS_CONNECTION = (b"connection", b"close")


class CannotListen(Exception):
    """Requests cannot be taken in at this address. `hint` says what to look at."""

    hint = "Is it an address of this machine, and a port that this account may use?"


class PortTaken(CannotListen):
    """Another process listens on this port."""

    hint = "Another one may be running. Choose another port."


class Server(uvicorn.Server):
    """Says that it drains before it stops listening, and leaves what comes after to the caller."""

    def __init__(
        self,
        config: uvicorn.Config,
        *,
        drain_seconds: float,
        on_drain: Callable[[], None],
        on_retire: Callable[[], None],
        counts: Counts | None,
    ) -> None:
        super().__init__(config)
        self._drain_seconds = drain_seconds
        self._on_drain = on_drain
        self._on_retire = on_retire
        self._counts = counts
        self._is_retiring = False

    def retire(self) -> None:
        """Asks it to stop in favour of another process, which takes connections at the same port already."""
        self._is_retiring = self.should_exit = True

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        if self._counts is None or sockets is None:
            await super().startup(sockets)
            return
        make = partial(
            self.config.http_protocol_class,  # type: ignore[arg-type]
            config=self.config,
            server_state=self.server_state,
            app_state=self.lifespan.state,
        )
        held, counts = self._held, self._counts
        self.servers = [OneByOne(one, make, held=held, counts=counts) for one in sockets]  # type: ignore[misc]
        self.started = True

    def _held(self) -> int:
        return len(self.server_state.connections)

    async def on_tick(self, counter: int) -> bool:
        if self._counts is not None and not self._is_retiring:
            self._counts.tell(self._held())
        return await super().on_tick(counter)

    async def main_loop(self) -> None:
        await super().main_loop()
        if self._is_retiring:
            for one in self.servers:
                one.close()
            self._on_retire()
            # Who is in the middle of something is answered, and comes back to the other process. Whoever says nothing
            # is let go of as ever: by the time that a connection may lie idle, and no sooner.
            await self._last_answers(KEEP_ALIVE_SECONDS + 1, until_nobody_is_left=True)
        else:
            self._on_drain()
            # A load balancer needs a moment to read /health/ready before connections are refused.
            await self._last_answers(self._drain_seconds, until_nobody_is_left=False)

    async def _last_answers(self, seconds: float, *, until_nobody_is_left: bool) -> None:
        """Goes on answering for a while, each time with the word that the connection ends here."""
        self.config.encoded_headers = [*self.config.encoded_headers, LAST_ON_THIS_CONNECTION]
        for tick in range(round(seconds / TICK_SECONDS)):
            if self.force_exit or (until_nobody_is_left and not self.server_state.connections):
                return
            # Puts the date right, and the word from now on.
            await self.on_tick(tick)
            await asyncio.sleep(TICK_SECONDS)

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None]:
        # Unlike uvicorn's own, this does not raise the signal again: the database has yet to be stopped.
        before = {number: signal.signal(number, self.handle_exit) for number in SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def server(
    app: App,
    settings: Settings,
    *,
    on_drain: Callable[[], None] = lambda: None,
    on_retire: Callable[[], None] = lambda: None,
    counts: Counts | None = None,
) -> Server:
    """`counts` are those of the processes that take connections from the same listening socket."""
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
    return Server(config, drain_seconds=settings.drain_seconds, on_drain=on_drain, on_retire=on_retire, counts=counts)


def goodbye_seconds(settings: Settings) -> float:
    """The longest that a process may take from when it is asked to stop until it is gone, and something to spare."""
    return settings.drain_seconds + KEEP_ALIVE_SECONDS + settings.limits.send_seconds + SPARE_SECONDS


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
