"""Dead letters that are old enough to be forgotten: what they were about has long been seen, or cannot be any more."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

BATCH: Final = 500
_FORGET: Final = sa.text("""
    DELETE FROM hub.webhook_dead_letter WHERE id IN (
        SELECT letter.id FROM hub.webhook_dead_letter AS letter
        WHERE letter.died_at < now() - make_interval(days => :days) ORDER BY letter.died_at LIMIT :batch
    )
""")


class ForgottenDeadLetters:
    """Keeps the list short. A job of `hub/jobs`."""

    name = "dead letters"
    batch = BATCH

    def __init__(self, days: int) -> None:
        self._days = days

    async def run(self, session: AsyncSession) -> int:
        """One batch, in the session's transaction. Returns how many were forgotten."""
        connection = await session.connection()
        return (await connection.execute(_FORGET, {"days": self._days, "batch": BATCH})).rowcount
