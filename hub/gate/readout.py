"""`policies/matrix.md`: the matrix as a page for people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from hub.gate.expectation import NOTHING, Expected, differences, extent, written
from hub.gate.matrix import Column, Entry, Group, Matrix
from hub.gate.wording import said

Cells = Mapping[tuple[str, str], Sequence[Entry]]
_LETTERS = (
    ("R", "all of the group's fields"),
    ("S", "some of them, named below"),
    ("C", "all of them, with a consent or a mandate"),
    ("O", "what the party itself sent, from its own copy"),
    ("M", "the masked field, the clear one hidden"),
    ("X", "that it exists, and no more"),
    ("L", "as it stands in the lines of the access log"),
    (NOTHING, "nothing, and no trace"),
)


def cells_of(matrix: Matrix, expected: Expected) -> dict[tuple[str, str], tuple[Entry, ...]]:
    """Every cell as the policies make it."""
    return {
        (group.name, column.name): matrix.cell(column, group)
        for group in expected.groups
        for column in expected.columns
    }


def unexpected(matrix: Matrix, expected: Expected, cells: Cells) -> list[str]:
    """In words, where the policies make another matrix than the committed one, and where that speaks of nothing."""
    texts = {
        (group.name, column.name): written(group, cells[group.name, column.name], matrix.purposes(column.kind))
        for group in expected.groups
        for column in expected.columns
    }
    unheard = [
        f"{column.name}: no condition of the policies says: {word}"
        for column in expected.columns
        for word in sorted(matrix.unheard(column))
    ]
    idle = [f"a deviation that is none (any more): {reason}" for reason in expected.idle()]
    return [*differences(expected, texts), *expected.unexplained(), *unheard, *idle]


def markdown(matrix: Matrix, expected: Expected, cells: Cells) -> str:
    """The whole page."""
    return "\n".join(_lines(matrix, expected, cells)) + "\n"


def _lines(matrix: Matrix, expected: Expected, cells: Cells) -> Iterator[str]:
    yield from (
        "# Who can see what, and when",
        "",
        "Printed from the policies by `bofast policy matrix --write`; do not edit. What is expected, cell by cell,",
        "stands in [expected.toml](expected.toml), and `make check` holds the two together.",
        "",
    )
    yield from _glance(expected, cells)
    yield from _presupposed(matrix, expected.columns)
    yield from ("## Group by group", "")
    for group in expected.groups:
        yield from _group(matrix, expected, group, cells)
    yield from _deviations(expected)
    yield from _flows(expected)


def _glance(expected: Expected, cells: Cells) -> Iterator[str]:
    names = [column.name for column in expected.columns]
    yield from ("## At a glance", "")
    yield "; ".join(f"`{letter}` {meaning}" for letter, meaning in _LETTERS) + "."
    yield from ("", "| | " + " | ".join(names) + " |", "|---" * (len(names) + 1) + "|")
    for group in expected.groups:
        row = (letters(cells[group.name, name]) for name in names)
        yield f"| {group.name} | " + " | ".join(row) + " |"
    yield ""


def letters(entries: Sequence[Entry]) -> str:
    """The letters of a cell, each once."""
    return " ".join(dict.fromkeys(entry.letter for entry in entries)) or NOTHING


def _presupposed(matrix: Matrix, columns: Sequence[Column]) -> Iterator[str]:
    yield from ("## What is presupposed", "")
    yield "Of whatever is about a person, every entry below asks for this beside its own conditions."
    yield from ("", "| party | kind | purposes | presupposed |", "|---|---|---|---|")
    for column in columns:
        purposes = ", ".join(matrix.purposes(column.kind)) or "needs none"
        yield f"| {column.name} | {column.kind.value} | {purposes} | {'; '.join(sorted(column.always)) or NOTHING} |"
    yield ""


def _group(matrix: Matrix, expected: Expected, group: Group, cells: Cells) -> Iterator[str]:
    yield from (f"### {group.name}", "")
    for label, fields in (("Fields", group.fields), ("Masked", group.masked), ("Own copy", group.copies)):
        if fields:
            yield f"{label}: {_names(fields)}."
    if group.given:
        yield "On rows with " + ", ".join(f"{name} = {value}" for name, value in group.given.items()) + "."
    seen = [column for column in expected.columns if cells[group.name, column.name]]
    if not seen:
        yield from ("Nobody sees it." if group.fields else "There are no such fields.", "")
        return
    yield from ("", "| party | sees | if | purposes | policies (basis) |", "|---|---|---|---|---|")
    for column in seen:
        for entry in cells[group.name, column.name]:
            yield _row(matrix, column, group, entry)
    yield ""


def _names(actions: frozenset[str]) -> str:
    return ", ".join(sorted(action.removeprefix("read:") for action in actions))


def _row(matrix: Matrix, column: Column, group: Group, entry: Entry) -> str:
    cells = (
        column.name,
        shown_in_words(group, entry),
        conditions_in_words(entry) or NOTHING,
        purposes_in_words(entry, matrix.purposes(column.kind)),
        "<br>".join(f"`{policy}` ({basis})" for policy, basis in entry.grounds),
    )
    return f"| {' | '.join(cells)} |"


def shown_in_words(group: Group, entry: Entry) -> str:
    """The letter; and where it stands for some of the fields, which."""
    if entry.letter != "S":
        return entry.letter
    return f"S {extent(group, entry).strip('[]') or _names(entry.fields)}"


def conditions_in_words(entry: Entry) -> str:
    """What it takes beside what is presupposed, and what of that it does not take."""
    asked = " and ".join(said(part).en for part in entry.conditions)
    if not entry.lacking:
        return asked
    return f"{asked or 'nothing more'}; not asked for: {', '.join(said(part).en for part in entry.lacking)}"


def purposes_in_words(entry: Entry, own: Sequence[str]) -> str:
    """The numbers of the purposes that will do."""
    if None in entry.purposes:
        return "any or none" if own else "none"
    return ", ".join(number for number in entry.purposes if number is not None)


def _deviations(expected: Expected) -> Iterator[str]:
    yield from ("## Where this parts from the domain's table", "")
    for deviation in expected.deviations:
        groups = "; ".join(deviation.get("groups", ["Every group"]))
        yield f"- **{groups}** ({', '.join(deviation['columns'])}): {deviation['reason']}"
    yield ""


def _flows(expected: Expected) -> Iterator[str]:
    yield from ("## The flows", "", "| flow | rests on | consent | policies in | |", "|---|---|---|---|---|")
    for flow in expected.flows:
        files = ", ".join(f"{name}.cedar" for name in flow["files"]) or NOTHING
        consent = "yes" if flow["consent"] else "no"
        yield f"| {flow['flow']} | {flow['basis']} | {consent} | {files} | {flow.get('reason', '')} |"
