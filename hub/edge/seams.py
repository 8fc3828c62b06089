"""What the door needs of the rooms behind it, as small protocols. A test can stand in for a whole room here."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import date
from typing import Protocol, TypeVar
from uuid import UUID

from hub.audit.model import AccessEvent, SecurityEvent
from hub.identity.model import Inquiry, Purpose, Requester
from hub.operation.request import GraphQLRequest


class Held(Protocol):
    """Something that was answered by a set of rules. `held`: that the set was in force has been seen to."""

    @property
    def held(self) -> bool: ...


A = TypeVar("A", bound=Held)


class Recognises(Protocol):
    """Identity: who asks."""

    async def requester(self, authorization: str | None) -> Requester: ...


class SelectsPurpose(Protocol):
    """The register of processing activities: what it is asked for, and which legal bases are in force for that."""

    def select(self, number: str | None, requester: Requester, on: date) -> Purpose | None: ...

    def bases(self, purpose: Purpose | None, on: date) -> frozenset[str]: ...


class Answer(Protocol):
    """A finished answer: its bytes, and the events that must be durable before the first of them leaves."""

    @property
    def body(self) -> bytes: ...
    @property
    def status(self) -> int: ...
    @property
    def event(self) -> AccessEvent: ...
    @property
    def security(self) -> Sequence[SecurityEvent]: ...
    @property
    def recorded(self) -> bool: ...
    @property
    def held(self) -> bool: ...
    @property
    def is_told(self) -> bool: ...


class Wish(Protocol):
    """What a subscription asks to be told of, as the line has it."""

    @property
    def by(self) -> str: ...
    @property
    def value(self) -> str: ...
    @property
    def topic(self) -> str | None: ...
    @property
    def after(self) -> UUID | None: ...
    @property
    def held(self) -> bool: ...


class Answers(Protocol):
    """The plan: one request in, one finished answer out. A subscription is a wish, and an answer for each event."""

    async def answer(self, inquiry: Inquiry, request: GraphQLRequest) -> Answer: ...

    async def wish(self, inquiry: Inquiry, request: GraphQLRequest) -> Wish: ...

    async def tell(self, inquiry: Inquiry, request: GraphQLRequest, event: UUID) -> Answer: ...


class Rooms(Protocol):
    """The rooms behind the door that policies and registers have a say in, made of one set of them."""

    @property
    def purposes(self) -> SelectsPurpose: ...
    @property
    def desk(self) -> Answers: ...


class Stands(Protocol):
    """The rules: has a request answered in rooms of the set in force, wholly, and anew where that changed meanwhile."""

    async def answer(self, ask: Callable[[Rooms], Awaitable[A]]) -> A: ...


class Records(Protocol):
    """The record. Each returns when what it was given is durable, and raises RecordUnavailable when it is not."""

    async def write(self, event: AccessEvent, security: Sequence[SecurityEvent] = ()) -> None: ...

    async def note(
        self, security: Sequence[SecurityEvent], *, request_id: str, inquiry: Inquiry | None = None
    ) -> None: ...

    async def not_delivered(self, event: AccessEvent) -> None: ...


class Waits(Protocol):
    """The clock that ticks for all."""

    async def next(self) -> None: ...
