"""Months of the record: made ahead, made up for, and never at the price of a row."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from hub.audit.model import AccessEvent, SecurityEvent, SecurityKind
from hub.audit.packing import unpack_entries
from hub.audit.record import Record
from hub.store.ids import make_id
from hub.store.roles import Endpoints
from hub.store.tables import audit_ddl
from tests.audit.factory import event

DENIED = (SecurityEvent(kind=SecurityKind.OBJECT_MISSED, code="NOT_FOUND"),)


def at(year: int, month: int, day: int = 1, hour: int = 0) -> AccessEvent:
    """An event of that moment (UTC)."""
    moment = datetime(year, month, day, hour, tzinfo=UTC)
    return event(id=make_id(int(moment.timestamp()) * 1000, 7))


async def months(owner: Any, parent: str) -> dict[str, str]:
    rows = await owner.fetch(
        """
        SELECT relname, pg_get_expr(relpartbound, pg_class.oid) AS bounds
        FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid WHERE inhparent = $1::text::regclass
        """,
        f"audit.{parent}",
    )
    return {row["relname"]: row["bounds"] for row in rows}


async def homes(owner: Any, table: str = "event") -> dict[UUID, str]:
    """The partition where each row lies."""
    column = "id" if table == "event" else "event_id"
    rows = await owner.fetch(f"SELECT {column} AS id, tableoid::regclass::text AS home FROM audit.{table}")
    return {row["id"]: row["home"].removeprefix("audit.") for row in rows}


async def test_first_migration_makes_this_month_the_coming_ones_and_a_default(owner: Any):
    for parent in audit_ddl.PARTITIONED:
        made = await months(owner, parent)
        assert len(made) == audit_ddl.MONTHS_AHEAD + 2
        assert made[f"{parent}_default"] == "DEFAULT"
        assert f"{parent}_{datetime.now(UTC):%Y_%m}" in made


async def test_month_begins_and_ends_at_midnight_utc_whatever_the_session(record: Record, owner: Any):
    await owner.execute("SET timezone = 'Pacific/Auckland'")
    await owner.execute("SELECT audit.add_month('event', '2031-05-01 00:00+00')")
    await owner.execute("SET timezone = 'UTC'")
    inside, last, outside = at(2031, 5), at(2031, 5, 31, 23), at(2031, 6)
    for one in (inside, last, outside):
        await record.write(one)
    assert await homes(owner) == {inside.id: "event_2031_05", last.id: "event_2031_05", outside.id: "event_default"}


async def test_row_without_a_month_is_kept_in_the_default(record: Record, owner: Any):
    given = at(2031, 5)
    await record.write(given, DENIED)
    assert await homes(owner) == {given.id: "event_default"}
    assert await homes(owner, "security_event") == {given.id: "security_event_default"}


async def test_months_are_made_up_for_and_no_row_is_lost(record: Record, owner: Any, empty_database: Endpoints):
    given = [at(2031, 5, 2), at(2031, 5, 3), at(2033, 1), at(2019, 12), event()]
    for one in given:
        await record.write(one, DENIED)
    before = await owner.fetch("SELECT * FROM audit.event ORDER BY id")

    caller = await asyncpg.connect(empty_database.record)
    await caller.execute("SELECT audit.ensure_partitions()")
    await caller.close()

    assert await owner.fetch("SELECT * FROM audit.event ORDER BY id") == before
    assert await homes(owner) == {
        given[0].id: "event_2031_05",
        given[1].id: "event_2031_05",
        given[2].id: "event_2033_01",
        given[3].id: "event_2019_12",
        given[4].id: f"event_{datetime.now(UTC):%Y_%m}",
    }
    assert set((await homes(owner, "security_event")).values()) == {
        home.replace("event", "security_event") for home in (await homes(owner)).values()
    }
    await record.write(at(2031, 5, 4))
    assert [
        unpack_entries(row) for row in await owner.fetch("SELECT * FROM audit.event WHERE id = $1", given[0].id)
    ] == [list(given[0].entries)]


async def test_ensuring_again_makes_nothing(owner: Any):
    assert await owner.fetchval("SELECT audit.ensure_partitions()") == 0
    assert await owner.fetchval("SELECT audit.ensure_partitions(5)") == 2 * len(audit_ddl.PARTITIONED)


async def test_rows_that_were_made_up_for_are_as_unchangeable_as_any(record: Record, owner: Any):
    await record.write(at(2031, 5))
    await owner.execute("SELECT audit.ensure_partitions()")
    for table in ("audit.event_2031_05", "audit.event_default", "audit.event"):
        for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET party = 'x'", f"TRUNCATE {table}"):
            if table.endswith("default") and not statement.startswith("TRUNCATE"):
                continue
            with pytest.raises(asyncpg.PostgresError, match="append-only"):
                await owner.execute(statement)


async def test_making_months_gives_way_to_the_record(record: Record, owner: Any, empty_database: Endpoints):
    """A long read must not make it queue for a lock with all inserts behind it."""
    reader = await asyncpg.connect(empty_database.owner)
    async with reader.transaction():
        await reader.fetch("SELECT * FROM audit.event")
        making = asyncio.create_task(owner.execute("SELECT audit.ensure_partitions(9)"))
        await asyncio.sleep(0.1)
        await record.write(event())
        with pytest.raises(asyncpg.LockNotAvailableError):
            await making
    await reader.close()
    await owner.execute("SELECT audit.ensure_partitions(9)")


@pytest.mark.parametrize(
    "function", ["add_month('event', now())", "empty_default('event')", "add_partition('event', 'x', 'DEFAULT')"]
)
async def test_record_may_have_months_made_but_not_make_them(empty_database: Endpoints, function: str):
    caller = await asyncpg.connect(empty_database.record)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await caller.execute(f"SELECT audit.{function}")
    await caller.close()


async def test_app_cannot_have_months_made(empty_database: Endpoints):
    caller = await asyncpg.connect(empty_database.app)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await caller.execute("SELECT audit.ensure_partitions()")
    await caller.close()


def test_partitions_are_told_from_tables():
    assert audit_ddl.is_partition("event_2026_11")
    assert audit_ddl.is_partition("security_event_default")
    assert not any(map(audit_ddl.is_partition, ("event", "security_event", "writer", "access_subject")))
