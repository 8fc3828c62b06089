"""From a batch to its receipts: rows accepted on a ground or rejected, all of it durable before it is told.

Every command of this room goes this way; what is peculiar to one stands in its form.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from datetime import datetime
from typing import Any, TypeVar

from sqlmodel.ext.asyncio.session import AsyncSession

from hub.audit import AccessEvent, Entry, Record, SecurityEvent, SecurityKind
from hub.commands import Errand
from hub.commands.outages import store_errors
from hub.commands.refusals import conflict
from hub.identity.model import Inquiry
from hub.identity.snapshot import legal_day
from hub.intake import ledger, replies
from hub.intake.batch import Batch, Seal, refusal_of
from hub.intake.model import Fault, Form, Ground, Line, Setting, Verdict
from hub.intake.wording import NO_BASIS
from hub.routing import Routing
from hub.store.driver import Held
from hub.store.ids import new_ids
from hub.store.session import Sessions
from schema.commands.defaults import Submitted
from schema.commands.refused import CommandRefused

Row = TypeVar("Row")


class Pipeline:
    """Takes in what the forms describe."""

    def __init__(self, *, sessions: Sessions, record: Record, routing: Routing, seal: Seal, max_rows: int) -> None:
        self._sessions = sessions
        self._record = record
        self._routing = routing
        self._seal = seal
        self._max_rows = max_rows

    async def submit(self, form: Form[Any], errand: Errand, given: Any) -> Submitted | CommandRefused:
        """One batch, in one transaction."""
        rows = tuple(form.rows(given))
        refusal = refusal_of(given.idempotency_key, rows, self._max_rows)
        if refusal is not None:
            errand.changed_nothing()
            return refusal
        batch = self._seal.batch(errand.inquiry.requester, given.idempotency_key, rows)
        submission = done = None
        try:
            async with store_errors(), self._sessions.begun() as driver:
                await errand.hold_policies(driver)
                submission = await ledger.claim(driver, errand.inquiry, form.kind, batch)
                if submission is not None:
                    done = await self._first(form, driver, errand, batch, submission)
        finally:
            # Also where the sender or the connection was gone at the commit: it may have been done all the same.
            if submission is not None:
                self._routing.wake()
        if done is None:
            return await self._again(form, errand, batch)
        # Only now is it durable.
        reply, event = done
        errand.done(event)
        return reply

    async def _first(
        self, form: Form[Any], session: Held, errand: Errand, batch: Batch[Any], submission: ledger.Claimed
    ) -> tuple[Submitted, AccessEvent]:
        """Decide on each row and store what becomes of it, with the record in the same transaction."""
        verdicts = await judge(form, session, errand.inquiry, batch.rows)
        await ledger.keep(session, form, submission, batch, verdicts)
        outcomes = [verdict.outcome for verdict in verdicts]
        event = errand.event(entries=entries_of(outcomes))
        await self._record.write_in(session, event, security_of(form, outcomes))
        return replies.submitted(submission, verdicts), event

    async def _again(self, form: Form[Any], errand: Errand, batch: Batch[Any]) -> Submitted | CommandRefused:
        """The key was used before, by what is committed by now and never changes."""
        async with store_errors(), self._sessions() as session, session.begin():
            await errand.hold_policies(session)
            reply = await _again(form, session, errand.inquiry, batch)
        errand.changed_nothing()
        return reply


async def judge(
    form: Form[Row], session: Held, inquiry: Inquiry, rows: Sequence[Row], *, first: int = 1
) -> list[Verdict]:
    """What becomes of each row, numbered from `first`. Neither what is asked of the database nor how often depends on
    what it holds.
    """
    faults = faults_of(form, rows, setting_of(form, inquiry))
    outcomes = await grounded(form, session, inquiry, rows, faults, first=first)
    return [
        Verdict(row_no=number, receipt=receipt, outcome=outcome)
        for number, (receipt, outcome) in enumerate(zip(new_ids(len(outcomes)), outcomes, strict=True), start=first)
    ]


async def grounded(
    form: Form[Row],
    session: Held,
    inquiry: Inquiry,
    rows: Sequence[Row | Fault],
    faults: Sequence[Fault | None],
    *,
    first: int = 1,
) -> list[Ground | Fault]:
    """What becomes of rows, where it is known already which of them have a fault. A fault in place of a row is one."""
    numbered = list(enumerate(zip(rows, faults, strict=True), start=first))
    grounds = await form.grounds(
        session,
        inquiry,
        {number: row for number, (row, fault) in numbered if fault is None and not isinstance(row, Fault)},
    )
    return [fault or grounds.get(number) or groundless(form, row) for number, (row, fault) in numbered]


def groundless(form: Form[Row], row: Row | Fault) -> Fault:
    """What is said of a row that rests on nothing."""
    return row if isinstance(row, Fault) else form.groundless(row, NO_BASIS)


def faults_of(form: Form[Row], rows: Sequence[Row | Fault], setting: Setting) -> list[Fault | None]:
    """For each row, in order, what is wrong with it. Of several that are the same, the first one counts."""
    found: list[Fault | None] = []
    seen: set[Hashable] = set()
    for row in rows:
        if isinstance(row, Fault):
            found.append(row)
            continue
        fault = next(form.faults(row, setting), None)
        if fault is None:
            identity = form.identity(row)
            if identity in seen:
                fault = form.duplicate
            seen.add(identity)
        found.append(fault)
    return found


async def _again(
    form: Form[Any], session: AsyncSession, inquiry: Inquiry, batch: Batch[Any]
) -> Submitted | CommandRefused:
    """The answer of before, put together from what was stored then."""
    submission, lines = await ledger.earlier(session, form, inquiry.requester.party, batch.key)
    if submission.content_sha256 != batch.digest:
        return conflict().answer
    # With the moment of then: what lay in the future need not any more.
    at = submission.received_at
    faults = faults_of(form, batch.rows, _setting(form, inquiry, at))
    verdicts = [
        Verdict(row_no=line.row_no, receipt=line.id, outcome=_outcome_of(form, row, fault, line))
        for row, fault, line in zip(batch.rows, faults, lines, strict=True)
    ]
    return replies.submitted(submission, verdicts)


def _outcome_of(form: Form[Row], row: Row, fault: Fault | None, line: Line) -> Ground | Fault:
    """What is stored decides; of a rejected row the field at fault is not stored, but found again."""
    if line.code is None:
        return ledger.ground_of(line)
    return fault if fault is not None and fault.code == line.code else form.groundless(row, line.code)


def setting_of(form: Form[Any], inquiry: Inquiry) -> Setting:
    """By whom and when it was handed in, which need not be when it is judged."""
    return _setting(form, inquiry, inquiry.received_at)


def _setting(form: Form[Any], inquiry: Inquiry, at: datetime) -> Setting:
    who = inquiry.requester
    return Setting(kind=who.kind, municipality=who.municipality, population=form.population, at=at, day=legal_day(at))


def security_of(form: Form[Any], outcomes: Sequence[Ground | Fault]) -> list[SecurityEvent]:
    """How often a row had no ground, without a word on whom it was about."""
    count = sum(isinstance(outcome, Fault) and outcome.code == NO_BASIS for outcome in outcomes)
    if not count:
        return []
    return [SecurityEvent(kind=SecurityKind.GROUND_MISSING, code=NO_BASIS, target=form.command, count=count)]


def entries_of(outcomes: Sequence[Ground | Fault]) -> list[Entry]:
    """What persons find in their own logs: that something was asked for in their name."""
    return [one.entry for one in outcomes if isinstance(one, Ground) and one.entry is not None]
