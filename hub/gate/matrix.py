"""Who can see what, and when: each group of fields beside each kind of party, read out of the policies' own conditions.

A cell is made of entries. The letter says how much is seen, the conditions what it takes beyond what is presupposed of
the kind everywhere; `lacking` is what is presupposed and not asked for here.

R all · S some fields · M the masked field · O its own submission · C all, with a consent or mandate · L in the log ·
X that it exists
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from hub.gate.assumption import assume
from hub.gate.facts import FACTS, Evidence
from hub.gate.openings import Asking, Opening, Openings, given, products
from hub.gate.residual import DENIED, GRANTED, Not, Residual, conjunction, facts_in, parts_of
from hub.gate.wording import said
from hub.identity.model import Kind
from schema.categories import Anchor

_ABOUT_A_PERSON = frozenset({Anchor.CASE, Anchor.PERSON})
_ON_DOCUMENT = (Evidence.CONSENT, Evidence.MANDATE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Fields that the matrix speaks of together, as actions, on rows where `given` holds.

    `status` are those that an `S` stands for unless others are named. `own` are the words of the condition that the
    requester sent the row itself.
    """

    name: str
    fields: frozenset[str]
    masked: frozenset[str] = frozenset()
    copies: frozenset[str] = frozenset()
    log: frozenset[str] = frozenset()
    exists: frozenset[str] = frozenset()
    status: frozenset[str] = frozenset()
    own: str = "the own party submitted it"
    given: Mapping[str, bool | int | str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A kind of party, with what is presupposed of it in every cell, in words."""

    name: str
    kind: Kind
    always: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One way to see something of a group."""

    letter: str
    fields: frozenset[str]
    needs: frozenset[Residual]
    conditions: tuple[Residual, ...]
    lacking: tuple[Residual, ...]
    purposes: tuple[str | None, ...]
    grounds: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class _Open:
    """An action that is open on a purpose where all of `needs` hold."""

    action: str
    number: str | None
    needs: frozenset[Residual]
    ground: tuple[str, str]


class Matrix:
    """The cells, for requesters as the registers describe them."""

    def __init__(self, openings: Openings, asking: Iterable[Asking]) -> None:
        self._openings = openings
        self._asking: dict[Kind, list[Asking]] = {}
        for one in asking:
            self._asking.setdefault(one.kind, []).append(one)
        self._always: dict[str, dict[str, Residual]] = {}

    def purposes(self, kind: Kind) -> tuple[str, ...]:
        return tuple(one.number for one in self._asking[kind] if one.number is not None)

    def cell(self, column: Column, group: Group) -> tuple[Entry, ...]:
        """What the kind sees of the group, the most first; what another entry covers is left out."""
        clear = self._entries(column, group, group.fields, "")
        clear = [_lettered(one, group) for one in clear]
        masked = self._entries(column, group, group.masked, "M")
        shown = [*clear, *(one for one in masked if not _is_covered(one, clear, any_extent=False))]
        shown += [_own(one, group) for one in self._entries(column, group, group.copies, "O")]
        exists = self._entries(column, group, group.exists, "X")
        shown += [one for one in exists if not _is_covered(one, shown, any_extent=True)]
        log = [] if shown else self._entries(column, group, group.log, "L")
        return tuple(sorted((*shown, *log), key=_order))

    def _entries(self, column: Column, group: Group, actions: frozenset[str], letter: str) -> list[Entry]:
        """The ways to the actions. Ways that open as much on the same condition are one, on several purposes."""
        opened = list(self._opened(column, group, actions))
        found: dict[tuple[frozenset[Residual], frozenset[str]], dict[str | None, set[tuple[str, str]]]] = {}
        for needs in {one.needs for one in opened}:
            for number in {one.number for one in opened}:
                covered = [one for one in opened if one.number == number and one.needs <= needs]
                extent = frozenset(one.action for one in covered)
                if extent:
                    found.setdefault((needs, extent), {})[number] = {one.ground for one in covered}
        entries = [
            self._entry(column, group, letter or ("R" if extent == actions else "S"), needs, extent, by)
            for (needs, extent), by in found.items()
        ]
        return [one for one in entries if not any(_covers(other, one) for other in entries if other is not one)]

    def _opened(self, column: Column, group: Group, actions: frozenset[str]) -> Iterator[_Open]:
        truths = given(group.given)
        for asking in self._asking[column.kind]:
            for action in sorted(actions):
                for opening in self._openings.of(asking, action):
                    for needs in self._needs(column, action, opening, truths):
                        yield _Open(action, asking.number, needs, (opening.policy, opening.basis))

    def _needs(
        self, column: Column, action: str, opening: Opening, truths: Sequence[Residual]
    ) -> Iterator[frozenset[Residual]]:
        """The alternatives of conditions, with what is presupposed kept in one piece."""
        left = assume(opening.condition, truths)
        if left == DENIED:
            return
        always = self._presupposed_of(column, action).values()
        held = frozenset(part for part in always if assume(part, [opening.condition]) == GRANTED)
        rest = assume(left, held)
        for product in products(rest):
            yield product | held

    def _presupposed_of(self, column: Column, action: str) -> Mapping[str, Residual]:
        """Of rows that are about no person nothing is presupposed."""
        model = self._openings.gate.model
        about = model.resources[model.actions[action].resource].anchors & _ABOUT_A_PERSON
        return self._presupposed(column) if about else {}

    def _presupposed(self, column: Column) -> Mapping[str, Residual]:
        """The conditions behind the words, as they occur in what the kind can see."""
        if column.name not in self._always:
            actions = [name for name in self._openings.gate.model.actions if name.startswith("read:")]
            conditions = (
                opening.condition
                for asking in self._asking[column.kind]
                for action in actions
                for opening in self._openings.of(asking, action)
            )
            words = {said(part).en: part for condition in set(conditions) for part in parts_of(condition)}
            self._always[column.name] = {word: words[word] for word in column.always if word in words}
        return self._always[column.name]

    def unheard(self, column: Column) -> frozenset[str]:
        """What is presupposed of the kind and asked for nowhere: a slip of the pen, or a rule that is gone."""
        return column.always - self._presupposed(column).keys()

    def _entry(
        self,
        column: Column,
        group: Group,
        letter: str,
        needs: frozenset[Residual],
        extent: frozenset[str],
        by: Mapping[str | None, set[tuple[str, str]]],
    ) -> Entry:
        always = frozenset(part for action in extent for part in self._presupposed_of(column, action).values())
        settled = [part for part in always if assume(part, given(group.given)) in (GRANTED, DENIED)]
        numbers = sorted(by, key=lambda number: number or "")
        return Entry(
            letter=letter,
            fields=extent,
            needs=needs,
            conditions=tuple(sorted(needs - always, key=lambda part: said(part).en)),
            lacking=tuple(sorted(always - needs - {*settled}, key=lambda part: said(part).en)),
            purposes=tuple(numbers),
            grounds=tuple(sorted(set().union(*by.values()))),
        )


def _covers(one: Entry, other: Entry) -> bool:
    """Whether whoever sees by `other` sees at least as much by `one`."""
    return (
        one.needs <= other.needs
        and one.fields >= other.fields
        and {*one.purposes} >= {*other.purposes}
        and (one.needs, one.fields, one.purposes) != (other.needs, other.fields, other.purposes)
    )


def _is_covered(one: Entry, others: Iterable[Entry], *, any_extent: bool) -> bool:
    return any(
        other.needs <= one.needs and {*other.purposes} >= {*one.purposes} and (any_extent or other.letter != "S")
        for other in others
    )


def _lettered(entry: Entry, group: Group) -> Entry:
    """`O` and `C` are `R` under a condition that has a letter of its own."""
    if entry.letter != "R":
        return entry
    own = _own(entry, group)
    if own is not entry:
        return own
    return replace(entry, letter="C") if any(map(_rests_on_document, entry.conditions)) else entry


def _own(entry: Entry, group: Group) -> Entry:
    """With the condition that the letter says."""
    left = tuple(part for part in entry.conditions if said(part).en != group.own)
    return entry if left == entry.conditions else replace(entry, letter="O", conditions=left)


def _rests_on_document(condition: Residual) -> bool:
    return not isinstance(condition, Not) and any(FACTS[name].evidence in _ON_DOCUMENT for name in facts_in(condition))


def _order(entry: Entry) -> tuple[int, str]:
    return "RCOSMLX".index(entry.letter), said(conjunction(entry.conditions)).en
