"""Several processes that take connections at one port, and the one that starts them, replaces them and stops them.

The supervisor holds the listening socket and serves nobody. Each worker inherits that socket: one queue of connections
for all, so that none is lost with a process that goes. What the two say to each other stands in `hub/edge/lifeline.py`.
Why this is written here and not taken from elsewhere: docs/adr/0024-several-processes.md.
"""

from __future__ import annotations

import asyncio
import logging
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final

import orjson

from hub.edge.accepting import Counts
from hub.edge.lifeline import OPEN, RETIRE

logger = logging.getLogger("bofast.workers")
STEADY_SECONDS: Final = 60.0
"""Who has served for this long and dies has not died of its start."""
FIRST_PAUSE: Final = 0.5
LONGEST_PAUSE: Final = 30.0


class WorkerRefused(Exception):
    """A worker did not start. `reasons` are its own words."""

    def __init__(self, reasons: Sequence[str]) -> None:
        self.reasons = tuple(reasons)
        super().__init__("; ".join(reasons))


def pause_before(failures: int) -> float:
    """Seconds before a place is filled again: none after the first death, then twice as long each time."""
    return 0.0 if failures <= 1 else min(LONGEST_PAUSE, FIRST_PAUSE * 2.0 ** min(failures - 2, 10))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Worker:
    """A process of its own, and this end of its line."""

    process: asyncio.subprocess.Process
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    began: float

    @classmethod
    async def start(cls, command: Sequence[str], *, listener: socket.socket, counts: Counts, place: int) -> Worker:
        """`command` is told more at its end: what the worker inherits, and the place that it takes."""
        ours, theirs = socket.socketpair()
        with theirs:
            left = (theirs.fileno(), listener.fileno(), counts.file)
            try:
                process = await asyncio.create_subprocess_exec(
                    *command,
                    ",".join(map(str, (*left, place))),
                    stdin=subprocess.DEVNULL,
                    pass_fds=left,
                    # Ctrl-C in a terminal goes to a whole group: it is the supervisor that says when to stop.
                    process_group=0,
                )
            except OSError as error:
                ours.close()
                raise WorkerRefused([f"no process can be started ({type(error).__name__})"]) from None
        reader, writer = await asyncio.open_unix_connection(sock=ours)
        return cls(process=process, reader=reader, writer=writer, began=time.monotonic())

    async def ready(self) -> None:
        """Returns when it can serve. Raises `WorkerRefused`."""
        line = await self._said()
        if not line:
            code = await self.process.wait()
            raise WorkerRefused([f"a worker ended with {code} before it was ready"])
        word: dict[str, Any] = orjson.loads(line)
        if "refused" in word:
            await self.process.wait()
            raise WorkerRefused(word["refused"])

    async def _said(self) -> bytes:
        try:
            return await self.reader.readline()
        except OSError:
            return b""

    def say(self, word: bytes) -> None:
        # To one that has just died: whoever waits for its end sees to that.
        with suppress(OSError):
            self.writer.write(word)

    def signal(self, number: int) -> None:
        with suppress(ProcessLookupError):
            self.process.send_signal(number)


@dataclass(slots=True, eq=False, kw_only=True)
class Place:
    """Where one of the workers is. It is filled by one task at a time."""

    number: int
    worker: Worker | None = None
    failures: int = 0
    filling: asyncio.Lock = field(default_factory=asyncio.Lock)


