"""Children that test one fault each, a few at a time, and what became of them."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace

from tests.mutation.kept import Fate, Kept
from tests.mutation.mutants import Mutant

LIMIT, PATIENCE = 120, 900
"""Seconds of work, and seconds by the clock, after which a mutant that never ends is dead."""
_EVERY = 50
_FATES = {1: Fate.NOTICED, 0: Fate.LIVES, 3: Fate.NOT_PLANTED}
_CODES = {fate: code for code, fate in _FATES.items()}


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

    def __init__(self, workers: int, kept: Kept, stage: str) -> None:
        self._planted: Counter[str] = Counter()
        self._living: list[Living] = []
        self._failed = 0
        self._workers = workers
        self._kept, self._stage = kept, stage
        self._running: dict[int, tuple[Living, int]] = {}
        self._started = time.monotonic()

    @property
    def result(self) -> Outcome:
        return Outcome(planted=self._planted, living=tuple(self._living), failed=self._failed)

    def fork(self, mutant: Mutant, noticed: Callable[[], bool]) -> None:
        """Test a mutant beside as many others as there are workers, unless it is known from an earlier run."""
        living = Living(key=mutant.key, name=mutant.name, is_value=not mutant.is_in_function)
        known = self._kept.fate(mutant, self._stage)
        if known is not None:
            self._count(living, mutant.lines.start, known)
            return
        while len(self._running) >= self._workers:
            self._reap()
        child = os.fork()
        if child == 0:
            alone()
            fate = Fate.NOT_PLANTED
            try:
                fate = Fate.NOTICED if noticed() else Fate.LIVES
            finally:
                os._exit(_CODES[fate])
        self._running[child] = (living, mutant.lines.start)

    def finish(self) -> None:
        while self._running:
            self._reap()

    def _reap(self) -> None:
        child, status = os.wait()
        if child not in self._running:
            return
        mutant, line = self._running.pop(child)
        # A code that is none of ours is that of a child that went to pieces, which is no answer.
        fate = Fate.ENDS_NOT if os.WIFSIGNALED(status) else _FATES.get(os.WEXITSTATUS(status), Fate.NOT_PLANTED)
        self._kept.add(mutant.place, mutant.key, self._stage, fate)
        self._count(mutant, line, fate)

    def _count(self, mutant: Living, line: int, fate: Fate) -> None:
        self._planted[mutant.place] += 1
        if fate is Fate.LIVES:
            self._living.append(mutant)
        elif fate is Fate.NOT_PLANTED:
            self._failed += 1
        if fate is not Fate.NOTICED:
            say(f"{fate}  {mutant.name}  (line {line})")
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
