"""PostgreSQL as the second line: what a plan gets wrong, the rights of its role refuse."""

from __future__ import annotations

from typing import Any

import asyncpg
import pytest
from sqlmodel import SQLModel

from hub.app import rules
from hub.errors import Internal
from hub.identity.model import Kind
from hub.plan import rows
from hub.plan.grants import READS_AS, read_grants
from hub.store.roles import READ_ROLES, Endpoints, Role
from tests.plan.both import Both
from tests.plan.requesters import REQUESTERS

_REFUSED = "42501"


def _granted(role: Role) -> set[tuple[str, str]]:
    known = rules()
    tables = read_grants(known.catalogue, known.gate, known.reached).get(role, {})
    return {(table, column) for table, columns in tables.items() for column in columns}


@pytest.mark.parametrize("role", READ_ROLES)
async def test_a_read_role_reads_the_columns_of_its_contracts_and_no_other(role: Role, planned: Endpoints) -> None:
    readable: set[tuple[str, str]] = set()
    connection = await asyncpg.connect(getattr(planned, role.name.lower()), statement_cache_size=0)
    try:
        for table in SQLModel.metadata.sorted_tables:
            for column in table.columns:
                try:
                    await connection.execute(f'SELECT "{column.name}" FROM "{table.schema}"."{table.name}" LIMIT 0')
                except asyncpg.InsufficientPrivilegeError:
                    continue
                readable.add((f"{table.schema}.{table.name}", column.name))
    finally:
        await connection.close()
    assert readable == _granted(role)


def test_external_parties_read_nothing_that_no_external_contract_has() -> None:
    external = _granted(Role.EXTERNAL)
    tables = {table for table, _ in external}
    assert {"hub.cost_comparison", "hub.signal", "nav.kinship", "hub.registration", "audit.event"}.isdisjoint(tables)
    assert ("nav.person", "shielded") not in external
    assert ("nav.person", "shielded") in _granted(Role.PUBLIC)


def test_those_who_control_the_log_read_nothing_of_a_case() -> None:
    assert {table for table, _ in _granted(Role.AUDIT)} == {
        "audit.access_subject",
        "audit.break_glass_line",
        "hub.party",
        # What a municipality has laid down is public.
        "hub.routine",
        "hub.routine_copy",
        "hub.routine_participant",
        "hub.routine_task",
        "hub.routine_unit",
    }


async def test_a_forbidden_column_in_the_compilers_own_statement_is_refused(
    planned: Endpoints, monkeypatch: pytest.MonkeyPatch
) -> None:
    contracts = {**rules().contracts, Kind.BANK: rules().contracts[Kind.NAV]}
    asked = "{ cases(first: 5) { nodes { subject { shielded } } } }"
    bank = REQUESTERS["bank for refinancing"]
    assert READS_AS[Kind.BANK] is Role.EXTERNAL

    async with Both(planned, contracts=contracts) as both:
        nodes = (await both.answer(bank, asked))["data"]["cases"]["nodes"]
        assert nodes
        assert all(node == {"subject": {"shielded": None}} for node in nodes)

    def granted(*_: Any) -> bool:
        return True

    monkeypatch.setattr(rows.Row, "granted", granted)
    async with Both(planned, contracts=contracts) as both:
        with pytest.raises(Internal) as refused:
            await both.answer(bank, asked)
        assert refused.value.detail == _REFUSED
        assert "shielded" not in str(refused.value.public())


@pytest.mark.parametrize("name", ["citizen", "privacy officer"])
async def test_a_plan_made_for_somebody_else_is_refused(name: str, planned: Endpoints) -> None:
    """A statement of NAV's on the connections of a citizen, or of a privacy officer."""
    asked = "{ cases(first: 5) { nodes { costComparisons { coverCosts } } } }"
    async with Both(planned) as both:
        await both.answer(REQUESTERS["nav"], asked)
        executed = both.executed[-1]
        assert executed.role is Role.PUBLIC
        with pytest.raises(Internal) as refused:
            await both.source(REQUESTERS[name].requester.kind).fetchrow(executed.sql, executed.arguments)
    assert refused.value.detail == _REFUSED
