"""A stream becomes stored parts. However long it is, no more than two parts of it are in memory.

INVARIANT: part by part, what was kept stays kept. A stream that stops can go on from there, at any process; one that is
sent again from the beginning is held against what is kept, and stored only where it goes beyond that.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from hub.bulk import parts
from hub.bulk.parts import PART, RECEIVING, Sent, Stored
from hub.bulk.start import Media, header_of
from hub.bulk.wording import FileRefused
from hub.commands.outages import store_errors
from hub.errors import BodyTooLarge, Conflict, LimitExceeded
from hub.identity.model import Inquiry
from hub.intake.batch import Seal
from hub.store.session import Sessions

_END: Final = b"\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """How much a file may be: in all, in rows, in a row. Sizes in bytes."""

    size: int
    rows: int
    row: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """How much of a file is kept, in bytes, and which submission it became where it is whole."""

    offset: int
    submission: UUID | None = None


class WrongOffset(Conflict):
    """The stream does not go on where what is kept of it ends. The header Upload-Offset of this answer says where."""


class Arriving:
    """Takes in streams of one sort of rows, which `kind` is the word for. `row` is the type of one."""

    def __init__(self, *, sessions: Sessions, seal: Seal, kind: str, row: type[Any], bounds: Bounds) -> None:
        self._sessions = sessions
        self._seal = seal
        self._kind = kind
        self._row = row
        self._bounds = bounds

    def new(self, inquiry: Inquiry, key: str, media: Media) -> Sent:
        """A file that is about to come."""
        return Sent(inquiry=inquiry, kind=self._kind, key=key, media=media)

    async def known(self, inquiry: Inquiry, key: str) -> Known:
        """What is kept under this key of this sender's. On another's behalf it is another sender."""
        requester = inquiry.requester
        async with store_errors(), self._sessions() as session, session.begin():
            upload = await parts.find(session, requester.party, self._kind, key)
            if upload is not None and upload.consumer != (requester.consumer or ""):
                raise Conflict
            if upload is None:
                return Known(offset=0)
            if upload.state == RECEIVING:
                return Known(offset=_size(await parts.stored(session, upload.id)))
            return Known(offset=0, submission=upload.id)

    async def take(self, sent: Sent, chunks: AsyncIterator[bytes], offset: int) -> bytes:
        """Store what comes, and note in `sent` what that was. Returns what came after the last whole part.

        Raises `WrongOffset`, `Conflict`, and `FileRefused` or `LimitExceeded` after which nothing of the file is left.
        """
        try:
            if offset:
                await self._resume(sent, offset)
            return await self._take(sent, chunks)
        except (FileRefused, LimitExceeded):
            await self.drop(sent)
            raise

    async def drop(self, sent: Sent) -> None:
        """Leave nothing of a file that will not be taken in."""
        async with store_errors(), self._sessions() as session, session.begin():
            await parts.drop(session, sent.party, sent.kind, sent.key)

    def part(self, sent: Sent, body: bytes) -> Stored:
        """A part as it is known by. Raises where the file is too large with it, or is none."""
        if not sent.parts:
            sent.columns = header_of(self._row, sent.media, body, self._bounds.row)
        part = Stored(digest=self._seal.part(body), line_ends=body.count(_END), size=len(body))
        self._expect_within(_size([*sent.parts, part]), rows_of(sent, [*sent.parts, part], b""))
        return part

    async def _take(self, sent: Sent, chunks: AsyncIterator[bytes]) -> bytes:
        waiting = bytearray()
        async for chunk in chunks:
            waiting += chunk
            while len(waiting) >= PART:
                body = bytes(waiting[:PART])
                del waiting[:PART]
                await self._keep(sent, body)
        return bytes(waiting)

    async def _keep(self, sent: Sent, body: bytes) -> None:
        part = self.part(sent, body)
        async with store_errors(), self._sessions() as session, session.begin():
            upload = await parts.claim(session, sent)
            # One that is whole is only compared, when its end has come.
            if upload.state == RECEIVING:
                await parts.keep(session, upload, len(sent.parts), body, part)
        sent.parts.append(part)

    async def _resume(self, sent: Sent, offset: int) -> None:
        async with store_errors(), self._sessions() as session, session.begin():
            upload = await parts.find(session, sent.party, sent.kind, sent.key)
            kept = await parts.stored(session, upload.id) if upload and upload.state == RECEIVING else []
            if upload is not None and (upload.media, upload.consumer) != (sent.media, sent.inquiry.requester.consumer):
                raise Conflict
            if upload is None or _size(kept) != offset:
                raise WrongOffset(offset=_size(kept))
            sent.columns = tuple(upload.columns)
            sent.parts.extend(kept)

    def _expect_within(self, size: int, rows: int) -> None:
        if size > self._bounds.size:
            raise _too_large("upload_bytes", self._bounds.size, size)
        if rows > self._bounds.rows:
            raise _too_large("upload_rows", self._bounds.rows, rows)


def rows_of(sent: Sent, known: list[Stored], tail: bytes) -> int:
    """How many lines of these parts are rows. `tail` is the end of the file, where there is no line end after it."""
    lines = sum(part.line_ends for part in known) + (bool(tail) and not tail.endswith(_END))
    return lines - bool(sent.columns)


def _size(known: list[Stored]) -> int:
    return sum(part.size for part in known)


def _too_large(limit: str, bound: int, measured: int) -> LimitExceeded:
    over = measured - bound
    return BodyTooLarge(f"The limit on {limit} is {bound}; this is {over} over.", limit=limit, bound=bound, over=over)
