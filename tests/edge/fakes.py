"""The rooms behind the door, each as a complete small stand-in at its seam. The door itself is always the real one."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import date

import orjson

from hub.audit.model import AccessEvent, SecurityEvent
from hub.errors import PurposeNotPermitted, RecordUnavailable, Unauthenticated
from hub.identity.model import Inquiry, Kind, PrincipalType, Purpose, Requester
from hub.operation.request import GraphQLRequest

TOKEN = "a-good-token"
REQUESTER = Requester(
    principal=PrincipalType.SYSTEM,
    id="313800105",
    name="Testbanken",
    party="313800105",
    orgnr="313800105",
    party_name="Testbanken",
    kind=Kind.BANK,
    municipality=None,
    unit=None,
    role="bank",
    groups=frozenset({"BANK", "PRIVATE"}),
    assurance=0,
    issuer="https://issuer.example",
    expires_at=4_000_000_000.0,
)
B103 = Purpose(
    number="B103",
    code="REFINANCING",
    name="Refinancing",
    bases=("CONSENT",),
    kinds=frozenset({Kind.BANK}),
    valid_from=date(2024, 1, 1),
    valid_to=None,
)


@dataclass
class FakeIdentity:
    """Knows one token."""

    async def requester(self, authorization_header: str | None) -> Requester:
        if authorization_header != f"Bearer {TOKEN}":
            raise Unauthenticated
        return REQUESTER


@dataclass
class FakePurposes:
    """Knows one purpose."""

    def select(self, number: str | None, requester: Requester, on: date) -> Purpose | None:
        if number is None:
            return None
        if number != B103.number:
            raise PurposeNotPermitted
        return B103

    def bases(self, purpose: Purpose | None, on: date) -> frozenset[str]:
        return frozenset({"DATA_SUBJECT", *(purpose.bases if purpose else ())})


@dataclass(frozen=True)
class FakeAnswer:
    """A finished answer."""

    body: bytes
    event: AccessEvent
    status: int = 200
    security: tuple[SecurityEvent, ...] = ()
    recorded: bool = False
    held: bool = True


@dataclass
class FakeDesk:
    """Answers with what it is given, and keeps what it was asked."""

    body: bytes = orjson.dumps({"data": {"__typename": "Query"}})
    status: int = 200
    recorded: bool = False
    security: tuple[SecurityEvent, ...] = ()
    failure: BaseException | None = None
    gate: asyncio.Event | None = None
    asked: list[tuple[Inquiry, GraphQLRequest]] = field(default_factory=list)

    async def answer(self, inquiry: Inquiry, request: GraphQLRequest) -> FakeAnswer:
        self.asked.append((inquiry, request))
        if self.gate is not None:
            await self.gate.wait()
        if self.failure is not None:
            raise self.failure
        event = AccessEvent(inquiry=inquiry, policy_digest="none")
        return FakeAnswer(
            body=self.body, event=event, status=self.status, security=self.security, recorded=self.recorded
        )


@dataclass
class FakeBeat:
    """Ticks when it is told to, and counts who waits."""

    ticks: asyncio.Event | None = None
    waited: int = 0

    async def next(self) -> None:
        self.waited += 1
        if self.ticks is not None:
            await self.ticks.wait()


@dataclass
class FakeRecord:
    """Keeps what it is told, in order; can be out of order."""

    is_broken: bool = False
    written: list[AccessEvent] = field(default_factory=list)
    undelivered: list[AccessEvent] = field(default_factory=list)
    denials: list[tuple[SecurityEvent, Inquiry | None]] = field(default_factory=list)
    noted: asyncio.Event = field(default_factory=asyncio.Event)

    async def write(self, event: AccessEvent, security: Sequence[SecurityEvent] = ()) -> None:
        await asyncio.sleep(0)
        if self.is_broken:
            raise RecordUnavailable
        self.written.append(event)

    async def not_delivered(self, event: AccessEvent) -> None:
        self.undelivered.append(event)
        self.noted.set()

    async def note(self, security: Sequence[SecurityEvent], *, request_id: str, inquiry: Inquiry | None = None) -> None:
        if self.is_broken:
            raise RecordUnavailable
        self.denials.extend((event, inquiry) for event in security)


@dataclass
class FakeRules:
    """One set of rules, always in force."""

    desk: FakeDesk
    purposes: FakePurposes = field(default_factory=FakePurposes)

    async def answer(self, ask: Callable[[FakeRules], Awaitable[FakeAnswer]]) -> FakeAnswer:
        return await ask(self)
