"""An access event as a row of `audit.event`: entries as columns of fixed width, the distinct grounds as JSON.

Measured against JSON with one object an entry: for 50 subjects the server spends half as much on the row.
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

import orjson

from hub.audit.model import GROUND_FIELDS, AccessEvent, Entries, Entry, EntryKind, Ground, Share

LEAF_VERSION = 1

_NIL = str(UUID(int=0))
_ID_BYTES = 16
_MOST_ENTRIES = 1 << 16

# The number comes first: it is known last, when the row's turn has come.
COLUMNS: tuple[tuple[str, str], ...] = (
    ("writer_id", "bigint"),
    ("writer_seq", "bigint"),
    ("id", "uuid"),
    ("occurred_at", "timestamptz"),
    ("leaf_version", "smallint"),
    ("kind", "text"),
    ("about", "uuid"),
    ("request_id", "text"),
    ("actor_kind", "text"),
    ("actor_id", "text"),
    ("actor_name", "text"),
    ("actor_role", "text"),
    ("party", "text"),
    ("party_kind", "text"),
    ("unit", "text"),
    ("supplier", "text"),
    ("purpose", "text"),
    ("assurance", "smallint"),
    ("operation_name", "text"),
    ("operation_digest", "bytea"),
    ("policy_digest", "text"),
    ("grounds", "json"),
    ("entry_subjects", "bytea"),
    ("entry_evidence", "bytea"),
    ("entry_grounds", "bytea"),
    ("entry_rows", "bytea"),
    ("security_digest", "bytea"),
)

Row = tuple[Any, ...]


def pack_event(event: AccessEvent, security_digest: bytes | None) -> Row:
    """The row of an event without its number: `COLUMNS` without the first two."""
    inquiry = event.inquiry
    who = inquiry.requester
    purpose = inquiry.purpose
    return (
        event.id,
        event.occurred_at,
        LEAF_VERSION,
        event.kind.value,
        event.about,
        inquiry.request_id,
        who.principal.name,
        who.id,
        who.name,
        who.role,
        who.party,
        who.kind.value,
        who.unit,
        who.supplier,
        purpose.code if purpose else None,
        who.assurance,
        event.operation_name,
        event.operation_digest,
        event.policy_digest,
        *pack_entries(event.entries),
        security_digest,
    )


class _Numbered:
    """The distinct grounds of one event, each with its place."""

    def __init__(self) -> None:
        # By identity, not by value: a plan reuses its grounds, and hashing each would cost more than all the rest.
        self._places: dict[int, int] = {}
        self._packed: list[bytes] = []

    def pack(self, share: Share) -> tuple[int, bytes, bytes, bytes, bool]:
        """How many entries; their grounds, evidence and rows as bytes; whether there is any evidence."""
        grounds, evidence, rows = zip(*share, strict=True)
        return (
            len(share),
            _big_endian(array("H", [self._place(ground) for ground in grounds])),
            _pack_ids(evidence),
            _big_endian(array("I", rows)),
            any(evidence),
        )

    def _place(self, ground: Ground) -> int:
        place = self._places.setdefault(id(ground), len(self._packed))
        if place == len(self._packed):
            self._packed.append(ground.packed)
        return place

    def packed(self) -> str:
        return (b"[" + b",".join(self._packed) + b"]").decode()


def pack_entries(entries: Sequence[Entry]) -> tuple[str, bytes, bytes | None, bytes, bytes]:
    """Grounds, subjects, evidence, number of ground and number of rows, each over all entries at once."""
    if not entries:
        return "[]", b"", None, b"", b""
    numbered = _Numbered()
    known: dict[object, tuple[int, bytes, bytes, bytes, bool]] = {}
    subjects: list[str | None] = []
    packed: list[tuple[int, bytes, bytes, bytes, bool]] = []
    for key, subject, share in _shares(entries):
        one = known.get(key)
        if one is None:
            one = known[key] = numbered.pack(share)
        subjects.append(subject)
        packed.append(one)
    counts, grounds, evidence, rows, rests_on_any = zip(*packed, strict=True)
    if sum(counts) > _MOST_ENTRIES:
        raise ValueError("more entries than the index can number")
    ids = _pack_ids(subjects)
    return (
        numbered.packed(),
        b"".join([ids[at * _ID_BYTES : (at + 1) * _ID_BYTES] * count for at, count in enumerate(counts)]),
        b"".join(evidence) if any(rests_on_any) else None,
        b"".join(grounds),
        b"".join(rows),
    )


def _shares(entries: Sequence[Entry]) -> Iterator[tuple[object, str | None, Share]]:
    """The entries in shares, with what two that are packed alike have in common."""
    if isinstance(entries, Entries):
        for subject, share in entries.shares:
            yield id(share), subject, share
        return
    for ground, subject, evidence, rows in entries:
        yield (id(ground), evidence, rows), subject, ((ground, evidence, rows),)


def unpack_entries(row: Any) -> list[Entry]:
    """The entries of a stored row, in the order that they were packed in."""
    grounds = [_ground(packed) for packed in orjson.loads(row["grounds"])]
    subjects = _unpack_ids(row["entry_subjects"])
    evidence = _unpack_ids(row["entry_evidence"]) if row["entry_evidence"] is not None else [None] * len(subjects)
    numbers = _integers("H", row["entry_grounds"])
    return [
        Entry(ground=grounds[number], subject=subject, evidence=proof, rows=count)
        for subject, proof, number, count in zip(
            subjects, evidence, numbers, _integers("I", row["entry_rows"]), strict=True
        )
    ]


def _ground(packed: dict[str, Any]) -> Ground:
    if packed.keys() != set(GROUND_FIELDS):
        raise ValueError("a ground has exactly its own fields")
    return Ground(
        kind=EntryKind(packed["kind"]),
        source=packed["source"],
        recipient=packed["recipient"],
        basis=packed["basis"],
        categories=tuple(packed["categories"]),
        policies=tuple(packed["policies"]),
    )


def _pack_ids(ids: Sequence[str | None]) -> bytes:
    written = [one or _NIL for one in ids]
    packed = bytes.fromhex("".join(written).replace("-", ""))
    if len(packed) != _ID_BYTES * len(ids) or set(map(len, written)) != {len(_NIL)}:
        raise ValueError("a subject and an evidence are UUIDs")
    return packed


def _unpack_ids(packed: bytes) -> list[str | None]:
    ids = [UUID(bytes=packed[at : at + _ID_BYTES]) for at in range(0, len(packed), _ID_BYTES)]
    return [str(one) if one.int else None for one in ids]


def _big_endian(numbers: array[int]) -> bytes:
    if sys.byteorder == "little":
        numbers.byteswap()
    return numbers.tobytes()


def _integers(typecode: str, packed: bytes) -> array[int]:
    numbers = array(typecode, packed)
    if sys.byteorder == "little":
        numbers.byteswap()
    return numbers
