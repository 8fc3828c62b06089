"""What is declared is held against the database: a column that may be NULL, a view that is gone, a wrong role."""

from __future__ import annotations

import asyncpg
import pytest

from hub.settings import DatabaseRole
from hub.store.fitness import differences, faults_of
from hub.store.roles import Endpoints
from hub.store.tables import FACTS


async def found(owner: str, *changes: str) -> list[str]:
    connection = await asyncpg.connect(owner)
    try:
        for change in changes:
            await connection.execute(change)
        return await differences(connection)
    finally:
        await connection.close()


async def test_migrated_database_is_as_declared(empty_database: Endpoints):
    assert await found(empty_database.owner) == []


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        (("ALTER TABLE hub.case ALTER municipality DROP NOT NULL",), "hub.case.municipality may be NULL"),
        (("ALTER TABLE hub.party DROP COLUMN municipality CASCADE",), "hub.party.municipality is missing"),
        (("DROP VIEW facts.reservation",), "facts.reservation is missing"),
        (
            (
                "ALTER TABLE hub.case ALTER municipality DROP NOT NULL",
                "ALTER TABLE hub.case ADD CONSTRAINT later NOT NULL municipality NOT VALID",
            ),
            "hub.case.municipality may be NULL",
        ),
    ],
)
async def test_difference_is_named(empty_database: Endpoints, changes: tuple[str, ...], named: str):
    assert any(line.startswith(named) for line in await found(empty_database.owner, *changes))


async def test_every_view_of_facts_is_expected(empty_database: Endpoints):
    connection = await asyncpg.connect(empty_database.owner)
    views = await connection.fetch("SELECT viewname FROM pg_views WHERE schemaname = 'facts'")
    await connection.close()
    assert {row["viewname"] for row in views} == set(FACTS)


async def test_database_that_cannot_be_reached_is_named_without_its_password(empty_database: Endpoints):
    wrong = {
        DatabaseRole.APP: "postgresql://bofast_app:verysecret@127.0.0.1:1/bofast",
        DatabaseRole.RECORD: "nonsense verysecret",
        DatabaseRole.PUBLIC: empty_database.public.replace("bofast_public:", "bofast_public:verysecret"),
    }
    faults = await faults_of(wrong, must_be_durable=False)
    assert [fault.partition(":")[0] for fault in faults] == [
        "DATABASE_URL",
        "DATABASE_URL_PUBLIC",
        "DATABASE_URL_RECORD",
    ]
    assert "verysecret" not in "".join(faults)
