"""Schema `hub`: the sets of policies and registers that have been in force. The one written last is."""

from typing import Annotated

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from hub.store.tables.columns import Instant, Table, Text

Files = Annotated[dict[str, str], Field(sa_type=JSONB)]


class PolicyVersion(Table, table=True):
    """A set of policies and registers as it was activated: whole files, so that any process can read it from here.

    The digest is that of the files. Going back to an earlier set is a row of its own.
    """

    __tablename__ = "policy_version"
    __table_args__ = (
        sa.CheckConstraint("digest ~ '^[0-9a-f]{64}$'", name="digest"),
        sa.CheckConstraint("jsonb_typeof(files) = 'object'", name="files"),
        {"schema": "hub"},
    )

    id: int = Field(default=None, sa_type=sa.BigInteger, primary_key=True, sa_column_args=(sa.Identity(always=True),))
    digest: Text
    files: Files
    activated_at: Instant
    activated_by: Text
