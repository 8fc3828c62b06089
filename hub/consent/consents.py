"""The commands about consents: asked for, given, refused, recorded, renewed, withdrawn."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Protocol
from uuid import UUID

import strawberry
from sqlmodel.ext.asyncio.session import AsyncSession

from hub.commands import Errand, Handler, Handlers
from hub.commands.deeds import Deed, Deeds, Done, Keyed, Retold
from hub.commands.permission import Permission, Permit
from hub.commands.refusals import CommandRefusal
from hub.consent import checks, effects
from hub.consent.giving import Manner, Wanted, manner_of, proved, recorded, stated_of, wanted_by, wanted_of
from hub.consent.ledger import OPEN, Event, Ledger, Scope, Terms
from hub.consent.notices import Notices, NoticeScope, NoticeUnavailable
from hub.consent.work import Happened, Work
from hub.store.ids import new_id
from schema.commands.consent import (
    ConsentChanged,
    GiveConsentInput,
    RecordConsentInput,
    RefuseConsentInput,
    RenewConsentInput,
    RequestConsentInput,
    WithdrawConsentInput,
)
from schema.enums import ConsentStatus
from schema.scalars import Moment

Step = Callable[[Work, Any], Awaitable[Happened]]
_ONCE = {"refuseConsent": "REFUSED", "withdrawConsent": "WITHDRAWN"}
"""What can happen to a consent only once: done twice, it was done when it was done first."""


class Receipts(Protocol):
    """Hands out a signed copy of what a person decided."""

    async def issue(self, session: AsyncSession, event_id: UUID) -> UUID:
        """In the transaction of the decision itself."""
        ...


class Consents:
    """Does them by one set of policies."""

    def __init__(self, *, deeds: Deeds, permission: Permission, notices: Notices, receipts: Receipts) -> None:
        self._deeds = deeds
        self._permission = permission
        self._notices = notices
        self._receipts = receipts

    def handlers(self) -> Handlers:
        """By the names of the commands in the schema."""
        steps: dict[str, Step] = {
            "giveConsent": self._give,
            "recordConsent": self._record,
            "refuseConsent": self._refuse,
            "renewConsent": self._renew,
            "requestConsent": self._request,
            "withdrawConsent": self._withdraw,
        }
        return {name: Handler(run=self._runner(name, step)) for name, step in steps.items()}

    def _runner(self, command: str, step: Step) -> Callable[[Errand, Any], Awaitable[object]]:
        async def run(errand: Errand, given: Keyed) -> object:
            event_id = new_id()
            result = _consent_of(given) if command in _ONCE else event_id
            deed = self._deed(errand, command, given, step, event_id)
            retold = _retold_of(command)
            return await self._deeds.carry_out(errand, command, given, result=result, deed=deed, retold=retold)

        return run

    def _deed(self, errand: Errand, command: str, given: Keyed, step: Step, event_id: UUID) -> Deed:
        async def deed(session: AsyncSession) -> Done:
            work = Work(
                command=command,
                inquiry=errand.inquiry,
                session=session,
                ledger=Ledger(session),
                permission=self._permission,
                event_id=event_id,
            )
            happened = await step(work, given)
            answer = _changed(happened.event)
            if not happened.is_new:
                return Done(answer=answer, changed=False)
            return Done(answer=answer, entries=[happened.entry(errand.inquiry.requester.party)])

        return deed

    async def _request(self, work: Work, given: RequestConsentInput) -> Happened:
        party = work.inquiry.requester.party
        stated = stated_of(given.source, party, given.purpose, given.categories, given.case_id)
        subject = await work.ledger.person(given.national_id)
        permit = await work.permitted(subject, stated, "nationalId")
        subject, scope = await work.known(subject, stated)
        if await work.ledger.overlaps(subject, scope, OPEN | {"REQUESTED"}):
            raise checks.overlap()
        consent = await work.ledger.add(subject, scope, asked_by=party)
        event = await work.ledger.write(work.event_id, consent, "REQUESTED", work.by)
        await effects.tell(work.session, "CONSENT_REQUESTED", event, person=subject)
        return Happened(event=event, subject=subject, scope=scope, permit=permit)

    async def _give(self, work: Work, given: GiveConsentInput) -> Happened:
        manner = manner_of(given.language, given.expires_at, given.notice_sha256)
        return await self._answer_or_offer(work, await wanted_by(work, given), manner)

    async def _record(self, work: Work, given: RecordConsentInput) -> Happened:
        wanted = await wanted_of(work, given)
        return await self._answer_or_offer(work, wanted, recorded(work.inquiry, given, wanted))

    async def _refuse(self, work: Work, given: RefuseConsentInput) -> Happened:
        held, permit = await work.existing(given.consent_id)
        if held.status == "REFUSED":
            event = await work.ledger.last(held.id, "REFUSED")
            return Happened(event=event, subject=held.subject, scope=held.scope, permit=permit, is_new=False)
        checks.expect_requested(held.status)
        by, mandate = await work.giver(permit)
        event = await work.ledger.write(work.event_id, held.id, "REFUSED", work.by, given_by=by, mandate_id=mandate)
        await self._receipts.issue(work.session, event.id)
        return Happened(event=event, subject=held.subject, scope=held.scope, permit=permit)

    async def _renew(self, work: Work, given: RenewConsentInput) -> Happened:
        held, permit = await work.existing(given.consent_id)
        checks.expect_open(held.status)
        await work.expect_alive(held.subject)
        manner = manner_of(given.language, given.expires_at, given.notice_sha256)
        terms = await self._terms(work, held.scope, permit, manner)
        event = await work.ledger.write(work.event_id, held.id, "RENEWED", work.by, terms)
        await self._receipts.issue(work.session, event.id)
        return Happened(event=event, subject=held.subject, scope=held.scope, permit=permit)

    async def _withdraw(self, work: Work, given: WithdrawConsentInput) -> Happened:
        if given.reason is not None:
            checks.expect_text("reason", given.reason, checks.REASON)
        held, permit = await work.existing(given.consent_id, signs="WITHDRAW")
        if held.status == "WITHDRAWN":
            event = await work.ledger.last(held.id, "WITHDRAWN")
            return Happened(event=event, subject=held.subject, scope=held.scope, permit=permit, is_new=False)
        checks.expect_open(held.status)
        by, mandate = await work.giver(permit)
        event = await work.ledger.write(
            work.event_id, held.id, "WITHDRAWN", work.by, given_by=by, mandate_id=mandate, reason=given.reason
        )
        await effects.withdrawn(work.session, held, event)
        await self._receipts.issue(work.session, event.id)
        return Happened(event=event, subject=held.subject, scope=held.scope, permit=permit)

    async def _answer_or_offer(self, work: Work, wanted: Wanted, manner: Manner) -> Happened:
        """A consent is given: the one that was asked for, or one that nobody asked for."""
        if wanted.consent_id is not None:
            held, permit = await work.existing(wanted.consent_id, method=manner.method)
            checks.expect_requested(held.status)
            await work.expect_alive(held.subject)
            manner = await proved(work, manner, held)
            subject, scope, asked = held.subject, held.scope, held.id
        else:
            permit = await work.permitted(wanted.subject, wanted.stated, wanted.field, method=manner.method)
            subject, scope = await work.known(wanted.subject, wanted.stated)
            asked = None
        if manner.given_at and await work.ledger.is_taken_back(subject, scope, since=manner.given_at):
            raise checks.taken_back()
        replaced = await work.replaced(subject, scope, wanted.supersedes)
        if await work.ledger.overlaps(subject, scope, OPEN, *replaced):
            raise checks.overlap()
        terms = await self._terms(work, scope, permit, manner)
        consent = asked or await work.ledger.add(subject, scope, supersedes=next(iter(replaced), None))
        for old in replaced:
            await work.ledger.write(new_id(), old, "SUPERSEDED", work.by)
        event = await work.ledger.write(work.event_id, consent, "GIVEN", work.by, terms)
        await self._receipts.issue(work.session, event.id)
        return Happened(event=event, subject=subject, scope=scope, permit=permit)

    async def _terms(self, work: Work, scope: Scope, permit: Permit, manner: Manner) -> Terms:
        checks.expect_period(await work.ledger.now(), manner.given_at, manner.effective_at, manner.expires_at)
        giver, mandate = await work.giver(permit)
        offices = await work.ledger.offices(scope.source, scope.recipient)
        shown = NoticeScope(
            kind=scope.kind,
            categories=scope.categories,
            source=offices[scope.source].name,
            recipient=offices[scope.recipient].name,
            purpose=scope.purpose,
            expires_at=manner.expires_at,
            given_by=giver,
        )
        try:
            notice = self._notices.shown(shown, manner.language, on=work.inquiry.legal_day)
        except NoticeUnavailable:
            raise checks.no_text() from None
        checks.expect_notice(manner.notice_sha256, notice.sha256)
        return Terms(
            given_at=manner.given_at,
            effective_at=manner.effective_at,
            expires_at=manner.expires_at,
            given_by=giver,
            mandate_id=mandate,
            assurance=work.inquiry.requester.assurance,
            collection_method=manner.method,
            evidence_ref=manner.evidence_ref,
            notice_version=notice.version,
            notice_sha256=notice.sha256,
            language=notice.language,
        )


def _consent_of(given: Any) -> UUID:
    """The consent that the command names. What is no id can be found by nobody."""
    try:
        return checks.identifier("consentId", given.consent_id) or new_id()
    except CommandRefusal:
        return new_id()


def _retold_of(command: str) -> Retold:
    """The answer of before, from what was written then."""

    async def retold(session: AsyncSession, result: UUID) -> ConsentChanged:
        ledger = Ledger(session)
        kind = _ONCE.get(command)
        return _changed(await (ledger.event(result) if kind is None else ledger.last(result, kind)))

    return retold


def _changed(event: Event) -> ConsentChanged:
    return ConsentChanged(
        consent_id=strawberry.ID(str(event.consent_id)),
        event_id=strawberry.ID(str(event.id)),
        status=ConsentStatus[event.kind],
        given_at=Moment(event.given_at) if event.given_at else None,
        effective_from=Moment(event.effective_at),
        expires_at=Moment(event.expires_at) if event.expires_at else None,
        recorded_at=Moment(event.recorded_at),
    )
