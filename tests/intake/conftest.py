"""The intake with the real schema, policies, record and database, and the owner's eyes on what it stored.

The tests of this room share a database, as each sends batches of its own; those that break something take a fresh one.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import asyncpg
import orjson
import pytest

from hub.app import Rules, rules
from hub.audit import Record
from hub.commands import Handler, Runner
from hub.identity.model import Inquiry
from hub.intake import intake
from hub.operation.document import Documents, Operation
from hub.operation.limits import Limits
from hub.plan.arguments import ArgumentReader
from hub.plan.desk import Answer
from hub.routing import Routing
from hub.store.embedded import EmbeddedServer
from hub.store.roles import Endpoints, create_database
from hub.store.session import Sessions
from schema.build import SCHEMA
from schema.identifiers import Population
from tests.intake.factory import SUBMIT, inquiry, variables

KEY = bytes(range(32))


@dataclass(frozen=True)
class Reply:
    """An answer and what it says."""

    answer: Answer

    @property
    def whole(self) -> dict[str, Any]:
        return orjson.loads(self.answer.body)

    @property
    def submitted(self) -> dict[str, Any]:
        return self.whole["data"]["submitMortgageDefaults"]

    @property
    def rows(self) -> list[dict[str, Any]]:
        return self.submitted["rows"]

    @property
    def codes(self) -> list[str]:
        return [row.get("code", "ACCEPTED") for row in self.rows]


@dataclass(frozen=True)
class Intake:
    """The runner with the commands of this room, and what they leave for later."""

    runner: Runner
    routing: Routing

    async def execute(self, asked: Inquiry, operation: Operation, given: dict[str, Any]) -> Answer:
        return await self.runner.execute(asked, operation, given)


async def _elsewhere(*_: object) -> object:
    raise AssertionError("a command of another room")


Execute = Callable[..., Awaitable[Reply]]


@pytest.fixture(scope="session")
def shared_database(server: EmbeddedServer, loaded_template: str) -> Iterator[Endpoints]:
    name = "test_intake"
    server.execute(create_database(name, loaded_template))
    yield server.endpoints(name)
    server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def database(shared_database: Endpoints) -> Endpoints:
    return shared_database


@pytest.fixture(scope="session")
def known() -> Rules:
    return rules()


@pytest.fixture
async def record(database: Endpoints) -> AsyncIterator[Record]:
    record = Record(database.record)
    await record.start()
    yield record
    await record.stop()


@pytest.fixture
async def sessions(database: Endpoints) -> AsyncIterator[Sessions]:
    sessions = Sessions(database.app)
    yield sessions
    await sessions.close()


@pytest.fixture
async def owner(database: Endpoints) -> AsyncIterator[Any]:
    """The owner's connection."""
    connection = await asyncpg.connect(database.owner)
    yield connection
    await connection.close()


@pytest.fixture
async def make_intake(known: Rules, sessions: Sessions, record: Record) -> AsyncIterator[Callable[..., Intake]]:
    made: list[Intake] = []

    # Until it is told to settle: so that what is passed on is seen apart from what is answered.
    def make(*, pause: float = 60.0, **changes: Any) -> Intake:
        routing = Routing(sessions, pause=pause)
        parts: dict[str, Any] = {"sessions": sessions, "record": record, "routing": routing, "key": KEY}
        parts["population"] = Population.SYNTHETIC
        here = intake(gate=known.gate, purposes=known.purposes, **{**parts, **changes})
        schema = SCHEMA._schema
        others = dict.fromkeys(schema.mutation_type.fields, Handler(run=_elsewhere))
        runner = Runner(
            digest=known.digest,
            schema=schema,
            gate=known.gate,
            arguments=ArgumentReader(KEY, 100),
            handlers={**others, **here},
        )
        made.append(Intake(runner, routing))
        return made[-1]

    yield make
    for one in made:
        await one.routing.settle()


@pytest.fixture(name="intake")
def _intake(make_intake: Callable[..., Intake]) -> Intake:
    return make_intake()


@pytest.fixture
def documents(known: Rules) -> Documents:
    return Documents(known.contracts, Limits())


@pytest.fixture
def execute(request: pytest.FixtureRequest, documents: Documents) -> Execute:
    """A document with its variables, as this request."""
    made: Intake = request.getfixturevalue("intake")

    async def run(asked: Inquiry, text: str, given: dict[str, Any], *, by: Intake = made) -> Reply:
        operation = documents.read(asked.requester.kind, text, None)
        return Reply(await by.execute(asked, operation, given))

    return run


@pytest.fixture
def send(execute: Execute) -> Execute:
    """A batch, as this requester."""

    async def run(requester: Any, rows: Sequence[dict[str, Any]], key: str | None = None, **changes: Any) -> Reply:
        by = {"by": changes.pop("by")} if "by" in changes else {}
        return await execute(inquiry(requester, **changes), SUBMIT, variables(rows, key), **by)

    return run


@pytest.fixture
def stored(owner: Any) -> Callable[..., Awaitable[list[Any]]]:
    """The rows stored of a submission, in order."""

    async def fetch(submission: str) -> list[Any]:
        return await owner.fetch(
            "SELECT * FROM hub.submitted_default WHERE submission_id = $1::text::uuid ORDER BY row_no", submission
        )

    return fetch


@pytest.fixture
def count(owner: Any) -> Callable[[], Awaitable[dict[str, int]]]:
    """How many rows there are of everything that a command can write."""

    async def fetch() -> dict[str, int]:
        tables = (
            "hub.submission",
            "hub.submitted_default",
            "hub.unrouted",
            "bank.mortgage_default",
            "hub.signal",
            'hub."case"',
            "audit.event",
            "audit.security_event",
        )
        return {table: await owner.fetchval(f"SELECT count(*) FROM {table}") for table in tables}

    return fetch
