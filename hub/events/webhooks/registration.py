"""The commands of this room: a party says where it is called, changes the secret, ends it, has dead letters sent again.

Each finds what is the party's own and nothing else: another's webhook is as none.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
import strawberry
from sqlmodel.ext.asyncio.session import AsyncSession

from hub.commands import Errand, Handler, Handlers
from hub.commands.deeds import Deeds, Done
from hub.commands.refusals import CommandRefusal, bad_value, not_found
from hub.events.webhooks.address import Place, place_of
from hub.events.webhooks.queue import end
from hub.events.webhooks.secrets import Seal, new_secret
from hub.identity.model import Inquiry
from hub.store.ids import new_id
from hub.store.tables import Webhook
from schema.commands.webhook import (
    DeadLettersResent,
    EndWebhookInput,
    RegisterWebhookInput,
    ResendDeadLettersInput,
    RotateWebhookSecretInput,
    WebhookEnded,
    WebhookRegistered,
    WebhookSecretRotated,
)
from schema.scalars import Moment

REGISTER: Final = "registerWebhook"
ROTATE: Final = "rotateWebhookSecret"
END: Final = "endWebhook"
RESEND: Final = "resendDeadLetters"
MOST: Final = 10
"""Webhooks that a party may have at a time."""
BOTH_FOR: Final = timedelta(days=1)
"""How long calls are signed with the secret of before too."""
MOST_LETTERS: Final = 100
_NOBODY: Final = UUID(int=0)

# One at a time, so that two that come together are counted both.
_HOLD: Final = sa.text("SELECT pg_advisory_xact_lock(hashtextextended('bofast.webhooks.' || :party, 0))")
_COUNT: Final = sa.text("SELECT count(*) FROM hub.webhook WHERE submitter_party = :party AND ended_at IS NULL")
_LAST_PLACE: Final = sa.text("SELECT coalesce(max(position), 0) FROM hub.event")
_OWN: Final = sa.text("""
    SELECT id, secret, old_secret_until, ended_at, clock_timestamp() AS now FROM hub.webhook
    WHERE id = :webhook AND submitter_party = :party FOR UPDATE
""")
_NEW_SECRET: Final = sa.text("""
    UPDATE hub.webhook SET secret = :secret, old_secret = :old, old_secret_until = :until WHERE id = :webhook
""")
_RESEND: Final = sa.text("""
    WITH letters AS (
        DELETE FROM hub.webhook_dead_letter
        WHERE webhook_id = :webhook AND (CAST(:letters AS uuid[]) IS NULL OR id = ANY (CAST(:letters AS uuid[])))
        RETURNING *
    )
    INSERT INTO hub.webhook_delivery (webhook_id, event_id, position, kind, line, occurred_at, due_at)
    SELECT webhook_id, event_id, position, kind, line, occurred_at, clock_timestamp() FROM letters
    ON CONFLICT DO NOTHING
