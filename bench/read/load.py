"""The load: so many connections, each with one request at a time, over plain sockets. It is not what is measured, so it
does as little as it can: an answer is counted by its length, and looked at no further than its first bytes.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import cast

HOST = "127.0.0.1"
_LENGTH = b"content-length:"
_OK = b"HTTP/1.1 200"
_DATA = (b'{"data":{', b'{"data": {')


class LoadFailed(RuntimeError):
    """A server did not answer as it did when the answers were compared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """What came of a stretch of load. Latencies in seconds, sorted."""

    seconds: float
    latencies: list[float] = field(repr=False)

    @property
    def rate(self) -> float:
        return len(self.latencies) / self.seconds

    def percentile(self, share: float) -> float:
        return self.latencies[min(len(self.latencies) - 1, int(len(self.latencies) * share))]


class _Connection(asyncio.Protocol):
    """One request at a time, the next as soon as the answer is whole."""

    def __init__(self, load: Load) -> None:
        self._load = load
        self._head = b""
        self._body = b""
        self._left = -1
        self._began = 0.0
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)

    def connection_lost(self, exc: Exception | None) -> None:
        self._load.failed(f"a connection was lost ({exc})")

    def ask(self) -> None:
        request = self._load.next_request()
        if request is not None and self.transport is not None:
            self._began = time.perf_counter()
            self.transport.write(request)

    def data_received(self, data: bytes) -> None:
        if self._left < 0:
            self._head += data
            end = self._head.find(b"\r\n\r\n")
            if end < 0:
                return
            self._body = self._head[end + 4 :]
            self._left = self._length(end) - len(self._body)
        else:
            # The first bytes of the body may come after the head.
            self._body = self._body or data
            self._left -= len(data)
        if self._left == 0:
            self._answered(time.perf_counter())

    def _length(self, end: int) -> int:
        head = self._head[:end].lower()
        at = head.find(_LENGTH)
        if not self._head.startswith(_OK) or at < 0:
            self._load.failed(self._head[:400].decode(errors="replace"))
        return int(head[at + len(_LENGTH) :].split(b"\r\n", 1)[0])

    def _answered(self, now: float) -> None:
        if not self._body.startswith(_DATA):
            self._load.refused(self._body[:400].decode(errors="replace"))
        self._head, self._body, self._left = b"", b"", -1
        self._load.answered(now - self._began)
        self.ask()


class Load:
    """Connections to one server, kept from the warm-up to the end. With `takes_refusals` an answer may be a refusal."""

    def __init__(self, port: int, request: Callable[[], bytes], *, takes_refusals: bool = False) -> None:
        self.refusals = 0
        self._takes_refusals = takes_refusals
        self._port = port
        self._request = request
        self._connections: list[_Connection] = []
        self._latencies: list[float] = []
        self._until = 0.0
        self._most: int | None = None
        self._open = 0
        self._done: asyncio.Future[None] | None = None
        self._is_closing = False

    async def open(self, connections: int) -> None:
        loop = asyncio.get_running_loop()
        for _ in range(connections):
            _, connection = await loop.create_connection(lambda: _Connection(self), HOST, self._port)
            self._connections.append(connection)

    def close(self) -> None:
        self._is_closing = True
        for connection in self._connections:
            if connection.transport is not None:
                connection.transport.close()

    async def run(self, seconds: float, most: int | None = None) -> Loaded:
        """Ask for so long, or so many times if that is sooner, and wait for what is under way by then."""
        self._latencies = []
        self._most = most
        self._open = len(self._connections)
        self._done = asyncio.get_running_loop().create_future()
        began = time.perf_counter()
        self._until = began + seconds
        for connection in self._connections:
            connection.ask()
        await asyncio.wait_for(self._done, seconds + 60)
        return Loaded(seconds=time.perf_counter() - began, latencies=sorted(self._latencies))

    def next_request(self) -> bytes | None:
        if time.perf_counter() < self._until and self._most != 0:
            self._most = None if self._most is None else self._most - 1
            return self._request()
        self._open -= 1
        if self._open == 0 and self._done is not None and not self._done.done():
            self._done.set_result(None)
        return None

    def answered(self, latency: float) -> None:
        self._latencies.append(latency)

    def refused(self, why: str) -> None:
        self.refusals += 1
        if not self._takes_refusals:
            self.failed(why)

    def failed(self, why: str) -> None:
        """Raised where the load is waited for. What is closed on purpose is no failure."""
        if not self._is_closing and self._done is not None and not self._done.done():
            self._done.set_exception(LoadFailed(why))


def http_request(path: str, body: bytes, **headers: str) -> bytes:
    """A request as bytes, ready to be sent over and over."""
    told = {
        "host": "",
        "content-type": "application/json",
        "accept": "application/json",
        "content-length": str(len(body)),
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in told.items())
    return f"POST {path} HTTP/1.1\r\n{lines}\r\n".encode() + body
