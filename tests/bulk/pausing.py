"""Time between a file and the judging of its rows."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from hub.bulk.slices import Slices, Step


def until(holds: Callable[[], bool]) -> None:
    """The register is read again and again, and files are looked for."""
    end = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.05)


@contextmanager
def paused() -> Iterator[None]:
    """The house judges nothing while this lasts."""
    original = Slices.next

    async def nothing(self: Slices) -> Step:
        return Step(is_done=False)

    Slices.next = nothing  # type: ignore[method-assign]
    try:
        yield
    finally:
        Slices.next = original  # type: ignore[method-assign]


@contextmanager
def slices_at_most(count: int) -> Iterator[None]:
    """The house judges no more than so many slices while this lasts."""
    original, left = Slices.next, [count]

    async def some(self: Slices) -> Step:
        if not left[0]:
            return Step(is_done=False)
        step = await original(self)
        left[0] -= step.is_done
        return step

    Slices.next = some  # type: ignore[method-assign]
    try:
        yield
    finally:
        Slices.next = original  # type: ignore[method-assign]
