"""What can be subscribed to. Each event is a question that is asked anew, and decided, when it is sent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, NoReturn

import strawberry

from schema.declare import SHARED
from schema.entry import Entry
from schema.types.event import CaseEvent, InboxEvent, SubmissionEvent

After = Annotated[
    strawberry.ID | None,
    strawberry.argument(
        description="Id of the last event that was received: to go on after it. From now on, if absent."
    ),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What events of a topic are about. They are told to whoever may read this `field` of some row that `on` finds."""

    topic: str
    field: str
    on: str

    @property
    def type(self) -> str:
        return self.field.partition(".")[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling(Entry):
    """A way in that is answered for each event: one of those that the line has for `by`, which the argument names, or
    the requester's own party. Where `about` says of topics what they are about, no other topic is told of.
    """

    by: str
    argument: str | None = None
    topic: str | None = None
    about: tuple[About, ...] = ()


_SIGNAL = About(topic="SIGNAL", field="Signal.receivedAt", on="{thing}.id = {row}.signal_id")
_OF_CASE = (
    About(topic="CASE", field="Case.updatedAt", on="{thing}.id = {row}.case_id"),
    _SIGNAL,
    About(topic="PARTICIPANT", field="Participant.validFrom", on="{thing}.case_id = {row}.case_id"),
    # Of a step as well as of the plan: who may know only how far it has come is not told of either.
    About(topic="PLAN", field="ProgressPlan.version", on="{thing}.case_id = {row}.case_id"),
    About(topic="AGREEMENT", field="RepaymentAgreement.status", on="{thing}.case_id = {row}.case_id"),
    About(topic="CONSENT", field="Consent.status", on="{thing}.id = {row}.consent_id"),
)


def _telling(description: str, declared: Telling) -> Callable[[Callable[..., Any]], Any]:
    def declare(resolver: Callable[..., Any]) -> Any:
        return strawberry.field(resolver=resolver, description=description, metadata={SHARED: declared})

    return declare


def _told() -> NoReturn:
    raise RuntimeError("answered by the desk")


@strawberry.type(description="What is told when it happens, to those who may know of it at that moment.")
class Subscription:
    """One field an operation. An event that may not be seen is not sent, and leaves no trace."""

    @_telling(
        "What happens in one case. A case that the requester may not see is as one in which nothing happens.",
        Telling(
            type="CaseEvent",
            where="{row}.id = {bind:event} AND {row}.case_id = {arg:caseId}",
            via="case_id",
            by="case_id",
            argument="caseId",
            about=_OF_CASE,
        ),
    )
    def case_events(
        self,
        case_id: Annotated[strawberry.ID, strawberry.argument(description="The hub's id of the case.")],
        after: After = None,
    ) -> CaseEvent | None:
        """By the id of the case."""
        _told()

    @_telling(
        "Signals that arrive for one unit, or change while the unit has them.",
        Telling(
            type="InboxEvent",
            where="{row}.id = {bind:event} AND {row}.unit_id = {arg:unit}",
            via="case_id",
            columns=("unit_id",),
            by="unit_id",
            argument="unit",
            topic="SIGNAL",
            about=(_SIGNAL,),
        ),
    )
    def inbox_events(
        self,
        unit: Annotated[str, strawberry.argument(description="The unit (enhet) that they are routed to, 4 digits.")],
        after: After = None,
    ) -> InboxEvent | None:
        """By unit."""
        _told()

    @_telling(
        "What happens to what the requester's own party has handed in.",
        Telling(type="SubmissionEvent", where="{row}.id = {bind:event}", by="party_id", topic="SUBMISSION"),
    )
    def submission_events(self, after: After = None) -> SubmissionEvent | None:
        """Of the own party."""
        _told()
