"""The cases of persons as routing sees them, and how each stands while a batch is worked through.

A file is changed as rows come in, so that the next row of the same batch finds what the one before it did.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from hub.routing.reports import filled_in
from hub.store.driver import fetch

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
    # Leases in force, by id, with who lets them.
    tenancies: list[tuple[UUID, str]] = field(default_factory=list[tuple[UUID, str]])
    # What is owed, by who told of it and the reference to the lease; none, where it was told before there were any.
    arrears: dict[tuple[str, str | None], Claim] = field(default_factory=dict[tuple[str, str | None], Claim])
    # By who sent the copy, the reference to the lease, the kind and number of the demand and when it was issued.
    demands: dict[tuple[object, ...], Claim] = field(default_factory=dict[tuple[object, ...], Claim])
    # By who told of the petition and the number that it has there.
    petitions: dict[tuple[str, str], Claim] = field(default_factory=dict[tuple[str, str], Claim])
    # What persons have filled in, by what it is about.
    forms: dict[tuple[object, ...], Claim] = field(default_factory=dict[tuple[object, ...], Claim])

    @property
    def is_open(self) -> bool:
        return self.closed_at is None and self.state not in OVER

    def tenancy_of(self, landlord: str | None) -> UUID | None:
        """The lease from this landlord, where there is exactly one."""
        of_landlord = [tenancy for tenancy, lets in self.tenancies if lets == landlord]
        return of_landlord[0] if len(of_landlord) == 1 else None


async def locked(session: AsyncSession, persons: Collection[UUID]) -> frozenset[UUID]:
    """Those of them none of whose cases is being changed by anybody else now; nobody changes these until we are done.

    A case may be reached through another person of its household, whose turn is another's.
    """
    of_person = await fetch(session, _CASES_OF, list(persons))
    free = {row.id for row in await fetch(session, _LOCK, sorted({row.case_id for row in of_person}))}
    return frozenset(persons) - {row.person_id for row in of_person if row.case_id not in free}


async def files_of(
    session: AsyncSession, persons: Collection[UUID], *, with_leases: bool = True
) -> dict[UUID, list[CaseFile]]:
    """The cases by person, each person as an adult of the household. One case is one file, whoever it is found by. For
    defaults on loans it needs no leases, nor what is told of them.
    """
    found = await fetch(session, _FILES, list(persons))
    files = {row.id: _file(row) for row in found}
    for row in await fetch(session, _LOANS, list(files)):
        files[row.case_id].loans.append(_loan(row))
    if with_leases:
        await _add_leases(session, files)
    by_person: dict[UUID, list[CaseFile]] = defaultdict(list)
    for row in found:
        by_person[row.person_id].append(files[row.id])
    return by_person


async def _add_leases(session: AsyncSession, files: Mapping[UUID, CaseFile]) -> None:
    cases = list(files)
    for row in await fetch(session, _TENANCIES, cases):
        files[row.case_id].tenancies.append((row.id, row.landlord_party))
    for row in await fetch(session, _ARREARS, cases):
        claim = _claim(row, row.oldest_due_date, (row.oldest_due_date, *_amounts(row)))
        if claim is not None:
            files[row.case_id].arrears[row.source_party, row.lease_ref] = claim
    for row in await fetch(session, _DEMANDS, cases):
        claim = _claim(row, None, (row.amount_ore,))
        key = (row.source_party, row.lease_ref, row.kind, row.demand_no, row.issued_at)
        if claim is not None:
            files[row.case_id].demands[key] = claim
    for row in await fetch(session, _PETITIONS, cases):
        figures = (row.petition_received_at, row.objection_deadline, row.status, row.eviction_date)
        claim = _claim(row, None, figures)
        if claim is not None:
            files[row.case_id].petitions[row.source_party, row.enforcement_case_no] = claim
    await _add_forms(session, files)


async def _add_forms(session: AsyncSession, files: Mapping[UUID, CaseFile]) -> None:
    for row in await fetch(session, _FORMS, list(files)):
        form = filled_in(row)
        claim = _claim(row, None, form.figures)
        if claim is not None:
            files[row.case_id].forms[form.matter] = claim


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


def _amounts(row: Any) -> tuple[int, int, int, int]:
    return (row.months_in_arrears, row.arrears_ore, row.fees_ore, row.interest_ore)


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


_CASES_OF = """
    SELECT person_id, case_id FROM facts.case_person
    WHERE person_id = ANY ($1::uuid[]) AND role <> 'CHILD'
"""
_LOCK = """
    SELECT id FROM hub."case" WHERE id = ANY ($1::uuid[]) ORDER BY id FOR NO KEY UPDATE SKIP LOCKED
"""
# Cases that were closed long ago are left out; which of the others may be reopened is not decided here.
_FILES = """
    SELECT member.person_id, file.*, unit.secure, (
        SELECT coalesce(jsonb_agg(jsonb_build_object('id', one.id, 'unit', one.unit_id) ORDER BY one.id), '[]')
        FROM hub.participant AS one
        WHERE one.case_id = file.id AND (one.valid_to IS NULL OR one.valid_to > now())
    ) AS participants
    FROM facts.case_person AS member
    JOIN hub."case" AS file ON file.id = member.case_id
    JOIN hub.unit AS unit ON unit.id = file.nav_unit
    WHERE member.person_id = ANY ($1::uuid[]) AND member.role <> 'CHILD'
        AND (file.closed_at IS NULL OR file.closed_at > now() - interval '2 years')
    ORDER BY file.id
