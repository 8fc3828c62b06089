"""An event that cannot be written is refused alone; the others of its group are written."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from hub.audit.model import Entry, SecurityEvent, SecurityKind
from hub.errors import RecordUnavailable
from hub.store.roles import Endpoints
from tests.audit.factory import event, ground, someone
from tests.audit.recording import assert_gapless, on_record, outcomes, running

NUL, SURROGATE = "a\x00b", "a\ud800b"


@pytest.mark.parametrize("poison", [NUL, SURROGATE], ids=["refused by the database", "refused by the driver"])
@pytest.mark.parametrize("place", [0, 7, 19])
async def test_poisoned_event_fails_alone(empty_database: Endpoints, owner: Any, poison: str, place: int):
    given = [event(request_id=f"request-{n}") for n in range(20)]
    given[place] = event(request_id=poison)
    async with running(empty_database) as record:
        assert await outcomes(record, given) == [given[place]]
    assert await on_record(owner, given) == {one.id for one in given} - {given[place].id}
    await assert_gapless(owner)


async def test_several_poisoned_events_fail_and_no_other(empty_database: Endpoints, owner: Any):
    given = [event(request_id=NUL if n % 5 == 0 else f"request-{n}") for n in range(40)]
    async with running(empty_database) as record:
        assert await outcomes(record, given) == given[::5]
    await assert_gapless(owner)


async def test_poison_at_the_end_of_more_than_one_buffer_fails_alone(empty_database: Endpoints, owner: Any):
    """By then the driver has sent the others already; the transaction must still be all or nothing."""
    given = [event(*[Entry(ground(), someone()) for _ in range(300)]) for _ in range(100)]
    given[-1] = event(request_id=SURROGATE)
    async with running(empty_database) as record:
        assert await outcomes(record, given) == given[-1:]
    assert len(await on_record(owner, given)) == 99
    await assert_gapless(owner)


async def test_refusal_that_cannot_be_written_down_is_not_taken_for_noted(empty_database: Endpoints):
    async with running(empty_database) as record:
        for code in ("a\x00b", "a\ud800b"):
            with pytest.raises(RecordUnavailable):
                await record.note([SecurityEvent(kind=SecurityKind.TOKEN_REFUSED, code=code)], request_id="request-1")
        await record.note([SecurityEvent(kind=SecurityKind.TOKEN_REFUSED, code="x")], request_id="request-1")


async def test_poisoned_refusal_fails_with_its_own_event_only(empty_database: Endpoints, owner: Any):
    bad, good = event(), event()
    poison = [SecurityEvent(kind=SecurityKind.OBJECT_MISSED, code="a\x00b")]
    async with running(empty_database) as record:
        results = await asyncio.gather(record.write(bad, poison), record.write(good), return_exceptions=True)
    assert [type(result) for result in results] == [RecordUnavailable, type(None)]
    assert await on_record(owner, [bad, good]) == {good.id}


async def test_entry_that_cannot_be_written_down_fails_at_once(empty_database: Endpoints):
    async with running(empty_database) as record:
        for entry in (Entry(ground(), "not-a-uuid"), Entry(ground(), rows=-1), Entry(ground(), rows=1 << 40)):
            with pytest.raises(RecordUnavailable):
                await record.write(event(entry))
        await record.write(event())
