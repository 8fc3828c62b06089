"""A conversation in `graphql-transport-ws`, as states and steps: what a client says, and what follows from it.

    OPENED → (connection_init) → BEGINNING → (acknowledged) → OPEN → CLOSED

INVARIANT: nothing is started before the beginning was acknowledged, and never more at once than there may be.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, cast

import orjson

from hub.edge.body import request_of
from hub.edge.live.codes import Close
from hub.errors import BadInput, BofastError, LimitExceeded
from hub.operation.request import GraphQLRequest

PROTOCOL: Final = "graphql-transport-ws"
_LONGEST_NAME: Final = 128
"""Characters of the name that a client gives to an operation."""
_ESCAPED_NUL: Final = "\\u0000"


class Phase(StrEnum):
    """How far a conversation has come."""

    OPENED = "OPENED"
    BEGINNING = "BEGINNING"
    OPEN = "OPEN"
    CLOSED = "CLOSED"


@dataclass(frozen=True, slots=True)
class Begin:
    """The client says who it is."""

    payload: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Pong:
    """The client asks whether anybody is there."""

    payload: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Start:
    """The client subscribes, under a name."""

    name: str
    request: GraphQLRequest


@dataclass(frozen=True, slots=True)
class Refuse:
    """What the client asked for under this name cannot be started."""

    name: str
    error: BofastError


@dataclass(frozen=True, slots=True)
class Stop:
    """The client wants no more of it."""

    name: str


@dataclass(frozen=True, slots=True)
class HangUp:
    """The conversation is over."""

    close: Close


Step = Begin | Pong | Start | Refuse | Stop | HangUp | None


class Talk:
    """One conversation. `most` is how many operations it may have at once."""

    def __init__(self, *, most: int) -> None:
        self._most = most
        self.phase = Phase.OPENED
        self.names: set[str] = set()

    def hear(self, text: str | None) -> Step:
        """What follows from a message; one that is not text is none."""
        if self.phase is Phase.CLOSED:
            return None
        step = self._step(_read(text), may_hold_nul=text is not None and _ESCAPED_NUL in text)
        if isinstance(step, HangUp):
            self.close()
        return step

    def acknowledged(self) -> None:
        """Who the client is has been settled."""
        if self.phase is Phase.BEGINNING:
            self.phase = Phase.OPEN

    def late(self) -> HangUp | None:
        """The time for a beginning is over."""
        if self.phase is not Phase.OPENED:
            return None
        self.close()
        return HangUp(Close.BEGINS_LATE)

    def ended(self, name: str) -> None:
        """An operation is over; its name can be used again."""
        self.names.discard(name)

    def close(self) -> None:
        self.phase = Phase.CLOSED
        self.names.clear()

    def _step(self, message: dict[str, Any] | None, *, may_hold_nul: bool) -> Step:
        match message:
            case {"type": "connection_init"}:
                return self._begin(message)
            case {"type": "ping"} if _is_payload(message):
                return Pong(message.get("payload"))
            case {"type": "pong"} if _is_payload(message):
                return None
            case {"type": "subscribe", "id": str(name), "payload": dict(payload)} if 0 < len(name) <= _LONGEST_NAME:
                return self._start(name, cast("dict[str, Any]", payload), may_hold_nul=may_hold_nul)
            case {"type": "complete", "id": str(name)}:
                return Stop(name) if name in self.names else None
            case _:
                return HangUp(Close.INVALID)

    def _begin(self, message: dict[str, Any]) -> Step:
        if self.phase is not Phase.OPENED:
            return HangUp(Close.BEGINS_AGAIN)
        if not _is_payload(message):
            return HangUp(Close.INVALID)
        self.phase = Phase.BEGINNING
        return Begin(message.get("payload") or {})

    def _start(self, name: str, payload: dict[str, Any], *, may_hold_nul: bool) -> Step:
        if self.phase is not Phase.OPEN:
            return HangUp(Close.UNAUTHENTICATED)
        if name in self.names:
            return HangUp(Close.NAME_TAKEN)
        if len(self.names) >= self._most:
            return Refuse(name, _too_many(self._most))
        try:
            request = request_of(payload, may_hold_nul=may_hold_nul)
        except BadInput as error:
            return Refuse(name, error)
        self.names.add(name)
        return Start(name, request)


def _read(text: str | None) -> dict[str, Any] | None:
    if text is None:
        return None
    try:
        content: object = orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
    return cast("dict[str, Any]", content) if isinstance(content, dict) else None


def _is_payload(message: dict[str, Any]) -> bool:
    return isinstance(message.get("payload"), dict | None)


def _too_many(most: int) -> LimitExceeded:
    return LimitExceeded(
        f"The limit on live_operations is {most}; this is 1 over.", limit="live_operations", bound=most, over=1
    )
