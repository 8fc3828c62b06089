"""What senders did to rows that had been accepted, and how each stands in its case: read, and nothing decided.

INVARIANT: it is looked up by what the sender did to its own row, and what is changed hangs on the signal of that row.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

FIGURES = ("first_unpaid_due", "unpaid_terms", "arrears_ore", "interest_accrued_ore")


@dataclass(frozen=True, slots=True, kw_only=True)
class Amendment:
    """A correction or a withdrawal. `received_at` is when the row itself came, `figures` are those after the event.

    `outcome` is what had become of the row, nothing while it waits; `is_next` says that all that happened to the row
    before this is done; `has_ground` that what the row was accepted on still lets it be told.
    """

    id: UUID
    event_no: int
    reason: str
    at: datetime
    received_at: datetime
    person: UUID | None
    figures: Mapping[str, Any] = field(repr=False)
    is_withdrawal: bool
    is_next: bool
    has_ground: bool
    outcome: str | None
    signal: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """What a case holds of the claim that the row tells of, as it was told last."""

    id: UUID
    loan: UUID
    reported_at: datetime
    figures: Mapping[str, Any] = field(repr=False)
    # Of the loan no more is known than what defaults say of it.
    is_hearsay: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The signal of a row in its case.

    `earlier` is what the row before it says of the same claim, and `heir` the first signal that repeats this one: where
    each still stands. `opening` is how the case was last opened or taken up again; `is_alone` says that nothing else
    that stands has come since, and `is_untouched` that nobody has begun to work on it.
    """

    signal: UUID
    triage: str
    case: Mapping[str, Any]
    owed: Owed | None
    earlier: Mapping[str, Any] | None = field(repr=False)
    heir: UUID | None
    opening: Mapping[str, Any] | None
    companions: Sequence[UUID]
    is_alone: bool
    is_untouched: bool


async def read(session: AsyncSession, events: Collection[UUID]) -> list[Amendment]:
    """In the order in which they happened to each row."""
    connection = await session.connection()
    found: Any = (await connection.execute(_EVENTS, {"events": list(events)})).mappings()
    return [_amendment(row) for row in found]


async def standings(session: AsyncSession, signals: Collection[UUID]) -> dict[UUID, Standing]:
    """By signal. Its case is locked by now."""
    connection = await session.connection()
    found: Any = (await connection.execute(_STANDINGS, {"signals": sorted(signals)})).mappings()
    return {row["signal_id"]: _standing(row) for row in found}


def _amendment(row: Mapping[str, Any]) -> Amendment:
    return Amendment(
        id=row["id"],
        event_no=row["event_no"],
        reason=row["reason"],
        at=row["recorded_at"],
        received_at=row["received_at"],
        person=row["person_id"],
        figures=_figures(row),
        is_withdrawal=row["kind"] == "WITHDRAWN",
        is_next=row["is_next"],
        has_ground=row["has_ground"],
        outcome=row["outcome"],
        signal=row["signal_id"],
    )


def _standing(row: Mapping[str, Any]) -> Standing:
    owed = None
    if row["claim_id"] is not None:
        owed = Owed(
            id=row["claim_id"],
            loan=row["loan_id"],
            reported_at=row["reported_at"],
            figures=_figures(row),
            is_hearsay=row["is_hearsay"],
        )
    return Standing(
        signal=row["signal_id"],
        triage=row["triage_status"],
        case=_part(row, "case_"),
        owed=owed,
        earlier=_part(row, "earlier_") if row["earlier_received_at"] is not None else None,
        heir=row["heir_id"] if row["heir_triage"] == "MERGED" else None,
        opening=_part(row, "opening_") if row["opening_kind"] is not None else None,
        companions=row["companions"],
        is_alone=row["is_alone"],
        is_untouched=row["is_untouched"],
    )


def _figures(row: Mapping[str, Any]) -> dict[str, Any]:
    """A claim without interest bears none."""
    return {name: row[name] or 0 if name == "interest_accrued_ore" else row[name] for name in FIGURES}


