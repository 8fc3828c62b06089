"""Migrations: from nothing, from the version before with data in it, and in agreement with the tables."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from uuid import UUID, uuid4

import asyncpg
import pytest

from hub.store import migrate
from hub.store.embedded import EmbeddedServer
from hub.store.fitness import packaged_version
from hub.store.roles import Endpoints, create_database

_INSERT = (
    "INSERT INTO nav.person (national_id, first_name, last_name, residential_address, postal_address, "
    "address_grade, protection, source_party) VALUES ($1, 'Prøve', 'Person', $2, $3, 'UGRADERT', $4, 'nav') "
    "RETURNING id"
)
_PARTS = "residential_line, residential_postal_code, residential_place, postal_line, postal_postal_code, postal_place"


@pytest.fixture
def unmigrated(server: EmbeddedServer) -> Iterator[Endpoints]:
    name = f"unmigrated_{uuid4().hex}"
    server.execute(create_database(name))
    yield server.endpoints(name)
    server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def asked(dsn: str, sql: str) -> list[tuple[object, ...]]:
    async def ask() -> list[tuple[object, ...]]:
        connection = await asyncpg.connect(dsn)
        try:
            return [tuple(row) for row in await connection.fetch(sql)]
        finally:
            await connection.close()

    return asyncio.run(ask())


def add_old_persons(dsn: str, *persons: tuple[str, str | None, str | None, str]) -> list[UUID]:
    async def add() -> list[UUID]:
        connection = await asyncpg.connect(dsn)
        try:
            await connection.execute(
                "INSERT INTO hub.party (id, kind, sector, name) VALUES ('nav', 'NAV', 'PUBLIC', 'NAV')"
            )
            return [await connection.fetchval(_INSERT, *person) for person in persons]
        finally:
            await connection.close()

    return asyncio.run(add())


def test_tables_and_migrations_agree(empty_database: Endpoints) -> None:
    assert migrate.check(empty_database.owner) == []


def test_drift_is_found(empty_database: Endpoints) -> None:
    asked(empty_database.owner, "ALTER TABLE hub.party ADD COLUMN forgotten text")
    assert ["forgotten" in difference for difference in migrate.check(empty_database.owner)] == [True]


def test_second_upgrade_does_nothing(empty_database: Endpoints) -> None:
    migrate.upgrade(empty_database.owner)
    assert asked(empty_database.owner, "SELECT version_num FROM hub.alembic_version") == [(packaged_version(),)]


def test_upgrade_by_a_superuser_still_leaves_everything_to_the_owner(
    server: EmbeddedServer, unmigrated: Endpoints
) -> None:
    name = unmigrated.owner.rpartition("@/")[2].partition("?")[0]
    server.execute("ALTER ROLE bofast_app SUPERUSER", name)
    try:
        migrate.upgrade(unmigrated.app)
    finally:
        server.execute("ALTER ROLE bofast_app NOSUPERUSER", name)
    owners = asked(unmigrated.owner, "SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname IN ('hub', 'audit')")
    assert owners == [("bofast_owner",)]


def test_addresses_of_the_first_version_are_taken_apart(unmigrated: Endpoints) -> None:
    migrate.upgrade(unmigrated.owner, "0001")
    add_old_persons(
        unmigrated.owner,
        ("15928741270", "Prøveveien 4, leil. 2, 9901 Testby", "Postboks 7, 0125 Oslo", "UGRADERT"),
        ("22816823084", "12 Rue de l'Essai, Paris", "  ", "UGRADERT"),
        ("03847538057", None, "SOT6, Postboks 2094 Vika, 0125 Oslo", "STRENGT_FORTROLIG"),
        ("52879131057", None, None, "FORTROLIG"),
    )
    migrate.upgrade(unmigrated.owner)
    people = asked(unmigrated.owner, f"SELECT national_id, {_PARTS}, grade FROM nav.person ORDER BY national_id")
    assert people == [
        ("03847538057", None, None, None, "SOT6, Postboks 2094 Vika", "0125", "Oslo", 2),
        ("15928741270", "Prøveveien 4, leil. 2", "9901", "Testby", "Postboks 7", "0125", "Oslo", 0),
        ("22816823084", "12 Rue de l'Essai, Paris", None, None, None, None, None, 0),
        ("52879131057", None, None, None, None, None, None, 1),
    ]
    assert migrate.check(unmigrated.owner) == []


def test_going_back_puts_the_addresses_together_again(unmigrated: Endpoints) -> None:
    migrate.upgrade(unmigrated.owner, "0001")
    told = (
        ("15928741270", "Prøveveien 4, 9901 Testby", None, "UGRADERT"),
        ("22816823084", "12 Rue de l'Essai, Paris", "Postboks 7, 0125 Oslo", "UGRADERT"),
    )
    add_old_persons(unmigrated.owner, *told)
    migrate.upgrade(unmigrated.owner)
    migrate.downgrade(unmigrated.owner, "0001")
    people = asked(
        unmigrated.owner,
        "SELECT national_id, residential_address, postal_address, protection FROM nav.person ORDER BY 1",
    )
    assert tuple(people) == told


def test_strict_protection_is_guarded_before_and_after(unmigrated: Endpoints) -> None:
    migrate.upgrade(unmigrated.owner, "0001")
    with pytest.raises(asyncpg.CheckViolationError):
        add_old_persons(unmigrated.owner, ("03847538057", "Skjulestedet 1", None, "STRENGT_FORTROLIG"))
    migrate.upgrade(unmigrated.owner)
    with pytest.raises(asyncpg.CheckViolationError):
        asked(
            unmigrated.owner,
            "INSERT INTO nav.person (national_id, first_name, last_name, residential_line, address_grade, protection, "
            "source_party) VALUES ('03847538057', 'O', 'H', 'Skjulestedet 1', 'UGRADERT', 'STRENGT_FORTROLIG', 'nav')",
        )


def test_failed_migration_leaves_nothing_half_done(unmigrated: Endpoints) -> None:
    asked(unmigrated.owner, "CREATE SCHEMA facts")
    with pytest.raises(Exception, match="facts"):
        migrate.upgrade(unmigrated.owner)
    assert asked(unmigrated.owner, "SELECT count(*) FROM pg_tables WHERE schemaname = 'hub'") == [(0,)]
