"""The loaders of one request: each fetches a relation for as many rows as ask for it at once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar
from uuid import UUID

import asyncpg
from strawberry.dataloader import DataLoader

from bench.read import peer_types as types

T = TypeVar("T")

_OF_CASE = {
    types.Tenancy: """SELECT case_id AS key, id, start_date, monthly_rent_ore AS monthly_rent, status
        FROM housing.tenancy WHERE case_id = ANY ($1) ORDER BY start_date DESC, id""",
    types.RentDefault: """SELECT case_id AS key, arrears_ore AS arrears, months_in_arrears, status
        FROM housing.rent_default WHERE case_id = ANY ($1) ORDER BY reported_at DESC, id""",
    types.RentDemandCopy: """SELECT case_id AS key, kind, issued_at, amount_ore AS amount
        FROM housing.rent_demand_copy WHERE case_id = ANY ($1) ORDER BY issued_at DESC, id""",
    types.LeaseBreach: """SELECT case_id AS key, kind, occurred_at, status
        FROM housing.lease_breach WHERE case_id = ANY ($1) ORDER BY occurred_at DESC, id""",
    types.EvictionNotice: """SELECT case_id AS key, sent_at, status
        FROM enforcement.eviction_notice WHERE case_id = ANY ($1) ORDER BY sent_at DESC, id""",
    types.EvictionPetition: """SELECT case_id AS key, id, enforcement_case_no, petition_received_at, eviction_date,
            status
        FROM enforcement.eviction_petition WHERE case_id = ANY ($1) ORDER BY petition_received_at DESC, id""",
    types.FinancialAidApplication: """SELECT case_id AS key, applied_at, status
        FROM nav.financial_aid_application WHERE case_id = ANY ($1) ORDER BY applied_at DESC, id""",
    types.Participant: """SELECT case_id AS key, unit_id AS unit, role
        FROM hub.participant WHERE case_id = ANY ($1) ORDER BY valid_from, id""",
    types.ContactLogEntry: """SELECT case_id AS key, at, channel, outcome
        FROM hub.contact_log_entry WHERE case_id = ANY ($1) ORDER BY at DESC, id""",
    types.HouseholdMember: """SELECT case_id AS key, id, relation, role
        FROM hub.case_person WHERE case_id = ANY ($1) ORDER BY role, id""",
    types.RentClaim: """SELECT tenancy_id AS key, id, period, due_date, amount_ore AS amount, paid_ore AS paid, status,
            dunning_level
        FROM housing.rent_claim WHERE tenancy_id = ANY ($1) ORDER BY due_date, id""",
    types.PlanStep: """SELECT plan_id AS key, what, due_date, status
        FROM hub.plan_step WHERE plan_id = ANY ($1) ORDER BY ord, id""",
}
_ONE = {
    types.Person: """SELECT id AS key, id, national_id, first_name, last_name FROM nav.person WHERE id = ANY ($1)""",
    types.Dwelling: """SELECT id AS key, dwelling_type, address_line, postal_code, postal_place
        FROM housing.dwelling WHERE id = ANY ($1)""",
    types.Household: """SELECT DISTINCT ON (case_id) case_id AS key, case_id, has_children, children_count
        FROM hub.household WHERE case_id = ANY ($1) ORDER BY case_id, id""",
    types.ProgressPlan: """SELECT DISTINCT ON (case_id) case_id AS key, id, state AS status
        FROM hub.progress_plan WHERE case_id = ANY ($1) ORDER BY case_id, version DESC, id""",
}
# What is left out is told by id; it stands last, as in the hub's answer.
_LOANS = """SELECT case_id AS key, is_out, id, loan_type, loan_ref, principal_ore, outstanding_ore, status
    FROM (SELECT *, id = ANY ($2::uuid[]) AS is_out FROM bank.mortgage_loan WHERE case_id = ANY ($1)) AS loan
    ORDER BY is_out, CASE WHEN NOT is_out THEN loan_type END, id"""


class Loaders:
    """Made anew for each request, so that nothing is kept between two."""

    def __init__(self, pool: asyncpg.Pool, leave_out: list[str]) -> None:
        self._pool = pool
        self.many: dict[type, DataLoader[UUID, list[Any]]] = {
            kind: DataLoader(load_fn=self._lists(sql, kind)) for kind, sql in _OF_CASE.items()
        }
        self.one: dict[type, DataLoader[UUID, Any]] = {
            kind: DataLoader(load_fn=self._single(sql, kind)) for kind, sql in _ONE.items()
        }
        self.many[types.MortgageLoan] = DataLoader(load_fn=self._lists(_LOANS, types.MortgageLoan.of, leave_out))

    def _lists(self, sql: str, make: Callable[..., T], *more: Any) -> Callable[[list[UUID]], Awaitable[list[list[T]]]]:
        async def load(keys: list[UUID]) -> list[list[T]]:
            found: dict[UUID, list[T]] = {key: [] for key in keys}
            for row in await self._pool.fetch(sql, keys, *more):
                values = dict(row)
                found[values.pop("key")].append(make(**values))
            return [found[key] for key in keys]

        return load

    def _single(self, sql: str, make: Callable[..., T]) -> Callable[[list[UUID]], Awaitable[list[T | None]]]:
        async def load(keys: list[UUID]) -> list[T | None]:
            found: dict[UUID, T] = {}
            for row in await self._pool.fetch(sql, keys):
                values = dict(row)
                key = values.pop("key")
                found[key] = make(**values)
            return [found.get(key) for key in keys]

        return load
