"""What each party may see of one's own case, and on which ground: the policies in force, held against the case as it
stands.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from hub.gate import DENIED, GRANTED, Gate
from hub.gate.assumption import assume
from hub.gate.category_words import CATEGORY_WORDS
from hub.gate.matrix import Entry, Group
from hub.gate.openings import Asking, Openings, askings, given
from hub.gate.residual import Bind, Contains, Fact, Residual, conjunction, facts_in, negation, parts_of
from hub.gate.wording import said
from hub.identity.legal_bases import BasisKind, LegalBasis
from hub.identity.model import Kind
from hub.identity.purposes import PurposeRegister
from hub.plan.catalogue import Catalogue
from hub.plan.paths import paths
from hub.plan.who_can_see import view_of
from schema.categories import DataCategory
from schema.enums import ConsentCategory

_OF_WHO_LOOKS = frozenset({"guardians", "persons", "relatives"})
"""Facts that depend on the very person who looks: nobody looks into the case of their own family, and so on."""
_SHOWN = {"M": "MASKED", "S": "PARTLY", "X": "EXISTENCE"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """A party that takes part in the case or that a consent names. `consents` are those in force, by purpose and what
    they let be shared.
    """

    name: str
    kind: Kind
    takes_part: bool
    by_unit: bool
    in_municipality: bool
    consents: Mapping[tuple[str, str], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFacts:
    """What of the case decides."""

    grade: int
    shielded: bool
    recipients: tuple[Recipient, ...]


Values = dict[str, object]


class Sharing:
    """Reads one set of policies out for one case."""

    def __init__(self, gate: Gate, catalogue: Catalogue, purposes: PurposeRegister) -> None:
        # A gate of its own: what is remembered for a read-out must push out nothing that requesters wait for.
        self._gate = Gate(gate.model, gate.policies)
        self._catalogue = catalogue
        self._purposes = purposes
        self._openings: Openings | None = None
        self._askings: tuple[Asking, ...] = ()
        self._ways: dict[Kind, tuple[tuple[DataCategory, Entry], ...]] = {}
        self._turn = asyncio.Lock()

    async def of(self, facts: CaseFacts, day: date) -> list[Values]:
        """Each party with what it may see today, by name."""
        async with self._turn:
            for kind in {recipient.kind for recipient in facts.recipients} - self._ways.keys():
                # In a thread: the first time takes a while, and others wait for theirs.
                self._ways[kind] = await asyncio.to_thread(self._worked_out, kind)
        return [
            {
                "party": recipient.name,
                "kind": recipient.kind.name,
                "shared": list(self._shared(recipient, facts, day)),
            }
            for recipient in sorted(facts.recipients, key=lambda one: (one.name, one.kind))
        ]

    def _worked_out(self, kind: Kind) -> tuple[tuple[DataCategory, Entry], ...]:
        if self._openings is None:
            self._openings = Openings(self._gate, paths(self._catalogue))
            self._askings = askings(self._gate, self._purposes)
        asking = [one for one in self._askings if one.kind is kind]
        found: list[tuple[DataCategory, Entry]] = []
        for category in CATEGORY_WORDS:
            view = view_of(self._openings, kind, asking, self._group(category))
            found += [(category, way) for way in view.ways]
        return tuple(found)

    def _group(self, category: DataCategory) -> Group:
        actions = self._gate.model.actions
        read, known = f"read:{category.name}", f"know:{category.name}"
        return Group(
            name=category.name,
            fields=frozenset(
                name for name, spec in actions.items() if read in spec.groups and name.startswith("read:")
            ),
            exists=frozenset(name for name, spec in actions.items() if known in spec.groups),
            own="",
        )

    def _shared(self, recipient: Recipient, facts: CaseFacts, day: date) -> Iterator[Values]:
        told: set[tuple[DataCategory, str, tuple[str, ...]]] = set()
        for category, way in self._ways[recipient.kind]:
            for purpose in self._codes(way):
                left = assume(conjunction(way.needs), list(_truths(recipient, facts, purpose)))
                if left == DENIED:
                    continue
                conditions = [said(part) for part in parts_of(left) if part != GRANTED and not _is_of_who_looks(part)]
                bases = list(self._bases(way, day))
                key = (category, way.letter, tuple(text.nb for text in conditions))
                # The most comes first: where all of it is shown, that it exists goes without saying.
                if not bases or key in told or (category, "R", ()) in told:
                    continue
                told.add(key)
                yield self._line(category, way, purpose, recipient, conditions, bases)
                break

    def _codes(self, way: Entry) -> Iterator[str | None]:
        for number in way.purposes:
            yield None if number is None else self._purposes.purposes[number].code

    def _bases(self, way: Entry, day: date) -> Iterator[LegalBasis]:
        codes = {code for _, code in way.grounds}
        return (row for row in self._purposes.legal_bases.rows if row.code in codes and row.holds(day))

    def _line(
        self,
        category: DataCategory,
        way: Entry,
        purpose: str | None,
        recipient: Recipient,
        conditions: Sequence[Any],
        bases: Sequence[LegalBasis],
    ) -> Values:
        consent = next(
            (
                recipient.consents[purpose, name]
                for part in way.needs
                if (name := _consent_in(part)) is not None
                and purpose is not None
                and (purpose, name) in recipient.consents
            ),
            None,
        )
        by_consent = consent is not None or all(row.kind is BasisKind.CONSENT for row in bases)
        cited = "; ".join(row.citation for row in bases)
        return {
            "category": category.name,
            "what": {"nb": CATEGORY_WORDS[category].nb, "en": CATEGORY_WORDS[category].en},
            "shown": _SHOWN.get(way.letter, "WHOLE"),
            "withoutConsent": not by_consent,
            "sentence": {
                "nb": f"Delt med samtykke, hjemmel: {cited}" if by_consent else f"Delt uten samtykke, hjemmel: {cited}",
                "en": f"Shared by consent, basis: {cited}" if by_consent else f"Shared without consent, basis: {cited}",
            },
            "bases": [row.code for row in bases],
            "because": [self._gate_because(policy) for policy, _ in way.grounds],
            "conditions": [{"nb": text.nb, "en": text.en} for text in conditions],
            "consentId": consent,
        }

    def _gate_because(self, policy_id: str) -> str:
        return next(policy.because for policy in self._gate.policies if policy.id == policy_id)


def _truths(recipient: Recipient, facts: CaseFacts, purpose: str | None) -> Iterator[Residual]:
    """What is known of the case and the party."""
    yield from given({"grade": facts.grade, "shielded": facts.shielded})
    for is_so, atom in (
        (recipient.by_unit, Contains(Fact("units"), Bind("unit"))),
        (recipient.takes_part, Contains(Fact("parties"), Bind("party"))),
        (recipient.in_municipality, Contains(Fact("municipalities"), Bind("municipality"))),
        # Break-glass is told of in the log, use by use.
        (False, Contains(Fact("glassBroken"), Bind("person"))),
    ):
        yield atom if is_so else negation(atom)
    for category in ConsentCategory:
        atom = Contains(Fact("consented"), category.name)
        yield atom if (purpose or "", category.name) in recipient.consents else negation(atom)


def _consent_in(part: Residual) -> str | None:
    match part:
        case Contains(Fact("consented"), str(name)):
            return name
        case _:
            return None


def _is_of_who_looks(part: Residual) -> bool:
    return bool(facts_in(part)) and set(facts_in(part)) <= _OF_WHO_LOOKS
