"""Why a field of a row is withheld and what would open it.

INVARIANT: the row is seen and the requester may know that there is a value, so whatever both of that rests on is true.
What is left then speaks of nothing that must not be told: the lint on forbids sees to it, and a test holds it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import combinations

from hub.gate.assumption import assume, rewrite
from hub.gate.facts import FACTS
from hub.gate.gate import Gate
from hub.gate.model import UNKNOWN, RequesterClass
from hub.gate.reasons import TEXTS, Reason
from hub.gate.residual import (
    DENIED,
    GRANTED,
    Atom,
    Compare,
    Contains,
    Context,
    Fact,
    Residual,
    atoms,
    conjunction,
    disjunction,
    facts_in,
    negation,
    parts_of,
    truth,
)

_DEPTH = 3
_WORDS: Mapping[str, str] = {
    "agreed": "AGREEMENT",
    "consentInForce": "CONSENT",
    "consented": "CONSENT",
    "mandated": "MANDATE",
    "mandates": "MANDATE",
    "parties": "PARTICIPANT",
    "shareLevel": "SHARE_LEVEL",
    "units": "PARTICIPANT",
    "verified": "VERIFIED_WITH_TENANT",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """A reason, the policy that would have opened it, and what would: alternatives, each of things needed together."""

    reason: Reason
    policy: str | None = None
    basis: str | None = None
    opens: tuple[tuple[str, ...], ...] = ()

    def public(self) -> dict[str, object]:
        """As it stands in `extensions.withheld`."""
        text = TEXTS[self.reason]
        return {
            "reason": self.reason.value,
            "policy": self.policy,
            "basis": self.basis,
            "opens": [list(together) for together in self.opens],
            "text": {"nb": text.nb, "en": text.en},
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """What is left to be weighed of one action on rows that are seen and known of."""

    permits: tuple[tuple[str, str, Residual], ...]
    closed: Residual

    @property
    def atoms(self) -> tuple[Atom, ...]:
        return atoms(disjunction((*(residual for _, _, residual in self.permits), self.closed)))


def explainable_atoms(gate: Gate, who: RequesterClass, action: str) -> tuple[Atom, ...]:
    """The atoms whose truth on the row an explanation needs, in a fixed order."""
    return tuple(atom for atom in _case(gate, who, action).atoms if _is_of_row(atom) and _is_answerable(atom, who))


def explain(gate: Gate, who: RequesterClass, action: str, truths: Mapping[Atom, bool]) -> Explanation:
    """The explanation for rows on which the atoms have these truth values."""
    case = _case(gate, who, action)
    now = {atom: truths.get(atom, False) if _is_of_row(atom) else _holds_now(atom, who) for atom in case.atoms}
    for candidates in (list(filter(_is_actionable, now)), list(now)):
        found = _smallest(case, now, candidates)
        if found:
            return _explained(case, now, found, can_be_opened=all(map(_is_actionable, found[0])))
    return Explanation(reason=Reason.NOT_FOR_THIS_PARTY)


def _case(gate: Gate, who: RequesterClass, action: str) -> _Case:
    """The action with purpose, bases and assurance left open, on rows where `see` and `know` hold as things are."""
    known = [part for shown in _shown(gate, action) for part in parts_of(gate.decide(who, shown).residual)]
    decision = gate.decide(replace(who, purpose=UNKNOWN, bases=UNKNOWN, assurance=UNKNOWN), action)
    permits = ((grant.policy, grant.basis, assume(grant.residual, known)) for grant in decision.permits)
    forbids = (assume(closing.residual, known) for closing in decision.forbids)
    return _Case(
        permits=tuple((policy, basis, residual) for policy, basis, residual in permits if residual != DENIED),
        closed=disjunction(residual for residual in forbids if _may_be_told(residual)),
    )


def _shown(gate: Gate, action: str) -> Iterator[str]:
    spec = gate.model.actions[action]
    yield f"see:{spec.resource}"
    for group in spec.groups:
        if group.startswith("read:"):
            yield f"know:{spec.resource}.{group.removeprefix('read:')}"


def _may_be_told(residual: Residual) -> bool:
    return all(FACTS[name].explainable for name in facts_in(residual))


def _is_of_row(atom: Atom) -> bool:
    return bool(facts_in(atom))


def _is_answerable(atom: Atom, who: RequesterClass) -> bool:
    """Whether the requester has what the fact is looked up by."""
    held = who.attributes | ({"purpose"} if who.purpose is not None else frozenset())
    return all(FACTS[name].explainable and FACTS[name].needs <= held for name in facts_in(atom))


def _is_actionable(atom: Atom) -> bool:
    """Somebody could make it true; a request can always be made for another purpose."""
    return all(FACTS[name].actionable for name in facts_in(atom))


def _holds_now(atom: Atom, who: RequesterClass) -> bool:
    match atom:
        case Contains(Context("bases"), basis):
            return who.bases is not UNKNOWN and basis in who.bases
        case Compare("=", Context("purpose"), purpose):
            return who.purpose == purpose
        case Compare(op, Context("assurance"), int(level)) if isinstance(who.assurance, int):
            return who.assurance > level if op == ">" else who.assurance >= level
        case _:
            return False


def _smallest(case: _Case, now: Mapping[Atom, bool], candidates: list[Atom]) -> list[tuple[Atom, ...]]:
    """The smallest sets of atoms that, turned, open the action: an exact search over the whole decision."""
    for size in range(1, _DEPTH + 1):
        found = [turned for turned in combinations(candidates, size) if _opens(case, _turned(now, turned))]
        if found:
            return found
    return []


def _turned(now: Mapping[Atom, bool], turned: tuple[Atom, ...]) -> dict[Atom, bool]:
    """The truth values with some turned. A consent is for one purpose: with another, what holds now is void."""
    new_purpose = not all(map(_is_of_row, turned))
    held = {atom: value and not (new_purpose and "consented" in facts_in(atom)) for atom, value in now.items()}
    return held | {atom: not held[atom] for atom in turned}


def _opens(case: _Case, truths: Mapping[Atom, bool]) -> bool:
    opened = disjunction(residual for _, _, residual in case.permits)
    return _settled(conjunction((opened, negation(case.closed))), truths)


def _settled(residual: Residual, truths: Mapping[Atom, bool]) -> bool:
    return rewrite(residual, lambda part: truth(truths[part]) if part in truths else None) == GRANTED  # type: ignore[index]


def _explained(
    case: _Case, now: Mapping[Atom, bool], found: list[tuple[Atom, ...]], *, can_be_opened: bool
) -> Explanation:
    """The policy first in legal preference that the first way opens, with the reason of what was missing for it."""
    for policy, basis, residual in case.permits:
        for turned in found:
            if _settled(residual, _turned(now, turned)):
                opens = tuple(dict.fromkeys(tuple(map(_word, way)) for way in found)) if can_be_opened else ()
                return Explanation(reason=_reason(turned), policy=policy, basis=basis, opens=opens)
    return Explanation(reason=Reason.NOT_FOR_THIS_PARTY)


def _reason(turned: tuple[Atom, ...]) -> Reason:
    for atom in turned:
        match atom:
            case Compare(_, Context("assurance"), _):
                return Reason.ASSURANCE_TOO_LOW
            case Compare(_, Context(), _) | Contains(Context(), _):
                return Reason.PURPOSE_NOT_SUFFICIENT
            case _:
                continue
    reasons = (FACTS[name].reason for atom in turned for name in facts_in(atom))
    return next((reason for reason in reasons if reason is not None), Reason.NOT_FOR_THIS_PARTY)


def _word(atom: Atom) -> str:
    """What is needed, as `CONSENT:LOAN_DETAILS`."""
    match atom:
        case Contains(Context(), str(basis)):
            return f"BASIS:{basis}"
        case Compare(_, Context(name), value):
            return f"{name.upper()}:{value}"
        case Contains(Fact(name), str(value)) | Compare(_, Fact(name), str(value)):
            return f"{_WORDS.get(name, name)}:{value}"
        case _:
            return _WORDS.get(next(iter(facts_in(atom)), ""), "OTHER")
