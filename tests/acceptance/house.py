"""A hub on loopback over a database of its own, in a thread, asked over HTTP; and its record, read from PostgreSQL."""

from __future__ import annotations

import asyncio
import secrets
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import httpx
import uvloop

from hub import settings as reading
from hub.app import running
from hub.cli.demo import databases_of
from hub.demo.people import Known
from hub.demo.personas import PERSONAS
from hub.edge.server import Server, listen, server
from hub.identity.personas import Persona
from hub.identity.sign_in import sign_in
from hub.jobs import Job
from hub.settings import Limits, Settings
from hub.store.roles import Endpoints
from hub.store.session import Sessions
from tests.acceptance.recorded import Recorded, read_record
from tests.running import NO_ROUNDS

STRICT = "application/graphql-response+json"
LEGACY = "application/json"
_START_SECONDS = 30


@dataclass(frozen=True, kw_only=True)
class Answer:
    """An HTTP answer, and what the request left on record."""

    status: int
    headers: httpx.Headers
    content: bytes
    read: Callable[[], Recorded] = field(repr=False, compare=False)

    @cached_property
    def recorded(self) -> Recorded:
        """The record of the request, read when a test first asks for it."""
        return self.read()

    @property
    def json(self) -> dict[str, Any]:
        return httpx.Response(200, content=self.content).json()

    @property
    def data(self) -> Any:
        """The data of an answer without errors."""
        assert "errors" not in self.json, self.json["errors"]
        return self.json["data"]

    @property
    def withheld(self) -> list[dict[str, Any]]:
        return self.json.get("extensions", {}).get("withheld", [])

    @property
    def codes(self) -> list[str]:
        """Codes of the errors; an answer with an error of the whole request has no data."""
        body = self.json
        assert "data" not in body or body["data"] is None
        return [error["extensions"]["code"] for error in body["errors"]]

    @property
    def bare_headers(self) -> dict[str, str]:
        """The headers without what differs between any two answers."""
        return {name: value for name, value in self.headers.items() if name not in ("date", "x-request-id")}


@dataclass(kw_only=True)
class House:
    """A running hub. Each persona signs in once."""

    url: str
    http: httpx.Client
    runner: asyncio.Runner
    owner: asyncpg.Connection[asyncpg.Record]
    personas: Mapping[str, Persona]
    endpoints: Endpoints
    tokens: dict[str, str] = field(default_factory=dict)

    def token(self, name: str) -> str:
        if name not in self.tokens:
            self.tokens[name] = asyncio.run(sign_in(self.url, self.personas[name]))
        return self.tokens[name]

    def ask(
        self,
        who: str | None,
        query: str,
        *,
        purpose: str | None = None,
        accept: str | None = None,
        headers: Mapping[str, str] | None = None,
        **variables: object,
    ) -> Answer:
        """One query as a persona; as nobody, without a token."""
        sent = {"authorization": f"Bearer {self.token(who)}"} if who else {}
        sent |= {"behandlingsnummer": purpose} if purpose else {}
        sent |= {"accept": accept} if accept else {}
        return self.post({"query": query, "variables": variables}, headers={**sent, **(headers or {})})

    def post(self, body: object, *, headers: Mapping[str, str] | None = None) -> Answer:
        """A body as JSON, or bytes as they are."""
        request_id = f"test-{uuid4().hex}"
        content = {"content": body} if isinstance(body, bytes) else {"json": body}
        sent = {"content-type": "application/json", "x-request-id": request_id, **(headers or {})}
        response = self.http.post("/graphql", headers=sent, **content)
        return self.answered(response, request_id)

    def answered(self, response: httpx.Response, request_id: str) -> Answer:
        return Answer(
            status=response.status_code,
            headers=response.headers,
            content=response.content,
            read=lambda: self.runner.run(read_record(self.owner, request_id)),
        )

    def case_of(self, known: Known) -> str:
        """The id of a known person's latest case."""
        found = self.value("SELECT id::text FROM hub.case WHERE subject_id = $1 ORDER BY opened_at DESC", known.id)
        assert isinstance(found, str)
        return found

    def rows(self, sql: str, *arguments: object) -> list[dict[str, Any]]:
        """Rows as they stand in PostgreSQL."""
        return [dict(row) for row in self.runner.run(self.owner.fetch(sql, *arguments))]

    def value(self, sql: str, *arguments: object) -> Any:
        return self.runner.run(self.owner.fetchval(sql, *arguments))

    def execute(self, sql: str, *arguments: object) -> None:
        self.runner.run(self.owner.execute(sql, *arguments))

    def do(self, duty: Job) -> None:
        """One of the jobs, as a round does it that begins now."""
        self.runner.run(_done(self.endpoints, duty))


async def _done(endpoints: Endpoints, duty: Job) -> None:
    sessions = Sessions(endpoints.app)
    try:
        for _ in range(100):
            async with sessions() as session, session.begin():
                if await duty.run(session) != duty.batch:
                    return
    finally:
        await sessions.close()
    raise AssertionError("never done")


class _Quiet(Server):
    """Signals are pytest's."""

    def capture_signals(self) -> Any:
        return nullcontext()


@contextmanager
def open_house(endpoints: Endpoints, *further: Persona, limits: Limits | None = None) -> Iterator[House]:
    """A hub over this database, for the personas of the demo and further ones."""
    personas = (*PERSONAS, *further)
    with ExitStack() as stack:
        data = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bofast-house-")))
        listener = stack.enter_context(listen("127.0.0.1", 0))
        settings = reading.demo(
            port=listener.getsockname()[1], data=data, cases=0, key=secrets.token_bytes(32), environment={}
        )
        settings = replace(settings, databases=databases_of(endpoints), pool_size=2, limits=limits or settings.limits)
        stack.enter_context(_serving(settings, [listener], personas))
        runner = stack.enter_context(asyncio.Runner())
        owner = runner.run(asyncpg.connect(endpoints.owner))
        stack.callback(lambda: runner.run(owner.close()))
        # After that of the start.
        runner.run(owner.execute(NO_ROUNDS))
        http = stack.enter_context(httpx.Client(base_url=settings.base_url, timeout=30, trust_env=False))
        by_name = {persona.name: persona for persona in personas}
        yield House(url=settings.base_url, http=http, runner=runner, owner=owner, personas=by_name, endpoints=endpoints)


@contextmanager
def _serving(settings: Settings, listeners: Sequence[Any], personas: Sequence[Persona]) -> Iterator[None]:
    """The hub in a thread, with a loop of its own, until the context ends."""
    is_open, opened, failed = threading.Event(), [], []

    async def serve() -> None:
        async with running(settings, personas) as hub:
            running_server = server(hub.app, settings, on_drain=hub.drain)
            running_server.__class__ = _Quiet
            opened.append(running_server)
            is_open.set()
            await running_server.serve(sockets=list(listeners))

    def run() -> None:
        try:
            with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                runner.run(serve())
        except Exception as error:  # noqa: BLE001 - raised again where the test waits for it
            failed.append(error)
        finally:
            is_open.set()

    thread = threading.Thread(target=run, name="house", daemon=True)
    thread.start()
    assert is_open.wait(_START_SECONDS), "the hub did not open"
    try:
        if not failed:
            yield
    finally:
        for one in opened:
            one.should_exit = True
        thread.join(_START_SECONDS)
    if failed:
        raise failed[0]
