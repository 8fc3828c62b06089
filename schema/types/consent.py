"""Consents: what may be shared, from whom, to whom, what for; and everything that has happened to each."""

from __future__ import annotations

import strawberry

from schema.categories import Anchor, DataCategory, Source
from schema.declare import children, link, shared, shared_type
from schema.enums import (
    CollectionMethod,
    ConsentCategory,
    ConsentGiver,
    ConsentKind,
    ConsentStatus,
    PurposeCode,
)
from schema.scalars import Moment
from schema.types.organisation import Party, Record
from schema.types.receipt import ConsentReceipt

C = DataCategory


def _terms(column: str) -> str:
    return f"(SELECT cs.{column} FROM facts.consent_status cs WHERE cs.consent_id = {{row}}.id)"


@shared_type(
    source=Source.HUB,
    table="hub.consent_history",
    category=C.CONSENT,
    anchor=Anchor.PERSON,
    subject="subject_id",
    order="recorded_at DESC, {child}.id",
)
class ConsentEvent(Record):
    """Something that happened to a consent. Three clocks: given, in effect, recorded."""

    id: strawberry.ID | None = shared(C.CONSENT, "The hub's id of the event.")
    kind: ConsentStatus | None = shared(C.CONSENT, "What happened: where the consent stood after it.")
    given_at: Moment | None = shared(C.CONSENT, "When the person gave it; only where it was given, or given again.")
    effective_at: Moment | None = shared(C.CONSENT, "From when it counts.")
    recorded_at: Moment | None = shared(C.CONSENT, "When it was written down.")
    given_by: ConsentGiver | None = shared(C.CONSENT, "Who decided: the person, a guardian, or a proxy.")
    collection_method: CollectionMethod | None = shared(C.CONSENT, "How it was given.")
    evidence_ref: str | None = shared(C.CONSENT, "Where the evidence is, for what was not given signed in.")
    notice_version: str | None = shared(C.CONSENT, "Version of the text that was shown.")
    notice_sha256: str | None = shared(C.CONSENT, "SHA-256 of the text that was shown, in hexadecimal.")
    language: str | None = shared(C.CONSENT, "Language of the text that was shown: nb, nn or en.")
    expires_at: Moment | None = shared(C.CONSENT, "Until when it was given.")
    reason: str | None = shared(C.CONSENT, "Why it was withdrawn, where the person wanted to say.")


@shared_type(
    source=Source.HUB,
    table="hub.consent",
    category=C.CONSENT,
    anchor=Anchor.PERSON,
    subject="subject_id",
    order="recorded_at DESC, {child}.id",
)
class Consent(Record):
    """A consent (samtykke): data category, source, recipient and purpose."""

    id: strawberry.ID | None = shared(C.CONSENT, "The hub's id of the consent.")
    kind: ConsentKind | None = shared(C.CONSENT, "What the consent does.")
    source: Party | None = link(C.CONSENT, "Who may share.", column="source_party")
    recipient: Party | None = link(C.CONSENT, "Who may receive.", column="recipient_party")
    asked_by: Party | None = link(C.CONSENT, "Who asked for it; none, where it was given unasked.", column="asked_by")
    purpose: PurposeCode | None = shared(C.CONSENT, "Code of the purpose.")
    categories: list[ConsentCategory] | None = shared(C.CONSENT, "What may be shared.")
    case_id: strawberry.ID | None = shared(C.CONSENT, "The one case that it is for; none, where it is for all.")
    status: ConsentStatus | None = shared(C.CONSENT, "Where it stands, from its history.", expression=_terms("status"))
    given_at: Moment | None = shared(C.CONSENT, "When it was given, the last time.", expression=_terms("given_at"))
    effective_from: Moment | None = shared(C.CONSENT, "From when it counts.", expression=_terms("effective_from"))
    expires_at: Moment | None = shared(C.CONSENT, "When it ends.", expression=_terms("expires_at"))
    recorded_at: Moment | None = shared(C.CONSENT, "When the hub first knew of it.")
    supersedes: strawberry.ID | None = shared(C.CONSENT, "The consent that it took the place of.")
    events: list[ConsentEvent] | None = children(
        C.CONSENT,
        "What has happened to it, the latest first.",
        by="consent_id",
        order="recorded_at DESC, {child}.id",
        extra_columns=("recorded_at",),
    )
    receipt: ConsentReceipt | None = children(
        C.CONSENT_RECEIPT,
        "The receipt of what was decided last.",
        by="consent_id",
        latest="issued_at DESC, {child}.id",
        extra_columns=("issued_at",),
    )
