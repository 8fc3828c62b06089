"""What is stored of a file while it arrives: which one it is, and its parts. One sender, one key, one content."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, delete, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from hub.bulk.start import Media
from hub.errors import Conflict, LimitExceeded
from hub.identity.model import Inquiry, Requester
from hub.store.ids import new_id
from hub.store.tables import Submission, Upload, UploadPart

PART: Final = 1_048_576
"""Bytes of every part but the last: what is kept of a stream that stops is a whole number of these."""
RECEIVING: Final = "RECEIVING"
RECEIVED: Final = "RECEIVED"
JUDGED: Final = "JUDGED"
OPEN_AT_ONCE: Final = 20
"""Files of one party that are begun and not whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """A part as it is known by: its digest, and how many lines end in it."""

    digest: str
    line_ends: int
    size: int


@dataclass(slots=True, kw_only=True)
class Sent:
    """A file as a request sends it: under which key, as what, and what of it is known so far, in order."""

    inquiry: Inquiry
    kind: str
    key: str
    media: Media
    columns: tuple[str, ...] = ()
    parts: list[Stored] = field(default_factory=list[Stored])

    @property
    def party(self) -> str:
        return self.inquiry.requester.party


async def find(session: AsyncSession, party: str, kind: str, key: str) -> Upload | None:
    """The file that came under this key, whole or not."""
    found = await session.exec(_by_key(party, kind, key))
    return found.first()


async def stored(session: AsyncSession, upload: UUID) -> list[Stored]:
    """Its parts, in order."""
    found = await session.exec(
        select(UploadPart.sha256, UploadPart.line_ends, func.octet_length(UploadPart.body))
        .where(col(UploadPart.upload_id) == upload)
        .order_by(col(UploadPart.no))
    )
    return [Stored(digest=digest, line_ends=ends, size=size) for digest, ends, size in found]


async def body(session: AsyncSession, upload: UUID, no: int) -> bytes:
    """One part. Nothing where there is none: a file can be empty."""
    found = await session.exec(
        select(UploadPart.body).where(col(UploadPart.upload_id) == upload, col(UploadPart.no) == no)
    )
    return found.first() or b""


async def claim(session: AsyncSession, sent: Sent) -> Upload:
    """The file under this key, begun now if there was none. It is ours until the transaction ends.

    Raises `Conflict` where the key is another's: a file of another sort, on another's behalf, or a batch.
    """
    found = await session.exec(_by_key(sent.party, sent.kind, sent.key).with_for_update())
    upload = found.first() or await _begun(session, sent)
    ours = (sent.media, list(sent.columns), sent.inquiry.requester.consumer or "")
    if (upload.media, upload.columns, upload.consumer) != ours:
        raise Conflict
    return upload


async def keep(session: AsyncSession, upload: Upload, no: int, body: bytes, part: Stored) -> None:
    """Store a part, once. Raises `Conflict` where another one stands in its place."""
    kept = await session.exec(
        insert(UploadPart)
        .values(upload_id=upload.id, no=no, body=body, sha256=part.digest, line_ends=part.line_ends)
        .on_conflict_do_nothing()
        .returning(col(UploadPart.no))
    )
    if kept.first() is not None:
        return
    found = await session.exec(
        select(UploadPart.sha256).where(col(UploadPart.upload_id) == upload.id, col(UploadPart.no) == no)
    )
    if found.one() != part.digest:
        raise Conflict


async def drop(session: AsyncSession, party: str, kind: str, key: str) -> None:
    """Leave nothing of a file that cannot be taken in. One that is whole stays."""
    found = await session.exec(_by_key(party, kind, key).with_for_update())
    upload = found.first()
    if upload is not None and upload.state == RECEIVING:
        await session.exec(delete(UploadPart).where(col(UploadPart.upload_id) == upload.id))
        await session.exec(delete(Upload).where(col(Upload.id) == upload.id))


async def earlier(session: AsyncSession, upload: UUID) -> Submission:
    """The submission that a whole file became."""
    found = await session.exec(select(Submission).where(col(Submission.id) == upload))
    return found.one()


async def is_a_batch(session: AsyncSession, party: str, kind: str, key: str) -> bool:
    """Whether something was submitted under this key."""
    found = await session.exec(
        select(Submission.id).where(
            col(Submission.submitter_party) == party,
            col(Submission.kind) == kind,
            col(Submission.idempotency_key) == key,
        )
    )
    return found.first() is not None


async def received(
    session: AsyncSession, upload: Upload, sent: Sent, digest: str, rows: int, part_count: int
) -> Submission:
    """The file is whole: it becomes a submission. Raises `Conflict` where a batch came under the key meanwhile."""
    requester, at = sent.inquiry.requester, sent.inquiry.received_at
    submission = Submission(
        id=upload.id,
        submitter_party=requester.party,
        supplier=requester.supplier,
        actor=requester.id,
        kind=sent.kind,
        received_at=at,
        idempotency_key=sent.key,
        content_sha256=digest,
        row_count=rows,
    )
    made = await session.exec(
        insert(Submission)
        .values(submission.model_dump())
        .on_conflict_do_nothing(index_elements=["submitter_party", "kind", "idempotency_key"])
        .returning(col(Submission.id))
    )
    if made.first() is None:
        raise Conflict
    await session.exec(
        sa.update(Upload)
        .where(col(Upload.id) == upload.id)
        .values(
            state=RECEIVED,
            received_at=at,
            part_count=part_count,
            request_id=sent.inquiry.request_id,
            requester=as_stored(requester),
            due_at=sa.func.clock_timestamp(),
        )
    )
    return submission


def as_stored(requester: Requester) -> dict[str, Any]:
    """Who sent it. What a token tells of a consent in Altinn is about a person, and has no business here."""
    return {**asdict(requester), "groups": sorted(requester.groups), "scopes": sorted(requester.scopes)} | {
        "consent_details": None
    }


async def _begun(session: AsyncSession, sent: Sent) -> Upload:
    """A new file, or the one that another request of the same sender began at this moment."""
    if await is_a_batch(session, sent.party, sent.kind, sent.key):
        raise Conflict
    await _expect_room(session, sent.party)
    inquiry = sent.inquiry
    upload = Upload(
        id=new_id(),
        submitter_party=sent.party,
        kind=sent.kind,
        idempotency_key=sent.key,
        media=sent.media,
        columns=list(sent.columns),
        requester=as_stored(inquiry.requester),
        consumer=inquiry.requester.consumer or "",
        purpose=inquiry.purpose.number if inquiry.purpose else None,
        request_id=inquiry.request_id,
        state=RECEIVING,
        received_at=None,
        judged_at=None,
    )
    given = upload.model_dump(exclude={"begun_at", "due_at"})
    await session.exec(
        insert(Upload)
        .values(given)
        .on_conflict_do_nothing(index_elements=["submitter_party", "kind", "idempotency_key"])
    )
    found = await session.exec(_by_key(sent.party, sent.kind, sent.key).with_for_update())
    return found.one()


async def _expect_room(session: AsyncSession, party: str) -> None:
    found = await session.exec(
        select(func.count()).where(col(Upload.submitter_party) == party, col(Upload.state) == RECEIVING)
    )
    if (count := found.one()) >= OPEN_AT_ONCE:
        raise LimitExceeded(
            f"{count} files are begun and not finished. Finish one of them first.",
            limit="open_files",
            bound=OPEN_AT_ONCE,
        )


def _by_key(party: str, kind: str, key: str) -> Any:
    return select(Upload).where(
        col(Upload.submitter_party) == party, col(Upload.kind) == kind, col(Upload.idempotency_key) == key
    )