""")


class Webhooks:
    """Carries out what parties say of their webhooks. `is_loopback_open` is for a demo."""

    def __init__(self, *, deeds: Deeds, seal: Seal, is_loopback_open: bool) -> None:
        self._deeds = deeds
        self._seal = seal
        self._is_loopback_open = is_loopback_open

    def handlers(self) -> Handlers:
        runs = {REGISTER: self.register, ROTATE: self.rotate, END: self.end, RESEND: self.resend}
        return {name: Handler(run=run, facts=_own) for name, run in runs.items()}

    async def register(self, errand: Errand, given: RegisterWebhookInput) -> object:
        """Registered, with the secret; or why not."""
        webhook, secret = new_id(), new_secret()

        async def deed(session: AsyncSession) -> Done:
            row = await self._registered(session, errand.inquiry, given, webhook, secret)
            session.add(row)
            return Done(answer=WebhookRegistered(id=_id(webhook), secret=secret))

        return await self._deeds.carry_out(
            errand, REGISTER, given, result=webhook, deed=deed, retold=_registered_before
        )

    async def _registered(
        self, session: AsyncSession, inquiry: Inquiry, given: RegisterWebhookInput, webhook: UUID, secret: str
    ) -> Webhook:
        self._expect_address(given.url)
        kinds = sorted({kind.name for kind in given.kinds})
        if not kinds:
            raise bad_value("kinds", nb="minst én ting å si fra om", en="at least one kind")
        if inquiry.purpose is None:
            raise bad_value(
                "behandlingsnummer",
                nb="hva opplysningene skal brukes til, i hodet Behandlingsnummer",
                en="what the information is for, in the header Behandlingsnummer",
            )
        requester = inquiry.requester
        await _execute(session, _HOLD, party=requester.party)
        if (await _execute(session, _COUNT, party=requester.party)).scalar_one() >= MOST:
            raise CommandRefusal(
                "LIMIT_EXCEEDED",
                "url",
                nb=f"Dere har {MOST} adresser allerede. Avslutt en av dem først.",
                en=f"There are {MOST} webhooks already. End one of them first.",
            )
        return Webhook(
            id=webhook,
            submitter_party=requester.party,
            consumer=requester.consumer or requester.id,
            supplier=requester.supplier,
            scopes=sorted(requester.scopes),
            issuer=requester.issuer,
            purpose=inquiry.purpose.number,
            url=given.url,
            kinds=kinds,
            secret=self._seal.sealed(webhook, secret),
            old_secret=None,
            old_secret_until=None,
            ended_at=None,
            end_reason=None,
            position=(await _execute(session, _LAST_PLACE)).scalar_one(),
        )

    def _expect_address(self, url: str) -> None:
        place = place_of(url, is_loopback_open=self._is_loopback_open)
        if not isinstance(place, Place):
            raise bad_value("url", nb=place.nb, en=place.en)

    async def rotate(self, errand: Errand, given: RotateWebhookSecretInput) -> object:
        """A new secret, or why not. The one before that is out of use at once."""
        webhook, secret = _stated(given.webhook_id), new_secret()

        async def deed(session: AsyncSession) -> Done:
            found = await _in_use(session, errand.inquiry, webhook)
            until = found.now + BOTH_FOR
            await _execute(
                session,
                _NEW_SECRET,
                webhook=found.id,
                secret=self._seal.sealed(found.id, secret),
                old=found.secret,
                until=until,
            )
            return Done(answer=WebhookSecretRotated(id=_id(found.id), secret=secret, previous_until=Moment(until)))

        async def retold(session: AsyncSession, before: UUID) -> object:
            found = await _found(session, errand.inquiry, before)
            until = found.old_secret_until
            return WebhookSecretRotated(id=_id(before), secret=None, previous_until=Moment(until) if until else None)

        return await self._deeds.carry_out(errand, ROTATE, given, result=webhook, deed=deed, retold=retold)

    async def end(self, errand: Errand, given: EndWebhookInput) -> object:
        """Ended, or why not. What has ended before ended then."""
        webhook = _stated(given.webhook_id)

        async def deed(session: AsyncSession) -> Done:
            found = await _found(session, errand.inquiry, webhook)
            if found.ended_at is not None:
                return Done(answer=_ended(found.id, found.ended_at), changed=False)
            await end(session, found.id, "BY_PARTY")
            return Done(answer=_ended(found.id, (await _found(session, errand.inquiry, webhook)).ended_at))

        async def retold(session: AsyncSession, before: UUID) -> object:
            return _ended(before, (await _found(session, errand.inquiry, before)).ended_at)

        return await self._deeds.carry_out(errand, END, given, result=webhook, deed=deed, retold=retold)

    async def resend(self, errand: Errand, given: ResendDeadLettersInput) -> object:
        """On their way again, or why not."""
        webhook = _stated(given.webhook_id)
        letters = None if given.dead_letters is None else [_stated(one) for one in given.dead_letters]

        async def deed(session: AsyncSession) -> Done:
            if letters is not None and not 0 < len(letters) <= MOST_LETTERS:
                raise bad_value("deadLetters", nb=f"1 til {MOST_LETTERS}", en=f"1 to {MOST_LETTERS}")
            found = await _in_use(session, errand.inquiry, webhook)
            await _execute(session, _RESEND, webhook=found.id, letters=letters)
            return Done(answer=DeadLettersResent(id=_id(found.id)))

        async def retold(_: AsyncSession, before: UUID) -> object:
            return DeadLettersResent(id=_id(before))

        return await self._deeds.carry_out(errand, RESEND, given, result=webhook, deed=deed, retold=retold)


def _own(inquiry: Inquiry) -> dict[str, str]:
    """Whoever sees to a webhook sees to its own."""
    return {"submitter": inquiry.requester.party}


def _stated(text: str) -> UUID:
    """An id as it was stated. What is none of ours finds nothing, as an unknown one does."""
    try:
        return UUID(text)
    except ValueError:
        return _NOBODY


async def _found(session: AsyncSession, inquiry: Inquiry, webhook: UUID) -> Any:
    """The party's own, held until the transaction ends. Raises where there is none."""
    row = (await _execute(session, _OWN, webhook=webhook, party=inquiry.requester.party)).first()
    if row is None:
        raise not_found("webhookId")
    return row


async def _in_use(session: AsyncSession, inquiry: Inquiry, webhook: UUID) -> Any:
    found = await _found(session, inquiry, webhook)
    if found.ended_at is not None:
        raise CommandRefusal(
            "ALREADY_ENDED",
            "webhookId",
            nb="Det sies ikke lenger fra til denne adressen. Registrer en ny.",
            en="This webhook has ended. Register a new one.",
        )
    return found


async def _registered_before(_: AsyncSession, webhook: UUID) -> WebhookRegistered:
    return WebhookRegistered(id=_id(webhook), secret=None)


def _ended(webhook: UUID, moment: datetime) -> WebhookEnded:
    return WebhookEnded(id=_id(webhook), ended_at=Moment(moment))


def _id(webhook: UUID) -> strawberry.ID:
    return strawberry.ID(str(webhook))


async def _execute(session: AsyncSession, statement: sa.TextClause, **values: object) -> sa.CursorResult[Any]:
    return await (await session.connection()).execute(statement, values)
