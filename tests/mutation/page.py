"""What a run over the gate came to, as docs/gate-mutants.md says it."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path

from tests.mutation.forks import Outcome

PAGE = Path(__file__).parents[2] / "docs" / "gate-mutants.md"
REASONS = Path(__file__).parent / "survivors.toml"
_INTRODUCTION = """\
# Faults planted in the gate, and what lives

Written by `make mutants`. Each module of `hub/gate` was changed in one place at a time: a comparison turned round, a
part of a condition left out, in Python and in SQL, a branch never taken, a step skipped, a constant that is another.
Against each fault the tests of its module were run (`tests/mutation/selection.py`), in a process of its own:
its module's own first, the quickest first. Texts of errors and annotations were left alone. A fault that no test
notices *lives*; it is listed with the reason why it widens nobody's access (`tests/mutation/survivors.toml`), and a
run ends with an error if one lives that has no reason there.
"""


def explained() -> dict[str, str]:
    """Mutants that may live, with the reason."""
    rows = tomllib.loads(REASONS.read_text(encoding="utf-8")).get("survivor", [])
    return {str(name): str(row["because"]) for row in rows for name in row["mutants"]}


def unexplained(living: Sequence[str], reasons: Mapping[str, str]) -> list[str]:
    return [name for name in living if name not in reasons]


def page(outcome: Outcome, reasons: Mapping[str, str], left_out: Collection[str]) -> str:
    """The page in docs. `left_out`: modules in which no fault was planted."""
    return "\n".join(_page(outcome.planted, outcome.names, reasons, left_out)) + "\n"


def _page(
    planted: Counter[str], living: Sequence[str], reasons: Mapping[str, str], left_out: Collection[str]
) -> Iterator[str]:
    left = Counter(name.partition(".")[0] for name in living)
    yield _INTRODUCTION
    yield "| Module | planted | killed | live |"
    yield "|---|---|---|---|"
    for module, number in [*planted.items(), ("**all**", planted.total())]:
        alive = left[module] if module in planted else left.total()
        yield f"| {module} | {number} | {number - alive} | {alive} |"
    if left_out:
        yield ""
        names = ", ".join(f"`{name}`" for name in sorted(left_out))
        yield f"No fault was planted in {names}, which print the policies and decide nothing."
    yield ""
    yield "## What lives, and why it does no harm"
    grouped: dict[str, list[str]] = {}
    for name in living:
        grouped.setdefault(reasons.get(name, "No reason is given yet."), []).append(name)
    for because, names in grouped.items():
        yield ""
        yield because
        yield ""
        yield from (
            f"- `{name}`" + (f" ({count} times)" if count > 1 else "") for name, count in Counter(names).items()
        )
