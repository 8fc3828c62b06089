"""The answers to a batch. The same batch is answered with the same words whenever it is sent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import strawberry

from hub.commands.refusals import said
from hub.intake.ledger import Claimed
from hub.intake.model import Fault, Ground, Verdict
from hub.store.tables import Submission
from schema.commands.defaults import RowAccepted, RowRejected, Submitted
from schema.enums import RowCode
from schema.scalars import LegalDay, Moment


def submitted(submission: Claimed | Submission, verdicts: Sequence[Verdict]) -> Submitted:
    """The receipt of a batch."""
    accepted = sum(isinstance(verdict.outcome, Ground) for verdict in verdicts)
    return Submitted(
        id=strawberry.ID(str(submission.id)),
        received_at=Moment(submission.received_at),
        accepted_count=accepted,
        rejected_count=len(verdicts) - accepted,
        rows=[_row(verdict) for verdict in verdicts],
    )


def _row(verdict: Verdict) -> RowAccepted | RowRejected:
    outcome = verdict.outcome
    if isinstance(outcome, Fault):
        return RowRejected(
            row_no=verdict.row_no, code=RowCode[outcome.code], field=outcome.field, text=said(outcome.text)
        )
    return RowAccepted(
        row_no=verdict.row_no,
        receipt=strawberry.ID(str(verdict.receipt)),
        basis=outcome.basis,
        is_late=outcome.is_late,
        earliest_petition=_day(outcome.earliest_petition),
        objection_deadline=_day(outcome.objection_deadline),
    )


def _day(day: date | None) -> LegalDay | None:
    return None if day is None else LegalDay(day)
