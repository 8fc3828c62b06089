"""One request on its way in, and what every way in does alike: the head of an answer, a refusal that is on record, and
the note on an answer that did not arrive.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from hub.audit.model import AccessEvent
from hub.bulk.arriving import WrongOffset
from hub.edge.asgi import Receive, Scope, Send
from hub.edge.body import discard_body
from hub.edge.cors import allowance
from hub.edge.delivery import delivery_of
from hub.edge.denials import Denials
from hub.edge.head import Head
from hub.edge.media import GRAPHQL, Media
from hub.edge.problems import BodyTimeout, HostNotServed, SenderGone, error_body
from hub.edge.responses import (
    ALWAYS,
    RETRY_AFTER,
    TRANSPORT_SECURITY,
    VARY,
    Headers,
    bearer_challenge,
    send_response,
)
from hub.edge.room import Full, Room
from hub.edge.seams import Records, SelectsPurpose
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
A = TypeVar("A")
OSLO = ZoneInfo("Europe/Oslo")
DISCARD_SECONDS = 1.0
DISCARD_BYTES = 16_777_216


@dataclass(slots=True, kw_only=True)
class Visit:
    """One request, as far as it has come. `methods` are those that are served where it is."""

    scope: Scope
    receive: Receive
    send: Send
    head: Head
    request_id: str
    received_at: datetime
    media: Media = GRAPHQL
    methods: tuple[str, ...] = ("POST",)
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

    def stated(self, requester: Requester, purposes: SelectsPurpose, glass: UUID | None = None) -> Inquiry:
        """With the purpose that the header states, and the bases that are in force for it."""
        day = self.legal_day
        purpose = purposes.select(self.head.get(b"behandlingsnummer"), requester, day)
        return self.inquiry(requester, purpose, purposes.bases(purpose, day), glass)


class Threshold:
    """What stands between a visit and whatever serves it."""

    def __init__(self, *, settings: Settings, record: Records, denials: Denials) -> None:
        self._settings = settings
        self._record = record
        self._denials = denials
        self._notes: set[asyncio.Task[None]] = set()
        # Answers that wait for their readers, apart from everything else.
        self._on_their_way = 0
        self.room = Room(settings.limits.concurrent_requests)
        self._always = [*ALWAYS, *(TRANSPORT_SECURITY if settings.mode is Mode.PRODUCTION else [])]

    async def answer(
        self, visit: Visit, answer: Callable[[Visit], Awaitable[A]], *, room: Room | None = None
    ) -> A | None:
        """What is to be released. Whatever is raised becomes a refusal, and tells nothing that it must not.

        `room` is where it is worked out, if not with everything else. It is left before anything is sent.
        """
        try:
            with room or self.room:
                return await answer(visit)
        except SenderGone:
            pass
        except BofastError as error:
            await self.refuse(visit, error)
        except Exception as error:  # noqa: BLE001 - whatever broke, the sender learns nothing but the request id
            # Neither the message nor the trace is logged: both can hold values.
            logger.error("unexpected request_id=%s error=%s", visit.request_id, type(error).__name__)  # noqa: TRY400
            await self.refuse(visit, Internal())
        return None

    def expect_served(self, visit: Visit) -> None:
        """Refuses names of hosts and methods that are not served."""
        hosts = self._settings.hosts
        if hosts and visit.head.get(b"host") not in hosts:
            raise HostNotServed
        if visit.scope["method"] not in visit.methods:
            raise MethodNotAllowed

    def headers(self, visit: Visit) -> Headers:
        """What stands on every answer."""
        origin = allowance(visit.head.get(b"origin"), self._settings.cors_origins)
        return [*self._always, VARY, (b"x-request-id", visit.request_id.encode("ascii")), *origin]

    async def refuse(self, visit: Visit, error: BofastError) -> None:
        """The refusal, on record."""
        await self.note(visit, error)
        body = error_body(error)
        status = visit.media.status(error.status) if visit.is_well_formed else error.status
        headers = self.headers(visit)
        if not await self._can_stay_open(visit, error):
            headers.append((b"connection", b"close"))
        headers.append((b"content-type", visit.media.content_type))
        headers.append((b"content-length", b"%d" % len(body)))
        headers.extend(_hints(visit, error))
        try:
            await send_response(visit.send, status, headers, body)
        except OSError:
            logger.info("refusal not delivered request_id=%s", visit.request_id)

    async def release(self, visit: Visit, status: int, headers: Headers, body: bytes, event: AccessEvent) -> None:
        """A whole answer, which is on record."""
        headers = [*self.headers(visit), *headers, (b"content-length", b"%d" % len(body))]
        is_delivered = False
        try:
            await send_response(visit.send, status, headers, body)
            is_delivered = await self._taken(visit)
        except OSError:
            pass
        finally:
            # Also where the server cancels the task.
            if not is_delivered:
                self.not_delivered(visit, event)

    async def note(self, visit: Visit, error: BofastError) -> None:
        """What was refused goes on record; what could not be done, in the log."""
        if isinstance(error, Refused):
            # Without a purpose and bases: it was refused before, or because of, what it was for.
            known = visit.inquiry(visit.requester, None, frozenset()) if visit.requester else None
            await self._denials.put(error, request_id=visit.request_id, inquiry=known)
        elif not isinstance(error, Internal | Full):
            logger.warning("unavailable request_id=%s code=%s", visit.request_id, error.code)

    async def settled(self, visit: Visit) -> bool:
        """Whether what was sent has left the process, as far as the server can tell."""
        return await _settled(visit, self._settings.limits.send_seconds)

    async def _taken(self, visit: Visit) -> bool:
        """The same of a whole answer. As many may wait for slow readers as may be worked on: each is held in memory."""
        limits = self._settings.limits
        seconds = 0 if self._on_their_way >= limits.concurrent_requests else limits.send_seconds
        self._on_their_way += 1
        try:
            return await _settled(visit, seconds)
        finally:
            self._on_their_way -= 1

    def not_delivered(self, visit: Visit, event: AccessEvent) -> None:
        """The answer that this event is about did not arrive: noted on a task of its own, as this one may be over."""
        self.undelivered(visit.request_id, event)

    def undelivered(self, request: str, event: AccessEvent) -> None:
        """The same for one of several answers under one request id."""
        logger.info("not delivered request_id=%s", request)
        note = asyncio.create_task(self._write_not_delivered(request, event))
        self._notes.add(note)
        note.add_done_callback(self._notes.discard)

    async def drain(self) -> None:
        """Waits for notes that are still being written. Called after the last request is answered."""
        if self._notes:
            await asyncio.gather(*self._notes)

    async def _can_stay_open(self, visit: Visit, error: BofastError) -> bool:
        """Whether the next request on this connection can be found: only where this one's body came to its end."""
        if visit.body_read:
            return True
        if isinstance(error, BodyTimeout) or visit.head.get(b"expect") is not None:
            return False
        # Who is turned away is told at once: only what has arrived already is read.
        seconds = 0 if isinstance(error, Overloaded) else DISCARD_SECONDS
        try:
            return await discard_body(visit.receive, maximum=DISCARD_BYTES, seconds=seconds)
        except SenderGone:
            return False

    async def _write_not_delivered(self, request: str, event: AccessEvent) -> None:
        try:
            await self._record.not_delivered(event)
        except Unavailable as error:
            logger.error("not-delivered not recorded request_id=%s code=%s", request, error.code)  # noqa: TRY400


async def _settled(visit: Visit, seconds: float) -> bool:
    delivery = delivery_of(visit.scope)
    return delivery is None or await delivery.settled(seconds)


def _hints(visit: Visit, error: BofastError) -> Headers:
    """What the sender can do about it."""
    hints: Headers = []
    if isinstance(error, Unauthenticated):
        hints.append(bearer_challenge(had_token=visit.head.get(b"authorization") is not None))
    if isinstance(error, MethodNotAllowed):
        hints.append((b"allow", ", ".join(visit.methods).encode("ascii")))
    if isinstance(error, Unavailable):
        hints.append(RETRY_AFTER)
    if isinstance(error, WrongOffset):
        hints.append((b"upload-offset", b"%d" % int(error.facts["offset"])))
    return hints


def glass_of(stated: str | None) -> UUID | None:
    """The break-glass that the request is made under. Only its form is looked at here."""
    if stated is None:
        return None
    try:
        return UUID(stated.strip())
    except ValueError:
        raise BadInput("The header break-glass holds the id of a break-glass.", member="break-glass") from None
