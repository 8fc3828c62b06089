"""Accepted rows are passed on to the cases that have the loan: beside the answer, and not as a part of it.

INVARIANT: whoever sends a default cannot tell whether there is a case: not by the time that the answer takes, not by
what is written for it, not by a failure. So nothing of this is done in the command's transaction, and the pause before
it keeps it out of the sender's next request.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection
from contextlib import suppress
from uuid import UUID

import sqlalchemy as sa

from hub.store.session import Sessions

logger = logging.getLogger("bofast.intake")

_LONGEST_PAUSE = 30.0


class Forwarding:
    """Passes on what was submitted, a little later. To do it twice changes nothing, so what failed is tried again."""

    def __init__(self, sessions: Sessions, *, pause: float = 0.1) -> None:
        self._sessions = sessions
        self._pause = pause
        self._waiting: set[UUID] = set()
        self._hurry = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Pass on what was stored, but not passed on, before the service stopped."""
        async with self._sessions() as session:
            found = await (await session.connection()).execute(_RECENT)
            recent = [row.id for row in found]
        await self._pass_on(recent)

    def put(self, submission: UUID) -> None:
        """Pass on this submission soon. One that was rolled back has nothing to pass on."""
        self._waiting.add(submission)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run(), name="forwarding")

    async def settle(self) -> None:
        """Pass on at once what is waiting. If that fails, the next start does it."""
        self._hurry.set()
        try:
            if self._task is not None:
                await self._task
        finally:
            self._hurry.clear()

    async def _run(self) -> None:
        pause = self._pause
        while self._waiting:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._hurry.wait(), pause)
            if await self._has_passed_on():
                pause = self._pause
            elif self._hurry.is_set():
                return
            else:
                pause = min(2 * pause, _LONGEST_PAUSE)

    async def _has_passed_on(self) -> bool:
        taken = frozenset(self._waiting)
        try:
            await self._pass_on(taken)
        except Exception as error:  # noqa: BLE001  whatever it is, what waits must not be lost
            logger.warning("%d submissions not passed on yet (%s)", len(taken), type(error).__name__)
            return False
        self._waiting -= taken
        return True

    async def _pass_on(self, submissions: Collection[UUID]) -> None:
        async with self._sessions() as session, session.begin():
            connection = await session.connection()
            await connection.execute(_PASS_ON, {"submissions": list(submissions)})


_RECENT = sa.text("""
    SELECT id FROM hub.submission WHERE kind = 'MORTGAGE_DEFAULT' AND received_at > now() - interval '1 day'
""")

# The ground is looked at once more: what was withdrawn meanwhile is not passed on. A consent covers the office that it
# names, and the one case that it is tied to if any; an agreement covers its municipality and the lender's own loans.
# The loan must be one that the submitter itself tells of, and the case one that was open when the row came in.
_PASS_ON = sa.text("""
    WITH reached AS (
        SELECT line.*, loan.id AS loan_id, loan.case_id, target.nav_unit,
            CAST(md5(CAST(line.id AS text) || CAST(loan.id AS text)) AS uuid) AS new_id
        FROM hub.submitted_default AS line
        JOIN facts.person_key AS person ON person.national_id = line.debtor_national_id
        JOIN facts.case_person AS member ON member.person_id = person.person_id AND member.role <> 'CHILD'
        JOIN hub."case" AS target ON target.id = member.case_id AND target.opened_at <= line.received_at
        JOIN bank.mortgage_loan AS loan
            ON loan.case_id = target.id AND loan.loan_type = line.loan_type AND loan.loan_ref = line.loan_ref
            AND coalesce(loan.servicer_party, loan.lender_party) = line.submitter_party
        LEFT JOIN facts.consent AS consent ON consent.id = line.consent_id AND consent.category = 'LOAN_DEFAULT'
        LEFT JOIN hub.party AS recipient ON recipient.id = consent.recipient_party
        LEFT JOIN facts.agreement AS agreement
            ON agreement.id = line.agreement_id AND agreement.loan_type = line.loan_type
        WHERE line.submission_id = ANY (CAST(:submissions AS uuid[])) AND line.outcome = 'ACCEPTED'
            AND target.closed_at IS NULL AND target.state NOT IN ('CLOSED', 'DISMISSED', 'MERGED')
            AND target.municipality = coalesce(recipient.municipality, agreement.municipality)
            AND (consent.case_id IS NULL OR consent.case_id = target.id)
            AND (agreement.id IS NULL OR agreement.lender_party = loan.lender_party)
            AND NOT EXISTS (
                SELECT FROM bank.mortgage_default AS earlier
                WHERE earlier.submission_id = line.submission_id AND earlier.loan_id = loan.id
            )
    ), defaults AS (
        INSERT INTO bank.mortgage_default (
            id, case_id, loan_id, loan_ref, loan_type, first_unpaid_due, unpaid_terms, arrears_ore,
            interest_accrued_ore, reported_at, submission_id, basis, consent_id, agreement_id, status, source_party
        )
        SELECT
            new_id, case_id, loan_id, loan_ref, loan_type, first_unpaid_due, unpaid_terms, arrears_ore,
            coalesce(interest_accrued_ore, 0), received_at, submission_id, basis, consent_id, agreement_id, 'OPEN',
            submitter_party
        FROM reached
        ON CONFLICT (id) DO NOTHING
    )
    INSERT INTO hub.signal (
        id, case_id, kind, received_at, channel, sender_party, basis, triage_status, unit_id, source_party
    )
    SELECT
        new_id, case_id, 'MORTGAGE_DEFAULT', received_at, 'API', submitter_party, basis, 'NEW', nav_unit,
        submitter_party
    FROM reached
    ON CONFLICT (id) DO NOTHING
""")
