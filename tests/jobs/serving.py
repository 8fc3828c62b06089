"""A process that has read the program and forks workers: `python -m tests.jobs.serving`. A worker does the jobs of a
database without a pause, until it is killed. The process is told the address, then one line for each worker; it tells
the number of each once that is at work.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys

from hub.jobs import Jobs
from hub.store.session import Sessions


async def work(dsn: str) -> None:
    jobs = Jobs(Sessions(dsn, size=2))
    await jobs.round()
    sys.stdout.write(f"{os.getpid()}\n")
    sys.stdout.flush()
    while True:
        await jobs.round()


def serve(dsn: str) -> None:
    for _ in sys.stdin:
        if os.fork() == 0:
            asyncio.run(work(dsn))


if __name__ == "__main__":
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    serve(sys.stdin.readline().strip())
