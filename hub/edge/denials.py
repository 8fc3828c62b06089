"""Denials at the door are put on record, at a bounded rate: somebody who knocks all day must not fill the disk."""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Callable

from hub.audit.model import SecurityEvent, SecurityKind
from hub.edge.seams import Records
from hub.errors import (
    Forbidden,
    LimitExceeded,
    PurposeNotPermitted,
    PurposeRequired,
    Refused,
    Unauthenticated,
    Unavailable,
)
from hub.identity.model import Inquiry

logger = logging.getLogger("bofast.edge")

# The first that fits; whatever else is wrong with a request is wrong with what was sent.
KINDS: tuple[tuple[type[Refused], SecurityKind], ...] = (
    (Unauthenticated, SecurityKind.TOKEN_REFUSED),
    (PurposeNotPermitted, SecurityKind.PURPOSE_REFUSED),
    (PurposeRequired, SecurityKind.PURPOSE_REFUSED),
    (Forbidden, SecurityKind.REQUESTER_REFUSED),
    (LimitExceeded, SecurityKind.LIMIT_EXCEEDED),
    (Refused, SecurityKind.DOCUMENT_REFUSED),
)
TARGETS = ("reason", "limit", "member")


class Denials:
    """A bucket that refills evenly. What does not fit is counted; the next of its code that fits carries the count."""

    def __init__(self, record: Records, *, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._record = record
        self._capacity = float(per_minute)
        self._per_second = per_minute / 60
        self._clock = clock
        self._room = self._capacity
        self._filled_at = clock()
        self._left_out: Counter[str] = Counter()

    async def put(self, error: Refused, *, request_id: str, inquiry: Inquiry | None) -> None:
        """A denial carries no data, so it is given even where it cannot be recorded; that it could not is logged."""
        # Who is known answers for what is asked: only strangers are bounded.
        if inquiry is None and not self._take():
            self._left_out[error.code] += 1
            return
        event = SecurityEvent(
            kind=next(kind for refusal, kind in KINDS if isinstance(error, refusal)),
            code=error.code,
            target=next((str(error.facts[name]) for name in TARGETS if name in error.facts), None),
            count=1 + self._left_out.pop(error.code, 0),
        )
        try:
            await self._record.note([event], request_id=request_id, inquiry=inquiry)
        except Unavailable:
            self._left_out[error.code] += event.count
            logger.error("denial not recorded request_id=%s code=%s", request_id, error.code)  # noqa: TRY400

    def _take(self) -> bool:
        now = self._clock()
        self._room = min(self._capacity, self._room + (now - self._filled_at) * self._per_second)
        self._filled_at = now
        if self._room < 1:
            return False
        self._room -= 1
        return True
