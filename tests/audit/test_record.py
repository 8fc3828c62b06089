"""The record writes what it is given, whole and durable, and many requests share a commit."""

from __future__ import annotations

import asyncio
from typing import Any

import asyncpg
import pytest

from hub.audit import statements
from hub.audit.model import Entry, EntryKind, SecurityEvent, SecurityKind
from hub.audit.packing import unpack_entries
from hub.audit.record import Record
from hub.audit.refusals import digest_refusals
from hub.errors import RecordUnavailable
from hub.identity.model import Kind, PrincipalType
from hub.store.roles import Endpoints
from tests.audit.factory import CONSENT, EVA, KARI, OLA, event, ground, inquiry, someone


async def test_event_is_stored_whole_and_nothing_else(record: Record, events: Any, refusals: Any):
    rent = ground()
    loan = ground(
        source="313800105", basis="CONSENT_LIFTS_CONFIDENTIALITY", categories=("LOAN",), policies=("nav.loan", "nav.a")
    )
    given = event(
        Entry(rent, KARI, None, 12),
        Entry(loan, KARI, CONSENT, 2),
        Entry(ground(kind=EntryKind.RELATED), OLA),
        Entry(rent),
        who={"supplier": "314100204"},
    )

    await record.write(given)

    [row] = await events()
    assert dict(row) | {"grounds": None} == {
        "id": given.id,
        "occurred_at": given.occurred_at,
        "writer_id": row["writer_id"],
        "writer_seq": 1,
        "leaf_version": 1,
        "kind": "QUERY",
        "about": None,
        "request_id": "request-1",
        "actor_kind": "STAFF",
        "actor_id": "A123456",
        "actor_name": "Berit Behandler",
        "actor_role": "nav-caseworker",
        "party": "9901-nav",
        "party_kind": "nav",
        "unit": "9901",
        "supplier": "314100204",
        "purpose": "EVICTION_PREVENTION",
        "assurance": 0,
        "operation_name": "CaseOverview",
        "operation_digest": b"\x11" * 32,
        "policy_digest": "policies-1",
        "grounds": None,
        "entry_subjects": row["entry_subjects"],
        "entry_evidence": row["entry_evidence"],
        "entry_grounds": row["entry_grounds"],
        "entry_rows": row["entry_rows"],
        "security_digest": None,
    }
    assert unpack_entries(row) == list(given.entries)
    assert await refusals() == []


async def test_event_that_shows_nothing_is_stored_all_the_same(record: Record, events: Any):
    given = event(entries=())
    await record.write(given)
    [row] = await events()
    assert (row["id"], unpack_entries(row)) == (given.id, [])


async def test_event_is_committed_when_write_returns(record: Record, empty_database: Endpoints):
    await record.write(event())
    other = await asyncpg.connect(empty_database.owner)
    assert await other.fetchval("SELECT count(*) FROM audit.event") == 1
    await other.close()


async def test_record_waits_for_the_disk(record: Record):
    setting = await record._stream._connection.fetchval("SHOW synchronous_commit")
    assert setting == "on"


async def test_refusals_are_stored_with_their_event(record: Record, events: Any, refusals: Any):
    security = (
        SecurityEvent(
            kind=SecurityKind.FIELD_DENIED, code="PURPOSE_REQUIRED", target="Tenancy.monthlyRent", policy="nav.rent"
        ),
        SecurityEvent(kind=SecurityKind.OBJECT_MISSED, code="NOT_FOUND", target="Case", probe=b"\x01\x02", count=3),
    )
    given = event()

    await record.write(given, security)

    [row] = await events()
    assert row["security_digest"] == digest_refusals(security)
    stored = [dict(refusal) for refusal in await refusals()]
    shared = {
        "occurred_at": given.occurred_at,
        "event_id": given.id,
        "request_id": "request-1",
        "actor_kind": "STAFF",
        "actor_id": "A123456",
        "party": "9901-nav",
        "unit": "9901",
    }
    assert [one | {"id": None} for one in stored] == [
        {
            **shared,
            "id": None,
            "ordinal": 0,
            "kind": "gate:field:denied",
            "code": "PURPOSE_REQUIRED",
            "target": "Tenancy.monthlyRent",
            "policy": "nav.rent",
            "probe": None,
            "count": 1,
        },
        {
            **shared,
            "id": None,
            "ordinal": 1,
            "kind": "gate:object:missed",
            "code": "NOT_FOUND",
            "target": "Case",
            "policy": None,
            "probe": b"\x01\x02",
            "count": 3,
        },
    ]


