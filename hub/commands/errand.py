"""One request that carries commands: who sent it, and which of them put themselves on record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from hub.audit import AccessEvent, Entry, EventKind, SecurityEvent, SecurityKind
from hub.errors import Unavailable
from hub.identity.model import Inquiry
from hub.operation.document import Operation
from hub.plan.desk import Answer
from hub.store.driver import Held
from hub.store.policies import PoliciesChanged, hold


@dataclass(slots=True, kw_only=True)
class Errand:
    """Each command that changes something has an event of its own; whatever else is answered shares one more."""

    inquiry: Inquiry
    operation: Operation
    policy_digest: str
    recorded: list[AccessEvent] = field(default_factory=list[AccessEvent])
    refusals: list[SecurityEvent] = field(default_factory=list[SecurityEvent])
    is_settled: bool = True

    def event(self, *, kind: EventKind = EventKind.COMMAND, entries: Sequence[Entry] = ()) -> AccessEvent:
        """A fresh event of this request. Most have no entries: a command takes in, and shows nothing of anybody."""
        return AccessEvent(
            inquiry=self.inquiry,
            kind=kind,
            entries=entries,
            operation_name=self.operation.name,
            operation_digest=bytes.fromhex(self.operation.digest),
            policy_digest=self.policy_digest,
        )

    def done(self, event: AccessEvent) -> None:
        """A command was committed, with this event in its transaction."""
        self.recorded.append(event)

    def changed_nothing(self) -> None:
        """A command was refused, or answered as it was before: that it was asked for is yet to be put on record."""
        self.is_settled = False

    def refused(self, code: str, command: str) -> None:
        """A command was refused for what it is about: the same note whether that is hidden or absent."""
        self.refusals.append(SecurityEvent(kind=SecurityKind.COMMAND_REFUSED, code=code, target=command))
        self.changed_nothing()

    def answer(self, body: bytes) -> Answer:
        """The answer, with the event that is on record or must be before it leaves."""
        if self.recorded and self.is_settled:
            return Answer(body=body, event=self.recorded[-1], recorded=True, held=True)
        return Answer(body=body, event=self.event(), security=tuple(self.refusals), held=bool(self.recorded))

    async def hold_policies(self, session: Held) -> None:
        """Before anything is decided or stored in this transaction. Raises `PoliciesChanged`, or `Unavailable` where an
        earlier command of the request is done: it must not be done again.
        """
        try:
            await hold(session, self.policy_digest)
        except PoliciesChanged:
            if self.recorded:
                raise Unavailable from None
            raise
