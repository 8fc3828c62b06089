"""Receipts: a signed copy of what a person decided, issued in the transaction of the decision itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Final, TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from hub.consent.notices import LANGUAGES, Notice, Notices, NoticeScope, NoticeUnavailable
from hub.consent.receipt_document import Basis, Told, receipt_of
from hub.consent.receipt_keys import ReceiptKeys
from hub.consent.receipt_seal import seal
from hub.errors import Internal
from hub.identity.purposes import PurposeRegister
from hub.identity.snapshot import legal_day
from hub.store.ids import new_id
from hub.store.tables import Consent, ConsentEvent, ConsentReceipt, Party

DECISIONS: Final = frozenset({"GIVEN", "REFUSED", "RENEWED", "WITHDRAWN"})
"""The events that a person is given a receipt of: what she decided, or somebody for her."""
_BASES: Final = {
    "CONSENT_BANK_SECRECY": "BANK_CUSTOMER_CONSENT",
    "CONSENT_LIFTS_CONFIDENTIALITY": "CONSENT_LIFTS_CONFIDENTIALITY",
}
_HEALTH: Final = "HEALTH_CONSENT"
_GDPR: Final = Basis(code="CONSENT_GDPR", citation="personvernforordningen art. 6 nr. 1 bokstav a", gdpr="6(1)(a)")
T = TypeVar("T", Consent, ConsentEvent, Party)


class Receipts:
    """Issues receipts by one set of registers."""

    def __init__(self, *, keys: ReceiptKeys, notices: Notices, purposes: PurposeRegister) -> None:
        self._keys = keys
        self._notices = notices
        self._purposes = purposes

    async def issue(self, session: AsyncSession, event_id: UUID) -> UUID:
        """A receipt for this event, which stands in the session's transaction. Raises `Unavailable` where nothing can
        be signed: then the decision must not stand either.
        """
        key = await self._keys.signing(session)
        told = await self._told(session, event_id)
        receipt = ConsentReceipt(
            id=told.id,
            consent_id=told.consent.id,
            event_id=event_id,
            key_id=key.thumbprint(),
            document=seal(receipt_of(told), key),
            issued_at=told.issued_at,
        )
        session.add(receipt)
        await session.flush()
        return told.id

    async def _told(self, session: AsyncSession, event_id: UUID) -> Told:
        # Under the lock on the keys: no key is retired between this moment and the commit.
        issued_at = (await session.exec(select(sa.func.clock_timestamp()))).one()
        event = await _one(session, ConsentEvent, event_id)
        consent = await _one(session, Consent, event.consent_id)
        history = await session.exec(
            select(ConsentEvent)
            .where(col(ConsentEvent.consent_id) == consent.id, col(ConsentEvent.seq) <= event.seq)
            .order_by(col(ConsentEvent.seq))
            .execution_options(populate_existing=True)
        )
        day = legal_day(issued_at)
        told = Told(
            id=new_id(),
            issued_at=issued_at,
            consent=consent,
            events=history.all(),
            source=await _one(session, Party, consent.source_party),
            recipient=await _one(session, Party, consent.recipient_party),
            basis=self._basis(consent, day),
            notice=None,
            words=self._words(consent, day),
        )
        return replace(told, notice=self._notice(told))

    def _basis(self, consent: Consent, day: date) -> Basis:
        is_health = consent.kind == "CONSENT_GDPR" and "HEALTH_NEED" in consent.categories
        code = _HEALTH if is_health else _BASES.get(consent.kind, consent.kind)
        row = self._purposes.legal_bases.in_force(code, day)
        if row is not None:
            return Basis.of(row)
        return _GDPR if code == _GDPR.code else Basis(code=code, citation="", gdpr="")

    def _notice(self, told: Told) -> Notice | None:
        """The text as it was shown, if it comes out the same to the letter."""
        terms = told.terms
        if terms is None or terms.expires_at is None:
            return None
        scope = NoticeScope(
            kind=told.consent.kind,
            categories=told.consent.categories,
            source=told.source.name,
            recipient=told.recipient.name,
            purpose=told.consent.purpose,
            expires_at=terms.expires_at,
            given_by=terms.given_by or "SELF",
        )
        try:
            notice = self._notices.of_version(terms.notice_version or "", scope, terms.language or "")
        except NoticeUnavailable:
            return None
        return notice if notice.sha256 == terms.notice_sha256 else None

    def _words(self, consent: Consent, day: date) -> Mapping[tuple[str, str], Mapping[str, str]]:
        places = [("purposes", consent.purpose), *(("categories", name) for name in consent.categories)]
        return {place: {language: self._word(*place, language, day) for language in LANGUAGES} for place in places}

    def _word(self, part: str, name: str, language: str, day: date) -> str:
        try:
            return self._notices.word(part, name, language, day)
        except NoticeUnavailable:
            # Of a consent out of a time that had other words: the code says it too.
            return name


async def _one(session: AsyncSession, table: type[T], key: UUID | str) -> T:
    # As it stands in the database: what was only just added lacks what the database fills in.
    found = await session.get(table, key, populate_existing=True)
    if found is None:
        raise Internal(detail="a receipt for something that is not there")
    return found
