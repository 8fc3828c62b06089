"""What happens to one person happens one thing after the other: consents, mandates and reservations take this lock.
So does what a sender does to one of its own rows, with a lock of its own.
"""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from hub.store.driver import fetch

_KEY = "hashtextextended('bofast.person.' || CAST($1 AS text), 0)"
HOLD_PERSON = f"SELECT pg_advisory_xact_lock({_KEY})"
"""Waits its turn. Held until the transaction ends."""
TRY_PERSON = f"SELECT pg_try_advisory_xact_lock({_KEY})"
"""The same for those who can come back later: true where the lock was free."""

_HOLD = sa.text(HOLD_PERSON.replace("$1", ":person"))
_TRY_EACH = "SELECT person FROM unnest($1::uuid[]) AS person WHERE ({try})".replace(
    "{try}", TRY_PERSON.replace("$1", "person")
)

_HOLD_DEFAULT = sa.text(
    "SELECT pg_advisory_xact_lock(hashtextextended('bofast.default.' || CAST(:receipt AS text), 0))"
)


async def hold_default(session: AsyncSession, receipt: UUID) -> None:
    """A submitted default, whether or not there is one: before anything of it is read, in a statement of its own."""
    connection = await session.connection()
    await connection.execute(_HOLD_DEFAULT, {"receipt": str(receipt)})


async def hold_person(session: AsyncSession, person: UUID) -> None:
    """INVARIANT: before anything is read that the command decides on, and in a statement of its own: what is read next
    then holds all that others did to this person.
    """
    connection = await session.connection()
    await connection.execute(_HOLD, {"person": str(person)})


async def try_persons(session: AsyncSession, persons: Collection[UUID]) -> frozenset[UUID]:
    """Those of them whose turn it is. For who can come back to the others later: nobody is waited for."""
    return frozenset(row.person for row in await fetch(session, _TRY_EACH, sorted(persons)))
