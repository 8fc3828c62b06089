"""What tests of faults have in common: a record that runs meanwhile, who was refused, what stands on record."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from hub.audit.model import AccessEvent
from hub.audit.record import Record
from hub.errors import RecordUnavailable
from hub.store.roles import Endpoints
from tests.audit.factory import event


@asynccontextmanager
async def running(endpoints: Endpoints, **options: Any) -> AsyncIterator[Record]:
    record = Record(endpoints.record, **options)
    await record.start()
    try:
        yield record
    finally:
        await record.stop()


async def outcomes(record: Record, given: list[AccessEvent]) -> list[AccessEvent]:
    """The events that were refused, each with the error that it should be."""
    results = await asyncio.gather(*[record.write(one) for one in given], return_exceptions=True)
    assert all(result is None or isinstance(result, RecordUnavailable) for result in results), results
    return [one for one, result in zip(given, results, strict=True) if result is not None]


async def recovered(record: Record) -> AccessEvent:
    """The first event that is written after a fault."""
    async with asyncio.timeout(20):
        while True:
            given = event(request_id="afterwards")
            try:
                await record.write(given)
            except RecordUnavailable:
                await asyncio.sleep(0.05)
            else:
                return given


async def on_record(owner: Any, given: list[AccessEvent]) -> set[Any]:
    rows = await owner.fetch("SELECT id FROM audit.event WHERE id = ANY($1::uuid[])", [one.id for one in given])
    return {row["id"] for row in rows}


async def assert_gapless(owner: Any) -> None:
    streams = await owner.fetch(
        "SELECT count(*) AS n, min(writer_seq) AS low, max(writer_seq) AS high FROM audit.event GROUP BY writer_id"
    )
    assert all((stream["low"], stream["high"]) == (1, stream["n"]) for stream in streams)


def backend_of(record: Record) -> int:
    stream = record._stream
    assert stream is not None
    return stream._connection.get_server_pid()
