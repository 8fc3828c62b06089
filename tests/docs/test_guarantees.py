"""The auditor's page names tests that exist: a claim without one is a promise that nobody holds."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from tests.docs.pages import DOCS, ROOT, rows

TEXT = (DOCS / "guarantees.md").read_text(encoding="utf-8")
CLAIMS = [cells for cells in rows(TEXT) if cells[0] not in ("guaranteed", "accident", "---")]
_NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
# What the issue lists as accidents of the field, by their references.
_REFERENCES = (
    "CVE-2026-107728", "GHSA-m8jr-fxqx-8xx6", "CVE-2025-64347", "CVE-2025-32380", "CVE-2026-5423",
    "GHSA-5357-c2jx-v7qh", "CVE-2026-35523", "CVE-2026-35526",
)  # fmt: skip


@cache
def named_in(file: str) -> frozenset[str]:
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    functions = (node for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    return frozenset(node.name for node in functions if node.name.startswith("test_"))


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda cells: cells[0][:60])
def test_claim_names_tests_that_exist(claim: list[str]) -> None:
    named = _NAMED.findall(claim[-1])
    assert named, claim
    assert [f"{file}::{name}" for file, name in named if not (ROOT / file).exists() or name not in named_in(file)] == []


def test_no_test_is_named_outside_the_tables() -> None:
    assert len(_NAMED.findall(TEXT)) == sum(len(_NAMED.findall(cells[-1])) for cells in CLAIMS)


def test_each_accident_of_the_field_is_named_with_its_reference() -> None:
    accidents = TEXT.partition("## Accidents that others had")[2].partition("\n## ")[0]
    assert [reference for reference in _REFERENCES if reference not in accidents] == []


def test_what_is_not_guaranteed_is_said() -> None:
    assert len(re.findall(r"^\*\*.+\*\*", TEXT.partition("## What is not guaranteed")[2], re.MULTILINE)) >= 8


def test_page_is_named_where_a_reader_begins() -> None:
    for page in (ROOT / "README.md", DOCS / "README.md"):
        assert "guarantees.md" in Path(page).read_text(encoding="utf-8")
