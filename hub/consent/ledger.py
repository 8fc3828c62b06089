"""What is stored of consents, and how each stands. Nothing is ever changed here: what happens is one more event."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from hub.store.ids import new_id

OPEN = frozenset({"GIVEN", "RENEWED"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What a consent is about, but for whose data it is. The kind follows from who shares."""

    kind: str
    source: str
    recipient: str
    purpose: str
    categories: tuple[str, ...]
    case_id: UUID | None = None

    def of_kind(self, kind: str) -> Scope:
        return replace(self, kind=kind)

    def is_between_the_same(self, other: Scope) -> bool:
        """Whether the two are for one purpose of one recipient, from one source."""
        return (self.source, self.recipient, self.purpose) == (other.source, other.recipient, other.purpose)


NOTHING = Scope(kind="CONSENT_GDPR", source="", recipient="", purpose="", categories=())
"""What a consent that is not there is about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A consent as it stands: its scope, and what its history has come to."""

    id: UUID
    subject: UUID = field(repr=False)
    scope: Scope
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """On which terms a consent is given."""

    given_at: datetime | None
    effective_at: datetime | None
    expires_at: datetime
    given_by: str
    mandate_id: UUID | None
    assurance: int
    collection_method: str
    evidence_ref: str | None
    notice_version: str
    notice_sha256: str
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """An event that is written."""

    id: UUID
    seq: int
    consent_id: UUID
    kind: str
    given_at: datetime | None
    effective_at: datetime
    recorded_at: datetime
    expires_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """A party that shares or receives."""

    id: str
    name: str
    kind: str
    is_public: bool


_PERSON_OF = sa.text("SELECT person_id FROM facts.person_key WHERE national_id = :national_id")
_SUBJECT_OF = sa.text("SELECT subject_id FROM hub.consent WHERE id = :id")
_IS_DECEASED = sa.text("SELECT deceased_on IS NOT NULL FROM nav.person WHERE id = :id")
_CLOCK = sa.text("SELECT clock_timestamp()")
_IS_CASE_OF = sa.text('SELECT EXISTS (SELECT FROM hub."case" WHERE id = :case_id AND subject_id = :subject)')
_OFFICES = sa.text("SELECT id, name, kind, sector = 'PUBLIC' AS is_public FROM hub.party WHERE id = ANY (:ids)")
_HELD = sa.text("""
    SELECT consent.*, standing.status
    FROM hub.consent AS consent
    JOIN facts.consent_status AS standing ON standing.consent_id = consent.id
    WHERE consent.id = :id
""")
_NATIONAL_ID = sa.text("SELECT national_id FROM nav.person WHERE id = :id")
# To some of the same.
_SAME = """
    consent.subject_id = :subject
    AND consent.source_party = :source AND consent.recipient_party = :recipient
    AND consent.purpose = :purpose AND consent.categories && CAST(:categories AS text[])
    AND (consent.case_id IS NULL OR CAST(:case_id AS uuid) IS NULL OR consent.case_id = :case_id)
"""
_OVERLAPS = sa.text(f"""
    SELECT EXISTS (
        SELECT FROM hub.consent AS consent
        JOIN facts.consent_status AS standing ON standing.consent_id = consent.id
        WHERE {_SAME} AND standing.status = ANY (:statuses) AND consent.id <> ALL (CAST(:except_for AS uuid[]))
    )
""")  # noqa: S608 - put together from what stands above
_TAKEN_BACK = sa.text(f"""
    SELECT EXISTS (
        SELECT FROM hub.consent AS consent
        JOIN hub.consent_event AS event ON event.consent_id = consent.id
        WHERE {_SAME} AND event.kind IN ('REFUSED', 'WITHDRAWN') AND event.effective_at >= :since
    )
""")  # noqa: S608 - put together from what stands above
_MANDATE_KIND = sa.text("SELECT kind FROM hub.mandate WHERE id = :id")
_HOLDS_MANDATE = sa.text("""
    SELECT EXISTS (
        SELECT FROM facts.mandate WHERE giver_id = CAST(:giver AS uuid) AND holder_id = CAST(:holder AS uuid)
    )
""")
_NEW_CONSENT = sa.text("""
    INSERT INTO hub.consent (id, kind, subject_id, case_id, source_party, recipient_party, purpose, categories,
        asked_by, supersedes, recorded_at)
    VALUES (:id, :kind, :subject, :case_id, :source, :recipient, :purpose, :categories, :asked_by, :supersedes,
        clock_timestamp())
""")
# INVARIANT: by the database's clock, so that an event has taken effect when its transaction is committed.
_NEW_EVENT = sa.text("""
    INSERT INTO hub.consent_event (id, consent_id, kind, given_at, effective_at, recorded_at, recorded_by, given_by,
        mandate_id, assurance, collection_method, evidence_ref, notice_version, notice_sha256, language, expires_at,
        reason)
    SELECT :id, :consent_id, :kind,
        CASE WHEN CAST(:is_given AS boolean) THEN coalesce(CAST(:given_at AS timestamptz), clock.now) END,
        coalesce(CAST(:effective_at AS timestamptz), clock.now), clock.now, :recorded_by, :given_by, :mandate_id,
        :assurance, :collection_method, :evidence_ref, :notice_version, :notice_sha256, :language, :expires_at, :reason
    FROM (SELECT clock_timestamp() AS now OFFSET 0) AS clock
    RETURNING id, seq, consent_id, kind, given_at, effective_at, recorded_at, expires_at
""").bindparams(
    sa.bindparam("expires_at", type_=sa.DateTime(timezone=True)),
    sa.bindparam("assurance", type_=sa.SmallInteger()),
    sa.bindparam("mandate_id", type_=sa.Uuid()),
)
_EVENT = sa.text("""
    SELECT id, seq, consent_id, kind, given_at, effective_at, recorded_at, expires_at
    FROM hub.consent_event WHERE id = :id
""")
_LAST_EVENT = sa.text("""
    SELECT id, seq, consent_id, kind, given_at, effective_at, recorded_at, expires_at
    FROM hub.consent_event WHERE consent_id = :id AND kind = :kind ORDER BY seq DESC LIMIT 1
""")
_TERMS = (
    "given_by",
    "mandate_id",
    "assurance",
    "collection_method",
    "evidence_ref",
    "notice_version",
    "notice_sha256",
    "language",
    "expires_at",
    "reason",
)


