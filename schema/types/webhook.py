"""Where a party is called when something changes, as it registered it, and what did not reach it."""

from __future__ import annotations

import strawberry

from schema.categories import Anchor, DataCategory, Source
from schema.declare import shared, shared_type
from schema.enums import WebhookEnd, WebhookKind
from schema.scalars import Moment
from schema.types.organisation import Record

C = DataCategory


@shared_type(
    source=Source.HUB,
    table="hub.webhook",
    category=C.OWN_SUBMISSION,
    anchor=Anchor.SUBMISSION,
    source_party="submitter_party",
    order="created_at DESC, {child}.id",
)
class Webhook(Record):
    """An address (webhook) where the hub calls this party when something has changed."""

    id: strawberry.ID | None = shared(C.OWN_SUBMISSION, "The hub's id of the webhook.")
    url: str | None = shared(C.OWN_SUBMISSION, "Where the hub calls.")
    kinds: list[WebhookKind] | None = shared(C.OWN_SUBMISSION, "What it is called about.")
    purpose: str | None = shared(C.OWN_SUBMISSION, "What the party is told for, as B101.")
    created_at: Moment | None = shared(C.OWN_SUBMISSION, "When it was registered.")
    previous_secret_until: Moment | None = shared(
        C.OWN_SUBMISSION, "Until when calls are signed with the secret of before too.", column="old_secret_until"
    )
    ended_at: Moment | None = shared(C.OWN_SUBMISSION, "When it ended.")
    end_reason: WebhookEnd | None = shared(C.OWN_SUBMISSION, "Why it ended.")


@shared_type(
    source=Source.HUB,
    table="hub.webhook_dead_letter",
    category=C.OWN_SUBMISSION,
    anchor=Anchor.SUBMISSION,
    source_party="submitter_party",
    order="died_at DESC, {child}.id",
)
class WebhookDeadLetter(Record):
    """A call that was tried often enough and did not arrive. What it was about is decided anew if it is sent again."""

    id: strawberry.ID | None = shared(C.OWN_SUBMISSION, "The hub's id of the dead letter.")
    webhook_id: strawberry.ID | None = shared(C.OWN_SUBMISSION, "The webhook that it was for.")
    event_id: strawberry.ID | None = shared(C.OWN_SUBMISSION, "The id of the event, as in the header webhook-id.")
    kind: WebhookKind | None = shared(C.OWN_SUBMISSION, "What had changed.")
    attempts: int | None = shared(C.OWN_SUBMISSION, "How often it was tried.")
    last_result: str | None = shared(
        C.OWN_SUBMISSION, "What came of the last attempt: a status of HTTP, or why there was no answer."
    )
    died_at: Moment | None = shared(C.OWN_SUBMISSION, "When it was given up.")
