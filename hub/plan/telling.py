"""What a subscription asks to be told of, and where it is not served."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from hub.errors import BadInput
from hub.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a subscription asks to be told of: events of one case, unit or party (`by`, as the line has it), after one
    that the subscriber has seen. No such thing need exist, and nothing says whether it does.
    """

    by: str
    value: str
    topic: str | None
    after: UUID | None
    held: bool = False


class SubscribeElsewhere(BadInput):
    """Subscribe over WebSocket (graphql-transport-ws), or with Accept: text/event-stream alone."""

    code = "SUBSCRIPTION_NOT_SERVED_HERE"
    said = Text(
        nb="Programmet ba om varsler på en måte som ikke går her. Si fra til dem som har laget det.",
        en="The program asked to be told of events in a way that is not served here. Let those who made it know.",
    )


class AskElsewhere(BadInput):
    """Only subscriptions are served here. Send queries and mutations by POST, without Accept: text/event-stream."""

    code = "NOT_A_SUBSCRIPTION"
    said = Text(
        nb="Programmet spurte på et sted der det bare kan be om varsler. Si fra til dem som har laget det.",
        en="The program asked where it can only be told of events. Let those who made it know.",
    )
