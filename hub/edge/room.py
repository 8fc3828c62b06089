"""Room for so many requests at once in this process. Who finds it full is told so before anything is worked out.

The one place where the hub turns a request away because of others. What it costs to answer is spent inside: who asks,
what it may see, reading, the record. Sending is not: a reader who takes his time keeps nobody else out.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from types import TracebackType

from hub.errors import Overloaded

logger = logging.getLogger("bofast.edge")
TOLD_EVERY_SECONDS = 1.0


class Full(Overloaded):
    """Too much is going on at once. Try again shortly."""


class Room:
    """Entered for as long as a request is worked on. Raises `Full` where so many are inside already."""

    def __init__(self, size: int, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._size = size
        self._clock = clock
        self._turned_away = 0
        self._told_at = float("-inf")
        self.inside = 0

    def __enter__(self) -> None:
        if self.inside >= self._size:
            self._note()
            raise Full
        self.inside += 1

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.inside -= 1

    def _note(self) -> None:
        """A line a second at most: a log that grows with every refusal would be load of its own."""
        self._turned_away += 1
        now = self._clock()
        if now - self._told_at >= TOLD_EVERY_SECONDS:
            logger.warning("overloaded turned_away=%d", self._turned_away)
            self._turned_away = 0
            self._told_at = now
