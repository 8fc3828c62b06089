"""What both ways in rest on: who is let in at all, and what is told to whom."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from hub.edge.asgi import Receive, Scope, Send
from hub.edge.head import Head, expect_within, read_head
from hub.edge.live.seats import Seats
from hub.edge.live.telling import Teller
from hub.edge.request_id import request_id
from hub.edge.seams import Recognises
from hub.edge.visit import Threshold, Visit
from hub.errors import Forbidden, Overloaded
from hub.settings import Mode, Settings
from hub.text import Text


class OriginNotAllowed(Forbidden):
    """Pages of this origin may not hold a connection here."""

    code = "ORIGIN_NOT_ALLOWED"
    said = Text(
        nb="Denne nettsiden kan ikke kobles til tjenesten.",
        en="This page cannot be connected to the service.",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Rooms:
    """What both ways in rest on."""

    settings: Settings
    identity: Recognises
    threshold: Threshold
    teller: Teller
    seats: Seats
    now: Callable[[], datetime]
    ending: asyncio.Event = field(default_factory=asyncio.Event)

    def visit(self, scope: Scope, receive: Receive, send: Send, methods: tuple[str, ...]) -> Visit:
        head = read_head(scope["headers"])
        return Visit(
            scope=scope,
            receive=receive,
            send=send,
            head=head,
            request_id=request_id(head.get(b"x-request-id")),
            received_at=self.now(),
            methods=methods,
        )

    def expect_admissible(self, visit: Visit) -> None:
        """Refuses what no page and no program may hold a connection with."""
        if self.ending.is_set():
            raise Overloaded
        self.threshold.expect_served(visit)
        expect_within(visit.head, self.settings.limits)
        self._expect_origin(visit.head)

    def _expect_origin(self, head: Head) -> None:
        """A browser says which page it is that asks; a page elsewhere must not use what the browser can reach."""
        origin = head.get(b"origin")
        own = {f"http://{host}" for host in self.settings.hosts} if self.settings.mode is Mode.DEMO else set[str]()
        if origin is not None and origin not in self.settings.cors_origins | own:
            raise OriginNotAllowed
