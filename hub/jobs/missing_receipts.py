"""Receipts for decisions that have none: those of before there were receipts. A command issues its own."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

from hub.consent.receipts import DECISIONS, Receipts

BATCH: Final = 50
_MISSING = sa.text("""
    SELECT event.id FROM hub.consent_event AS event
    WHERE event.kind = ANY (CAST(:kinds AS text[]))
        AND NOT EXISTS (SELECT FROM hub.consent_receipt AS receipt WHERE receipt.event_id = event.id)
    ORDER BY event.seq LIMIT :batch
""")


class MissingReceipts:
    """Once there is none missing, there never is again, and nobody looks any more."""

    name = "receipts"
    batch = BATCH

    def __init__(self, receipts: Receipts) -> None:
        self._receipts = receipts
        self._is_done = False

    async def run(self, session: AsyncSession) -> int:
        """One batch, in the session's transaction. Returns how many were issued."""
        if self._is_done:
            return 0
        connection = await session.connection()
        found = (await connection.execute(_MISSING, {"kinds": sorted(DECISIONS), "batch": BATCH})).scalars().all()
        for event in found:
            await self._receipts.issue(session, event)
        self._is_done = not found
        return len(found)
