"""The pool of the read path: quick when all is well, and clear when it is not."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import pytest

from hub.errors import Internal, Overloaded, SourceFailed, SourceTimeout
from hub.store.embedded import EmbeddedServer
from hub.store.pool import Limits, ReadPool
from hub.store.roles import Endpoints

_MY_PID = "SELECT pg_backend_pid() AS pid"


@pytest.fixture
async def pool(demo_database: Endpoints) -> AsyncIterator[ReadPool]:
    made = ReadPool(demo_database.public, Limits(size=2, waiting=1, acquire=0.2, statement=0.3))
    await made.start()
    yield made
    await made.close()


async def fetched(pool: ReadPool, sql: str, *args: object) -> object:
    row = await pool.fetchrow(sql, args)
    return row and row[0]


async def test_connection_is_used_again_with_its_statement(pool: ReadPool) -> None:
    pids = {await fetched(pool, _MY_PID) for _ in range(5)}
    assert len(pids) == 1
    long = f"SELECT name FROM pg_prepared_statements WHERE 1 = 1 {'-' * 2}{'x' * 40_000}"
    await fetched(pool, long)
    assert await fetched(pool, "SELECT count(*) FROM pg_prepared_statements WHERE length(statement) > 40000") == 1


_MINE = "SELECT generic_plans::int FROM pg_prepared_statements WHERE statement LIKE '%generic_plans%'"
"""How often this very statement was executed by one plan, which a new preparation begins anew."""


@asynccontextmanager
async def keeping(endpoints: Endpoints, characters: int) -> AsyncGenerator[ReadPool]:
    """One connection that keeps statements of so many characters."""
    pool = ReadPool(endpoints.public, Limits(size=1, characters=characters))
    try:
        yield pool
    finally:
        await pool.close()


async def test_statements_are_kept_as_long_as_they_fit_and_the_longest_unused_goes(demo_database: Endpoints) -> None:
    """Whoever sends many long documents fills the memory of nobody's database."""
    kept = "SELECT coalesce(sum(length(statement)), 0)::int FROM pg_prepared_statements"
    async with keeping(demo_database, 10_000) as pool:
        for number in range(40):
            await fetched(pool, f"SELECT {number} {'-' * 2}{'x' * 900}")
            assert await fetched(pool, _MINE) == number + 1
            # One that was let go is closed with the next that is prepared.
            assert 0 < await fetched(pool, kept) < 10_000 + 1_000  # type: ignore[operator]


async def test_statement_that_fits_nowhere_is_answered_and_not_kept(demo_database: Endpoints) -> None:
    long = "SELECT count(*) FROM pg_prepared_statements WHERE length(statement) > 2000"
    async with keeping(demo_database, 1_000) as pool:
        for number in range(3):
            assert await fetched(pool, f"SELECT 1 {'-' * 2}{'x' * 2_000}") == 1
            assert await fetched(pool, _MINE) == number + 1
        # What is not kept is closed with the next that is prepared.
        assert await fetched(pool, long) == 0


async def test_session_is_set_up_for_the_read_path(pool: ReadPool) -> None:
    for setting, value in {
        "plan_cache_mode": "force_generic_plan",
        "default_transaction_read_only": "on",
        "statement_timeout": "300ms",
        "TimeZone": "UTC",
        "search_path": "",
    }.items():
        assert await fetched(pool, f"SHOW {setting}") == value


async def test_two_at_once_get_two_connections_and_the_third_waits(pool: ReadPool) -> None:
    slow = "SELECT pg_backend_pid() FROM pg_sleep(0.05)"
    pids = await asyncio.gather(*(fetched(pool, slow) for _ in range(3)))
    assert len(set(pids)) == 2


async def test_who_waits_too_long_is_told(pool: ReadPool) -> None:
    slow = [asyncio.create_task(fetched(pool, "SELECT 1 FROM pg_sleep(0.28)")) for _ in range(2)]
    await asyncio.sleep(0.02)
    with pytest.raises(Overloaded):
        await fetched(pool, "SELECT 1")
    await asyncio.gather(*slow)
    assert await fetched(pool, "SELECT 1") == 1


async def test_who_finds_the_queue_full_is_told_at_once(pool: ReadPool) -> None:
    slow = [asyncio.create_task(fetched(pool, "SELECT 1 FROM pg_sleep(0.1)")) for _ in range(3)]
    await asyncio.sleep(0.02)
    async with asyncio.timeout(0.05):
        with pytest.raises(Overloaded):
            await fetched(pool, "SELECT 1")
    await asyncio.gather(*slow)


