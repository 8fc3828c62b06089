"""Acknowledged is durable, and on record; what cannot be put on record is not stored."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa

from hub.audit import Record
from hub.errors import Overloaded, RecordUnavailable, Unavailable
from hub.store.embedded import EmbeddedServer
from hub.store.roles import Endpoints, create_database
from hub.store.session import Sessions
from tests.intake.factory import bank, row


@pytest.fixture
def database(server: EmbeddedServer, loaded_template: str) -> Iterator[Endpoints]:
    """A fresh one: it is broken here."""
    name = f"test_{uuid4().hex}"
    server.execute(create_database(name, loaded_template))
    yield server.endpoints(name)
    server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


async def test_commands_commit_to_disk_before_they_answer(sessions):
    async with sessions() as session:
        setting = await (await session.connection()).execute(sa.text("SHOW synchronous_commit"))
        assert setting.scalar_one() == "on"


async def test_nothing_is_stored_where_the_record_is_closed(send, owner, count):
    before = await count()
    await owner.execute("UPDATE audit.command_counter SET closed = true")
    with pytest.raises(RecordUnavailable):
        await send(bank(), [row()])
    assert await count() == before


async def test_nothing_is_stored_where_the_record_was_never_opened(send, make_intake, database, count):
    before = await count()
    with pytest.raises(RecordUnavailable):
        await send(bank(), [row()], by=make_intake(record=Record(database.record)))
    assert await count() == before


async def test_nothing_is_stored_where_the_event_is_refused_by_the_database(send, owner, count):
    before = await count()
    await owner.execute("ALTER TABLE audit.event ADD CONSTRAINT full_disk CHECK (kind <> 'COMMAND') NOT VALID")
    with pytest.raises(RecordUnavailable):
        await send(bank(), [row()])
    assert await count() == before


async def test_nothing_is_stored_where_the_connection_is_lost_at_the_record(send, server, owner, count):
    before = await count()
    async with owner.transaction():
        await owner.execute("LOCK TABLE audit.command_counter IN ACCESS EXCLUSIVE MODE")
        sending = asyncio.create_task(send(bank(), [row()]))
        backend = await _waiting(owner)
        server.execute(f"SELECT pg_terminate_backend({backend})")
        with pytest.raises(Unavailable):
            await sending
    assert await count() == before


async def test_nothing_is_stored_where_the_sender_is_gone_before_the_commit(send, owner, count):
    before = await count()
    async with owner.transaction():
        await owner.execute("LOCK TABLE audit.command_counter IN ACCESS EXCLUSIVE MODE")
        sending = asyncio.create_task(send(bank(), [row()]))
        await _waiting(owner)
        sending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sending
    assert await count() == before
    assert (await send(bank(), [row()])).codes == ["ACCEPTED"]


async def test_too_many_at_once_are_told_to_try_again(send, make_intake, database, monkeypatch):
    monkeypatch.setattr("hub.store.session._SECONDS_TO_CONNECT", 0.1)
    small = Sessions(database.app, size=1)
    try:
        async with small() as held:
            await held.connection()
            with pytest.raises(Overloaded):
                await send(bank(), [row()], by=make_intake(sessions=small))
    finally:
        await small.close()


async def _waiting(owner: Any) -> int:
    """The backend of the command, once it waits for the record."""
    for _ in range(200):
        backend = await owner.fetchval(
            "SELECT pid FROM pg_locks WHERE NOT granted AND relation = 'audit.command_counter'::regclass"
        )
        if backend is not None:
            return backend
        await asyncio.sleep(0.02)
    raise AssertionError("the command did not come as far as the record")
