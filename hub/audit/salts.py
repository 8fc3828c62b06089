"""The salts of subjects and actors: made when first needed, erasable, never made anew after that."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from typing import Any
from uuid import UUID

_BYTES = 32

_ADD = """
INSERT INTO audit.subject_salt (subject_id, salt) SELECT * FROM unnest($1::uuid[], $2::bytea[])
ON CONFLICT (subject_id) DO NOTHING
"""
_READ = "SELECT subject_id, salt FROM audit.subject_salt WHERE subject_id = ANY($1::uuid[])"


async def salts_for(connection: Any, keys: Iterable[UUID]) -> dict[UUID, bytes]:
    """The salts under these keys, new ones where there was none. Those that were erased are left out."""
    wanted = sorted(set(keys))
    known = await connection.fetch(_READ, wanted)
    missing = sorted(set(wanted) - {row["subject_id"] for row in known})
    if missing:
        await connection.execute(_ADD, missing, [secrets.token_bytes(_BYTES) for _ in missing])
        # Read again: another process may have been first.
        known = await connection.fetch(_READ, wanted)
    return {UUID(bytes=row["subject_id"].bytes): row["salt"] for row in known if row["salt"] is not None}
