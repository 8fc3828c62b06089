"""The read-outs of the shipped policies, worked out once for all tests that look at them."""

from __future__ import annotations

from functools import lru_cache

from hub.gate import Gate
from hub.gate.difference import Rules
from hub.gate.expectation import Expected, read_expected
from hub.gate.matrix import Matrix
from hub.gate.openings import Openings, askings
from hub.gate.readout import Cells, cells_of
from hub.plan.paths import paths
from hub.rules import rules
from tests.gate import real


@lru_cache
def openings() -> Openings:
    return Openings(rules().gate, paths(rules().catalogue))


@lru_cache
def matrix() -> Matrix:
    return Matrix(openings(), askings(rules().gate, rules().purposes))


def expected_text() -> str:
    return (real.POLICIES / "expected.toml").read_text(encoding="utf-8")


@lru_cache
def expected() -> Expected:
    return read_expected(expected_text(), rules().gate.model)


@lru_cache
def cells() -> Cells:
    return cells_of(matrix(), expected())


def changed(file: str, old: str, new: str) -> Gate:
    """The shipped policies with one thing written otherwise."""
    files = real.files()
    assert old in files[file]
    return Gate.load(rules().gate.model, {**files, file: files[file].replace(old, new, 1)}, real.basis_codes())


def shipped() -> Rules:
    return Rules(gate=rules().gate, purposes=rules().purposes)


def with_gate(gate: Gate) -> Rules:
    return Rules(gate=gate, purposes=rules().purposes)
