"""POST /graphql, as plain ASGI: the one place where an answer is released, and the order in which it comes to that.

    head → who asks → body → what for → answer → record → first byte

Nothing is sent before `record.write` has returned. That a search found nothing is told with the next tick of a clock.
A response that fails after that gets a second event, NOT_DELIVERED.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from hub.audit import SecurityKind
from hub.edge.asgi import Receive, Scope, Send
from hub.edge.body import read_request, receive_body
from hub.edge.cors import PREFLIGHT
from hub.edge.head import expect_within, read_head
from hub.edge.media import expect_json, negotiate
from hub.edge.request_id import request_id
from hub.edge.responses import send_response
from hub.edge.seams import Answer, Recognises, Records, Rooms, Stands, Waits
from hub.edge.visit import Threshold, Visit, glass_of
from hub.settings import Settings


class Door:
    """Lets requests in and answers out."""

    def __init__(
        self,
        *,
        settings: Settings,
        identity: Recognises,
        rules: Stands,
        record: Records,
        threshold: Threshold,
        beat: Waits,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._settings = settings
        self._limits = settings.limits
        self._identity = identity
        self._rules = rules
        self._record = record
        self._threshold = threshold
        self._beat = beat
        self._now = now

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        head = read_head(scope["headers"])
        visit = Visit(
            scope=scope,
            receive=receive,
            send=send,
            head=head,
            request_id=request_id(head.get(b"x-request-id")),
            received_at=self._now(),
        )
        if await self._is_preflight(visit):
            return
        answer = await self._threshold.answer(visit, self._answer)
        if answer is not None:
            await self._release(visit, answer)

    async def _answer(self, visit: Visit) -> Answer:
        self._expect_admissible(visit)
        requester = visit.requester = await self._identity.requester(visit.head.get(b"authorization"))
        body = await receive_body(visit.receive, maximum=self._limits.body_bytes, seconds=self._limits.body_seconds)
        visit.body_read = True
        request = read_request(body)
        visit.is_well_formed = True

        async def ask(rooms: Rooms) -> Answer:
            inquiry = visit.stated(requester, rooms.purposes, glass_of(visit.head.get(b"break-glass")))
            return await rooms.desk.answer(inquiry, request)

        answer = await self._rules.answer(ask)
        if not answer.recorded:
            await self._record.write(answer.event, answer.security)
        if any(one.kind is SecurityKind.OBJECT_MISSED for one in answer.security):
            await self._beat.next()
        return answer

    def _expect_admissible(self, visit: Visit) -> None:
        head = visit.head
        # Read first, so that even a refusal comes in a type that the sender reads.
        visit.media = negotiate(head.get(b"accept") or "")
        self._threshold.expect_served(visit)
        expect_within(head, self._limits)
        expect_json(head.get(b"content-type") or "")

    async def _is_preflight(self, visit: Visit) -> bool:
        origin = visit.head.get(b"origin")
        if visit.scope["method"] != "OPTIONS" or origin not in self._settings.cors_origins:
            return False
        await send_response(visit.send, 204, [*self._threshold.headers(visit), *PREFLIGHT], b"")
        return True

    async def _release(self, visit: Visit, answer: Answer) -> None:
        headers = [(b"content-type", visit.media.content_type)]
        await self._threshold.release(visit, visit.media.status(answer.status), headers, answer.body, answer.event)
