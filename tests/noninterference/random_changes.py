"""Random changes of the rows of a case: any value, any row. Which of them are hidden is for `sight` to say.

Left alone is what decides who may see a case: that would be a change of who may see, and not of what is hidden.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

import asyncpg

from hub.store.ids import new_id
from tests.acceptance.house import House
from tests.acceptance.matrix import CELLS
from tests.acceptance.readers import AGENCIES
from tests.noninterference.changes import Change, Row, Step, added, altered, changed, columns, removed, rows
from tests.noninterference.sight import open_cases, seen

# The tables with rows of a case, each with the row of the matrix that most of it is in.
_OF_CASE = {
    "bank.mortgage_default": "loan",
    "bank.mortgage_loan": "loan",
    "enforcement.debt_settlement": "settlement",
    "enforcement.eviction_notice": "petition",
    "enforcement.eviction_petition": "petition",
    "housing.lease_breach": "breach-text",
    "housing.rent_claim": "rent",
    "housing.rent_default": "rent",
    "housing.rent_demand_copy": "demand-copy",
    "housing.tenancy": "rent",
    "hub.contact_log_entry": "contact-log",
    "hub.cost_comparison": "cost",
    "hub.household": "children",
    "hub.participant": "participant",
    "hub.plan_step": "plan",
    "hub.progress_plan": "plan",
    "hub.repayment_agreement": "agreement",
    "hub.signal": "reporter",
    "nav.financial_aid_application": "aid",
}
_TABLES = {**_OF_CASE, "hub.case": "case", "housing.dwelling": "address", "nav.person": "shielded"}
_SHARED = {
    "nav.person": "SELECT DISTINCT person_id AS shared, case_id AS id FROM hub.case_person ORDER BY 2",
    "housing.dwelling": "SELECT dwelling_id AS shared, id FROM hub.case ORDER BY 2",
}
# What decides: who takes part, how somebody is protected, where; and in a row that may be seen, whose it is.
_DECIDES = {
    "hub.case": {"subject_id", "municipality", "source_party"},
    "hub.participant": {"party_id", "unit_id", "valid_from", "valid_to"},
    "nav.person": {"protection", "shielded"},
}
_WHOSE = {
    "source_party", "loan_type", "lender_party", "servicer_party", "consent_id", "agreement_id", "submission_id",
    "creditor_party", "landlord_party", "names_party", "national_id", "updated_at",
}  # fmt: skip
_STAYS = {"hub.case", "hub.participant", "nav.person", "housing.dwelling", "housing.tenancy", "hub.household"}
_TRIES = 16
_NO_HOME = dict.fromkeys(
    f"{kind}_{part}" for kind in ("residential", "temporary") for part in ("line", "postal_code", "place")
)
_PROTECTIONS: tuple[Row, ...] = (
    {"protection": "FORTROLIG"},
    {"protection": "STRENGT_FORTROLIG", **_NO_HOME},
    {"protection": "STRENGT_FORTROLIG_UTLAND", **_NO_HOME},
    {"shielded": True},
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Touch:
    """A change, with the cases and the person that it touches."""

    change: Change
    cases: Collection[UUID]
    person: UUID | None


@contextmanager
def some_protection(house: House, who: str, random: Random) -> Iterator[Collection[UUID]]:
    """Now and then somebody in a case that is there for whoever asks has just been protected. Gives the cases to look
    at.

    Without it, all that is there, or nothing in particular.
    """
    there = sorted(open_cases(house, who))
    if not there or random.random() < 0.6:
        # Half of them in a case that is there: a hidden value beside values that are shown.
        yield there if random.random() < 0.5 else ()
        return
    case = random.choice(there)
    members = house.rows("SELECT person_id FROM hub.case_person WHERE case_id = $1 ORDER BY 1", case)
    [person] = rows(house, "nav.person", "id = $1", random.choice(members)["person_id"])
    values = random.choice(_PROTECTIONS)
    with changed(house, Change(name="protected", steps=(altered("nav.person", person, values),))):
        yield [case]


def find_hidden_change(house: House, who: str, random: Random, aim: Collection[UUID]) -> Touch:
    """A change that is hidden from whoever asks, in one of these cases where there are any. It is not made yet."""
    for tried in range(_TRIES):
        touch = _draw(house, who, random, frozenset(aim if tried < _TRIES / 2 else ()))
        if touch is not None and _is_hidden(house, who, touch):
            return touch
    raise LookupError("no hidden change found")


def _is_hidden(house: House, who: str, touch: Touch) -> bool:
    before = seen(house, who, touch.cases, touch.person)
    try:
        with changed(house, touch.change):
            return bool(before == seen(house, who, touch.cases, touch.person))
    except (asyncpg.IntegrityConstraintViolationError, asyncpg.DataError):
        # The tables do not take it.
        return False


def _draw(house: House, who: str, random: Random, aim: frozenset[UUID]) -> Touch | None:
    there = open_cases(house, who)
    table = random.choice([name for name in _TABLES if not aim & there or _is_partly_hidden(who, name)])
    found, related = rows(house, table), _related(house, table)
    touched = {row["id"]: _cases(table, row, related) for row in found}
    row = random.choice([row for row in found if aim & set(touched[row["id"]])] or found)
    cases = touched[row["id"]]
    step = _step(table, row, found, random, is_there=bool(there & set(cases)))
    if step is None or not cases:
        return None
    name, made = step
    person = row["id"] if table == "nav.person" else None
    return Touch(change=Change(name=f"{name} of {table}", steps=(made,)), cases=cases, person=person)


def _is_partly_hidden(who: str, table: str) -> bool:
    return CELLS[AGENCIES[who].column if who in AGENCIES else "citizen"][_TABLES[table]] != "R"


def _related(house: House, table: str) -> Mapping[UUID, list[UUID]]:
    """The cases by the person or the dwelling that they share."""
    found: dict[UUID, list[UUID]] = {}
    for row in house.rows(_SHARED[table]) if table in _SHARED else ():
        found.setdefault(row["shared"], []).append(row["id"])
    return found


def _cases(table: str, row: Row, related: Mapping[UUID, list[UUID]]) -> Collection[UUID]:
    if table == "hub.case":
        return [row["id"]]
    if table in _OF_CASE:
        return [row["case_id"]]
    return related.get(row["id"], [])


def _step(
    table: str, row: Row, found: list[dict[str, Any]], random: Random, *, is_there: bool
) -> tuple[str, Step] | None:
    kind = random.choice(("value", "value", "value", "row less", "row more"))
    if kind == "value" or table in _STAYS:
        return _altered(table, row, found, random, is_there=is_there)
    return (kind, removed(table, row) if kind == "row less" else added(table, {**row, "id": new_id()}))


def _altered(
    table: str, row: Row, found: list[dict[str, Any]], random: Random, *, is_there: bool
) -> tuple[str, Step] | None:
    left_alone = {"id", "case_id", "person_id", *_DECIDES.get(table, ()), *(_WHOSE if is_there else ())}
    names = [column.name for column in columns(table) if column.name not in left_alone]
    name = random.choice(names)
    others = [other[name] for other in found if other[name] != row[name]]
    choices = [random.choice(others)] if others else []
    new = _moved(row[name])
    value = random.choice([*choices, new] if new is not None else choices or [None])
    return (f"{name}", altered(table, row, {name: value})) if value != row[name] else None


def _moved(value: Any) -> Any:
    """Another value of the same kind, where any will do."""
    match value:
        case bool():
            return not value
        case int():
            return value + 1
        case datetime():
            return value + timedelta(minutes=37)
        case date():
            return value + timedelta(days=1)
        case _:
            return None
