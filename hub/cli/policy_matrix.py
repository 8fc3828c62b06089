"""`bofast policy matrix`: the matrix on the screen and in the repository."""

from __future__ import annotations

from rich.table import Table

from hub.cli.output import Exit, err, fail, out
from hub.gate.expectation import ExpectationError, Expected, read_expected
from hub.gate.matrix import Column, Matrix
from hub.gate.openings import Openings, askings
from hub.gate.readout import (
    Cells,
    cells_of,
    conditions_in_words,
    letters,
    markdown,
    purposes_in_words,
    shown_in_words,
    unexpected,
)
from hub.identity.purposes import POLICIES
from hub.plan.paths import paths
from hub.rules import Rules, rules

PAGE = POLICIES / "matrix.md"
EXPECTED = POLICIES / "expected.toml"


def show_matrix(party: str | None) -> None:
    matrix, expected, cells = _read_out(rules())
    if party is None:
        _show_all(expected, cells)
    else:
        _show_one(matrix, expected, cells, _column(expected, party))


def write_matrix() -> None:
    matrix, expected, cells = _read_out(rules())
    page = markdown(matrix, expected, cells)
    is_new = not PAGE.exists() or PAGE.read_text(encoding="utf-8") != page
    PAGE.write_text(page, encoding="utf-8")
    err.print(f"{PAGE.name} is written anew." if is_new else f"{PAGE.name} was up to date.")
    _say(unexpected(matrix, expected, cells))


def check_matrix() -> None:
    matrix, expected, cells = _read_out(rules())
    found = unexpected(matrix, expected, cells)
    _say(found)
    if not PAGE.exists() or PAGE.read_text(encoding="utf-8") != markdown(matrix, expected, cells):
        fail(
            f"{PAGE.name} is not what the policies make.",
            hint="If the policies are right: bofast policy matrix --write",
        )
    if found:
        fail(
            f"The policies do not make the matrix of {EXPECTED.name}.",
            hint="Correct the policy, or the expectation with the reason for it.",
        )
    err.print(f"{len(cells)} cells are as expected, and {PAGE.name} shows them.")


def _say(found: list[str]) -> None:
    for difference in found:
        err.print(difference, markup=False)


def _read_out(known: Rules) -> tuple[Matrix, Expected, Cells]:
    matrix = Matrix(Openings(known.gate, paths(known.catalogue)), askings(known.gate, known.purposes))
    try:
        expected = read_expected(EXPECTED.read_text(encoding="utf-8"), known.gate.model)
    except (ExpectationError, KeyError, ValueError) as error:
        fail(f"{EXPECTED.name} cannot be read: {error}")
    return matrix, expected, cells_of(matrix, expected)


def _column(expected: Expected, party: str) -> Column:
    for column in expected.columns:
        if party in (column.kind.value, column.name):
            return column
    kinds = ", ".join(sorted(column.kind.value for column in expected.columns))
    return fail(f"There is no kind of party {party}.", Exit.USAGE, hint=f"One of: {kinds}")


def _show_all(expected: Expected, cells: Cells) -> None:
    table = Table(title="Who can see what", caption="One party with every condition: bofast policy matrix --party nav")
    table.add_column("")
    for column in expected.columns:
        table.add_column(column.name, justify="center")
    for group in expected.groups:
        table.add_row(group.name, *(letters(cells[group.name, column.name]) for column in expected.columns))
    out.print(table)
    out.print("R all  S some  C with consent or mandate  O own submission  M masked  X that it exists  L in the log")
    out.print("  ".join(f"{column.name} {column.kind.value}" for column in expected.columns), style="dim")


def _show_one(matrix: Matrix, expected: Expected, cells: Cells, column: Column) -> None:
    table = Table(title=f"What {column.kind.value} can see", show_lines=True)
    for heading in ("", "sees", "if", "purposes", "policies (basis)"):
        table.add_column(heading, overflow="fold")
    for group in expected.groups:
        for entry in cells[group.name, column.name]:
            table.add_row(
                group.name,
                shown_in_words(group, entry),
                conditions_in_words(entry) or "-",
                purposes_in_words(entry, matrix.purposes(column.kind)),
                "\n".join(f"{policy} ({basis})" for policy, basis in entry.grounds),
            )
    out.print(table)
    nothing = [group.name for group in expected.groups if not cells[group.name, column.name]]
    out.print(f"Nothing of: {'; '.join(nothing)}.", markup=False)
    if column.always:
        out.print("Of whatever is about a person, all of this must hold too:")
        for word in sorted(column.always):
            out.print(f"  - {word}", markup=False)
