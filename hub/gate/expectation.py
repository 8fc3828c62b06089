"""The matrix that the policies are expected to make, as committed: what is required, how each cell of it is expressed,
and where the two part.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hub.gate.matrix import Column, Entry, Group
from hub.gate.model import GateModel
from hub.gate.wording import said
from hub.identity.model import Kind

NOTHING = "-"
_LETTER = re.compile(r"[RMSXCOL-]|party")


class ExpectationError(ValueError):
    """`expected.toml` speaks of something that is not there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """The committed matrix. `required` holds the cells of the domain's table as they stand there."""

    columns: tuple[Column, ...]
    groups: tuple[Group, ...]
    required: Mapping[tuple[str, str], str]
    cells: Mapping[tuple[str, str], str]
    deviations: tuple[Mapping[str, Any], ...]
    flows: tuple[Mapping[str, Any], ...]

    def unexplained(self) -> list[str]:
        """Cells that say another letter than the domain's table, and no deviation says why."""
        return [
            f"{group} / {column}: required {required}, expected {self.cells[group, column]}; say why in a [[deviation]]"
            for (group, column), required in self.required.items()
            if _apart(required, self.cells[group, column]) - self._explained(group, column)
        ]

    def idle(self) -> list[str]:
        """Reasons for what is no deviation, or not any more."""
        return [deviation["reason"] for deviation in self.deviations if not self._is_needed(deviation)]

    def _explained(self, group: str, column: str) -> set[str]:
        told = (one for one in self.deviations if column in one["columns"] and group in one.get("groups", [group]))
        return {letter for one in told for letter in one["letters"]}

    def _is_needed(self, deviation: Mapping[str, Any]) -> bool:
        return any(
            _apart(required, self.cells[group, column]) & {*deviation["letters"]}
            for (group, column), required in self.required.items()
            if column in deviation["columns"] and group in deviation.get("groups", [group])
        )


def _apart(required: str, cell: str) -> set[str]:
    """The letters that are there and not required, and those required if none of them is there."""
    wanted, found = _required(required), {part.strip()[0] for part in cell.split(";")}
    return (found - wanted) | (set() if found & wanted else wanted)


def _required(cell: str) -> set[str]:
    """The letters of a cell of the domain's table: `R (own)`, `O/party`. A party to something reads it."""
    found = (_LETTER.match(part) for part in cell.split("/"))
    return {match.group().replace("party", "R") for match in found if match}


def read_expected(text: str, model: GateModel) -> Expected:
    """Reads `policies/expected.toml`. Raises ExpectationError."""
    written = tomllib.loads(text)
    columns = written["column"]
    names = [column["name"] for column in columns]
    required: dict[tuple[str, str], str] = {}
    cells: dict[tuple[str, str], str] = {}
    for row in written["group"]:
        asked = row.get("required", [])
        required |= {(row["name"], name): cell for name, cell in zip(written["required"], asked, strict=bool(asked))}
        if illegible := [cell for cell in asked if not _required(cell)]:
            raise ExpectationError(f"{row['name']}: {illegible[0]!r} begins with none of R M S X C O L - party")
        own = row.get("cells", {})
        if unknown := own.keys() - {*names}:
            raise ExpectationError(f"{row['name']}: there is no column {', '.join(sorted(unknown))}")
        for column in columns:
            cells[row["name"], column["name"]] = _cell(row["name"], column, own, required, cells)
    return Expected(
        columns=tuple(
            Column(name=one["name"], kind=Kind(one["kind"]), always=frozenset(one.get("always", ()))) for one in columns
        ),
        groups=tuple(_group(row, model) for row in written["group"]),
        required=required,
        cells=cells,
        deviations=tuple(written.get("deviation", ())),
        flows=tuple(written.get("flow", ())),
    )


def _cell(
    group: str,
    column: Mapping[str, Any],
    own: Mapping[str, str],
    required: Mapping[tuple[str, str], str],
    cells: Mapping[tuple[str, str], str],
) -> str:
    """As written; else as that of the column that this one is like; else the letter that is required."""
    if column["name"] in own:
        return own[column["name"]]
    if "like" in column:
        return cells[group, column["like"]]
    return min(_required(required.get((group, column["name"]), NOTHING)))


