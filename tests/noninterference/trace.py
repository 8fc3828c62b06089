"""Everything that can be told of an answer from outside and inside, and how two of them are held against each other."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import orjson

from tests.acceptance.house import House
from tests.acceptance.recorded import Recorded
from tests.noninterference.watching import Statement, Watch

# Ids and times that a command makes: each has one length.
_MADE_ID = re.compile(rb"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")
_MADE_AT = re.compile(rb'"(?:receivedAt|recordedAt)":"[^"]{24}"')
# Everything that an answer can leave behind. It is counted in all after each test; what is the answer's own, by its id.
_RECORD = ("audit.event", "audit.security_event")
_BY_COMMANDS = ("hub.submission", "hub.submitted_default", "hub.submitted_default_event")


class Leak(AssertionError):
    """Two answers that must not differ."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked: a document with variables, and headers beside the token. `makes`: a command makes ids."""

    text: str
    variables: Mapping[str, Any]
    purpose: str | None = None
    operation_name: str | None = None
    makes: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """An answer: what the asker gets, what the hub did for it, and what it wrote."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    statements: tuple[Statement, ...]
    written: tuple[int, ...]
    recorded: Recorded

    @property
    def cursor(self) -> str | None:
        """Where the next page begins, of an answer whose first way in is a page with more to come."""
        data = orjson.loads(self.body).get("data") or {}
        page = next(iter(data.values()), None)
        info = page.get("pageInfo", {}) if isinstance(page, dict) else {}
        return info["endCursor"] if info.get("hasNextPage") else None

    def next_of(self, key: str) -> str | None:
        """The cursor of a page that was asked for as `next: endCursor`."""
        page = (orjson.loads(self.body).get("data") or {}).get(key) or {}
        return (page.get("pageInfo") or {}).get("next")


class Tracer:
    """Asks a hub, and notes all of that."""

    def __init__(self, house: House, watch: Watch) -> None:
        self.house = house
        self._watch = watch
        self._at_first = self._count(_RECORD)
        self._recorded = [0, 0]

    def ask(self, who: str | None, question: Question) -> Trace:
        counted = _BY_COMMANDS if question.makes else ()
        before = self._count(counted)
        self._watch.take()
        answer = self.house.post(_body(question), headers=self._headers(who, question))
        statements = self._watch.take()
        if question.makes:
            self._watch.wait_until_passed_on()
        self._recorded = [n + m for n, m in zip(self._recorded, answer.recorded.shape, strict=True)]
        return Trace(
            status=answer.status,
            headers=answer.bare_headers,
            body=_MADE_AT.sub(b"", _MADE_ID.sub(b"", answer.content)) if question.makes else answer.content,
            statements=statements,
            written=tuple(now - then for then, now in zip(before, self._count(counted), strict=True)),
            recorded=answer.recorded,
        )

    def hold_count(self) -> None:
        """Nothing stands on record but what stands there under the id of an answer."""
        written = [now - then for then, now in zip(self._at_first, self._count(_RECORD), strict=True)]
        assert written == self._recorded

    def _count(self, tables: Sequence[str]) -> list[int]:
        return [self.house.value(f"SELECT count(*) FROM {table}") for table in tables]

    def _headers(self, who: str | None, question: Question) -> dict[str, str]:
        sent = {"authorization": f"Bearer {self.house.token(who)}"} if who else {}
        return sent | ({"behandlingsnummer": question.purpose} if question.purpose else {})


def _body(question: Question) -> dict[str, Any]:
    named = {"operationName": question.operation_name} if question.operation_name else {}
    return {"query": question.text, "variables": question.variables, **named}


def same(one: Trace, other: Trace, told: str) -> None:
    """Raises `Leak` with the first thing that tells the two apart."""
    for part in fields(Trace):
        left, right = getattr(one, part.name), getattr(other, part.name)
        if left != right:
            raise Leak(f"{told}\n{part.name}:\n  {_short(left, right)}\n  {_short(right, left)}")


def _short(value: object, other: object) -> str:
    """The value, from shortly before it differs."""
    text, beside = repr(value), repr(other)
    differs = next((at for at, pair in enumerate(zip(text, beside, strict=False)) if pair[0] != pair[1]), 0)
    return text[max(0, differs - 200) : differs + 400]