def _part(row: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    return {name.removeprefix(prefix): value for name, value in row.items() if name.startswith(prefix)}


_EVENTS = sa.text("""
    SELECT event.*, coalesce(event.correction_reason, event.withdrawal_reason) AS reason, line.received_at,
        person.person_id, done.outcome, done.signal_id,
        coalesce(consent.id, agreement.id) IS NOT NULL AS has_ground,
        NOT EXISTS (
            SELECT FROM hub.submitted_default_event AS before JOIN hub.unrouted AS waiting ON waiting.row_id = before.id
            WHERE before.submitted_default_id = event.submitted_default_id AND before.event_no < event.event_no
        ) AS is_next
    FROM hub.submitted_default_event AS event
    JOIN hub.submitted_default AS line ON line.id = event.submitted_default_id
    LEFT JOIN hub.routed AS done ON done.id = line.id
    LEFT JOIN facts.person_key AS person ON person.national_id = line.debtor_national_id
    LEFT JOIN facts.consent AS consent ON consent.id = line.consent_id AND consent.category = 'LOAN_DEFAULT'
    LEFT JOIN facts.agreement AS agreement
        ON agreement.id = line.agreement_id AND agreement.loan_type = line.loan_type
    WHERE event.id = ANY (CAST(:events AS uuid[]))
    ORDER BY line.id, event.event_no
""")
# A claim is known by the first signal that told of it. What was withdrawn as paid was true, and still counts as
# something that the case was about.
_STANDINGS = sa.text("""
    SELECT signal.id AS signal_id, signal.triage_status,
        file.id AS case_id, file.state AS case_state, file.phase AS case_phase, file.nav_unit AS case_unit,
        file.source_party AS case_source_party,
        claim.id AS claim_id, claim.loan_id, claim.reported_at, claim.first_unpaid_due, claim.unpaid_terms,
        claim.arrears_ore, claim.interest_accrued_ore, loan.principal_ore IS NULL AS is_hearsay,
        heir.id AS heir_id, heir.triage_status AS heir_triage,
        earlier.received_at AS earlier_received_at, earlier.submission_id AS earlier_submission_id,
        earlier.basis AS earlier_basis, earlier.consent_id AS earlier_consent_id,
        earlier.agreement_id AS earlier_agreement_id, earlier.first_unpaid_due AS earlier_first_unpaid_due,
        earlier.unpaid_terms AS earlier_unpaid_terms, earlier.arrears_ore AS earlier_arrears_ore,
        coalesce(earlier.interest_accrued_ore, 0) AS earlier_interest_accrued_ore,
        opening.kind AS opening_kind, opening.state_before AS opening_state, opening.phase_before AS opening_phase,
        opening.closed_at AS opening_closed_at, opening.close_reason AS opening_close_reason,
        opening.is_repeated AS opening_is_repeated,
        ARRAY(
            SELECT one.id FROM hub.participant AS one
            WHERE one.case_id = file.id AND one.unit_id IS DISTINCT FROM file.nav_unit
                AND (one.valid_to IS NULL OR one.valid_to > now())
        ) AS companions,
        NOT EXISTS (
            SELECT FROM hub.signal AS other
            WHERE other.case_id = file.id AND other.id <> signal.id AND other.received_at >= opening.since
                AND (other.withdrawn_at IS NULL OR other.withdrawal_reason = 'PAID')
        ) AS is_alone,
        opening.state_after = file.state AND opening.phase_after = file.phase
            AND NOT EXISTS (
                SELECT FROM hub.signal AS other
                WHERE other.case_id = file.id AND other.received_at >= opening.since
                    AND other.triage_status IN ('ASSIGNED', 'DISMISSED')
            )
            AND NOT EXISTS (
                SELECT FROM hub.contact_log_entry AS call
                WHERE call.case_id = file.id AND call.at >= opening.since
            )
            AND NOT EXISTS (
                SELECT FROM hub.progress_plan AS plan WHERE plan.case_id = file.id AND opening.kind = 'OPENED'
            ) AS is_untouched
    FROM hub.signal AS signal
    JOIN hub."case" AS file ON file.id = signal.case_id
    LEFT JOIN bank.mortgage_default AS claim
        ON claim.signal_id = coalesce(signal.duplicates_of, signal.id) AND claim.case_id = file.id
            AND claim.status = 'OPEN'
    LEFT JOIN bank.mortgage_loan AS loan ON loan.id = claim.loan_id
    LEFT JOIN LATERAL (
        SELECT other.id, other.triage_status FROM hub.signal AS other
        WHERE other.duplicates_of = signal.id AND other.withdrawn_at IS NULL
        ORDER BY other.received_at, other.id LIMIT 1
    ) AS heir ON true
    LEFT JOIN LATERAL (
        SELECT stands.* FROM hub.signal AS other
        JOIN hub.routed AS done ON done.signal_id = other.id
        JOIN hub.submitted_default_standing AS stands ON stands.id = done.id
        WHERE other.case_id = file.id AND other.id <> signal.id AND other.sender_party = signal.sender_party
            AND coalesce(other.duplicates_of, other.id) = claim.signal_id
            AND stands.status <> 'WITHDRAWN' AND stands.received_at <= claim.reported_at
        ORDER BY stands.received_at DESC, stands.id DESC LIMIT 1
    ) AS earlier ON true
    LEFT JOIN LATERAL (
        SELECT change.*, opener.received_at AS since, EXISTS (
            SELECT FROM hub.case_change AS older
            WHERE older.case_id = file.id AND older.kind = 'REOPENED' AND older.occurred_at < change.occurred_at
        ) AS is_repeated
        FROM hub.case_change AS change JOIN hub.signal AS opener ON opener.id = change.signal_id
        WHERE change.case_id = file.id AND change.kind IN ('OPENED', 'REOPENED')
        ORDER BY change.occurred_at DESC, change.id DESC LIMIT 1
    ) AS opening ON true
    WHERE signal.id = ANY (CAST(:signals AS uuid[]))
""")
