"""An access event as a row of `audit.event`: entries as columns of fixed width, the distinct grounds as JSON.

Measured against JSON with one object an entry: for 50 subjects the server spends half as much on the row.
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import orjson

from hub.audit.model import GROUND_FIELDS, AccessEvent, Entry, EntryKind, Ground

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


def pack_entries(entries: Sequence[Entry]) -> tuple[str, bytes, bytes | None, bytes, bytes]:
    """Grounds, subjects, evidence, number of ground and number of rows, each over all entries at once."""
    if not entries:
        return "[]", b"", None, b"", b""
    if len(entries) > _MOST_ENTRIES:
        raise ValueError("more entries than the index can number")
    grounds, subjects, evidence, rows = zip(*entries, strict=True)
    # By identity, not by value: a plan reuses its grounds, and hashing each would cost more than all the rest.
    identities = [id(ground) for ground in grounds]
    distinct: dict[int, Ground] = dict(zip(identities, grounds, strict=True))
    number = {identity: n for n, identity in enumerate(distinct)}
    return (
        (b"[" + b",".join([ground.packed for ground in distinct.values()]) + b"]").decode(),
        _pack_ids(subjects),
        _pack_ids(evidence) if any(evidence) else None,
        _big_endian(array("H", [number[identity] for identity in identities])),
        _big_endian(array("I", rows)),
    )


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
