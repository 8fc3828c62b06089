"""What several decisions on a row have in common is looked up once, and each comes out as if it stood alone."""

from __future__ import annotations

import asyncpg
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.gate import Binds, to_sql
from hub.gate.residual import And, Not, Or, Residual
from hub.plan.rows import Row
from hub.store.embedded import EmbeddedServer
from tests.gate.test_residual import NAMES, PARTIAL, WRITTEN, built


class LookedUp:
    """Each fact is looked up, so that all of a formula can be worth sharing."""

    def scalar(self, fact: str) -> str:
        return f"(SELECT r.{fact})"

    def contains(self, fact: str, value_sql: str) -> str:
        raise AssertionError("no formula here asks for a set")


def within(residual: Residual) -> list[Residual]:
    match residual:
        case And(parts) | Or(parts):
            return [residual, *(one for part in parts for one in within(part))]
        case Not(part):
            return [residual, *within(part)]
        case _:
            return [residual]


_BOOLEANS = {True: "true", False: "false", None: "NULL::boolean"}
_ROWS = ", ".join(f"({', '.join(_BOOLEANS[row[name]] for name in NAMES)})" for row in PARTIAL)


@given(st.data())
@settings(max_examples=100)
def test_decisions_that_share_look_ups_come_out_as_if_each_stood_alone(server, runner, data: st.DataObject) -> None:
    """Over every row of three-valued facts: an unknown part must not become a known one on its way."""
    formulas = [built(written) for written in data.draw(st.lists(WRITTEN, min_size=1, max_size=3))]
    parts = [part for formula in formulas for part in within(formula)]
    chosen = [*formulas, *data.draw(st.lists(st.sampled_from(parts), max_size=4))]
    columns: dict[str, str] = {}
    for formula in chosen:
        columns.setdefault(to_sql(formula, LookedUp(), Binds()), f"g{len(columns) + 1}")
    lateral = lateral_of(columns)
    same = ", ".join(f"d.{name} = coalesce(({sql}), false)" for sql, name in columns.items())
    found = runner.run(fetched(server, f"SELECT {same} FROM (VALUES {_ROWS}) r({', '.join(NAMES)}){lateral}"))
    assert len(found) == len(PARTIAL)
    assert all(value is True for row in found for value in row)


def lateral_of(columns: dict[str, str]) -> str:
    nothing = dict.fromkeys(("entry", "scope", "asker", "node"))
    return Row(alias="r", decisions_alias="d", totals=frozenset(), columns=columns, **nothing).lateral()


async def fetched(server: EmbeddedServer, sql: str) -> list[asyncpg.Record]:
    connection = await asyncpg.connect(server.endpoints().owner)
    try:
        return await connection.fetch(sql)
    finally:
        await connection.close()
