"""The commands about consents as a client sends them, over HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from hub.demo.offices import BANK, TESTBY
from tests.acceptance.house import Answer, House

_CHANGED = "... on ConsentChanged { consentId eventId status givenAt effectiveFrom expiresAt recordedAt }"
_REFUSED = "... on CommandRefused { code field text { nb en } }"
PURPOSES = {"bank-system": "B103", "other-bank-system": "B103", "debt-counsellor": "B102", "nav-caseworker": "B101"}


def document(command: str) -> str:
    kind = f"{command[0].upper()}{command[1:]}Input"
    return f"mutation Do($input: {kind}!) {{ {command}(input: $input) {{ __typename {_CHANGED} {_REFUSED} }} }}"


def later(days: float = 365) -> str:
    return moment(datetime.now(UTC) + timedelta(days=days))


def moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def scope(**values: object) -> dict[str, Any]:
    """NAV may show the bank how far the plan has come, unless said otherwise."""
    return {
        "categories": ["PLAN_STATUS"],
        "source": TESTBY.nav,
        "recipient": BANK,
        "purpose": "REFINANCING",
        **values,
    }


def send(house: House, who: str, command: str, **given: object) -> Answer:
    """One command. A key of its own unless one is given. Who gives or renews has read the text."""
    purpose = PURPOSES.get(who) or ("B101" if who.startswith("nav-") else None)
    read = {"noticeSha256": notice(house, who, given)} if command in ("giveConsent", "renewConsent") else {}
    variables = {"idempotencyKey": f"key-{uuid4().hex}", **read, **given}
    return house.ask(who, document(command), purpose=purpose, input=variables)


def notice(house: House, who: str, given: Mapping[str, Any]) -> str:
    """The digest of the text that the hub shows for this. Where it has none, something else is wrong, too."""
    about = given.get("scope") or _asked(house, given.get("consentId"))
    asked = {
        "source": about.get("source", ""),
        "recipient": about.get("recipient", ""),
        "purpose": about.get("purpose", ""),
        "category": about.get("categories", []),
        "expiresAt": given["expiresAt"],
        "language": str(given["language"]).lower(),
        "givenBy": _giver(house, who, given),
    }
    answer = house.http.get("/consent/notice", params=asked)
    return answer.json()["sha256"] if answer.status_code == 200 else "0" * 64


_ASKED = """
    SELECT source_party AS source, recipient_party AS recipient, purpose, categories
    FROM hub.consent WHERE id::text = $1"""
_GIVER = """
    SELECT CASE WHEN bool_or(mandate.kind = 'VERGEMAL') THEN 'GUARDIAN' ELSE 'PROXY' END
    FROM hub.mandate AS mandate JOIN nav.person AS giver ON giver.id = mandate.giver_id
    WHERE giver.national_id = $1"""


def _asked(house: House, consent: object) -> dict[str, Any]:
    return next(iter(house.rows(_ASKED, consent)), {})


def _giver(house: House, who: str, given: Mapping[str, Any]) -> str:
    if who != "guardian":
        return "SELF"
    of = given.get("onBehalfOf") or house.value(
        "SELECT giver.national_id FROM hub.consent AS consent JOIN nav.person AS giver ON giver.id = consent.subject_id"
        " WHERE consent.id::text = $1",
        given.get("consentId"),
    )
    return house.value(_GIVER, of)


def result(answer: Answer) -> dict[str, Any]:
    """What the one command answered."""
    (only,) = answer.data.values()
    return only


def done(house: House, who: str, command: str, **given: object) -> dict[str, Any]:
    """One command that is not refused."""
    found = result(send(house, who, command, **given))
    assert found["__typename"] == "ConsentChanged", found
    return found


def code(house: House, who: str, command: str, **given: object) -> tuple[str, str | None]:
    """The code and the field of one command that is refused."""
    found = result(send(house, who, command, **given))
    assert found["__typename"] == "CommandRefused", found
    return found["code"], found["field"]


def give(house: House, who: str, about: Mapping[str, Any], **values: object) -> dict[str, Any]:
    return done(house, who, "giveConsent", **{"scope": about, "language": "NB", "expiresAt": later(), **values})


def count(house: House) -> tuple[int, ...]:
    """How much there is in the ledgers."""
    tables = ("consent", "consent_event", "command_key", "message", "consent_receipt")
    return tuple(house.value(f"SELECT count(*) FROM hub.{table}") for table in tables)
