"""An answer that was on record and did not arrive has a second event that says so."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

from hub.audit.packing import unpack_entries
from hub.audit.record import Record
from tests.audit.factory import event


async def test_answer_that_did_not_arrive_gets_a_second_event(record: Record, events: Any):
    given = event()
    await record.write(given)
    await record.not_delivered(given)
    first, second = await events()
    assert (second["kind"], second["about"], second["actor_id"]) == ("NOT_DELIVERED", first["id"], "A123456")
    assert unpack_entries(second) == []


async def test_request_that_is_cancelled_while_its_event_is_written_gets_a_second_event(
    record: Record, events: Any, owner: Any
):
    given = event()
    async with owner.transaction():
        await owner.execute("LOCK TABLE audit.event IN EXCLUSIVE MODE")
        request = asyncio.create_task(record.write(given))
        await asyncio.sleep(0.05)
        request.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await request
    await record.write(event())
    await record.stop()
    kinds = [(row["kind"], row["about"]) for row in await events()]
    assert sorted(kinds, key=str) == [("NOT_DELIVERED", given.id), ("QUERY", None), ("QUERY", None)]


async def test_request_that_is_cancelled_before_its_turn_leaves_nothing(record: Record, events: Any, owner: Any):
    async with owner.transaction():
        await owner.execute("LOCK TABLE audit.event IN EXCLUSIVE MODE")
        first = asyncio.create_task(record.write(event()))
        await asyncio.sleep(0.05)
        second = asyncio.create_task(record.write(event(request_id="gone")))
        await asyncio.sleep(0.05)
        second.cancel()
        await asyncio.wait({second})
    await first
    await record.stop()
    assert [(row["request_id"], row["writer_seq"]) for row in await events()] == [("request-1", 1)]
