"""Tokens at random: whatever is sent, the answer is claims or a typed refusal, and no changed token passes."""

from __future__ import annotations

import asyncio
import json
import string
from collections.abc import Callable
from contextlib import suppress

import httpx
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from hub.errors import NoActingParty, Unauthenticated
from hub.identity.issuers import IssuerKind
from hub.identity.tokens import Verifier
from tests.identity.forge import SHAPES, Forge, configs

Verify = Callable[[str], object]
LETTERS = string.ascii_letters + string.digits + "-_.=+/ "
KINDS = st.sampled_from(IssuerKind)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@pytest.fixture(scope="module")
def verify(forge: Forge) -> Verify:
    """Its keys are given, so its client never connects."""
    verifier = Verifier(configs(forge), httpx.AsyncClient(), cached_tokens=0)
    return lambda token: asyncio.run(verifier.verify(token))


@settings(max_examples=150, deadline=None)
@given(kind=KINDS, place=st.integers(0, 10_000), letter=st.sampled_from(LETTERS))
def test_token_changed_in_one_place_is_refused(forge: Forge, verify: Verify, kind: IssuerKind, place: int, letter: str):
    token = forge.token(kind)
    place %= len(token)
    changed = token[:place] + letter + token[place + 1 :]

    if changed != token:
        with pytest.raises(Unauthenticated):
            verify(changed)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=200) | st.text(alphabet=LETTERS, max_size=200))
@example("..")
@example("e30.e30.e30")
@example("\ud800.a.b")
def test_anything_at_all_is_refused_in_words(verify: Verify, text: str):
    with pytest.raises(Unauthenticated):
        verify(text)


@settings(max_examples=300, deadline=None)
@given(kind=KINDS, data=st.data(), value=JSON)
@example(kind=IssuerKind.MASKINPORTEN, data=None, value={"authority": "iso6523-actorid-upis", "ID": ":::"})
def test_claim_of_any_value_leads_to_claims_or_a_refusal(
    forge: Forge, verify: Verify, kind: IssuerKind, data: st.DataObject | None, value: object
):
    names = sorted({*SHAPES[kind], "iss", "aud", "exp", "iat", "nbf", "supplier", "delegation_source", "_claim_names"})
    name = "consumer" if data is None else data.draw(st.sampled_from(names))

    with suppress(Unauthenticated, NoActingParty):
        verify(forge.token(kind, **{name: value}))


@settings(max_examples=150, deadline=None)
@given(kind=KINDS, name=st.sampled_from(["alg", "kid", "typ", "crit", "jwk", "x5t", "cty", "any"]), value=JSON)
def test_header_of_any_value_leads_to_claims_or_a_refusal(
    forge: Forge, verify: Verify, kind: IssuerKind, name: str, value: object
):
    header = {**forge.header(kind), name: value}

    with suppress(Unauthenticated):
        verify(forge.sign(header, json.dumps(forge.payload(kind)).encode(), forge.keys[kind]))
