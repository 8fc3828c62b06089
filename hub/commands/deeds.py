"""A command in one transaction: its key, what it decides and stores, the record of it. Refused, it leaves nothing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from hub.audit import Entry, EventKind, Record
from hub.commands.errand import Errand
from hub.commands.keys import Keys, is_key
from hub.commands.outages import store_errors
from hub.commands.refusals import CommandRefusal, bad_key, conflict
from hub.store.session import Sessions


class Keyed(Protocol):
    """What every command brings."""

    idempotency_key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What came of a command that was not refused: the answer, and what goes on record. `changed` says that something
    was stored.
    """

    answer: object
    changed: bool = True
    kind: EventKind = EventKind.COMMAND
    entries: Sequence[Entry] = ()


Deed = Callable[[AsyncSession], Awaitable[Done]]
Retold = Callable[[AsyncSession, UUID], Awaitable[object]]


class Deeds:
    """Carries out commands."""

    def __init__(self, *, sessions: Sessions, record: Record, keys: Keys) -> None:
        self._sessions = sessions
        self._record = record
        self._keys = keys

    async def carry_out(
        self, errand: Errand, command: str, given: Keyed, *, result: UUID, deed: Deed, retold: Retold
    ) -> object:
        """The command's answer. `result` is what its key is taken for; a command sent again is `retold` of that."""
        try:
            async with store_errors(), self._sessions() as session, session.begin():
                await errand.hold_policies(session)
                earlier = await self._earlier(session, errand, command, given, result)
                if earlier is not None:
                    done = Done(answer=await retold(session, earlier), changed=False)
                else:
                    done = await deed(session)
                event = errand.event(kind=done.kind, entries=done.entries)
                if done.changed:
                    await self._record.write_in(session, event)
        except CommandRefusal as refusal:
            if refusal.noted:
                errand.refused(refusal.answer.code, command)
            else:
                errand.changed_nothing()
            return refusal.answer
        # Only now is it durable.
        if done.changed:
            errand.done(event)
        else:
            errand.changed_nothing()
        return done.answer

    async def _earlier(
        self, session: AsyncSession, errand: Errand, command: str, given: Keyed, result: UUID
    ) -> UUID | None:
        """What the same command came to before, if it was sent before."""
        key = given.idempotency_key
        if not is_key(key):
            raise bad_key()
        earlier = await self._keys.claim(session, errand.inquiry.requester, command, key, given, result)
        if earlier is None:
            return None
        if earlier.result is None:
            raise conflict()
        return earlier.result
