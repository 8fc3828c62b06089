"""On what a report rests: consents and agreements are looked up for all rows at once, and the gate decides on each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

from hub.errors import PurposeNotPermitted
from hub.gate import Evidence, Gate, Grant, evaluate
from hub.identity.model import Inquiry, Purpose, Requester
from hub.identity.purposes import PurposeRegister
from schema.commands.defaults import MortgageDefaultRow

REPORT = "do:reportLoanDefault"
# What a report is for, whatever purpose the request states: it goes to those who prevent evictions.
REPORTED_FOR = "B101"
_NO_CONSENT = UUID(int=0)

Decide = Callable[[bool, bool, bool], Grant | None]
"""The permit, if any, for a loan that is a startlån or not, with an agreement or not, with a consent or not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """The legal basis of an accepted row, and the document that it rests on. To be late is no reason to be rejected."""

    basis: str
    consent_id: UUID | None = None
    agreement_id: UUID | None = None
    is_late: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """An agreement with the submitter on notice of unpaid terms."""

    id: UUID
    notify_within: timedelta


class Grounds:
    """Finds the ground of each row. Neither what is asked of the database nor how often depends on what it holds."""

    def __init__(self, gate: Gate, purposes: PurposeRegister) -> None:
        self._gate = gate
        self._purposes = purposes

    def _decider(self, inquiry: Inquiry, purpose: Purpose) -> Decide:
        """The gate's answer to a report by this requester."""
        who = replace(
            self._gate.class_of(inquiry),
            purpose=purpose.code,
            bases=self._purposes.bases(purpose, inquiry.legal_day),
        )
        decision = self._gate.decide(who, REPORT)
        binds = {"party": inquiry.requester.party}

        def decide(startlan: bool, agreed: bool, consented: bool) -> Grant | None:
            facts = {"startlan": startlan, "agreed": agreed, "consentInForce": consented}
            if not evaluate(decision.residual, facts, binds):
                return None
            return next((grant for grant in decision.permits if evaluate(grant.residual, facts, binds)), None)

        return decide

    async def of(
        self, session: AsyncSession, inquiry: Inquiry, rows: Mapping[int, MortgageDefaultRow]
    ) -> dict[int, Ground]:
        """The grounds by row number. A row that has none is not in it. Raises `PurposeNotPermitted`."""
        purpose = self._purpose(inquiry)
        decide = self._decider(inquiry, purpose)
        consents = await _consents(session, inquiry.requester.party, purpose.code, rows)
        agreements = await _agreements(session, inquiry.requester)
        found: dict[int, Ground] = {}
        for number, row in rows.items():
            consent, agreement = consents.get(number), agreements.get(row.loan_type.name)
            grant = decide(row.loan_type.name == "STARTLAN", agreement is not None, consent is not None)
            if grant is not None:
                found[number] = _ground(grant, row.first_unpaid_due, inquiry.legal_day, consent, agreement)
        return found

    def _purpose(self, inquiry: Inquiry) -> Purpose:
        purpose = self._purposes.select(REPORTED_FOR, inquiry.requester, inquiry.legal_day)
        if purpose is None:
            raise PurposeNotPermitted
        return purpose


def _ground(grant: Grant, due: date, today: date, consent: UUID | None, agreement: Agreement | None) -> Ground:
    if grant.evidence is Evidence.AGREEMENT and agreement is not None:
        return Ground(basis=grant.basis, agreement_id=agreement.id, is_late=today - due > agreement.notify_within)
    return Ground(basis=grant.basis, consent_id=consent if grant.evidence is Evidence.CONSENT else None)


# A consent that lets this submitter tell a NAV office of defaults, for this purpose; where the row names one, that one.
# `array_agg` and not LIMIT: the plan then cannot walk all consents from the newest on in hope of meeting the debtor's.
_CONSENTS = sa.text("""
    SELECT line.row_no, (
        SELECT (array_agg(consent.id ORDER BY consent.id DESC))[1]
        FROM facts.person_key AS person
        JOIN facts.consent AS consent ON consent.subject_id = person.person_id
        JOIN hub.party AS recipient ON recipient.id = consent.recipient_party
        WHERE person.national_id = line.national_id
            AND consent.source_party = :submitter
            AND consent.purpose = :purpose
            AND consent.category = 'LOAN_DEFAULT'
            AND recipient.kind = 'NAV' AND recipient.municipality IS NOT NULL
            AND (line.consent_id IS NULL OR consent.id = line.consent_id)
    ) AS consent_id
    FROM unnest(CAST(:row_nos AS integer[]), CAST(:national_ids AS text[]), CAST(:consent_ids AS uuid[]))
        AS line (row_no, national_id, consent_id)
""")

# With whom on whose behalf: the municipality that the loan manager reports for is the consumer of its token.
_AGREEMENTS = sa.text("""
    SELECT DISTINCT ON (agreement.loan_type) agreement.loan_type, agreement.id, terms.notify_within_days
    FROM facts.agreement AS agreement
    JOIN hub.agreement AS terms ON terms.id = agreement.id
    JOIN hub.party AS lender
        ON lender.id = agreement.lender_party AND lender.municipality = agreement.municipality
    WHERE agreement.loan_manager_party = :submitter AND lender.orgnr = :consumer
    ORDER BY agreement.loan_type, agreement.id DESC
""")


async def _consents(
    session: AsyncSession, submitter: str, purpose: str, rows: Mapping[int, MortgageDefaultRow]
) -> dict[int, UUID]:
    connection = await session.connection()
    found = await connection.execute(
        _CONSENTS,
        {
            "submitter": submitter,
            "purpose": purpose,
            "row_nos": list(rows),
            "national_ids": [row.debtor_national_id for row in rows.values()],
            "consent_ids": [_named(row) for row in rows.values()],
        },
    )
    return {row.row_no: row.consent_id for row in found if row.consent_id is not None}


async def _agreements(session: AsyncSession, requester: Requester) -> dict[str, Agreement]:
    connection = await session.connection()
    found = await connection.execute(_AGREEMENTS, {"submitter": requester.party, "consumer": requester.consumer})
    return {row.loan_type: Agreement(id=row.id, notify_within=timedelta(days=row.notify_within_days)) for row in found}


def _named(row: MortgageDefaultRow) -> UUID | None:
    """The consent that the row names. An id that is none of ours finds nothing, as an unknown one does."""
    if row.consent_id is None:
        return None
    try:
        return UUID(row.consent_id)
    except ValueError:
        return _NO_CONSENT
