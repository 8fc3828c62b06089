"""The rooms behind the door, each as a complete small stand-in at its seam. The door itself is always the real one."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID, uuid4

import orjson

from hub.audit.model import AccessEvent, SecurityEvent
from hub.errors import PurposeNotPermitted, RecordUnavailable, Unauthenticated
from hub.events.line import Follower, Placed, Stretch, Wanted
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
    """Knows one token. What it leads to can end."""

    known: Requester = REQUESTER
    ended: BaseException | None = None

    async def requester(self, authorization_header: str | None) -> Requester:
        if authorization_header != f"Bearer {TOKEN}":
            raise Unauthenticated
        if self.ended is not None:
            raise self.ended
        return self.known


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
    is_told: bool = True


@dataclass(frozen=True)
class FakeWish:
    """Everything that happens to the bank."""

    by: str = "party_id"
    value: str = REQUESTER.party
    topic: str | None = None
    after: UUID | None = None
    held: bool = True


@dataclass
class FakeLine:
    """A line that a test puts events in. One is followed like another."""

    head: int = 0
    placed: list[Placed] = field(default_factory=list)
    followers: list[Follower] = field(default_factory=list)

    def put(self, number: int = 1) -> list[UUID]:
        """So many events happen."""
        made = [uuid4() for _ in range(number)]
        for id_ in made:
            self.head += 1
            self.placed.append(Placed(position=self.head, id=id_, consent_id=None))
        for follower in self.followers:
            follower.wake()
        return made

    @contextmanager
    def followed(self, wanted: Wanted) -> Generator[Follower]:
        follower = Follower(wanted)
        self.followers.append(follower)
        try:
            yield follower
        finally:
            self.followers.remove(follower)

    async def after(self, wanted: Wanted, position: int, most: int) -> Stretch:
        found = [event for event in self.placed if event.position > position][:most]
        return Stretch(events=found, through=found[-1].position if len(found) == most else self.head)

    async def place_of(self, event: UUID) -> int | None:
        return next((one.position for one in self.placed if one.id == event), None)


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
    wished: FakeWish = FakeWish()
    hidden: set[UUID] = field(default_factory=set)
    size: int = 0
    together: int = 0
    most_together: int = 0

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

    async def wish(self, inquiry: Inquiry, request: GraphQLRequest) -> FakeWish:
        if self.failure is not None:
            raise self.failure
        return self.wished

    async def tell(self, inquiry: Inquiry, request: GraphQLRequest, event: UUID) -> FakeAnswer:
        if self.failure is not None:
            raise self.failure
        self.together += 1
        self.most_together = max(self.most_together, self.together)
        await asyncio.sleep(0)
        self.together -= 1
        filled = orjson.dumps({"data": {"event": str(event)}, "filled": "." * self.size})
        about = AccessEvent(inquiry=inquiry, policy_digest="none")
        return FakeAnswer(body=filled, event=about, is_told=event not in self.hidden)


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
