"""The written routines of the two municipalities. Testby's copies the second demand to NAV, Syntevik's the third."""

from __future__ import annotations

from datetime import date
from typing import Final
from uuid import UUID

from hub.demo.offices import SYNTEVIK, TESTBY, Municipality
from hub.demo.rows import Rows
from hub.demo.scene import at, fixed_id
from hub.store.tables import Routine, RoutineCopy, RoutineParticipant, RoutineTask, RoutineUnit

_TASKS: Final = {
    "CONCERN_REPORT": ("Vurder bekymringen samme dag", 0),
    "DEFERRAL_REQUEST": ("Svar på spørsmålet om utsettelse", 7),
    "EVICTION_NOTICE_COPY": ("Ring, og dra på hjemmebesøk hvis ingen svarer", 1),
    "FINANCIAL_AID_APPLICATION": ("Send foreløpig svar", 14),
    "LANDLORD_NOTICE": ("Ta kontakt med leietakeren", 3),
    "MORTGAGE_DEFAULT": ("Ta kontakt med låntakeren", 7),
    "RENT_DEFAULT": ("Ta kontakt med leietakeren", 7),
    "RENT_DEMAND_COPY": ("Ta kontakt med leietakeren", 3),
}


def add_routines(rows: Rows) -> None:
    """Testby is at its third version; the one before copied nothing. Syntevik is at its first."""
    _add_routine(rows, TESTBY, 2, first=date(2022, 1, 1), copies_from=None)
    third = _add_routine(rows, TESTBY, 3, first=date(2024, 6, 1), copies_from=2)
    _add_unit(rows, third, "CONCERN_REPORT", TESTBY.second_nav_unit)
    for kind in ("EVICTION_NOTICE_COPY", "RENT_DEFAULT", "RENT_DEMAND_COPY"):
        _add_housing_office(rows, third, kind, TESTBY)
    _add_housing_office(rows, third, "MORTGAGE_DEFAULT", TESTBY, startlan_only=True)
    _add_routine(rows, SYNTEVIK, 1, first=date(2023, 1, 1), copies_from=3)


def _add_routine(rows: Rows, place: Municipality, version: int, *, first: date, copies_from: int | None) -> UUID:
    routine = fixed_id(f"routine {place.number} {version}")
    rows.add(
        Routine,
        id=routine,
        municipality=place.number,
        version=version,
        approved_by="KOMMUNEDIREKTOR" if place is TESTBY else "POLITICAL",
        approved_on=first.replace(day=1),
        valid_from=first,
        intake_unit=place.nav_unit,
        secure_unit=place.secure_unit,
        recorded_at=at(first),
    )
    if copies_from is not None:
        rows.add(
            RoutineCopy,
            id=fixed_id(f"routine copy {routine}"),
            routine_id=routine,
            dunning_level_from=copies_from,
        )
    for kind, (what, days) in _TASKS.items():
        identifier = fixed_id(f"routine task {routine} {kind}")
        rows.add(RoutineTask, id=identifier, routine_id=routine, kind=kind, what=what, within_days=days)
    return routine


def _add_unit(rows: Rows, routine: UUID, kind: str, unit: str) -> None:
    rows.add(RoutineUnit, id=fixed_id(f"routine unit {routine} {kind}"), routine_id=routine, kind=kind, unit_id=unit)


def _add_housing_office(
    rows: Rows, routine: UUID, kind: str, place: Municipality, *, startlan_only: bool = False
) -> None:
    rows.add(
        RoutineParticipant,
        id=fixed_id(f"routine participant {routine} {kind}"),
        routine_id=routine,
        kind=kind,
        startlan_only=startlan_only,
        party_id=place.housing,
        unit_id=place.housing_unit,
        role="HOUSING_CASEWORKER",
        basis="BOSL",
    )
