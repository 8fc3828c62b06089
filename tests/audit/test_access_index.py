"""The index of subjects follows the record: everything, once, whatever commits late; and it can be made anew."""

from __future__ import annotations

import asyncio
import random
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from hub.audit.access_index import AccessIndex, rebuild
from hub.audit.model import Entry, EntryKind, EventKind
from hub.audit.record import Record
from hub.store.roles import Endpoints
from tests.audit.factory import CONSENT, EVA, KARI, OLA, event, ground, someone
from tests.audit.indexed import add_person, indexed, kept
from tests.failing import DriverFailing


async def test_each_entry_becomes_one_row_with_all_columns(record: Record, index: AccessIndex, owner: Any):
    rent = ground()
    loan = ground(
        kind=EntryKind.LISTED,
        source="313800105",
        recipient="9901-nav",
        basis="CONSENT_LIFTS_CONFIDENTIALITY",
        categories=("LOAN", "OTHER_DEBT"),
        policies=("nav.loan",),
    )
    given = event(
        Entry(rent, KARI, None, 12), Entry(loan, OLA, CONSENT, 70_000), Entry(rent, None), who={"supplier": "314100204"}
    )
    await record.write(given)

    assert await index.catch_up() == 1

    shared = {
        "event_id": given.id,
        "occurred_at": given.occurred_at,
        "recipient_party": "9901-nav",
        "recipient_unit": "9901",
        "actor_id": "A123456",
        "actor_name": "Berit Behandler",
        "actor_role": "nav-caseworker",
        "actor_kind": "STAFF",
        "supplier": "314100204",
        "purpose": "EVICTION_PREVENTION",
        "operation_name": "CaseOverview",
        "request_id": "request-1",
        "severity": "INFO",
        "delivered": True,
    }
    of_rent = {
        "source_party": "9901-housing",
        "basis": "SOCIAL_SERVICES",
        "evidence_id": None,
        "categories": ["CASE_EXISTENCE", "RENT"],
        "policies": ["nav.prevention.rent"],
        "kind": "LOOKED_UP",
    }
    of_loan = {
        "source_party": "313800105",
        "basis": "CONSENT_LIFTS_CONFIDENTIALITY",
        "evidence_id": UUID(CONSENT),
        "categories": ["LOAN", "OTHER_DEBT"],
        "policies": ["nav.loan"],
        "kind": "LISTED",
    }
    prefix = str(given.id)[:-4]
    assert await indexed(owner) == [
        {**shared, **of_rent, "id": UUID(f"{prefix}0000"), "subject_id": UUID(KARI), "rows": 12},
        {**shared, **of_loan, "id": UUID(f"{prefix}0001"), "subject_id": UUID(OLA), "rows": 70_000},
        {**shared, **of_rent, "id": UUID(f"{prefix}0002"), "subject_id": None, "rows": 1},
    ]


async def test_event_that_showed_nothing_has_no_row(record: Record, index: AccessIndex, owner: Any):
    await record.write(event(entries=()))
    assert await index.catch_up() == 1
    assert await indexed(owner) == []


async def test_catching_up_twice_adds_nothing(record: Record, index: AccessIndex, owner: Any):
    await record.write(event())
    assert [await index.catch_up(), await index.catch_up()] == [1, 0]
    assert len(await indexed(owner)) == 1


async def test_catching_up_takes_more_than_one_step_where_there_is_more(
    record: Record, index: AccessIndex, owner: Any, monkeypatch: Any
):
    monkeypatch.setattr("hub.audit.access_index._EVENTS_AT_ONCE", 7)
    await asyncio.gather(*[record.write(event()) for _ in range(40)])
    assert await index.catch_up() == 40
    assert len(await indexed(owner)) == 40


async def test_command_that_commits_late_is_not_missed(record: Record, index: AccessIndex, owner: Any, app: Any):
    """It takes its number and its id first and commits last, while others are written and indexed."""
    late = event(kind=EventKind.COMMAND)
    async with app.transaction():
        await record.write_in(app, late)
        await record.write(event())
        assert await index.catch_up() == 1
    await record.write(event())
    assert await index.catch_up() == 2
    assert late.id in {row["event_id"] for row in await indexed(owner)}


