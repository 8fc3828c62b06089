"""A database of one's own, its owner, sessions as commands have them, and a folder for keys."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from hub.consent.notices import Notices
from hub.consent.receipt_keys import ReceiptKeys
from hub.consent.receipts import Receipts
from hub.identity.purposes import PurposeRegister
from hub.store.pool import ReadPool
from hub.store.roles import Endpoints
from hub.store.session import Sessions


@pytest.fixture
async def sessions(database: Endpoints) -> AsyncIterator[Sessions]:
    sessions = Sessions(database.app)
    yield sessions
    await sessions.close()


@pytest.fixture
async def owner(database: Endpoints) -> AsyncIterator[Any]:
    connection = await asyncpg.connect(database.owner)
    yield connection
    await connection.close()


@pytest.fixture
async def pool(database: Endpoints) -> AsyncIterator[ReadPool]:
    pool = ReadPool(database.app)
    await pool.start()
    yield pool
    await pool.close()


@pytest.fixture
async def keys(sessions: Sessions, tmp_path: Path) -> ReceiptKeys:
    keys = ReceiptKeys(tmp_path / "receipt-keys")
    await keys.start(sessions)
    return keys


def receipts_of(keys: ReceiptKeys) -> Receipts:
    return Receipts(keys=keys, notices=Notices.load(), purposes=PurposeRegister.load())


@pytest.fixture
def receipts(keys: ReceiptKeys) -> Receipts:
    return receipts_of(keys)
