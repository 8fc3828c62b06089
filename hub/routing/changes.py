"""What a batch is about to write, gathered row by row and written table by table."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

from hub.store.ids import new_id
from hub.store.rows import insert_rows, update_rows
from hub.store.tables import (
    Case,
    CaseChange,
    CasePerson,
    ConcernReport,
    DeferralRequest,
    EvictionPetition,
    FinancialAidApplication,
    LandlordNotice,
    Message,
    MortgageDefault,
    MortgageLoan,
    Participant,
    RentDefault,
    RentDemandCopy,
    Routed,
    Signal,
)

Table = type[SQLModel]

# Each finds what it refers to. A case and its persons point at each other, which is looked at when all is written.
_ORDER: Sequence[Table] = (
    Case,
    CasePerson,
    Participant,
    MortgageLoan,
    Signal,
    MortgageDefault,
    RentDefault,
    RentDemandCopy,
    EvictionPetition,
    LandlordNotice,
    DeferralRequest,
    ConcernReport,
    FinancialAidApplication,
    CaseChange,
    Message,
    Routed,
)


_HAND_OVER = sa.text("UPDATE hub.signal SET unit_id = :unit WHERE case_id = CAST(:case AS uuid)")


class Changes:
    """Rows to be added, and what is to be changed of rows that there are."""

    def __init__(self) -> None:
        self._added: dict[Table, list[dict[str, Any]]] = defaultdict(list)
        self._changed: dict[tuple[Table, UUID], dict[str, Any]] = {}
        self._handed_over: list[dict[str, Any]] = []

    def add(self, table: Table, **values: Any) -> UUID:
        """A row with an id of its own, unless it brings one."""
        row = {"id": new_id(), **values}
        self._added[table].append(row)
        return row["id"]

    def change(self, table: Table, identifier: UUID, **values: Any) -> None:
        """Of a row that is added in the same batch, the row itself is changed."""
        added = next((row for row in self._added[table] if row["id"] == identifier), None)
        if added is not None:
            added.update(values)
        else:
            self._changed.setdefault((table, identifier), {}).update(values)

    def ids(self, table: Table) -> set[UUID]:
        """Of the rows to be added."""
        return {row["id"] for row in self._added[table]}

    def hand_over(self, case: UUID, unit: str) -> None:
        """All signals of the case are this unit's from now on."""
        self._handed_over.append({"case": case, "unit": unit})

    async def write(self, session: AsyncSession) -> None:
        """All of it, in few statements however many rows there are."""
        if self._handed_over:
            await (await session.connection()).execute(_HAND_OVER, self._handed_over)
        for table in _ORDER:
            for rows in _alike(self._added[table]):
                await insert_rows(session, table, rows)
        by_columns: dict[tuple[Table, tuple[str, ...]], list[dict[str, Any]]] = defaultdict(list)
        for (table, identifier), values in self._changed.items():
            by_columns[table, tuple(sorted(values))].append({"id": identifier, **values})
        for (table, _), rows in by_columns.items():
            await update_rows(session, table, rows)


def _alike(rows: Sequence[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Rows with the same columns go in one statement, in the order in which they were added."""
    groups: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        groups[tuple(sorted(row))].append(row)
    return list(groups.values())
