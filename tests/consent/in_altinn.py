"""What a bank holds in its hand of a consent in Altinn, and what it does with it."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from hub.demo.offices import BANK, OTHER_BANK, TESTBY
from hub.demo.people import EVA
from hub.identity.sign_in import sign_in
from tests.acceptance.house import Answer, House
from tests.altinn.tokens import entry, right
from tests.consent.asking import document, later, moment, result, scope

PLAN = "query($id: NationalId!) { personByNationalId(input: {nationalId: $id}) { case { plan { status } } } }"
NOBODY = {"personByNationalId": None}
WHO = "other-bank-system"
THEIRS = {"authority": "iso6523-actorid-upis", "ID": f"0192:{BANK}"}


def consented(altinn: str, whom: str = EVA.national_id, **bent: object) -> dict[str, Any]:
    """Eva has consented in Altinn, two days ago and for two years, that NAV tells the other bank how her plan stands.
    Each member can be replaced or left out (`...`).
    """
    now = datetime.now(UTC)
    return entry(
        **{
            "id": altinn,
            "from": f"urn:altinn:person:identifier-no:{whom}",
            "to": {"authority": "iso6523-actorid-upis", "ID": f"0192:{OTHER_BANK}"},
            "consented": moment(now - timedelta(days=2)),
            "validTo": moment(now + timedelta(days=730)),
            "consentRights": [plan_status()],
            **bent,
        }
    )


def plan_status(category: str = "plan-status", **metadata: str) -> dict[str, Any]:
    return right(category, metadata={"formaal": "REFINANCING", "kilde": TESTBY.nav, **metadata})


def claim(altinn: str, **values: object) -> dict[str, Any]:
    """What the bank says of it."""
    return {
        "nationalId": EVA.national_id,
        "scope": scope(recipient=OTHER_BANK),
        "collectionMethod": "ALTINN",
        "evidenceRef": altinn,
        "language": "NB",
        "expiresAt": later(),
        **values,
    }


def answer_to(house: House, entries: list[dict[str, Any]], *, who: str = WHO, **given: object) -> Answer:
    """`recordConsent` with a token that tells of these consents."""
    token = asyncio.run(sign_in(house.url, house.personas[who], consents=entries))
    variables = {"idempotencyKey": f"key-{uuid4().hex}", **given}
    headers = {"authorization": f"Bearer {token}"}
    return house.ask(None, document("recordConsent"), purpose="B103", headers=headers, input=variables)


def recorded(house: House, entries: list[dict[str, Any]], **given: object) -> dict[str, Any]:
    found = result(answer_to(house, entries, **given))
    assert found["__typename"] == "ConsentChanged", found
    return found


def refused(answer: Answer) -> tuple[str, str | None]:
    found = result(answer)
    assert found["__typename"] == "CommandRefused", found
    return found["code"], found["field"]


def plan(house: House, who: str = WHO) -> Any:
    return house.ask(who, PLAN, purpose="B103", id=EVA.national_id).data
