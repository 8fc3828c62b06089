"""Reservations: the tenant does not want the landlord to notify the social services (husleieloven § 9-11)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
import strawberry
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from hub.commands import Errand, Handler, Handlers
from hub.commands.deeds import Deeds, Done
from hub.commands.permission import Permission, Row
from hub.commands.refusals import CommandRefusal, bad_value, not_found
from hub.consent.checks import expect_text, identifier, in_future
from hub.consent.ledger import Ledger
from hub.consent.own import entry, oneself, permitted, stated
from hub.identity.model import Inquiry
from hub.store.ids import new_id
from hub.store.tables import Reservation, ReservationEvent
from schema.commands.reservation import (
    RegisterReservationInput,
    ReservationRegistered,
    ReservationWithdrawn,
    WithdrawReservationInput,
)
from schema.scalars import Moment

REGISTER = "registerReservation"
WITHDRAW = "withdrawReservation"
REFERENCE_LENGTH = range(1, 129)

_LANDLORD_OF_LEASE = sa.text("""
    SELECT tenancy.landlord_party FROM housing.tenancy AS tenancy
    JOIN hub."case" AS about ON about.id = tenancy.case_id
    WHERE tenancy.id = :tenancy AND about.subject_id = :tenant
""")
# Organisations are public. That a private person lets is known to that person's own tenants alone.
_LANDLORD = sa.text("""
    SELECT party.id FROM hub.party AS party
    WHERE party.id = :landlord AND (
        party.orgnr IS NOT NULL AND party.kind IN ('HOUSING', 'LANDLORD', 'MUNICIPALITY')
        OR EXISTS (
            SELECT FROM housing.tenancy AS tenancy JOIN hub."case" AS about ON about.id = tenancy.case_id
            WHERE tenancy.landlord_party = party.id AND about.subject_id = :tenant
        )
    )
""")
_IN_FORCE = sa.text("""
    SELECT EXISTS (
        SELECT FROM facts.reservation AS reservation
        WHERE reservation.tenant_id = :tenant AND reservation.landlord_party = :landlord
            AND (reservation.tenancy_id IS NULL OR reservation.tenancy_id = CAST(:tenancy AS uuid))
    )
""")
_HISTORY = sa.text("""
    SELECT kind, effective_at FROM hub.reservation_event WHERE reservation_id = :reservation ORDER BY seq DESC LIMIT 1
