"""What a leaf and a proof tell, and what not: commitments open one by one, to those whom they are about."""

from __future__ import annotations

import hmac
from typing import Any
from uuid import UUID

import pytest

from hub.audit.leaf import (
    SaltMissing,
    actor_of,
    commit,
    encode_entry,
    encode_requester,
    entry_key,
    leaf_of,
    requester_key,
    salts_of,
)
from hub.audit.model import Entry
from hub.audit.salts import salts_for
from hub.identity.model import PrincipalType
from tests.audit.factory import CONSENT, KARI, OLA, SHOWN, ground, known_id, plain_event, row, salts


def test_leaf_tells_nothing_of_who_asked_of_whom():
    shown = plain_event(*SHOWN, who={"name": "Berit Behandler", "supplier": "314100204"})
    data = leaf_of(row(shown), salts(row(shown))).data
    for secret in ("Berit", "A123456", "9901", "nav", "314100204", "RENT", "request-1", "EVICTION", "CaseOverview"):
        assert secret.encode() not in data
    for subject in (KARI, OLA, CONSENT):
        assert UUID(subject).bytes not in data
        assert subject.encode() not in data


def test_leaf_grows_with_nothing_but_the_digest_of_policies():
    few, many = row(plain_event(*SHOWN)), row(plain_event(*SHOWN * 50))
    assert len(leaf_of(few, salts(few)).data) == len(leaf_of(many, salts(many)).data)


def test_equal_entries_cannot_be_linked():
    """Neither two of one event, nor the same of two events, nor those of two subjects."""
    shown = Entry(ground(), KARI)
    twice, again = row(plain_event(shown, shown)), row(plain_event(shown, id=known_id(3)))
    other = row(plain_event(shown._replace(subject=OLA)))
    commitments = [c for stored in (twice, again, other) for c in leaf_of(stored, salts(stored)).entries]
    assert len(set(commitments)) == len(commitments) == 4


def test_subject_can_check_its_own_entry_and_no_other():
    """A proof gives the subject the key and the message of its entry, and the other commitments as bare hashes."""
    stored = row(plain_event(*SHOWN))
    known = salts(stored)
    leaf = leaf_of(stored, known)
    mine = entry_key(stored, 0, SHOWN[0], known)
    assert commit(mine, encode_entry(stored, 0, SHOWN[0])) == leaf.entries[0]
    # Even who guesses every word of the other entry right cannot tell that the guess is right.
    theirs = encode_entry(stored, 1, SHOWN[1])
    assert commit(mine, theirs) != leaf.entries[1]
    with_my_salt = hmac.digest(known[UUID(KARI)], b"bofast.audit.key\x01" + stored["id"].bytes + b"\0\0\0\1", "sha256")
    assert commit(with_my_salt, theirs) != leaf.entries[1]
    assert commit(mine, encode_requester(stored)) != leaf.requester


def test_key_of_one_entry_opens_no_other_of_the_same_subject():
    shown = Entry(ground(), KARI)
    first, second = row(plain_event(shown, shown)), row(plain_event(shown, id=known_id(3)))
    known = salts(first)
    keys = {entry_key(first, 0, shown, known), entry_key(first, 1, shown, known), entry_key(second, 0, shown, known)}
    assert len(keys) == 3


def test_citizen_who_looks_at_itself_has_two_salts():
    """The actor's and the subject's: showing the key of an entry must not open who asked."""
    stored = row(plain_event(Entry(ground(), KARI), who={"principal": PrincipalType.CITIZEN, "id": KARI}))
    assert salts_of(stored) == {UUID(KARI), actor_of(stored)}
    assert requester_key(stored, salts(stored)) != entry_key(stored, 0, Entry(ground(), KARI), salts(stored))


def test_entry_about_nobody_is_kept_under_the_key_of_who_asked():
    stored = row(plain_event(Entry(ground())))
    assert salts_of(stored) == {actor_of(stored)}
    assert leaf_of(stored, salts(stored)).entries


def test_leaf_cannot_be_made_without_a_salt():
    stored = row(plain_event(*SHOWN))
    known = salts(stored)
    for key in known:
        with pytest.raises(SaltMissing):
            leaf_of(stored, {other: value for other, value in known.items() if other != key})


async def test_salts_are_made_once_and_never_again_after_erasure(owner: Any):
    keys = [UUID(KARI), UUID(OLA)]
    first = await salts_for(owner, keys)
    assert {len(one) for one in first.values()} == {32}
    assert len(set(first.values())) == 2
    assert await salts_for(owner, keys) == first
    await owner.execute("UPDATE audit.subject_salt SET salt = NULL, erased_at = now() WHERE subject_id = $1", KARI)
    assert await salts_for(owner, keys) == {UUID(OLA): first[UUID(OLA)]}
