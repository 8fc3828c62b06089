"""`bofast serve`: a real service, set up by the environment, in one process or in several."""

from __future__ import annotations

import asyncio
import logging
import socket
import sys
from collections.abc import Sequence
from typing import NoReturn

from hub import settings as reading
from hub.cli.output import configure_logging, err, fail
from hub.edge.server import CannotListen, goodbye_seconds, listen
from hub.settings import Settings, SettingsError

WORKER = "--worker"
"""The option by which a supervisor tells its workers which two sockets they have inherited."""


def run_serve(*, workers: int, worker: str | None) -> None:
    configure_logging(logging.INFO)
    if worker is not None:
        from hub.cli.worker import run_worker

        run_worker(worker)
        return
    settings = _settings()
    try:
        listener = listen(settings.host, settings.port)
    except CannotListen as error:
        fail(str(error), hint=f"{error.hint} Set BOFAST_HOST and BOFAST_PORT.")
    with listener:
        if workers == 1:
            _run_one(settings, listener)
        else:
            _run_several(settings, listener, workers)


def _settings() -> Settings:
    try:
        return reading.production()
    except SettingsError as error:
        _refuse(error.problems)


def _run_one(settings: Settings, listener: socket.socket) -> None:
    from hub.cli.running import run_hub

    run_hub(settings, listener)


def _run_several(settings: Settings, listener: socket.socket, number: int) -> None:
    # The supervisor loads nothing of the hub: it is small, and there is little in it that could fail.
    from hub.edge.accepting import Counts
    from hub.edge.workers import WorkerRefused, Workers

    command = [sys.executable, *sys.orig_argv[1:], WORKER]
    where = f"Serving at {settings.host}:{settings.port} with {number} workers."
    with Counts.of(number) as counts:
        workers = Workers(
            command,
            listener,
            counts,
            goodbye=goodbye_seconds(settings),
            on_open=lambda: err.print(where, markup=False),
        )
        try:
            asyncio.run(workers.run())
        except WorkerRefused as refused:
            _refuse(refused.reasons)


def _refuse(reasons: Sequence[str]) -> NoReturn:
    fail("Bofast does not start:\n" + "\n".join(f"  - {reason}" for reason in reasons))
