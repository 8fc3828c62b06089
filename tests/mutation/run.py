"""Plants faults in hub/gate one by one and runs the tests of the gate against each: `make mutants`.

One test run collects its tests and passes on the sound code, while it is written down how long each takes and which
lines it comes past. Each fault is then planted in a fork of that run, and held against the tests that come past it; if
it lives and no reason is listed for that, against the others too. Faults in classes and signatures, and those in values
that live so, are planted in a process that has imported nothing of the hub yet.
"""

from __future__ import annotations

import argparse
import os
import pickle
import sys
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import hypothesis
import pytest
from coverage import Coverage

from tests.mutation.forks import Forks, Outcome, alone, say
from tests.mutation.kept import GATE, Kept
from tests.mutation.mutants import Mutant, mutants
from tests.mutation.page import PAGE, explained, page, unexplained
from tests.mutation.plant import CannotPlantError, Instead, in_function, in_values, is_of_values, loaded
from tests.mutation.selection import OWN, TESTS, everything

BUDGET = 300.0
"""Seconds of tests, as they took on the sound code, that a fault is held against."""
_EXPLAINED = 10.0
"""The same for one that may live, and for which a reason is listed."""
_QUIET = ["-q", "-s", "-n0", "-p", "no:cacheprovider", "-W", "ignore::pytest.PytestAssertRewriteWarning"]


def planted(modules: Sequence[str], every: int) -> Iterator[tuple[Mutant, str]]:
    """The mutants of these modules, or each so many-th."""
    number = 0
    for name in modules:
        path = _path(name)
        for mutant in mutants(f"hub.gate.{name}", path):
            number += 1
            if number % every == 0:
                yield mutant, str(path)


def _path(module: str) -> Path:
    return GATE / f"{module}.py"


@dataclass(frozen=True, kw_only=True)
class Result:
    """What came of the forks, and the keys of those that they could not have."""

    forks: Outcome
    later: Sequence[str]


class Forking:
    """Instead of running the tests once, run those of its module in a fork for each fault."""

    def __init__(self, forks: Forks, modules: Sequence[str], every: int, budget: float) -> None:
        self._forks, self._modules, self._every, self._budget = forks, modules, every, budget
        self._seconds: dict[str, float] = {}
        self._past: dict[str, dict[int, list[str]]] = {}
        self._explained = explained()
        self._failed = False
        self.later: list[str] = []

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        self._items = {item.nodeid: item for item in session.items}
        self._passes_when_sound(session.items)
        for mutant, path in planted(self._modules, self._every):
            if mutant.is_in_function:
                self._forks.fork(mutant, lambda m=mutant, p=path: self._held(m, p, in_function))
            elif is_of_values(mutant):
                self._forks.fork(mutant, lambda m=mutant, p=path: self._held(m, p, in_values))
            else:
                self.later.append(mutant.key)
        self._forks.finish()
        return True

    def _passes_when_sound(self, items: Sequence[pytest.Item]) -> None:
        # This also leaves the database standing for the forks.
        paths = [str(_path(name)) for name in self._modules]
        lines = Coverage(data_file=None, config_file=False, include=paths, concurrency=["thread", "greenlet"])
        lines.start()
        for number, item in enumerate(items):
            lines.switch_context(item.nodeid)
            started = time.perf_counter()
            self._run(item, items[(number + 1) % len(items)])
            self._seconds[item.nodeid] = time.perf_counter() - started
        lines.stop()
        self._past = {path: lines.get_data().contexts_by_lineno(path) for path in paths}
        if self._failed:
            raise pytest.UsageError("the tests fail on the sound code")
        say(f"{len(items)} tests pass on the sound code, in {sum(self._seconds.values()):.0f} s")

    def _held(self, mutant: Mutant, path: str, plant: Callable[[Mutant, str], None]) -> bool:
        """Whether one of the tests of its module fails, as far as the budget goes: those that come past it first, then
        file by file, the quick ones first.
        """
        try:
            plant(mutant, path)
        except CannotPlantError:
            raise
        except Exception:  # noqa: BLE001 - whatever it is, the module cannot be imported so
            return True
        files = {file: number for number, file in enumerate(TESTS[mutant.place])}
        mine = [test for test in self._items if test.partition("::")[0] in files]
        past = {test for line in mutant.lines for test in self._past[path].get(line, ())}
        budget = self._budget
        if mutant.is_in_function and mutant.name in self._explained:
            mine, budget = [test for test in mine if test in past], min(budget, _EXPLAINED)
        mine.sort(key=lambda test: (test not in past, files[test.partition("::")[0]], self._seconds[test]))
        spent, chosen = 0.0, []
        for test in mine:
            if spent + self._seconds[test] <= budget:
                spent += self._seconds[test]
                chosen.append(self._items[test])
        for number, item in enumerate(chosen):
            # Neither without a next one nor with -x: either would take the database down with the first that ends.
            self._run(item, chosen[(number + 1) % len(chosen)])
            if self._failed:
                return True
        return False

    def _run(self, item: pytest.Item, following: pytest.Item) -> None:
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._failed = self._failed or report.failed


