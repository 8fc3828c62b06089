"""A database with the offices in it and nothing else, and cases that a test tells itself."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import date
from random import Random
from uuid import UUID

import asyncpg
import pytest

from hub.demo import people, staff
from hub.demo.numbers import NationalIds
from hub.demo.offices import TESTBY, add_offices
from hub.demo.rows import Rows
from hub.demo.scene import Scene, add_person, person_id
from hub.store.embedded import EmbeddedServer
from hub.store.roles import Endpoints
from tests.conftest import clone


class Town:
    """Adds persons and cases to a database, a few at a time, and asks it things as its owner."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        self.rows = Rows()
        self.connection = connection
        self._rng = Random(1)
        self._numbers = NationalIds([])
        self._cases = 0

    def person(self, **values: object) -> UUID:
        number = self._numbers.draw(self._rng, date(1980, 5, 17))
        return add_person(self.rows, person_id(self._rng), number, "Prøve", "Person", **values)

    def case(self, subject: UUID, *, with_subject: bool = True, unit: str = TESTBY.nav_unit) -> Scene:
        self._cases += 1
        scene = Scene.open(
            self.rows, self._rng, TESTBY, str(self._cases), subject=subject, opened=date(2026, 3, 2), nav_unit=unit
        )
        scene.case(self._cases, track="TENANCY", phase=2, state="OPEN")
        if with_subject:
            scene.member(subject, "SELF")
        return scene

    async def save(self) -> None:
        """As if committed: what is checked at a commit is checked now."""
        await self.rows.copy_to(self.connection)
        await self.connection.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")

    async def ask(self, sql: str, *args: object) -> list[tuple[object, ...]]:
        return [tuple(row) for row in await self.connection.fetch(sql, *args)]


async def _settle(dsn: str) -> None:
    rows = Rows()
    add_offices(rows)
    people.add_people(rows)
    staff.add_staff(rows)
    connection = await asyncpg.connect(dsn)
    await rows.copy_to(connection)
    await connection.close()


@pytest.fixture(scope="session")
def town_database(server: EmbeddedServer, empty_template: str) -> Iterator[Endpoints]:
    """The offices and the known persons, and no case."""
    with clone(server, empty_template) as endpoints:
        asyncio.run(_settle(endpoints.owner))
        yield endpoints


@pytest.fixture
async def town(town_database: Endpoints) -> AsyncIterator[Town]:
    """In a transaction that is rolled back, so that each test finds the town as it was."""
    connection = await asyncpg.connect(town_database.owner)
    transaction = connection.transaction()
    await transaction.start()
    yield Town(connection)
    await transaction.rollback()
    await connection.close()
