"""Questions whose answers tell by which set they were decided, and what the database says of it."""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import httpx

from hub.demo.personas import persona
from hub.identity.sign_in import sign_in
from hub.store.roles import Endpoints
from tests.reload.sets import AFTER, BEFORE, CLOSED_COLUMN

DOCUMENT = """{
  cases(first: 3) { nodes { id openedAt } }
  __type(name: "Case") { fields { name } }
}"""
CONTRACT = '{ __type(name: "Case") { fields { name } } }'
SUBMIT = """mutation Send($input: SubmitMortgageDefaultsInput!) {
  submitMortgageDefaults(input: $input) { __typename ... on Submitted { id } }
}"""
_TLS = ssl.create_default_context()
"""Made once: it takes longer than a question."""
ASKER, SENDER = "nav-caseworker", "bank-system"


@dataclass(frozen=True, kw_only=True)
class Told:
    """An answer: when it was asked for, and which sets its parts can only have come from."""

    began: float
    request: str
    status: int
    body: Mapping[str, Any] = field(repr=False)

    @property
    def sets(self) -> frozenset[str]:
        return frozenset(_sets_of(self.body)) if self.status == 200 else frozenset()

    @property
    def code(self) -> str:
        return self.body["errors"][0]["extensions"]["code"]


def _sets_of(body: Mapping[str, Any]) -> Iterator[str]:
    data = body["data"]
    for case in data.get("cases", {"nodes": ()})["nodes"]:
        yield AFTER if case["openedAt"] is None else BEFORE
    if "__type" in data:
        names = {one["name"] for one in data["__type"]["fields"]}
        yield BEFORE if "closeReason" in names else AFTER


@dataclass(kw_only=True)
class Served:
    """One database, and the processes that serve it."""

    data: Path
    endpoints: Endpoints
    urls: tuple[str, ...]
    tokens: dict[tuple[str, str], str] = field(default_factory=dict)

    @property
    def owner(self) -> str:
        return self.endpoints.owner

    async def sign_in(self) -> None:
        whose = [(url, name) for url in self.urls for name in (ASKER, SENDER)]
        self.tokens.update(zip(whose, await asyncio.gather(*(token(*one) for one in whose)), strict=True))

    def clients(self, name: str = ASKER) -> list[httpx.AsyncClient]:
        """One for each process."""
        return [client(url, self.tokens[url, name]) for url in self.urls]

    def ask_each(self, document: str = DOCUMENT) -> list[Told]:
        """Each process once."""
        return asyncio.run(self._ask_each(document))

    async def _ask_each(self, document: str) -> list[Told]:
        return await asyncio.gather(*(_asked_once(one, document) for one in self.clients()))

    def health_once(self, status: int) -> list[Mapping[str, str]]:
        """What each process says of itself, once all have this status. What they know is a second old at most."""
        for _ in range(60):
            answers = [httpx.get(f"{url}/health/ready", trust_env=False, verify=_TLS) for url in self.urls]
            if all(answer.status_code == status for answer in answers):
                return [answer.json() for answer in answers]
            time.sleep(0.05)
        raise TimeoutError(f"no {status} in three seconds")

    def fetch(self, sql: str, *values: object) -> list[asyncpg.Record]:
        return asyncio.run(fetch(self.owner, sql, *values))

    def expect_answers_by(self, digest: str) -> None:
        """Each process, now, and its record says so."""
        told = self.ask_each()
        assert [(one.status, one.sets) for one in told] == [(200, {digest})] * len(self.urls)
        on_record = self.recorded(told)
        assert {on_record[one.request] for one in told} == {digest}

    @contextmanager
    def holding(self, lock: str) -> Generator[None]:
        """While somebody else holds this lock."""
        with asyncio.Runner() as runner:
            connection = runner.run(asyncpg.connect(self.owner))
            try:
                runner.run(connection.execute(lock))
                yield
            finally:
                runner.run(connection.close())

    def in_force(self) -> str:
        return self.fetch("SELECT digest FROM facts.active_policy")[0]["digest"]

    def versions(self) -> int:
        return self.fetch("SELECT count(*) FROM hub.policy_version")[0]["count"]

    def recorded(self, told: Iterable[Told]) -> dict[str, str]:
        """The digest on record of each of these that is on record as answered."""
        rows = self.fetch(
            "SELECT request_id, policy_digest FROM audit.event"
            " WHERE kind IN ('QUERY', 'COMMAND') AND request_id = ANY($1)",
            [one.request for one in told],
        )
        return {row["request_id"]: row["policy_digest"] for row in rows}

    def rights(self) -> frozenset[tuple[str, str, str]]:
        """Every column that somebody has a right to: table, column, who may do what."""
        rows = self.fetch(
            "SELECT attrelid::regclass::text, attname::text, unnest(attacl)::text FROM pg_attribute"
            " WHERE attacl IS NOT NULL"
        )
        return frozenset((row[0], row[1], row[2]) for row in rows)


def may_read_what_was_closed(rights: frozenset[tuple[str, str, str]]) -> bool:
    return any(right[:2] == CLOSED_COLUMN for right in rights)


async def fetch(dsn: str, sql: str, *values: object) -> list[asyncpg.Record]:
    connection = await asyncpg.connect(dsn)
    try:
        return await connection.fetch(sql, *values)
    finally:
        await connection.close()


async def token(url: str, name: str) -> str:
    who = persona(name)
    assert who is not None
    return await sign_in(url, who)


def client(url: str, bearer: str) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        base_url=url, headers={"authorization": f"Bearer {bearer}"}, timeout=30, trust_env=False, verify=_TLS
    )


async def _asked_once(one: httpx.AsyncClient, document: str) -> Told:
    async with one:
        return await ask(one, document)


async def ask(one: httpx.AsyncClient, document: str, variables: Mapping[str, object] | None = None) -> Told:
    request, began = f"reload-{uuid4().hex}", time.monotonic()
    headers = {"x-request-id": request, "accept": "application/graphql-response+json"}
    if variables is None:
        headers["behandlingsnummer"] = "B101"
    response = await one.post("/graphql", json={"query": document, "variables": variables}, headers=headers)
    return Told(began=began, request=request, status=response.status_code, body=response.json())
