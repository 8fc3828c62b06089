"""When to try again, and when to give up.

After each failure the pause is twice as long, up to a limit, and a part of it is chance: many that failed together do
not come back together.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from random import SystemRandom
from typing import Final

_CHANCE: Final = SystemRandom().random


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """Times in seconds. With these, the 15 pauses between 16 attempts come to about a day."""

    first: float = 5.0
    longest: float = 21_600.0
    attempts: int = 16
    chance: Callable[[], float] = _CHANCE

    def is_over(self, attempts: int) -> bool:
        """Whether it has been tried often enough."""
        return attempts >= self.attempts

    def pause(self, attempts: int, retry_after: float | None = None) -> float:
        """Seconds until the next attempt, when so many have failed. What the other side asks for is heeded, up to the
        limit.
        """
        whole = min(self.longest, self.first * 2.0 ** min(attempts - 1, 60))
        pause = whole * (0.5 + self.chance() / 2)
        return pause if retry_after is None else min(self.longest, max(pause, retry_after))


def retry_after_of(header: str | None, now: datetime) -> float | None:
    """The header Retry-After in seconds (RFC 9110, 10.2.3); nothing where it says nothing that can be read."""
    if header is None:
        return None
    text = header.strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    return max(0.0, (moment - now).total_seconds()) if moment.tzinfo is not None else None
