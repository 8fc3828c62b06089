"""Load the demo's data, once. All or nothing: what was interrupted leaves no trace."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

import asyncpg

from hub.demo import loans, offices, people, routines, staff, story_kari, story_owner, story_tenants
from hub.demo.generate import Generator
from hub.demo.rows import Rows

Progress = Callable[[int, int], None]

SEED: Final = 9901
_BATCH: Final = 250


async def load(dsn: str, cases: int = 300, progress: Progress | None = None, seed: int = SEED) -> bool:
    """Fill an empty database: the offices, the known persons and their cases, and so many made-up cases beside them.

    As owner. `progress` is told how many cases of how many are in. Returns False if the data was there already.
    """
    connection = await asyncpg.connect(dsn)
    try:
        async with connection.transaction():
            await connection.execute("SELECT pg_advisory_xact_lock(hashtext('bofast.demo'))")
            if await connection.fetchval("SELECT EXISTS (SELECT FROM hub.party)"):
                return False
            await _fill(connection, cases, progress or _silent, seed)
            # What was there from the beginning is no news.
            await connection.execute("TRUNCATE hub.outbox")
        # The first questions are asked before the server would look at the new tables by itself.
        await connection.execute("ANALYZE")
    finally:
        await connection.close()
    return True


async def _fill(connection: asyncpg.Connection, cases: int, progress: Progress, seed: int) -> None:
    rows = Rows()
    offices.add_offices(rows)
    people.add_people(rows)
    staff.add_staff(rows)
    staff.add_register(rows)
    loans.add_agreements(rows)
    routines.add_routines(rows)
    story_kari.add_kari(rows)
    story_tenants.add_ola(rows)
    story_tenants.add_nina(rows)
    story_tenants.add_ivan(rows)
    story_tenants.add_mona(rows)
    story_owner.add_eva(rows)
    await rows.copy_to(connection)
    # What the stories tell has reached its case already.
    await connection.execute("DELETE FROM hub.unrouted AS waiting USING hub.routed AS r WHERE r.id = waiting.row_id")
    generator = Generator(rows, seed)
    for first in range(0, cases, _BATCH):
        last = min(first + _BATCH, cases)
        # In a thread, so that whoever shows the progress is not held up.
        await asyncio.to_thread(_generate, generator, first, last)
        await rows.copy_to(connection)
        progress(last, cases)


def _generate(generator: Generator, first: int, last: int) -> None:
    for index in range(first, last):
        generator.add_case(index)


def _silent(_done: int, _total: int) -> None:
    """Nobody wants to know."""
