"""Rows on their way into the database, by table, in an order in which each finds what it refers to."""

from __future__ import annotations

from typing import Any, TypeAlias

import asyncpg
import sqlalchemy as sa
from sqlmodel import SQLModel

from hub.store import tables

Table: TypeAlias = type[SQLModel]

_ORDER: tuple[Table, ...] = (
    tables.Party,
    tables.Unit,
    tables.Person,
    tables.Kinship,
    tables.Employee,
    tables.Registration,
    tables.Routine,
    tables.RoutineUnit,
    tables.RoutineCopy,
    tables.RoutineTask,
    tables.RoutineParticipant,
    tables.SupplierAgreement,
    tables.Dwelling,
    # A case and its persons point at each other: the case's own pointer is checked at the commit.
    tables.Case,
    tables.CasePerson,
    tables.Household,
    tables.Participant,
    tables.Signal,
    tables.LandlordNotice,
    tables.DeferralRequest,
    tables.ConcernReport,
    tables.ContactLogEntry,
    tables.ProgressPlan,
    tables.PlanStep,
    tables.RepaymentAgreement,
    tables.CostComparison,
    tables.FinancialAidApplication,
    tables.Tenancy,
    tables.RentClaim,
    tables.RentDefault,
    tables.RentDemandCopy,
    tables.LeaseBreach,
    tables.EvictionNotice,
    tables.EvictionPetition,
    tables.DebtSettlement,
    tables.MortgageLoan,
    tables.Mandate,
    tables.MandateEvent,
    tables.Consent,
    tables.ConsentEvent,
    tables.Agreement,
    tables.AgreementEvent,
    tables.Reservation,
    tables.ReservationEvent,
    tables.Submission,
    tables.SubmittedDefault,
    tables.Routed,
    tables.MortgageDefault,
)


class Rows:
    """Collects rows and copies them into the database."""

    def __init__(self) -> None:
        self._rows: dict[Table, list[dict[str, Any]]] = {table: [] for table in _ORDER}

    def add(self, table: Table, **values: Any) -> None:
        """A row. What it leaves out is empty, or off."""
        self._rows[table].append(values)

    async def copy_to(self, connection: asyncpg.Connection) -> None:
        """Copy all, and forget them."""
        for table, rows in self._rows.items():
            if rows:
                columns = _columns(table)
                unknown = set().union(*rows) - set(columns)
                if unknown:
                    raise ValueError(f"{table.__name__} has no column {sorted(unknown)}")
                target = _database_table(table)
                await connection.copy_records_to_table(
                    target.name,
                    schema_name=target.schema,
                    columns=list(columns),
                    records=[tuple(row.get(name, empty) for name, empty in columns.items()) for row in rows],
                )
                rows.clear()


def _columns(table: Table) -> dict[str, Any]:
    """The columns that a row brings along, with what stands there if it does not."""
    return {
        column.name: False if isinstance(column.type, sa.Boolean) and not column.nullable else None
        for column in _database_table(table).columns
        if column.computed is None and column.identity is None
    }


def _database_table(table: Table) -> sa.Table:
    found = sa.inspect(table).local_table
    if not isinstance(found, sa.Table):
        raise TypeError(f"{table.__name__} is no table")
    return found
