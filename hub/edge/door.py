"""POST /graphql, as plain ASGI: the one place where an answer is released, and the order in which it comes to that.

    head → who asks → body → what for → answer → record → first byte

Nothing is sent before `record.write` has returned. A response that fails after that gets a second event, NOT_DELIVERED.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from hub.audit.model import AccessEvent
from hub.edge.asgi import Receive, Scope, Send
from hub.edge.body import discard_body, read_request, receive_body
from hub.edge.cors import PREFLIGHT, allowance
from hub.edge.delivery import delivery_of
from hub.edge.denials import Denials
from hub.edge.head import Head, expect_within, read_head
from hub.edge.media import GRAPHQL, Media, expect_json, negotiate
from hub.edge.problems import BodyTimeout, HostNotServed, SenderGone, error_body
from hub.edge.request_id import request_id
from hub.edge.responses import ALWAYS, TRANSPORT_SECURITY, VARY, Headers, bearer_challenge, send_response
from hub.edge.seams import Answer, Recognises, Records, Rooms, SelectsPurpose, Stands
from hub.errors import (
    BadInput,
    BofastError,
    Internal,
    MethodNotAllowed,
    Overloaded,
    Refused,
    Unauthenticated,
    Unavailable,
)
from hub.identity.model import Inquiry, Purpose, Requester
from hub.settings import Mode, Settings

logger = logging.getLogger("bofast.edge")
OSLO = ZoneInfo("Europe/Oslo")
DISCARD_SECONDS = 1.0
DISCARD_BYTES = 16_777_216
RETRY_AFTER = (b"retry-after", b"1")


@dataclass(slots=True, kw_only=True)
class Visit:
    """One request on its way through the door, as far as it has come."""

    scope: Scope
    receive: Receive
    send: Send
    head: Head
    request_id: str
    received_at: datetime
    media: Media = GRAPHQL
    requester: Requester | None = None
    body_read: bool = False
    is_well_formed: bool = False

    @property
    def legal_day(self) -> date:
        return self.received_at.astimezone(OSLO).date()

    def inquiry(
        self, requester: Requester, purpose: Purpose | None, bases: frozenset[str], glass: UUID | None = None
    ) -> Inquiry:
        return Inquiry(
            requester=requester,
            purpose=purpose,
            bases=bases,
            request_id=self.request_id,
            received_at=self.received_at,
            legal_day=self.legal_day,
            glass=glass,
        )


class Door:
    """Lets requests in, at most so many at once, and answers out."""

    def __init__(
        self,
        *,
        settings: Settings,
        identity: Recognises,
        rules: Stands,
        record: Records,
        denials: Denials,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._settings = settings
        self._limits = settings.limits
        self._identity = identity
        self._rules = rules
        self._record = record
        self._denials = denials
        self._now = now
        self._inside = 0
        self._notes: set[asyncio.Task[None]] = set()
        self._always = [*ALWAYS, *(TRANSPORT_SECURITY if settings.mode is Mode.PRODUCTION else [])]

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
        if self._inside >= self._limits.concurrent_requests:
            await self._refuse(visit, Overloaded())
            return
        self._inside += 1
        try:
            await self._serve(visit)
        finally:
            self._inside -= 1

    async def _serve(self, visit: Visit) -> None:
        try:
            if await self._is_preflight(visit):
                return
            answer = await self._answer(visit)
        except SenderGone:
            return
        except BofastError as error:
            await self._refuse(visit, error)
        except Exception as error:  # noqa: BLE001 - whatever broke, the sender learns nothing but the request id
            # Neither the message nor the trace is logged: both can hold values.
            logger.error("unexpected request_id=%s error=%s", visit.request_id, type(error).__name__)  # noqa: TRY400
            await self._refuse(visit, Internal())
        else:
            await self._release(visit, answer)

    async def _answer(self, visit: Visit) -> Answer:
        self._expect_admissible(visit)
        requester = visit.requester = await self._identity.requester(visit.head.get(b"authorization"))
        body = await receive_body(visit.receive, maximum=self._limits.body_bytes, seconds=self._limits.body_seconds)
        visit.body_read = True
        request = read_request(body)
        visit.is_well_formed = True

        async def ask(rooms: Rooms) -> Answer:
            return await rooms.desk.answer(self._inquiry(visit, requester, rooms.purposes), request)

        answer = await self._rules.answer(ask)
        if not answer.recorded:
            await self._record.write(answer.event, answer.security)
        return answer

    def _expect_admissible(self, visit: Visit) -> None:
        head, hosts = visit.head, self._settings.hosts
        # Read first, so that even a refusal comes in a type that the sender reads.
        visit.media = negotiate(head.get(b"accept") or "")
        if hosts and head.get(b"host") not in hosts:
            raise HostNotServed
        if visit.scope["method"] != "POST":
            raise MethodNotAllowed
        expect_within(head, self._limits)
        expect_json(head.get(b"content-type") or "")

    def _inquiry(self, visit: Visit, requester: Requester, purposes: SelectsPurpose) -> Inquiry:
        day = visit.legal_day
        purpose = purposes.select(visit.head.get(b"behandlingsnummer"), requester, day)
        return visit.inquiry(requester, purpose, purposes.bases(purpose, day), _glass(visit.head.get(b"break-glass")))

    async def _is_preflight(self, visit: Visit) -> bool:
        origin = visit.head.get(b"origin")
        if visit.scope["method"] != "OPTIONS" or origin not in self._settings.cors_origins:
            return False
        await send_response(visit.send, 204, [*self._headers(visit), *PREFLIGHT], b"")
        return True

    async def _release(self, visit: Visit, answer: Answer) -> None:
        headers = self._headers(visit)
        headers.append((b"content-type", visit.media.content_type))
        headers.append((b"content-length", b"%d" % len(answer.body)))
        delivery = delivery_of(visit.scope)
        is_delivered = False
        try:
            await send_response(visit.send, visit.media.status(answer.status), headers, answer.body)
            is_delivered = delivery is None or await delivery.settled(self._limits.send_seconds)
        except OSError:
            logger.info("not delivered request_id=%s", visit.request_id)
        finally:
            # Also where the server cancels the task: what was not delivered is noted on a task of its own.
            if not is_delivered:
                self._note_not_delivered(visit, answer.event)

    async def _refuse(self, visit: Visit, error: BofastError) -> None:
        if isinstance(error, Refused):
            # Without a purpose and bases: it was refused before, or because of, what it was for.
            known = visit.inquiry(visit.requester, None, frozenset()) if visit.requester else None
            await self._denials.put(error, request_id=visit.request_id, inquiry=known)
        elif not isinstance(error, Internal):
            logger.warning("unavailable request_id=%s code=%s", visit.request_id, error.code)
        body = error_body(error)
        status = visit.media.status(error.status) if visit.is_well_formed else error.status
        headers = self._headers(visit)
        if not await self._can_stay_open(visit, error):
            headers.append((b"connection", b"close"))
        headers.append((b"content-type", visit.media.content_type))
        headers.append((b"content-length", b"%d" % len(body)))
        headers.extend(_hints(visit, error))
        try:
            await send_response(visit.send, status, headers, body)
        except OSError:
            logger.info("refusal not delivered request_id=%s", visit.request_id)

    async def _can_stay_open(self, visit: Visit, error: BofastError) -> bool:
        """Whether the next request on this connection can be found: only where this one's body came to its end."""
        if visit.body_read:
            return True
        if isinstance(error, BodyTimeout | Overloaded) or visit.head.get(b"expect") is not None:
            return False
        try:
            return await discard_body(visit.receive, maximum=DISCARD_BYTES, seconds=DISCARD_SECONDS)
        except SenderGone:
            return False

    def _note_not_delivered(self, visit: Visit, event: AccessEvent) -> None:
        note = asyncio.create_task(self._write_not_delivered(visit.request_id, event))
        self._notes.add(note)
        note.add_done_callback(self._notes.discard)

    async def _write_not_delivered(self, request: str, event: AccessEvent) -> None:
        try:
            await self._record.not_delivered(event)
        except Unavailable as error:
            logger.error("not-delivered not recorded request_id=%s code=%s", request, error.code)  # noqa: TRY400

    def _headers(self, visit: Visit) -> Headers:
        origin = allowance(visit.head.get(b"origin"), self._settings.cors_origins)
        return [*self._always, VARY, (b"x-request-id", visit.request_id.encode("ascii")), *origin]

    async def drain(self) -> None:
        """Waits for notes that are still being written. Called after the last request is answered."""
        if self._notes:
            await asyncio.gather(*self._notes)


def _glass(stated: str | None) -> UUID | None:
    """The break-glass that the request is made under. Only its form is looked at here."""
    if stated is None:
        return None
    try:
        return UUID(stated.strip())
    except ValueError:
        raise BadInput("The header break-glass holds the id of a break-glass.", member="break-glass") from None


def _hints(visit: Visit, error: BofastError) -> Headers:
    """What the sender can do about it."""
    hints: Headers = []
    if isinstance(error, Unauthenticated):
        hints.append(bearer_challenge(had_token=visit.head.get(b"authorization") is not None))
    if isinstance(error, MethodNotAllowed):
        hints.append((b"allow", b"POST"))
    if isinstance(error, Unavailable):
        hints.append(RETRY_AFTER)
    return hints