async def test_refused_token_is_noted_without_an_event(record: Record, events: Any, refusals: Any):
    refused = SecurityEvent(kind=SecurityKind.TOKEN_REFUSED, code="UNAUTHENTICATED")
    await record.note([refused], request_id="request-9")
    [row] = await refusals()
    assert (row["event_id"], row["actor_id"], row["request_id"]) == (None, None, "request-9")
    assert await events() == []


async def test_refused_purpose_is_noted_with_who_asked(record: Record, refusals: Any):
    refused = SecurityEvent(kind=SecurityKind.PURPOSE_REFUSED, code="PURPOSE_NOT_PERMITTED")
    await record.note([refused], request_id="request-9", inquiry=inquiry())
    [row] = await refusals()
    assert (row["actor_kind"], row["actor_id"], row["party"]) == ("STAFF", "A123456", "9901-nav")


async def test_actor_kinds_are_those_of_the_table(record: Record, events: Any):
    await record.write(event(who={"principal": PrincipalType.SYSTEM, "kind": Kind.BANK}))
    await record.write(event(who={"principal": PrincipalType.CITIZEN, "kind": Kind.CITIZEN, "id": EVA}))
    assert [row["actor_kind"] for row in await events()] == ["SYSTEM", "CITIZEN"]


async def test_concurrent_requests_share_transactions_and_get_gapless_numbers(record: Record, owner: Any):
    await asyncio.gather(
        *[
            record.write(
                event(Entry(ground(), someone())),
                [SecurityEvent(kind=SecurityKind.OBJECT_MISSED, code="NOT_FOUND")] * (n % 2),
            )
            for n in range(100)
        ]
    )
    numbers = [row["writer_seq"] for row in await owner.fetch("SELECT writer_seq FROM audit.event ORDER BY 1")]
    transactions = await owner.fetchval("SELECT count(DISTINCT xmin::text) FROM audit.event")
    assert numbers == list(range(1, 101))
    assert transactions < 10
    assert await owner.fetchval("SELECT count(*) FROM audit.security_event") == 50


async def test_hidden_and_absent_cost_the_same_writes(record: Record, owner: Any):
    """The same calls in both cases: what is compared here is that content makes no difference to what is executed."""
    missed = [SecurityEvent(kind=SecurityKind.OBJECT_MISSED, code="NOT_FOUND", target="Case")]
    counts: list[Any] = []
    for given in (event(entries=()), event(entries=())):
        before = await _writes(owner)
        await record.write(given, missed)
        counts.append(tuple(b - a for a, b in zip(before, await _writes(owner), strict=True)))
    assert counts[0] == counts[1] == (1, 1)


async def test_stop_writes_what_is_pending(record: Record, events: Any):
    writing = [asyncio.create_task(record.write(event())) for _ in range(5)]
    await asyncio.sleep(0)
    await record.stop()
    await asyncio.gather(*writing)
    assert len(await events()) == 5


async def test_stopped_record_takes_nothing(record: Record):
    await record.stop()
    with pytest.raises(RecordUnavailable):
        await record.write(event())


async def test_record_does_not_start_without_a_database():
    record = Record("postgresql://nobody@/nothing?host=/nowhere", timeout=0.5)
    with pytest.raises(RecordUnavailable):
        await record.start()
    with pytest.raises(RecordUnavailable):
        await record.write(event())


async def test_record_refuses_a_connection_that_does_not_wait_for_the_disk(
    server: Any, empty_database: Endpoints, monkeypatch: Any
):
    monkeypatch.setattr("hub.audit.stream._settings", lambda seconds: {"synchronous_commit": "off"})
    with pytest.raises(RecordUnavailable):
        await Record(empty_database.record).start()


def test_json_needs_no_codec_of_the_connection():
    assert "::text::json" in statements.INSERT_EVENT


async def _writes(owner: Any) -> tuple[int, int]:
    return (
        await owner.fetchval("SELECT count(*) FROM audit.event"),
        await owner.fetchval("SELECT count(*) FROM audit.security_event"),
    )
