"""Processes of their own for hubs and commands: see `serving`, which makes them."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import psutil

from hub.store.roles import Endpoints
from tests.running import clean_environment

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, kw_only=True)
class Children:
    """Makes them. `folder` is for what they leave."""

    folder: Path
    maker: subprocess.Popen[str]

    def hub(self, endpoints: Endpoints, *, faulty: bool = False) -> str:
        """A hub over this database. Gives its address."""
        data = self.folder / f"hub-{uuid4().hex}"
        data.mkdir(mode=0o700)
        made = self._make(do="serve", data=str(data), databases=asdict(endpoints), faulty=faulty)
        return f"http://127.0.0.1:{made['port']}"

    def command(self, *arguments: str, settings: Mapping[str, str] | None = None) -> Command:
        said = self.folder / f"said-{uuid4().hex}"
        process = self._process(do="command", arguments=arguments, said=str(said), settings=settings or {})
        return Command(process=process, file=said)

    def reload(self, owner: str, wanted: int) -> psutil.Process:
        """One that puts the first or the second set in force, having read it."""
        return self._process(do="reload", owner=owner, set=wanted)

    def _process(self, **given: Any) -> psutil.Process:
        return psutil.Process(self._make(**given)["pid"])

    def _make(self, **given: Any) -> dict[str, int]:
        assert self.maker.stdin is not None
        assert self.maker.stdout is not None
        print(json.dumps(given), file=self.maker.stdin, flush=True)
        return json.loads(self.maker.stdout.readline())


@dataclass(frozen=True, kw_only=True)
class Command:
    """A command that was started."""

    process: psutil.Process
    file: Path

    def said(self) -> str:
        """Everything that it said, once it has ended."""
        self.process.wait(timeout=60)
        return self.file.read_text()


@contextmanager
def children(folder: Path) -> Generator[Children]:
    """They end with it."""
    command = [sys.executable, "-m", "tests.reload.serving"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=clean_environment(), cwd=ROOT
    ) as maker:
        yield Children(folder=folder, maker=maker)
