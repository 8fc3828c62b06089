"""Leaf bytes are forever: the same for the same row, other for any other, and telling nothing to who has no key."""

from __future__ import annotations

import hashlib
import hmac
import json
import struct
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.audit.leaf import (
    leaf_of,
)
from hub.audit.model import Entries, Entry, EntryKind, EventKind, Ground, SecurityEvent, SecurityKind, Share
from hub.audit.packing import COLUMNS, pack_entries, unpack_entries
from hub.audit.record import Record
from hub.audit.refusals import digest_refusals
from hub.identity.model import PrincipalType
from tests.audit.factory import CONSENT, KARI, MOMENT, OLA, SHOWN, ground, known_id, plain_event, row, salt, salts

NONE = str(UUID(int=0))

# --- golden vectors: these bytes are promised ------------------------------------------------------------------------


def golden_events() -> dict[str, dict[str, Any]]:
    shown = (
        Entry(ground(), KARI, None, 12),
        Entry(ground(kind=EntryKind.RELATED, basis="CONSENT_LIFTS_CONFIDENTIALITY"), OLA, CONSENT, 70_000),
        Entry(ground(kind=EntryKind.LISTED, categories=("ORGANISATION",), policies=())),
    )
    denied = (SecurityEvent(kind=SecurityKind.OBJECT_MISSED, code="NOT_FOUND", target="Case", probe=b"\x01", count=2),)
    bare = {"purpose": None, "unit": None, "operation_name": None, "operation_digest": None}
    return {
        "nothing shown": row(plain_event(entries=())),
        "one shown": row(plain_event(Entry(ground(), KARI))),
        "three shown, some refused": row(plain_event(*shown), security_digest=digest_refusals(denied)),
        "not delivered": row(plain_event().not_delivered()) | {"id": known_id(9), "occurred_at": MOMENT},
        "a citizen's command, with little known": row(
            plain_event(
                kind=EventKind.COMMAND, who={"principal": PrincipalType.CITIZEN, "id": KARI, "name": "Åse Ærlig"}
            )
        )
        | bare,
        "the glass broken": row(plain_event(Entry(ground(), KARI, CONSENT), kind=EventKind.BREAK_GLASS)),
        "looked at under a break-glass": row(
            plain_event(Entry(ground(), KARI, CONSENT, 3), kind=EventKind.BREAK_GLASS_READ)
        ),
    }


GOLDEN: dict[str, str] = json.loads(Path(__file__).with_name("golden_leaves.json").read_text())


def test_no_promise_is_dropped():
    assert GOLDEN.keys() == golden_events().keys()


@pytest.mark.parametrize("name", golden_events())
def test_leaf_is_the_bytes_that_were_promised(name: str):
    stored = golden_events()[name]
    leaf = leaf_of(stored, salts(stored))
    assert leaf.data.hex() == GOLDEN[name]