"""
# Of what came before signals were linked, the first signal of its sender stands for it. That is looked for only then: a
# case of many loans has as many signals.
_LOANS = """
    SELECT loan.id, loan.case_id, loan.loan_type, loan.loan_ref, loan.lender_party, loan.servicer_party,
        loan.status, owed.id AS claim_id, owed.first_unpaid_due, owed.unpaid_terms, owed.arrears_ore,
        owed.interest_accrued_ore, owed.reported_at, coalesce(known.id, first.id) AS signal_id,
        coalesce(known.triage_status, first.triage_status) AS triage_status
    FROM bank.mortgage_loan AS loan
    LEFT JOIN LATERAL (
        SELECT open.* FROM bank.mortgage_default AS open
        WHERE open.loan_id = loan.id AND open.status = 'OPEN'
        ORDER BY open.reported_at DESC, open.id LIMIT 1
    ) AS owed ON true
    LEFT JOIN hub.signal AS known ON known.id = owed.signal_id AND known.case_id = loan.case_id
    LEFT JOIN LATERAL (
        SELECT signal.id, signal.triage_status FROM hub.signal AS signal
        WHERE owed.signal_id IS NULL AND signal.case_id = loan.case_id
            AND signal.kind = 'MORTGAGE_DEFAULT' AND signal.sender_party = owed.source_party
        ORDER BY signal.received_at, signal.id LIMIT 1
    ) AS first ON true
    WHERE loan.case_id = ANY ($1::uuid[])
    ORDER BY loan.id
"""
_TENANCIES = """
    SELECT id, case_id, landlord_party FROM housing.tenancy
    WHERE case_id = ANY ($1::uuid[]) AND status = 'ACTIVE'
    ORDER BY id
"""


def _with_first_signal(claims: str, kind: str) -> str:
    """Claims, the latest last, each with the signal that it first came with."""
    return f"""
        SELECT owed.*, coalesce(known.id, first.id) AS signal_id,
            coalesce(known.triage_status, first.triage_status) AS triage_status
        FROM ({claims}) AS owed
        LEFT JOIN hub.signal AS known ON known.id = owed.told_by AND known.case_id = owed.case_id
        LEFT JOIN LATERAL (
            SELECT signal.id, signal.triage_status FROM hub.signal AS signal
            WHERE owed.told_by IS NULL AND signal.case_id = owed.case_id
                AND signal.kind = '{kind}' AND signal.sender_party = owed.source_party
            ORDER BY signal.received_at, signal.id LIMIT 1
        ) AS first ON true
        WHERE owed.case_id = ANY ($1::uuid[])
        ORDER BY owed.reported_at, owed.claim_id
    """  # noqa: S608  both are our own


_ARREARS = _with_first_signal(
    "SELECT id AS claim_id, case_id, source_party, lease_ref, oldest_due_date, months_in_arrears, arrears_ore,"
    " fees_ore, interest_ore, reported_at, signal_id AS told_by FROM housing.rent_default WHERE status = 'OPEN'",
    "RENT_DEFAULT",
)
_DEMANDS = _with_first_signal(
    "SELECT id AS claim_id, case_id, source_party, lease_ref, kind, demand_no, issued_at, amount_ore,"
    " issued_at AS reported_at, signal_id AS told_by FROM housing.rent_demand_copy",
    "RENT_DEMAND_COPY",
)
_PETITIONS = _with_first_signal(
    "SELECT id AS claim_id, case_id, source_party, enforcement_case_no, petition_received_at, objection_deadline,"
    " status, eviction_date, received_at AS reported_at, signal_id AS told_by FROM enforcement.eviction_petition",
    "EVICTION_NOTICE_COPY",
)
# The first signal about a matter stands for those that are linked to it, with what was filled in last: somebody who
# fills in the same again and again does not hold up everybody else.
_FORMS = """
    SELECT * FROM (
        SELECT DISTINCT ON (signal.case_id, first.id) signal.case_id, signal.id AS claim_id,
            signal.received_at AS reported_at, line.received_at, line.kind, line.submitter_party, line.payload,
            line.earliest_petition, first.id AS signal_id, first.triage_status
        FROM hub.signal AS signal
        JOIN hub.signal AS first ON first.id = coalesce(signal.duplicates_of, signal.id)
        JOIN hub.routed AS done ON done.signal_id = signal.id
        JOIN hub.submitted_report AS line ON line.id = done.id
        WHERE signal.case_id = ANY ($1::uuid[]) AND signal.kind IN
            ('CONCERN_REPORT', 'DEFERRAL_REQUEST', 'FINANCIAL_AID_APPLICATION', 'LANDLORD_NOTICE')
        ORDER BY signal.case_id, first.id, signal.received_at DESC, signal.id DESC
    ) AS last
    ORDER BY reported_at, claim_id
"""
