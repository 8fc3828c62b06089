"""Who takes a connection where several could: whoever holds about as few as anybody, and at once."""

from __future__ import annotations

import asyncio
import socket
import time

from hub.edge.accepting import LET_GO_FIRST_SECONDS, MORE, Counts, OneByOne
from hub.edge.server import listen


def test_counts_are_seen_by_every_process_that_has_the_file():
    with Counts.of(3) as supervisor:
        first, second = (Counts(supervisor.file, place=place) for place in range(2))
        # Nobody else is there yet, so nobody is let go first.
        assert not first.is_ahead(1_000)
        second.tell(5)
        assert not first.is_ahead(5 + MORE)
        assert first.is_ahead(6 + MORE)
        supervisor.leave(1)
        assert not first.is_ahead(6 + MORE)


async def _opened_after(held: int, other: int) -> float:
    """Seconds until a connection is taken by one that holds so many, beside another that does."""
    taken = asyncio.Event()

    class Takes(asyncio.Protocol):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            taken.set()
            transport.close()

    with Counts.of(2) as counts, listen("127.0.0.1", 0) as listener:
        Counts(counts.file, place=1).tell(other)
        one = OneByOne(listener, Takes, held=lambda: held, counts=counts)
        with socket.create_connection(listener.getsockname()):
            began = time.perf_counter()
            await asyncio.wait_for(taken.wait(), 10)
            took = time.perf_counter() - began
        one.close()
        await one.wait_closed()
        assert listener.fileno() == -1
    return took


async def test_who_holds_more_gives_a_head_start_and_no_more_than_that():
    assert await _opened_after(held=10, other=0) >= LET_GO_FIRST_SECONDS
    await _opened_after(held=0, other=10)
