"""Security events as rows of `audit.security_event`, and the digest of them that their access event keeps."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import orjson

from hub.audit import encoding as enc
from hub.audit.model import AccessEvent, SecurityEvent
from hub.identity.model import Inquiry
from hub.store.ids import new_id

SECURITY_COLUMNS: tuple[tuple[str, str], ...] = (
    ("id", "uuid"),
    ("occurred_at", "timestamptz"),
    ("event_id", "uuid"),
    ("ordinal", "smallint"),
    ("kind", "text"),
    ("code", "text"),
    ("target", "text"),
    ("policy", "text"),
    ("probe", "bytea"),
    ("count", "integer"),
    ("request_id", "text"),
    ("actor_kind", "text"),
    ("actor_id", "text"),
    ("party", "text"),
    ("unit", "text"),
)


def pack_refusals_of(event: AccessEvent, security: Sequence[SecurityEvent]) -> str:
    """The refusals that belong to an event."""
    return pack_refusals(
        security,
        moment=event.occurred_at,
        request_id=event.inquiry.request_id,
        inquiry=event.inquiry,
        event_id=event.id,
    )


def pack_refusals(
    security: Sequence[SecurityEvent],
    *,
    moment: datetime,
    request_id: str,
    inquiry: Inquiry | None,
    event_id: UUID | None,
) -> str:
    """Security events as the JSON that `json_to_recordset` reads. Nobody is known where a token was refused."""
    who = inquiry.requester if inquiry else None
    shared = {
        "occurred_at": moment,
        "event_id": event_id,
        "request_id": request_id,
        "actor_kind": who.principal.name if who else None,
        "actor_id": who.id if who else None,
        "party": who.party if who else None,
        "unit": who.unit if who else None,
    }
    return orjson.dumps(
        [
            {
                **shared,
                "id": new_id(),
                "ordinal": ordinal,
                "kind": denial.kind,
                "code": denial.code,
                "target": denial.target,
                "policy": denial.policy,
                "probe": f"\\x{denial.probe.hex()}" if denial.probe is not None else None,
                "count": denial.count,
            }
            for ordinal, denial in enumerate(security)
        ]
    ).decode()


def digest_refusals(security: Sequence[SecurityEvent]) -> bytes | None:
    """What the event keeps of its security events, which may be dropped before it is."""
    if not security:
        return None
    return hashlib.sha256(b"".join(_encode(ordinal, one) for ordinal, one in enumerate(security))).digest()


def _encode(ordinal: int, denial: SecurityEvent) -> bytes:
    return b"".join(
        (
            enc.u16(ordinal),
            enc.text(denial.kind),
            enc.text(denial.code),
            enc.optional(enc.text, denial.target),
            enc.optional(enc.text, denial.policy),
            enc.optional(enc.octets, denial.probe),
            enc.u32(denial.count),
        )
    )
