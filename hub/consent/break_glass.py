"""The command `breakGlass`: access to one case that an employee takes without a task in it. Core rules hold as ever."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
import strawberry
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from hub.audit import Entry, EntryKind, EventKind, Ground
from hub.commands import Errand, Handler, Handlers
from hub.commands.deeds import Deeds, Done
from hub.commands.locks import hold_person
from hub.commands.permission import Permission, Permit
from hub.commands.refusals import CommandRefusal, bad_value, not_found
from hub.consent.checks import identifier
from hub.consent.ledger import Ledger
from hub.identity.model import Inquiry
from hub.store.ids import new_id
from hub.store.tables import BreakGlass, Case, Participant
from schema.commands.break_glass import BreakGlassInput, GlassBroken
from schema.scalars import Moment

COMMAND = "breakGlass"
LONGEST = timedelta(hours=72)
REASON_LENGTH = range(10, 256)


class Glass:
    """Breaks the glass of cases."""

    def __init__(self, *, deeds: Deeds, permission: Permission) -> None:
        self._deeds = deeds
        self._permission = permission

    def handlers(self) -> Handlers:
        return {COMMAND: Handler(run=self.take)}

    async def take(self, errand: Errand, given: BreakGlassInput) -> object:
        """Taken, or why not. Of a case that is hidden and of one that is absent it is said alike."""
        broken = new_id()

        async def deed(session: AsyncSession) -> Done:
            return await self._take(session, errand.inquiry, given, broken)

        return await self._deeds.carry_out(errand, COMMAND, given, result=broken, deed=deed, retold=_retold)

    async def _take(self, session: AsyncSession, inquiry: Inquiry, given: BreakGlassInput, broken: UUID) -> Done:
        case_id, person = identifier("caseId", given.case_id), _person_of(inquiry)
        _expect_reason(given.reason)
        await hold_person(session, person)
        moment = await Ledger(session).now()
        _expect_period(moment, given.until)
        case = await session.get(Case, case_id) if case_id else None
        row = {"source_party": case.source_party if case else inquiry.requester.party}
        permit = await self._permission.ask(session, inquiry, COMMAND, case_id, row)
        if case is None or permit is None:
            raise not_found("caseId")
        await _expect_needed(session, inquiry, case, moment)
        await _expect_none_in_force(session, case, person, moment)
        glass = _row(inquiry, given, case, person, broken, moment)
        session.add(glass)
        entry = _entry(inquiry, permit, case, broken)
        return Done(answer=_answer(glass), kind=EventKind.BREAK_GLASS, entries=(entry,))


async def _retold(session: AsyncSession, broken: UUID) -> GlassBroken:
    found = await session.exec(select(BreakGlass).where(col(BreakGlass.id) == broken))
    return _answer(found.one())


def _person_of(inquiry: Inquiry) -> UUID:
    """INVARIANT: staff has a person, or every decision about persons fails and nothing is permitted."""
    if inquiry.requester.person is None:
        raise not_found("caseId")
    return UUID(inquiry.requester.person)


def _expect_reason(reason: str) -> None:
    if len(reason.strip()) not in REASON_LENGTH or len(reason) not in REASON_LENGTH:
        raise bad_value("reason", nb="en begrunnelse på 10 til 255 tegn", en="a reason of 10 to 255 characters")


def _expect_period(moment: datetime, until: datetime) -> None:
    """By the database's clock, as it ends by that too."""
    if until <= moment:
        raise CommandRefusal(
            "BAD_PERIOD", "until", nb="Oppgi et tidspunkt som ikke er passert.", en="State a time to come."
        )
    if until > moment + LONGEST:
        raise CommandRefusal(
            "BAD_PERIOD",
            "until",
            nb="Oppgi et tidspunkt innen 72 timer fra nå.",
            en="State a time within 72 hours from now.",
        )


async def _expect_needed(session: AsyncSession, inquiry: Inquiry, case: Case, moment: datetime) -> None:
    """Whoever takes part in the case has the ordinary way in."""
    found = await session.exec(
        select(Participant.id).where(
            col(Participant.case_id) == case.id,
            col(Participant.unit_id) == inquiry.requester.unit,
            col(Participant.valid_from) <= moment,
            sa.or_(col(Participant.valid_to).is_(None), moment < col(Participant.valid_to)),
        )
    )
    if found.first() is not None:
        raise CommandRefusal(
            "NOT_NEEDED",
            "caseId",
            nb="Enheten din deltar i denne saken. Slå den opp på vanlig måte.",
            en="Your unit takes part in this case. Look it up as usual.",
        )


async def _expect_none_in_force(session: AsyncSession, case: Case, person: UUID, moment: datetime) -> None:
    found = await session.exec(
        select(BreakGlass.id).where(
            col(BreakGlass.case_id) == case.id,
            col(BreakGlass.person_id) == person,
            col(BreakGlass.effective_from) <= moment,
            moment < col(BreakGlass.until_at),
        )
    )
    if found.first() is not None:
        raise CommandRefusal(
            "OVERLAPS",
            "caseId",
            nb="Du har allerede nødtilgang til denne saken. Bruk den så lenge den varer.",
            en="You have access to this case already. Use it until it ends.",
        )


def _row(
    inquiry: Inquiry, given: BreakGlassInput, case: Case, person: UUID, broken: UUID, moment: datetime
) -> BreakGlass:
    who = inquiry.requester
    return BreakGlass(
        id=broken,
        case_id=case.id,
        person_id=person,
        actor_id=who.id,
        party_id=who.party,
        unit_id=who.unit,
        reason=given.reason,
        danger_to_life=given.danger_to_life,
        effective_from=moment,
        until_at=given.until,
        recorded_at=moment,
    )


def _entry(inquiry: Inquiry, permit: Permit, case: Case, broken: UUID) -> Entry:
    """Whoever is told that the glass is broken is told that there is a case."""
    ground = Ground(
        kind=EntryKind.LOOKED_UP,
        source=case.source_party,
        recipient=inquiry.requester.party,
        basis=permit.basis,
        categories=("CASE_EXISTENCE",),
        policies=(permit.policy,),
    )
    return Entry(ground, str(case.subject_id), str(broken))


def _answer(glass: BreakGlass) -> GlassBroken:
    return GlassBroken(
        id=strawberry.ID(str(glass.id)),
        case_id=strawberry.ID(str(glass.case_id)),
        effective_from=Moment(glass.effective_from),
        until=Moment(glass.until_at),
    )
