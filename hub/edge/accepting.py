"""Takes connections from a queue that several processes share, so that each gets about as many.

The event loop's own server takes all that wait as soon as it wakes, and it is mostly the same process that wakes first:
of sixteen connections that came together one of two processes got up to fifteen. They stay where they are, and so does
the work. Here one is taken at a time, and whoever holds more than another lets that one go first.
"""

from __future__ import annotations

import asyncio
import logging
import mmap
import os
import socket
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from tempfile import TemporaryFile
from typing import Final

logger = logging.getLogger("bofast.edge")
MORE: Final = 2
"""So many more than another is about as many."""
LET_GO_FIRST_SECONDS: Final = 0.001
PAUSE_SECONDS: Final = 1.0
_NOBODY: Final = 2**31 - 1
_WIDTH: Final = 4


@contextmanager
def _unnamed_file() -> Generator[int]:
    """A file without a name, to be inherited. In memory where that can be had: not every disk may be written to."""
    if sys.platform == "linux":
        file = os.memfd_create("bofast")
        try:
            yield file
        finally:
            os.close(file)
    else:
        with TemporaryFile() as unnamed:
            yield unnamed.fileno()


class Counts:
    """How many connections each of the processes holds, in memory that they share. `place` is this process's own."""

    def __init__(self, file: int, *, place: int = 0) -> None:
        self.file = file
        self._shared = memoryview(mmap.mmap(file, 0)).cast("i")
        self._place = place

    @classmethod
    @contextmanager
    def of(cls, places: int) -> Generator[Counts]:
        """So many places, where nobody is yet."""
        with _unnamed_file() as file:
            os.ftruncate(file, places * _WIDTH)
            counts = cls(file)
            for place in range(places):
                counts.leave(place)
            yield counts

    @property
    def places(self) -> int:
        return len(self._shared)

    def leave(self, place: int) -> None:
        """Nobody is there any more whom one could let go first."""
        self._shared[place] = _NOBODY

    def tell(self, held: int) -> None:
        self._shared[self._place] = held

    def is_ahead(self, held: int) -> bool:
        """Whether somebody holds clearly fewer."""
        return held - min(self._shared) > MORE


class OneByOne:
    """Stands where the loop's own server would, and is closed as that is. `held` says how many this process has."""

    def __init__(
        self,
        listener: socket.socket,
        protocol: Callable[[], asyncio.Protocol],
        *,
        held: Callable[[], int],
        counts: Counts,
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._listener = listener
        self._protocol = protocol
        self._held = held
        self._counts = counts
        self._connecting: set[asyncio.Task[object]] = set()
        self._is_open = True
        self._listen()

    def close(self) -> None:
        """No more from now on. What waits is for the others."""
        if self._is_open:
            self._is_open = False
            self._loop.remove_reader(self._listener)
            # This process's hold on it: where the others are gone too, the port is free at once.
            self._listener.close()

    async def wait_closed(self) -> None:
        if self._connecting:
            await asyncio.gather(*self._connecting, return_exceptions=True)

    def _listen(self) -> None:
        self._loop.add_reader(self._listener, self._somebody_knocks)

    def _listen_after(self, seconds: float, then: Callable[[], None] = lambda: None) -> None:
        """Looks away for a moment: it would be told of the same connection again and again."""

        def look_again() -> None:
            if self._is_open:
                self._listen()
                then()

        self._loop.remove_reader(self._listener)
        self._loop.call_later(seconds, look_again)

    def _somebody_knocks(self) -> None:
        if self._counts.is_ahead(self._held() + len(self._connecting)):
            # Whoever holds fewer may be stuck, so this is no more than a head start.
            self._listen_after(LET_GO_FIRST_SECONDS, self._take_one)
        else:
            self._take_one()

    def _take_one(self) -> None:
        try:
            connection, _ = self._listener.accept()
        except (BlockingIOError, InterruptedError, ConnectionAbortedError):
            # Another was quicker, or whoever knocked is gone.
            return
        except OSError as error:
            # No more files, or no memory.
            logger.error("cannot accept error=%s", type(error).__name__)  # noqa: TRY400 - no trace is wanted
            self._listen_after(PAUSE_SECONDS)
            return
        connection.setblocking(False)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connecting = self._loop.connect_accepted_socket(self._protocol, connection)
        task: asyncio.Task[object] = self._loop.create_task(connecting)
        self._connecting.add(task)
        task.add_done_callback(self._connecting.discard)
        self._counts.tell(self._held() + len(self._connecting))
