"""What is stored of a batch: the submission, and its rows as they came."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from hub.identity.model import Inquiry
from hub.intake.batch import Batch
from hub.intake.checks import Fault
from hub.intake.grounds import Ground
from hub.store.ids import new_id
from hub.store.tables import Submission, SubmittedDefault
from schema.commands.defaults import MortgageDefaultRow

KIND = "MORTGAGE_DEFAULT"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What became of a row: accepted on a ground, or rejected for a fault."""

    row_no: int
    receipt: UUID
    outcome: Ground | Fault


async def claim(session: AsyncSession, inquiry: Inquiry, batch: Batch) -> Submission | None:
    """The new submission, or nothing where the key was used before.

    INVARIANT: this comes first. Whoever sends the same key at the same time waits here until the first is committed or
    rolled back, and holds nothing that the first could be waiting for.
    """
    requester = inquiry.requester
    submission = Submission(
        id=new_id(),
        submitter_party=requester.party,
        supplier=requester.supplier,
        actor=requester.id,
        kind=KIND,
        received_at=inquiry.received_at,
        idempotency_key=batch.key,
        content_sha256=batch.digest,
        row_count=len(batch.rows),
    )
    claimed = await session.exec(
        insert(Submission)
        .values(submission.model_dump())
        .on_conflict_do_nothing(index_elements=["submitter_party", "kind", "idempotency_key"])
        .returning(col(Submission.id))
    )
    return submission if claimed.first() is not None else None


async def earlier(session: AsyncSession, submitter: str, key: str) -> tuple[Submission, Sequence[SubmittedDefault]]:
    """The submission that used the key, with its rows in order."""
    found = await session.exec(
        select(Submission).where(
            col(Submission.submitter_party) == submitter,
            col(Submission.kind) == KIND,
            col(Submission.idempotency_key) == key,
        )
    )
    submission = found.one()
    rows = await session.exec(
        select(SubmittedDefault)
        .where(col(SubmittedDefault.submission_id) == submission.id)
        .order_by(col(SubmittedDefault.row_no))
    )
    return submission, rows.all()


async def keep(session: AsyncSession, submission: Submission, batch: Batch, verdicts: Sequence[Verdict]) -> None:
    """Store every row in one statement: an accepted one as it came, of a rejected one its number and digest."""
    lines = zip(batch.rows, batch.row_digests, verdicts, strict=True)
    values = [_line(submission, digest, verdict, row) for row, digest, verdict in lines]
    await session.exec(sa.insert(SubmittedDefault), params=values)


def _line(submission: Submission, digest: str, verdict: Verdict, row: MortgageDefaultRow) -> dict[str, Any]:
    outcome = verdict.outcome
    line: dict[str, Any] = {
        **dict.fromkeys(_PAYLOAD),
        "id": verdict.receipt,
        "submission_id": submission.id,
        "submitter_party": submission.submitter_party,
        "row_no": verdict.row_no,
        "received_at": submission.received_at,
        "outcome": "REJECTED" if isinstance(outcome, Fault) else "ACCEPTED",
        "code": outcome.code if isinstance(outcome, Fault) else None,
        "content_sha256": digest,
        "is_late": False,
    }
    return line if isinstance(outcome, Fault) else line | _payload(row, outcome)


_PAYLOAD = (
    "loan_type",
    "loan_ref",
    "debtor_national_id",
    "debtor_first_name",
    "debtor_last_name",
    "debtor_address_line",
    "debtor_postal_code",
    "debtor_postal_place",
    "first_unpaid_due",
    "unpaid_terms",
    "arrears_ore",
    "interest_accrued_ore",
    "basis",
    "consent_id",
    "agreement_id",
)


def _payload(row: MortgageDefaultRow, ground: Ground) -> dict[str, Any]:
    name, address = row.debtor_name, row.debtor_address
    return {
        "loan_type": row.loan_type.name,
        "loan_ref": row.loan_ref,
        "debtor_national_id": row.debtor_national_id,
        "debtor_first_name": name.first if name else None,
        "debtor_last_name": name.last if name else None,
        "debtor_address_line": address.line if address else None,
        "debtor_postal_code": address.postal_code if address else None,
        "debtor_postal_place": address.place if address else None,
        "first_unpaid_due": row.first_unpaid_due,
        "unpaid_terms": row.unpaid_terms,
        "arrears_ore": row.arrears,
        "interest_accrued_ore": row.interest_accrued,
        "basis": ground.basis,
        "consent_id": ground.consent_id,
        "agreement_id": ground.agreement_id,
        "is_late": ground.is_late,
    }
