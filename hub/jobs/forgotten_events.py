"""Events that are old enough to be forgotten. Who was away longer starts anew, and is told so."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

BATCH: Final = 1_000
_FORGET = sa.text("SELECT hub.forget_events(make_interval(days => :days), :batch)")


class ForgottenEvents:
    """Keeps the line short."""

    name = "events"
    batch = BATCH

    def __init__(self, days: int) -> None:
        self._days = days

    async def run(self, session: AsyncSession) -> int:
        """One batch, in the session's transaction. Returns how many were forgotten."""
        connection = await session.connection()
        found = await connection.execute(_FORGET, {"days": self._days, "batch": BATCH})
        return found.scalar_one()
