"""Per field group and kind of party, every combination of what access rests on.

That is: purpose, basis in force, relation to the case, consent or agreement or mandate, grade, shielding, own data and
family, municipality, special right, level of log-in. What the gate decides on each is held against what
policies/expected.toml says in words.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import combinations
from typing import Any

import pytest

from hub.gate import RequesterClass, Residual
from hub.gate.expectation import Expected, read_expected
from hub.gate.matrix import Column, Group
from hub.gate.model import SPECIAL_GROUPS
from hub.gate.residual import conjunction, disjunction
from hub.identity.model import PrincipalType
from hub.plan.paths import paths
from schema.categories import Anchor
from tests.gate import real
from tests.gate.drawing import binds_of
from tests.gate.legs import Cell, any_of, read_cell
from tests.gate.tables import Table

NUMBERS = {str(row["code"]): str(row["number"]) for row in real.register("purposes")}
TEXT = (real.POLICIES / "expected.toml").read_text(encoding="utf-8")
COLUMNS = [str(column["name"]) for column in tomllib.loads(TEXT)["column"]]


@lru_cache
def expected() -> Expected:
    return read_expected(TEXT, real.model())


@lru_cache
def ways() -> Mapping[str, Any]:
    return paths(real.catalogue())


def column_of(name: str) -> Column:
    return next(column for column in expected().columns if column.name == name)


def requesters(column: Column) -> Iterator[RequesterClass]:
    """All that the register can make of the kind: purpose or none, rights, level; and with no basis in force."""
    special = sorted(SPECIAL_GROUPS.get(column.kind, ()))
    own = [code for code, (_, kinds) in real.purposes().items() if column.kind.value in kinds]
    for purpose in (None, *own):
        for size in range(len(special) + 1):
            for held in combinations(special, size):
                who = real.asking(column.kind, purpose, special=frozenset(held), glass=True)
                levels = (4, 3, 2) if who.principal is PrincipalType.CITIZEN else (0,)
                yield from (replace(who, assurance=level) for level in levels)
        if purpose is not None:
            yield replace(real.asking(column.kind, purpose, glass=True), bases=real.always())


@dataclass(frozen=True)
class Field:
    """A field of a group, with the letters of the entries that speak of it."""

    action: str
    letters: frozenset[str]

    @property
    def resource(self) -> str:
        return real.model().actions[self.action].resource

    @property
    def is_about_a_person(self) -> bool:
        return bool(real.model().resources[self.resource].anchors & {Anchor.CASE, Anchor.PERSON})


def fields_of(group: Group) -> Iterator[Field]:
    places = ((group.fields, "RSCO"), (group.masked, "RSCM"), (group.copies, "O"), (group.log, "L"))
    letters: dict[str, set[str]] = {}
    for names, spoken in places:
        for name in names:
            letters.setdefault(name, set()).update(spoken)
    for name in sorted(letters):
        yield Field(name, frozenset(letters[name]))


def whole(who: RequesterClass, field: Field) -> Residual:
    """When the gate opens the field: with its row, and the rows on the way to it."""
    gate = real.gate()

    def seen(resource: str) -> Residual:
        return gate.decide(who, f"see:{resource}").residual

    way = disjunction(conjunction(map(seen, sorted(steps))) for steps in ways().get(field.resource, (frozenset(),)))
    return conjunction((gate.decide(who, field.action).residual, seen(field.resource), way))


def is_spoken_of(cell: Cell, group: Group, field: Field) -> bool:
    """Whether an entry is about the field: all of the group, its status fields, or those that it names."""
    if cell.letter not in field.letters:
        return False
    if cell.letter == "O":
        return field.action in (group.copies or group.fields)
    if cell.letter == "M":
        return field.action in group.masked
    if cell.letter != "S":
        return field.action in (group.log if cell.letter == "L" else group.fields | group.masked)
    if not cell.extent:
        return field.action in group.status
    type_, _, _ = field.action.removeprefix("read:").partition(".")
    return f"{type_}.*" in cell.extent or field.action.removeprefix("read:") in cell.extent


def is_stated(cell: Cell, column: Column, who: RequesterClass) -> bool:
    """Whether the purpose will do, with its bases in force. A kind that states none needs none."""
    has_purposes = any(column.kind.value in kinds for _, kinds in real.purposes().values())
    if who.purpose is None or who.bases == real.always():
        return cell.purposeless or not has_purposes
    return not cell.purposes or NUMBERS[str(who.purpose)] in cell.purposes


def phrases(cell: Cell, group: Group, column: Column, field: Field) -> list[str]:
    """What must hold for an entry, presupposed or not."""
    presupposed = column.always - cell.lacking if field.is_about_a_person else frozenset[str]()
    return [*cell.conditions, *presupposed, *([group.own] if cell.letter == "O" else [])]


def as_written(table: Table, cells: list[tuple[Cell, list[str]]], who: RequesterClass, column: Column) -> int:
    """The combinations in which some entry opens the field."""
    found = 0
    for cell, spoken in cells:
        if is_stated(cell, column, who):
            held = table.everything
            for phrase in spoken:
                either = 0
                for one in any_of(phrase):
                    either |= one.where(table, who)
                held &= either
            found |= held
    return found


def given_in(table: Table, group: Group) -> int:
    found = table.everything
    for name, value in group.given.items():
        if name in table.values:
            found &= table.where_all((name,), lambda row, name=name, value=value: row[name] == value)
    return found


@pytest.mark.parametrize("name", COLUMNS)
def test_every_combination_is_decided_as_the_expected_matrix_says(name):
    column, compared, opened = column_of(name), 0, 0
    everybody = list(requesters(column))
    for group in expected().groups:
        cells = read_cell(expected().cells[group.name, name])
        for field in fields_of(group):
            about = [(cell, phrases(cell, group, column, field)) for cell in cells if is_spoken_of(cell, group, field)]
            asked = [pair for _, spoken in about for text in spoken for one in any_of(text) for pair in one.asked]
            for who in everybody:
                formula = whole(who, field)
                table = Table.of((formula,), binds_of(who), also=[*asked, *group.given.items()], with_unknown=False)
                within = given_in(table, group)
                ours, wanted = table.holds(formula) & within, as_written(table, about, who, column) & within
                assert ours == wanted, _difference(table, ours ^ wanted, group, field, who)
                compared, opened = compared + within.bit_count(), opened + ours.bit_count()

    assert compared > 1_000
    assert opened


def _difference(table: Table, apart: int, group: Group, field: Field, who: RequesterClass) -> str:
    row = table.row(apart.bit_length() - 1)
    return f"{group.name}, {field.action}, {who}: {apart.bit_count()} of {table.size} are decided otherwise, as {row}"
