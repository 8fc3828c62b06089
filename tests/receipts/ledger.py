"""Consents written straight into a database, as the owner can, with the clock turned to wherever a test needs it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from hub.consent.notices import Notices, NoticeScope
from hub.demo.offices import BANK, TESTBY
from hub.demo.people import KARI

_NAMES = {TESTBY.nav: "NAV Testby", BANK: "Prøvebanken ASA"}


async def add_consent(owner: Any, *, subject: UUID = KARI.id, **changed: Any) -> UUID:
    values = {
        "id": uuid4(),
        "kind": "CONSENT_LIFTS_CONFIDENTIALITY",
        "subject_id": subject,
        "source_party": TESTBY.nav,
        "recipient_party": BANK,
        "purpose": "REFINANCING",
        "categories": ["PLAN_STATUS"],
        "asked_by": BANK,
        **changed,
    }
    await _insert(owner, "hub.consent", values)
    return values["id"]


async def add_event(owner: Any, consent: UUID, kind: str, at: datetime | None = None, **changed: Any) -> UUID:
    """Something that happened to it, `at` some moment; what opens it carries terms, until a year later."""
    moment = at or datetime.now(UTC)
    values = {
        "id": uuid4(),
        "consent_id": consent,
        "kind": kind,
        "effective_at": moment,
        "recorded_at": moment,
        "recorded_by": "citizen",
        **(_terms(moment, **changed) if kind in ("GIVEN", "RENEWED") else changed),
    }
    await _insert(owner, "hub.consent_event", values)
    return values["id"]


def _terms(moment: datetime, **changed: Any) -> dict[str, Any]:
    until = changed.pop("expires_at", moment + timedelta(days=365))
    scope = NoticeScope(
        kind="CONSENT_LIFTS_CONFIDENTIALITY",
        categories=("PLAN_STATUS",),
        source=_NAMES[TESTBY.nav],
        recipient=_NAMES[BANK],
        purpose="REFINANCING",
        expires_at=until,
    )
    notice = Notices.load().of_version("2026-1", scope, "nb")
    return {
        "given_at": moment,
        "given_by": "SELF",
        "assurance": 4,
        "collection_method": "IDPORTEN_UI",
        "notice_version": notice.version,
        "notice_sha256": notice.sha256,
        "language": notice.language,
        "expires_at": until,
        **changed,
    }


async def _insert(owner: Any, table: str, values: dict[str, Any]) -> None:
    places = ", ".join(f"${number}" for number in range(1, len(values) + 1))
    await owner.execute(f"INSERT INTO {table} ({', '.join(values)}) VALUES ({places})", *values.values())
