"""What was withheld, out of the statement's third column: each distinct reason once, with the paths where rows
differ.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from hub.gate import DENIED, Gate
from hub.gate.explain import Explanation, explain
from hub.gate.residual import Atom
from hub.plan.plan import Plan
from hub.plan.record import NodeRecord, Withholding

_REQUEST = "requestConsent"
_CONSENT = "CONSENT:"
_TOKEN = re.compile(r"(\d+)(?::(\d+))?\(|!([01]+)\.([01]*)|\)")


@dataclass(frozen=True, slots=True)
class _Mark:
    """A row on which something is withheld: its kind, its place in the lists around it, and its bits."""

    node: int
    places: tuple[str, ...]
    withheld: str
    atoms: str


@dataclass(frozen=True, slots=True)
class _Note:
    """A field withheld for one reason."""

    field: str
    node: int
    key: str
    explanation: Explanation


def withheld_of(
    gate: Gate, plan: Plan, marks: str | None, disclosed: str | None, recipient: str
) -> list[dict[str, object]]:
    """The entries of `extensions.withheld`, in the order in which the fields appear. `recipient` is who asks."""
    if not marks:
        return []
    notes: dict[_Note, list[tuple[str, ...]]] = {}
    explained: dict[tuple[int, str, str], list[_Note]] = {}
    for mark in _read(marks):
        key = (mark.node, mark.withheld, mark.atoms)
        if key not in explained:
            explained[key] = list(_explain(gate, plan, mark))
        for note in explained[key]:
            notes.setdefault(note, []).append(mark.places)
    may_ask = gate.decide(plan.who, f"do:{_REQUEST}").residual != DENIED
    return [
        {
            **_entry(plan.nodes[note.node], note, places, _rows(disclosed, note.node)),
            **(_request(note.explanation, plan, recipient) if may_ask else {}),
        }
        for note, places in notes.items()
    ]


def _request(explanation: Explanation, plan: Plan, recipient: str) -> dict[str, object]:
    """Where nothing but a consent is missing: what to ask the person for, and with which command.

    From whom is not said: which bank a loan is with can be part of what is withheld.
    """
    ways = (way for way in explanation.opens if all(word.startswith(_CONSENT) for word in way))
    way = next(ways, None)
    if way is None or plan.who.purpose is None:
        return {}
    categories = sorted(word.removeprefix(_CONSENT) for word in way)
    asked = {"recipient": recipient, "purpose": plan.who.purpose, "categories": categories}
    return {"consent": {"command": _REQUEST, **asked}}


def _read(marks: str) -> Iterator[_Mark]:
    open_: list[tuple[int, str | None]] = []
    for match in _TOKEN.finditer(marks):
        node, place, withheld, atoms = match.groups()
        if node is not None:
            open_.append((int(node), place))
        elif withheld is not None:
            yield _Mark(open_[-1][0], tuple(place for _, place in open_ if place is not None), withheld, atoms)
        else:
            open_.pop()


def _explain(gate: Gate, plan: Plan, mark: _Mark) -> Iterator[_Note]:
    node = plan.nodes[mark.node]
    for withholding in node.withholdings:
        if mark.withheld[withholding.bit] == "1":
            truths = _truths(node, withholding, mark.atoms)
            explanation = explain(gate, plan.who, withholding.action, truths)
            yield _Note(withholding.action.removeprefix("read:"), node.number, withholding.key, explanation)


def _truths(node: NodeRecord, withholding: Withholding, bits: str) -> Mapping[Atom, bool]:
    return {**node.settled, **{atom: bits[bit] == "1" for atom, bit in withholding.atoms}}


def _rows(disclosed: str | None, node: int) -> int:
    """How many rows of this kind the answer holds."""
    return len(re.findall(rf"(?:^|[=,;]){node}\|", disclosed or ""))


def _entry(node: NodeRecord, note: _Note, places: list[tuple[str, ...]], rows: int) -> dict[str, object]:
    """One entry. Where every row is alike its path has a star for each list; otherwise each row's path is named."""
    if len(places) >= rows:
        paths = [_path(node.path, None, note.key)]
    else:
        paths = [_path(node.path, place, note.key) for place in places]
    return {"field": note.field, "paths": paths, **note.explanation.public()}


def _path(path: tuple[str, ...], places: tuple[str, ...] | None, key: str) -> str:
    left = iter(places) if places is not None else None
    filled = [next(left, "*") if part == "*" and left is not None else part for part in path]
    return ".".join((*filled, key))
