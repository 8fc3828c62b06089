"""Identifiers: of version 7, each another, and as many as were asked for."""

from __future__ import annotations

import time

import pytest

from hub.store.ids import new_id, new_ids


@pytest.mark.parametrize("count", [0, 1, 2, 500])
def test_many_are_made_as_one_is(count: int) -> None:
    before = time.time_ns() // 1_000_000
    made = new_ids(count)
    after = time.time_ns() // 1_000_000
    assert len(set(made)) == len(made) == count
    for one in [*made, new_id()]:
        assert (one.version, one.variant) == (7, "specified in RFC 4122")
    assert all(before <= one.int >> 80 <= after for one in made)


def test_every_random_bit_is_drawn() -> None:
    random = (1 << 128) - 1 & ~(0xF << 76) & ~(0b11 << 62) & ((1 << 80) - 1)
    ones = zeros = 0
    for one in new_ids(500):
        ones |= one.int
        zeros |= ~one.int
    assert ones & random == random
    assert zeros & random == random
