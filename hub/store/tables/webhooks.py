"""Schema `hub`: where parties want to be called, what is on its way there, and what did not arrive. Ids, and no word of
anybody.
"""

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field

from hub.store.tables import values as words
from hub.store.tables.columns import (
    UUID,
    Instant,
    InstantOrNone,
    Table,
    Text,
    TextOrNone,
    Texts,
    all_of,
    key,
    now,
    one_of,
    party,
    ref,
)


class Webhook(Table, table=True):
    """An address that a party registered, and the system that asks for it. `position` is how far in the line it is.

    Secrets are sealed: see `hub/events/webhooks/secrets.py`.
    """

    __tablename__ = "webhook"
    __table_args__ = (
        all_of("kinds", words.WEBHOOK_KINDS),
        one_of("end_reason", words.WEBHOOK_ENDS),
        CheckConstraint("(ended_at IS NULL) = (end_reason IS NULL)", name="ended"),
        CheckConstraint("(old_secret IS NULL) = (old_secret_until IS NULL)", name="old_secret"),
        {"schema": "hub"},
    )

    id: UUID = key()
    submitter_party: str = party()
    consumer: Text
    supplier: TextOrNone
    scopes: Texts
    issuer: Text
    purpose: Text
    url: Text
    kinds: Texts
    secret: Text
    old_secret: TextOrNone
    old_secret_until: InstantOrNone
    position: int = Field(sa_type=sa.BigInteger)
    created_at: Instant = now()
    ended_at: InstantOrNone
    end_reason: TextOrNone


class WebhookDelivery(Table, table=True):
    """An event that a party may have to be told of. Gone when it is settled."""

    __tablename__ = "webhook_delivery"
    __table_args__ = (
        # "Does anything of the same line stand before this?", and "what is due?"
        Index(None, "webhook_id", "line", "position"),
        Index(None, "webhook_id", "due_at"),
        one_of("kind", words.WEBHOOK_KINDS),
        {"schema": "hub"},
    )

    webhook_id: UUID = Field(foreign_key="hub.webhook.id", primary_key=True)
    event_id: UUID = Field(primary_key=True)
    position: int = Field(sa_type=sa.BigInteger)
    kind: Text
    line: UUID
    occurred_at: Instant
    attempts: int = Field(default=0, sa_column_kwargs={"server_default": sa.text("0")})
    due_at: Instant
    lease: UUID | None = None


class WebhookDeadLetter(Table, table=True):
    """An event that was tried often enough. The party lists it, and has it sent again."""

    __tablename__ = "webhook_dead_letter"
    __table_args__ = (
        UniqueConstraint("webhook_id", "event_id"),
        Index(None, "died_at"),
        one_of("kind", words.WEBHOOK_KINDS),
        {"schema": "hub"},
    )

    id: UUID = key()
    webhook_id: UUID = ref("hub.webhook.id", index=False)
    submitter_party: str = party()
    event_id: UUID
    position: int = Field(sa_type=sa.BigInteger)
    kind: Text
    line: UUID
    occurred_at: Instant
    attempts: int
    last_result: Text
    died_at: Instant


class WebhookTold(Table, table=True):
    """A keyed digest of what a party could see when it was last told of a line."""

    __tablename__ = "webhook_told"
    __table_args__ = (one_of("kind", words.WEBHOOK_KINDS), {"schema": "hub"})

    webhook_id: UUID = Field(foreign_key="hub.webhook.id", primary_key=True)
    line: UUID = Field(primary_key=True)
    kind: str = Field(sa_type=sa.Text, primary_key=True)
    seen: Text
    told_at: Instant
