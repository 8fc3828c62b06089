"""Messages to a person who logs in: that something is new in a case, or a consent waits, is over, or soon will be."""

from __future__ import annotations

from collections.abc import Mapping

import strawberry

from schema.categories import Anchor, DataCategory, Source
from schema.declare import shared, shared_type
from schema.enums import MessageKind
from schema.scalars import Moment
from schema.types.organisation import Record

C = DataCategory

NB: Mapping[MessageKind, str] = {
    MessageKind.CASE_NEWS: "Du har fått en ny melding. Du finner mer i saken din.",
    MessageKind.CONSENT_EXPIRED: "Et samtykke du har gitt, er utløpt. Opplysningene vises ikke lenger på grunn av det.",
    MessageKind.CONSENT_LAPSED: "En forespørsel om samtykke er falt bort uten svar. Det får ingen følger.",
    MessageKind.CONSENT_REMINDER: "Et samtykke du har gitt, utløper innen to uker. Du kan fornye det, eller la være.",
    MessageKind.CONSENT_REQUESTED: "Noen ber om ditt samtykke. Det er frivillig, og du kan si nei.",
    MessageKind.CONSENT_WITHDRAWN: "Et samtykke er trukket. Opplysningene vises ikke lenger på grunn av det.",
}
EN: Mapping[MessageKind, str] = {
    MessageKind.CASE_NEWS: "You have a new message. There is more in your case.",
    MessageKind.CONSENT_EXPIRED: "A consent of yours has expired. The information is no longer shown because of it.",
    MessageKind.CONSENT_LAPSED: "A request for consent has lapsed unanswered. That has no consequences.",
    MessageKind.CONSENT_REMINDER: "A consent of yours expires within two weeks. You can renew it, or let it be.",
    MessageKind.CONSENT_REQUESTED: "Somebody asks for your consent. It is voluntary, and you can say no.",
    MessageKind.CONSENT_WITHDRAWN: "A consent was withdrawn. The information is no longer shown because of it.",
}


def _text(texts: Mapping[MessageKind, str]) -> str:
    whens = " ".join(f"WHEN '{kind.value}' THEN '{text}'" for kind, text in texts.items())
    return f"CASE {{row}}.kind {whens} END"


@shared_type(
    source=Source.HUB,
    table="hub.message",
    category=C.MESSAGE,
    anchor=Anchor.NONE,
    subject="person_id",
    source_party=None,
    order="created_at DESC, {child}.id",
)
class Message(Record):
    """A message (melding) to one person. It is reached from that person's own `me` and from nowhere else."""

    id: strawberry.ID | None = shared(C.MESSAGE, "The hub's id of the message.")
    kind: MessageKind | None = shared(C.MESSAGE, "What it tells of.")
    created_at: Moment | None = shared(C.MESSAGE, "When it was written.")
    consent_id: strawberry.ID | None = shared(C.MESSAGE, "The consent that it is about.")
    case_id: strawberry.ID | None = shared(C.MESSAGE, "The case that it is about.")
    text_nb: str | None = shared(C.MESSAGE, "What it says, in Norwegian (bokmål).", expression=_text(NB))
    text_en: str | None = shared(C.MESSAGE, "What it says, in English.", expression=_text(EN))
