"""A demo as its users run it: `bofast demo` in a process of its own, on a free port, with a data folder of its own."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from hub.store.roles import Endpoints

BOFAST = (sys.executable, "-m", "hub.cli")
START_SECONDS = 120
NO_ROUNDS = "SELECT pg_advisory_lock_shared(hashtext('bofast.jobs'))"
"""No round of the jobs begins while the connection lives: what a test changes for a moment must not meet one."""


@dataclass(kw_only=True)
class Demo:
    """A demo that answers."""

    url: str
    port: int
    data: Path
    process: subprocess.Popen[str]

    def stop(self, number: int = signal.SIGINT) -> str:
        """Asks it to stop, and gives back what it said."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        said, _ = self.process.communicate(timeout=30)
        return said


def bofast(
    *arguments: str, url: str = "", text: str = "", settings: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """One command, to its end."""
    environment = {**clean_environment(), **(settings or {}), **({"BOFAST_URL": url} if url else {})}
    return subprocess.run(
        [*BOFAST, *arguments], input=text, capture_output=True, text=True, env=environment, timeout=60, check=False
    )


@contextmanager
def data_folder() -> Iterator[Path]:
    """Not pytest's own: the database server, under an account of its own, has to get there."""
    folder = Path(tempfile.mkdtemp(prefix="bofast-demo-"))
    try:
        yield folder / "data"
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def running_demo(data: Path, *, cases: int = 5) -> Iterator[Demo]:
    demo = start_demo(data, cases=cases)
    try:
        yield demo
    finally:
        demo.stop()


def start_demo(data: Path, *, cases: int = 5) -> Demo:
    port = free_port()
    process = subprocess.Popen(
        [*BOFAST, "demo", "--port", str(port), "--data", str(data), "--cases", str(cases)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=clean_environment(),
    )
    demo = Demo(url=f"http://127.0.0.1:{port}", port=port, data=data, process=process)
    _wait_until_ready(demo)
    return demo


def clean_environment() -> dict[str, str]:
    """Without settings of whoever runs the tests."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("BOFAST_", "DATABASE_URL"))}


def serve_settings(endpoints: Endpoints, keys: Path) -> dict[str, str]:
    """What `bofast serve` is told at the least, with a folder for the keys that receipts are signed with."""
    roles = ("audit", "external", "public", "record")
    return {
        "DATABASE_URL": endpoints.app,
        **{f"DATABASE_URL_{role.upper()}": getattr(endpoints, role) for role in roles},
        "BOFAST_KEY": "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
        "BOFAST_RECEIPT_KEYS": str(keys),
        "BOFAST_PORT": str(free_port()),
        "BOFAST_MASKINPORTEN_ISSUER": "https://maskinporten.no/",
        "BOFAST_MASKINPORTEN_AUDIENCE": "https://hub.example",
    }


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def _wait_until_ready(demo: Demo) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if demo.process.poll() is not None:
            raise RuntimeError(f"the demo did not start: {demo.stop()}")
        try:
            if httpx.get(f"{demo.url}/health/ready", timeout=2, trust_env=False).is_success:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise TimeoutError(f"the demo was not ready: {demo.stop()}")