def in_forks(workers: int, modules: Sequence[str], every: int, budget: float, kept: Kept) -> Result:
    """In a process of its own, since what it imports is not to be seen here."""
    mine, its = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(mine)
        forks = Forks(workers, kept, "fork")
        forking = Forking(forks, modules, every, budget)
        code = pytest.main([*_QUIET, *everything(modules)], plugins=[forking])
        with os.fdopen(its, "wb") as told:
            pickle.dump(Result(forks=forks.result, later=forking.later) if code == 0 else None, told)
        os._exit(0)
    os.close(its)
    with os.fdopen(mine, "rb") as told:
        result: Result | None = pickle.load(told)
    os.waitpid(child, 0)
    if result is None:
        raise SystemExit("the tests could not be run on the sound code")
    return result


def at_import(workers: int, modules: Sequence[str], chosen: Collection[str], kept: Kept) -> Outcome:
    """Nothing of the hub is imported before the fork."""
    assert not list(loaded())
    forks = Forks(workers, kept, "import")
    for name in modules:
        here = [one for one, _ in planted([name], 1) if one.key in chosen and kept.fate(one, "import") is None]
        if here and not _passes_when_sound(name):
            raise SystemExit(f"the tests of {name} fail on the sound code")
        # Once more from the tree: it is put right when the next one is asked for.
        for mutant, path in planted([name], 1):
            if mutant.key in chosen:
                forks.fork(mutant, lambda m=mutant, p=path: _fails(m.place, Instead(m, p)))
    forks.finish()
    return forks.result


def _passes_when_sound(module: str) -> bool:
    child = os.fork()
    if child == 0:
        alone()
        os._exit(_fails(module, None))
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def _fails(module: str, instead: Instead | None) -> bool:
    if instead is not None:
        sys.meta_path.insert(0, instead)
    return pytest.main(["-x", *_QUIET, *TESTS[module]]) != pytest.ExitCode.OK


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--every", type=int, default=1, help="each so many-th fault")
    parser.add_argument("--quick", action="store_true", help="leave out what takes an import for each")
    parser.add_argument("--only", nargs="*", default=list(TESTS), help="modules of hub/gate")
    parser.add_argument("--budget", type=float, default=BUDGET, help="seconds of tests for each")
    parser.add_argument("--kept", type=Path, help="file where it is kept what became of each; a run goes on from it")
    given = parser.parse_args()
    hypothesis.settings.register_profile(
        "mutation",
        max_examples=20,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate],
    )
    hypothesis.settings.load_profile("mutation")
    kept = Kept(given.kept)
    run = in_forks(given.workers, given.only, given.every, given.budget, kept)
    outcome = run.forks
    if not given.quick:
        # What lives as a value may have been worked into others before.
        again = {mutant.key for mutant in outcome.living if mutant.is_value and mutant.place in OWN}
        outcome = outcome.without(again) + at_import(given.workers, given.only, again | set(run.later), kept)
    say(f"{outcome.planted.total()} planted, {len(outcome.living)} live, {outcome.failed} could not be planted")
    if given.every == 1 and not given.quick and set(given.only) >= set(OWN):
        PAGE.write_text(page(outcome, explained(), set(TESTS) - set(given.only)), encoding="utf-8")
    new = unexplained(outcome.names, explained())
    for name in new:
        say(f"without a reason  {name}")
    return int(bool(new or outcome.failed))


if __name__ == "__main__":
    raise SystemExit(main())
