"""What each role can do and cannot: nobody owns but the owner, and a ledger is closed to all."""

from __future__ import annotations

import asyncpg
import pytest

from hub.store import grants
from hub.store.roles import READ_ROLES, Endpoints, Role
from hub.store.tables import LEDGERS, SCHEMAS

_LEDGERS = sorted(f"hub.{ledger.__tablename__}" for ledger in LEDGERS)


def dsn(endpoints: Endpoints, role: Role) -> str:
    return getattr(endpoints, role.name.lower())


async def refuses(dsn: str, sql: str) -> bool:
    """Whether PostgreSQL says that it is not permitted."""
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute(sql)
    except asyncpg.InsufficientPrivilegeError:
        return True
    finally:
        await connection.close()
    return False


async def test_everything_belongs_to_the_owner(demo_database: Endpoints) -> None:
    connection = await asyncpg.connect(demo_database.owner)
    others = await connection.fetch(
        "SELECT relname FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace "
        "WHERE nspname = ANY ($1) AND pg_get_userbyid(relowner) <> $2",
        [*SCHEMAS, "facts"],
        Role.OWNER,
    )
    functions = await connection.fetch(
        "SELECT proname FROM pg_proc JOIN pg_namespace n ON n.oid = pronamespace "
        "WHERE nspname = ANY ($1) AND (pg_get_userbyid(proowner) <> $2 OR has_function_privilege('public', p.oid, 'x'))"
        .replace("pg_proc JOIN", "pg_proc p JOIN").replace("'x'", "'EXECUTE'"),
        [*SCHEMAS, "facts"],
        Role.OWNER,
    )  # fmt: skip
    await connection.close()
    assert not others
    assert not functions


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.OWNER])
async def test_role_makes_no_table_and_takes_no_other_role(demo_database: Endpoints, role: Role) -> None:
    for sql in ("CREATE TABLE hub.own (a int)", "CREATE TABLE public.own (a int)", "CREATE TEMP TABLE own (a int)"):
        assert await refuses(dsn(demo_database, role), sql)
    for other in set(Role) - {role}:
        assert await refuses(dsn(demo_database, role), f"SET ROLE {other}")


@pytest.mark.parametrize("ledger", _LEDGERS)
async def test_commands_cannot_change_a_ledger(demo_database: Endpoints, ledger: str) -> None:
    for sql in (f"UPDATE {ledger} SET id = DEFAULT", f"DELETE FROM {ledger}", f"TRUNCATE {ledger} CASCADE"):
        assert await refuses(demo_database.app, sql)


@pytest.mark.parametrize("ledger", _LEDGERS)
async def test_not_even_the_owner_changes_a_ledger(demo_database: Endpoints, ledger: str) -> None:
    for sql in (f"UPDATE {ledger} SET id = DEFAULT", f"DELETE FROM {ledger}", f"TRUNCATE {ledger} CASCADE"):
        assert await refuses(demo_database.owner, sql)


@pytest.mark.parametrize("role", READ_ROLES)
async def test_read_role_without_grants_sees_facts_alone(demo_database: Endpoints, role: Role) -> None:
    assert not await refuses(dsn(demo_database, role), "SELECT * FROM facts.protection LIMIT 1")
    for table in ("nav.person", 'hub."case"', "housing.tenancy", "bank.mortgage_loan", "hub.consent", "audit.event"):
        assert await refuses(dsn(demo_database, role), f"SELECT 1 FROM {table}")


async def test_granted_columns_are_open_and_their_neighbours_stay_closed(database: Endpoints) -> None:
    connection = await asyncpg.connect(database.owner)
    await grants.apply(connection, {Role.EXTERNAL: {"nav.person": ["id", "first_name"], "hub.case": ["id"]}})
    assert not await refuses(database.external, "SELECT id, first_name FROM nav.person")
    assert not await refuses(database.external, 'SELECT id FROM hub."case"')
    assert await refuses(database.external, "SELECT last_name FROM nav.person")
    assert await refuses(database.external, "SELECT * FROM nav.person")
    assert await refuses(database.external, "UPDATE nav.person SET first_name = 'x'")
    assert await refuses(database.public, "SELECT id FROM nav.person")

    await grants.apply(connection, {Role.EXTERNAL: {"nav.person": ["id"]}})
    await connection.close()
    assert await refuses(database.external, "SELECT first_name FROM nav.person")
    assert await refuses(database.external, 'SELECT id FROM hub."case"')
    assert not await refuses(database.external, "SELECT count(*) FROM facts.participant")


async def test_grants_of_an_unknown_column_change_nothing(database: Endpoints) -> None:
    connection = await asyncpg.connect(database.owner)
    await grants.apply(connection, {Role.PUBLIC: {"nav.person": ["id"]}})
    with pytest.raises(asyncpg.UndefinedColumnError):
        await grants.apply(connection, {Role.PUBLIC: {"nav.person": ["shoe_size"]}})
    await connection.close()
    assert not await refuses(database.public, "SELECT id FROM nav.person")


async def test_grants_go_to_read_roles_and_our_tables_alone(demo_database: Endpoints) -> None:
    connection = await asyncpg.connect(demo_database.owner)
    with pytest.raises(ValueError, match="not a read role"):
        await grants.apply(connection, {Role.APP: {"nav.person": ["id"]}})
    with pytest.raises(ValueError, match="not a schema"):
        await grants.apply(connection, {Role.PUBLIC: {"pg_catalog.pg_authid": ["rolpassword"]}})
    await connection.close()


async def test_commands_do_not_write_to_the_sources_of_others(demo_database: Endpoints) -> None:
    for table in ("nav.person", "housing.rent_claim", "enforcement.eviction_petition", "hub.registration", "hub.party"):
        assert await refuses(demo_database.app, f"UPDATE {table} SET id = DEFAULT")
        assert await refuses(demo_database.app, f"DELETE FROM {table}")
