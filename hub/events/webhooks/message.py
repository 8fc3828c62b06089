"""What a call says, as a CloudEvent (CloudEvents 1.0, structured, JSON): that something has changed, and what to fetch.

INVARIANT: nothing of anybody stands in it. The subject is the id of a consent that the party may see; whose it is the
party knows, or asks the hub, and is answered as ever.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final
from uuid import UUID

import orjson

MEDIA_TYPE: Final = "application/cloudevents+json; charset=utf-8"
SOURCE: Final = "urn:bofast:hub"


def body_of(*, event_id: UUID, kind: str, occurred_at: datetime, consent: UUID) -> bytes:
    """The same bytes however often it is sent."""
    return orjson.dumps(
        {
            "specversion": "1.0",
            "id": str(event_id),
            "source": SOURCE,
            "type": f"no.bofast.{kind.lower()}.v1",
            "time": occurred_at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
            "subject": str(consent),
            "datacontenttype": "application/json",
            "data": {"fetch": kind, "consentId": str(consent)},
        }
    )
