"""Processor time, which the load of a machine does not stretch as it does the time on the wall."""

from __future__ import annotations

import time
from collections.abc import Generator
from contextlib import contextmanager, suppress

import psutil
import pytest

from hub.store.embedded import EmbeddedServer


@contextmanager
def at_most(seconds: float, server: EmbeddedServer) -> Generator[None]:
    """What is done within costs this process, with the hub in it, and the database no more than this together."""
    before = _spent(server)
    yield
    spent = _spent(server) - before
    if spent >= seconds:
        pytest.fail(f"{spent:.1f} seconds of processor time were spent, where {seconds} are the most")


def _spent(server: EmbeddedServer) -> float:
    total = time.process_time()
    if server.pid is not None:
        main = psutil.Process(server.pid)
        for process in (main, *main.children()):
            # One that ended meanwhile was not serving: the hub keeps its connections.
            with suppress(psutil.NoSuchProcess):
                times = process.cpu_times()
                total += times.user + times.system
    return total
