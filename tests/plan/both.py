"""The two ways of answering, side by side over one database."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

import asyncpg
from graphql import GraphQLSchema
from sqlmodel import SQLModel

from hub.app import rules
from hub.errors import PurposeNotPermitted, PurposeRequired
from hub.gate import Gate
from hub.identity.model import Inquiry, Kind
from hub.operation.document import Documents
from hub.operation.limits import Limits
from hub.operation.request import GraphQLRequest
from hub.plan.arguments import ArgumentReader
from hub.plan.desk import Answer, Desk
from hub.plan.grants import READS_AS
from hub.plan.plain import Plain, Seen
from hub.plan.plan import Planner
from hub.plan.read_outs import read_outs
from hub.plan.totals import total_facts
from hub.store.pool import Limits as PoolLimits
from hub.store.pool import ReadPool
from hub.store.roles import Endpoints, Role
from tests.plan.documents import Written
from tests.plan.noted import shown_by, withheld_by

SECRET = b"a secret for tests, 32 bytes long"
_PAGES = 3
_WIDE = Limits(tokens=100_000, depth=50, aliases=10_000, root_fields=100, cost=10**12)


class Mismatch(AssertionError):
    """The two ways answered differently."""


@dataclass(frozen=True, slots=True)
class Executed:
    """A statement as it was given to the database."""

    role: Role
    sql: str
    arguments: tuple[Any, ...]


class RecordingSource:
    """A pool that remembers what it was asked."""

    def __init__(self, pool: ReadPool, role: Role, executed: list[Executed]) -> None:
        self._pool = pool
        self._role = role
        self._executed = executed

    async def fetchrow(self, sql: str, args: Sequence[Any] = ()) -> Any:
        self._executed.append(Executed(self._role, sql, tuple(args)))
        return await self._pool.fetchrow(sql, args)


class OneAtATime:
    """A connection of the owner, who may read everything."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection
        self._lock = asyncio.Lock()

    async def fetch(self, query: str, *args: Any) -> Any:
        async with self._lock:
            return await self._connection.fetch(query, *args)


class _NoCommands:
    async def execute(self, *_: object) -> Answer:
        raise NotImplementedError


