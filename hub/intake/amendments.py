"""What a sender does to its own default after it was accepted: corrects it, or withdraws it.

INVARIANT: nothing is looked at but what the sender itself sent. Whether there is a case, and what it comes to there, is
the next room's, beside the answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
import strawberry
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from hub.commands import Errand
from hub.commands.deeds import Deed, Deeds, Done, Keyed
from hub.commands.locks import hold_default
from hub.commands.refusals import CommandRefusal, not_found, said
from hub.identity.model import Inquiry
from hub.identity.snapshot import legal_day
from hub.intake.model import Fault, Setting
from hub.intake.mortgage import changeable_columns, changeable_faults
from hub.routing import Routing
from hub.store.ids import new_id
from hub.store.tables import SubmittedDefaultEvent
from schema.commands.defaults import (
    CorrectMortgageDefaultInput,
    MortgageDefaultChanged,
    WithdrawMortgageDefaultInput,
)
from schema.enums import SubmissionStatus
from schema.identifiers import Population
from schema.scalars import Moment

CORRECT = "correctMortgageDefault"
WITHDRAW = "withdrawMortgageDefault"
_RECEIPT = "receiptId"
_NO_RECEIPT = UUID(int=0)


class Amendments:
    """Corrects and withdraws."""

    def __init__(self, *, deeds: Deeds, routing: Routing, population: Population) -> None:
        self._deeds = deeds
        self._routing = routing
        self._population = population

    async def correct(self, errand: Errand, given: CorrectMortgageDefaultInput) -> object:
        """Corrected, or why not."""
        event, inquiry = new_id(), errand.inquiry

        async def deed(session: AsyncSession) -> Done:
            changes = self._changes(inquiry, given)
            stands = await _standing(session, inquiry, given.receipt_id)
            why = {"kind": "CORRECTED", "correction_reason": given.reason.name}
            return await _write(session, inquiry, stands, {"id": event, **why, **changes})

        return await self._carry_out(errand, CORRECT, given, event, deed)

    async def withdraw(self, errand: Errand, given: WithdrawMortgageDefaultInput) -> object:
        """Withdrawn, or why not."""
        event, inquiry = new_id(), errand.inquiry

        async def deed(session: AsyncSession) -> Done:
            stands = await _standing(session, inquiry, given.receipt_id)
            why = {"kind": "WITHDRAWN", "withdrawal_reason": given.reason.name}
            return await _write(session, inquiry, stands, {"id": event, **why})

        return await self._carry_out(errand, WITHDRAW, given, event, deed)

    async def _carry_out(self, errand: Errand, command: str, given: Keyed, event: UUID, deed: Deed) -> object:
        is_written = False

        async def noted(session: AsyncSession) -> Done:
            nonlocal is_written
            done = await deed(session)
            is_written = True
            return done

        try:
            return await self._deeds.carry_out(errand, command, given, result=event, deed=noted, retold=_retold)
        finally:
            # Also where the connection was gone at the commit: it may have been done all the same.
            if is_written:
                self._routing.wake()

    def _changes(self, inquiry: Inquiry, given: CorrectMortgageDefaultInput) -> dict[str, Any]:
        """What is stated. Looked at before the receipt is, so that what is wrong with it tells nothing of that."""
        who = inquiry.requester
        setting = Setting(
            kind=who.kind,
            municipality=who.municipality,
            population=self._population,
            at=inquiry.received_at,
            day=inquiry.legal_day,
        )
        fault = next(changeable_faults(given, setting), None)
        if fault is not None:
            raise _refused(fault)
        changes = {name: value for name, value in changeable_columns(given).items() if value is not None}
        if not changes:
            raise CommandRefusal(
                "BAD_USER_INPUT",
                None,
                nb="Oppgi minst én opplysning som skal rettes.",
                en="State at least one value that is to be corrected.",
            )
        return changes


async def _standing(session: AsyncSession, inquiry: Inquiry, receipt: str) -> Any:
    """The sender's own default as it stands, once it is its turn. One of somebody else's, one that was rejected and one
    that is not there are refused alike.
    """
    identifier = _identifier(receipt)
    await hold_default(session, identifier)
    connection = await session.connection()
    found = (
        await connection.execute(_STANDING, {"receipt": identifier, "submitter": inquiry.requester.party})
    ).one_or_none()
    if found is None:
        raise not_found(_RECEIPT)
    if found.status == "WITHDRAWN":
        raise CommandRefusal(
            "CONFLICT",
            _RECEIPT,
            nb="Misligholdet er trukket og kan ikke endres. Send det på nytt hvis det gjelder likevel.",
            en="The default is withdrawn and cannot be changed. Submit it again if it stands after all.",
        )
    return found


async def _write(session: AsyncSession, inquiry: Inquiry, stands: Any, what: Mapping[str, Any]) -> Done:
    """The event, with how the default stands after it."""
    values = {name: getattr(stands, name) for name in _CARRIED} | dict(what)
    if stands.notify_within_days is not None:
        late_after = timedelta(days=stands.notify_within_days)
        values["is_late"] = legal_day(stands.received_at) - values["first_unpaid_due"] > late_after
    who = inquiry.requester
    event = SubmittedDefaultEvent(
        submitted_default_id=stands.id,
        submitter_party=stands.submitter_party,
        event_no=stands.events + 1,
        recorded_at=inquiry.received_at,
        supplier=who.supplier,
        actor=who.id,
        **values,
    )
    session.add(event)
    await session.flush()
    return Done(answer=_changed(event))


async def _retold(session: AsyncSession, event: UUID) -> MortgageDefaultChanged:
    """The answer of before, from what was written then."""
    found = await session.exec(select(SubmittedDefaultEvent).where(col(SubmittedDefaultEvent.id) == event))
    return _changed(found.one())


def _changed(event: SubmittedDefaultEvent) -> MortgageDefaultChanged:
    return MortgageDefaultChanged(
        receipt=strawberry.ID(str(event.submitted_default_id)),
        event_id=strawberry.ID(str(event.id)),
        status=SubmissionStatus[event.kind],
        recorded_at=Moment(event.recorded_at),
    )


def _identifier(receipt: str) -> UUID:
    """What is no id finds nothing, as an unknown one does."""
    try:
        return UUID(receipt)
    except ValueError:
        return _NO_RECEIPT


def _refused(fault: Fault) -> CommandRefusal:
    text = said(fault.text)
    return CommandRefusal(fault.code, fault.field, nb=text.nb, en=text.en)


_CARRIED = (
    "debtor_first_name",
    "debtor_last_name",
    "debtor_address_line",
    "debtor_postal_code",
    "debtor_postal_place",
    "first_unpaid_due",
    "unpaid_terms",
    "arrears_ore",
    "interest_accrued_ore",
    "is_late",
)
_STANDING = sa.text("""
    SELECT stands.*, terms.notify_within_days, (
        SELECT count(*) FROM hub.submitted_default_event AS event WHERE event.submitted_default_id = stands.id
    ) AS events
    FROM hub.submitted_default_standing AS stands
    LEFT JOIN hub.agreement AS terms ON terms.id = stands.agreement_id
    WHERE stands.id = :receipt AND stands.submitter_party = :submitter AND stands.outcome = 'ACCEPTED'
""")