class Ledger:
    """The ledger in one transaction."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def now(self) -> datetime:
        """The database's clock."""
        found: datetime = await self._value(_CLOCK)
        return found

    async def person(self, national_id: str) -> UUID | None:
        return await self._value(_PERSON_OF, national_id=national_id)

    async def subject_of(self, consent: UUID) -> UUID | None:
        return await self._value(_SUBJECT_OF, id=consent)

    async def is_deceased(self, person: UUID) -> bool:
        return bool(await self._value(_IS_DECEASED, id=person))

    async def national_id(self, person: UUID) -> str:
        found: str = await self._value(_NATIONAL_ID, id=person)
        return found

    async def is_case_of(self, case_id: UUID, subject: UUID) -> bool:
        return bool(await self._value(_IS_CASE_OF, case_id=case_id, subject=subject))

    async def offices(self, *ids: str) -> dict[str, Office]:
        """The parties that there are of these."""
        found = await self._execute(_OFFICES, ids=list(ids))
        return {row.id: Office(id=row.id, name=row.name, kind=row.kind, is_public=row.is_public) for row in found}

    async def held(self, consent: UUID) -> Held | None:
        """The consent as it stands."""
        row = (await self._execute(_HELD, id=consent)).first()
        if row is None:
            return None
        scope = Scope(
            kind=row.kind,
            source=row.source_party,
            recipient=row.recipient_party,
            purpose=row.purpose,
            categories=tuple(row.categories),
            case_id=row.case_id,
        )
        return Held(id=row.id, subject=row.subject_id, scope=scope, status=row.status)

    async def overlaps(self, subject: UUID, scope: Scope, statuses: frozenset[str], *except_for: UUID) -> bool:
        """Whether the person has another consent to some of the same, which stands like this."""
        values = {"statuses": sorted(statuses), "except_for": list(except_for)}
        return bool(await self._value(_OVERLAPS, **_same(subject, scope), **values))

    async def is_taken_back(self, subject: UUID, scope: Scope, *, since: datetime) -> bool:
        """Whether the person has withdrawn or refused some of the same, at this moment or later."""
        return bool(await self._value(_TAKEN_BACK, **_same(subject, scope), since=since))

    async def mandate_kind(self, mandate: UUID) -> str:
        found: str = await self._value(_MANDATE_KIND, id=mandate)
        return found

    async def holds_mandate(self, giver: UUID | None, holder: UUID | None) -> bool:
        """Whether the one may do anything at all for the other."""
        return bool(await self._value(_HOLDS_MANDATE, giver=giver, holder=holder))

    async def add(
        self, subject: UUID, scope: Scope, *, asked_by: str | None = None, supersedes: UUID | None = None
    ) -> UUID:
        """A new consent, to which nothing has happened yet."""
        consent = new_id()
        await self._execute(
            _NEW_CONSENT,
            id=consent,
            kind=scope.kind,
            subject=subject,
            case_id=scope.case_id,
            source=scope.source,
            recipient=scope.recipient,
            purpose=scope.purpose,
            categories=list(scope.categories),
            asked_by=asked_by,
            supersedes=supersedes,
        )
        return consent

    async def write(
        self, event_id: UUID, consent: UUID, kind: str, by: str, terms: Terms | None = None, **further: object
    ) -> Event:
        """Something happens to the consent, here and now unless the terms say since when."""
        values: dict[str, object] = {**dict.fromkeys(_TERMS), **further}
        if terms is not None:
            values |= {name: getattr(terms, name) for name in _TERMS if hasattr(terms, name)}
        row = await self._execute(
            _NEW_EVENT,
            id=event_id,
            consent_id=consent,
            kind=kind,
            recorded_by=by,
            is_given=terms is not None,
            given_at=terms.given_at if terms else None,
            effective_at=terms.effective_at if terms else None,
            **values,
        )
        return _event(row.one())

    async def event(self, event_id: UUID) -> Event:
        """An event of before."""
        return _event((await self._execute(_EVENT, id=event_id)).one())

    async def last(self, consent: UUID, kind: str) -> Event:
        """The latest event of this kind, of which there is one."""
        return _event((await self._execute(_LAST_EVENT, id=consent, kind=kind)).one())

    async def _value(self, statement: sa.TextClause, **values: object) -> Any:
        return (await self._execute(statement, **values)).scalar()

    async def _execute(self, statement: sa.TextClause, **values: object) -> sa.CursorResult[Any]:
        connection = await self._session.connection()
        return await connection.execute(statement, values)


def _same(subject: UUID, scope: Scope) -> dict[str, object]:
    return {
        "subject": subject,
        "source": scope.source,
        "recipient": scope.recipient,
        "purpose": scope.purpose,
        "categories": list(scope.categories),
        "case_id": scope.case_id,
    }


def _event(row: Any) -> Event:
    found: Mapping[str, Any] = row._mapping  # noqa: SLF001  SQLAlchemy's public name for a row as a mapping
    return Event(**found)
