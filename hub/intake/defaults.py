"""The command `submitMortgageDefaults`: rows accepted on a ground or rejected, all of it durable before it is told."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel.ext.asyncio.session import AsyncSession

from hub.audit import AccessEvent, Record, SecurityEvent, SecurityKind
from hub.commands import Errand
from hub.commands.outages import store_errors
from hub.commands.refusals import conflict
from hub.identity.model import Inquiry
from hub.identity.snapshot import legal_day
from hub.intake import ledger, replies
from hub.intake.batch import Batch, Seal
from hub.intake.checks import Fault, faults_of, ground_missing, refusal_of, rejected_before
from hub.intake.forwarding import Forwarding
from hub.intake.grounds import Ground, Grounds
from hub.intake.ledger import Verdict
from hub.store.ids import new_id
from hub.store.session import Sessions
from hub.store.tables import Submission, SubmittedDefault
from schema.commands.defaults import MortgageDefaultRow, SubmitMortgageDefaultsInput, Submitted
from schema.commands.refused import CommandRefused
from schema.identifiers import Population

COMMAND = "submitMortgageDefaults"


class MortgageDefaults:
    """Takes in batches of defaults on loans."""

    def __init__(
        self,
        *,
        sessions: Sessions,
        record: Record,
        grounds: Grounds,
        forwarding: Forwarding,
        seal: Seal,
        population: Population,
        max_rows: int,
    ) -> None:
        self._sessions = sessions
        self._record = record
        self._grounds = grounds
        self._forwarding = forwarding
        self._seal = seal
        self._population = population
        self._max_rows = max_rows

    async def submit(self, errand: Errand, given: SubmitMortgageDefaultsInput) -> Submitted | CommandRefused:
        """One batch, in one transaction."""
        refusal = refusal_of(given, self._max_rows)
        if refusal is not None:
            errand.changed_nothing()
            return refusal
        batch = self._seal.batch(errand.inquiry.requester, given)
        event = errand.event()
        submission = None
        try:
            async with store_errors(), self._sessions() as session, session.begin():
                await errand.hold_policies(session)
                submission = await ledger.claim(session, errand.inquiry, batch)
                if submission is None:
                    reply = await self._again(session, errand.inquiry, batch)
                else:
                    reply = await self._first(session, errand.inquiry, batch, submission, event)
        finally:
            # Also where the sender or the connection was gone at the commit: it may have been done all the same.
            if submission is not None:
                self._forwarding.put(submission.id)
        # Only now is it durable.
        if submission is None:
            errand.changed_nothing()
        else:
            errand.done(event)
        return reply

    async def _first(
        self, session: AsyncSession, inquiry: Inquiry, batch: Batch, submission: Submission, event: AccessEvent
    ) -> Submitted:
        """Decide on each row and store what becomes of it, with the record in the same transaction."""
        verdicts = await self._judge(session, inquiry, batch)
        await ledger.keep(session, submission, batch, verdicts)
        await self._record.write_in(session, event, _security(verdicts))
        return replies.submitted(submission, verdicts)

    async def _judge(self, session: AsyncSession, inquiry: Inquiry, batch: Batch) -> list[Verdict]:
        faults = faults_of(batch.rows, inquiry.legal_day, self._population)
        numbered = list(enumerate(zip(batch.rows, faults, strict=True), start=1))
        sound = {number: row for number, (row, fault) in numbered if fault is None}
        grounds = await self._grounds.of(session, inquiry, sound)
        return [
            Verdict(
                row_no=number,
                receipt=new_id(),
                outcome=fault or grounds.get(number) or ground_missing(row),
            )
            for number, (row, fault) in numbered
        ]

    async def _again(self, session: AsyncSession, inquiry: Inquiry, batch: Batch) -> Submitted | CommandRefused:
        """The answer of before, put together from what was stored then."""
        submission, lines = await ledger.earlier(session, inquiry.requester.party, batch.key)
        if submission.content_sha256 != batch.digest:
            return conflict().answer
        # With the day of then: what lay in the future need not any more.
        faults = faults_of(batch.rows, legal_day(submission.received_at), self._population)
        return replies.submitted(submission, _verdicts_of(batch, faults, lines))


def _verdicts_of(batch: Batch, faults: Sequence[Fault | None], lines: Sequence[SubmittedDefault]) -> list[Verdict]:
    return [
        Verdict(row_no=line.row_no, receipt=line.id, outcome=_outcome_of(row, fault, line))
        for row, fault, line in zip(batch.rows, faults, lines, strict=True)
    ]


def _outcome_of(row: MortgageDefaultRow, fault: Fault | None, line: SubmittedDefault) -> Ground | Fault:
    """What is stored decides; of a rejected row the field at fault is not stored, but found again."""
    if line.basis is not None:
        return Ground(basis=line.basis, is_late=line.is_late)
    if line.code == "NO_BASIS":
        return ground_missing(row)
    if fault is None or fault.code != line.code:
        # The rules have changed since. What was decided stands.
        return rejected_before(str(line.code))
    return fault


def _security(verdicts: Sequence[Verdict]) -> list[SecurityEvent]:
    """How often a row had no ground, without a word on whom it was about."""
    faults = [verdict.outcome for verdict in verdicts if isinstance(verdict.outcome, Fault)]
    count = sum(fault.code == "NO_BASIS" for fault in faults)
    if not count:
        return []
    return [SecurityEvent(kind=SecurityKind.GROUND_MISSING, code="NO_BASIS", target=COMMAND, count=count)]
