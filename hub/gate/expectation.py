"""The matrix that the policies are expected to make, as committed: the requirement, how each cell of it is expressed, and
where the two differ.
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
from schema.categories import Anchor

NOTHING = "-"
_LETTER = re.compile(r"[RMSXCOL-]")
_ABOUT_A_PERSON = frozenset({Anchor.CASE, Anchor.PERSON})


class ExpectationError(ValueError):
    """`expected.toml` speaks of something that is not there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """The committed matrix. `required` holds the cells of the domain's table as it has them, `cells` what is expected."""

    columns: tuple[Column, ...]
    groups: tuple[Group, ...]
    required: Mapping[tuple[str, str], str]
    cells: Mapping[tuple[str, str], str]
    deviations: tuple[Mapping[str, Any], ...]
    flows: tuple[Mapping[str, Any], ...]

    def unexplained(self) -> list[str]:
        """Cells that say another letter than the domain's table, and no deviation says why."""
        explained = {(one["group"], column) for one in self.deviations for column in one["columns"]}
        return [
            f"{group} / {column}: required {required}, expected {self.cells[group, column]}, and no [[deviation]] says why"
            for (group, column), required in self.required.items()
            if _letters(self.cells[group, column]) != {required[0]} and (group, column) not in explained
        ]


def _letters(cell: str) -> set[str]:
    return {part.strip()[0] for part in cell.split(";")}


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
    letter = _LETTER.match(required.get((group, column["name"]), NOTHING))
    if letter is None:
        raise ExpectationError(f"{group} / {column['name']}: a cell begins with one of R M S X C O L -")
    return letter.group()


def _group(row: Mapping[str, Any], model: GateModel) -> Group:
    listed = _listed(row, model)
    for name in (*listed, *(f"read:{field}" for key in ("masked", "copies", "log") for field in row.get(key, ()))):
        if name not in model.actions:
            raise ExpectationError(f"{row['name']}: there is no field {name.removeprefix('read:')}")
    resources = {model.actions[name].resource for name in listed}
    about = any(model.resources[resource].anchors & _ABOUT_A_PERSON for resource in resources)
    return Group(
        name=row["name"],
        fields=frozenset(listed),
        masked=_reads(row, "masked"),
        copies=_reads(row, "copies"),
        log=_reads(row, "log"),
        status=_reads(row, "status"),
        exists=frozenset(_existence(listed, row, model)),
        own=row.get("own", "the own party submitted it"),
        presupposes=about,
        given=row.get("given", {}),
    )


def _reads(row: Mapping[str, Any], key: str) -> frozenset[str]:
    return frozenset(f"read:{name}" for name in row.get(key, ()))


def _listed(row: Mapping[str, Any], model: GateModel) -> list[str]:
    """The fields of the categories, in the types if some are named, and those named one by one. A row's id tells nothing
    but that there is a row.
    """
    wanted, types = {f"read:{category}" for category in row.get("categories", ())}, row.get("types")
    found = [
        name
        for name, spec in sorted(model.actions.items())
        if name.startswith("read:") and wanted & {*spec.groups} and (types is None or spec.resource in types)
    ]
    named = [*found, *(f"read:{field}" for field in row.get("fields", ()))]
    return [name for name in named if not name.endswith(".id") and name.removeprefix("read:") not in row.get("but", ())]


def _existence(listed: Sequence[str], row: Mapping[str, Any], model: GateModel) -> Iterator[str]:
    """The actions of learning that there is something: a row of the group's own categories, or a value withheld."""
    for name in listed:
        spec = model.actions[name]
        category = spec.groups[0].removeprefix("read:")
        see, know = f"see:{spec.resource}", f"know:{spec.resource}.{category}"
        if see in model.actions and f"read:{category}" in model.actions[see].groups:
            yield see
        if know in model.actions:
            yield know
    yield from (f"see:{type_}" for type_ in row.get("exists", ()))


def written(column: Column, group: Group, entries: Sequence[Entry], purposes: Sequence[str]) -> str:
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
