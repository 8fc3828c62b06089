"""What becomes of a residual once something is known of the row."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from hub.gate.residual import (
    DENIED,
    GRANTED,
    And,
    Compare,
    Not,
    Or,
    Residual,
    conjunction,
    disjunction,
    negation,
    parts_of,
)


def rewrite(residual: Residual, change: Callable[[Residual], Residual | None]) -> Residual:
    """The formula with every part for which `change` gives another replaced, outermost first, and simplified again."""
    replaced = change(residual)
    if replaced is not None:
        return replaced
    match residual:
        case And(parts):
            return conjunction(rewrite(part, change) for part in parts)
        case Or(parts):
            return disjunction(rewrite(part, change) for part in parts)
        case Not(part):
            return negation(rewrite(part, change))
        case _:
            return residual


def assume(residual: Residual, truths: Iterable[Residual]) -> Residual:
    """The formula on rows where all of `truths` hold. On those rows it has the value that it had before."""
    held = {part for known in truths for part in parts_of(known)}

    def settle(part: Residual) -> Residual | None:
        if part in held or (isinstance(part, Or) and any(inner in held for inner in part.parts)):
            return GRANTED
        if negation(part) in held:
            return DENIED
        return _settled_by_threshold(part, held) if isinstance(part, Compare) else None

    return rewrite(residual, settle)


def _settled_by_threshold(part: Compare, held: set[Residual]) -> Residual | None:
    """A grade below 1 is below 2; a grade of at least 2 is at least 1."""
    if part.op != ">=" or not isinstance(part.right, int):
        return None
    for known in held:
        match known:
            case Not(Compare(">=", left, int(limit))) if left == part.left and limit <= part.right:
                return DENIED
            case Compare(">=", left, int(limit)) if left == part.left and limit >= part.right:
                return GRANTED
            case _:
                continue
    return None
