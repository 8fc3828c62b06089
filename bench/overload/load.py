"""Requests that come when they come, whether or not those before them are answered: an open loop.

How long an answer took is counted from when its request was due, so that a wait before it could be sent is not lost.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from typing import cast

_END = b"\r\n\r\n"
_LENGTH = b"content-length: "


class Connection(asyncio.Protocol):
    """One request at a time, on a connection that is kept."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._heard = bytearray()
        self._waiting: asyncio.Future[int] | None = None
        self.is_open = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self.is_open = True

    def connection_lost(self, exc: Exception | None) -> None:
        self.is_open = False
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(exc or ConnectionResetError())

    def data_received(self, data: bytes) -> None:
        self._heard += data
        end = self._heard.find(_END)
        if end < 0:
            return
        head = bytes(self._heard[:end]).lower()
        at = head.index(_LENGTH) + len(_LENGTH)
        length = int(head[at:].partition(b"\r\n")[0])
        if len(self._heard) < end + len(_END) + length:
            return
        self._heard.clear()
        if b"connection: close" in head:
            self.close()
        assert self._waiting is not None
        self._waiting.set_result(int(head[9:12]))

    async def ask(self, request: bytes) -> int:
        """The status."""
        assert self._transport is not None
        self._waiting = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await self._waiting

    def close(self) -> None:
        self.is_open = False
        if self._transport is not None:
            self._transport.close()


@dataclass(kw_only=True)
class Seen:
    """What came of the requests: seconds of each, by status. 0: the connection was cut or could not be had.

    They were due within `seconds`; the last of them was done after `until`.
    """

    seconds: float
    until: float = 0.0
    by_status: dict[int, list[float]] = field(default_factory=dict)

    def put(self, status: int, took: float) -> None:
        self.by_status.setdefault(status, []).append(took)

    def of(self, status: int) -> list[float]:
        return sorted(self.by_status.get(status, []))

    @property
    def offered(self) -> int:
        return sum(map(len, self.by_status.values()))


class Load:
    """A pool of connections to one port."""

    def __init__(self, port: int, request: bytes) -> None:
        self._port = port
        self._request = request
        self._idle: list[Connection] = []

    async def closed(self, connections: int, seconds: float) -> float:
        """Answers a second where so many ask and wait in turn."""
        end = time.perf_counter() + seconds
        done = 0

        async def one() -> None:
            nonlocal done
            connection = await self._connected()
            while time.perf_counter() < end:
                status = await connection.ask(self._request)
                done += status == 200
            self._idle.append(connection)

        await asyncio.gather(*(one() for _ in range(connections)))
        return done / seconds

    async def open(self, rate: float, seconds: float, chance: Random) -> Seen:
        """So many a second, on average, at moments that do not depend on each other."""
        seen = Seen(seconds=seconds)
        asking: set[asyncio.Task[None]] = set()
        begin = time.perf_counter()
        due = 0.0
        while (due := due + chance.expovariate(rate)) < seconds:
            wait = begin + due - time.perf_counter()
            if wait > 0:
                await asyncio.sleep(wait)
            task = asyncio.create_task(self._one(seen, begin + due))
            asking.add(task)
            task.add_done_callback(asking.discard)
        await asyncio.gather(*asking)
        seen.until = time.perf_counter() - begin
        return seen

    async def _one(self, seen: Seen, due: float) -> None:
        status = 0
        try:
            connection = self._take() or await self._connected()
            status = await connection.ask(self._request)
            if connection.is_open:
                self._idle.append(connection)
        except OSError:
            pass
        seen.put(status, time.perf_counter() - due)

    def _take(self) -> Connection | None:
        while self._idle:
            connection = self._idle.pop()
            if connection.is_open:
                return connection
        return None

    async def _connected(self) -> Connection:
        _, connection = await asyncio.get_running_loop().create_connection(Connection, "127.0.0.1", self._port)
        return connection

    def close(self) -> None:
        for connection in self._idle:
            connection.close()
        self._idle.clear()


def at(ordered: Sequence[float], share: float) -> float:
    """A percentile of values in order."""
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else float("nan")
