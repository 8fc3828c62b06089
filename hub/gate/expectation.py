"""The table that the policies are expected to make, as committed, held against the one that they do make."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from hub.gate.gate import Gate
from hub.gate.matrix import CONDITIONS, Column, Row, cell
from hub.gate.model import GateModel


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """Rows with the cells that they should have, and where they differ from the domain's table."""

    rows: tuple[Row, ...]
    cells: Mapping[str, Mapping[str, str]]
    deviations: tuple[Mapping[str, str], ...]


def read_expected(text: str, model: GateModel) -> Expected:
    """`policies/expected.toml`: a row is of categories (of some types), or of actions that it names."""
    written = tomllib.loads(text)
    return Expected(
        rows=tuple(_row(row, model) for row in written["row"]),
        cells={row["name"]: row["cells"] for row in written["row"]},
        deviations=tuple(written.get("deviation", ())),
    )


def _row(written: Mapping[str, Any], model: GateModel) -> Row:
    wanted = {f"read:{category}" for category in written.get("categories", ())}
    types = written.get("types")
    actions = written.get("actions") or [
        name
        for name, spec in sorted(model.actions.items())
        if wanted & {*spec.groups} and (types is None or spec.resource in types)
    ]
    return Row(name=written["name"], actions=tuple(actions), given=written.get("given", {}))


def actual(gate: Gate, expected: Expected, columns: Iterable[Column]) -> dict[str, dict[str, str]]:
    """The cells as the policies make them, by row and column."""
    across = tuple(columns)
    return {row.name: {column.name: cell(gate, column, row) for column in across} for row in expected.rows}


def differences(expected: Expected, cells: Mapping[str, Mapping[str, str]]) -> list[str]:
    """Cells that are not as expected. What `expected.toml` does not name should be empty."""
    return [
        f"{row} / {column}: expected {expected.cells[row].get(column, '-')}, the policies say {found}"
        for row, across in cells.items()
        for column, found in across.items()
        if found != expected.cells[row].get(column, "-")
    ]


def markdown(expected: Expected, cells: Mapping[str, Mapping[str, str]]) -> str:
    """`policies/matrix.md`."""
    return "\n".join(_lines(expected, cells)) + "\n"


def _lines(expected: Expected, cells: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    across = list(next(iter(cells.values())))
    yield "# Who can see what, and when"
    yield ""
    yield "Generated from the policies. Expected by `expected.toml`, cell by cell. Do not edit."
    yield ""
    yield "`R` all of it, `S` some of it, `-` nothing. What stands in brackets is what it takes beside a relation to the case"
    yield "`R` all of it, `S` some of it, `-` nothing. In brackets: what it takes beside a relation to the case, and a purpose"
    yield "that carries the basis."
    yield ""
    yield from (f"- `{key}` {meaning}" for key, meaning in CONDITIONS.items())
    yield ""
    yield "| | " + " | ".join(across) + " |"
    yield "|---" * (len(across) + 1) + "|"
    for row, found in cells.items():
        yield f"| {row} | " + " | ".join(found[column] for column in across) + " |"
    yield ""
    yield "## Where this differs from the domain's table"
    yield ""
    for deviation in expected.deviations:
        yield f"- **{deviation['row']}, {deviation['column']}** (there: {deviation['domain']}): {deviation['reason']}"
