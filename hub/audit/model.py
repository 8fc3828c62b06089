"""What goes on record: an access event with its entries, and security events."""

from __future__ import annotations

import hmac
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple, overload
from uuid import UUID

import orjson

from hub.identity.model import Inquiry
from hub.store.ids import new_id

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class EventKind(StrEnum):
    """What happened. Every kind is described in docs/audit-events.md."""

    BREAK_GLASS = "BREAK_GLASS"
    BREAK_GLASS_READ = "BREAK_GLASS_READ"
    COMMAND = "COMMAND"
    NOT_DELIVERED = "NOT_DELIVERED"
    QUERY = "QUERY"


class EntryKind(StrEnum):
    """How a subject was shown: asked for as such, as one of a list, or because another was asked for."""

    LISTED = "LISTED"
    LOOKED_UP = "LOOKED_UP"
    RELATED = "RELATED"


class SecurityKind(StrEnum):
    """What was refused or probed, as `room:part:action`. Every kind is described in docs/audit-events.md."""

    COMMAND_REFUSED = "gate:command:refused"
    FIELD_DENIED = "gate:field:denied"
    OBJECT_MISSED = "gate:object:missed"
    PURPOSE_REFUSED = "identity:purpose:refused"
    REQUESTER_REFUSED = "identity:requester:refused"
    TOKEN_REFUSED = "identity:token:refused"  # noqa: S105  a name of an event
    GROUND_MISSING = "intake:row:ground-missing"
    DOCUMENT_REFUSED = "operation:document:refused"
    LIMIT_EXCEEDED = "operation:limit:exceeded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """From whom, to whom, on which legal basis, which categories, by which policies: the same for many entries.

    Made once per plan and reused, so that an entry costs no more than its subject. `packed` is how it is stored.
    """

    kind: EntryKind
    source: str
    recipient: str
    basis: str
    categories: tuple[str, ...]
    policies: tuple[str, ...]
    packed: bytes = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not self.categories:
            raise ValueError("an entry says which categories were shown")
        set_once = object.__setattr__
        set_once(self, "categories", tuple(sorted(set(self.categories))))
        set_once(self, "policies", tuple(sorted(set(self.policies))))
        set_once(self, "packed", orjson.dumps({name: getattr(self, name) for name in GROUND_FIELDS}))


GROUND_FIELDS = ("kind", "source", "recipient", "basis", "categories", "policies")


class Entry(NamedTuple):
    """What was shown of one subject on one ground. `evidence` is the consent or agreement that the ground rests on.

    A subject is an opaque person id; None where what was shown is about no person that the hub knows.
    """

    ground: Ground
    subject: str | None = None
    evidence: str | None = None
    rows: int = 1


Share = tuple[tuple[Ground, str | None, int], ...]
"""What was shown of one subject: the ground, evidence and rows of each of its entries. Never empty."""


class Entries(Sequence[Entry]):
    """Entries that come by subject. Subjects of whom the same was shown have one share, which is then packed once."""

    __slots__ = ("shares",)

    def __init__(self, shares: Sequence[tuple[str | None, Share]]) -> None:
        self.shares = shares

    def __iter__(self) -> Iterator[Entry]:
        for subject, share in self.shares:
            for ground, evidence, rows in share:
                yield Entry(ground, subject, evidence, rows)

    def __bool__(self) -> bool:
        return bool(self.shares)

    def __len__(self) -> int:
        return sum(len(share) for _, share in self.shares)

    @overload
    def __getitem__(self, index: int) -> Entry: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Entry]: ...
    def __getitem__(self, index: int | slice) -> Entry | Sequence[Entry]:
        return list(self)[index]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessEvent:
    """One request that was answered, or one command that was done. `occurred_at` is the millisecond within `id`."""

    inquiry: Inquiry
    kind: EventKind = EventKind.QUERY
    operation_name: str | None = None
    operation_digest: bytes | None = None
    policy_digest: str
    entries: Sequence[Entry] = field(default=(), repr=False)
    about: UUID | None = None
    id: UUID = field(default_factory=new_id)

    @property
    def occurred_at(self) -> datetime:
        return moment_of(self.id)

    def not_delivered(self) -> AccessEvent:
        """The second event of a request whose answer was on record but did not arrive."""
        return AccessEvent(
            inquiry=self.inquiry,
            kind=EventKind.NOT_DELIVERED,
            operation_name=self.operation_name,
            operation_digest=self.operation_digest,
            policy_digest=self.policy_digest,
            about=self.id,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SecurityEvent:
    """A denial or a probe. `target` names a type, a field or a limit, never a person or a value.

    Whether a thing is hidden or absent, the same events are written: nothing then tells the two apart.
    """

    kind: SecurityKind
    code: str
    target: str | None = None
    policy: str | None = None
    probe: bytes | None = field(default=None, repr=False)
    count: int = 1


def moment_of(event_id: UUID) -> datetime:
    """The millisecond in an identifier of version 7."""
    return _EPOCH + timedelta(milliseconds=event_id.int >> 80)


def probe_digest(key: bytes, sought: str) -> bytes:
    """A keyed digest of what was sought: attempts can be compared and counted, but what they sought is not kept."""
    return hmac.digest(key, sought.encode(), "sha256")
