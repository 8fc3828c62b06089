"""A process that has read the program and forks workers: `python -m tests.routing.working`. A worker routes what is in
the queue of a database, and hands over cases, without a pause, until it is killed. The process is told the address,
then one line for each worker; it tells the number of each once that is at work.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys

from hub.routing import Handovers, Router
from hub.store.session import Sessions


async def work(dsn: str) -> None:
    sessions, router, handovers = Sessions(dsn, size=2), Router(batch=7), Handovers(batch=3)
    told = False
    while True:
        async with sessions() as session, session.begin():
            taken = await router.run(session)
        async with sessions() as session, session.begin():
            taken += await handovers.run(session)
        if not told:
            sys.stdout.write(f"{os.getpid()}\n")
            sys.stdout.flush()
            told = True
        if not taken:
            await asyncio.sleep(0.01)


def serve(dsn: str) -> None:
    for _ in sys.stdin:
        if os.fork() == 0:
            asyncio.run(work(dsn))


if __name__ == "__main__":
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    serve(sys.stdin.readline().strip())
