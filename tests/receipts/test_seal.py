"""A receipt verifies with the hub's keys and nothing else, and not when a single character of it has been changed."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from joserfc import jws
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey

from hub.consent.receipt_document import receipt_of
from hub.consent.receipt_seal import (
    MAX_BYTES,
    KeysUnreadable,
    PublishedKeys,
    ReceiptFault,
    ReceiptRefused,
    key_set,
    opened,
    public_member,
    seal,
)
from tests.receipts.told import ISSUED, told

F = ReceiptFault
KEY = OKPKey.generate_key("Ed25519", auto_kid=True)
OTHER = OKPKey.generate_key("Ed25519", auto_kid=True)
CREATED = ISSUED - timedelta(days=10)
RECEIPT = receipt_of(told())
SEALED = seal(RECEIPT, KEY)


def keys(*members: dict[str, Any]) -> PublishedKeys:
    return PublishedKeys.read(key_set(members))


def member(key: OKPKey = KEY, created: datetime = CREATED, retired: datetime | None = None) -> dict[str, Any]:
    return public_member(key.as_dict(private=False), created, retired)


KEYS = keys(member(), member(OTHER))


def segment(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def fault_of(text: str, with_keys: PublishedKeys = KEYS) -> ReceiptFault:
    with pytest.raises(ReceiptRefused) as refusal:
        opened(text, with_keys)
    assert str(refusal.value).endswith(".")
    return refusal.value.fault


def file(receipt: Any, token: str) -> str:
    return json.dumps({"receipt": receipt, "jws": token})


def forged(header: dict[str, Any] | bytes, key: Any = KEY, receipt: Any = RECEIPT) -> str:
    """Signed as an attacker would: with whatever header, by whatever key."""
    head = header if isinstance(header, bytes) else json.dumps(header).encode()
    content = f"{segment(head)}.{segment(json.dumps(receipt).encode())}"
    signature = jws.JWSRegistry(algorithms=["Ed25519"]).get_alg("Ed25519").sign(content.encode(), key)
    return file(receipt, f"{content}.{segment(signature)}")


HEADER = {"alg": "Ed25519", "kid": KEY.kid, "typ": "consent-receipt+jws"}


def test_receipt_says_what_was_signed():
    assert opened(SEALED, KEYS) == json.loads(json.dumps(RECEIPT))


def test_receipt_is_json_that_can_be_read_as_it_is():
    assert json.loads(SEALED)["receipt"]["record"]["state"] == "GIVEN"
    assert "Prøvebanken" in SEALED


def test_layout_and_order_do_not_count():
    document = json.loads(SEALED)
    turned = {"jws": document["jws"], "receipt": dict(reversed(document["receipt"].items()))}
    assert opened(json.dumps(turned, indent=7), KEYS) == opened(SEALED, KEYS)


def test_every_key_of_the_set_verifies_its_own():
    assert opened(seal(RECEIPT, OTHER), KEYS) == opened(SEALED, KEYS)


@settings(max_examples=400)
@given(data=st.data())
def test_no_character_can_be_changed(data: st.DataObject):
    compact = json.dumps(json.loads(SEALED), ensure_ascii=False, separators=(",", ":"))
    at = data.draw(st.integers(0, len(compact) - 1))
    char = data.draw(st.characters(codec="utf-8").filter(lambda one: one != compact[at]))
    changed = compact[:at] + char + compact[at + 1 :]
    try:
        said = opened(changed, KEYS)
    except ReceiptRefused:
        return
    # What JSON lets be written in two ways is still the same receipt.
    assert said == opened(SEALED, KEYS)


def bent(change: Callable[[dict[str, Any]], object]) -> str:
    document = json.loads(SEALED)
    change(document)
    return json.dumps(document)


TAMPERED: dict[str, tuple[ReceiptFault, str]] = {
    "recipient changed": (F.ALTERED, SEALED.replace('"name": "Prøvebanken ASA"', '"name": "Liksom Sparebank"')),
    "end moved": (F.ALTERED, SEALED.replace("2027-05-21T12:00", "2037-05-21T12:00")),
    "a sentence of the notice taken out": (F.ALTERED, SEALED.replace("Det er frivillig. ", "")),
    "state changed": (F.ALTERED, SEALED.replace('"state": "GIVEN"', '"state": "WITHDRAWN"')),
    "true turned into 1": (F.ALTERED, SEALED.replace('"thirdPartyDisclosure": true', '"thirdPartyDisclosure": 1')),
    "a member added": (F.ALTERED, bent(lambda document: document["receipt"].update(more=1))),
    "a member removed": (F.ALTERED, bent(lambda document: document["receipt"].pop("version"))),
    "readable part gone": (F.MALFORMED, bent(lambda document: document.pop("receipt"))),
    "signature gone": (F.MALFORMED, bent(lambda document: document.pop("jws"))),
    "something beside": (F.MALFORMED, bent(lambda document: document.update(note="x"))),
    "a name twice": (F.MALFORMED, SEALED.replace('"version"', '"issuedAt": "2020-01-01T00:00:00Z",\n    "version"')),
    "signed part of another": (F.ALTERED, file(RECEIPT, json.loads(seal({**RECEIPT, "x": 1}, KEY))["jws"])),
    "no JSON": (F.MALFORMED, SEALED[:-3]),
    "nothing": (F.MALFORMED, ""),
    "a list": (F.MALFORMED, "[]"),
    "nested without end": (F.MALFORMED, "[" * 90_000),
    "not a number": (F.MALFORMED, SEALED.replace('"assurance": 4', '"assurance": NaN')),
    "too large": (F.TOO_LARGE, SEALED + " " * MAX_BYTES),
    "the bare signature": (F.MALFORMED, json.loads(SEALED)["jws"]),
    "a signature of two parts": (F.MALFORMED, file(RECEIPT, "a.b")),
    "a header that is no base64": (F.MALFORMED, file(RECEIPT, "*.b.c")),
    "a token that is no text": (F.MALFORMED, json.dumps({"receipt": RECEIPT, "jws": 1})),
}


@pytest.mark.parametrize(("fault", "text"), TAMPERED.values(), ids=TAMPERED)
def test_receipt_that_was_tampered_with_is_refused(fault: ReceiptFault, text: str):
    assert text != SEALED
    assert fault_of(text) is fault


def hmac_with_the_public_key() -> str:
    """The public key, which everybody has, used as a shared secret."""
    secret = OctKey.import_key(json.dumps(KEY.as_dict(private=False)).encode())
    token = jws.serialize_compact({**HEADER, "alg": "HS256"}, json.dumps(RECEIPT), secret, algorithms=["HS256"])
    return file(RECEIPT, token)


def signed_by(key: Any, algorithm: str) -> str:
    registry = jws.JWSRegistry(algorithms=[algorithm])
    content = f"{segment(json.dumps({**HEADER, 'alg': algorithm}).encode())}.{segment(json.dumps(RECEIPT).encode())}"
    return file(RECEIPT, f"{content}.{segment(registry.get_alg(algorithm).sign(content.encode(), key))}")


SIGNED: dict[str, tuple[ReceiptFault, Callable[[], str]]] = {
    "by a key that is not the hub's": (
        F.UNKNOWN_KEY,
        lambda: seal(RECEIPT, OKPKey.generate_key("Ed25519", auto_kid=True)),
    ),
    "by another key under the id of ours": (F.SIGNATURE, lambda: forged(HEADER, OTHER)),
    "with nothing": (
        F.ALGORITHM,
        lambda: file(RECEIPT, f"{segment(json.dumps({**HEADER, 'alg': 'none'}).encode())}.{segment(b'{}')}."),
    ),
    "with the old name of the algorithm": (F.ALGORITHM, lambda: forged({**HEADER, "alg": "EdDSA"})),
    "with a shared secret": (F.ALGORITHM, hmac_with_the_public_key),
    "with RSA": (F.ALGORITHM, lambda: signed_by(RSAKey.generate_key(2048), "RS256")),
    "with an elliptic curve": (F.ALGORITHM, lambda: signed_by(ECKey.generate_key("P-256"), "ES256")),
    "without saying by which key": (F.MALFORMED, lambda: forged({"alg": "Ed25519", "typ": HEADER["typ"]})),
    "by a key id that is no text": (F.MALFORMED, lambda: forged({**HEADER, "kid": 1})),
    "for another use": (F.MALFORMED, lambda: forged({**HEADER, "typ": "JWT"})),
    "with its own key": (F.MALFORMED, lambda: forged({**HEADER, "jwk": OTHER.as_dict(private=False)}, OTHER)),
    "with a key to be fetched": (F.MALFORMED, lambda: forged({**HEADER, "jku": "https://evil.example"}, OTHER)),
    "with something critical": (F.MALFORMED, lambda: forged({**HEADER, "crit": ["b64"], "b64": False})),
    "with a header of two minds": (
        F.MALFORMED,
        lambda: forged(json.dumps(HEADER).replace("{", '{"alg": "none",', 1).encode()),
    ),
    "over something that is no receipt": (F.MALFORMED, lambda: forged(HEADER, receipt=[1])),
    "over something without a moment": (F.MALFORMED, lambda: forged(HEADER, receipt={"a": 1})),
    "over a moment without an offset": (
        F.MALFORMED,
        lambda: forged(HEADER, receipt={"issuedAt": "2026-11-22T12:00:00"}),
    ),
    "over a moment that is no text": (F.MALFORMED, lambda: forged(HEADER, receipt={"issuedAt": 1})),
}


@pytest.mark.parametrize(("fault", "make"), SIGNED.values(), ids=SIGNED)
def test_receipt_that_is_signed_in_another_way_is_refused(fault: ReceiptFault, make: Callable[[], str]):
    assert fault_of(make()) is fault


@pytest.mark.parametrize(
    ("created", "retired", "holds"),
    [
        (CREATED, None, True),
        (CREATED, ISSUED + timedelta(days=1), True),
        (CREATED, ISSUED, True),
        (ISSUED, None, True),
        (CREATED, ISSUED - timedelta(seconds=2), False),
        (ISSUED + timedelta(seconds=2), None, False),
    ],
    ids=["in use", "retired later", "retired then", "new then", "retired before", "made later"],
)
def test_key_proves_only_what_was_issued_while_it_was_in_use(created: datetime, retired: datetime | None, holds: bool):
    with_keys = keys(member(created=created, retired=retired))
    if holds:
        assert opened(SEALED, with_keys)
    else:
        assert fault_of(SEALED, with_keys) is F.KEY_NOT_IN_USE


def test_retired_keys_still_verify_what_they_signed():
    with_keys = keys(member(retired=ISSUED + timedelta(hours=1)), member(OTHER, created=ISSUED + timedelta(hours=1)))
    assert opened(SEALED, with_keys)


def test_published_member_tells_the_times_of_its_use_and_nothing_private():
    shown = member(retired=datetime(2026, 12, 1, tzinfo=UTC))
    assert shown == {
        **KEY.as_dict(private=False),
        "use": "sig",
        "alg": "Ed25519",
        "iat": int(CREATED.timestamp()),
        "exp": 1_796_083_200,
    }
    assert "d" not in shown


UNREADABLE: dict[str, str] = {
    "nothing": "",
    "no set": "{}",
    "a list": "[]",
    "no keys": '{"keys": []}',
    "keys that are no list": '{"keys": {}}',
    "keys of another sort alone": key_set([RSAKey.generate_key(2048).as_dict(private=False)]),
    "a key under another's id": key_set([{**member(), "kid": OTHER.kid}]),
    "a key without a point": key_set([{name: value for name, value in member().items() if name != "x"}]),
    "a key with half a point": key_set([{**member(), "x": "AAAA"}]),
    "a key without a beginning": key_set([{name: value for name, value in member().items() if name != "iat"}]),
    "a key from true on": key_set([{**member(), "iat": True}]),
    "a key twice": key_set([member(), member()]),
}


@pytest.mark.parametrize("text", UNREADABLE.values(), ids=UNREADABLE)
def test_set_of_keys_that_is_unclear_is_refused(text: str):
    with pytest.raises(KeysUnreadable):
        PublishedKeys.read(text)


def test_keys_of_another_sort_beside_are_left_alone():
    both = key_set([RSAKey.generate_key(2048).as_dict(private=False), member()])
    assert PublishedKeys.read(both).keys.keys() == {KEY.kid}


@given(text=st.text())
def test_whatever_is_given_as_a_receipt_is_refused_without_a_fault_of_ours(text: str):
    fault_of(text)
