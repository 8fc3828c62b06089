"""What was withheld, out of the statement's third column: each distinct reason once, with the paths where rows
differ.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hub.gate import DENIED, Gate, RequesterClass
from hub.gate.explain import Explanation, explain
from hub.gate.residual import Atom
from hub.plan.disclosure import rows_of
from hub.plan.record import NodeRecord, Withholding

if TYPE_CHECKING:
    from hub.plan.plan import Plan

_REQUEST = "requestConsent"
_CONSENT = "CONSENT:"
_TOKEN = re.compile(r"(\d+)(?::(\d+))?\(|!([01]+)\.([01]*)|\)")


_Pattern = tuple[int, str, str]
"""The kind of a row on which something is withheld, the bits of what is withheld, and those of its atoms."""
_Places = tuple[str, ...]
"""Where a row stands in the lists around it."""


@dataclass(frozen=True, slots=True)
class Note:
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
    notes: dict[Note, list[_Places]] = {}
    noted: dict[_Pattern, list[list[_Places]]] = {}
    for pattern, place in _read(marks):
        if pattern not in noted:
            noted[pattern] = [notes.setdefault(note, []) for note in plan.explained(*pattern)]
        for places in noted[pattern]:
            places.append(place)
    may_ask = gate.decide(plan.who, f"do:{_REQUEST}").residual != DENIED
    rows = {node: rows_of(disclosed or "", node) for node in {note.node for note in notes}}
    return [
        {
            **_entry(plan.nodes[note.node], note, places, rows[note.node]),
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


def _read(marks: str) -> Iterator[tuple[_Pattern, _Places]]:
    open_: list[tuple[int, str | None]] = []
    for match in _TOKEN.finditer(marks):
        node, place, withheld, atoms = match.groups()
        if node is not None:
            open_.append((int(node), place))
        elif withheld is not None:
            yield (open_[-1][0], withheld, atoms), tuple(place for _, place in open_ if place is not None)
        else:
            open_.pop()


def explained_on(
    gate: Gate, who: RequesterClass, nodes: tuple[NodeRecord, ...], number: int, withheld: str, atoms: str
) -> tuple[Note, ...]:
    """What is withheld on rows of one kind where their bits are these, and why. Nothing else of a row has a say."""
    node = nodes[number]
    return tuple(
        Note(
            field=withholding.action.removeprefix("read:"),
            node=node.number,
            key=withholding.key,
            explanation=explain(gate, who, withholding.action, _truths(node, withholding, atoms)),
        )
        for withholding in node.withholdings
        if withheld[withholding.bit] == "1"
    )


def _truths(node: NodeRecord, withholding: Withholding, bits: str) -> Mapping[Atom, bool]:
    return {**node.settled, **{atom: bits[bit] == "1" for atom, bit in withholding.atoms}}


def _entry(node: NodeRecord, note: Note, places: list[_Places], rows: int) -> dict[str, object]:
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
