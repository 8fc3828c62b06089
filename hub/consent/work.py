"""One command about a consent on its way: whose turn it is, what is permitted, what goes on record."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from hub.audit import Entry, EntryKind, Ground
from hub.commands.locks import hold_person
from hub.commands.permission import Permission, Permit
from hub.commands.refusals import not_found
from hub.consent import checks
from hub.consent.ledger import NOTHING, Event, Held, Ledger, Scope
from hub.gate import Evidence
from hub.identity.model import Inquiry, PrincipalType
from schema.categories import DataCategory

NOBODY = UUID(int=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """What a command came to: the event, on whom and what about, and by which permit. `is_new` where it wrote it."""

    event: Event
    subject: UUID
    scope: Scope
    permit: Permit
    is_new: bool = True

    def entry(self, recipient: str) -> Entry:
        """So that the person sees who did what to the consent. Evidence is the consent itself."""
        ground = Ground(
            kind=EntryKind.LOOKED_UP,
            source=self.scope.source,
            recipient=recipient,
            basis=self.permit.basis,
            categories=(DataCategory.CONSENT.name,),
            policies=(self.permit.policy,),
        )
        return Entry(ground=ground, subject=str(self.subject), evidence=str(self.event.consent_id))


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """A command that has been begun. `event_id` is that of the event which it is to write."""

    command: str
    inquiry: Inquiry
    session: AsyncSession
    ledger: Ledger
    permission: Permission
    event_id: UUID

    @property
    def by(self) -> str:
        """Who writes it down."""
        return self.inquiry.requester.id

    @property
    def oneself(self) -> UUID | None:
        """The person who asks."""
        person = self.inquiry.requester.person
        return UUID(person) if person else None

    async def permitted(
        self, subject: UUID | None, scope: Scope, field: str, *, method: str = "NONE", signs: str = "CONSENT"
    ) -> Permit:
        """Waits for the person's turn, then asks. For somebody who is not there the same is done, and the same said."""
        await hold_person(self.session, subject or NOBODY)
        row = {
            "source_party": scope.source,
            "recipient_party": scope.recipient,
            "areas": checks.areas_of(scope.categories),
            "method": method,
            "signs": signs,
        }
        permit = await self.permission.ask(self.session, self.inquiry, self.command, subject, row)
        if permit is not None:
            return permit
        is_citizen = self.inquiry.requester.principal is PrincipalType.CITIZEN
        if is_citizen and await self.ledger.holds_mandate(subject, self.oneself):
            raise checks.outside_mandate()
        raise not_found(field)

    async def existing(self, consent_id: str, *, method: str = "NONE", signs: str = "CONSENT") -> tuple[Held, Permit]:
        """The consent that the command is about, once it is the person's turn and the command is permitted."""
        consent = checks.identifier("consentId", consent_id) or NOBODY
        before = await self.ledger.held(consent)
        scope, subject = (before.scope, before.subject) if before else (NOTHING, None)
        permit = await self.permitted(subject, scope, "consentId", method=method, signs=signs)
        # Read again: what happened while others had their turn decides.
        held = await self.ledger.held(consent)
        if held is None:
            raise not_found("consentId")
        return held, permit

    async def giver(self, permit: Permit) -> tuple[str, UUID | None]:
        """Who decides, and by which mandate where that is somebody else."""
        if permit.kind is not Evidence.MANDATE or permit.evidence is None:
            return "SELF", None
        kind = await self.ledger.mandate_kind(permit.evidence)
        return ("GUARDIAN" if kind == "VERGEMAL" else "PROXY"), permit.evidence

    async def known(self, subject: UUID | None, stated: Scope) -> tuple[UUID, Scope]:
        """The scope, held against what there is. Only for those who are permitted to know."""
        if subject is None:
            raise not_found("nationalId")
        await self.expect_alive(subject)
        offices = await self.ledger.offices(stated.source, stated.recipient)
        checks.expect_parties(stated, offices)
        if stated.case_id is not None and not await self.ledger.is_case_of(stated.case_id, subject):
            raise not_found("caseId")
        return subject, stated.of_kind(checks.kind_of(offices[stated.source]))

    async def expect_alive(self, subject: UUID) -> None:
        if await self.ledger.is_deceased(subject):
            raise checks.deceased()

    async def replaced(self, subject: UUID, scope: Scope, consent_id: str | None) -> list[UUID]:
        """The consent that a new one takes the place of, if it is still in force: the same person's, from the same
        party to the same, for the same purpose. Nobody ends a consent to others by handing in one to itself.
        """
        consent = checks.identifier("supersedes", consent_id)
        if consent is None:
            return []
        held = await self.ledger.held(consent)
        if held is None or held.subject != subject or not held.scope.is_between_the_same(scope):
            raise not_found("supersedes")
        checks.expect_open(held.status)
        return [consent]
