"""The case that a signal comes to: opened, taken up again, or handed over, with who takes part in it."""

from __future__ import annotations

import secrets
from typing import Any

from hub.routing.files import CaseFile
from hub.routing.work import Handling, Work
from hub.store.ids import new_id
from hub.store.tables import Case, CaseChange, CasePerson, Participant

PETITION = "EVICTION_NOTICE_COPY"
_NAV_BASIS = "STL_17"
# Without letters and digits that look alike. Numbers that follow each other would tell how many cases there are, and
# one that holds the municipality would tell where somebody is.
_SIGNS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_LENGTH = 10


def open_case(work: Work, unit: str, track: str) -> CaseFile:
    """A new case for the person, with the NAV unit that follows it up."""
    is_petition = work.arrival.kind == PETITION
    file = CaseFile(
        id=new_id(),
        track=track,
        municipality=work.office.municipality,
        unit=unit,
        is_secure=unit == work.office.secure_unit,
        state="ENFORCEMENT" if is_petition else "SIGNAL_RECEIVED",
        phase=3 if is_petition else 1,
        opened_at=work.arrival.received_at,
    )
    work.about.files.append(file)
    work.changes.add(
        Case,
        id=file.id,
        case_no=f"{work.arrival.day.year}-{''.join(secrets.choice(_SIGNS) for _ in range(_LENGTH))}",
        municipality=file.municipality,
        nav_unit=unit,
        subject_id=work.about.person,
        track=track,
        phase=file.phase,
        state=file.state,
        responsible_unit=unit,
        opened_at=file.opened_at,
        updated_at=work.at,
        source_party=work.office.party,
    )
    work.changes.add(
        CasePerson,
        case_id=file.id,
        person_id=work.about.person,
        relation="SELF",
        role="ADULT",
        source_party=work.office.party,
    )
    _add_office(work, file)
    _note(work, file, "OPENED", state_before=None, phase_before=None, unit_before=None)
    return file


def take_up(work: Work, file: CaseFile) -> None:
    """A case that there is: reopened if it was closed, in the third phase once there is a petition, and with the
    special unit alone once the person is strictly protected.
    """
    values: dict[str, Any] = {}
    if not file.is_open:
        values |= _reopen(work, file)
    if work.arrival.kind == PETITION and file.phase < 3:
        values |= _petition(work, file)
    if work.about.is_strict and not file.is_secure:
        hand_over(work, file)
    if all(unit != file.unit for _, unit in file.participants):
        _add_office(work, file)
    work.changes.change(Case, file.id, updated_at=work.at, **values)


def hand_over(work: Handling, file: CaseFile) -> None:
    """To the special unit alone, with all that has come before. INVARIANT: there is one, or it waits."""
    before = _standing(file)
    file.unit, file.is_secure = str(work.office.secure_unit), True
    for participant, _ in file.participants:
        work.changes.change(Participant, participant, valid_to=work.at)
    file.participants.clear()
    work.changes.hand_over(file.id, file.unit)
    _note(work, file, "HANDED_OVER", **before)
    _add_office(work, file)
    work.changes.change(Case, file.id, nav_unit=file.unit, responsible_unit=file.unit, updated_at=work.at)


def add_companions(work: Work, file: CaseFile, *, startlan: bool) -> None:
    """Who takes part by the municipality's routine. Of a strictly protected person nobody else is told; and whoever
    sent the row does not get into the case by it, or it could tell from there what became of it.
    """
    if work.about.is_strict or file.is_secure:
        return
    taking_part = {unit for _, unit in file.participants}
    for one in work.office.companions.get(work.arrival.kind, ()):
        if one.unit in taking_part or one.party == work.arrival.sender or (one.startlan_only and not startlan):
            continue
        _add_participant(work, file, party=one.party, unit=one.unit, role=one.role, basis=one.basis)


def _reopen(work: Work, file: CaseFile) -> dict[str, Any]:
    before = _standing(file) | {"closed_at": file.closed_at, "close_reason": file.close_reason}
    file.state, file.phase, file.closed_at, file.close_reason = "OPEN", 2, None, None
    _note(work, file, "REOPENED", **before)
    return {"state": "OPEN", "phase": 2, "closed_at": None, "close_reason": None, "recidivism": True}


def _petition(work: Work, file: CaseFile) -> dict[str, Any]:
    before = _standing(file)
    file.state, file.phase = "ENFORCEMENT", 3
    _note(work, file, "PETITIONED", **before)
    return {"state": file.state, "phase": file.phase}


def _standing(file: CaseFile) -> dict[str, Any]:
    return {"state_before": file.state, "phase_before": file.phase, "unit_before": file.unit}


def _note(work: Handling, file: CaseFile, kind: str, **before: Any) -> None:
    work.changes.add(
        CaseChange,
        case_id=file.id,
        kind=kind,
        occurred_at=work.at,
        signal_id=work.signal,
        state_after=file.state,
        phase_after=file.phase,
        unit_after=file.unit,
        source_party=work.office.party,
        **before,
    )


def _add_office(work: Handling, file: CaseFile) -> None:
    _add_participant(work, file, party=work.office.party, unit=file.unit, role="CASEWORKER", basis=_NAV_BASIS)


def _add_participant(work: Handling, file: CaseFile, *, party: str, unit: str, role: str, basis: str) -> None:
    identifier = work.changes.add(
        Participant,
        case_id=file.id,
        party_id=party,
        unit_id=unit,
        role=role,
        valid_from=work.at,
        basis=basis,
        granted_by=work.office.ref,
        source_party=work.office.party,
    )
    file.participants.append((identifier, unit))
