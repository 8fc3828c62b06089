"""Facts that cannot be unknown: a column that the table declares NOT NULL, or the existence of a row.

The guard of a decision need not ask about these. Start-up holds the declarations against the database.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from sqlalchemy import MetaData

from hub.gate import Binds, Gate
from hub.gate.anchors import AnchorFacts
from hub.plan.catalogue import Catalogue
from schema.categories import Anchor

_COLUMN = re.compile(r"^(\w+)\.(\w+)$")
_WORD = re.compile(r"^\((\w+)\.(\w+) (?:= '\w+'|IS NOT NULL)\)$")
_ANCHOR_TABLES = {Anchor.CASE: "hub.case", Anchor.PERSON: "nav.person"}

Totals = Mapping[tuple[str, Anchor], frozenset[str]]


def total_facts(catalogue: Catalogue, gate: Gate, tables: MetaData) -> Totals:
    """The total facts of each type under each anchor that it can hang on."""
    return {
        (name, anchor): frozenset(_of(name, entry.declared.table, anchor, gate, tables))
        for name, entry in catalogue.types.items()
        for anchor in gate.model.resources[name].anchors
    }


def _of(name: str, table: str, anchor: Anchor, gate: Gate, tables: MetaData) -> list[str]:
    if not table:
        # It is worked out, and stands in no row.
        return []
    places = {"row": table, anchor.value: _ANCHOR_TABLES.get(anchor, table)}
    by_alias = {"row_": places["row"], "anchor_": places[anchor.value]}
    facts = AnchorFacts(anchor, name, anchor_alias="anchor_", row_alias="row_", protection="protection_", binds=Binds())
    found: list[str] = []
    for fact, spec in gate.model.resources[name].facts.items():
        if spec.is_set:
            continue
        sql = facts.scalar(fact)
        match = _COLUMN.match(sql) or _WORD.match(sql)
        if (
            sql.startswith("EXISTS (")
            or "IS NOT NULL)" in sql
            or (
                match
                and match.group(1) in by_alias
                and not tables.tables[by_alias[match.group(1)]].columns[match.group(2)].nullable
            )
        ):
            found.append(fact)
    return found