def test_leaf_is_what_the_document_says():
    """Written out by hand from docs/audit-events.md, with none of the code that makes leaves."""
    stored = row(plain_event(Entry(ground(policies=("nav.prevention.rent",)), KARI, CONSENT, 12)))
    event_id, subject = stored["id"].bytes, UUID(KARI)

    def text(value: str) -> bytes:
        return struct.pack(">I", len(value.encode())) + value.encode()

    actor = uuid5(UUID("1d4b5c0e-7a52-5b7e-9d5f-6a1c0f2e8b34"), "STAFF\x1f9901-nav\x1fA123456")
    key_prefix = b"bofast.audit.key\x01" + event_id
    entry = b"".join(
        [
            b"bofast.audit.entry\x01" + event_id + struct.pack(">I", 0),
            b"\x01" + subject.bytes,
            text("9901-housing") + text("9901-nav"),
            b"\x01" + text("9901"),
            text("nav-caseworker"),
            b"\x01" + text("EVICTION_PREVENTION"),
            text("SOCIAL_SERVICES"),
            b"\x01" + UUID(CONSENT).bytes,
            b"\x01",
            struct.pack(">I", 2) + text("CASE_EXISTENCE") + text("RENT"),
            struct.pack(">I", 1) + text("nav.prevention.rent"),
            struct.pack(">I", 12),
        ]
    )
    requester = b"".join(
        [
            b"bofast.audit.requester\x01" + event_id,
            text("request-1"),
            b"\x02",
            text("A123456") + text("Berit Behandler") + text("nav-caseworker") + text("9901-nav") + text("nav"),
            b"\x01" + text("9901"),
            b"\x00",
            b"\x01" + text("EVICTION_PREVENTION"),
            b"\x00",
            b"\x01" + text("CaseOverview"),
            b"\x01" + struct.pack(">I", 32) + b"\x11" * 32,
            b"\x00",
        ]
    )
    entry_key = hmac.digest(salt(subject), key_prefix + b"\x00\x00\x00\x00", "sha256")
    who_key = hmac.digest(salt(actor), key_prefix + b"\xff\xff\xff\xff", "sha256")
    commitment = hmac.digest(entry_key, entry, "sha256")
    assert leaf_of(stored, salts(stored)).data == b"".join(
        [
            b"bofast.audit.leaf\x01" + event_id,
            struct.pack(">q", int(MOMENT.timestamp()) * 1_000_000 + 123_000),
            b"\x01" + b"\x00",
            struct.pack(">QQ", 7, 3),
            text("policies-1"),
            hmac.digest(who_key, requester, "sha256"),
            struct.pack(">I", 1),
            hashlib.sha256(b"\x00" + commitment).digest(),
        ]
    )


# --- the same row, the same leaf; any other row, another leaf --------------------------------------------------------

CHANGES: dict[str, Any] = {
    "writer_id": 8,
    "writer_seq": 4,
    "id": known_id(1),
    "occurred_at": MOMENT + timedelta(microseconds=1),
    "kind": "COMMAND",
    "about": known_id(2),
    "request_id": "request-2",
    "actor_kind": "SYSTEM",
    "actor_id": "A123457",
    "actor_name": "Berit Behandle",
    "actor_role": "leader",
    "party": "9902-nav",
    "party_kind": "housing",
    "unit": None,
    "supplier": "314100204",
    "purpose": None,
    "assurance": 4,
    "operation_name": None,
    "operation_digest": b"\x12" * 32,
    "policy_digest": "policies-2",
    "security_digest": b"\x01" * 32,
}
ENTRY_COLUMNS = ("grounds", "entry_subjects", "entry_evidence", "entry_grounds", "entry_rows")


def test_every_column_is_changed_below():
    assert {name for name, _ in COLUMNS} == {*CHANGES, *ENTRY_COLUMNS, "leaf_version"}


@pytest.mark.parametrize("column", CHANGES)
def test_another_value_in_any_column_is_another_leaf(column: str):
    stored = row(plain_event(*SHOWN))
    changed = stored | {column: CHANGES[column]}
    known = salts(stored) | salts(changed)
    assert leaf_of(stored, known).data != leaf_of(changed, known).data


ENTRY_CHANGES: dict[str, tuple[Entry, ...]] = {
    "subject": (Entry(ground(), OLA, CONSENT, 12), SHOWN[1]),
    "no subject": (Entry(ground(), None, CONSENT, 12), SHOWN[1]),
    "evidence": (Entry(ground(), KARI, None, 12), SHOWN[1]),
    "rows": (Entry(ground(), KARI, CONSENT, 13), SHOWN[1]),
    "source": (Entry(ground(source="x"), KARI, CONSENT, 12), SHOWN[1]),
    "recipient": (Entry(ground(recipient="x"), KARI, CONSENT, 12), SHOWN[1]),
    "basis": (Entry(ground(basis="x"), KARI, CONSENT, 12), SHOWN[1]),
    "kind": (Entry(ground(kind=EntryKind.LISTED), KARI, CONSENT, 12), SHOWN[1]),
    "categories": (Entry(ground(categories=("RENT",)), KARI, CONSENT, 12), SHOWN[1]),
    "policies": (Entry(ground(policies=()), KARI, CONSENT, 12), SHOWN[1]),
    "order": SHOWN[::-1],
    "one less": SHOWN[:1],
    "one more": (*SHOWN, SHOWN[1]),
}


