"""What of a file's rows has been seen, so that none is taken in twice: keyed digests, those of a slice in one value.

INVARIANT: whoever judges a file holds its row locked before this is read, in a statement of its own. So what is read is
all that there is, nobody adds to it meanwhile, and no index over each digest is needed to find what stands twice.
"""

from __future__ import annotations

from collections.abc import Iterable
from struct import iter_unpack
from typing import Final

import sqlalchemy as sa
from sqlmodel import col, delete, select
from sqlmodel.ext.asyncio.session import AsyncSession

from hub.intake.batch import IDENTITY
from hub.store.tables import Upload, UploadSeen

_ONE: Final = f"{IDENTITY}s"


async def before(session: AsyncSession, upload: Upload, identities: Iterable[bytes | None]) -> frozenset[bytes]:
    """Those of them that stood in an earlier slice."""
    stored = await session.exec(select(UploadSeen.identities).where(col(UploadSeen.upload_id) == upload.id))
    return among(stored, identities)


async def note(session: AsyncSession, upload: Upload, identities: Iterable[bytes]) -> None:
    """Those that the slice in hand adds."""
    row = {"upload_id": upload.id, "first_row": upload.rows_judged + 1, "identities": b"".join(identities)}
    await session.exec(sa.insert(UploadSeen).values(row))


async def forget(session: AsyncSession, upload: Upload) -> None:
    """All of the file is judged."""
    await session.exec(delete(UploadSeen).where(col(UploadSeen.upload_id) == upload.id))


def among(stored: Iterable[bytes], identities: Iterable[bytes | None]) -> frozenset[bytes]:
    """Those that are in what is stored, which is gone through once and never unpacked as a whole."""
    wanted = frozenset(one for one in identities if one is not None)
    halves = frozenset(_halves(b"".join(wanted)))
    return frozenset(
        one
        for digests in stored
        # Hardly ever is there one: by their first halves, as numbers, that is told at half the price.
        if not halves.isdisjoint(_halves(digests))
        for (one,) in iter_unpack(_ONE, digests)
        if one in wanted
    )


def _halves(digests: bytes) -> memoryview:
    return memoryview(digests).cast("Q")[::2]