""")
# What a mandate must be about, and the right that its holder needs: to reserve closes, as withdrawing a consent does,
# and to take that back opens, as giving one does.
_CLOSES: Row = {"areas": ["HOUSING"], "signs": "WITHDRAW"}
_OPENS: Row = {"areas": ["HOUSING"], "signs": "CONSENT"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Against:
    """Whose notices, and about which lease alone."""

    landlord: str
    tenancy: UUID | None


class Reservations:
    """Registers and withdraws reservations."""

    def __init__(self, *, deeds: Deeds, permission: Permission) -> None:
        self._deeds = deeds
        self._permission = permission

    def handlers(self) -> Handlers:
        return {REGISTER: Handler(run=self.register), WITHDRAW: Handler(run=self.withdraw)}

    async def register(self, errand: Errand, given: RegisterReservationInput) -> object:
        """Recorded, or why not."""
        reservation = new_id()

        async def deed(session: AsyncSession) -> Done:
            return await self._register(session, errand.inquiry, given, reservation)

        return await self._deeds.carry_out(errand, REGISTER, given, result=reservation, deed=deed, retold=_registered)

    async def _register(
        self, session: AsyncSession, inquiry: Inquiry, given: RegisterReservationInput, reservation: UUID
    ) -> Done:
        _expect_one_target(given)
        if given.evidence_ref is not None:
            expect_text("evidenceRef", given.evidence_ref, REFERENCE_LENGTH)
        tenant = await _tenant(session, inquiry, given)
        person, permit = await permitted(
            session, self._permission, inquiry, REGISTER, tenant, field="onBehalfOf", row=_CLOSES
        )
        now = await Ledger(session).now()
        if given.given_at is not None and given.given_at > now:
            raise in_future("givenAt")
        if person.deceased_on is not None:
            raise CommandRefusal(
                "DECEASED",
                None,
                nb="Leietakeren er død. Ingen kan reservere seg lenger.",
                en="The tenant is dead. Nobody can reserve any more.",
            )
        against = await _against(session, person.id, given)
        await _expect_none_in_force(session, person.id, against)
        row = Reservation(
            id=reservation,
            tenant_id=person.id,
            tenancy_id=against.tenancy,
            landlord_party=against.landlord,
            given_at=given.given_at or now,
            evidence_ref=given.evidence_ref,
            recorded_at=now,
        )
        session.add(row)
        await session.flush()
        session.add(_event(inquiry, reservation, "GIVEN", row.given_at, now))
        return Done(answer=_answer(row), entries=(entry(inquiry, person, permit, reservation),))

    async def withdraw(self, errand: Errand, given: WithdrawReservationInput) -> object:
        """Withdrawn, or why not. What was withdrawn before was withdrawn then."""
        reservation = stated("reservationId", given.reservation_id)

        async def deed(session: AsyncSession) -> Done:
            return await self._withdraw(session, errand.inquiry, reservation)

        result = reservation or new_id()
        return await self._deeds.carry_out(errand, WITHDRAW, given, result=result, deed=deed, retold=_withdrawn)

    async def _withdraw(self, session: AsyncSession, inquiry: Inquiry, reservation: UUID | None) -> Done:
        found = await session.get(Reservation, reservation) if reservation else None
        about = found.tenant_id if found else None
        person, permit = await permitted(
            session, self._permission, inquiry, WITHDRAW, about, field="reservationId", row=_OPENS
        )
        if found is None:
            raise not_found("reservationId")
        withdrawn = await _end_of(session, found.id)
        if withdrawn is not None:
            return Done(answer=_end_answer(found.id, withdrawn), changed=False)
        now = await Ledger(session).now()
        session.add(_event(inquiry, found.id, "WITHDRAWN", now, now))
        return Done(answer=_end_answer(found.id, now), entries=(entry(inquiry, person, permit, found.id),))


def _expect_one_target(given: RegisterReservationInput) -> None:
    if (given.landlord_id is None) == (given.tenancy_id is None):
        raise bad_value("landlordId", nb="enten en utleier eller et leieforhold", en="either a landlord or a lease")


async def _tenant(session: AsyncSession, inquiry: Inquiry, given: RegisterReservationInput) -> UUID | None:
    if given.on_behalf_of is None:
        return oneself(inquiry)
    return await Ledger(session).person(given.on_behalf_of)


async def _against(session: AsyncSession, tenant: UUID, given: RegisterReservationInput) -> _Against:
    """The landlord, or that of the lease. Somebody else's lease is not found."""
    if given.tenancy_id is not None:
        tenancy = identifier("tenancyId", given.tenancy_id)
        landlord = await _text(session, _LANDLORD_OF_LEASE, tenancy=tenancy, tenant=tenant)
        if landlord is None:
            raise not_found("tenancyId")
        return _Against(landlord=landlord, tenancy=tenancy)
    landlord = await _text(session, _LANDLORD, landlord=given.landlord_id, tenant=tenant)
    if landlord is None:
        raise not_found("landlordId")
    return _Against(landlord=landlord, tenancy=None)


async def _expect_none_in_force(session: AsyncSession, tenant: UUID, against: _Against) -> None:
    values = {"tenant": tenant, "landlord": against.landlord, "tenancy": against.tenancy}
    if (await (await session.connection()).execute(_IN_FORCE, values)).scalar():
        raise CommandRefusal(
            "OVERLAPS",
            "landlordId",
            nb="Det finnes allerede en reservasjon mot denne utleieren.",
            en="There is a reservation against this landlord already.",
        )


async def _end_of(session: AsyncSession, reservation: UUID) -> datetime | None:
    last = (await (await session.connection()).execute(_HISTORY, {"reservation": reservation})).first()
    return last.effective_at if last is not None and last.kind == "WITHDRAWN" else None


async def _registered(session: AsyncSession, reservation: UUID) -> ReservationRegistered:
    return _answer((await session.exec(select(Reservation).where(col(Reservation.id) == reservation))).one())


async def _withdrawn(session: AsyncSession, reservation: UUID) -> ReservationWithdrawn:
    withdrawn = await _end_of(session, reservation)
    if withdrawn is None:
        raise not_found("reservationId")
    return _end_answer(reservation, withdrawn)


def _event(inquiry: Inquiry, reservation: UUID, kind: str, effective: datetime, now: datetime) -> ReservationEvent:
    return ReservationEvent(
        id=new_id(),
        reservation_id=reservation,
        kind=kind,
        effective_at=effective,
        recorded_at=now,
        recorded_by=inquiry.requester.id,
    )


def _answer(row: Reservation) -> ReservationRegistered:
    return ReservationRegistered(
        id=strawberry.ID(str(row.id)), given_at=Moment(row.given_at), recorded_at=Moment(row.recorded_at)
    )


def _end_answer(reservation: UUID, withdrawn: datetime) -> ReservationWithdrawn:
    return ReservationWithdrawn(id=strawberry.ID(str(reservation)), withdrawn_at=Moment(withdrawn))


async def _text(session: AsyncSession, statement: sa.TextClause, **values: object) -> str | None:
    return (await (await session.connection()).execute(statement, values)).scalar()
