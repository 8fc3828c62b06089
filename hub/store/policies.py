"""Which set of policies and registers is in force, as the database says it: the one place that all processes share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import asyncpg
import orjson
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from hub.errors import Unavailable
from hub.store.driver import Held, driver_of
from hub.store.pool import ReadPool

ACTIVE = "SELECT active.digest FROM facts.active_policy AS active"
"""The digest of the set in force. A plan's statement asks for it too, in the snapshot that it reads its rows in."""

_IN_FORCE = "SELECT digest, files::text AS files FROM hub.policy_version ORDER BY id DESC LIMIT 1"
_LOCK = "hashtext('bofast.policies')"
_HOLD = f"SELECT pg_advisory_xact_lock_shared({_LOCK})"
_RELOAD = "SELECT pg_advisory_lock(hashtext('bofast.policies.reload'))"
_ACTIVATE = """
    INSERT INTO hub.policy_version (digest, files, activated_at, activated_by)
    VALUES ($1, $2::text::jsonb, clock_timestamp(), $3)
"""
LOCK_SECONDS = 40
"""Longer than any command may take: those under way are waited for."""


class PoliciesChanged(Unavailable):
    """The policies were changed while this was answered. Try again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A set in force: its digest, and its files by name."""

    digest: str
    files: Mapping[str, str] = field(repr=False)


async def in_force(source: ReadPool | asyncpg.Connection) -> Version | None:
    """The set in force, if one ever was."""
    row: Any = await source.fetchrow(_IN_FORCE)
    return None if row is None else Version(digest=row["digest"], files=orjson.loads(row["files"]))


async def expect_in_force(pool: ReadPool, digest: str) -> None:
    """Raises `PoliciesChanged` where another set is in force now."""
    row = await pool.fetchrow(ACTIVE)
    if row is None or row["digest"] != digest:
        raise PoliciesChanged


async def hold(session: Held, digest: str) -> None:
    """Keep this set in force until the transaction ends. Raises `PoliciesChanged` where another one is already.

    INVARIANT: the lock comes first, in a statement of its own: the next one's snapshot is then taken under it.
    """
    if isinstance(session, AsyncSession):
        # The first statement begins a session's transaction.
        await (await session.connection()).execute(sa.text(_HOLD))
    else:
        await session.fetchval(_HOLD)
    driver = await driver_of(session)
    if await driver.fetchval(ACTIVE) != digest:
        raise PoliciesChanged


async def claim_reload(owner: asyncpg.Connection) -> None:
    """Be, until the connection is closed, the only one that changes the set. Raises where somebody else keeps at it."""
    await owner.execute(f"SET lock_timeout = '{LOCK_SECONDS}s'")
    await owner.execute(_RELOAD)


async def activate(owner: asyncpg.Connection, version: Version, by: str) -> None:
    """Put a set in force, for everybody at the commit. Waits for commands under way; those that come wait for us."""
    async with owner.transaction():
        await owner.execute(f"SELECT pg_advisory_xact_lock({_LOCK})")
        await owner.execute(_ACTIVATE, version.digest, orjson.dumps(dict(version.files)).decode(), by)