async def test_nothing_is_missed_while_readers_and_commands_write(
    record: Record, index: AccessIndex, owner: Any, empty_database: Endpoints
):
    chance = random.Random(7)

    async def commands() -> None:
        connection = await asyncpg.connect(empty_database.app)
        for _ in range(15):
            transaction = connection.transaction()
            await transaction.start()
            await record.write_in(connection, event(kind=EventKind.COMMAND))
            await asyncio.sleep(chance.random() / 100)
            await (transaction.commit() if chance.random() < 0.7 else transaction.rollback())
        await connection.close()

    async def reads() -> None:
        for _ in range(40):
            await record.write(event(Entry(ground(), someone()), Entry(ground(), someone())))

    writing = asyncio.gather(commands(), commands(), reads(), reads())
    while not writing.done():
        await index.catch_up()
    await writing
    await index.catch_up()
    in_record = await owner.fetchval("SELECT sum(octet_length(entry_subjects) / 16) FROM audit.event")
    assert len(await indexed(owner)) == in_record
    await owner.execute("DELETE FROM audit.index_cursor")
    await index.catch_up()
    assert len(await indexed(owner)) == in_record


async def test_event_that_is_there_already_is_passed_by_and_the_next_is_not(
    record: Record, index: AccessIndex, owner: Any
):
    await record.write(event(Entry(ground(), KARI), Entry(ground(), OLA)))
    await index.catch_up()
    before = await indexed(owner)
    await owner.execute("DELETE FROM audit.index_cursor")
    new = event(Entry(ground(), EVA), Entry(ground(), OLA))
    await record.write(new)
    assert await index.catch_up() == 2
    after = await indexed(owner)
    assert [row for row in after if row["event_id"] != new.id] == before
    assert [row["subject_id"] for row in after if row["event_id"] == new.id] == [UUID(EVA), UUID(OLA)]


async def test_two_indexes_at_once_add_each_row_once(
    record: Record, index: AccessIndex, owner: Any, empty_database: Endpoints
):
    other = AccessIndex(empty_database.record)
    await asyncio.gather(*[record.write(event()) for _ in range(50)])
    assert sum(await asyncio.gather(index.catch_up(), other.catch_up())) == 50
    await other.stop()
    assert len(await indexed(owner)) == 50


async def test_rebuilt_index_is_the_same(record: Record, index: AccessIndex, owner: Any):
    for n in range(5):
        await record.write(event(Entry(ground(), KARI, None, n), Entry(ground(), OLA, CONSENT)))
    undelivered = event()
    await record.write(undelivered)
    await index.catch_up()
    await record.not_delivered(undelivered)
    await index.catch_up()
    before, tables = await indexed(owner), await kept(owner)
    assert await rebuild(owner) == 7
    assert await indexed(owner) == before
    assert await kept(owner) == tables
    assert await index.catch_up() == 0


async def test_graded_and_shielded_subjects_are_marked_for_control(record: Record, index: AccessIndex, owner: Any):
    await add_person(owner, KARI)
    await add_person(owner, OLA, protection="FORTROLIG")
    await add_person(owner, EVA, shielded=True)
    await record.write(event(*[Entry(ground(), person) for person in (KARI, OLA, EVA, someone())]))
    await index.catch_up()
    assert [row["severity"] for row in await indexed(owner)] == ["INFO", "WARN", "WARN", "INFO"]


@pytest.mark.parametrize("indexed_between", [True, False])
async def test_answer_that_did_not_arrive_is_no_longer_shown(
    record: Record, index: AccessIndex, owner: Any, indexed_between: bool
):
    lost, other = event(), event()
    await record.write(lost)
    await record.write(other)
    if indexed_between:
        await index.catch_up()
    await record.not_delivered(lost)
    await index.catch_up()
    assert {row["event_id"]: row["delivered"] for row in await indexed(owner)} == {lost.id: False, other.id: True}


async def test_upkeep_that_has_to_wait_does_not_keep_the_index_from_starting(
    record: Record, index: AccessIndex, owner: Any, empty_database: Endpoints
):
    """A month is missing and a long read holds the table: the month is made another time."""
    [month] = await owner.fetch("SELECT to_char(now() + interval '3 months', '\"audit.event_\"YYYY\"_\"MM') AS name")
    await owner.execute(f"DROP TABLE {month['name']}")
    await record.write(event())
    async with owner.transaction():
        await owner.fetch("SELECT * FROM audit.event")
        await index.start()
    assert len(await indexed(owner)) == 1
    await index.upkeep()
    assert await owner.fetchval("SELECT to_regclass($1)", month["name"])


async def test_background_task_catches_up(record: Record, index: AccessIndex, owner: Any):
    await index.start()
    await record.write(event())
    async with asyncio.timeout(5):
        while not await indexed(owner):
            await asyncio.sleep(0.02)


async def test_background_task_goes_on_whatever_the_driver_raises(
    record: Record, index: AccessIndex, owner: Any, driver_failing: DriverFailing
):
    await index.start()
    await driver_failing("bofast access index")
    await record.write(event())
    async with asyncio.timeout(5):
        while not await indexed(owner):
            await asyncio.sleep(0.02)
