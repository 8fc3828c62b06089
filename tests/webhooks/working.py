"""Dispatchers as the hub has them, with a short lease, and with a clock where one is given.

As a program: a process that puts events in line and calls parties until it is killed. Told on stdin, it says "ready".
"""

from __future__ import annotations

import asyncio
import json
import logging
import sys
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path

from hub import settings as reading
from hub.app import opened_bench
from hub.cli.demo import databases_of
from hub.events import Line
from hub.events.webhooks import Pace
from hub.events.webhooks.caller import Caller
from hub.events.webhooks.dispatcher import Dispatcher
from hub.events.webhooks.question import Question
from hub.events.webhooks.queue import Queue
from hub.events.webhooks.secrets import Seal
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
) -> AsyncIterator[Dispatcher]:
    """One that does nothing by itself."""
    async with AsyncExitStack() as stack:
        data = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bofast-calls-")))
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


async def work(endpoints: Endpoints) -> None:
    async with dispatching(endpoints, pace=Pace(first=0.2, longest=1.0, attempts=1_000)) as dispatcher:
        await dispatcher.start()
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


def told(endpoints: Endpoints) -> str:
    """What the program is told."""
    return json.dumps(asdict(endpoints))


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    asyncio.run(work(Endpoints(**json.loads(sys.stdin.readline()))))
