"""Some rows at a time are judged and stored, in one transaction with how far that came: each row once, whatever dies.

Several processes can be at it. Whoever has a file in hand holds its row locked; the others pass by.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from hub.audit import AccessEvent, Entry, EventKind, Record
from hub.bulk import parts
from hub.bulk.lines import cut
from hub.bulk.parts import JUDGED, RECEIVED
from hub.bulk.reading import reader
from hub.bulk.senders import Senders
from hub.bulk.start import BOM
from hub.commands.outages import is_passing, store_errors
from hub.errors import PurposeNotPermitted
from hub.identity.model import Inquiry
from hub.intake import ledger
from hub.intake.batch import Batch, Seal
from hub.intake.model import Fault, Form, Verdict
from hub.intake.pipeline import entries_of, faults_of, grounded, groundless, security_of, setting_of
from hub.routing import Routing
from hub.store.ids import new_id
from hub.store.policies import hold
from hub.store.rows import insert_rows
from hub.store.session import Sessions
from hub.store.tables import Upload, UploadPart, UploadRejection

logger = logging.getLogger("bofast.bulk")
ROWS: Final = 2_000
"""How many at a time, at most: a transaction stays short, and so does what is in memory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One slice, if there was one to judge. The transaction saw to it that the policies were those in force."""

    is_done: bool
    held: bool = True


@dataclass(slots=True, kw_only=True)
class _Slice:
    """Lines out of a file, and where the next slice begins."""

    lines: list[bytes]
    no: int
    at: int
    carry: bytes
    is_last: bool
    finished: int | None


@dataclass(slots=True, kw_only=True)
class _Rows:
    """What the lines are: rows or faults, and what is wrong with them by themselves. Digests of each as it stands, and
    of what it has in common with another that is the same.
    """

    rows: list[Any]
    faults: list[Fault | None]
    digests: tuple[str, ...]
    identities: list[UUID | None]


class Slices:
    """By one set of policies, which `digest` names. `form` is what the rows are of, `longest` the limit on one."""

    def __init__(
        self,
        *,
        digest: str,
        form: Form[Any],
        row: type[Any],
        longest: int,
        senders: Senders,
        sessions: Sessions,
        record: Record,
        routing: Routing,
        seal: Seal,
        rows: int = ROWS,
    ) -> None:
        self._digest = digest
        self._form = form
        self._row = row
        self._longest = longest
        self._senders = senders
        self._sessions = sessions
        self._record = record
        self._routing = routing
        self._seal = seal
        self._rows = rows

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
        part = await self._next_lines(session, upload)
        # In a thread: thousands of lines take a while, and others wait for their answers.
        read = await asyncio.to_thread(self._read, upload, inquiry, part.lines)
        verdicts: list[Verdict] = []
        if read.rows:
            await self._leave_out_repeated(session, upload, read)
            verdicts = await self._verdicts(session, upload, inquiry, read, is_permitted=is_permitted)
            await self._keep(session, upload, read, verdicts)
            await self._put_on_record(session, inquiry, verdicts)
        await _advance(session, upload, part, verdicts)
        return part.is_last

    async def _next_lines(self, session: AsyncSession, upload: Upload) -> _Slice:
        found = await session.exec(
            select(UploadPart.body).where(col(UploadPart.upload_id) == upload.id, col(UploadPart.no) == upload.part_no)
        )
        body = found.first() or b""
        is_start = upload.part_no == upload.part_at == 0 and not upload.carry
        at = len(BOM) if is_start and body.startswith(BOM) else upload.part_at
        most = self._rows + (is_start and bool(upload.columns))
        lines, at, carry = cut(upload.carry, body, at, most=most, longest=self._longest)
        no, finished = upload.part_no, None
        if at == len(body):
            finished, no, at = no, no + 1, 0
        is_last = no >= upload.part_count
        if is_last and carry and len(lines) < most:
            lines.append(carry.removesuffix(b"\r"))
            carry = b""
        if is_start and upload.columns:
            del lines[:1]
        return _Slice(lines=lines, no=no, at=at, carry=carry, is_last=is_last and not carry, finished=finished)

    def _read(self, upload: Upload, inquiry: Inquiry, lines: Sequence[bytes]) -> _Rows:
        """Nothing is looked up here."""
        read = reader(self._row, upload.columns, self._longest)
        rows = [read(line) for line in lines]
        faults = faults_of(self._form, rows, setting_of(self._form, inquiry))
        first = upload.rows_judged + 1
        return _Rows(
            rows=rows,
            faults=faults,
            digests=self._seal.lines(inquiry.requester, upload.idempotency_key, lines, first),
            identities=[
                None if fault is not None else self._seal.identity(upload.id, self._form.identity(row))
                for row, fault in zip(rows, faults, strict=True)
            ],
        )

    async def _leave_out_repeated(self, session: AsyncSession, upload: Upload, read: _Rows) -> None:
        """What stood in an earlier slice is the same row twice. As in a batch, the first one counts."""
        connection = await session.connection()
        new = await connection.execute(
            _SEEN, {"upload": upload.id, "identities": [one for one in read.identities if one is not None]}
        )
        unseen = frozenset(new.scalars())
        for place, identity in enumerate(read.identities):
            if identity is not None and identity not in unseen:
                read.faults[place] = self._form.duplicate

    async def _verdicts(
        self, session: AsyncSession, upload: Upload, inquiry: Inquiry, read: _Rows, *, is_permitted: bool
    ) -> list[Verdict]:
        first = upload.rows_judged + 1
        if is_permitted:
            try:
                return await grounded(self._form, session, inquiry, read.rows, read.faults, first=first)
            except PurposeNotPermitted:
                pass
        # Not permitted any more: whatever was sent rests on nothing, and its sender is told so row by row.
        return [
            Verdict(row_no=number, receipt=new_id(), outcome=fault or groundless(self._form, row))
            for number, (row, fault) in enumerate(zip(read.rows, read.faults, strict=True), start=first)
        ]

    async def _keep(self, session: AsyncSession, upload: Upload, read: _Rows, verdicts: Sequence[Verdict]) -> None:
        submission = await parts.earlier(session, upload.id)
        batch = Batch(
            key=submission.idempotency_key,
            rows=tuple(read.rows),
            digest=submission.content_sha256,
            row_digests=read.digests,
        )
        await ledger.keep(session, self._form, submission, batch, verdicts)
        said = [
            {
                "id": new_id(),
                "submission_id": submission.id,
                "row_no": verdict.row_no,
                "field": verdict.outcome.field,
                "text_nb": verdict.outcome.text.nb,
                "text_en": verdict.outcome.text.en,
            }
            for verdict in verdicts
            if isinstance(verdict.outcome, Fault)
        ]
        await insert_rows(session, UploadRejection, said)

    async def _put_on_record(self, session: AsyncSession, inquiry: Inquiry, verdicts: Sequence[Verdict]) -> None:
        event = event_of(inquiry, self._form.command, self._digest, entries=entries_of(verdicts))
        await self._record.write_in(session, event, security_of(self._form, verdicts))


def event_of(
    inquiry: Inquiry, name: str, digest: str, *, kind: EventKind = EventKind.COMMAND, entries: Sequence[Entry] = ()
) -> AccessEvent:
    """Of a request that is no GraphQL document: it has a name, and no digest of an operation."""
    return AccessEvent(inquiry=inquiry, kind=kind, operation_name=name, policy_digest=digest, entries=entries)


async def _advance(session: AsyncSession, upload: Upload, part: _Slice, verdicts: Sequence[Verdict]) -> None:
    accepted = sum(not isinstance(verdict.outcome, Fault) for verdict in verdicts)
    connection = await session.connection()
    if part.finished is not None:
        await connection.execute(_FINISHED, {"upload": upload.id, "no": part.finished})
    if part.is_last:
        await connection.execute(_FORGET, {"upload": upload.id})
    await connection.execute(
        _ADVANCE,
        {
            "id": upload.id,
            "no": part.no,
            "at": part.at,
            "carry": part.carry,
            "judged": len(verdicts),
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
_SEEN = sa.text("""
    INSERT INTO hub.upload_identity (upload_id, identity)
    SELECT CAST(:upload AS uuid), identity FROM unnest(CAST(:identities AS uuid[])) AS seen (identity)
    ON CONFLICT DO NOTHING RETURNING identity
""")
_FINISHED = sa.text("DELETE FROM hub.upload_part WHERE upload_id = :upload AND no = :no")
_FORGET = sa.text("DELETE FROM hub.upload_identity WHERE upload_id = :upload")
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
