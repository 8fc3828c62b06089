"""What is stored of the rows of a slice, column by column: an accepted one as it came, of a rejected one its number and
digest.

A row is put in columns where it is read, when it is not known yet whether it rests on anything: the database is storing
the slice before meanwhile, so that it takes no time of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

from hub.intake.model import Fault, Ground, Line
from hub.store.driver import driver_of

Columns = dict[str, list[Any]]
"""Values by column, in the order of the rows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Rows of a file, numbered from `first`, with what became of each. `stated` is what is stored of accepted ones."""

    submission: UUID
    submitter: str
    received_at: datetime
    first: int
    receipts: Sequence[UUID]
    digests: Sequence[str]
    stated: Columns = field(repr=False)
    outcomes: Sequence[Ground | Fault] = field(repr=False)


def in_columns(rows: Sequence[Mapping[str, Any] | None]) -> Columns:
    """All rows that are there have the same columns. Of one that is not, each has nothing."""
    names = next((tuple(row) for row in rows if row is not None), ())
    nothing = (None,) * len(names)
    values = zip(*(nothing if row is None else row.values() for row in rows), strict=True)
    return {name: list(column) for name, column in zip(names, values, strict=True)} if names else {}


async def keep(
    session: AsyncSession,
    table: type[Line],
    kept: Kept,
    ground: Callable[[Ground | None], Mapping[str, Any]],
    meanwhile: Callable[[], None],
) -> None:
    """Store them in one statement. `ground` is what one rests on, by column. `meanwhile` is called when they are on
    their way to the database.
    """
    own: Any = sa.inspect(table).local_table
    # What none of them has need not travel.
    columns = {
        name: values for name, values in _columns(kept, ground).items() if any(value is not None for value in values)
    }
    driver = await driver_of(session)
    await driver.copy_records_to_table(
        own.name, schema_name=own.schema, columns=list(columns), records=_sent(columns, meanwhile)
    )


def _columns(kept: Kept, ground: Callable[[Ground | None], Mapping[str, Any]]) -> Columns:
    count = len(kept.outcomes)
    codes = [outcome.code if isinstance(outcome, Fault) else None for outcome in kept.outcomes]
    rejected = [place for place, code in enumerate(codes) if code is not None]
    # INVARIANT: of a rejected row nothing that it states is stored, whatever it is rejected for.
    for values in kept.stated.values():
        for place in rejected:
            values[place] = None
    return {
        "id": list(kept.receipts),
        "submission_id": [kept.submission] * count,
        "submitter_party": [kept.submitter] * count,
        "row_no": list(range(kept.first, kept.first + count)),
        "received_at": [kept.received_at] * count,
        "content_sha256": list(kept.digests),
        "outcome": ["ACCEPTED" if code is None else "REJECTED" for code in codes],
        "code": codes,
        **kept.stated,
        **in_columns([ground(None if isinstance(outcome, Fault) else outcome) for outcome in kept.outcomes]),
    }


def _sent(columns: Columns, meanwhile: Callable[[], None]) -> Iterator[tuple[Any, ...]]:
    """The driver takes one row after the other, and then waits for the database."""
    yield from zip(*columns.values(), strict=True)
    meanwhile()
