"""Plants faults in hub/gate one by one and runs the tests of the gate against each: `make mutants`.

Faults inside functions are planted in forks of one test run that has collected its tests; the others, which show when a
module is imported, in forks of a process that has imported nothing of the hub yet. It takes hours.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import hypothesis
import pytest

from tests.mutation.mutants import Mutant, mutants
from tests.mutation.page import PAGE, explained, page, unexplained
from tests.mutation.plant import Instead, in_function, loaded
from tests.mutation.selection import TESTS, everything

ROOT = Path(__file__).parents[2]
LIMIT, PATIENCE = 90, 900
"""Seconds of work, and seconds by the clock, after which a mutant that never ends is dead."""
_EVERY = 25
_QUIET = ["-q", "-s", "-n0", "-p", "no:cacheprovider", "-W", "ignore::pytest.PytestAssertRewriteWarning"]


@dataclass(kw_only=True)
class Run:
    """What there is to do, and what came of it: by module how many were planted, and the names of those that live."""

    share: tuple[int, int]
    workers: int
    only: Sequence[str]
    planted: Counter[str] = field(default_factory=Counter)
    endless: Counter[str] = field(default_factory=Counter)
    living: list[str] = field(default_factory=list)
    running: dict[int, Mutant] = field(default_factory=dict)

    def all(self, *, in_functions: bool) -> Iterator[tuple[Mutant, str]]:
        """The mutants of one sort that are this run's share."""
        number, (part, of) = 0, self.share
        for name in self.only:
            path = ROOT / "hub" / "gate" / f"{name}.py"
            for mutant in mutants(f"hub.gate.{name}", path):
                if mutant.is_in_function is in_functions:
                    number += 1
                    if number % of == part:
                        yield mutant, str(path)

    def fork(
        self, mutant: Mutant, path: str, tests: Callable[[str], int], plant: Callable[[Mutant, str], None]
    ) -> None:
        """Test a mutant in a child, beside as many others as there are workers."""
        while len(self.running) >= self.workers:
            self.reap()
        child = os.fork()
        if child == 0:
            _alone()
            code = 1
            try:
                plant(mutant, path)
                code = tests(mutant.place)
            finally:
                os._exit(0 if code == 0 else 1)
        self.running[child] = mutant

    def reap(self) -> None:
        """Wait for one child."""
        child, status = os.wait()
        mutant = self.running.pop(child, None)
        if mutant is None:
            return
        self.planted[mutant.place] += 1
        if status == 0:
            self.living.append(mutant.name)
            _say(f"lives  {mutant.name}  (line {mutant.line})")
        elif os.WIFSIGNALED(status):
            self.endless[mutant.place] += 1
            _say(f"ends not  {mutant.name}  (line {mutant.line})")
        if self.planted.total() % _EVERY == 0:
            _say(f"{self.planted.total()} planted, {len(self.living)} live, {time.monotonic() - _STARTED:.0f} s")

    def finish(self) -> None:
        while self.running:
            self.reap()


_STARTED = time.monotonic()


def _alone() -> None:
    """A child says nothing and does not live for ever."""
    signal.setitimer(signal.ITIMER_VIRTUAL, LIMIT)
    signal.alarm(PATIENCE)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)


def _say(line: str) -> None:
    sys.__stdout__.write(line + "\n")  # type: ignore[union-attr]
    sys.__stdout__.flush()  # type: ignore[union-attr]


class Forking:
    """Instead of running the tests once, run those of its module in a fork for each mutant."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._failed = False

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        self._items = session.items
        # The sound code first: it passes, and leaves the database standing for the forks.
        if self._passing(self._items):
            raise pytest.UsageError("the tests fail on the sound code")
        _say(f"{len(self._items)} tests pass on the sound code")
        for mutant, path in self._run.all(in_functions=True):
            self._run.fork(mutant, path, self._tests, in_function)
        self._run.finish()
        return True

    def _tests(self, module: str) -> int:
        files = {file: number for number, file in enumerate(TESTS[module])}
        mine = [item for item in self._items if item.nodeid.partition("::")[0] in files]
        return self._passing(sorted(mine, key=lambda item: files[item.nodeid.partition("::")[0]]))

    def _passing(self, items: Sequence[pytest.Item]) -> int:
        """Neither without a `nextitem` nor with -x: either would take the database down with the first that ends."""
        for number, item in enumerate(items):
            following = items[(number + 1) % len(items)]
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            if self._failed:
                return 1
        return 0

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._failed = self._failed or report.failed


def inside_functions(run: Run) -> None:
    """Everything is imported and collected once."""
    pytest.main([*_QUIET, *everything(run.only)], plugins=[Forking(run)])


def at_import(run: Run) -> None:
    """Nothing of the hub is imported before the fork."""
    import graphql  # noqa: F401
    import sqlmodel  # noqa: F401
    import strawberry  # noqa: F401

    assert not list(loaded())
    for mutant, path in run.all(in_functions=False):
        run.fork(mutant, path, lambda module: int(pytest.main(["-x", *_QUIET, *TESTS[module]])), _instead)
    run.finish()


def _instead(mutant: Mutant, path: str) -> None:
    sys.meta_path.insert(0, Instead(mutant, path))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--share", default="0/1", help="`1/4`: the second of four shares")
    parser.add_argument("--only", nargs="*", default=list(TESTS), help="modules of hub/gate")
    given = parser.parse_args()
    part, of = map(int, given.share.split("/"))
    hypothesis.settings.register_profile("mutation", max_examples=20, derandomize=True, database=None, deadline=None)
    hypothesis.settings.load_profile("mutation")
    run = Run(share=(part, of), workers=given.workers, only=given.only)
    at_import(run)
    inside_functions(run)
    if of == 1 and list(given.only) == list(TESTS):
        PAGE.write_text(page(run.planted, run.living, explained()), encoding="utf-8")
    _say(f"{run.planted.total()} planted, {run.planted.total() - len(run.living)} killed, {len(run.living)} live")
    new = unexplained(run.living, explained())
    for name in new:
        _say(f"without a reason  {name}")
    return int(bool(new))


if __name__ == "__main__":
    raise SystemExit(main())
