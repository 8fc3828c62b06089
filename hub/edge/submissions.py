"""Files over HTTP. A file is read as it comes and answered when all of it is durable; its rows are judged afterwards.

    POST /submissions/mortgage-defaults   a file, or the rest of one
    HEAD /submissions/mortgage-defaults   how much of one is kept
    GET  /submissions/{id}                how far it is judged
    GET  /submissions/{id}/results        what became of its rows

As at the door: who asks, then what for, then the answer; on record before the first byte of it.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from typing import Final, Protocol
from uuid import UUID

from hub.bulk.arriving import Arriving
from hub.bulk.files import FileAnswer, Files
from hub.bulk.start import Media
from hub.commands.keys import KEY_LENGTH, is_key
from hub.edge.asgi import Receive, Scope, Send
from hub.edge.file_forms import COLLECTION
from hub.edge.head import expect_within, read_head
from hub.edge.media import JSON, file_of
from hub.edge.problems import BodyTimeout, SenderGone
from hub.edge.request_id import request_id
from hub.edge.responses import Headers
from hub.edge.room import Room
from hub.edge.seams import Recognises, Records, SelectsPurpose
from hub.edge.visit import Threshold, Visit
from hub.errors import BadInput, BofastError, MethodNotAllowed, NotFound
from hub.identity.model import Inquiry, Requester
from hub.settings import Settings

_ONE: Final = re.compile(r"/submissions/([^/]+)(/results)?")
_NDJSON: Final = (b"content-type", b"application/x-ndjson")
_OFFSET_DIGITS: Final = 12


class Rooms(Protocol):
    """What of the rooms of one set of rules is needed here."""

    @property
    def purposes(self) -> SelectsPurpose: ...
    @property
    def files(self) -> Files: ...


class Stands(Protocol):
    """The rules: has something answered in rooms of the set in force, wholly."""

    async def answer(self, ask: Callable[[Rooms], Awaitable[FileAnswer]]) -> FileAnswer: ...


class Submissions:
    """Takes files in, so many at once, and tells their senders of them."""

    def __init__(
        self,
        *,
        settings: Settings,
        identity: Recognises,
        rules: Stands,
        record: Records,
        threshold: Threshold,
        arriving: Arriving,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._limits = settings.limits
        self._identity = identity
        self._rules = rules
        self._record = record
        self._threshold = threshold
        self._arriving = arriving
        self._now = now
        # Files take long to come in, and have a room of their own.
        self._files = Room(self._limits.concurrent_uploads)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        head = read_head(scope["headers"])
        visit = Visit(
            scope=scope,
            receive=receive,
            send=send,
            head=head,
            request_id=request_id(head.get(b"x-request-id")),
            received_at=self._now(),
            media=JSON,
            methods=("GET",) if scope["path"] != COLLECTION else ("HEAD", "POST"),
        )
        room = self._files if scope["method"] == "POST" else self._threshold.room
        answer = await self._threshold.answer(visit, self._answer, room=room)
        if answer is None:
            return
        if answer.rows is not None:
            await self._stream(visit, answer, answer.rows)
        else:
            await self._release(visit, answer)

    async def _answer(self, visit: Visit) -> FileAnswer:
        if visit.scope["method"] not in visit.methods:
            raise MethodNotAllowed(f"This is served by {' and '.join(visit.methods)} only.")
        self._threshold.expect_served(visit)
        expect_within(visit.head, self._limits, body="upload_bytes")
        requester = visit.requester = await self._identity.requester(visit.head.get(b"authorization"))
        answer = await self._way(visit)(visit, requester)
        if not answer.recorded:
            await self._record.write(answer.event)
        return answer

    def _way(self, visit: Visit) -> Callable[[Visit, Requester], Awaitable[FileAnswer]]:
        if visit.scope["path"] != COLLECTION:
            return self._told
        return self._received if visit.scope["method"] == "POST" else self._kept

    async def _received(self, visit: Visit, requester: Requester) -> FileAnswer:
        key, offset = _key(visit), _offset(visit)
        media = Media(file_of(visit.head.get(b"content-type") or ""))
        admitted = await self._asked(visit, requester, lambda files, inquiry: files.admit(inquiry))
        sent = self._arriving.new(admitted.event.inquiry, key, media)
        tail = await self._arriving.take(sent, self._chunks(visit), offset)
        # When it was whole is when it was received.
        sent.inquiry = visit.inquiry(requester, sent.inquiry.purpose, sent.inquiry.bases)
        return await self._rules.answer(lambda rooms: rooms.files.finish(sent, tail))

    async def _kept(self, visit: Visit, requester: Requester) -> FileAnswer:
        key = _key(visit)
        return await self._asked(visit, requester, lambda files, inquiry: files.known(inquiry, key))

    async def _told(self, visit: Visit, requester: Requester) -> FileAnswer:
        submission, wants_rows = _named(visit.scope["path"])
        return await self._asked(
            visit,
            requester,
            lambda files, inquiry: (
                files.results(inquiry, submission) if wants_rows else files.progress(inquiry, submission)
            ),
        )

    async def _asked(
        self, visit: Visit, requester: Requester, ask: Callable[[Files, Inquiry], Awaitable[FileAnswer]]
    ) -> FileAnswer:
        return await self._rules.answer(lambda rooms: ask(rooms.files, visit.stated(requester, rooms.purposes)))

    async def _chunks(self, visit: Visit) -> AsyncIterator[bytes]:
        """The body as it comes. Whoever sends nothing for a while, or is at it for too long, is told to go on later."""
        loop = asyncio.get_running_loop()
        end = loop.time() + self._limits.upload_seconds
        while True:
            try:
                async with asyncio.timeout_at(min(end, loop.time() + self._limits.body_seconds)):
                    message = await visit.receive()
            except TimeoutError:
                limit = "upload_seconds" if loop.time() >= end else "body_seconds"
                raise BodyTimeout(limit=limit, bound=getattr(self._limits, limit)) from None
            if message["type"] == "http.disconnect":
                raise SenderGone
            yield message.get("body", b"")
            if not message.get("more_body", False):
                visit.body_read = True
                visit.received_at = self._now()
                return

    async def _release(self, visit: Visit, answer: FileAnswer) -> None:
        headers: Headers = []
        status = 200
        if answer.known is not None:
            status = 202 if answer.body else 200
            if answer.known.submission is not None:
                headers.append((b"location", f"/submissions/{answer.known.submission}".encode("ascii")))
            else:
                headers.append((b"upload-offset", b"%d" % answer.known.offset))
        if answer.body:
            headers.append((b"content-type", JSON.content_type))
        await self._threshold.release(visit, status, headers, answer.body, answer.event)

    async def _stream(self, visit: Visit, answer: FileAnswer, rows: AsyncIterator[bytes]) -> None:
        """Page by page, no faster than they are taken. One that breaks off has no end, and so shows that it did."""
        start = {"type": "http.response.start", "status": 200, "headers": [*self._threshold.headers(visit), _NDJSON]}
        is_delivered = False
        try:
            await visit.send(start)
            async for page in rows:
                async with asyncio.timeout(self._limits.send_seconds):
                    await visit.send({"type": "http.response.body", "body": page, "more_body": True})
            await visit.send({"type": "http.response.body", "body": b"", "more_body": False})
            is_delivered = await self._threshold.settled(visit)
        except (BofastError, OSError):
            pass
        finally:
            if not is_delivered:
                self._threshold.not_delivered(visit, answer.event)


def _key(visit: Visit) -> str:
    key = visit.head.get(b"idempotency-key") or ""
    if not (is_key(key) and key.isascii()):
        first, last = KEY_LENGTH.start, KEY_LENGTH.stop - 1
        raise BadInput(
            f"The header Idempotency-Key holds a key of {first} to {last} printable characters.",
            member="idempotency-key",
        )
    return key


def _offset(visit: Visit) -> int:
    text = visit.head.get(b"upload-offset") or "0"
    if not (text.isascii() and text.isdigit() and len(text) <= _OFFSET_DIGITS):
        raise BadInput("The header Upload-Offset holds a number of bytes.", member="upload-offset")
    return int(text)


def _named(path: str) -> tuple[UUID, bool]:
    """The submission that a path names. One that cannot be is answered as one that is not there."""
    match = _ONE.fullmatch(path)
    try:
        if match is not None:
            return UUID(match[1]), match[2] is not None
    except ValueError:
        pass
    raise NotFound
