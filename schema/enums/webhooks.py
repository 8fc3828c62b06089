"""What a party can be called about, and why it is called no longer."""

from __future__ import annotations

from enum import Enum

from schema.declare import enum_of


@enum_of("What has changed. The call says no more than that, and what to fetch.")
class WebhookKind(Enum):
    AGREEMENT = "AGREEMENT"
    CONSENT = "CONSENT"
    PLAN = "PLAN"


@enum_of("Why a webhook has ended: by the party itself, or because its address answered 410 (gone).")
class WebhookEnd(Enum):
    BY_PARTY = "BY_PARTY"
    GONE = "GONE"
