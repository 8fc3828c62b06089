"""What one request left on record, read whole from PostgreSQL: the access event with its entries, and the refusals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import asyncpg

from hub.audit.packing import unpack_entries

_EVENTS = "SELECT * FROM audit.event WHERE request_id = $1 ORDER BY occurred_at, id"
_REFUSALS = "SELECT * FROM audit.security_event WHERE request_id = $1 ORDER BY occurred_at, ordinal"


@dataclass(frozen=True, kw_only=True)
class Shown:
    """An entry: of whom, from whom, to whom, on which ground, what, by which policies."""

    kind: str
    subject: str | None
    source: str
    recipient: str
    basis: str
    categories: tuple[str, ...]
    policies: tuple[str, ...]
    evidence: str | None
    rows: int


@dataclass(frozen=True, kw_only=True)
class Event:
    """An access event: who asked, for whom, what for, and everything that was shown."""

    kind: str
    actor: Mapping[str, Any]
    purpose: str | None
    operation_name: str | None
    shown: tuple[Shown, ...]


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """Everything on record under one request id. Refusals are told apart by kind, code and target."""

    events: tuple[Event, ...]
    refusals: tuple[tuple[str, str, str | None], ...]
    refused_actors: tuple[str | None, ...]

    @property
    def shown(self) -> tuple[Shown, ...]:
        """What the one event of the request says was shown."""
        assert len(self.events) == 1, self.events
        return self.events[0].shown

    @property
    def shape(self) -> tuple[int, int]:
        """How many rows were written: of the record, and of refusals."""
        return len(self.events), len(self.refusals)


async def read_record(owner: asyncpg.Connection[asyncpg.Record], request_id: str) -> Recorded:
    events = await owner.fetch(_EVENTS, request_id)
    refusals = await owner.fetch(_REFUSALS, request_id)
    return Recorded(
        events=tuple(_event(row) for row in events),
        refusals=tuple((row["kind"], row["code"], row["target"]) for row in refusals),
        refused_actors=tuple(row["actor_id"] for row in refusals),
    )


def _event(row: asyncpg.Record) -> Event:
    return Event(
        kind=row["kind"],
        actor={
            name: row[name]
            for name in ("actor_kind", "actor_id", "actor_role", "party", "party_kind", "unit", "supplier")
        },
        purpose=row["purpose"],
        operation_name=row["operation_name"],
        shown=tuple(sorted((_shown(entry) for entry in unpack_entries(row)), key=repr)),
    )


def _shown(entry: Any) -> Shown:
    ground = entry.ground
    return Shown(
        kind=ground.kind.value,
        subject=entry.subject,
        source=ground.source,
        recipient=ground.recipient,
        basis=ground.basis,
        categories=ground.categories,
        policies=ground.policies,
        evidence=entry.evidence,
        rows=entry.rows,
    )
