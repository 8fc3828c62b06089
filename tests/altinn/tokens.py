"""A consent in Altinn, as a token tells of it: complete by default, each member to be replaced or left out (`...`)."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from hub.consent.altinn import Expected

CONSENT = UUID("0a7d59f8-8c62-4312-9fb4-62456664c96f")
KARI = "15928741270"
EVA = "22816823084"
BANK = "313800105"
NAV = "312345005"
OTHER_BANK = "313800202"
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)

EXPECTED = Expected(
    id=CONSENT,
    person=KARI,
    organisation=BANK,
    categories=("PLAN_STATUS",),
    purpose="REFINANCING",
    source=NAV,
    at=NOW,
    until=NOW + timedelta(days=100),
)


def right(category: str = "plan-status", **bent: object) -> dict[str, Any]:
    return _present(
        {
            "action": ["consent"],
            "resource": [{"type": "urn:altinn:resource", "value": f"bofast-{category}"}],
            "metadata": {"formaal": "REFINANCING", "kilde": NAV},
            **bent,
        }
    )


def entry(**bent: object) -> dict[str, Any]:
    return _present(
        {
            "type": "urn:altinn:consent",
            "id": str(CONSENT),
            "from": f"urn:altinn:person:identifier-no:{KARI}",
            "to": {"authority": "iso6523-actorid-upis", "ID": f"0192:{BANK}"},
            "consented": "2026-11-20T10:34:39.676924+00:00",
            "validTo": "2027-11-20T10:34:34.836+00:00",
            "consentRights": [right()],
            **bent,
        }
    )


def details(*entries: object) -> str:
    return json.dumps(list(entries))


def _present(members: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value is not ...}