async def test_statement_that_takes_too_long_is_a_timeout_and_the_connection_stays(pool: ReadPool) -> None:
    pid = await fetched(pool, _MY_PID)
    with pytest.raises(SourceTimeout):
        await fetched(pool, "SELECT 1 FROM pg_sleep(2)")
    assert await fetched(pool, _MY_PID) == pid


async def test_broken_connection_is_replaced_without_the_asker_noticing(pool: ReadPool, server: EmbeddedServer) -> None:
    pid = await fetched(pool, _MY_PID)
    server.execute(f"SELECT pg_terminate_backend({pid}, 5000)")
    assert await fetched(pool, _MY_PID) != pid


async def test_all_connections_broken_at_once_are_replaced(pool: ReadPool, server: EmbeddedServer) -> None:
    slow = "SELECT pg_backend_pid() FROM pg_sleep(0.05)"
    pids = set(await asyncio.gather(fetched(pool, slow), fetched(pool, slow)))
    server.execute(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = 'bofast read'"
    )
    again = set(await asyncio.gather(fetched(pool, slow), fetched(pool, slow)))
    assert len(again) == 2
    assert not again & pids


async def test_connection_that_breaks_in_the_middle_of_a_first_question_fails(
    demo_database: Endpoints, server: EmbeddedServer
) -> None:
    pool = ReadPool(demo_database.public, Limits(size=1))
    asking = asyncio.create_task(fetched(pool, "SELECT 1 FROM pg_sleep(3)"))
    await asyncio.sleep(0.2)
    server.execute("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(3)'"
                   " AND pid <> pg_backend_pid()")  # fmt: skip
    with pytest.raises(SourceFailed):
        await asking
    assert await fetched(pool, "SELECT 1") == 1
    await pool.close()


async def test_cancelled_question_does_not_answer_the_next_one(pool: ReadPool) -> None:
    pid = await fetched(pool, _MY_PID)
    asking = asyncio.create_task(fetched(pool, "SELECT 42 FROM pg_sleep(0.2)"))
    await asyncio.sleep(0.05)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    answers = await asyncio.gather(*(fetched(pool, "SELECT 1") for _ in range(3)))
    assert answers == [1, 1, 1]
    assert await fetched(pool, _MY_PID) != pid


async def test_statement_that_is_not_permitted_is_an_internal_error_that_says_no_more(pool: ReadPool) -> None:
    with pytest.raises(Internal) as refused:
        await fetched(pool, "SELECT national_id FROM nav.person WHERE national_id = $1", "15928741270")
    assert refused.value.detail == asyncpg.InsufficientPrivilegeError.sqlstate
    assert "national_id" not in str(refused.value.public())
    assert refused.value.__suppress_context__
    assert await fetched(pool, "SELECT 1") == 1


@pytest.mark.parametrize("value", ["not a number", 2**80, "\ud800"])
async def test_value_that_does_not_fit_harms_nobody(pool: ReadPool, value: object) -> None:
    pid = await fetched(pool, _MY_PID)
    sql = "SELECT $1::text" if value == "\ud800" else "SELECT $1::int"
    with pytest.raises(Internal):
        await fetched(pool, sql, value)
    assert await fetched(pool, _MY_PID) == pid


async def test_read_pool_writes_nothing(demo_database: Endpoints) -> None:
    pool = ReadPool(demo_database.app)
    with pytest.raises(Internal) as refused:
        await fetched(pool, "UPDATE hub.case SET state = 'OPEN' RETURNING 1")
    assert refused.value.detail == asyncpg.ReadOnlySQLTransactionError.sqlstate
    await pool.close()


async def test_tables_that_change_under_a_kept_statement_are_read_anew(database: Endpoints) -> None:
    pool = ReadPool(database.app)
    assert await fetched(pool, "SELECT log_shows_names FROM hub.party WHERE id = '9901-nav'") is False
    owner = await asyncpg.connect(database.owner)
    await owner.execute("DROP VIEW facts.party; ALTER TABLE hub.party ALTER log_shows_names DROP DEFAULT, "
                        "ALTER log_shows_names TYPE text USING 'seldom'")  # fmt: skip
    await owner.close()
    assert await fetched(pool, "SELECT log_shows_names FROM hub.party WHERE id = '9901-nav'") == "seldom"
    await pool.close()


async def test_no_server_at_all_is_a_failed_source(demo_database: Endpoints) -> None:
    pool = ReadPool(demo_database.public.replace("run", "nowhere"))
    with pytest.raises(SourceFailed):
        await fetched(pool, "SELECT 1")


async def test_closed_pool_takes_no_question(demo_database: Endpoints) -> None:
    pool = ReadPool(demo_database.public)
    await pool.start()
    await pool.close()
    with pytest.raises(Overloaded):
        await fetched(pool, "SELECT 1")
