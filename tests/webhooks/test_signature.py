"""Signatures: whatever is signed verifies, and nothing else does; a second implementation agrees."""

from __future__ import annotations

import base64
import hashlib
import hmac
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.events.webhooks.secrets import Seal, SecretUnreadable, key_of, new_secret
from hub.events.webhooks.signature import ID, SIGNATURE, TIMESTAMP, SignatureRefused, signed, verify

NOW = 1_790_000_000
ids = st.uuids().map(str)
bodies = st.binary(max_size=200)
moments = st.integers(min_value=0, max_value=2**40)


@given(ids, moments, bodies, st.lists(st.binary(min_size=24, max_size=64), min_size=1, max_size=3))
def test_whatever_is_signed_verifies_with_each_secret_in_force(message, at, body, keys):
    secrets = ["whsec_" + base64.b64encode(key).decode() for key in keys]
    headers = signed(message, at, body, secrets)
    for secret in secrets:
        assert verify(headers, body, secret, now=at) == message


@given(ids, moments, bodies, st.binary(min_size=24, max_size=64))
def test_signature_is_that_of_the_standard_webhooks(message, at, body, key):
    """Worked out by hand from their specification: HMAC-SHA256 of `id.timestamp.body`, in base64, after `v1,`."""
    headers = signed(message, at, body, ["whsec_" + base64.b64encode(key).decode()])
    expected = hmac.new(key, f"{message}.{at}.".encode() + body, hashlib.sha256).digest()
    assert headers == {ID: message, TIMESTAMP: str(at), SIGNATURE: "v1," + base64.b64encode(expected).decode()}


def test_known_signature_of_the_specification():
    """The example of the Standard Webhooks' own libraries."""
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    headers = signed("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, b'{"test": 2432232314}', [secret])
    assert headers[SIGNATURE] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@given(ids, bodies, st.data())
def test_whatever_is_changed_is_refused(message, body, data):
    secret = new_secret()
    headers = signed(message, NOW, body, [secret])
    part = data.draw(st.sampled_from(["id", "timestamp", "body", "signature", "secret"]))
    if part == "id":
        headers[ID] += "0"
    elif part == "timestamp":
        headers[TIMESTAMP] = str(NOW + data.draw(st.integers(1, 299)))
    elif part == "body":
        body += b" "
    elif part == "signature":
        at = data.draw(st.integers(3, len(headers[SIGNATURE]) - 3))
        old = headers[SIGNATURE]
        headers[SIGNATURE] = old[:at] + ("A" if old[at] != "A" else "B") + old[at + 1 :]
    else:
        secret = new_secret()
    with pytest.raises(SignatureRefused):
        verify(headers, body, secret, now=NOW)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {ID: "a", TIMESTAMP: "", SIGNATURE: "v1,"},
        {ID: "a", TIMESTAMP: "-5", SIGNATURE: "v1,"},
        {ID: "a", TIMESTAMP: "٣", SIGNATURE: "v1,"},
        {ID: "a", TIMESTAMP: "1790000000", SIGNATURE: ""},
        {ID: "a", TIMESTAMP: "1790000000", SIGNATURE: "v1,é v2,x v1"},
    ],
)
def test_call_without_a_signature_is_refused(headers):
    with pytest.raises(SignatureRefused):
        verify(headers, b"{}", new_secret(), now=NOW)


@pytest.mark.parametrize("late", [-301, 301])
def test_call_of_another_time_is_refused(late):
    secret = new_secret()
    headers = signed("a", NOW, b"{}", [secret])
    assert verify(headers, b"{}", secret, now=NOW + 300) == "a"
    with pytest.raises(SignatureRefused):
        verify(headers, b"{}", secret, now=NOW + late)


def test_secret_is_new_each_time_and_long_enough():
    secrets = {new_secret() for _ in range(100)}
    assert len(secrets) == 100
    assert {len(key_of(secret)) for secret in secrets} == {32}


def test_sealed_secret_opens_for_its_own_webhook_with_its_own_key_alone():
    seal, webhook, secret = Seal(bytes(range(32))), uuid4(), new_secret()
    text = seal.sealed(webhook, secret)
    assert secret not in text
    assert base64.b64encode(key_of(secret)).decode() not in text
    assert seal.opened(webhook, text) == secret
    for other, whose, what in (
        (seal, uuid4(), text),
        (Seal(bytes(32)), webhook, text),
        (seal, webhook, text[:-4] + "AAAA"),
        (seal, webhook, "nothing"),
    ):
        with pytest.raises(SecretUnreadable):
            other.opened(whose, what)
