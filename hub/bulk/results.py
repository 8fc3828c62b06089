"""How far a file is, and what became of its rows: for its sender alone. Another's is answered as none that there is."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any, Final
from uuid import UUID

import orjson
import sqlalchemy as sa

from hub.commands.outages import store_errors
from hub.errors import NotFound
from hub.identity.model import Requester
from hub.store.session import Sessions
from schema.scalars import SCALARS, Moment

PAGE: Final = 1_000
"""Rows in one go: however many there are, no more are in memory."""
_moment: Final = SCALARS[Moment].serialize
"""As everywhere in the schema."""
_PROGRESS = sa.text("""
    SELECT upload.id, upload.state, upload.media, submission.received_at, upload.judged_at, submission.row_count,
        upload.rows_judged, upload.rows_accepted, upload.rows_rejected, cardinality(upload.columns) AS columns
    FROM hub.upload AS upload JOIN hub.submission AS submission ON submission.id = upload.id
    WHERE upload.id = :id AND upload.submitter_party = :party AND upload.consumer = :consumer
""")
_ROWS = sa.text("""
    SELECT line.row_no, line.id, line.outcome, line.code, line.basis, line.is_late,
        said.field, said.text_nb, said.text_en
    FROM hub.submitted_default AS line
    LEFT JOIN hub.upload_rejection AS said ON said.submission_id = line.submission_id AND said.row_no = line.row_no
    WHERE line.submission_id = :id AND line.row_no > :after AND line.row_no <= :last
    ORDER BY line.row_no LIMIT :page
""")


class Results:
    """Reads what is stored of files that are whole."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    async def progress(self, requester: Requester, submission: UUID) -> Any:
        """Where the file is. Raises `NotFound`."""
        async with store_errors(), self._sessions() as session, session.begin():
            connection = await session.connection()
            asked = {"id": submission, "party": requester.party, "consumer": requester.consumer or ""}
            found = (await connection.execute(_PROGRESS, asked)).one_or_none()
        if found is None:
            raise NotFound
        return found

    async def rows(self, progress: Any) -> AsyncIterator[bytes]:
        """NDJSON, in the order sent, of the rows that were judged when `progress` was read."""
        # A CSV file has its columns on the first line.
        lines_before = bool(progress.columns)
        after = 0
        while after < progress.rows_judged:
            async with store_errors(), self._sessions() as session, session.begin():
                connection = await session.connection()
                asked = {"id": progress.id, "after": after, "last": progress.rows_judged, "page": PAGE}
                found = (await connection.execute(_ROWS, asked)).all()
            yield b"".join(_told(row, row.row_no + lines_before) for row in found)
            after = found[-1].row_no


def told(progress: Any) -> bytes:
    """Where a file is, as JSON."""
    return orjson.dumps(
        {
            "id": str(progress.id),
            "state": progress.state,
            "receivedAt": _moment(progress.received_at),
            "rows": progress.row_count,
            "judged": progress.rows_judged,
            "accepted": progress.rows_accepted,
            "rejected": progress.rows_rejected,
            "judgedAt": _moment(progress.judged_at),
        }
    )


def _told(row: Any, line: int) -> bytes:
    told: dict[str, Any] = {"rowNo": row.row_no, "line": line, "outcome": row.outcome}
    if row.outcome == "ACCEPTED":
        told |= {"receipt": str(row.id), "basis": row.basis, "isLate": row.is_late}
    else:
        told |= {"code": row.code, "field": row.field, "text": {"nb": row.text_nb, "en": row.text_en}}
    return orjson.dumps(told, option=orjson.OPT_APPEND_NEWLINE)
