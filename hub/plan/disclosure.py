"""What was disclosed, out of the statement's second column: per subject, source and ground the categories and
policies.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from hub.audit.model import Entry, EntryKind, Ground
from hub.plan.plan import Plan
from hub.plan.record import NodeRecord

_GROUNDS = 4_096
_ON_A_LIST = frozenset({"ACCESS_LOG", "CASE_EXISTENCE", "NATIONAL_ID_MASKED", "PERSON_NAME", "SIGNAL"})
"""What a list, an inbox or the log may show of somebody who is merely on it."""


@dataclass(frozen=True, slots=True)
class _Key:
    """What entries are gathered under."""

    kind: str
    source: str
    basis: str
    evidence: str | None


@lru_cache(maxsize=_GROUNDS)
def _ground(key: _Key, recipient: str, categories: frozenset[str], policies: frozenset[str]) -> Ground:
    return Ground(
        kind=EntryKind(key.kind),
        source=key.source,
        recipient=recipient,
        basis=key.basis,
        categories=tuple(categories),
        policies=tuple(policies),
    )


def entries_of(plan: Plan, disclosed: str | None, recipient: str) -> list[Entry]:
    """The entries of the record. Each distinct set of tokens is read once, however many subjects share it."""
    if not disclosed:
        return []
    by_subject: dict[str, list[str]] = {}
    for group in disclosed.split(";"):
        subject, _, tokens = group.partition("=")
        by_subject.setdefault(subject, []).extend(tokens.split(","))
    read: dict[frozenset[tuple[str, int]], list[tuple[Ground, str | None, int]]] = {}
    entries: list[Entry] = []
    for subject, tokens in by_subject.items():
        counted = Counter(tokens)
        key = frozenset(counted.items())
        grounds = read.get(key)
        if grounds is None:
            grounds = read[key] = list(_grounds(plan, counted, recipient))
        entries += [Entry(ground, subject or None, evidence, rows) for ground, evidence, rows in grounds]
    return entries


def _grounds(plan: Plan, tokens: Counter[str], recipient: str) -> Iterator[tuple[Ground, str | None, int]]:
    categories: dict[_Key, set[str]] = {}
    policies: dict[_Key, set[str]] = {}
    rows: Counter[_Key] = Counter()
    read = [(count, list(_of_token(plan.nodes, token))) for token, count in tokens.items()]
    is_merely_listed = all(category in _ON_A_LIST for _, shown in read for _, category, _ in shown)
    for count, shown in read:
        seen: set[_Key] = set()
        for of_token, category, policy in shown:
            key = of_token if is_merely_listed or of_token.kind != EntryKind.LISTED else _looked_up(of_token)
            categories.setdefault(key, set()).add(category)
            policies.setdefault(key, set()).add(policy)
            seen.add(key)
        rows.update(dict.fromkeys(seen, count))
    for key, named in categories.items():
        yield _ground(key, recipient, frozenset(named), frozenset(policies[key])), key.evidence, rows[key]


def _looked_up(key: _Key) -> _Key:
    """What a list shows beyond who is on it is a look-up of each of them; else whole cases could be read off a list
    without a line in the citizen's log.
    """
    return _Key(EntryKind.LOOKED_UP.value, key.source, key.basis, key.evidence)


def _of_token(nodes: tuple[NodeRecord, ...], token: str) -> Iterator[tuple[_Key, str, str]]:
    number, mask, source, *evidence = token.split("|")
    node = nodes[int(number)]
    for ground in node.grounds:
        if ground.bit is not None and mask[ground.bit] != "1":
            continue
        held = next((c for c in ground.candidates if c.bit is None or mask[c.bit] == "1"), None)
        if held is None:
            # INVARIANT: what was shown was shown on some ground; a plan that cannot name it is refused by its test.
            raise LookupError("a disclosure without a ground")
        proof = evidence[held.evidence] if held.evidence is not None else ""
        yield _Key(node.kind, source, held.basis, proof or None), ground.category, held.policy


def roots_found(plan: Plan, disclosed: str | None) -> frozenset[str]:
    """Keys of the single ways in that found a row which the requester may see."""
    if not disclosed:
        return frozenset()
    numbers = {
        token.partition("|")[0] for group in disclosed.split(";") for token in group.partition("=")[2].split(",")
    }
    return frozenset(key for key, number in plan.singles.items() if str(number) in numbers)
