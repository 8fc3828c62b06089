"""What follows from a consent's history beside what may be shown: who is told, and which plans must be looked at again.

Whatever may be shown follows by itself, from the facts.
"""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from hub.consent.ledger import Event, Held
from hub.store.ids import new_id

_MESSAGE = sa.text("""
    INSERT INTO hub.message (id, kind, person_id, party_id, consent_id, event_seq, created_at)
    VALUES (:id, :kind, :person, :party, :consent, :seq, clock_timestamp())
""")
# A step that names one of the two parties counted on what that party would see or share.
_REVIEW = sa.text("""
    UPDATE hub.plan_step SET status = 'NEEDS_REVIEW'
    WHERE status = 'PLANNED' AND names_party IN (:source, :recipient) AND case_id IN (
        SELECT id FROM hub."case"
        WHERE subject_id = :subject AND (CAST(:case_id AS uuid) IS NULL OR id = :case_id)
    )
""")


async def tell(
    session: AsyncSession, kind: str, event: Event, *, person: UUID | None = None, party: str | None = None
) -> None:
    """That something has happened which concerns them. What it is, they see when they have signed in."""
    connection = await session.connection()
    values = {"kind": kind, "person": person, "party": party, "consent": event.consent_id, "seq": event.seq}
    await connection.execute(_MESSAGE, {"id": new_id(), **values})


async def withdrawn(session: AsyncSession, held: Held, event: Event) -> None:
    """Both parties are told, and the steps of plans that rest on the consent are to be looked at again."""
    for party in (held.scope.source, held.scope.recipient):
        await tell(session, "CONSENT_WITHDRAWN", event, party=party)
    connection = await session.connection()
    await connection.execute(
        _REVIEW,
        {
            "source": held.scope.source,
            "recipient": held.scope.recipient,
            "subject": held.subject,
            "case_id": held.scope.case_id,
        },
    )
