"""What the commands print: results to standard output, everything else to standard error."""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from enum import IntEnum
from types import TracebackType
from typing import NoReturn, TextIO

import typer
from rich.console import Console
from rich.markup import escape

_PAPER = (160, 60)
"""Columns and lines where nobody has set them: what goes to a file or a pipe is not cut to a narrow screen."""


def _console(stream: TextIO, *, stderr: bool) -> Console:
    width, height = (None, None) if stream.isatty() else _PAPER
    return Console(stderr=stderr, highlight=False, soft_wrap=True, width=width, height=height)


out = _console(sys.stdout, stderr=False)
err = _console(sys.stderr, stderr=True)


class Exit(IntEnum):
    """How a command can end."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    UNREACHABLE = 3
    INTERRUPTED = 130


def fail(message: str, code: Exit = Exit.FAILED, *, hint: str | None = None) -> NoReturn:
    """Ends the command with a plain sentence, and what to do about it where that is known."""
    err.print(f"[bold red]{escape(message)}[/]")
    if hint:
        err.print(escape(hint))
    raise typer.Exit(code)


@contextmanager
def step(name: str) -> Generator[None]:
    """One step of a start, with how long it took."""
    began = time.perf_counter()
    yield
    took = time.perf_counter() - began
    err.print(f"  {escape(name):<34} [dim]{took:6.1f} s[/]")


class QuietFormatter(logging.Formatter):
    """Log lines without stack traces: a trace quotes values, and values have no place in a log."""

    def formatException(  # noqa: N802 - the name of the overridden method
        self, ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
    ) -> str:
        return f"error={ei[0].__name__}" if ei[0] else ""

    def formatStack(self, stack_info: str) -> str:  # noqa: N802 - the name of the overridden method
        del stack_info
        return ""


def configure_logging(level: int) -> None:
    """One handler on standard error for everything."""
    handler = logging.StreamHandler()
    handler.setFormatter(QuietFormatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    # They log addresses and statements at lower levels.
    for name in ("asyncio", "httpcore", "httpx", "sqlalchemy"):
        logging.getLogger(name).setLevel(logging.ERROR)
