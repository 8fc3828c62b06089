"""What the record can hold is what its document describes, and what its tables allow."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from hub.audit.leaf import _ACTORS, _EVENT_KIND
from hub.audit.model import EntryKind, EventKind, SecurityKind
from hub.audit.packing import COLUMNS
from hub.audit.refusals import SECURITY_COLUMNS
from hub.store.tables import audit as tables

DOCUMENT = (Path(__file__).parents[2] / "docs" / "audit-events.md").read_text()
ROWS = set(re.findall(r"^\| `([^`]+)`", DOCUMENT, re.MULTILINE))
WORDS = set(re.findall(r"`([^`\s]+)`", DOCUMENT))


def test_every_kind_of_event_is_described():
    assert set(EventKind) <= ROWS


def test_every_kind_of_refusal_is_described_and_no_other():
    assert set(SecurityKind) == {row for row in ROWS if row.count(":") == 2}


def test_every_kind_of_entry_is_described():
    assert all(f"`{kind}`:" in DOCUMENT for kind in EntryKind)


def test_every_column_is_described():
    described = WORDS | {"entry_subjects", "entry_evidence", "entry_grounds", "entry_rows"}
    assert {name for name, _ in (*COLUMNS, *SECURITY_COLUMNS)} <= described


def test_actors_namespace_is_described():
    assert str(_ACTORS) in DOCUMENT


def test_kinds_are_those_of_the_tables():
    assert sorted(EventKind) == sorted(tables.EVENT_KINDS) == sorted(_EVENT_KIND)
    assert sorted(EntryKind) == sorted(tables.ENTRY_KINDS)


def test_columns_are_those_of_the_tables():
    assert _columns(tables.AuditEvent) == {name for name, _ in COLUMNS}
    assert _columns(tables.AuditSecurityEvent) == {name for name, _ in SECURITY_COLUMNS}


def test_record_is_partitioned():
    for table in (tables.AuditEvent, tables.AuditSecurityEvent):
        assert table.__table__.dialect_options["postgresql"]["partition_by"] == "RANGE (occurred_at)"


def _columns(table: Any) -> set[str]:
    return set(table.__table__.columns.keys())
