"""What was corrected or withdrawn is so in its case too. Nothing is taken away: what is withdrawn is marked as such.

A case that was opened, or taken up again, for nothing but a default that never was is put back as it had been, unless
somebody has begun to work on it: then it is theirs to close.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from hub.commands.locks import try_persons
from hub.routing import amendments, files
from hub.routing.amendments import Amendment, Standing
from hub.routing.changes import Changes
from hub.routing.queue import put_back, settle
from hub.store.tables import Case, CaseChange, Message, MortgageDefault, MortgageLoan, Participant, Routed, Signal

KIND = "DEFAULT_EVENT"


async def amend(session: AsyncSession, events: Collection[UUID], at: datetime) -> None:
    """Each of them once, one after the other where they are about the same person; the rest has its turn later."""
    waiting = set(events)
    while waiting:
        settled = await _round(session, waiting, at)
        if not settled:
            await put_back(session, waiting)
            return
        waiting -= settled


async def _round(session: AsyncSession, waiting: Collection[UUID], at: datetime) -> set[UUID]:
    changes = Changes()
    found = await amendments.read(session, waiting)
    for one in found:
        if one.outcome is not None and one.signal is None:
            # The row never reached a case.
            _routed(changes, one, "NO_GROUND")
    first = _first_of_each(found)
    turn = await files.locked(session, await try_persons(session, first.keys()))
    # Read again: what happened while others had their turn decides.
    ready = [one for one in await amendments.read(session, [first[person].id for person in turn]) if one.signal]
    standing = await amendments.standings(session, [one.signal for one in ready if one.signal])
    for one in ready:
        if one.signal is not None:
            apply(changes, one, standing[one.signal], at)
    return await settle(session, changes)


def _first_of_each(found: Sequence[Amendment]) -> dict[UUID, Amendment]:
    """Of each person, the one whose turn it is."""
    first: dict[UUID, Amendment] = {}
    for one in found:
        if one.person is not None and one.signal is not None and one.is_next:
            first.setdefault(one.person, one)
    return first


def apply(changes: Changes, event: Amendment, standing: Standing, at: datetime) -> None:
    """What one event means for the case. Nothing is looked up here."""
    if event.is_withdrawal:
        _withdraw(changes, event, standing, at)
        _routed(changes, event, "APPLIED")
    elif event.has_ground:
        _correct(changes, event, standing, at)
        _routed(changes, event, "APPLIED")
    else:
        # Withdrawn consent: what is right now may no more be told than what was sent then could be.
        _routed(changes, event, "NO_GROUND")


def _routed(changes: Changes, event: Amendment, outcome: str) -> None:
    changes.add(Routed, id=event.id, kind=KIND, outcome=outcome)


def _correct(changes: Changes, event: Amendment, standing: Standing, at: datetime) -> None:
    if not _told_it_last(event, standing) or standing.owed is None or standing.owed.figures == event.figures:
        return
    changes.change(MortgageDefault, standing.owed.id, corrected_at=event.at, **event.figures)
    changes.change(Signal, standing.signal, corrected_at=event.at)
    changes.change(Case, standing.case["id"], updated_at=at)
    _tell(changes, event, standing)


def _withdraw(changes: Changes, event: Amendment, standing: Standing, at: datetime) -> None:
    is_new = standing.triage == "NEW"
    marks = {"triage_status": "WITHDRAWN"} if is_new else {}
    changes.change(Signal, standing.signal, withdrawn_at=event.at, withdrawal_reason=event.reason, **marks)
    changes.change(Case, standing.case["id"], updated_at=at)
    if is_new and standing.heir is not None:
        # What repeats it still stands, and somebody is to take that in hand instead.
        changes.change(Signal, standing.heir, triage_status="NEW")
    if _told_it_last(event, standing):
        _take_back(changes, event, standing)
    if event.reason != "PAID" and standing.opening is not None and standing.is_alone and standing.is_untouched:
        _put_case_back(changes, standing, standing.opening, at)
    if standing.triage != "MERGED":
        _tell(changes, event, standing)


def _told_it_last(event: Amendment, standing: Standing) -> bool:
    """Whether what the case holds of the claim is what this row said. A row that came later has overtaken it."""
    return standing.owed is not None and standing.owed.reported_at <= event.received_at


def _take_back(changes: Changes, event: Amendment, standing: Standing) -> None:
    owed = standing.owed
    if owed is None:
        return
    if event.reason == "PAID":
        changes.change(MortgageDefault, owed.id, status="SETTLED")
        changes.change(MortgageLoan, owed.loan, status="ACTIVE")
    elif standing.earlier is not None:
        before = dict(standing.earlier)
        changes.change(MortgageDefault, owed.id, reported_at=before.pop("received_at"), **before)
    else:
        changes.change(MortgageDefault, owed.id, status="WITHDRAWN")
        is_another_s = event.reason == "WRONG_PERSON" and owed.is_hearsay
        changes.change(MortgageLoan, owed.loan, status="WITHDRAWN" if is_another_s else "ACTIVE")


def _put_case_back(changes: Changes, standing: Standing, opening: Mapping[str, Any], at: datetime) -> None:
    case = standing.case
    if opening["kind"] == "OPENED":
        after = {"state": "CLOSED", "phase": case["phase"], "closed_at": at, "close_reason": "ERROR"}
        for companion in standing.companions:
            changes.change(Participant, companion, valid_to=at)
    else:
        names = ("state", "phase", "closed_at", "close_reason")
        after = {name: opening[name] for name in names} | {"recidivism": opening["is_repeated"]}
    changes.change(Case, case["id"], **after)
    changes.add(
        CaseChange,
        case_id=case["id"],
        kind="CLOSED",
        occurred_at=at,
        signal_id=standing.signal,
        state_before=case["state"],
        state_after=after["state"],
        phase_before=case["phase"],
        phase_after=after["phase"],
        unit_before=case["unit"],
        unit_after=case["unit"],
        source_party=case["source_party"],
    )


def _tell(changes: Changes, event: Amendment, standing: Standing) -> None:
    """The person is told that there is something new, once for each event, and not what."""
    changes.add(
        Message,
        kind="CASE_NEWS",
        person_id=event.person,
        case_id=standing.case["id"],
        signal_id=standing.signal,
        event_seq=event.event_no,
    )
