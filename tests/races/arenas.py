"""What opens and closes under those who read, one arena for each sort of fact: who reads what, and how it closes."""

from __future__ import annotations

import asyncio
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Self
from uuid import UUID

import asyncpg

from hub.consent.notices import Notices, NoticeScope
from hub.demo.people import EVA, GUNNAR, IVAN, KARI, Known
from hub.demo.personas import persona
from hub.identity.sign_in import sign_in
from hub.identity.snapshot import legal_day
from hub.store.ids import new_id
from tests.races.caller import Caller

_CASE = "query($id: ID!) { case(id: $id) { caseNo } }"
_PLAN = "query($n: NationalId!) { personByNationalId(input: {nationalId: $n}) { case { plan { status } } } }"
_LIST = "query($after: String) { cases(first: 1, after: $after) { nodes { plan { status } } pageInfo { endCursor } } }"
_GIVE = """mutation($i: GiveConsentInput!) { giveConsent(input: $i) {
    ... on ConsentChanged { consentId status } ... on CommandRefused { code field text { nb en } } } }"""
_WITHDRAW = """mutation($i: WithdrawConsentInput!) { withdrawConsent(input: $i) {
    ... on ConsentChanged { consentId status } ... on CommandRefused { code field text { nb en } } } }"""
_BANK = "313800105"
_NOTICES = Notices.load()
_PERSONAS = {EVA.id: "citizen-eva", KARI.id: "citizen-kari"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A document that shows something while it is open. `is_later_page`: it is asked with the cursor of its first page,
    taken before anything closed.
    """

    query: str
    variables: Mapping[str, object] = field(default_factory=dict[str, object])
    is_later_page: bool = False


class Arena(ABC):
    """Something that a reader sees while it is open."""

    who: str
    purpose: str | None
    questions: tuple[Question, ...]

    def __init__(self, owner: asyncpg.Connection, urls: Sequence[str]) -> None:
        self._owner = owner
        self._urls = urls
        self._callers: list[Caller] = []

    async def leave(self) -> None:
        """As it was found, for the next."""
        await self.open()
        for caller in self._callers:
            await caller.close()

    @abstractmethod
    async def prepare(self) -> None:
        """Before the first race."""

    @abstractmethod
    async def open(self) -> None:
        """Committed when it returns."""

    @abstractmethod
    async def close(self) -> float | None:
        """Committed when it returns. Gives the moment of closing where a clock closes and not a commit."""

    def shows(self, data: Any) -> bool:
        """Whether the answer shows what is hidden once it is closed."""
        return _holds(data)


def _holds(data: Any) -> bool:
    """Whether there is a value anywhere in it, but for the cursor of a page."""
    match data:
        case dict():
            return any(_holds(value) for name, value in data.items() if name != "pageInfo")
        case list():
            return any(map(_holds, data))
        case _:
            return data is not None


async def _case_of(owner: asyncpg.Connection, known: Known) -> UUID:
    found = await owner.fetchval("SELECT id FROM hub.case WHERE subject_id = $1 ORDER BY opened_at DESC", known.id)
    assert isinstance(found, UUID)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Citizen:
    """Somebody who gives and takes back, at one process."""

    caller: Caller
    token: str

    @classmethod
    async def signed_in(cls, url: str, *known: Known) -> list[Self]:
        """All sign in before any connection is opened: one that waits meanwhile is closed on a busy machine."""
        personas = [persona(_PERSONAS[one.id]) for one in known]
        tokens = [await sign_in(url, who) for who in personas if who is not None]
        return [cls(caller=await Caller.open(url), token=token) for token in tokens]

    async def command(self, text: str, **given: object) -> Any:
        told = await self.caller.ask(self.token, None, text, {"i": {"idempotencyKey": new_id().hex, **given}})
        assert told.status == 200, told.body
        return told.body["data"]


class Protection(Arena):
    """Kode 7 becomes kode 6 while a caseworker has the case open."""

    who = "nav-caseworker"
    purpose = "B101"

    async def prepare(self) -> None:
        self._case = await _case_of(self._owner, KARI)
        self.questions = (Question(query=_CASE, variables={"id": str(self._case)}),)

    async def open(self) -> None:
        await self._owner.execute("UPDATE nav.person SET protection = 'FORTROLIG' WHERE id = $1", KARI.id)

    async def close(self) -> None:
        await self._owner.execute(
            "UPDATE nav.person SET protection = 'STRENGT_FORTROLIG', residential_line = NULL,"
            " residential_postal_code = NULL, residential_place = NULL WHERE id = $1",
            KARI.id,
        )


class Relation(Arena):
    """The office no longer takes part in the case."""

    who = "nav-caseworker"
    purpose = "B101"
    _PARTS = "case_id = $1 AND party_id = '9901-nav'"

    async def prepare(self) -> None:
        self._case = await _case_of(self._owner, KARI)
        self.questions = (Question(query=_CASE, variables={"id": str(self._case)}),)

    async def open(self) -> None:
        await self._owner.execute(f"UPDATE hub.participant SET valid_to = NULL WHERE {self._PARTS}", self._case)

    async def close(self) -> None:
        await self._owner.execute(
            f"UPDATE hub.participant SET valid_to = clock_timestamp() WHERE {self._PARTS}", self._case
        )


class Mandate(Arena):
    """A guardian's mandate ends."""

    who = "guardian"
    purpose = None

    async def prepare(self) -> None:
        self._case = await _case_of(self._owner, IVAN)
        self.questions = (Question(query=_CASE, variables={"id": str(self._case)}),)
        self._mandates = [
            row["id"]
            for row in await self._owner.fetch(
                "SELECT id FROM hub.mandate WHERE giver_id = $1 AND holder_id = $2", IVAN.id, GUNNAR.id
            )
        ]

    async def open(self) -> None:
        await self._happens("GRANTED")

    async def close(self) -> None:
        await self._happens("REVOKED")

    async def _happens(self, kind: str) -> None:
        async with self._owner.transaction():
            for mandate in self._mandates:
                await self._owner.execute(
                    "INSERT INTO hub.mandate_event (id, mandate_id, kind, effective_at, recorded_by)"
                    " VALUES ($1, $2, $3, clock_timestamp(), 'test')",
                    new_id(), mandate, kind,
                )  # fmt: skip


class Consent(Arena):
    """A consent is withdrawn by the command: read by number, and on a later page of a list whose cursor is older."""

    who = "bank-system"
    purpose = "B103"
    _LASTING = timedelta(days=30)

    async def prepare(self) -> None:
        await self._owner.execute(
            "INSERT INTO hub.consent_event (id, consent_id, kind, effective_at, recorded_by)"
            " SELECT uuidv7(), id, 'WITHDRAWN', clock_timestamp(), 'test' FROM hub.consent WHERE recipient_party = $1",
            _BANK,
        )
        # A bank sees no moment to order by: the newest case comes first. The other's stays open, and is the first page.
        found = sorted([(await _case_of(self._owner, known), known) for known in (EVA, KARI)], key=lambda one: one[0])
        (last, raced), (first, other) = found
        citizen, self._citizen = await Citizen.signed_in(self._urls[0], other, raced)
        self._callers = [citizen.caller, self._citizen.caller]
        await self._give(citizen, first)
        self._case = last
        self._consent: str | None = None
        self.questions = (
            Question(query=_PLAN, variables={"n": raced.national_id}),
            Question(query=_LIST, is_later_page=True),
        )

    async def open(self) -> None:
        if self._consent is None:
            self._consent = await self._give(self._citizen, self._case)

    async def close(self) -> float | None:
        withdrawn = await self._citizen.command(_WITHDRAW, consentId=self._consent)
        assert withdrawn["withdrawConsent"]["status"] == "WITHDRAWN", withdrawn
        self._consent = None
        return None

    async def _give(self, citizen: Citizen, case: UUID) -> str:
        source = await self._owner.fetchval("SELECT source_party FROM hub.case WHERE id = $1", case)
        scope = {"categories": ["PLAN_STATUS"], "source": source, "recipient": _BANK, "purpose": "REFINANCING"}
        until = datetime.now(UTC) + self._LASTING
        ends = until.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        read = await self._read(scope["categories"], source, until)
        given = await citizen.command(_GIVE, scope=scope, language="NB", expiresAt=ends, noticeSha256=read)
        consent = given["giveConsent"].get("consentId")
        assert isinstance(consent, str), given
        return consent

    async def _read(self, categories: Sequence[str], source: str, until: datetime) -> str:
        """The digest of the text that the citizen has read."""
        named = await self._owner.fetch("SELECT id, name FROM hub.party WHERE id = ANY ($1::text[])", [source, _BANK])
        names = {row["id"]: row["name"] for row in named}
        scope = NoticeScope(
            kind="CONSENT_LIFTS_CONFIDENTIALITY",
            categories=categories,
            source=names[source],
            recipient=names[_BANK],
            purpose="REFINANCING",
            expires_at=until,
        )
        return _NOTICES.shown(scope, "nb", legal_day(datetime.now(UTC))).sha256


class Expiry(Consent):
    """A consent comes to its end by the database's clock, and nobody does anything."""

    async def close(self) -> float:
        # Counted from the database's own moment: under load the statement may come late.
        ends = await self._owner.fetchval(
            "INSERT INTO hub.consent_event (id, consent_id, kind, given_at, effective_at, recorded_by, given_by,"
            " assurance, collection_method, notice_version, notice_sha256, language, expires_at) VALUES"
            " ($1, $2, 'RENEWED', now(), now(), 'test', 'SELF', 4, 'IDPORTEN_UI', 'test', repeat('a', 64), 'nb',"
            " now() + interval '15 milliseconds') RETURNING expires_at",
            new_id(), self._consent,
        )  # fmt: skip
        # The end is there to be read from the commit on, and on a busy machine that can be later than the end itself.
        committed = time.time()
        self._consent = None
        await asyncio.sleep(max(0.0, ends.timestamp() - time.time()))
        return max(committed, float(ends.timestamp()))


ARENAS = (Consent, Expiry, Mandate, Protection, Relation)
