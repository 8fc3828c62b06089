"""Whether whoever sent a file still may, when its rows are judged: by the register and the policies of that moment."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any

from hub.errors import Forbidden, NoActingParty, Refused
from hub.identity.claims import Claims, SystemClaims
from hub.identity.model import Inquiry, Kind, PrincipalType, Purpose, Requester
from hub.identity.purposes import PurposeRegister
from hub.identity.snapshot import legal_day
from hub.store.tables import Upload
from schema.identifiers import OrganisationNumber

Resolve = Callable[[Claims], Awaitable[Requester]]
Expect = Callable[[Inquiry, str], None]
"""Raises `Refused` where the command is not permitted."""


class Senders:
    """By one set of policies. `resolve` leads claims to a requester, as the register stands now."""

    def __init__(self, *, resolve: Resolve, purposes: PurposeRegister, expect: Expect) -> None:
        self._resolve = resolve
        self._purposes = purposes
        self._expect = expect

    async def inquiry(self, upload: Upload, command: str, now: datetime) -> tuple[Inquiry, bool]:
        """The request that the file was, with the bases of today; and whether the command is still permitted.

        It was received when the whole file had been: what the law counts days from is that moment.
        """
        then = requester_of(upload.requester)
        bare = _inquiry(upload, then, now)
        try:
            today = await self._resolve(_claims(then))
            if (today.party, today.kind, today.consumer) != (then.party, then.kind, then.consumer):
                return bare, False
            purpose = self._purposes.select(upload.purpose, today, bare.legal_day)
            bases = self._purposes.bases(purpose, bare.legal_day)
            inquiry = _inquiry(upload, today, now, purpose=purpose, bases=bases)
            self._expect(inquiry, command)
        except Refused:
            return bare, False
        return inquiry, True


def expect_system(requester: Requester) -> None:
    """Files are sent by systems: who they are can be asked of the register again, without a token. Raises
    `Forbidden`.
    """
    if requester.principal is not PrincipalType.SYSTEM or requester.consumer is None:
        raise Forbidden


def requester_of(stored: Mapping[str, Any]) -> Requester:
    """As it was stored with the file."""
    values = dict(stored)
    values["principal"] = PrincipalType(stored["principal"])
    values["kind"] = Kind(stored["kind"])
    values["groups"] = frozenset(stored["groups"])
    values["scopes"] = frozenset(stored["scopes"])
    return Requester(**values)


def _claims(requester: Requester) -> SystemClaims:
    if requester.consumer is None:
        raise NoActingParty
    supplier = requester.supplier
    return SystemClaims(
        issuer=requester.issuer,
        expires_at=requester.expires_at,
        consumer=OrganisationNumber.parse(requester.consumer),
        supplier=OrganisationNumber.parse(supplier) if supplier else None,
        scopes=requester.scopes,
    )


def _inquiry(
    upload: Upload,
    requester: Requester,
    now: datetime,
    *,
    purpose: Purpose | None = None,
    bases: frozenset[str] = frozenset(),
) -> Inquiry:
    return Inquiry(
        requester=requester,
        purpose=purpose,
        bases=bases,
        request_id=upload.request_id,
        received_at=upload.received_at or now,
        legal_day=legal_day(now),
    )
