"""The measure of what time tells, on measurements of which it is known what they tell."""

from __future__ import annotations

from itertools import product
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.noninterference.auc import least_told, paired, separation

_FEW = st.lists(st.integers(0, 9).map(float), min_size=2, max_size=12)


@given(_FEW, _FEW)
def test_it_is_the_share_of_pairs_in_which_one_is_greater(one: list[float], other: list[float]) -> None:
    greater = sum((a > b) + (a == b) / 2 for a, b in product(one, other)) / (len(one) * len(other))
    assert separation(one, other).auc == pytest.approx(max(greater, 1 - greater))


def test_what_is_always_slower_is_told_for_certain() -> None:
    assert separation([3.0, 4.0], [1.0, 2.0]).auc == separation([1.0, 2.0], [3.0, 4.0]).auc == 1.0


def test_what_is_the_same_is_not_told() -> None:
    assert str(separation([1.0] * 9, [1.0] * 9)) == "0.500 [0.500, 0.500]"


@pytest.mark.parametrize(("shift", "expected"), [(0.0, 0.5), (0.25, 0.57), (0.5, 0.638), (1.0, 0.76)])
def test_the_interval_holds_what_is_known_of_two_normal_distributions(shift: float, expected: float) -> None:
    random = Random(1)
    found = separation([random.gauss(shift) for _ in range(2_000)], [random.gauss() for _ in range(2_000)])
    assert found.low <= expected <= found.high
    assert found.high - found.low < 0.05


def test_what_is_told_only_within_a_pair_is_told_there() -> None:
    """A little more each time, under a noise that both of a pair share."""
    random = Random(1)
    noise = [random.gauss(sigma=100) for _ in range(2_000)]
    more = [value + 1 for value in noise]
    assert separation(more, noise).auc < 0.52
    assert paired(more, noise).auc == paired(noise, more).auc == 1.0


def test_pairs_that_are_the_same_are_not_told() -> None:
    assert str(paired([1.0] * 9, [1.0] * 9)) == "0.500 [0.500, 0.500]"


def test_how_fine_the_measure_is_follows_from_the_noise() -> None:
    """Of two normal distributions, one moved by 0.178 of their width is told with a chance of 0.55."""
    random = Random(1)
    assert least_told([random.gauss(sigma=2) for _ in range(2_000)], 0.55) == pytest.approx(0.178 * 2, rel=0.1)
