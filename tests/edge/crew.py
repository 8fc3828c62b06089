"""A supervisor with workers of which a test can say what they do: by files in a folder that they look at.

    python -m tests.edge.crew FOLDER PORT NUMBER

`refuse` keeps workers from starting, and says why. `version` is what they answer with. Real: the supervisor, the line,
the server. In place of the hub: an application that answers who it is, at once or after a moment.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sys
import time
from pathlib import Path

import orjson
import uvloop

from hub.edge.accepting import Counts
from hub.edge.lifeline import Lifeline
from hub.edge.server import listen, server
from hub.edge.workers import WorkerRefused, Workers
from hub.settings import Mode, Settings

GOODBYE = 12.0


def settings(port: int) -> Settings:
    return Settings(mode=Mode.DEMO, data=Path(), port=port, drain_seconds=4)


class Answers:
    """Who answers, from which version, and whether it drains. A request may say how long it is to take."""

    def __init__(self, version: str) -> None:
        self._version = version
        self.is_draining = False

    def drain(self) -> None:
        self.is_draining = True

    async def __call__(self, scope, receive, send) -> None:
        if scope["path"] == "/stuck":
            time.sleep(3_600)  # noqa: ASYNC251 - it is to be stuck
        await asyncio.sleep(float(scope["query_string"] or 0))
        said = {"pid": os.getpid(), "version": self._version, "draining": self.is_draining}
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": orjson.dumps(said)})


async def work(folder: Path, port: int, lifeline: Lifeline) -> None:
    if (folder / "refuse").exists():
        lifeline.refuse([(folder / "refuse").read_text()])
        return
    answers = Answers((folder / "version").read_text())
    one = server(answers, settings(port), on_drain=answers.drain, counts=lifeline.counts)
    if await lifeline.begin():
        lifeline.listen(one.retire, within=GOODBYE)
        await one.serve(sockets=[lifeline.listener])


def say_open() -> None:
    sys.stdout.write("open\n")
    sys.stdout.flush()


def main(folder: Path, port: int, number: int, inherited: str | None) -> None:
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    if inherited is not None:
        uvloop.run(work(folder, port, Lifeline.inherited(inherited)))
        return
    with listen("127.0.0.1", port) as listener, Counts.of(number) as counts:
        command = [sys.executable, *sys.orig_argv[1:]]
        crew = Workers(command, listener, counts, goodbye=GOODBYE, on_open=say_open)
        try:
            asyncio.run(crew.run())
        except WorkerRefused as refused:
            sys.exit(f"refused: {'; '.join(refused.reasons)}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4] if len(sys.argv) > 4 else None)
