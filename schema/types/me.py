"""The requester as the hub sees it."""

from __future__ import annotations

from schema.categories import Anchor, DataCategory, Source
from schema.declare import children, link, shared, shared_type
from schema.types.case import Case
from schema.types.message import Message
from schema.types.organisation import Party
from schema.types.person import Person

C = DataCategory


@shared_type(source=Source.HUB, table="", category=C.SELF, anchor=Anchor.NONE, source_party=None)
class Me:
    """Who is asking, for which party, with which purpose."""

    actor: str | None = shared(
        C.SELF, "The employee's ident, the system's organisation number, or the citizen's opaque id."
    )
    role: str | None = shared(C.SELF, "The role or scope that led to the party.")
    unit: str | None = shared(C.SELF, "The unit (enhet), for employees.")
    purpose: str | None = shared(C.SELF, "The purpose that this request stated, as B101.")
    party: Party | None = link(C.SELF, "The party that the requester acts for.", column="party_id")
    person: Person | None = link(C.PERSON_NAME, "The requester's own person, for citizens.", column="person_id")
    cases: list[Case] | None = children(
        C.CASE_EXISTENCE,
        "The requester's own cases, the latest first.",
        by="subject_id",
        key="person_id",
        order="updated_at DESC, {child}.id",
        new_anchor=True,
        extra_columns=("updated_at",),
    )
    messages: list[Message] | None = children(
        C.MESSAGE,
        "Messages to the requester as a person, the latest first.",
        by="person_id",
        key="person_id",
        order="created_at DESC, {child}.id",
        extra_columns=("created_at",),
    )