class Workers:
    """So many workers, for as long as `run` lasts. One that does not go within `goodbye` seconds is killed."""

    def __init__(
        self,
        command: Sequence[str],
        listener: socket.socket,
        counts: Counts,
        *,
        goodbye: float,
        pause: Callable[[int], float] = pause_before,
        on_open: Callable[[], None] = lambda: None,
    ) -> None:
        self._command = command
        self._listener = listener
        self._counts = counts
        self._places = [Place(number=number) for number in range(counts.places)]
        self._goodbye = goodbye
        self._pause = pause
        self._on_open = on_open
        self._alive: set[Worker] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._stopping = asyncio.Event()
        self._reload_asked = asyncio.Event()

    async def run(self) -> None:
        """Returns when it was asked to stop and every worker has ended. Raises `WorkerRefused` where one cannot start:
        then there is none.
        """
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self._stop, number)
        loop.add_signal_handler(signal.SIGHUP, self._reload_asked.set)
        try:
            await self._unless_stopped(self._start_all())
            if not self._stopping.is_set():
                self._on_open()
                self._spawn(self._reload_when_asked())
                await self._stopping.wait()
        finally:
            await self._end_all()

    def _stop(self, number: int) -> None:
        # The first time they finish what they have in hand; a second Ctrl-C waits for nothing.
        passed_on = number if self._stopping.is_set() else signal.SIGTERM
        self._stopping.set()
        for worker in self._alive:
            worker.signal(passed_on)

    async def _start_all(self) -> None:
        started = [(place, await self._start(place)) for place in self._places]
        await asyncio.gather(*(worker.ready() for _, worker in started))
        for place, worker in started:
            self._let_in(place, worker)

    async def _start(self, place: Place) -> Worker:
        worker = await Worker.start(self._command, listener=self._listener, counts=self._counts, place=place.number)
        self._alive.add(worker)
        self._spawn(self._until_over(worker))
        if self._stopping.is_set():
            worker.signal(signal.SIGTERM)
        return worker

    def _let_in(self, place: Place, worker: Worker) -> None:
        worker.say(OPEN)
        place.worker = worker
        self._spawn(self._watch(place, worker))

    async def _until_over(self, worker: Worker) -> None:
        await worker.process.wait()
        self._alive.discard(worker)
        worker.writer.close()

    async def _watch(self, place: Place, worker: Worker) -> None:
        """Sees to it that the place is filled again when this worker ends without having been told to."""
        code = await worker.process.wait()
        async with place.filling:
            if place.worker is not worker or self._stopping.is_set():
                return
            if time.monotonic() - worker.began > STEADY_SECONDS:
                place.failures = 0
            # Nobody gives way to who is not there.
            self._counts.leave(place.number)
            logger.error("worker ended pid=%d code=%s", worker.process.pid, code)
            await self._fill(place)

    async def _fill(self, place: Place) -> None:
        """Until there is one again. While none can start, the others go on, and it is tried less and less often."""
        while True:
            place.failures += 1
            await asyncio.sleep(self._pause(place.failures))
            try:
                await self._put(place)
            except WorkerRefused as refused:
                logger.error("worker does not start: %s", refused)  # noqa: TRY400 - a reason, not a trace
            else:
                return

    async def _put(self, place: Place) -> None:
        """A new worker in the place, ready and open. Raises `WorkerRefused`, and the place is as it was."""
        worker = await self._start(place)
        try:
            await worker.ready()
        except BaseException:
            worker.signal(signal.SIGKILL)
            raise
        logger.info("worker started pid=%d", worker.process.pid)
        self._let_in(place, worker)

    async def _reload_when_asked(self) -> None:
        while True:
            await self._reload_asked.wait()
            self._reload_asked.clear()
            logger.info("reload begins")
            try:
                for place in self._places:
                    await self._renew(place)
            except WorkerRefused as refused:
                # The first of them tries the way for all. Nobody has been sent away for one that did not come.
                logger.error("reload ended, nobody else is replaced: %s", refused)  # noqa: TRY400
            else:
                logger.info("reload done")

    async def _renew(self, place: Place) -> None:
        """One more than there are places is all that there ever is: the next begins when the old one has ended."""
        async with place.filling:
            old = place.worker
            await self._put(place)
            if old is None:
                return
            old.say(RETIRE)
        await self._gone(old)

    async def _end_all(self) -> None:
        """Whatever is still there ends, and is waited for."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if not self._stopping.is_set():
            self._stop(signal.SIGTERM)
        await asyncio.gather(*map(self._gone, self._alive))

    async def _gone(self, worker: Worker) -> None:
        """Waits for one that has been told to go."""
        try:
            async with asyncio.timeout(self._goodbye):
                await worker.process.wait()
        except TimeoutError:
            logger.error("worker killed, it did not end pid=%d", worker.process.pid)  # noqa: TRY400 - no trace is wanted
            worker.signal(signal.SIGKILL)
            await worker.process.wait()

    async def _unless_stopped(self, work: Coroutine[Any, Any, None]) -> None:
        working, asked = asyncio.ensure_future(work), asyncio.ensure_future(self._stopping.wait())
        await asyncio.wait({working, asked}, return_when=asyncio.FIRST_COMPLETED)
        asked.cancel()
        if not working.done():
            working.cancel()
            await asyncio.gather(working, return_exceptions=True)
        else:
            working.result()

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
