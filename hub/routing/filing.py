"""A row becomes a signal in a case. What it means for the case is decided here, on files; nothing is looked up.

Rows of one person come in one after the other, in the order in which they were received.
"""

from __future__ import annotations

from datetime import date, timedelta

from hub.routing import cases, forms, leases, loans, petitions
from hub.routing.arrivals import LoanDefault
from hub.routing.files import CaseFile
from hub.routing.placement import Wanted, placed
from hub.routing.reports import CONCERN, Arrears, Demand, FilledIn, Petition
from hub.routing.work import Told, Work
from hub.store.tables import Message, Routed, Signal


class NoUnit(Exception):
    """There is no unit that it may go to. It waits until there is one."""


def file_in(work: Work) -> None:
    """The signal, its case, and what the row tells. Raises `NoUnit`."""
    report = work.arrival.report
    if _is_below_routine(work):
        work.changes.add(Routed, id=work.arrival.id, kind=work.arrival.kind, outcome="NO_COPY")
        return
    wanted = _wanted(work)
    file = placed(work.about.files, wanted, work.arrival.received_at)
    if file is None and wanted.tied is not None:
        # The consent is for one case alone, and that one is over.
        work.changes.add(Routed, id=work.arrival.id, kind=work.arrival.kind, outcome="NO_GROUND")
        return
    unit = _unit(work)
    if file is None:
        file = cases.open_case(work, unit, wanted.track or "TENANCY")
    else:
        cases.take_up(work, file)
    cases.add_companions(work, file, startlan=isinstance(report, LoanDefault) and report.is_startlan)
    _add_signal(work, file, _tell(work, file))


def _is_below_routine(work: Work) -> bool:
    """The routine may have been laid down anew since the row was taken in."""
    report = work.arrival.report
    if not work.arrival.is_by_routine or not isinstance(report, Arrears | Demand):
        return False
    return not work.office.copies(report.level)


def _tell(work: Work, file: CaseFile) -> Told:
    match work.arrival.report:
        case LoanDefault() as report:
            return loans.tell(work, file, report)
        case Arrears() as report:
            return leases.tell_of_arrears(work, file, report)
        case Demand() as report:
            return leases.tell_of_demand(work, file, report)
        case Petition() as report:
            return petitions.tell(work, file, report)
        case FilledIn() as report:
            return forms.tell(work, file, report)


def _unit(work: Work) -> str:
    """INVARIANT: who is strictly protected, or may be, is known to the special unit alone."""
    if not work.about.is_strict:
        return work.office.unit_for(work.arrival.kind)
    if work.office.secure_unit is None:
        raise NoUnit
    return work.office.secure_unit


def _wanted(work: Work) -> Wanted:
    municipality = work.arrival.municipality
    match work.arrival.report:
        case LoanDefault() as report:
            return Wanted(
                municipality=municipality,
                track="OWNER",
                likeness=lambda file: loans.likeness(file, report),
                tied=report.tied_case,
            )
        case (Arrears() | Demand()) as report:
            return Wanted(
                municipality=municipality,
                track="TENANCY",
                likeness=lambda file: leases.likeness(work, file, report),
            )
        case Petition() as report:
            return Wanted(
                municipality=municipality,
                track=None,
                likeness=lambda file: petitions.likeness(work, file, report),
            )
        case FilledIn() as report:
            return Wanted(
                municipality=municipality,
                track=report.track,
                likeness=lambda file: forms.likeness(work, file, report),
            )


def _add_signal(work: Work, file: CaseFile, told: Told) -> None:
    """What holds nothing new is put to what it repeats, and nobody is called for it."""
    arrival = work.arrival
    what, due = _task(work)
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
        is_reserved=arrival.is_reserved,
        task=what,
        due_on=due,
        source_party=arrival.source,
    )
    work.changes.add(Routed, id=arrival.id, kind=arrival.kind, outcome="SIGNAL", signal_id=work.signal)
    # How somebody is told that others are worried is for the office to find out.
    if not told.is_repeat and arrival.kind != CONCERN:
        work.changes.add(Message, kind="CASE_NEWS", person_id=work.about.person, case_id=file.id, signal_id=work.signal)


def _task(work: Work) -> tuple[str | None, date | None]:
    """What is to be done about it, and by when."""
    arrival, task = work.arrival, work.office.tasks.get(work.arrival.kind)
    if isinstance(arrival.report, FilledIn):
        return forms.task_of(work, arrival.report), forms.due_on(work, arrival.report)
    return (task.what, arrival.day + timedelta(days=task.within_days)) if task else (None, None)
