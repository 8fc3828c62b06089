"""What the read roles may see, down to the column: the second line, where PostgreSQL refuses what a plan gets wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

import asyncpg

from hub.store.roles import READ_ROLES, Role
from hub.store.tables import SCHEMAS

Grants = Mapping[str, Mapping[str, Sequence[str]]]

_FACTS = "facts"


async def apply(connection: asyncpg.Connection, grants: Grants) -> None:
    """Make these, and no others, the rights of the read roles: `{role: {"nav.person": ["id", "first_name"]}}`.

    As owner. In one transaction, so that no moment has more or less; one replica at a time.
    """
    await _execute(connection, grants, _revokes)


async def add(connection: asyncpg.Connection, grants: Grants) -> None:
    """Give these rights beside those that there are: while two sets of contracts are both in use."""
    await _execute(connection, grants, lambda _: iter(()))


async def _execute(connection: asyncpg.Connection, grants: Grants, before: Callable[[Role], Iterator[str]]) -> None:
    unknown = set(grants) - set(READ_ROLES)
    if unknown:
        raise ValueError(f"not a read role: {', '.join(sorted(unknown))}")
    statements = [text for role in READ_ROLES for text in (*before(role), *_grants(role, grants.get(role, {})))]
    async with connection.transaction():
        await connection.execute("SELECT pg_advisory_xact_lock(hashtext('bofast.grants'))")
        # Without parameters, many statements go in one round trip.
        await connection.execute(";\n".join(statements))


def _revokes(role: Role) -> Iterator[str]:
    everything = ", ".join(SCHEMAS)
    # Revoking from a table revokes from its columns too.
    yield f"REVOKE ALL ON ALL TABLES IN SCHEMA {everything}, {_FACTS} FROM {role}"
    yield f"REVOKE ALL ON SCHEMA {everything}, {_FACTS} FROM {role}"


def _grants(role: Role, tables: Mapping[str, Sequence[str]]) -> Iterator[str]:
    yield f"GRANT USAGE ON SCHEMA {_FACTS} TO {role}"
    yield f"GRANT SELECT ON ALL TABLES IN SCHEMA {_FACTS} TO {role}"
    for schema in sorted({_parts(table)[0] for table, columns in tables.items() if columns}):
        yield f"GRANT USAGE ON SCHEMA {_quoted(schema)} TO {role}"
    for table, columns in sorted(tables.items()):
        if columns:
            listed = ", ".join(_quoted(column) for column in sorted(set(columns)))
            yield f"GRANT SELECT ({listed}) ON {'.'.join(map(_quoted, _parts(table)))} TO {role}"


def _parts(table: str) -> tuple[str, str]:
    schema, name = table.replace('"', "").split(".")
    if schema not in SCHEMAS:
        raise ValueError(f"not a schema with tables: {schema}")
    return schema, name


def _quoted(name: str) -> str:
    return '"{}"'.format(name.replace('"', '""'))
