"""Powers of attorney: given by who is to be acted for, ended by either. Guardianships come from the register alone."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
import strawberry
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from hub.commands import Errand, Handler, Handlers
from hub.commands.deeds import Deeds, Done
from hub.commands.permission import Permission
from hub.commands.refusals import CommandRefusal, bad_value, not_found
from hub.consent.checks import names
from hub.consent.ledger import Ledger
from hub.consent.own import entry, oneself, permitted, stated
from hub.identity.model import Inquiry
from hub.store.ids import new_id
from hub.store.tables import Mandate, MandateEvent, Person
from schema.commands.mandate import EndMandateInput, GrantMandateInput, MandateEnded, MandateGranted
from schema.scalars import LegalDay, Moment

GRANT = "grantMandate"
END = "endMandate"
_BY_COMMAND = "FULLMAKT"

_OVERLAPS = sa.text("""
    SELECT EXISTS (
        SELECT FROM hub.mandate_standing AS standing
        JOIN hub.mandate AS mandate ON mandate.id = standing.id
        LEFT JOIN nav.person AS holder ON holder.id = standing.holder_id
        WHERE mandate.giver_id = :giver AND coalesce(mandate.holder_national_id, holder.national_id) = :holder
            AND mandate.kind = :kind AND mandate.areas && CAST(:areas AS text[])
            AND standing.status IN ('ACTIVE', 'PENDING')
            AND mandate.valid_from <= coalesce(CAST(:valid_to AS date), 'infinity')
            AND CAST(:valid_from AS date) <= coalesce(mandate.valid_to, 'infinity')
    )
""").bindparams(sa.bindparam("valid_to", type_=sa.Date()), sa.bindparam("valid_from", type_=sa.Date()))
_HISTORY = sa.text("""
    SELECT kind, effective_at FROM hub.mandate_event WHERE mandate_id = :mandate ORDER BY seq DESC LIMIT 1
