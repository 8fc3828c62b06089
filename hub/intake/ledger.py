"""What is stored of a batch: the submission, and its rows as they came."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from hub.identity.model import Inquiry
from hub.intake.batch import Batch
from hub.intake.model import Fault, Form, Ground, Line, Verdict
from hub.store.driver import Held, driver_of
from hub.store.ids import new_id
from hub.store.rows import insert_rows
from hub.store.tables import Submission, SubmittedReport


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """A submission that was made just now, as far as its rows and its receipt need it."""

    id: UUID
    submitter_party: str
    received_at: datetime


async def claim(session: Held, inquiry: Inquiry, kind: str, batch: Batch[Any]) -> Claimed | None:
    """The new submission, or nothing where the key was used before.

    INVARIANT: this comes first. Whoever sends the same key at the same time waits here until the first is committed or
    rolled back, and holds nothing that the first could be waiting for.
    """
    requester = inquiry.requester
    submission = Claimed(id=new_id(), submitter_party=requester.party, received_at=inquiry.received_at)
    driver = await driver_of(session)
    claimed = await driver.fetchval(
        _CLAIM,
        submission.id,
        submission.submitter_party,
        requester.supplier,
        requester.id,
        kind,
        submission.received_at,
        batch.key,
        batch.digest,
        len(batch.rows),
    )
    return submission if claimed is not None else None


async def earlier(
    session: AsyncSession, form: Form[Any], submitter: str, key: str
) -> tuple[Submission, Sequence[Line]]:
    """The submission that used the key, with its rows in order."""
    found = await session.exec(
        select(Submission).where(
            col(Submission.submitter_party) == submitter,
            col(Submission.kind) == form.kind,
            col(Submission.idempotency_key) == key,
        )
    )
    submission = found.one()
    rows = await session.exec(
        select(form.table).where(col(form.table.submission_id) == submission.id).order_by(col(form.table.row_no))
    )
    return submission, rows.all()


async def keep(
    session: Held,
    form: Form[Any],
    submission: Claimed | Submission,
    batch: Batch[Any],
    verdicts: Sequence[Verdict],
) -> None:
    """Store every row in one statement: an accepted one as it came, of a rejected one its number and digest."""
    nothing = _nothing(form.table.__tablename__, form.kind)
    lines = zip(batch.rows, batch.row_digests, verdicts, strict=True)
    values = [{**nothing, **_line(form, submission, digest, verdict, row)} for row, digest, verdict in lines]
    await insert_rows(session, form.table, values)


def ground_of(line: Line) -> Ground:
    """What is told of the ground of a row that was accepted before."""
    told = Ground(basis=str(line.basis), is_late=line.is_late)
    if isinstance(line, SubmittedReport):
        return replace(told, earliest_petition=line.earliest_petition, objection_deadline=line.objection_deadline)
    return told


def _line(
    form: Form[Any], submission: Claimed | Submission, digest: str, verdict: Verdict, row: object
) -> dict[str, Any]:
    outcome = verdict.outcome
    line: dict[str, Any] = {
        "id": verdict.receipt,
        "submission_id": submission.id,
        "submitter_party": submission.submitter_party,
        "row_no": verdict.row_no,
        "received_at": submission.received_at,
        "content_sha256": digest,
    }
    if isinstance(outcome, Fault):
        return {**line, "outcome": "REJECTED", "code": outcome.code}
    return {**line, "outcome": "ACCEPTED", **form.columns(row, outcome)}


@cache
def _nothing(table: str, kind: str) -> Mapping[str, Any]:
    """Every column without a value, so that one statement takes all rows."""
    columns = SQLModel.metadata.tables[f"hub.{table}"].columns
    nothing: dict[str, Any] = {
        column.name: False if isinstance(column.type, sa.Boolean) else None for column in columns
    }
    return {**nothing, "kind": kind} if "kind" in nothing else nothing


_CLAIM: Final = """
    INSERT INTO hub.submission (
        id, submitter_party, supplier, actor, kind, received_at, idempotency_key, content_sha256, row_count
    ) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
    ON CONFLICT (submitter_party, kind, idempotency_key) DO NOTHING RETURNING id
"""
