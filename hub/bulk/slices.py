"""Some rows at a time are judged and stored, in one transaction with how far that came: each row once, whatever dies.

Several processes can be at it. Whoever has a file in hand holds its row locked; the others pass by.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from hub.audit import AccessEvent, Entry, EventKind, Record
from hub.bulk import keeping, parts, seen
from hub.bulk.ahead import Ahead, Slice, place_of
from hub.bulk.parts import JUDGED, RECEIVED
from hub.bulk.senders import Senders
from hub.commands.outages import is_passing, store_errors
from hub.errors import PurposeNotPermitted
from hub.identity.model import Inquiry
from hub.intake.model import Fault, Form, Ground
from hub.intake.pipeline import entries_of, grounded, groundless, security_of
from hub.routing import Routing
from hub.store.ids import new_id
from hub.store.policies import hold
from hub.store.rows import insert_rows
from hub.store.session import Sessions
from hub.store.tables import Upload, UploadRejection

logger = logging.getLogger("bofast.bulk")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One slice, if there was one to judge. The transaction saw to it that the policies were those in force."""

    is_done: bool
    held: bool = True


class Slices:
    """By one set of policies, which `digest` names. `form` is what the rows are of, `ground` what one rests on, by
    column; `ahead` reads them.
    """

    def __init__(
        self,
        *,
        digest: str,
        form: Form[Any],
        ground: Callable[[Ground | None], Mapping[str, Any]],
        ahead: Ahead,
        senders: Senders,
        sessions: Sessions,
        record: Record,
        routing: Routing,
    ) -> None:
        self._digest = digest
        self._form = form
        self._ground = ground
        self._ahead = ahead
        self._senders = senders
        self._sessions = sessions
        self._record = record
        self._routing = routing

    async def next(self) -> Step:
        """Judge one slice of the file whose turn it is. Raises `PoliciesChanged` where another set is in force."""
        async with store_errors(), self._sessions() as session, session.begin():
            await hold(session, self._digest)
            upload = (await session.exec(_TURN, params={"kind": self._form.kind})).first()
            if upload is None:
                return Step(is_done=False)
            is_last = await self._try(session, upload)
        if is_last:
            # Not before: filing what is accepted is work for the same processor as judging the rest.
            self._routing.wake()
        return Step(is_done=True)

    async def _try(self, session: AsyncSession, upload: Upload) -> bool:
        """Whether all of the file is judged now."""
        try:
            async with session.begin_nested():
                return await self._judge(session, upload)
        except Exception as error:
            if is_passing(error):
                raise
            # Whatever it is: it has its turn again, less and less often, and holds up no other file.
            logger.warning("a slice is not judged yet error=%s", type(error).__name__)
            connection = await session.connection()
            await connection.execute(_LATER, {"id": upload.id})
            return False

    async def _judge(self, session: AsyncSession, upload: Upload) -> bool:
        now = datetime.now(UTC)
        inquiry, is_permitted = await self._senders.inquiry(upload, self._form.command, now)
        part = await self._slice(session, upload, inquiry)
        outcomes: list[Ground | Fault] = []
        if part.rows:
            await self._leave_out_repeated(session, upload, part)
            outcomes = await self._outcomes(session, upload, inquiry, part, is_permitted=is_permitted)
            read_on = await self._reading_on(session, upload, inquiry, part)
            await self._keep(session, upload, inquiry, part, outcomes, read_on)
            await self._put_on_record(session, inquiry, outcomes)
        await _advance(session, upload, part, outcomes)
        return part.is_last

    async def _slice(self, session: AsyncSession, upload: Upload, inquiry: Inquiry) -> Slice:
        """The rows whose turn it is."""
        taken = self._ahead.taken(upload, inquiry)
        if taken is None:
            place = place_of(upload)
            taken = self._ahead.read(upload, inquiry, place, await parts.body(session, upload.id, place.no))
        return await taken

    async def _reading_on(
        self, session: AsyncSession, upload: Upload, inquiry: Inquiry, part: Slice
    ) -> Callable[[], None]:
        """What begins to read the rows that follow, for the moment when those of this slice are on their way.

        Not sooner: two threads take turns at the interpreter, and each answer of the database would wait for its turn.
        """
        if part.is_last:
            return lambda: None
        body = await parts.body(session, upload.id, part.following.no)
        return partial(self._ahead.begin, upload, inquiry, part.following, body)

    async def _leave_out_repeated(self, session: AsyncSession, upload: Upload, part: Slice) -> None:
        """What stood in an earlier slice is the same row twice. As in a batch, the first one counts."""
        # Neither is asked of a file of one slice.
        repeated = await seen.before(session, upload, part.identities) if upload.rows_judged else frozenset[bytes]()
        if not part.is_last:
            await seen.note(session, upload, [one for one in part.identities if one and one not in repeated])
        for place, identity in enumerate(part.identities):
            if identity in repeated:
                part.faults[place] = self._form.duplicate

    async def _outcomes(
        self, session: AsyncSession, upload: Upload, inquiry: Inquiry, part: Slice, *, is_permitted: bool
    ) -> list[Ground | Fault]:
        if is_permitted:
            try:
                return await grounded(
                    self._form, session, inquiry, part.rows, part.faults, first=upload.rows_judged + 1
                )
            except PurposeNotPermitted:
                pass
        # Not permitted any more: whatever was sent rests on nothing, and its sender is told so row by row.
        return [fault or groundless(self._form, row) for row, fault in zip(part.rows, part.faults, strict=True)]

    async def _keep(
        self,
        session: AsyncSession,
        upload: Upload,
        inquiry: Inquiry,
        part: Slice,
        outcomes: Sequence[Ground | Fault],
        meanwhile: Callable[[], None],
    ) -> None:
        kept = keeping.Kept(
            submission=upload.id,
            submitter=upload.submitter_party,
            received_at=inquiry.received_at,
            first=upload.rows_judged + 1,
            receipts=part.receipts,
            digests=part.digests,
            stated=part.stated,
            outcomes=outcomes,
        )
        await keeping.keep(session, self._form.table, kept, self._ground, meanwhile)
        said = [
            {
                "id": new_id(),
                "submission_id": upload.id,
                "row_no": number,
                "field": outcome.field,
                "text_nb": outcome.text.nb,
                "text_en": outcome.text.en,
            }
            for number, outcome in enumerate(outcomes, start=upload.rows_judged + 1)
            if isinstance(outcome, Fault)
        ]
        await insert_rows(session, UploadRejection, said)

    async def _put_on_record(self, session: AsyncSession, inquiry: Inquiry, outcomes: Sequence[Ground | Fault]) -> None:
        event = event_of(inquiry, self._form.command, self._digest, entries=entries_of(outcomes))
        await self._record.write_in(session, event, security_of(self._form, outcomes))


