"""A row becomes a signal in a case. What it means for the case is decided here, on files; nothing is looked up.

Rows of one person come in one after the other, in the order in which they were received.
"""

from __future__ import annotations

from datetime import timedelta

from hub.routing import cases, loans
from hub.routing.files import CaseFile
from hub.routing.placement import Wanted, placed
from hub.routing.work import Told, Work
from hub.store.tables import Message, Routed, Signal


class NoUnit(Exception):
    """There is no unit that it may go to. It waits until there is one."""


def file_in(work: Work) -> None:
    """The signal, its case, and what the row tells. Raises `NoUnit`."""
    report = work.arrival.report
    file = placed(work.about.files, _wanted(work), work.arrival.received_at)
    if file is None and report.tied_case is not None:
        # The consent is for one case alone, and that one is over.
        work.changes.add(Routed, id=work.arrival.id, kind=work.arrival.kind, outcome="NO_GROUND")
        return
    unit = _unit(work)
    if file is None:
        file = cases.open_case(work, unit, "OWNER")
    else:
        cases.take_up(work, file)
    cases.add_companions(work, file, startlan=report.is_startlan)
    _add_signal(work, file, loans.tell(work, file, report))


def _unit(work: Work) -> str:
    """INVARIANT: who is strictly protected, or may be, is known to the special unit alone."""
    if not work.about.is_strict:
        return work.office.unit_for(work.arrival.kind)
    if work.office.secure_unit is None:
        raise NoUnit
    return work.office.secure_unit


def _wanted(work: Work) -> Wanted:
    report = work.arrival.report
    return Wanted(
        municipality=work.arrival.municipality,
        track="OWNER",
        likeness=lambda file: loans.likeness(file, report),
        tied=report.tied_case,
    )


def _add_signal(work: Work, file: CaseFile, told: Told) -> None:
    """What holds nothing new is put to what it repeats, and nobody is called for it."""
    arrival, task = work.arrival, work.office.tasks.get(work.arrival.kind)
    work.changes.add(
        Signal,
        id=work.signal,
        case_id=file.id,
        kind=arrival.kind,
        received_at=arrival.received_at,
        channel=arrival.channel,
        sender_party=arrival.sender,
        basis=arrival.basis,
        triage_status="MERGED" if told.is_repeat else "NEW",
        duplicates_of=told.duplicates_of,
        unit_id=file.unit,
        task=task.what if task else None,
        due_on=arrival.day + timedelta(days=task.within_days) if task else None,
        source_party=arrival.source,
    )
    work.changes.add(Routed, id=arrival.id, kind=arrival.kind, outcome="SIGNAL", signal_id=work.signal)
    if not told.is_repeat:
        work.changes.add(Message, kind="CASE_NEWS", person_id=work.about.person, case_id=file.id, signal_id=work.signal)