@pytest.mark.parametrize("change", ENTRY_CHANGES)
def test_another_entry_is_another_leaf(change: str):
    stored, changed = row(plain_event(*SHOWN)), row(plain_event(*ENTRY_CHANGES[change]))
    known = salts(stored) | salts(changed)
    assert leaf_of(stored, known).data != leaf_of(changed, known).data


def test_row_of_another_version_is_refused():
    stored = row(plain_event()) | {"leaf_version": 2}
    with pytest.raises(ValueError, match="version"):
        leaf_of(stored, salts(stored))


words = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
uuids = st.uuids().filter(lambda one: one.int != 0).map(str)
grounds = st.builds(
    Ground,
    kind=st.sampled_from(EntryKind),
    source=words,
    recipient=words,
    basis=words,
    categories=st.lists(words, min_size=1, max_size=4).map(tuple),
    policies=st.lists(words, max_size=4).map(tuple),
)
entry_lists = st.lists(
    st.builds(
        Entry,
        ground=grounds,
        subject=st.none() | uuids,
        evidence=st.none() | uuids,
        rows=st.integers(min_value=0, max_value=2**32 - 1),
    ),
    max_size=9,
)


@given(entry_lists)
@settings(max_examples=100, deadline=None)
def test_entries_come_back_as_they_were_packed(entries: list[Entry]):
    names = ("grounds", "entry_subjects", "entry_evidence", "entry_grounds", "entry_rows")
    assert unpack_entries(dict(zip(names, pack_entries(entries), strict=True))) == entries


shares = st.lists(
    st.tuples(grounds, st.none() | uuids, st.integers(min_value=0, max_value=2**32 - 1)), min_size=1, max_size=4
).map(tuple)


@given(st.lists(shares, min_size=1, max_size=3), st.data())
@settings(max_examples=100, deadline=None)
def test_shares_are_packed_as_their_entries_are(known: list[Share], data: st.DataObject):
    """Byte for byte, whichever subjects have the same share."""
    given_shares = data.draw(st.lists(st.tuples(st.none() | uuids, st.sampled_from(known)), max_size=9))
    entries = Entries(given_shares)
    assert pack_entries(entries) == pack_entries(list(entries))
    assert (len(entries), bool(entries)) == (len(list(entries)), bool(given_shares))


@given(entry_lists)
@settings(max_examples=100, deadline=None)
def test_columns_hold_one_width_an_entry_and_each_ground_once(entries: list[Entry]):
    """Written out the plain way, as docs/audit-events.md has it."""
    distinct = list({id(entry.ground): entry.ground for entry in entries}.values())
    places = [next(at for at, ground in enumerate(distinct) if ground is entry.ground) for entry in entries]
    evidence = b"".join(UUID(entry.evidence or NONE).bytes for entry in entries)
    assert pack_entries(entries) == (
        "[" + ",".join(ground.packed.decode() for ground in distinct) + "]",
        b"".join(UUID(entry.subject or NONE).bytes for entry in entries),
        evidence if any(evidence) else None,
        b"".join(place.to_bytes(2) for place in places),
        b"".join(entry.rows.to_bytes(4) for entry in entries),
    )


@given(entry_lists, entry_lists)
@settings(max_examples=100, deadline=None)
def test_leaves_are_equal_exactly_where_the_entries_are(some: list[Entry], others: list[Entry]):
    first, second = row(plain_event(entries=some)), row(plain_event(entries=others))
    known = salts(first) | salts(second)
    assert (leaf_of(first, known).data == leaf_of(second, known).data) == (some == others)
    assert leaf_of(first, known) == leaf_of(first, known)


async def test_leaf_of_a_stored_row_is_that_of_the_event(record: Record, owner: Any):
    shown = plain_event(*SHOWN)
    await record.write(shown)
    stored = await owner.fetchrow("SELECT * FROM audit.event")
    expected = row(shown, writer_id=stored["writer_id"], writer_seq=stored["writer_seq"])
    assert leaf_of(stored, salts(stored)) == leaf_of(expected, salts(expected))
