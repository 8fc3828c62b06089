"""A consent and its history as the ledger has them, without a database; each part to be replaced by name."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from hub.consent.notices import Notices, NoticeScope
from hub.consent.receipt_document import Basis, Told
from hub.store.tables import Consent, ConsentEvent, Party

ISSUED = datetime(2026, 11, 22, 12, 0, 0, 123456, tzinfo=UTC)
UNTIL = ISSUED + timedelta(days=180)
SUBJECT = UUID("0199a000-0000-7000-8000-000000000001")
CONSENT = UUID("0199a000-0000-7000-8000-000000000002")
SOURCE = Party(id="9901-nav", orgnr="312345005", kind="NAV", sector="PUBLIC", name="NAV Testby")
RECIPIENT = Party(id="313800105", orgnr="313800105", kind="BANK", sector="PRIVATE", name="Prøvebanken ASA")
NOTICE = Notices.load().shown(
    NoticeScope(
        kind="CONSENT_LIFTS_CONFIDENTIALITY",
        categories=("PLAN_STATUS",),
        source=SOURCE.name,
        recipient=RECIPIENT.name,
        purpose="REFINANCING",
        expires_at=UNTIL,
    ),
    "nb",
    date(2026, 11, 22),
)


def consent(**changed: Any) -> Consent:
    return Consent(
        **{
            "id": CONSENT,
            "kind": "CONSENT_LIFTS_CONFIDENTIALITY",
            "subject_id": SUBJECT,
            "source_party": SOURCE.id,
            "recipient_party": RECIPIENT.id,
            "purpose": "REFINANCING",
            "categories": ["PLAN_STATUS"],
            "asked_by": RECIPIENT.id,
            "recorded_at": ISSUED,
            **changed,
        }
    )


def event(kind: str, seq: int, **changed: Any) -> ConsentEvent:
    at = ISSUED - timedelta(minutes=100 - seq)
    return ConsentEvent(
        **{
            "id": UUID(int=seq),
            "seq": seq,
            "consent_id": CONSENT,
            "kind": kind,
            "effective_at": at,
            "recorded_at": at,
            "recorded_by": "Z999999",
            **changed,
        }
    )


def given(seq: int = 2, kind: str = "GIVEN", **changed: Any) -> ConsentEvent:
    terms = {
        "given_at": ISSUED - timedelta(minutes=100 - seq),
        "given_by": "SELF",
        "assurance": 4,
        "collection_method": "IDPORTEN_UI",
        "notice_version": NOTICE.version,
        "notice_sha256": NOTICE.sha256,
        "language": NOTICE.language,
        "expires_at": UNTIL,
    }
    return event(kind, seq, **{**terms, **changed})


def told(**changed: Any) -> Told:
    return Told(
        **{
            "id": UUID("0199a000-0000-7000-8000-000000000003"),
            "issued_at": ISSUED,
            "consent": consent(),
            "events": (event("REQUESTED", 1), given()),
            "source": SOURCE,
            "recipient": RECIPIENT,
            "basis": Basis(
                code="CONSENT_LIFTS_CONFIDENTIALITY",
                citation="forvaltningsloven (1967) § 13 a nr. 1",
                gdpr="6(1)(e)",
            ),
            "notice": NOTICE,
            "words": {
                ("purposes", "REFINANCING"): {"nb": "å vurdere", "en": "to consider"},
                ("categories", "PLAN_STATUS"): {"nb": "planen", "en": "the plan"},
                ("categories", "HEALTH_NEED"): {"nb": "helsen", "en": "health"},
            },
            **changed,
        }
    )
