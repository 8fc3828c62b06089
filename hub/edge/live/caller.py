"""Who holds a connection, and what for. Settled when it begins, and asked about anew for each event and in between: a
token ends, a registration is withdrawn, a legal basis is no longer in force.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, NoReturn
from uuid import UUID

from hub.edge.seams import Recognises, Rooms
from hub.edge.visit import OSLO, glass_of
from hub.errors import BadInput, NoActingParty, Unavailable
from hub.identity.faults import TokenFault, unauthenticated
from hub.identity.model import Inquiry, Requester


class Caller:
    """The holder of one connection, under its request id. The token is kept here as long as the connection lasts."""

    def __init__(
        self,
        identity: Recognises,
        headers: Mapping[str, str],
        *,
        request_id: str,
        requester: Requester,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._identity = identity
        self._authorization = headers.get("authorization")
        self._number = headers.get("behandlingsnummer")
        self._glass: UUID | None = glass_of(headers.get("break-glass"))
        self._request_id = request_id
        self._now = now
        self.requester = requester

    async def recognised(self) -> Requester:
        """The requester as it is now. Raises `Unauthenticated` or `Forbidden` where it may ask no longer."""
        if self._left() <= 0:
            raise unauthenticated(TokenFault.EXPIRED)
        requester = await self._identity.requester(self._authorization)
        if (requester.party, requester.id, requester.kind) != (
            self.requester.party,
            self.requester.id,
            self.requester.kind,
        ):
            raise NoActingParty
        self.requester = requester
        return requester

    async def until_it_ends(self, every: float) -> NoReturn:
        """Raises when the token ends or the right does, within so many seconds."""
        while True:
            await asyncio.sleep(max(0.0, min(every, self._left())))
            try:
                await self.recognised()
            except Unavailable:
                # Nothing is told meanwhile: each event asks for itself.
                continue

    def inquiry(self, requester: Requester, rooms: Rooms) -> Inquiry:
        """What is asked now, by the rules in force. Raises `Forbidden` where the purpose is none of the requester's."""
        moment = self._now()
        day = moment.astimezone(OSLO).date()
        purpose = rooms.purposes.select(self._number, requester, day)
        return Inquiry(
            requester=requester,
            purpose=purpose,
            bases=rooms.purposes.bases(purpose, day),
            request_id=self._request_id,
            received_at=moment,
            legal_day=day,
            glass=self._glass,
        )

    def _left(self) -> float:
        """Seconds until the token ends."""
        return self.requester.expires_at - self._now().timestamp()


def headers_of(payload: Mapping[str, Any]) -> Mapping[str, str]:
    """What a `connection_init` says in place of headers, by their names in any case. Raises `BadInput`."""
    headers: dict[str, str] = {}
    for name, value in payload.items():
        if not isinstance(value, str) or name.lower() in headers:
            raise BadInput("The payload holds texts, each under a name of its own.", member="payload")
        headers[name.lower()] = value
    return headers
