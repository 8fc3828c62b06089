"""A row and a requester on which given conditions hold: what a formula means, made so concrete that it can be tried."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from hub.gate.evaluation import Scalar, Value, evaluate
from hub.gate.facts import FactSpec
from hub.gate.model import UNKNOWN, RequesterClass
from hub.gate.residual import Bind, Compare, Contains, Fact, Has, Known, Not, Residual, conjunction

OWN: Mapping[str, str] = {
    "glass": "00000000-0000-4000-8000-000000000003",
    "municipality": "9901",
    "party": "own-party",
    "person": "00000000-0000-4000-8000-000000000001",
    "unit": "9901",
}
"""What is personal in the requester of an example."""
_OTHER: Mapping[str, str] = {
    "Party": "another-party",
    "Person": "00000000-0000-4000-8000-000000000002",
    "String": "OTHER",
    "Unit": "9902",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A row by its facts, and what is the requester's own. `said` are the facts that the conditions speak of."""

    facts: Mapping[str, Value]
    binds: Mapping[str, Scalar]
    said: frozenset[str]


def example(conditions: Iterable[Residual], facts: Mapping[str, FactSpec], who: RequesterClass) -> Example | None:
    """A row on which the conditions hold, ordinary in all else; None where this finds none."""
    held = [part for part in conditions if _is_of_row(part)]
    binds = {name: value for name, value in OWN.items() if name in who.attributes}
    if who.purpose is not None and who.purpose is not UNKNOWN:
        binds["purpose"] = str(who.purpose)
    row: dict[str, Value] = {name: _ordinary(spec) for name, spec in facts.items()}
    for part in sorted(held, key=_turn):
        _make_hold(part, row, facts, binds)
    if not evaluate(conjunction(held), row, binds):
        return None
    return Example(facts=row, binds=binds, said=frozenset(name for part in held for name in _names(part)))


def _is_of_row(part: Residual) -> bool:
    return any(True for _ in _names(part))


def _names(part: Residual) -> Iterator[str]:
    match part:
        case Not(atom):
            yield from _names(atom)
        case Fact(name) | Has(name) | Known(name):
            yield name
        case Compare(_, left, right) | Contains(left, right):
            yield from (term.name for term in (left, right) if isinstance(term, Fact))
        case _:
            return


def _ordinary(spec: FactSpec) -> Value:
    """What a row is like of which nothing is said: nobody's, not protected, with no consent."""
    if spec.is_set:
        return frozenset()
    if spec.optional:
        return None
    return {"Bool": False, "Long": 0}.get(spec.type, _OTHER.get(spec.type, "OTHER"))


def _turn(part: Residual) -> int:
    """Facts compared with each other come last, when one of them has its value; what is denied is left as it is."""
    match part:
        case Not():
            return 0
        case Compare("=", Fact(), Fact()):
            return 2
        case _:
            return 1


def _make_hold(
    part: Residual, row: dict[str, Value], facts: Mapping[str, FactSpec], binds: Mapping[str, Scalar]
) -> None:
    match part:
        case Fact(name):
            row[name] = True
        case Has(name) if row[name] is None:
            row[name] = _OTHER.get(facts[name].type, "OTHER")
        case Contains(Fact(name), value):
            members = row[name]
            own = str(binds[value.name]) if isinstance(value, Bind) else str(value)
            row[name] = frozenset({*(members if isinstance(members, frozenset) else ()), own})  # type: ignore[arg-type]
        case Compare("=", Fact(name), Fact(other)):
            first, second = sorted((name, other), key=lambda fact: row[fact] in binds.values(), reverse=True)
            row[second] = row[first]
        case Compare("=", Fact(name), value):
            row[name] = binds[value.name] if isinstance(value, Bind) else value  # type: ignore[assignment]
        case Compare(">=", Fact(name), int(limit)):
            row[name] = max(int(row[name] or 0), limit)  # type: ignore[arg-type]
        case Not(Has(name)):
            row[name] = None
        case Not(Fact(name)):
            row[name] = False
        case _:
            return
