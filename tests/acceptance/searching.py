"""Where a text stands in the database: every row of every table, as text or as the bytes of a text."""

from __future__ import annotations

from tests.acceptance.house import House

_TABLES = """
    SELECT schemaname || '.' || quote_ident(tablename) AS name FROM pg_tables
    WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"""
_HOLDS = "SELECT EXISTS (SELECT FROM {} AS line WHERE line::text LIKE ANY ($1))"


def tables_that_hold(house: House, *texts: str) -> set[str]:
    """The tables with a row that holds any of these; what is packed or sealed is not seen through."""
    # A column of bytes is printed as hexadecimal digits.
    wanted = [f"%{form}%" for text in texts for form in (text, text.encode().hex())]
    names = [row["name"] for row in house.rows(_TABLES)]
    return {name for name in names if house.value(_HOLDS.format(name), wanted)}
