"""The index of subjects follows the record: everything, once, whatever commits late; and it can be made anew."""

from __future__ import annotations

import asyncio
import random
from dataclasses import replace
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from hub.audit.access_index import AccessIndex, rebuild
from hub.audit.model import Entry, EntryKind, EventKind
from hub.audit.record import Record
from hub.store import migrate
from hub.store.roles import Endpoints
from tests.audit.factory import CONSENT, EVA, KARI, OLA, event, ground, known_id, someone
from tests.failing import DriverFailing


async def indexed(owner: Any) -> list[dict[str, Any]]:
    return [dict(row) for row in await owner.fetch("SELECT * FROM audit.access_subject ORDER BY id")]


async def kept(owner: Any) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The two tables that the lines are kept in."""
    grounds = await owner.fetch("SELECT * FROM audit.access_ground ORDER BY id")
    entries = await owner.fetch("SELECT * FROM audit.access_entry ORDER BY id")
    return [dict(row) for row in grounds], [dict(row) for row in entries]


async def add_person(owner: Any, person: str, *, protection: str = "UGRADERT", shielded: bool = False) -> None:
    await owner.execute(
        """
        INSERT INTO hub.party (id, kind, sector, name) VALUES ('9901-nav', 'NAV', 'PUBLIC', 'NAV')
        ON CONFLICT DO NOTHING
        """
    )
    await owner.execute(
        """
        INSERT INTO nav.person
            (id, national_id, first_name, last_name, address_grade, protection, shielded, source_party)
        VALUES ($1, $2, 'Test', 'Testesen', 'UGRADERT', $3, $4, '9901-nav')
        """,
        person,
        f"{int(person[-2:]) + 81:011}",
        protection,
        shielded,
    )


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


async def test_what_entries_of_one_ground_share_is_kept_once(record: Record, index: AccessIndex, owner: Any):
    rent, loan = ground(), ground(source="313800105", categories=("LOAN",))
    shown = [Entry(one, someone()) for _ in range(50) for one in (rent, loan)]
    await record.write(event(*shown))
    await index.catch_up()
    grounds, entries = await kept(owner)
    assert [row["source_party"] for row in grounds] == ["9901-housing", "313800105"]
    assert [row["ground_id"] for row in entries] == [grounds[n % 2]["id"] for n in range(100)]
    assert [row["subject_id"] for row in await indexed(owner)] == [UUID(one.subject) for one in shown if one.subject]


async def test_events_of_one_moment_keep_their_own_grounds(record: Record, index: AccessIndex, owner: Any):
    """The two tables are joined by the moment first."""
    made = [event(id=known_id(number << 16)) for number in range(3)]
    for number, one in enumerate(made):
        await record.write(replace(one, entries=(Entry(ground(source=f"source-{number}"), KARI), Entry(ground(), OLA))))
    await index.catch_up()
    lines = [(row["event_id"], row["source_party"], row["subject_id"]) for row in await indexed(owner)]
    assert lines == [
        line
        for number, one in enumerate(made)
        for line in ((one.id, f"source-{number}", UUID(KARI)), (one.id, "9901-housing", UUID(OLA)))
    ]


async def test_lines_are_carried_over_to_the_version_before_and_back(
    record: Record, index: AccessIndex, owner: Any, empty_database: Endpoints
):
    await add_person(owner, OLA, protection="FORTROLIG")
    loan = ground(source="313800105", categories=("LOAN",))
    for n in range(3):
        await record.write(
            event(Entry(loan, KARI, CONSENT, n), Entry(ground(), OLA), Entry(loan, None), who={"unit": None})
        )
    rent = ground()
    lost = event(Entry(rent, EVA), Entry(rent, EVA))
    await record.write(lost)
    await record.not_delivered(lost)
    await index.catch_up()
    lines, tables = await indexed(owner), await kept(owner)
    assert {row["delivered"] for row in lines} == {True, False}
    assert {row["severity"] for row in lines} == {"INFO", "WARN"}

    await asyncio.to_thread(migrate.downgrade, empty_database.owner, "0020")
    assert await owner.fetchval("SELECT relkind FROM pg_class WHERE oid = 'audit.access_subject'::regclass") == b"r"
    assert await indexed(owner) == lines

    await asyncio.to_thread(migrate.upgrade, empty_database.owner)
    assert await indexed(owner) == lines
    assert await kept(owner) == tables
    await record.write(event())
    assert await index.catch_up() == 1
    assert await rebuild(owner) == 6
    assert (await indexed(owner))[: len(lines)] == lines


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
