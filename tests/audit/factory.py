"""Events for the tests of the record: valid ones by default, each part to be replaced by name."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

from hub.audit.leaf import salts_of
from hub.audit.model import AccessEvent, Entry, EntryKind, Ground
from hub.audit.packing import COLUMNS, pack_event
from hub.identity.model import Inquiry, Kind, PrincipalType, Purpose, Requester
from hub.store.ids import make_id

KARI = "0193a000-0000-7000-8000-00000000c001"
OLA = "0193a000-0000-7000-8000-00000000c002"
EVA = "0193a000-0000-7000-8000-00000000c003"
CONSENT = "0193a000-0000-7000-8000-00000000d001"


def requester(**changes: Any) -> Requester:
    values: dict[str, Any] = {
        "principal": PrincipalType.STAFF,
        "id": "A123456",
        "name": "Berit Behandler",
        "person": None,
        "party": "9901-nav",
        "orgnr": "312345005",
        "party_name": "NAV 9901",
        "kind": Kind.NAV,
        "municipality": "9901",
        "unit": "9901",
        "role": "nav-caseworker",
        "groups": frozenset({"NAV", "PUBLIC"}),
        "assurance": 0,
        "issuer": "https://login.example",
        "expires_at": 4e9,
    }
    return Requester(**{**values, **changes})


def inquiry(*, request_id: str = "request-1", **changes: Any) -> Inquiry:
    purpose = Purpose(
        number="B101",
        code="EVICTION_PREVENTION",
        name="Prevent eviction",
        bases=("SOCIAL_SERVICES",),
        kinds=frozenset({Kind.NAV}),
        valid_from=date(2024, 1, 1),
        valid_to=None,
    )
    return Inquiry(
        requester=requester(**changes),
        purpose=purpose,
        bases=frozenset({"SOCIAL_SERVICES"}),
        request_id=request_id,
        received_at=datetime.now(UTC),
        legal_day=date(2026, 11, 22),
    )


def ground(**changes: Any) -> Ground:
    values: dict[str, Any] = {
        "kind": EntryKind.LOOKED_UP,
        "source": "9901-housing",
        "recipient": "9901-nav",
        "basis": "SOCIAL_SERVICES",
        "categories": ("RENT", "CASE_EXISTENCE"),
        "policies": ("nav.prevention.rent",),
    }
    return Ground(**{**values, **changes})


def event(
    *entries: Entry, request_id: str = "request-1", who: dict[str, Any] | None = None, **changes: Any
) -> AccessEvent:
    values: dict[str, Any] = {
        "inquiry": inquiry(request_id=request_id, **(who or {})),
        "operation_name": "CaseOverview",
        "operation_digest": b"\x11" * 32,
        "policy_digest": "policies-1",
        "entries": entries or (Entry(ground(), KARI),),
    }
    return AccessEvent(**{**values, **changes})


def someone() -> str:
    return str(uuid4())


def row(
    given: AccessEvent, *, writer_id: int = 7, writer_seq: int = 3, security_digest: bytes | None = None
) -> dict[str, Any]:
    """The event as it is stored."""
    values = (writer_id, writer_seq, *pack_event(given, security_digest))
    return {name: value for (name, _), value in zip(COLUMNS, values, strict=True)}


def known_id(number: int) -> UUID:
    """An identifier of a known moment."""
    return UUID(f"019aa000-0000-7000-8000-{number:012x}")


# --- for leaves: everything known, so that their bytes are ------------------------------------------------------------

MOMENT = datetime(2026, 11, 22, 9, 30, 0, 123_000, tzinfo=UTC)
SHOWN = (Entry(ground(), KARI, CONSENT, 12), Entry(ground(basis="OTHER"), OLA, None, 1))


def salt(key: UUID) -> bytes:
    return hashlib.sha256(key.bytes).digest()


def salts(stored: Any) -> dict[UUID, bytes]:
    return {key: salt(key) for key in salts_of(stored)}


def plain_event(*entries: Entry, **changes: Any) -> AccessEvent:
    values: dict[str, Any] = {"id": make_id(int(MOMENT.timestamp() * 1000), 5), "policy_digest": "policies-1"}
    return event(*entries, **{**values, **changes})
