"""A clock that ticks for all: an answer to a search that found nothing leaves with its next tick.

As much is worked out for something absent as for something hidden, but for what hangs on the person decided on:
somebody without a case spares PostgreSQL a few joins, some hundredths of a millisecond. Ticks do not depend on when a
request came or how long it took, so what is left of that in the time of an answer is its share of the distance between
two of them.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from contextlib import suppress

SECONDS = 0.005
"""From one tick to the next."""


def next_tick(now: float, every: float) -> float:
    """The first tick after this moment."""
    return (now // every + 1) * every


class Beat:
    """Ticks while somebody waits. One for the process: it has a thread of its own, since a loop of asyncio sleeps for
    whole milliseconds from when it was asked, and so would pass on what the ticks are to hide.
    """

    def __init__(
        self,
        *,
        every: float = SECONDS,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._every, self._clock, self._sleep = every, clock, sleep
        self._waiting: list[tuple[asyncio.AbstractEventLoop, asyncio.Future[None]]] = []
        self._somebody = threading.Condition()
        self._thread: threading.Thread | None = None

    async def next(self) -> None:
        """Returns with the next tick."""
        loop = asyncio.get_running_loop()
        future = loop.create_future()
        with self._somebody:
            self._waiting.append((loop, future))
            if self._thread is None:
                self._thread = threading.Thread(target=self._tick, name="beat", daemon=True)
                self._thread.start()
            self._somebody.notify()
        await future

    def _tick(self) -> None:
        while True:
            with self._somebody:
                self._somebody.wait_for(lambda: self._waiting)
            now = self._clock()
            self._sleep(next_tick(now, self._every) - now)
            with self._somebody:
                released, self._waiting = self._waiting, []
            for loop, future in released:
                # A loop that was closed meanwhile has nobody waiting any more, and must not stop the clock for others.
                with suppress(RuntimeError):
                    loop.call_soon_threadsafe(_release, future)


def _release(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)
