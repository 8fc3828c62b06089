"""Schema `hub`: a file on its way in. It is kept in parts as it arrives; each part is gone when its rows are judged."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
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
    key,
    now,
    one_of,
    ref,
    unindexed_party,
)


def _count() -> Any:
    """A number that begins at nothing."""
    return Field(default=0, sa_column_kwargs={"server_default": sa.text("0")})


class Upload(Table, table=True):
    """One file: how much of it has arrived, and how far it is judged. Its id is that of the submission that it becomes.

    `requester` is the system that sent it, as it was then; whether it still may is asked anew for each slice.
    """

    __tablename__ = "upload"
    __table_args__ = (
        UniqueConstraint("submitter_party", "kind", "idempotency_key"),
        # Whose turn it is; and what has been left lying.
        Index(None, "state", "due_at"),
        one_of("kind", words.SIGNAL_KINDS),
        one_of("media", words.UPLOAD_MEDIA),
        one_of("state", words.UPLOAD_STATES),
        CheckConstraint("(state = 'RECEIVING') = (received_at IS NULL)", name="received"),
        CheckConstraint("(state = 'JUDGED') = (judged_at IS NOT NULL)", name="judged"),
        CheckConstraint("state <> 'JUDGED' OR carry = ''", name="judged_keeps_nothing"),
        CheckConstraint("rows_judged = rows_accepted + rows_rejected", name="rows"),
        {"schema": "hub"},
    )

    id: UUID = key()
    submitter_party: str = unindexed_party()
    kind: Text
    idempotency_key: Text
    media: Text
    # Of a CSV file, in the order in which they stand there.
    columns: Texts
    requester: dict[str, Any] = Field(sa_type=JSONB(none_as_null=True), nullable=False)
    consumer: Text
    purpose: TextOrNone
    request_id: Text
    state: Text
    begun_at: Instant = now()
    received_at: InstantOrNone
    judged_at: InstantOrNone
    # Where the next slice begins: a part, a byte of it, and what of a line stood at the end of the part before.
    part_count: int = _count()
    part_no: int = _count()
    part_at: int = _count()
    carry: bytes = Field(default=b"", sa_column_kwargs={"server_default": sa.text("''")})
    rows_judged: int = _count()
    rows_accepted: int = _count()
    rows_rejected: int = _count()
    due_at: Instant = now()
    attempts: int = _count()


class UploadPart(Table, table=True):
    """A part of a file that has arrived and is yet to be judged. All but the last have one size."""

    __tablename__ = "upload_part"
    __table_args__ = (CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="sha256"), {"schema": "hub"})

    upload_id: UUID = Field(foreign_key="hub.upload.id", primary_key=True)
    no: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    body: bytes
    sha256: Text
    line_ends: int


class UploadSeen(Table, table=True):
    """What of a file's rows has been seen, so that none is taken in twice, until it is judged: digests of 16 bytes,
    one after the other, of the slice that begins with `first_row`.
    """

    __tablename__ = "upload_seen"
    __table_args__ = (CheckConstraint("octet_length(identities) % 16 = 0", name="identities"), {"schema": "hub"})

    upload_id: UUID = Field(foreign_key="hub.upload.id", primary_key=True)
    first_row: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    identities: bytes


class UploadRejection(Table, table=True):
    """What was wrong with a row of a file: the field, and our own words. Nothing of the row itself."""

    __tablename__ = "upload_rejection"
    __table_args__ = (UniqueConstraint("submission_id", "row_no"), {"schema": "hub"})

    id: UUID = key()
    submission_id: UUID = ref("hub.submission.id", index=False)
    row_no: int
    field: Text
    text_nb: Text
    text_en: Text
