"""A worker's line to the supervisor that started it: when to begin, when to go, and whether there is a supervisor.

    command → worker      which descriptors it has inherited, and which place it takes
    worker → supervisor   one line of JSON: that it is ready, or why it does not start
    supervisor → worker   OPEN: take connections. RETIRE: another worker has the place; finish, and go

The line's end says that the supervisor is no more, whatever it died of. Then the worker finishes and goes too.
"""

from __future__ import annotations

import asyncio
import os
import select
import socket
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, Final

import orjson

from hub.edge.accepting import Counts

OPEN: Final = b"o"
RETIRE: Final = b"r"


class Lifeline:
    """The worker's end, and what it has inherited beside it: the listening socket, and the counts of connections."""

    def __init__(self, line: socket.socket, listener: socket.socket, counts: Counts) -> None:
        self._line = line
        self.listener = listener
        self.counts = counts
        self._listening: asyncio.Task[None] | None = None

    @classmethod
    def inherited(cls, told: str) -> Lifeline:
        """From what the supervisor put at the end of the command: three descriptors and a place."""
        line, listener, file, place = map(int, told.split(","))
        counts = Counts(file, place=place)
        os.close(file)
        return cls(socket.socket(fileno=line), socket.socket(fileno=listener), counts)

    def refuse(self, reasons: Sequence[str]) -> None:
        """Says why this worker does not start."""
        self._say({"refused": list(reasons)})

    async def begin(self) -> bool:
        """Says that everything is ready, and waits to be let in. False: it is to go instead."""
        self._say({"ready": True})
        return await self._heard() == OPEN

    def listen(self, retire: Callable[[], None], *, within: float) -> None:
        """From now on `retire` is called when another has the place, and when the supervisor is gone. As nobody would
        notice then that this process does not end, it ends itself after so many seconds.
        """
        self._listening = asyncio.create_task(self._until_retired(retire), name="lifeline")
        threading.Thread(target=self._outlive, args=(within,), name="lifeline", daemon=True).start()

    async def _until_retired(self, retire: Callable[[], None]) -> None:
        # Whichever word it is, or none any more.
        await self._heard()
        retire()

    def _outlive(self, seconds: float) -> None:
        """On a thread, so that it is seen to also where the loop is stuck."""
        gone = select.poll()
        gone.register(self._line, 0)
        gone.poll()
        time.sleep(seconds)
        os._exit(1)

    async def _heard(self) -> bytes:
        self._line.setblocking(False)
        try:
            return await asyncio.get_running_loop().sock_recv(self._line, 1)
        except OSError:
            return b""

    def _say(self, word: dict[str, Any]) -> None:
        # Where nobody listens any more, the next thing that is heard is the end of the line.
        with suppress(OSError):
            self._line.sendall(orjson.dumps(word) + b"\n")