class Both:
    """The desk as it stands in the hub, with pools of the read roles, and the plain way beside it."""

    def __init__(
        self,
        endpoints: Endpoints,
        *,
        gate: Gate | None = None,
        contracts: Mapping[Kind, GraphQLSchema] | None = None,
    ) -> None:
        known = replace(rules(), gate=gate or rules().gate, contracts=contracts or rules().contracts)
        self.executed: list[Executed] = []
        self._pools = {
            role: ReadPool(getattr(endpoints, role.name.lower()), PoolLimits(size=1, statement=30))
            for role in (Role.PUBLIC, Role.EXTERNAL, Role.AUDIT)
        }
        self._owner = endpoints.owner
        self._known = known
        self.documents = Documents(known.contracts, _WIDE, bound=50)
        self.arguments = ArgumentReader(SECRET, 100)
        totals = total_facts(known.catalogue, known.gate, SQLModel.metadata)
        self.planner = Planner(known.catalogue, known.gate, totals, bound=50)
        self._sources = {
            kind: RecordingSource(self._pools[READS_AS[kind]], READS_AS[kind], self.executed) for kind in Kind
        }
        self.desk = self._desk(None)

    async def __aenter__(self) -> Self:
        for pool in self._pools.values():
            await pool.start()
        self.owner = await asyncpg.connect(
            self._owner,
            statement_cache_size=2_000,
            max_cacheable_statement_size=0,
            server_settings={
                "TimeZone": "UTC",
                "DateStyle": "ISO",
                "search_path": "",
                "plan_cache_mode": "force_generic_plan",
                "jit": "off",
            },
        )
        known, source = self._known, OneAtATime(self.owner)
        self.plain = Plain(catalogue=known.catalogue, gate=known.gate, arguments=self.arguments, source=source)
        self.plain_desk = self._desk(self.plain)
        return self

    def _desk(self, plain: Plain | None) -> Desk:
        return Desk(
            # Of the set in force in the database, also where a test has decisions of its own.
            digest=rules().digest,
            gate=self._known.gate,
            catalogue=self._known.catalogue,
            documents=self.documents,
            planner=self.planner,
            arguments=self.arguments,
            sources=self._sources,
            commands=_NoCommands(),
            index=_nothing_new,
            read_outs=read_outs(self._known, self._sources),
            plain=plain,
        )

    async def __aexit__(self, *_: object) -> None:
        await self.owner.close()
        for pool in self._pools.values():
            await pool.close()

    def source(self, kind: Kind) -> RecordingSource:
        """The connections that a kind of party reads with."""
        return self._sources[kind]

    async def answer(self, inquiry: Inquiry, text: str, **variables: Any) -> dict[str, Any]:
        """The answer of the desk, whole."""
        answer = await self.desk.answer(inquiry, GraphQLRequest(query=text, variables=variables))
        return json.loads(answer.body, object_pairs_hook=_without_repetition)

    async def ask(self, inquiry: Inquiry, written: Written) -> Answer | None:
        """The desk's answer. None: the purpose closes the way in."""
        request = GraphQLRequest(query=written.text, operation_name=written.operation_name, variables=written.variables)
        try:
            return await self.desk.answer(inquiry, request)
        except (PurposeNotPermitted, PurposeRequired):
            return None

    async def compare(self, inquiry: Inquiry, written: Written) -> dict[str, Any] | None:
        """The data. Both ways must agree on it to the order of its members, on what was shown and what was withheld."""
        answer = await self.ask(inquiry, written)
        if answer is None:
            return None
        compiled = json.loads(answer.body, object_pairs_hook=_without_repetition)["data"]
        operation = self.documents.read(inquiry.requester.kind, written.text, written.operation_name)
        seen = Seen()
        plain = await self.plain.data(inquiry, operation, written.variables, seen)
        if json.dumps(compiled) != json.dumps(plain):
            raise Mismatch(_told(written, _difference("data", compiled, plain)))
        if (shown := shown_by(answer)) != seen.shown:
            raise Mismatch(_told(written, f"on record: {shown - seen.shown}, shown: {seen.shown - shown}"))
        if (withheld := withheld_by(answer)) != seen.withheld:
            raise Mismatch(_told(written, f"noted: {withheld - seen.withheld}, withheld: {seen.withheld - withheld}"))
        return compiled

    async def compare_pages(self, inquiry: Inquiry, written: Written) -> int:
        """The document and, with the cursors of its answer, the next pages. How many answers were compared."""
        compared = 0
        while compared < _PAGES:
            data = await self.compare(inquiry, written)
            if data is None:
                return compared
            compared += 1
            cursors = {
                variable: data[key]["pageInfo"]["next"]
                for key, variable in written.pages.items()
                if key in data and data[key].get("pageInfo", {}).get("next")
            }
            if not cursors:
                return compared
            written = written.after(cursors)
        return compared


async def _nothing_new() -> None:
    """The log does not change under these tests."""


def _without_repetition(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    assert len(found) == len(pairs), "a member stands twice"
    return found


def _told(written: Written, what: str) -> str:
    return f"{what}\n{written.text}\n{json.dumps(dict(written.variables))}"


def _difference(path: str, one: Any, other: Any) -> str:
    """The first place at which the two differ."""
    if isinstance(one, dict) and isinstance(other, dict) and list(one) == list(other):
        return next((found for key in one if (found := _difference(f"{path}.{key}", one[key], other[key]))), "")
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        pairs = enumerate(zip(one, other, strict=True))
        return next((found for at, (a, b) in pairs if (found := _difference(f"{path}.{at}", a, b))), "")
    return "" if one == other and type(one) is type(other) else f"{path}: compiled {one!r}, plain {other!r}"
