"""Absent values: whatever a row lacks, the rest of the answer stands."""

from __future__ import annotations

import asyncpg
from sqlmodel import SQLModel

from hub.app import rules
from hub.store.roles import Endpoints
from tests.plan.both import Both
from tests.plan.documents import Pool
from tests.plan.everything import everything
from tests.plan.requesters import REQUESTERS

_ASKED = (
    "nav with special rights",
    "secure unit",
    "housing",
    "housing support",
    "enforcement",
    "bank for refinancing",
    "loan manager",
    "citizen with loans",
    "privacy officer",
)
# Without its unit a participant opens nothing, and nothing would be left to look at.
_KEPT = {("hub.participant", "unit_id")}


async def test_no_absent_value_takes_the_answer_with_it(changeable: Endpoints, pool: Pool) -> None:
    emptied = await _empty_what_can_be(changeable)
    assert len(emptied) > 60
    assert {("nav.person", "residential_line"), ("housing.tenancy", "end_date"), ("hub.consent", "case_id")} <= emptied
    async with Both(changeable) as both:
        for inquiry in (REQUESTERS[name] for name in _ASKED):
            for written in everything(rules().contracts[inquiry.requester.kind], pool):
                # Both ways agree, so there is an answer, and what is absent is null in it.
                await both.compare(inquiry, written)


async def test_an_address_without_a_single_value_is_null_as_a_hidden_one_is(changeable: Endpoints) -> None:
    asked = "{ cases(first: 20) { nodes { subject { name { last } residentialAddress { line __typename } } } } }"
    await _empty_what_can_be(changeable)
    async with Both(changeable) as both:
        nodes = (await both.answer(REQUESTERS["nav"], asked))["data"]["cases"]["nodes"]
    assert nodes
    assert all(node["subject"]["residentialAddress"] is None and node["subject"]["name"]["last"] for node in nodes)


async def _empty_what_can_be(endpoints: Endpoints) -> set[tuple[str, str]]:
    """NULL in every column of the catalogue's tables that may hold it."""
    emptied: set[tuple[str, str]] = set()
    connection = await asyncpg.connect(endpoints.owner)
    try:
        named = {entry.declared.table for entry in rules().catalogue.types.values()} - {""}
        tables = [SQLModel.metadata.tables[name] for name in named]
        for name, table in ((str(table), table) for table in tables if not table.info.get("is_view")):
            await connection.execute(f"ALTER TABLE {name} DISABLE TRIGGER USER")
            for column in (column.name for column in table.columns if column.nullable):
                if (name, column) in _KEPT:
                    continue
                try:
                    await connection.execute(f'UPDATE {name} SET "{column}" = NULL')
                except asyncpg.CheckViolationError:
                    continue
                emptied.add((name, column))
    finally:
        await connection.close()
    return emptied
