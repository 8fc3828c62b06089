"""The cases of persons as routing sees them, and how each stands while a batch is worked through.

A file is changed as rows come in, so that the next row of the same batch finds what the one before it did.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

OVER = frozenset({"CLOSED", "DISMISSED", "MERGED"})


@dataclass(slots=True, kw_only=True)
class Claim:
    """What is owed, as it was told last: on one loan or under one lease. `since` is the oldest day that is unpaid.

    `signal` is the first one that told of it; `is_dismissed` says that somebody has put that aside.
    """

    id: UUID
    since: date | None
    figures: tuple[object, ...]
    reported_at: datetime
    signal: UUID | None
    is_dismissed: bool = False


@dataclass(slots=True, kw_only=True)
class LoanFile:
    """A loan in a case, and what is in default of it."""

    id: UUID
    loan_type: str
    loan_ref: str = field(repr=False)
    lender: str
    servicer: str | None
    status: str = "DEFAULTED"
    claim: Claim | None = None


@dataclass(slots=True, kw_only=True)
class CaseFile:
    """A case. `unit` is the NAV unit that follows it up."""

    id: UUID
    track: str
    municipality: str
    unit: str
    is_secure: bool
    state: str
    phase: int
    opened_at: datetime
    closed_at: datetime | None = None
    close_reason: str | None = None
    # Who works on it now, by unit; nobody's, where the party takes part as a whole.
    participants: list[tuple[UUID, str | None]] = field(default_factory=list[tuple[UUID, str | None]])
    loans: list[LoanFile] = field(default_factory=list[LoanFile])

    @property
    def is_open(self) -> bool:
        return self.closed_at is None and self.state not in OVER


async def locked(session: AsyncSession, persons: Collection[UUID]) -> frozenset[UUID]:
    """Those of them none of whose cases is being changed by anybody else now; nobody changes these until we are done.

    A case may be reached through another person of its household, whose turn is another's.
    """
    connection = await session.connection()
    values = {"persons": list(persons)}
    of_person = (await connection.execute(_CASES_OF, values)).all()
    free = set((await connection.execute(_LOCK, {"cases": sorted({row.case_id for row in of_person})})).scalars())
    return frozenset(persons) - {row.person_id for row in of_person if row.case_id not in free}


async def files_of(session: AsyncSession, persons: Collection[UUID]) -> dict[UUID, list[CaseFile]]:
    """The cases by person, each person as an adult of the household. One case is one file, whoever it is found by."""
    connection = await session.connection()
    found = (await connection.execute(_FILES, {"persons": list(persons)})).all()
    files = {row.id: _file(row) for row in found}
    loans = await connection.execute(_LOANS, {"cases": list(files)})
    for row in loans:
        files[row.case_id].loans.append(_loan(row))
    by_person: dict[UUID, list[CaseFile]] = defaultdict(list)
    for row in found:
        by_person[row.person_id].append(files[row.id])
    return by_person


def _file(row: Any) -> CaseFile:
    return CaseFile(
        id=row.id,
        track=row.track,
        municipality=row.municipality,
        unit=row.nav_unit,
        is_secure=row.secure,
        state=row.state,
        phase=row.phase,
        opened_at=row.opened_at,
        closed_at=row.closed_at,
        close_reason=row.close_reason,
        participants=[(UUID(one["id"]), one["unit"]) for one in row.participants],
    )


def _loan(row: Any) -> LoanFile:
    return LoanFile(
        id=row.id,
        loan_type=row.loan_type,
        loan_ref=row.loan_ref,
        lender=row.lender_party,
        servicer=row.servicer_party,
        status=row.status,
        claim=_claim(
            row,
            row.first_unpaid_due,
            (row.first_unpaid_due, row.unpaid_terms, row.arrears_ore, row.interest_accrued_ore),
        ),
    )


def _claim(row: Any, since: date | None, figures: Sequence[object]) -> Claim | None:
    if row.claim_id is None:
        return None
    return Claim(
        id=row.claim_id,
        since=since,
        figures=tuple(figures),
        reported_at=row.reported_at,
        signal=row.signal_id,
        is_dismissed=row.triage_status == "DISMISSED",
    )


_CASES_OF = sa.text("""
    SELECT person_id, case_id FROM facts.case_person
    WHERE person_id = ANY (CAST(:persons AS uuid[])) AND role <> 'CHILD'
""")
_LOCK = sa.text("""
    SELECT id FROM hub."case" WHERE id = ANY (CAST(:cases AS uuid[])) ORDER BY id FOR NO KEY UPDATE SKIP LOCKED
""")
# Cases that were closed long ago are left out; which of the others may be reopened is not decided here.
_FILES = sa.text("""
    SELECT member.person_id, file.*, unit.secure, (
        SELECT coalesce(jsonb_agg(jsonb_build_object('id', one.id, 'unit', one.unit_id) ORDER BY one.id), '[]')
        FROM hub.participant AS one
        WHERE one.case_id = file.id AND (one.valid_to IS NULL OR one.valid_to > now())
    ) AS participants
    FROM facts.case_person AS member
    JOIN hub."case" AS file ON file.id = member.case_id
    JOIN hub.unit AS unit ON unit.id = file.nav_unit
    WHERE member.person_id = ANY (CAST(:persons AS uuid[])) AND member.role <> 'CHILD'
        AND (file.closed_at IS NULL OR file.closed_at > now() - interval '2 years')
    ORDER BY file.id
""")
# Of what came before signals were linked, the first signal of its sender stands for it.
_LOANS = sa.text("""
    SELECT loan.id, loan.case_id, loan.loan_type, loan.loan_ref, loan.lender_party, loan.servicer_party,
        loan.status, owed.id AS claim_id, owed.first_unpaid_due, owed.unpaid_terms, owed.arrears_ore,
        owed.interest_accrued_ore, owed.reported_at, first.id AS signal_id, first.triage_status
    FROM bank.mortgage_loan AS loan
    LEFT JOIN LATERAL (
        SELECT open.* FROM bank.mortgage_default AS open
        WHERE open.loan_id = loan.id AND open.status = 'OPEN'
        ORDER BY open.reported_at DESC, open.id LIMIT 1
    ) AS owed ON true
    LEFT JOIN LATERAL (
        SELECT signal.id, signal.triage_status FROM hub.signal AS signal
        WHERE signal.case_id = loan.case_id AND CASE
            WHEN owed.signal_id IS NOT NULL THEN signal.id = owed.signal_id
            ELSE signal.kind = 'MORTGAGE_DEFAULT' AND signal.sender_party = owed.source_party
        END
        ORDER BY signal.received_at, signal.id LIMIT 1
    ) AS first ON true
    WHERE loan.case_id = ANY (CAST(:cases AS uuid[]))
    ORDER BY loan.id
""")