def event_of(
    inquiry: Inquiry, name: str, digest: str, *, kind: EventKind = EventKind.COMMAND, entries: Sequence[Entry] = ()
) -> AccessEvent:
    """Of a request that is no GraphQL document: it has a name, and no digest of an operation."""
    return AccessEvent(inquiry=inquiry, kind=kind, operation_name=name, policy_digest=digest, entries=entries)


async def _advance(session: AsyncSession, upload: Upload, part: Slice, outcomes: Sequence[Ground | Fault]) -> None:
    accepted = sum(not isinstance(outcome, Fault) for outcome in outcomes)
    connection = await session.connection()
    if part.finished is not None:
        await connection.execute(_FINISHED, {"upload": upload.id, "no": part.finished})
    if part.is_last:
        await seen.forget(session, upload)
    await connection.execute(
        _ADVANCE,
        {
            "id": upload.id,
            "no": part.following.no,
            "at": part.following.at,
            "carry": part.following.carry,
            "judged": len(outcomes),
            "accepted": accepted,
            "state": JUDGED if part.is_last else RECEIVED,
        },
    )


# Files take turns: a small one does not wait for all of a large one.
_TURN: Any = (
    select(Upload)
    .where(
        col(Upload.state) == RECEIVED,
        col(Upload.kind) == sa.bindparam("kind"),
        col(Upload.due_at) <= sa.func.clock_timestamp(),
    )
    .order_by(col(Upload.due_at))
    .limit(1)
    .with_for_update(skip_locked=True)
)
_FINISHED = sa.text("DELETE FROM hub.upload_part WHERE upload_id = :upload AND no = :no")
_ADVANCE = sa.text("""
    UPDATE hub.upload
    SET part_no = :no, part_at = :at, carry = :carry, state = CAST(:state AS text),
        rows_judged = rows_judged + CAST(:judged AS integer),
        rows_accepted = rows_accepted + CAST(:accepted AS integer),
        rows_rejected = rows_rejected + CAST(:judged AS integer) - CAST(:accepted AS integer),
        judged_at = CASE WHEN CAST(:state AS text) = 'JUDGED' THEN clock_timestamp() END,
        due_at = clock_timestamp(), attempts = 0
    WHERE id = :id
""")
_LATER = sa.text("""
    UPDATE hub.upload
    SET attempts = attempts + 1,
        due_at = clock_timestamp() + least(interval '1 second' * power(2, least(attempts, 10)), interval '10 minutes')
    WHERE id = :id
""")
