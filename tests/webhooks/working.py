"""Dispatchers as the hub has them, with a short lease, and with a clock where one is given.

As a program: a process that has read the program and the rules, and forks workers, which put events in line and call
parties until they are killed. It is told the addresses, then one line for each worker.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path

from hub import settings as reading
from hub.bench import opened_bench
from hub.cli.demo import databases_of
from hub.events import Line
from hub.events.webhooks import Pace
from hub.events.webhooks.caller import Caller
from hub.events.webhooks.dispatcher import Dispatcher
from hub.events.webhooks.question import Question
from hub.events.webhooks.queue import Queue
from hub.events.webhooks.secrets import Seal
from hub.rules import rules
from hub.rules.standing import Standing
from hub.settings import DatabaseRole
from hub.store.pool import ReadPool
from hub.store.roles import Endpoints
from hub.store.session import Sessions

KEY = bytes(range(32))
LEASE = 3.0
SECONDS = 1.0


@asynccontextmanager
async def dispatching(
    endpoints: Endpoints,
    *,
    pace: Pace,
    key: bytes = KEY,
    lease: float = LEASE,
    seconds: float = SECONDS,
    clock: Callable[[], datetime | None] = lambda: None,
    folder: Path | None = None,
) -> AsyncIterator[Dispatcher]:
    """One that does nothing by itself. Whoever may be killed has a `folder` that somebody else removes."""
    async with AsyncExitStack() as stack:
        data = folder or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bofast-calls-")))
        settings = reading.demo(port=1, data=data, cases=0, key=key, environment={})
        settings = replace(settings, databases=databases_of(endpoints), pool_size=2)
        bench, register = await opened_bench(settings, stack)
        pool = ReadPool(endpoints.app)
        await pool.start()
        stack.push_async_callback(pool.close)
        standing = Standing(pool, bench.furnish)
        await standing.start()
        line = Line(endpoints.app, pool, every=0.05)
        stack.push_async_callback(line.stop)
        await line.start()
        sessions = Sessions(settings.databases[DatabaseRole.APP], size=3)
        stack.push_async_callback(sessions.close)
        caller = Caller(is_loopback_open=True, seconds=seconds)
        stack.push_async_callback(caller.close)
        dispatcher = Dispatcher(
            queue=Queue(sessions, lease=lease, clock=clock),
            question=Question(register=register, rules=standing, key=key),
            record=bench.record,
            caller=caller,
            seal=Seal(key),
            pace=pace,
        )
        stack.push_async_callback(dispatcher.stop)
        yield dispatcher


async def work(endpoints: Endpoints, folder: Path) -> None:
    """Calls until it is killed; says its number once it is at work."""
    pace = Pace(first=0.2, longest=1.0, attempts=1_000)
    async with dispatching(endpoints, pace=pace, folder=folder) as dispatcher:
        await dispatcher.start()
        sys.stdout.write(f"{os.getpid()}\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


def serve(endpoints: Endpoints) -> None:
    # Read once, before there is anybody to read it.
    rules()
    with tempfile.TemporaryDirectory(prefix="bofast-calls-") as folder:
        for _ in sys.stdin:
            if os.fork() == 0:
                asyncio.run(work(endpoints, Path(folder)))


def told(endpoints: Endpoints) -> str:
    """What the program is told first."""
    return json.dumps(asdict(endpoints))


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    serve(Endpoints(**json.loads(sys.stdin.readline())))
