"""Goes on with what is not judged yet: at once where this process was told of it, and soon where another one died."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Final

from hub.bulk.slices import Step

logger = logging.getLogger("bofast.bulk")
EVERY: Final = 1.0
"""Seconds between two looks at what others may have left."""


class Worker:
    """Takes one slice after the other, until there is none. `step` judges one."""

    def __init__(self, step: Callable[[], Awaitable[Step]], *, every: float = EVERY) -> None:
        self._step = step
        self._every = every
        self._wanted = asyncio.Event()
        self._is_over = False
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin at once: what was received before this process began may be waiting."""
        self._wanted.set()
        self._task = asyncio.create_task(self._run(), name="files")

    def wake(self) -> None:
        """A file was received."""
        self._wanted.set()

    async def stop(self) -> None:
        """Finish the slice that is under way, and no more."""
        self._is_over = True
        self._wanted.set()
        if self._task is not None:
            await self._task

    async def _run(self) -> None:
        while not self._is_over:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._wanted.wait(), self._every)
            self._wanted.clear()
            try:
                while not self._is_over and (await self._step()).is_done:
                    pass
            except Exception as error:  # noqa: BLE001  whatever it is, the next look has its turn
                logger.warning("files are not judged yet error=%s", type(error).__name__)
                # Not at once again: what is broken may need a moment.
                await asyncio.sleep(0 if self._is_over else self._every)