def _group(row: Mapping[str, Any], model: GateModel) -> Group:
    of_categories = _of_categories(row, model)
    # A row's id tells no more than that there is a row.
    listed = [name for name in [*of_categories, *_named(row, "fields")] if not name.endswith(".id")]
    for name in (*listed, *(name for key in ("copies", "log", "masked", "status") for name in _named(row, key))):
        if name not in model.actions:
            raise ExpectationError(f"{row['name']}: there is no field {name.removeprefix('read:')}")
    return Group(
        name=row["name"],
        fields=frozenset(listed),
        masked=_named(row, "masked"),
        copies=_named(row, "copies"),
        log=_named(row, "log"),
        status=_named(row, "status"),
        exists=frozenset(_existence(of_categories, model)),
        own=row.get("own", "the own party submitted it"),
        given=row.get("given", {}),
    )


def _named(row: Mapping[str, Any], key: str) -> frozenset[str]:
    return frozenset(f"read:{name}" for name in row.get(key, ()))


def _of_categories(row: Mapping[str, Any], model: GateModel) -> list[str]:
    """The fields of the categories, in the types if some are named, less those left out."""
    wanted, types = {f"read:{category}" for category in row.get("categories", ())}, row.get("types")
    return [
        name
        for name, spec in sorted(model.actions.items())
        if name.startswith("read:")
        and wanted & {*spec.groups}
        and (types is None or spec.resource in types)
        and name not in _named(row, "but")
    ]


def _existence(of_categories: Sequence[str], model: GateModel) -> Iterator[str]:
    """The actions of learning that there is something: a row of the group's own categories, or a value withheld."""
    for name in of_categories:
        spec = model.actions[name]
        category = spec.groups[0].removeprefix("read:")
        see, know = f"see:{spec.resource}", f"know:{spec.resource}.{category}"
        if see in model.actions and f"read:{category}" in model.actions[see].groups:
            yield see
        if know in model.actions:
            yield know


def written(group: Group, entries: Sequence[Entry], purposes: Sequence[str]) -> str:
    """A cell as `expected.toml` writes it."""
    return "; ".join(entry_text(group, entry, purposes) for entry in entries) or NOTHING


def entry_text(group: Group, entry: Entry, purposes: Sequence[str]) -> str:
    """`C on B101 if consent to LOAN_DETAILS`."""
    parts = [entry.letter + extent(group, entry)]
    stated = [number for number in entry.purposes if number is not None]
    if purposes and None in entry.purposes:
        parts.append("without a purpose")
    elif stated != [*purposes]:
        parts.append("on " + ", ".join(stated))
    if entry.conditions:
        parts.append("if " + " and ".join(said(part).en for part in entry.conditions))
    if entry.lacking:
        parts.append("even if not: " + ", ".join(said(part).en for part in entry.lacking))
    return " ".join(parts)


def extent(group: Group, entry: Entry) -> str:
    """The fields of an `S` that is not the usual one; a type that is shown whole is not spelt out."""
    if entry.letter != "S" or entry.fields == group.status:
        return ""
    names: set[str] = set()
    for field in entry.fields:
        type_ = field.removeprefix("read:").partition(".")[0]
        whole = {name for name in group.fields if name.startswith(f"read:{type_}.")}
        names.add(f"{type_}.*" if whole <= entry.fields and len(whole) > 1 else field.removeprefix("read:"))
    return f"[{', '.join(sorted(names))}]"


def differences(expected: Expected, cells: Mapping[tuple[str, str], str]) -> list[str]:
    """Cells that the policies make otherwise. The order of a cell's entries plays no part."""
    return [
        f"{group} / {column}: expected {wanted}; the policies say {cells[group, column]}"
        for (group, column), wanted in expected.cells.items()
        if _entries(wanted) != _entries(cells[group, column])
    ]


def _entries(cell: str) -> set[str]:
    return {part.strip() for part in cell.split(";")}
