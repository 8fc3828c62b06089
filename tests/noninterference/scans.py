"""How the time of a list grows with rows that are not for whoever asks. This is known, and told in the documents."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from statistics import median
from typing import Any

import asyncpg

from hub.demo.people import NINA, OLA
from tests.intake.factory import strangers
from tests.log_lines import FROM_JSON, adding, as_json
from tests.noninterference.changes import columns
from tests.noninterference.named import line
from tests.noninterference.pairs import LOG

_STEPS = (1_000, 9_000)
_AT_MOST = 300
_CASES = "{ cases(first: 20) { totalCount nodes { __typename } } }"
Time = Callable[[str, Callable[[], bytes]], float]


@dataclass(frozen=True, kw_only=True)
class Grown:
    """A list, who asks for it, and its median time in milliseconds by how many hidden rows were added."""

    name: str
    who: str
    text: str
    variables: Mapping[str, Any] = field(default_factory=dict[str, Any])
    times: dict[int, float] = field(default_factory=dict[int, float])

    @property
    def body(self) -> bytes:
        return json.dumps({"query": self.text, "variables": self.variables}).encode()


def grown(owner: str, time: Time, number: int) -> Iterator[Grown]:
    """Lists among more and more rows that are hidden from whoever asks."""
    of_nina = {"n": NINA.national_id}
    scans = [
        (Grown(name="cases", who="nav-caseworker", text=_CASES), _strictly_protected),
        (Grown(name="cases", who="bank-system", text=_CASES), None),
        (Grown(name="accessLog of one person", who="privacy-officer", text=LOG, variables=of_nina), of_another_party),
    ]
    before = 0
    for one, _ in scans:
        one.times[before] = _median(one, time, number)
    for more in _STEPS:
        before += more
        for _, add in scans:
            if add is not None:
                asyncio.run(added(owner, add, more))
        for one, _ in scans:
            one.times[before] = _median(one, time, number)
    yield from (one for one, _ in scans)


def _median(one: Grown, time: Time, number: int) -> float:
    return median([time(one.who, lambda: one.body) for _ in range(min(number, _AT_MOST))][number // 10 :])


async def added(owner: str, add: Callable[[asyncpg.Connection[Any], int], Any], number: int) -> None:
    connection = await asyncpg.connect(owner)
    try:
        async with connection.transaction():
            await add(connection, number)
        await connection.execute("ANALYZE")
    finally:
        await connection.close()


async def _strictly_protected(connection: asyncpg.Connection[Any], number: int) -> None:
    """Cases like Ola's, of as many strictly protected persons, at the special unit."""
    await connection.execute("CREATE TEMP TABLE more (number text, at serial, person uuid, of uuid) ON COMMIT DROP")
    await connection.execute(
        "INSERT INTO more (number, person, of) SELECT n, uuidv7(), uuidv7() FROM unnest($1::text[]) n",
        strangers(number),
    )
    like_case = await connection.fetchval("SELECT id FROM hub.case WHERE subject_id = $1", OLA.id)
    person = "'id', more.person, 'national_id', more.number"
    await connection.execute(_like("nav.person", "id = $1", person), OLA.id)
    case = (
        "'id', more.of, 'subject_id', more.person, 'dwelling_id', NULL,"
        " 'case_no', 'T' || left(replace(more.of::text, '-', ''), 30)"
    )
    await connection.execute(_like("hub.case", "id = $1", case), like_case)
    member = "'id', uuidv7(), 'case_id', more.of, 'person_id', more.person"
    await connection.execute(_like("hub.case_person", "case_id = $1 AND known.relation = 'SELF'", member), like_case)
    for table in ("hub.household", "hub.participant"):
        await connection.execute(_like(table, "case_id = $1", "'id', uuidv7(), 'case_id', more.of"), like_case)


def _like(table: str, condition: str, values: str) -> str:
    """Rows like one that is there, one for each row of `more`, with other values."""
    names = [column.name for column in columns(table)]
    return f"""INSERT INTO {table} ({", ".join(names)})
        SELECT {", ".join(f"made.{name}" for name in names)}
        FROM more, {table} AS known, jsonb_populate_record(known, jsonb_build_object({values})) AS made
        WHERE known.{condition}"""


async def of_another_party(connection: asyncpg.Connection[Any], number: int) -> None:
    """Lines of the log about Nina that are another party's, each of a millisecond of its own."""
    first = line()["occurred_at"]
    made = as_json(
        line(subject_id=NINA.id, occurred_at=first + timedelta(milliseconds=after)) for after in range(number)
    )
    await connection.execute(adding(FROM_JSON), made)
