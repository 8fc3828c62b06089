"""What the schema, the policies and the database each say, side by side."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass

import asyncpg
import pytest

from hub.store.embedded import EmbeddedServer

_CHECKS = """
    SELECT c.conrelid::regclass::text AS relation, a.attname AS name, pg_get_constraintdef(c.oid) AS said
    FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = ANY (c.conkey)
    WHERE c.contype = 'c' AND cardinality(c.conkey) = 1"""
_COLUMNS = """
    SELECT n.nspname || '.' || r.relname AS relation, a.attname AS name, a.attnotnull AS required
    FROM pg_attribute a JOIN pg_class r ON r.oid = a.attrelid JOIN pg_namespace n ON n.oid = r.relnamespace
    WHERE a.attnum > 0 AND NOT a.attisdropped AND r.relkind IN ('r', 'p')
        AND n.nspname IN ('hub', 'nav', 'housing', 'enforcement', 'bank', 'audit')"""


@dataclass(frozen=True, kw_only=True)
class Database:
    """A migrated database: the closed word lists of its columns, and which columns are required."""

    words: Mapping[tuple[str, str], frozenset[str]]
    required: Mapping[tuple[str, str], bool]


@pytest.fixture(scope="session")
def migrated(server: EmbeddedServer, empty_template: str) -> Database:
    return asyncio.run(_read(server.endpoints(empty_template).owner))


async def _read(dsn: str) -> Database:
    connection = await asyncpg.connect(dsn)
    try:
        checks = await connection.fetch(_CHECKS)
        columns = await connection.fetch(_COLUMNS)
    finally:
        # The database is a template: nobody may stay connected to it.
        await connection.close()
    listed = {
        (row["relation"].replace('"', ""), row["name"]): frozenset(re.findall(r"'(\w+)'::text", row["said"]))
        for row in checks
        if "ARRAY[" in row["said"]
    }
    return Database(words=listed, required={(row["relation"], row["name"]): row["required"] for row in columns})
