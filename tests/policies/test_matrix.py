"""The table that the policies make is the one that is expected, cell by cell, and the one that is committed."""

from __future__ import annotations

from functools import lru_cache

from hub.gate.expectation import actual, differences, markdown, read_expected
from hub.gate.matrix import columns
from hub.identity.model import Kind
from tests.gate import real


@lru_cache
def expected():
    return read_expected((real.POLICIES / "expected.toml").read_text(encoding="utf-8"), real.model())


@lru_cache
def cells():
    asking = {kind: [real.asking(kind, purpose) for purpose in purposes_of(kind)] for kind in Kind}
    return actual(real.gate(), expected(), columns(asking))


def purposes_of(kind: Kind) -> list[str | None]:
    return [code for code, (_, kinds) in real.purposes().items() if kind.value in kinds] or [None]


def test_the_policies_make_the_table_that_is_expected():
    assert differences(expected(), cells()) == []


def test_the_committed_table_is_what_the_policies_make():
    committed = (real.POLICIES / "matrix.md").read_text(encoding="utf-8")

    assert committed == markdown(expected(), cells())


def test_a_cell_that_changes_is_told():
    changed = {row: dict(across) for row, across in cells().items()}
    changed["Financial aid"]["bank"] = "R"

    assert differences(expected(), changed) == ["Financial aid / bank: expected -, the policies say R"]


def test_every_field_of_the_schema_stands_in_a_row():
    model = real.model()
    readable = {name for name in model.actions if name.startswith("read:")}
    told = {action for row in expected().rows for action in row.actions}

    assert readable <= told


def test_no_cell_of_the_expectation_is_of_an_unknown_column():
    known = {column.name for column in columns({kind: [] for kind in Kind})}

    assert all(set(across) <= known for across in expected().cells.values())


def test_every_deviation_gives_its_reason():
    assert expected().deviations
    for deviation in expected().deviations:
        assert {"row", "column", "domain", "reason"} == set(deviation)
        assert deviation["reason"].endswith(".")
