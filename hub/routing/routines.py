"""What a municipality has laid down for what arrives: which unit gets it, what is copied to NAV, what is to be done."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from hub.store.driver import Held, driver_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What is to be done about a signal, and within how many days."""

    what: str
    within_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Companion:
    """An office that takes part in a case beside NAV."""

    party: str
    unit: str
    role: str
    basis: str
    startlan_only: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """The NAV office of a municipality, and its routine of a day. Without a routine nothing is copied to it, and what
    comes goes to its first unit.

    `secure_unit` is missing where the municipality has none: what is for it has to wait until it has.
    """

    municipality: str
    party: str
    intake_unit: str
    secure_unit: str | None
    version: int | None = None
    units: Mapping[str, str] = field(default_factory=dict[str, str])
    copies_from: int | None = None
    tasks: Mapping[str, Task] = field(default_factory=dict[str, Task])
    companions: Mapping[str, tuple[Companion, ...]] = field(default_factory=dict[str, tuple[Companion, ...]])

    @property
    def ref(self) -> str:
        """The routine, as it is named where something rests on it."""
        return f"rutine-v{self.version}" if self.version else "hub"

    def copies(self, level: int) -> bool:
        """Whether demands that have come as far as this dunning level are copied to NAV."""
        return self.copies_from is not None and level >= self.copies_from

    def unit_for(self, kind: str) -> str:
        return self.units.get(kind, self.intake_unit)


_LEVELS = {"SECOND_DEMAND": 2, "COLLECTION_CLAIM": 3}


def level_of(demand: str) -> int:
    """The dunning level that a kind of demand stands for: 2 second demand (inkassovarsel), 3 collection claim."""
    return _LEVELS[demand]


async def offices(session: Held, wanted: Collection[tuple[str, date]]) -> dict[tuple[str, date], Office]:
    """The office of each municipality by its routine of that day. A municipality without an office is not in it."""
    places = sorted(wanted)
    driver = await driver_of(session)
    found = await driver.fetch(_OFFICES, [place for place, _ in places], [day for _, day in places])
    return {(row["municipality"], row["day"]): _office(row) for row in found}


def _office(row: Any) -> Office:
    companions: dict[str, list[Companion]] = {}
    for line in row["companions"] or ():
        companions.setdefault(line.pop("kind"), []).append(Companion(**line))
    return Office(
        municipality=row["municipality"],
        party=row["party"],
        intake_unit=row["intake_unit"],
        secure_unit=row["secure_unit"],
        version=row["version"],
        units=row["units"] or {},
        copies_from=row["copies_from"],
        tasks={kind: Task(**task) for kind, task in (row["tasks"] or {}).items()},
        companions={kind: tuple(some) for kind, some in companions.items()},
    )


# In force is the version that began last, if it has not ended. The office is that of the unit that the routine names;
# without one, of the first unit that the municipality's NAV office has.
_OFFICES = """
    SELECT asked.municipality, asked.day, office.id AS party, routine.version,
        coalesce(routine.intake_unit, usual.intake_unit) AS intake_unit,
        coalesce((SELECT unit.id FROM hub.unit AS unit WHERE unit.id = routine.secure_unit AND unit.secure),
            usual.secure_unit) AS secure_unit,
        (SELECT jsonb_object_agg(line.kind, line.unit_id) FROM hub.routine_unit AS line
            WHERE line.routine_id = routine.id) AS units,
        (SELECT line.dunning_level_from FROM hub.routine_copy AS line
            WHERE line.routine_id = routine.id) AS copies_from,
        (SELECT jsonb_object_agg(line.kind, jsonb_build_object('what', line.what, 'within_days', line.within_days))
            FROM hub.routine_task AS line WHERE line.routine_id = routine.id) AS tasks,
        (SELECT jsonb_agg(jsonb_build_object('kind', line.kind, 'party', line.party_id, 'unit', line.unit_id,
                'role', line.role, 'basis', line.basis, 'startlan_only', line.startlan_only) ORDER BY line.unit_id)
            FROM hub.routine_participant AS line WHERE line.routine_id = routine.id) AS companions
    FROM unnest($1::text[], $2::date[]) AS asked (municipality, day)
    LEFT JOIN LATERAL (
        SELECT latest.* FROM (
            SELECT version.* FROM hub.routine AS version
            WHERE version.municipality = asked.municipality AND version.valid_from <= asked.day
            ORDER BY version.valid_from DESC LIMIT 1
        ) AS latest WHERE latest.valid_to IS NULL OR latest.valid_to >= asked.day
    ) AS routine ON true
    LEFT JOIN LATERAL (
        SELECT min(unit.id) FILTER (WHERE NOT unit.secure) AS intake_unit,
            min(unit.id) FILTER (WHERE unit.secure) AS secure_unit
        FROM hub.unit AS unit JOIN hub.party AS owner ON owner.id = unit.party_id
        WHERE owner.kind = 'NAV' AND owner.municipality = asked.municipality
    ) AS usual ON true
    JOIN hub.unit AS intake ON intake.id = coalesce(routine.intake_unit, usual.intake_unit)
    JOIN hub.party AS office ON office.id = intake.party_id
"""
