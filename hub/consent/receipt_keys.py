"""The keys that receipts are signed with: private parts in a folder, public parts in the database, there for good.

Each folder has one key in use; processes that share a folder share its key. To rotate is to put another in its place:
the old private part is destroyed, the public one stays published, and every receipt of before still verifies.
INVARIANT: who signs holds the lock shared, who rotates holds it alone. So nothing is signed with a key after the moment
that it is said to be retired, and nobody has to be told: the next to sign asks which key is in use.
"""

from __future__ import annotations

import json
import os
import stat
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select, update
from sqlmodel.ext.asyncio.session import AsyncSession as Session

from hub.consent.receipt_seal import ALGORITHM, key_set, public_member
from hub.errors import Unavailable
from hub.store.pool import ReadPool
from hub.store.session import Sessions
from hub.store.tables import ReceiptKey

FOLDER: Final = "receipt-keys"
"""What the folder is called inside a data folder."""
_LOCK: Final = "hashtext('bofast.receipt_keys')"
_SHARED: Final = sa.text(f"SELECT pg_advisory_xact_lock_shared({_LOCK})")
_ALONE: Final = sa.text(f"SELECT pg_advisory_xact_lock({_LOCK})")
_PUBLISHED: Final = """
    SELECT coalesce(json_agg(json_build_object(
        'jwk', key.public_jwk::json, 'created_at', key.created_at, 'retired_at', key.retired_at
    ) ORDER BY key.created_at, key.kid), '[]')::text AS keys
    FROM hub.receipt_key AS key
"""


class KeyFolderRefused(RuntimeError):
    """The folder of keys, or a key in it, is not fit to be used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotation:
    """What a rotation did: the key that is in use now, and those that were before."""

    kid: str
    retired: tuple[str, ...] = field(default=())


class ReceiptKeys:
    """The keys of one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._loaded: dict[str, OKPKey] = {}

    async def start(self, sessions: Sessions) -> None:
        """Make a key where the folder has none in use. Raises `KeyFolderRefused` where one cannot be used or kept."""
        async with sessions() as session, session.begin():
            await _execute(session, _ALONE)
            if self._own(await _in_use(session)) is None:
                await self._publish(session)

    async def signing(self, session: Session) -> OKPKey:
        """The key to sign with in this transaction. Raises `Unavailable` where there is none."""
        await _execute(session, _SHARED)
        try:
            key = self._own(await _in_use(session))
        except KeyFolderRefused as error:
            raise Unavailable(detail=str(error)) from None
        if key is None:
            raise Unavailable(detail="no key for receipts is in use in this folder")
        return key

    async def rotate(self, sessions: Sessions) -> Rotation:
        """Put a new key in use, and those of this folder out of use."""
        async with sessions() as session, session.begin():
            await _execute(session, _ALONE)
            retired = tuple(kid for kid in await _in_use(session) if self._path(kid).exists())
            kid = await self._publish(session)
            await session.exec(
                update(ReceiptKey).where(col(ReceiptKey.kid).in_(retired)).values(retired_at=sa.func.clock_timestamp())
            )
        # Only now is it certain that nobody signs with them any more.
        for old in retired:
            self._loaded.pop(old, None)
            self._path(old).unlink(missing_ok=True)
        return Rotation(kid=kid, retired=retired)

    async def _publish(self, session: Session) -> str:
        key = OKPKey.generate_key(ALGORITHM, auto_kid=True)
        kid = key.thumbprint()
        self._write(kid, key)
        public = json.dumps(key.as_dict(private=False), sort_keys=True)
        values = {"kid": kid, "public_jwk": public, "created_at": sa.func.clock_timestamp()}
        await session.exec(sa.insert(ReceiptKey).values(**values))
        return kid

    def _own(self, kids: list[str]) -> OKPKey | None:
        """The newest of these that this folder has the private part of."""
        return next((key for kid in kids if (key := self._key(kid)) is not None), None)

    def _key(self, kid: str) -> OKPKey | None:
        if kid not in self._loaded:
            path = self._path(kid)
            if not path.exists():
                return None
            self._loaded[kid] = _read(path, kid)
        return self._loaded[kid]

    def _path(self, kid: str) -> Path:
        return self._folder / f"{kid}.json"

    def _write(self, kid: str, key: OKPKey) -> None:
        unfinished = self._path(kid).with_suffix(".new")
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with suppress(FileNotFoundError):
                unfinished.unlink()
            descriptor = os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                json.dump(key.as_dict(private=True), file)
                file.flush()
                os.fsync(file.fileno())
            unfinished.replace(self._path(kid))
        except OSError as error:
            raise KeyFolderRefused(f"a key cannot be kept in {self._folder} ({type(error).__name__})") from None


async def published(source: ReadPool) -> str:
    """Every key that receipts were ever signed with, as a JWK set."""
    row: Any = await source.fetchrow(_PUBLISHED)
    return key_set(
        public_member(
            member["jwk"], _moment(member["created_at"]), member["retired_at"] and _moment(member["retired_at"])
        )
        for member in json.loads(row["keys"])
    )


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


async def _in_use(session: Session) -> list[str]:
    """The keys that are in use in any folder, the newest first. In a statement of its own, so that it sees what the one
    before had to wait for.
    """
    found = await session.exec(
        select(ReceiptKey.kid)
        .where(col(ReceiptKey.retired_at).is_(None))
        .order_by(col(ReceiptKey.created_at).desc(), col(ReceiptKey.kid))
    )
    return list(found)


async def _execute(session: AsyncSession, statement: sa.TextClause) -> None:
    connection = await session.connection()
    await connection.execute(statement)


def _read(path: Path, kid: str) -> OKPKey:
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise KeyFolderRefused(f"{path.name} must be readable by its owner alone (chmod 600)")
    try:
        key = OKPKey.import_key(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, JoseError) as error:
        raise KeyFolderRefused(f"{path.name} is not a key ({type(error).__name__})") from None
    if not key.is_private or key.thumbprint() != kid:
        raise KeyFolderRefused(f"{path.name} is not the private key of its name")
    key.ensure_kid()
    return key
