"""Receipts of consents, as they are handed out."""

from __future__ import annotations

import strawberry

from schema.categories import Anchor, DataCategory, Source
from schema.declare import shared, shared_type
from schema.scalars import Moment
from schema.types.organisation import Record

C = DataCategory


@shared_type(
    source=Source.HUB,
    table="hub.receipt",
    category=C.CONSENT_RECEIPT,
    anchor=Anchor.PERSON,
    subject="subject_id",
    order="issued_at DESC, {child}.id",
)
class ConsentReceipt(Record):
    """A receipt (kvittering): the signed copy of one decision on a consent."""

    id: strawberry.ID | None = shared(C.CONSENT_RECEIPT, "The hub's id of the receipt.")
    issued_at: Moment | None = shared(C.CONSENT_RECEIPT, "When it was issued.")
    key_id: str | None = shared(C.CONSENT_RECEIPT, "The key that it is signed with, as published by the hub.")
    document: str | None = shared(
        C.CONSENT_RECEIPT,
        "The receipt itself, to be kept as a file: JSON after ISO/IEC TS 27560 with its signature (JWS).",
    )
