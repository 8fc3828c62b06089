"""The cases of policies/cases as they are read: a request and a row, each in two sides that differ in one thing."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from pathlib import Path

from hub.gate import Gate, evaluate
from hub.gate.facts import FactSpec
from hub.identity.model import Kind
from tests.gate import real
from tests.gate.drawing import Trial
from tests.gate.oracle import plain

CASES = Path(__file__).parents[2] / "policies" / "cases"
ASKED = frozenset({"as", "assurance", "bases", "person", "purpose", "special"})
"""Keys of a case that are about the request and not about the row."""

PARTIES = {
    Kind.BANK: "313800105",
    Kind.CITIZEN: "kari",
    Kind.ENFORCEMENT: "316300405",
    Kind.ENFORCEMENT_SYSTEM: "316300405",
    Kind.LANDLORD: "315200318",
    Kind.LOAN_MANAGER: "314100204",
    Kind.RENT_COLLECTOR: "9901-rent",
    Kind.RENT_LEDGER: "9901-rent",
}
ORDINARY: dict[str, object] = {
    "about": "kari",
    "author": "9901",
    "child": False,
    "creditorType": "PRIVATE_LANDLORD",
    "grade": 0,
    "handler": "9901",
    "municipalities": ["9901"],
    "persons": ["kari"],
    "self": "kari",
    "shareLevel": "INTERNAL",
    "shielded": False,
    "subject": "kari",
    "units": ["9901"],
}


@dataclass(frozen=True)
class Case:
    """One case: where it stands, and its two sides."""

    file: str
    policy: str
    says: str
    sides: tuple[dict[str, object], dict[str, object]]
    by: frozenset[str]


def read(path: Path) -> list[Case]:
    return [_case(path.stem, row) for row in tomllib.loads(path.read_text(encoding="utf-8"))["case"]]


def _case(file: str, row: dict[str, object]) -> Case:
    instead = row["instead"]
    assert isinstance(instead, dict)
    assert len(instead) == 1, f"{row['policy']}: a case turns on one thing"
    side = {key: row[key] for key in ("action", *ASKED) if key in row} | {"row": row.get("row", {})}
    (key, value) = next(iter(instead.items()))
    other = side | ({key: value} if key in ASKED else {"row": {**side["row"], key: value}})
    by = frozenset(row.get("by", [row["policy"]]))
    return Case(file, str(row["policy"]), str(row["says"]), (side, other), by)


ALL = [case for path in sorted(CASES.glob("*.toml")) for case in read(path)]


def gate_for(case: Case) -> Gate:
    return real.tempted() if case.file == "core" else real.gate()


def trial(gate: Gate, side: dict[str, object]) -> Trial:
    kind, action = Kind(side["as"]), str(side["action"])
    assurance = side.get("assurance")
    who = real.asking(
        kind,
        str(side.get("purpose") or "") or None,
        special=frozenset(side.get("special", ())),
        assurance=assurance if isinstance(assurance, int) else None,
        glass=True,
    )
    if "bases" in side:
        who = replace(who, bases=frozenset(side["bases"]))
    resource = gate.model.actions[action].resource
    party = PARTIES.get(kind, "9901-nav")
    facts = gate.model.resources[resource].facts.values()
    row = {fact.name: _fact(fact, party, side["row"]) for fact in facts}
    assert set(side["row"]) <= set(row), f"{resource} lacks a fact that the case speaks of"
    person = "kari" if kind is Kind.CITIZEN else "per"
    binds = {
        "glass": "a break-glass",
        "municipality": "9901",
        "party": party,
        "person": side.get("person", person),
        "unit": "9901",
        "purpose": str(who.purpose),
    }
    return Trial(who=who, resource=resource, actions=(action,), rows=(row,), binds=binds)


def _fact(fact: FactSpec, party: str, given: dict[str, object]) -> object:
    if fact.name in given:
        return given[fact.name]
    if fact.name in ORDINARY:
        return ORDINARY[fact.name]
    if fact.name == "parties":
        return ["9901-nav", party]
    if fact.is_set:
        return []
    return None if fact.optional else {"Bool": False, "Party": "9901-nav"}.get(fact.type, "nobody")


def outcome(gate: Gate, case: Case, side: dict[str, object]) -> tuple[bool, frozenset[str]]:
    """What the gate decides, and by which policies."""
    asked = trial(gate, side)
    decision = gate.decide(asked.who, asked.actions[0])
    row = plain(asked.rows[0])
    granted = evaluate(decision.residual, row, asked.binds)
    parts = decision.permits if granted else decision.forbids
    return granted, frozenset(part.policy for part in parts if evaluate(part.residual, row, asked.binds))


def comes_out(gate: Gate, case: Case) -> bool:
    """Whether both sides are decided as written: a permit's case granted and a forbid's denied, the other not."""
    effect = next((policy.effect for policy in real.gate().policies if policy.id == case.policy), None)
    granted, by = outcome(gate, case, case.sides[0])
    other, _ = outcome(gate, case, case.sides[1])
    return (granted, by, other) == (effect == "permit", case.by, effect == "forbid")
