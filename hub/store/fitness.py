"""Whether the databases are fit to be served from: reachable in every role, durable, and as the code declares them.

Decisions rest on what is declared: a fact that is declared NOT NULL is not asked about again (`hub/plan/totals.py`). So
the declarations are held against the catalogue of the database at every start.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import asyncpg
from alembic.script import ScriptDirectory

from hub.settings import DatabaseRole, database_name
from hub.store import migrate
from hub.store.driver import FAILURES
from hub.store.tables import FACTS
from hub.store.tables.columns import Table

_CONNECT_SECONDS: Final = 10
_DURABLE: Final = (
    "SELECT name FROM pg_settings WHERE name IN ('fsync', 'full_page_writes') AND setting <> 'on' ORDER BY name"
)
_VERSION: Final = "SELECT version_num FROM hub.alembic_version"
# A constraint that was added NOT VALID marks the column, and says nothing of the rows that were there before.
_DIFFERENCES: Final = """
    SELECT format('%s.%s.%s', declared.schema, declared.table, declared.column) AS name,
        CASE WHEN attribute.attnum IS NULL THEN 'is missing' ELSE 'may be NULL, and is declared not to be' END AS fault
    FROM unnest($1::text[], $2::text[], $3::text[], $4::boolean[])
        AS declared (schema, "table", "column", is_required)
    LEFT JOIN pg_catalog.pg_namespace AS namespace ON namespace.nspname = declared.schema
    LEFT JOIN pg_catalog.pg_class AS class
        ON class.relnamespace = namespace.oid AND class.relname = declared.table
    LEFT JOIN pg_catalog.pg_attribute AS attribute
        ON attribute.attrelid = class.oid AND attribute.attname = declared.column AND NOT attribute.attisdropped
    WHERE attribute.attnum IS NULL OR declared.is_required AND (
        NOT attribute.attnotnull OR EXISTS (
            SELECT FROM pg_catalog.pg_constraint AS made
            WHERE made.conrelid = class.oid AND made.contype = 'n' AND made.conkey = ARRAY[attribute.attnum]
                AND NOT made.convalidated
        )
    )
    UNION ALL
    SELECT 'facts.' || expected.name, 'is missing'
    FROM unnest($5::text[]) AS expected (name)
    WHERE NOT EXISTS (
        SELECT FROM pg_catalog.pg_class AS class
        JOIN pg_catalog.pg_namespace AS namespace ON namespace.oid = class.relnamespace
        WHERE namespace.nspname = 'facts' AND class.relname = expected.name AND class.relkind = 'v'
    )
    ORDER BY 1
"""


async def faults_of(databases: Mapping[DatabaseRole, str], *, must_be_durable: bool) -> list[str]:
    """Why nothing may be served from these databases, each with the name of what to mend. Nothing where it may."""
    faults = [fault for role, dsn in sorted(databases.items()) if (fault := await _unreachable(role, dsn))]
    return faults or await _unfit(databases[DatabaseRole.APP], must_be_durable=must_be_durable)


async def _unreachable(role: DatabaseRole, dsn: str) -> str | None:
    if role is DatabaseRole.OWNER:
        return None
    name = database_name(role)
    try:
        connection = await asyncpg.connect(dsn, timeout=_CONNECT_SECONDS)
    except (*FAILURES, ValueError) as error:
        return f"{name}: {reason(error)}"
    try:
        is_super = await connection.fetchval("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
    finally:
        await connection.close()
    return f"{name} is that of a superuser; use the role that was made for it" if is_super else None


def reason(error: Exception) -> str:
    """What is wrong with a connection, in words of ours: those of server and driver quote what they were given."""
    match error:
        case asyncpg.InvalidPasswordError() | asyncpg.InvalidAuthorizationSpecificationError():
            return "the server does not know this role or password, or does not let it in from here"
        case asyncpg.InvalidCatalogNameError():
            return "there is no such database on the server"
        case asyncpg.PostgresError():
            return f"the server refuses the connection ({getattr(error, 'sqlstate', None)})"
        case TimeoutError():
            return "no server answers in time at this address"
        case OSError():
            return "no server answers at this address"
        case _:
            return "this is not the address of a PostgreSQL database"


async def _unfit(dsn: str, *, must_be_durable: bool) -> list[str]:
    connection = await asyncpg.connect(dsn, timeout=_CONNECT_SECONDS)
    try:
        durable = await connection.fetch(_DURABLE) if must_be_durable else []
        faults = [f"the database runs with {row['name']} off" for row in durable]
        if await _version(connection) != packaged_version():
            return [*faults, "the database is not at the version of this program; run bofast db migrate"]
        return faults + await differences(connection)
    finally:
        await connection.close()


async def differences(connection: asyncpg.Connection) -> list[str]:
    """Where the database is not as the tables declare it, by column and view."""
    columns = [
        # PostgreSQL keeps no NOT NULL for the columns of a view.
        (table.schema, table.name, column.name, not (column.nullable or table.info.get("is_view")))
        for table in Table.metadata.sorted_tables
        for column in table.columns
    ]
    found = await connection.fetch(_DIFFERENCES, *map(list, zip(*columns, strict=True)), list(FACTS))
    return [f"{row['name']} {row['fault']}; run bofast db migrate, or put it back" for row in found]


async def _version(connection: asyncpg.Connection) -> str | None:
    try:
        return await connection.fetchval(_VERSION)
    except (asyncpg.UndefinedTableError, asyncpg.InvalidSchemaNameError, asyncpg.InsufficientPrivilegeError):
        return None


def packaged_version() -> str | None:
    """The version that the migrations of this program lead to."""
    return ScriptDirectory(str(Path(migrate.__file__).parent / "migrations")).get_current_head()
