"""What notices each fault that is planted in a policy: `make mutants` writes docs/policy-mutants.md."""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from pathlib import Path

from tests.gate import real
from tests.gate.mutants import Fault, Mutant, mutants
from tests.gate.score import ROWS, TRIALS, Verdict, verdict

PAGE = Path(__file__).parents[2] / "docs" / "policy-mutants.md"
_EVERY = 100
INTRODUCTION = f"""\
Written by `make mutants`. Each policy was changed in one way at a time, as a slip of the pen would change it, and
planted among the others.

- *Refused*: it is not loaded (`bofast policy check`).
- *Cases*: a case of `policies/cases` comes out otherwise.
- *Oracle*: among {TRIALS:,} requesters, each before {ROWS} drawn rows, and as many beside a permit that opens
  everything, one is decided otherwise than Cedar decides on the sound policies. (`make oracle` draws many times more.)
- *Idle*: no requester that the register can make is decided otherwise on any combination of facts. There is nothing to
  notice: the rest of the policies say the same.
- *Missed*: loaded, not idle, and noticed by neither.
"""


class Kept:
    """A file with a verdict in each line, so that a run that was cut short goes on where it was.

    A change of a policy leaves what is kept out of account; one of the gate, of a case or of what is drawn is not seen:
    begin a new file after one.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        texts = "".join(policy.text for policy in real.gate().policies)
        self._of = hashlib.sha256(texts.encode()).hexdigest()[:16]
        self._found: dict[str, dict[str, bool]] = {}
        if path is not None and path.exists():
            self._found = dict(map(json.loads, path.read_text(encoding="utf-8").splitlines()))

    def found(self, mutant: Mutant) -> Verdict | None:
        what = self._found.get(self._key(mutant))
        return None if what is None else Verdict(mutant=mutant, **what)

    def add(self, one: Verdict) -> None:
        if self._path is not None:
            what = {name: value for name, value in asdict(one).items() if name != "mutant"}
            with self._path.open("a", encoding="utf-8") as file:
                file.write(json.dumps([self._key(one.mutant), what]) + "\n")

    def _key(self, mutant: Mutant) -> str:
        return f"{self._of} {mutant.policy} {mutant.fault} {mutant.what} {mutant.text}"


def scored(workers: int, kept: Kept, *, every: int = 1) -> list[Verdict]:
    """The verdicts on all mutants, or on each so many-th."""
    gate = real.gate()
    planted = [mutant for policy in gate.policies for mutant in mutants(gate, policy)][::every]
    found = {mutant: one for mutant in planted if (one := kept.found(mutant)) is not None}
    with ProcessPoolExecutor(workers) as pool:
        for one in pool.map(verdict, [mutant for mutant in planted if mutant not in found], chunksize=8):
            kept.add(one)
            found[one.mutant] = one
            if len(found) % _EVERY == 0:
                sys.stdout.write(f"{len(found):>6} of {len(planted)}\n")
                sys.stdout.flush()
    return [found[mutant] for mutant in planted]


def page(verdicts: Sequence[Verdict]) -> Iterator[str]:
    """The page in docs."""
    yield "# Faults planted in the policies, and what notices them"
    yield ""
    yield INTRODUCTION
    yield "| Fault | planted | refused | loaded, not idle | cases | oracle | missed | idle |"
    yield "|---|---|---|---|---|---|---|---|"
    for fault in Fault:
        yield _line(fault.value, [one for one in verdicts if one.mutant.fault is fault])
    yield _line("**all**", verdicts)
    yield from _listed("Missed by the oracle", [one for one in verdicts if _is_weighed(one) and not one.by_oracle])
    yield from _listed("Idle", [one for one in verdicts if one.is_idle])


def _is_weighed(one: Verdict) -> bool:
    return not one.refused and not one.is_idle


def _line(name: str, verdicts: Sequence[Verdict]) -> str:
    weighed = [one for one in verdicts if _is_weighed(one)]
    counts = (
        len(verdicts),
        sum(one.refused for one in verdicts),
        len(weighed),
        sum(one.by_cases for one in weighed),
        sum(one.by_oracle for one in weighed),
        sum(not one.by_cases and not one.by_oracle for one in weighed),
        sum(one.is_idle for one in verdicts),
    )
    return f"| {name} | " + " | ".join(map(str, counts)) + " |"


def _listed(title: str, verdicts: Sequence[Verdict]) -> Iterator[str]:
    yield ""
    yield f"## {title}"
    yield ""
    if not verdicts:
        yield "None."
    counted = Counter((one.mutant.policy, one.mutant.fault, one.mutant.what, one.by_cases) for one in verdicts)
    for policy, fault, what, by_cases in counted:
        yield f"- `{policy}`: {fault}, {what}" + (" (noticed by a case)" if by_cases else "")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--every", type=int, default=1, help="only each so many-th mutant, and nothing is written")
    parser.add_argument("--kept", type=Path, help="file where it is kept what noticed each; a run goes on from it")
    given = parser.parse_args()
    text = "\n".join(page(scored(given.workers, Kept(given.kept), every=given.every))) + "\n"
    if given.every == 1:
        PAGE.write_text(text, encoding="utf-8")
    sys.stdout.write(text)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
