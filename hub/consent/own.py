"""What citizens decide for themselves or for whom they act: asked of the gate, and put on the person's record."""

from __future__ import annotations

from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from hub.audit import Entry, EntryKind, Ground
from hub.commands.locks import hold_person
from hub.commands.permission import Permission, Permit, Row
from hub.commands.refusals import CommandRefusal, not_found
from hub.consent import checks
from hub.identity.model import Inquiry
from hub.store.tables import Person
from schema.categories import DataCategory

_NOBODY = UUID(int=0)


def oneself(inquiry: Inquiry) -> UUID:
    """The person who asks."""
    return UUID(inquiry.requester.person) if inquiry.requester.person else _NOBODY


def stated(field: str, text: str) -> UUID | None:
    """An id as it was stated. What is none of ours finds nothing, as an unknown one does."""
    try:
        return checks.identifier(field, text)
    except CommandRefusal:
        return None


async def permitted(
    session: AsyncSession,
    permission: Permission,
    inquiry: Inquiry,
    command: str,
    about: UUID | None,
    *,
    field: str,
    row: Row,
) -> tuple[Person, Permit]:
    """Waits for the person's turn, then asks. For somebody who is not there the same is done, and the same said."""
    await hold_person(session, about or _NOBODY)
    said = {"source_party": inquiry.requester.party, **row}
    permit = await permission.ask(session, inquiry, command, about, said)
    person = await session.get(Person, about or _NOBODY)
    if permit is None or person is None:
        raise not_found(field)
    return person, permit


def entry(inquiry: Inquiry, person: Person, permit: Permit, evidence: UUID) -> Entry:
    """So that the person sees who decided what. Evidence is the mandate or the reservation itself."""
    ground = Ground(
        kind=EntryKind.LOOKED_UP,
        source=person.source_party,
        recipient=inquiry.requester.party,
        basis=permit.basis,
        categories=(DataCategory.CONSENT.name,),
        policies=(permit.policy,),
    )
    return Entry(ground, str(person.id), str(evidence))
