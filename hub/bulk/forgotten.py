"""Files that were begun and never finished: after a day nothing is left of them, and their keys are free again."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

HOURS: Final = 24
BATCH: Final = 20
_FORGET = sa.text("""
    WITH old AS (
        SELECT upload.id FROM hub.upload AS upload
        WHERE upload.state = 'RECEIVING' AND upload.begun_at < now() - make_interval(hours => :hours)
        ORDER BY upload.begun_at LIMIT :batch FOR UPDATE SKIP LOCKED
    ), emptied AS (
        DELETE FROM hub.upload_part AS part USING old WHERE part.upload_id = old.id
    )
    SELECT id FROM old
""")
_GONE = sa.text("DELETE FROM hub.upload WHERE id = ANY (CAST(:ids AS uuid[]))")


class ForgottenFiles:
    """A job, to be done over and over. What was received whole is no concern of its."""

    name = "files"
    batch = BATCH

    async def run(self, session: AsyncSession) -> int:
        """One batch, in the session's transaction. Returns how many were forgotten."""
        connection = await session.connection()
        found = list((await connection.execute(_FORGET, {"hours": HOURS, "batch": BATCH})).scalars())
        if found:
            await connection.execute(_GONE, {"ids": found})
        return len(found)
