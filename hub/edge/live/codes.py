"""What a connection is closed with. The specification of `graphql-transport-ws` has some; docs/http.md lists all."""

from __future__ import annotations

from enum import Enum

from hub.errors import BadInput, BofastError, Forbidden, LimitExceeded, Unauthenticated, Unavailable


class Close(Enum):
    """A code and what it says. After 1012, 1013, 4408 and 4410 the client may come back at once or a little later."""

    INVALID = 4400, "Invalid message"
    UNAUTHENTICATED = 4401, "Unauthorized"
    FORBIDDEN = 4403, "Forbidden"
    BEGINS_LATE = 4408, "Connection initialisation timeout"
    NAME_TAKEN = 4409, "Subscriber already exists"
    TOO_SLOW = 4410, "Too slow; go on after the last event"
    BEGINS_AGAIN = 4429, "Too many initialisation requests"
    BROKEN = 1011, "Internal error"
    RESTART = 1012, "Service restart"
    TRY_LATER = 1013, "Try again later"

    @property
    def code(self) -> int:
        return self.value[0]

    @property
    def reason(self) -> str:
        return self.value[1]


def close_for(error: BofastError) -> Close:
    """What a connection is closed with whose holder may not hold it, or not now."""
    match error:
        case Unauthenticated():
            return Close.UNAUTHENTICATED
        case Forbidden():
            return Close.FORBIDDEN
        case Unavailable() | LimitExceeded():
            return Close.TRY_LATER
        case BadInput():
            return Close.INVALID
        case _:
            return Close.BROKEN
