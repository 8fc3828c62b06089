"""A client's key: what counts as the same command, and what its digest gives away."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from enum import Enum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.commands.keys import Digests, is_key, text_of

_KEY = bytes(range(32))


class _Colour(Enum):
    RED = "r"


@dataclass
class _Inner:
    colour: _Colour
    note: str | None = None


@dataclass
class _Given:
    inner: _Inner
    listed: list[str]


def test_what_is_not_given_changes_nothing() -> None:
    assert text_of(_Given(inner=_Inner(colour=_Colour.RED), listed=["a"])) == (
        '{"inner":{"colour":"RED"},"listed":["a"]}'
    )


def test_digest_differs_by_content_by_use_and_by_the_service_s_key() -> None:
    digests = {
        Digests(_KEY).of(["a"]),
        Digests(_KEY).of(["b"]),
        Digests(_KEY, b"another use").of(["a"]),
        Digests(_KEY[::-1]).of(["a"]),
    }
    assert len(digests) == 4
    assert Digests(_KEY).of(["a"]) in digests


@given(st.binary(min_size=32, max_size=32), st.binary(max_size=40), st.binary(max_size=300))
def test_digest_is_the_hmac_of_the_standard_library(key: bytes, use: bytes, content: bytes) -> None:
    assert Digests(key, use).raw(content) == hmac.digest(hmac.digest(key, use, "sha256"), content, "sha256")


@pytest.mark.parametrize(
    ("key", "is_one"),
    [("1234567", False), ("12345678", True), ("x" * 128, True), ("x" * 129, False), ("a\tb" * 4, False)],
)
def test_key_is_8_to_128_printable_characters(key: str, is_one: bool) -> None:
    assert is_key(key) is is_one
