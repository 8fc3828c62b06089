"""What was disclosed, out of the statement's second column: per subject, source and ground the categories and
policies.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from hub.audit.model import Entries, Entry, EntryKind, Ground, Share
from hub.plan.record import NodeRecord

if TYPE_CHECKING:
    from hub.plan.plan import Plan

_GROUNDS = 4_096
_ON_A_LIST = frozenset({"ACCESS_LOG", "CASE_EXISTENCE", "NATIONAL_ID_MASKED", "PERSON_NAME", "SIGNAL"})
"""What a list, an inbox or the log may show of somebody who is merely on it."""


class Part(NamedTuple):
    """What a row shows on one basis, resting on the evidence at one place of its token."""

    basis: str
    evidence: int | None
    categories: frozenset[str]
    policies: frozenset[str]


class Shown(NamedTuple):
    """What rows with one mask show. Whose rows, from which source and on what evidence only their tokens say."""

    kind: str
    is_on_a_list: bool
    parts: tuple[Part, ...]


def shown_on(nodes: tuple[NodeRecord, ...], number: str, mask: str) -> Shown:
    """What the rows of one kind show where their bits are these."""
    node = nodes[int(number)]
    found: dict[tuple[str, int | None], tuple[set[str], set[str]]] = {}
    for ground in node.grounds:
        if ground.bit is not None and mask[ground.bit] != "1":
            continue
        held = next((c for c in ground.candidates if c.bit is None or mask[c.bit] == "1"), None)
        if held is None:
            # INVARIANT: what was shown was shown on some ground; a plan that cannot name it is refused by its test.
            raise LookupError("a disclosure without a ground")
        categories, policies = found.setdefault((held.basis, held.evidence), (set(), set()))
        categories.add(ground.category)
        policies.add(held.policy)
    return Shown(
        kind=node.kind,
        is_on_a_list=all(categories <= _ON_A_LIST for categories, _ in found.values()),
        parts=tuple(
            Part(basis, evidence, frozenset(categories), frozenset(policies))
            for (basis, evidence), (categories, policies) in found.items()
        ),
    )


@lru_cache(maxsize=_GROUNDS)
def _ground(
    kind: str, source: str, recipient: str, basis: str, categories: frozenset[str], policies: frozenset[str]
) -> Ground:
    return Ground(
        kind=EntryKind(kind),
        source=source,
        recipient=recipient,
        basis=basis,
        categories=tuple(categories),
        policies=tuple(policies),
    )


def entries_of(plan: Plan, disclosed: str | None, recipient: str) -> Sequence[Entry]:
    """The entries of the record. Each distinct set of tokens is read once, however many subjects share it."""
    if not disclosed:
        return Entries(())
    by_subject: dict[str, list[str]] = {}
    for group in disclosed.split(";"):
        subject, _, tokens = group.partition("=")
        by_subject.setdefault(subject, []).append(tokens)
    read: dict[str | frozenset[tuple[str, int]], Share] = {}
    shares: list[tuple[str | None, Share]] = []
    for subject, texts in by_subject.items():
        tokens = ",".join(texts)
        share = read.get(tokens)
        if share is None:
            counted = Counter(tokens.split(","))
            # In another order they are the same.
            same = frozenset(counted.items())
            if same not in read:
                read[same] = tuple(_grounds(plan, counted, recipient))
            share = read[tokens] = read[same]
        if share:
            shares.append((subject or None, share))
    return Entries(shares)


class _Gathered:
    """What entries of one kind, source, basis and evidence say together. `token` is the last that was counted."""

    __slots__ = ("categories", "policies", "rows", "token")

    def __init__(self, part: Part, rows: int, token: int) -> None:
        self.categories = part.categories
        self.policies = part.policies
        self.rows = rows
        self.token = token

    def add(self, part: Part, rows: int, token: int) -> None:
        """A row counts once, on however many parts it shows something."""
        if not part.categories <= self.categories:
            self.categories |= part.categories
        if not part.policies <= self.policies:
            self.policies |= part.policies
        if token != self.token:
            self.rows += rows
            self.token = token


def _grounds(plan: Plan, tokens: Mapping[str, int], recipient: str) -> Iterator[tuple[Ground, str | None, int]]:
    read = [(_read(plan, token), rows) for token, rows in tokens.items()]
    # What a list shows beyond who is on it is a look-up of each of them; else whole cases could be read off a list
    # without a line in the citizen's log.
    listed = (
        EntryKind.LISTED.value if all(shown.is_on_a_list for (shown, _, _), _ in read) else EntryKind.LOOKED_UP.value
    )
    gathered: dict[tuple[str, str, str, str | None], _Gathered] = {}
    for number, ((shown, source, evidence), rows) in enumerate(read):
        kind = listed if shown.kind == "LISTED" else shown.kind
        for part in shown.parts:
            proof = (evidence[part.evidence] or None) if part.evidence is not None else None
            key = kind, source, part.basis, proof
            known = gathered.get(key)
            if known is None:
                gathered[key] = _Gathered(part, rows, number)
            else:
                known.add(part, rows, number)
    for (kind, source, basis, proof), known in gathered.items():
        yield _ground(kind, source, recipient, basis, known.categories, known.policies), proof, known.rows


def _read(plan: Plan, token: str) -> tuple[Shown, str, Sequence[str]]:
    """What a row showed, its source, and the evidence that its grounds may rest on."""
    number, mask, source, *evidence = token.split("|")
    return plan.shown(number, mask), source, evidence


def roots_found(plan: Plan, disclosed: str | None) -> frozenset[str]:
    """Keys of the single ways in that found a row which the requester may see."""
    if not disclosed:
        return frozenset()
    return frozenset(key for key, number in plan.singles.items() if rows_of(disclosed, number))


def rows_of(disclosed: str, number: int) -> int:
    """How many rows of one kind are on record. A token comes after its subject or after another token."""
    return disclosed.count(f"={number}|") + disclosed.count(f",{number}|")
