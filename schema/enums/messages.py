"""Messages to persons."""

from __future__ import annotations

from enum import Enum

from schema.declare import enum_of


@enum_of("What a message tells of. It says that there is something to read, never what.")
class MessageKind(Enum):
    CASE_NEWS = "CASE_NEWS"
    CONSENT_REMINDER = "CONSENT_REMINDER"
    CONSENT_EXPIRED = "CONSENT_EXPIRED"
    CONSENT_REQUESTED = "CONSENT_REQUESTED"
    CONSENT_WITHDRAWN = "CONSENT_WITHDRAWN"
    CONSENT_LAPSED = "CONSENT_LAPSED"
