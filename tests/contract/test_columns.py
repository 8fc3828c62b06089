"""What the tables declare as always there is so in the database: decisions rely on it instead of asking each time."""

from __future__ import annotations

import re

import pytest
from sqlmodel import SQLModel

from hub.app import rules
from hub.gate import Binds
from hub.gate.anchors import AnchorFacts
from hub.plan.totals import total_facts
from schema.categories import Anchor
from tests.contract.conftest import Database

_TABLES = {Anchor.CASE: "hub.case", Anchor.PERSON: "nav.person"}
_COLUMN = re.compile(r"\b(row_|anchor_)\.(\w+)")


def test_column_is_required_in_the_database_exactly_where_its_table_says_so(migrated: Database) -> None:
    declared = {
        (str(table), column.name): not column.nullable
        for table in SQLModel.metadata.tables.values()
        if not table.info.get("is_view")
        for column in table.columns
    }
    partitions = {key for key in migrated.required if re.search(r"^audit\.\w+_(\d{4}_\d\d|default)$", key[0])}
    in_database = {key: required for key, required in migrated.required.items() if key not in partitions}
    assert {key: in_database.get(key) for key in declared} == declared


def test_fact_that_a_decision_need_not_ask_about_is_read_from_required_columns(migrated: Database) -> None:
    known = rules()
    totals = total_facts(known.catalogue, known.gate, SQLModel.metadata)
    relied_on: dict[str, set[tuple[str, str]]] = {}
    for (name, anchor), facts in totals.items():
        entry = known.catalogue.types[name]
        reader = AnchorFacts(anchor, name, anchor_alias="anchor_", row_alias="row_", protection="p_", binds=Binds())
        tables = {"row_": entry.declared.table, "anchor_": _TABLES.get(anchor, entry.declared.table)}
        for fact in facts:
            sql = reader.scalar(fact)
            if sql.startswith("EXISTS (") or "IS NOT NULL" in sql:
                continue
            relied_on.setdefault(f"{name}.{fact}", set()).update(
                (tables[alias], column) for alias, column in _COLUMN.findall(sql)
            )
    assert relied_on
    not_required = {
        (fact, column)
        for fact, columns in relied_on.items()
        for column in columns
        if not any(migrated.required.get(kept, False) for kept in _kept_in(*column))
    }
    assert not_required == set()


@pytest.mark.parametrize("name", ["audit.access_line", "audit.access_subject"])
def test_what_a_view_promises_of_a_column_the_table_below_it_promises(migrated: Database, name: str) -> None:
    """PostgreSQL keeps no NOT NULL for the columns of a view; these show columns of the tables that they join."""
    promised = {column.name for column in SQLModel.metadata.tables[name].columns if not column.nullable}
    # Worked out of `is_marked`, which is never absent.
    promised -= {"severity"}
    assert {"id", "occurred_at"} <= promised
    for column in promised:
        assert any(migrated.required.get(kept, False) for kept in _kept_in(name, column)), column
    assert migrated.required["audit.access_entry", "is_marked"]


def _kept_in(table: str, column: str) -> list[tuple[str, str]]:
    """Where a column is kept: in its table, or in those that its view joins."""
    below = (
        SQLModel.metadata.tables[table].info.get("joins", (table,)) if table in SQLModel.metadata.tables else (table,)
    )
    return [(name, column) for name in below]


@pytest.mark.parametrize("fact", ["grade", "shielded"])
def test_protection_is_always_asked_since_no_column_can_promise_it(fact: str) -> None:
    known = rules()
    totals = total_facts(known.catalogue, known.gate, SQLModel.metadata)
    assert not any(fact in facts for facts in totals.values())


def test_columns_behind_fields_that_a_contract_reads_exist(migrated: Database) -> None:
    views = {str(table) for table in SQLModel.metadata.tables.values() if table.info.get("is_view")}
    for entry in rules().catalogue.types.values():
        for field in entry.fields.values():
            for column in getattr(field, "columns", ()):
                if entry.declared.table and entry.declared.table not in views:
                    assert (entry.declared.table, column) in migrated.required, field.action
