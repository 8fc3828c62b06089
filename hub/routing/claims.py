"""The same claim told again: linked to the first signal that told of it, with nothing new in it or with something."""

from __future__ import annotations

from datetime import date

from hub.routing.files import Claim
from hub.routing.work import Told, Work


def told_again(work: Work, claim: Claim, since: date | None, figures: tuple[object, ...]) -> tuple[Told, bool]:
    """What the row is to the claim, and whether the claim is brought up to date by it.

    With the same `since`, the oldest day that is unpaid, it is the same claim; else that one was paid, and another is
    owed.
    """
    first = claim.signal if claim.since == since else None
    is_repeat = first is not None and claim.figures == figures and not claim.is_dismissed
    if work.arrival.received_at < claim.reported_at:
        # It was overtaken on the way: what came after it is already there.
        return Told(duplicates_of=claim.signal, is_repeat=claim.signal is not None), False
    claim.since, claim.figures, claim.reported_at = since, figures, work.arrival.received_at
    claim.signal = first or work.signal
    return Told(duplicates_of=first, is_repeat=is_repeat), True
