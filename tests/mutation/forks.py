"""Children that test one fault each, a few at a time, and what became of them."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace

from tests.mutation.mutants import Mutant

LIMIT, PATIENCE = 120, 900
"""Seconds of work, and seconds by the clock, after which a mutant that never ends is dead."""
_EVERY = 50
_NOTICED, _LIVES, _NOT_PLANTED = 1, 0, 3


def say(line: str) -> None:
    """Past what pytest catches."""
    sys.__stdout__.write(line + "\n")  # type: ignore[union-attr]
    sys.__stdout__.flush()  # type: ignore[union-attr]


@dataclass(frozen=True, slots=True, kw_only=True)
class Living:
    """A fault that no test noticed."""

    key: str
    name: str
    is_value: bool

    @property
    def place(self) -> str:
        return self.name.partition(".")[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """By module how many were planted, which live, and how many could not be planted."""

    planted: Counter[str]
    living: tuple[Living, ...]
    failed: int

    @property
    def names(self) -> list[str]:
        """Of those that live."""
        return [one.name for one in self.living]

    def without(self, keys: Collection[str]) -> Outcome:
        """The same, but for those that lived and are planted once more."""
        again = Counter(one.place for one in self.living if one.key in keys)
        kept = tuple(one for one in self.living if one.key not in keys)
        return replace(self, planted=self.planted - again, living=kept)

    def __add__(self, other: Outcome) -> Outcome:
        return Outcome(
            planted=self.planted + other.planted,
            living=(*self.living, *other.living),
            failed=self.failed + other.failed,
        )


class Forks:
    """Tests mutants in children of this process."""

    def __init__(self, workers: int) -> None:
        self._planted: Counter[str] = Counter()
        self._living: list[Living] = []
        self._failed = 0
        self._workers = workers
        self._running: dict[int, tuple[Living, int]] = {}
        self._started = time.monotonic()

    @property
    def result(self) -> Outcome:
        return Outcome(planted=self._planted, living=tuple(self._living), failed=self._failed)

    def fork(self, mutant: Mutant, noticed: Callable[[], bool]) -> None:
        """Test a mutant beside as many others as there are workers."""
        while len(self._running) >= self._workers:
            self._reap()
        child = os.fork()
        if child == 0:
            alone()
            code = _NOT_PLANTED
            try:
                code = _NOTICED if noticed() else _LIVES
            finally:
                os._exit(code)
        living = Living(key=mutant.key, name=mutant.name, is_value=not mutant.is_in_function)
        self._running[child] = (living, mutant.lines.start)

    def finish(self) -> None:
        while self._running:
            self._reap()

    def _reap(self) -> None:
        child, status = os.wait()
        if child not in self._running:
            return
        mutant, line = self._running.pop(child)
        self._planted[mutant.place] += 1
        if os.WIFSIGNALED(status):
            say(f"ends not  {mutant.name}  (line {line})")
        elif os.WEXITSTATUS(status) == _LIVES:
            self._living.append(mutant)
            say(f"lives  {mutant.name}  (line {line})")
        elif os.WEXITSTATUS(status) == _NOT_PLANTED:
            self._failed += 1
            say(f"cannot be planted  {mutant.name}  (line {line})")
        if self._planted.total() % _EVERY == 0:
            passed = time.monotonic() - self._started
            say(f"{self._planted.total()} planted, {len(self._living)} live, {passed:.0f} s")


def alone() -> None:
    """A child says nothing and does not live for ever."""
    signal.setitimer(signal.ITIMER_VIRTUAL, LIMIT)
    signal.alarm(PATIENCE)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
