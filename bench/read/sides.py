"""The sides: each a server in a process of its own on the same database, and its words for each question."""

from __future__ import annotations

import itertools
import os
import signal
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, AsyncExitStack, ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import orjson
import psutil

from bench.machine import ROOT, served, served_hub
from bench.read.load import http_request
from bench.read.questions import Question
from hub.demo.personas import persona
from hub.identity.sign_in import sign_in
from hub.store.roles import Endpoints

_TOKEN_SECONDS = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What a server is started with."""

    endpoints: Endpoints = field(repr=False)
    folder: Path
    leave_out: tuple[str, ...] = ()

    def told(self, port: int) -> dict[str, Any]:
        return {"port": port, "database": self.endpoints.owner, "leave_out": self.leave_out}


class Side(ABC):
    """One server. While others are measured it is stopped, and takes no processor time."""

    name = ""
    settings = ""
    port = 0

    def __init__(self, port: int | None = None) -> None:
        self.port = port or self.port
        self._process: psutil.Process | None = None

    @contextmanager
    def running(self, setting: Setting) -> Iterator[None]:
        with self._served(setting) as process:
            self._process = process
            try:
                yield
            finally:
                self.wake()
                self._process = None

    @property
    def process(self) -> psutil.Process:
        assert self._process is not None
        return self._process

    def sleep(self) -> None:
        for process in self._processes():
            os.kill(process.pid, signal.SIGSTOP)

    def wake(self) -> None:
        for process in self._processes():
            os.kill(process.pid, signal.SIGCONT)

    async def requests(self, question: Question) -> Callable[[], bytes]:
        """The requests of a question, ready to be sent. Those that only read are the same ones over and over."""
        if question.name == "Q3":
            prepared = await self._prepared(question)
            debtors = itertools.cycle(question.variables)
            return lambda: prepared(_row(next(debtors)))
        prepared = await self._prepared(question)
        return itertools.cycle([prepared(one) for one in question.variables]).__next__

    async def settle(self) -> None:  # noqa: B027  most owe nothing
        """Have done what is owed for the requests that were answered."""

    @abstractmethod
    async def _prepared(self, question: Question) -> Callable[[dict[str, Any]], bytes]: ...

    @abstractmethod
    def _served(self, setting: Setting) -> AbstractContextManager[psutil.Process]: ...

    def _processes(self) -> list[psutil.Process]:
        return [self.process, *self.process.children(recursive=True)]


class HubSide(Side):
    """The hub, with all that it does."""

    name = "hub"
    settings = (
        "tokens, decisions, consent facts and the durable record on; 8 connections for each role that reads;"
        " the index of subjects, which is derived, does not wait for the disk"
    )
    port = 8_241

    def __init__(self, port: int | None = None, limits: Mapping[str, int] | None = None) -> None:
        super().__init__(port)
        self._limits = limits
        self._tokens: dict[str, tuple[float, str]] = {}

    def _served(self, setting: Setting) -> AbstractContextManager[psutil.Process]:
        self._tokens.clear()
        return served_hub(setting.endpoints, setting.folder / "hub", self.port, self._limits)

    async def _prepared(self, question: Question) -> Callable[[dict[str, Any]], bytes]:
        headers = await self._headers(question.persona, question.purpose)

        def prepared(variables: dict[str, Any]) -> bytes:
            body = orjson.dumps({"query": question.document, "variables": variables})
            return http_request("/graphql", body, **headers)

        return prepared

    async def settle(self) -> None:
        """The index of subjects is brought up to date by whoever reads the access log."""
        headers = {"authorization": f"Bearer {await self._token('citizen-kari')}"}
        async with httpx.AsyncClient(trust_env=False, timeout=60) as client:
            asked = {"query": "{ myAccessLog(first: 1) { nodes { id } } }"}
            answer = await client.post(f"{self._url}/graphql", json=asked, headers=headers)
        assert answer.status_code == 200, answer.text
        assert "errors" not in answer.json(), answer.text

    async def _headers(self, who: str, purpose: str) -> dict[str, str]:
        told = {"host": f"127.0.0.1:{self.port}", "authorization": f"Bearer {await self._token(who)}"}
        return {**told, "behandlingsnummer": purpose} if purpose else told

    async def _token(self, who: str) -> str:
        made, token = self._tokens.get(who, (0.0, ""))
        if time.monotonic() - made > _TOKEN_SECONDS or not token:
            one = persona(who)
            assert one is not None
            token = await sign_in(self._url, one)
            self._tokens[who] = time.monotonic(), token
        return token

    @property
    def _url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


class CeilingSide(Side):
    """Statements written by hand, and nothing around them."""

    name = "ceiling"
    settings = "SQL by hand, bare ASGI on uvicorn; 8 connections with prepared statements and generic plans"
    port = 8_242

    def _served(self, setting: Setting) -> AbstractContextManager[psutil.Process]:
        return served([sys.executable, "-m", "bench.read.ceiling"], setting.told(self.port))

    async def _prepared(self, question: Question) -> Callable[[dict[str, Any]], bytes]:
        def prepared(variables: dict[str, Any]) -> bytes:
            given = variables.get("input") or {**variables, "unit": question.unit}
            return http_request(f"/{question.name}", orjson.dumps(given))

        return prepared


class PeerSide(Side):
    """A GraphQL server as its documentation shows it. It is told which unit asks, and which loans to leave out."""

    async def _prepared(self, question: Question) -> Callable[[dict[str, Any]], bytes]:
        def prepared(variables: dict[str, Any]) -> bytes:
            body = orjson.dumps({"query": question.document, "variables": variables})
            return http_request("/graphql", body, x_unit=question.unit)

        return prepared


class MercuriusSide(PeerSide):
    name = "mercurius"
    settings = (
        "graphql-jit from the first request, loaders, fastify, one process; pg with 8 connections, named statements"
    )
    port = 8_243
    folder = ROOT / "bench" / "read" / "mercurius"

    def _served(self, setting: Setting) -> AbstractContextManager[psutil.Process]:
        return served(["node", "server.js"], setting.told(self.port), self.folder)


class StrawberrySide(PeerSide):
    name = "strawberry"
    settings = (
        "DataLoader for each relation, a permission class on each relation, uvicorn; asyncpg's pool with 8 connections"
    )
    port = 8_244

    def _served(self, setting: Setting) -> AbstractContextManager[psutil.Process]:
        return served([sys.executable, "-m", "bench.read.peer"], setting.told(self.port))


def _row(debtor: dict[str, Any]) -> dict[str, Any]:
    """A batch of one row that was never sent before."""
    key = uuid4().hex
    return {"input": {"idempotencyKey": key, "rows": [{**debtor, "loanRef": f"BL-{key[:12]}"}]}}


def started(stack: ExitStack | AsyncExitStack, side: Side, setting: Setting) -> Side:
    """A side that runs for as long as the stack lasts."""
    stack.enter_context(side.running(setting))
    return side
