"""How well two sorts of measurements can be told apart by their size alone: the area under the ROC curve."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

_NORMAL_95 = 1.959964
_HALVINGS = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Separation:
    """The chance that a classifier that goes by size alone is right about a pair, with its 95 % confidence interval.

    0.5 is guessing, 1 is certainty. The better of the two directions counts: slower may be the sign, or faster.
    """

    auc: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.auc:.3f} [{self.low:.3f}, {self.high:.3f}]"


def separation(one: Sequence[float], other: Sequence[float]) -> Separation:
    """By the rank statistic of Mann and Whitney; its variance by DeLong, DeLong and Clarke-Pearson (1988)."""
    above = _placements(one, other)
    below = _placements(other, one)
    auc = sum(above) / len(above)
    spread = _NORMAL_95 * sqrt(_variance(above) / len(above) + _variance(below) / len(below))
    auc = max(auc, 1 - auc)
    return Separation(auc=auc, low=auc - spread, high=auc + spread)


def paired(one: Sequence[float], other: Sequence[float]) -> Separation:
    """The same for who sees both of a pair, one right after the other, and says which is which.

    What comes and goes slower than a pair, such as other load, is the same for both and does not blur it.
    """
    greater = [(a > b) + (a == b) / 2 for a, b in zip(one, other, strict=True)]
    auc = sum(greater) / len(greater)
    spread = _NORMAL_95 * sqrt(_variance(greater) / len(greater))
    auc = max(auc, 1 - auc)
    return Separation(auc=auc, low=auc - spread, high=auc + spread)


def least_told(values: Sequence[float], bound: float) -> float:
    """The least that each would have to be greater for its sort to be told above the bound: how fine the measure is."""
    low, high = 0.0, max(values) - min(values)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        is_told = separation([value + middle for value in values], values).auc > bound
        low, high = (low, middle) if is_told else (middle, high)
    return high


def _placements(values: Sequence[float], among: Sequence[float]) -> list[float]:
    """For each value, which part of the others lies below it; equal ones count half."""
    placed = [0.0] * len(values)
    others, below, at = sorted(among), 0, 0
    for index in sorted(range(len(values)), key=values.__getitem__):
        while below < len(others) and others[below] < values[index]:
            below += 1
        at = max(at, below)
        while at < len(others) and others[at] == values[index]:
            at += 1
        placed[index] = (below + at) / 2 / len(others)
    return placed


def _variance(values: Sequence[float]) -> float:
    mean = sum(values) / len(values)
    return sum((value - mean) ** 2 for value in values) / (len(values) - 1)
