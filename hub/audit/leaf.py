"""The bytes that stand for an event in the tree of proofs: a header and the root over salted commitments.

Defined byte for byte in docs/audit-events.md. Nothing here can change: another encoding is another version.
A commitment tells nothing without its key, and a key opens one commitment: that of one entry of one event.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from hub.audit import encoding as enc
from hub.audit.model import Entry
from hub.audit.packing import LEAF_VERSION, unpack_entries

Row = Mapping[str, Any]
Salts = Mapping[UUID, bytes]

_LEAF = b"bofast.audit.leaf"
_REQUESTER = b"bofast.audit.requester"
_ENTRY = b"bofast.audit.entry"
_KEY = b"bofast.audit.key"
_VERSION = enc.u8(LEAF_VERSION)

# Numbers of what is one of a few. INVARIANT: never reused.
_EVENT_KIND = {"QUERY": 1, "COMMAND": 2, "NOT_DELIVERED": 3, "BREAK_GLASS": 4, "BREAK_GLASS_READ": 5}
_ACTOR_KIND = {"CITIZEN": 1, "STAFF": 2, "SYSTEM": 3}
_ENTRY_KIND = {"LOOKED_UP": 1, "LISTED": 2, "RELATED": 3}

# Actors have salts beside the subjects', under names that no person id can have.
_ACTORS = UUID("1d4b5c0e-7a52-5b7e-9d5f-6a1c0f2e8b34")
_REQUESTER_INDEX = 0xFFFF_FFFF

_MICROSECOND = timedelta(microseconds=1)
_EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


class SaltMissing(LookupError):
    """A salt was erased (or never made), so the leaf can no longer be computed from its row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """The bytes of a leaf and the commitments under its root: all that has to be kept once a salt is erased."""

    data: bytes
    requester: bytes
    entries: tuple[bytes, ...]


def leaf_of(row: Row, salts: Salts) -> Leaf:
    """The leaf of a stored row. The same row and salts give the same bytes, on every machine and in every release."""
    if row["leaf_version"] != LEAF_VERSION:
        raise ValueError("a leaf of another version")
    requester = commit(requester_key(row, salts), encode_requester(row))
    entries = tuple(
        commit(entry_key(row, index, entry, salts), encode_entry(row, index, entry))
        for index, entry in enumerate(unpack_entries(row))
    )
    return Leaf(data=_encode_leaf(row, requester, entries), requester=requester, entries=entries)


def salts_of(row: Row) -> frozenset[UUID]:
    """The keys of the salts that the leaf of this row needs."""
    subjects = {UUID(entry.subject) for entry in unpack_entries(row) if entry.subject}
    return frozenset(subjects | {actor_of(row)})


def actor_of(row: Row) -> UUID:
    """The key of the actor's salt."""
    return uuid5(_ACTORS, "\x1f".join((row["actor_kind"], row["party"], row["actor_id"])))


def commit(key: bytes, message: bytes) -> bytes:
    """What stands in the tree for a message. Who is given key and message can check it; nobody else learns anything."""
    return hmac.digest(key, message, "sha256")


def entry_key(row: Row, index: int, entry: Entry, salts: Salts) -> bytes:
    """The key of one commitment, derived so that showing it opens this entry and no other of the same subject."""
    return _key(row, index, UUID(entry.subject) if entry.subject else actor_of(row), salts)


def requester_key(row: Row, salts: Salts) -> bytes:
    """The key of the commitment to who asked."""
    return _key(row, _REQUESTER_INDEX, actor_of(row), salts)


def _key(row: Row, index: int, owner: UUID, salts: Salts) -> bytes:
    try:
        salt = salts[owner]
    except KeyError:
        raise SaltMissing(str(row["id"])) from None
    return hmac.digest(salt, _KEY + _VERSION + _id(row["id"]) + enc.u32(index), "sha256")


def encode_entry(row: Row, index: int, entry: Entry) -> bytes:
    """What the subject is entitled to know of this entry, with what of the event belongs to it."""
    ground = entry.ground
    return b"".join(
        (
            _ENTRY,
            _VERSION,
            _id(row["id"]),
            enc.u32(index),
            enc.optional(enc.identifier, UUID(entry.subject) if entry.subject else None),
            enc.text(ground.source),
            enc.text(ground.recipient),
            enc.optional(enc.text, row["unit"]),
            enc.text(row["actor_role"]),
            enc.optional(enc.text, row["purpose"]),
            enc.text(ground.basis),
            enc.optional(enc.identifier, UUID(entry.evidence) if entry.evidence else None),
            enc.u8(_ENTRY_KIND[ground.kind]),
            enc.texts(ground.categories),
            enc.texts(ground.policies),
            enc.u32(entry.rows),
        )
    )


def encode_requester(row: Row) -> bytes:
    """Who asked, for whom, by which operation, and what was refused meanwhile."""
    return b"".join(
        (
            _REQUESTER,
            _VERSION,
            _id(row["id"]),
            enc.text(row["request_id"]),
            enc.u8(_ACTOR_KIND[row["actor_kind"]]),
            enc.text(row["actor_id"]),
            enc.text(row["actor_name"]),
            enc.text(row["actor_role"]),
            enc.text(row["party"]),
            enc.text(row["party_kind"]),
            enc.optional(enc.text, row["unit"]),
            enc.optional(enc.text, row["supplier"]),
            enc.optional(enc.text, row["purpose"]),
            enc.u8(row["assurance"]),
            enc.optional(enc.text, row["operation_name"]),
            enc.optional(enc.octets, row["operation_digest"]),
            enc.optional(enc.octets, row["security_digest"]),
        )
    )


def _encode_leaf(row: Row, requester: bytes, entries: Sequence[bytes]) -> bytes:
    return b"".join(
        (
            _LEAF,
            _VERSION,
            _id(row["id"]),
            enc.i64((row["occurred_at"] - _EPOCH) // _MICROSECOND),
            enc.u8(_EVENT_KIND[row["kind"]]),
            enc.optional(_id, row["about"]),
            enc.u64(row["writer_id"]),
            enc.u64(row["writer_seq"]),
            enc.text(row["policy_digest"]),
            requester,
            enc.u32(len(entries)),
            merkle_root(entries),
        )
    )


def merkle_root(leaves: Sequence[bytes]) -> bytes:
    """The Merkle tree hash of RFC 9162, section 2.1.1."""
    if not leaves:
        return hashlib.sha256().digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return hashlib.sha256(b"\x01" + merkle_root(leaves[:split]) + merkle_root(leaves[split:])).digest()


def _id(value: Any) -> bytes:
    # asyncpg has a UUID class of its own, with the same bytes.
    return bytes(value.bytes)