""")


class Mandates:
    """Records and ends powers of attorney."""

    def __init__(self, *, deeds: Deeds, permission: Permission) -> None:
        self._deeds = deeds
        self._permission = permission

    def handlers(self) -> Handlers:
        return {GRANT: Handler(run=self.grant), END: Handler(run=self.end)}

    async def grant(self, errand: Errand, given: GrantMandateInput) -> object:
        """Recorded, or why not. Whether the hub knows the holder plays no part in the answer."""
        mandate = new_id()

        async def deed(session: AsyncSession) -> Done:
            return await self._grant(session, errand.inquiry, given, mandate)

        return await self._deeds.carry_out(errand, GRANT, given, result=mandate, deed=deed, retold=_granted)

    async def _grant(self, session: AsyncSession, inquiry: Inquiry, given: GrantMandateInput, mandate: UUID) -> Done:
        areas, rights = names(given.areas), names(given.rights)
        first, last = given.valid_from or inquiry.legal_day, given.valid_to
        _expect_some(areas, rights)
        _expect_period(inquiry.legal_day, first, last)
        giver, permit = await permitted(
            session,
            self._permission,
            inquiry,
            GRANT,
            oneself(inquiry),
            field="holderNationalId",
            row={"mandate_id": None},
        )
        _expect_another(giver, given.holder_national_id)
        await _expect_no_overlap(session, giver.id, given.holder_national_id, areas, first, last)
        now = await Ledger(session).now()
        session.add(
            Mandate(
                id=mandate,
                kind=_BY_COMMAND,
                giver_id=giver.id,
                holder_national_id=given.holder_national_id,
                areas=list(areas),
                rights=list(rights),
                valid_from=first,
                valid_to=last,
                evidence_ref=None,
                recorded_at=now,
            )
        )
        await session.flush()
        session.add(_event(inquiry, mandate, "GRANTED", now))
        answer = _answer(mandate, first, last, now)
        return Done(answer=answer, entries=(entry(inquiry, giver, permit, mandate),))

    async def end(self, errand: Errand, given: EndMandateInput) -> object:
        """Ended, or why not. What has ended before ended then."""
        mandate = stated("mandateId", given.mandate_id)

        async def deed(session: AsyncSession) -> Done:
            return await self._end(session, errand.inquiry, mandate)

        result = mandate or new_id()
        return await self._deeds.carry_out(errand, END, given, result=result, deed=deed, retold=_ended)

    async def _end(self, session: AsyncSession, inquiry: Inquiry, mandate: UUID | None) -> Done:
        found = await session.get(Mandate, mandate) if mandate else None
        about = found.giver_id if found else None
        giver, permit = await permitted(
            session, self._permission, inquiry, END, about, field="mandateId", row={"mandate_id": mandate}
        )
        if found is None:
            raise not_found("mandateId")
        if found.kind != _BY_COMMAND:
            raise CommandRefusal(
                "FROM_REGISTER",
                "mandateId",
                nb="Dette er bestemt i registeret og kan ikke endres her. Ta kontakt med Statsforvalteren.",
                en="The register decides on this one. Turn to the County Governor.",
            )
        ended = await _end_of(session, found.id)
        if ended is not None:
            return Done(answer=_end_answer(found.id, ended), changed=False)
        now = await Ledger(session).now()
        session.add(_event(inquiry, found.id, "REVOKED", now))
        return Done(answer=_end_answer(found.id, now), entries=(entry(inquiry, giver, permit, found.id),))


def _expect_some(areas: tuple[str, ...], rights: tuple[str, ...]) -> None:
    if not areas:
        raise bad_value("areas", nb="minst ett område", en="at least one area")
    if not rights:
        raise bad_value("rights", nb="minst én rettighet", en="at least one right")


def _expect_period(today: date, first: date, last: date | None) -> None:
    if first < today:
        raise CommandRefusal(
            "BAD_PERIOD",
            "validFrom",
            nb="Oppgi en startdato som ikke er passert.",
            en="State a first day that is not in the past.",
        )
    if last is not None and last < first:
        raise CommandRefusal(
            "BAD_PERIOD",
            "validTo",
            nb="Oppgi en sluttdato som ikke er før startdatoen.",
            en="State a last day that is not before the first.",
        )


def _expect_another(giver: Person, holder: str) -> None:
    if giver.national_id == holder:
        raise bad_value("holderNationalId", nb="en annen enn deg selv", en="somebody else than yourself")
    if giver.deceased_on is not None:
        raise CommandRefusal(
            "DECEASED",
            None,
            nb="Personen er død. Det kan ikke lenger gis fullmakt.",
            en="The person is dead. Nobody can be given a mandate any more.",
        )


async def _expect_no_overlap(
    session: AsyncSession, giver: UUID, holder: str, areas: tuple[str, ...], first: date, last: date | None
) -> None:
    given = {"giver": giver, "holder": holder, "kind": _BY_COMMAND, "areas": list(areas)}
    if await _value(session, _OVERLAPS, **given, valid_from=first, valid_to=last):
        raise CommandRefusal(
            "OVERLAPS",
            "areas",
            nb="Den samme personen har allerede fullmakt for noe av dette. Avslutt den først, eller la den stå.",
            en="The same person has a mandate for some of this already. End it first, or leave it be.",
        )


async def _end_of(session: AsyncSession, mandate: UUID) -> datetime | None:
    last = (await (await session.connection()).execute(_HISTORY, {"mandate": mandate})).first()
    return last.effective_at if last is not None and last.kind == "REVOKED" else None


async def _granted(session: AsyncSession, mandate: UUID) -> MandateGranted:
    found = (await session.exec(select(Mandate).where(col(Mandate.id) == mandate))).one()
    return _answer(found.id, found.valid_from, found.valid_to, found.recorded_at)


async def _ended(session: AsyncSession, mandate: UUID) -> MandateEnded:
    ended = await _end_of(session, mandate)
    if ended is None:
        raise not_found("mandateId")
    return _end_answer(mandate, ended)


def _event(inquiry: Inquiry, mandate: UUID, kind: str, now: datetime) -> MandateEvent:
    by = inquiry.requester.id
    return MandateEvent(id=new_id(), mandate_id=mandate, kind=kind, effective_at=now, recorded_at=now, recorded_by=by)


def _answer(mandate: UUID, first: date, last: date | None, recorded: datetime) -> MandateGranted:
    return MandateGranted(
        id=strawberry.ID(str(mandate)),
        valid_from=LegalDay(first),
        valid_to=LegalDay(last) if last else None,
        recorded_at=Moment(recorded),
    )


def _end_answer(mandate: UUID, ended: datetime) -> MandateEnded:
    return MandateEnded(id=strawberry.ID(str(mandate)), ended_at=Moment(ended))


async def _value(session: AsyncSession, statement: sa.TextClause, **values: object) -> UUID | None:
    return (await (await session.connection()).execute(statement, values)).scalar()
