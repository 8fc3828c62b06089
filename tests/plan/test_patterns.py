"""What a plan remembers of the bits of its rows: by all of the bits, in no other plan, and with the same record."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from itertools import product
from random import Random
from typing import Any
from uuid import UUID

import pytest

from hub.app import rules
from hub.audit.model import Entry, EntryKind, Ground
from hub.gate import Gate
from hub.identity.model import Inquiry
from hub.operation.request import GraphQLRequest
from hub.plan import plan as plan_module
from hub.plan import record
from hub.plan.desk import Answer
from hub.plan.disclosure import entries_of, rows_of, shown_on
from hub.plan.plan import Plan
from hub.plan.record import NodeRecord
from hub.plan.withheld import explained_on
from hub.store.roles import Endpoints
from tests.plan.both import Both
from tests.plan.requesters import REQUESTERS

_COUNSEL = REQUESTERS["debt counsel"]
_CASES = """{ cases(first: 100) { nodes { id subject { name { last } nationalIdMasked } plan { status }
    tenancies { monthlyRent claims { amount paid } } mortgageLoans { loanType principal lender { name } } } } }"""
_LOANS = "{ cases(first: 100) { nodes { mortgageLoans { loanType principal lender { name } } } } }"
_OF_A_BANK = "{ cases(first: 100) { nodes { plan { status } } } }"
_ASKED = {
    "debt counsel": _CASES,
    "nav": _CASES,
    "nav under a break-glass": _CASES,
    "secure unit": _CASES,
    "bank for refinancing": _OF_A_BANK,
}
_MANY = 2_000


class Taken:
    """Plans, with the answers that they gave."""

    def __init__(self, both: Both) -> None:
        self._both = both
        self._find = both.planner.find
        both.planner.find = self._noting  # type: ignore[method-assign]
        self._plans: list[Plan] = []

    async def ask(self, inquiry: Inquiry, text: str = _CASES) -> tuple[Plan, Answer]:
        self._plans.clear()
        answer = await self._both.desk.answer(inquiry, GraphQLRequest(query=text))
        [plan] = self._plans
        return plan, answer

    def _noting(self, *args: Any) -> Plan:
        self._plans.append(self._find(*args))
        return self._plans[-1]


@pytest.fixture(scope="module")
def plans(both: Both, runner: asyncio.Runner) -> Mapping[str, Plan]:
    """The plan of each asker for one document."""
    taken = Taken(both)
    return {name: runner.run(taken.ask(REQUESTERS[name], text))[0] for name, text in _ASKED.items()}


def masks(bits: int, most: int = 6) -> Iterator[str]:
    """Every mask of so many bits; where there are more, every one of the first, with the others set and not set."""
    for first in product("01", repeat=min(bits, most)):
        for rest in {"0" * (bits - min(bits, most)), "1" * (bits - min(bits, most))}:
            yield "".join(first) + rest


def patterns(plan: Plan) -> list[tuple[int, str, str]]:
    """Bits that mark something as withheld, for every kind of row."""
    return [
        (node.number, withheld, atoms)
        for node in plan.nodes
        if node.withholdings
        for withheld in masks(len(node.withheld_bits), 4)
        for atoms in masks(len(node.atom_bits))
    ]


# --- why something is withheld ----------------------------------------------------------------------------------------


def test_no_two_patterns_share_an_explanation_that_is_not_both_of_theirs(plans: Mapping[str, Plan]) -> None:
    gate = rules().gate
    told: set[tuple[Any, ...]] = set()
    for name, plan in plans.items():
        asked = patterns(plan)
        # Each twice and in another order, so that what is remembered is met, and what was pushed out is asked again.
        Random(name).shuffle(asked)
        for pattern in [*asked, *reversed(asked)]:
            afresh = explained_on(gate, plan.who, plan.nodes, *pattern)
            assert plan.explained(*pattern) == afresh
            told.add(afresh)
    assert len(told) > 10


def test_each_bit_that_an_explanation_looks_at_is_part_of_the_pattern(plans: Mapping[str, Plan]) -> None:
    """By turning one fact at a time: each turns some explanation."""
    plan = plans["debt counsel"]
    [node] = [node for node in plan.nodes if node.type_name == "MortgageLoan"]
    assert node.atom_bits
    every = "1" * len(node.withheld_bits)
    for bit in range(len(node.atom_bits)):
        turned = ((atoms, atoms[:bit] + "1" + atoms[bit + 1 :]) for atoms in masks(len(node.atom_bits)))
        assert any(
            plan.explained(node.number, every, one) != plan.explained(node.number, every, other)
            for one, other in turned
            if one != other
        )


def test_what_is_shared_by_everybody_of_a_class_holds_nothing_of_one_of_them(
    both: Both, runner: asyncio.Runner
) -> None:
    """Two offices share a plan and its explanations, and each is told to ask for a consent to itself."""
    taken = Taken(both)
    other = replace(_COUNSEL, requester=replace(_COUNSEL.requester, party="9902-nav", id="B999999"))
    one, mine = runner.run(taken.ask(_COUNSEL, _LOANS))
    two, theirs = runner.run(taken.ask(other, _LOANS))
    assert one is two
    assert recipients(mine) == {_COUNSEL.requester.party}
    assert recipients(theirs) == {"9902-nav"}


def recipients(answer: Answer) -> set[str]:
    notes = json.loads(answer.body)["extensions"]["withheld"]
    return {note["consent"]["recipient"] for note in notes if "consent" in note}


async def test_when_the_facts_change_the_same_plan_explains_the_new_ones(changeable: Endpoints) -> None:
    async with Both(changeable) as both:
        taken = Taken(both)
        plan, before = await taken.ask(_COUNSEL, _LOANS)
        async with both.owner.transaction():
            await both.owner.execute("ALTER TABLE hub.consent DISABLE TRIGGER USER")
            await both.owner.execute("UPDATE hub.consent SET categories = ARRAY['RENT_ARREARS']")
        again, after = await taken.ask(_COUNSEL, _LOANS)
        assert again is plan
    async with Both(changeable) as fresh:
        _, expected = await Taken(fresh).ask(_COUNSEL, _LOANS)
    assert after.body == expected.body
    assert after.event.entries == expected.event.entries
    assert withheld(after) != withheld(before)


def withheld(answer: Answer) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(answer.body).get("extensions", {}).get("withheld", [])
    return found


async def test_another_class_is_told_by_a_plan_of_its_own(planned: Endpoints) -> None:
    lacking = replace(_COUNSEL, bases=_COUNSEL.bases - {"BANK_CUSTOMER_CONSENT"})
    assert lacking != _COUNSEL
    async with Both(planned) as opened:
        taken = Taken(opened)
        (plan, mine), (other, theirs) = [await taken.ask(one, _LOANS) for one in (_COUNSEL, lacking)]
    assert other is not plan
    assert withheld(mine) != withheld(theirs)


# --- what was shown ---------------------------------------------------------------------------------------------------


def read_plainly(plan: Plan, disclosed: str, recipient: str) -> list[Entry]:
    """The entries, read token by token and ground by ground: slow, with nothing remembered."""
    by_subject: dict[str, list[str]] = {}
    for group in disclosed.split(";"):
        subject, _, tokens = group.partition("=")
        by_subject.setdefault(subject, []).extend(tokens.split(","))
    entries: list[Entry] = []
    known: list[tuple[Counter[str], list[tuple[Ground, str | None, int]]]] = []
    for subject, tokens in by_subject.items():
        counted = Counter(tokens)
        # Who has the same rows in another order has the same entries, in the order of the first.
        grounds = next((grounds for other, grounds in known if other == counted), None)
        if grounds is None:
            grounds = list(grounds_plainly(plan.nodes, counted, recipient))
            known.append((counted, grounds))
        entries += [Entry(ground, subject or None, evidence, rows) for ground, evidence, rows in grounds]
    return entries


def grounds_plainly(
    nodes: tuple[NodeRecord, ...], tokens: Counter[str], recipient: str
) -> Iterator[tuple[Ground, str | None, int]]:
    read = [(rows, list(of_token(nodes, token))) for token, rows in tokens.items()]
    on_a_list = {"ACCESS_LOG", "CASE_EXISTENCE", "NATIONAL_ID_MASKED", "PERSON_NAME", "SIGNAL"}
    is_merely_listed = all(category in on_a_list for _, shown in read for _, category, _ in shown)
    said: dict[tuple[str, str, str, str | None], tuple[set[str], set[str]]] = {}
    counted: Counter[tuple[str, str, str, str | None]] = Counter()
    for rows, shown in read:
        seen = set()
        for (kind, source, basis, evidence), category, policy in shown:
            key = "LOOKED_UP" if kind == "LISTED" and not is_merely_listed else kind, source, basis, evidence
            categories, policies = said.setdefault(key, (set(), set()))
            categories.add(category)
            policies.add(policy)
            seen.add(key)
        counted.update(dict.fromkeys(seen, rows))
    for key, (categories, policies) in said.items():
        kind, source, basis, evidence = key
        ground = Ground(
            kind=EntryKind(kind),
            source=source,
            recipient=recipient,
            basis=basis,
            categories=tuple(categories),
            policies=tuple(policies),
        )
        yield ground, evidence, counted[key]


def of_token(nodes: tuple[NodeRecord, ...], token: str) -> Iterator[tuple[tuple[str, str, str, str | None], str, str]]:
    number, mask, source, *evidence = token.split("|")
    node = nodes[int(number)]
    for ground in node.grounds:
        if ground.bit is None or mask[ground.bit] == "1":
            held = next(c for c in ground.candidates if c.bit is None or mask[c.bit] == "1")
            proof = evidence[held.evidence] if held.evidence is not None else ""
            yield (node.kind, source, held.basis, proof or None), ground.category, held.policy


def disclosures(plan: Plan, random: Random) -> Iterator[str]:
    """What a statement of this plan might bring: few sources and pieces of evidence, so that many rows share them."""
    subjects = [str(UUID(int=number)) for number in range(4)] + [""]
    while True:
        groups = (
            f"{random.choice(subjects)}={','.join(token(plan, random) for _ in range(random.randint(1, 6)))}"
            for _ in range(random.randint(1, 6))
        )
        yield ";".join(groups)


def token(plan: Plan, random: Random) -> str:
    while True:
        node = random.choice(plan.nodes)
        mask = "".join(random.choice("01") for _ in node.bits)
        evidence = [random.choice(["", str(UUID(int=7)), str(UUID(int=8))]) for _ in node.evidence]
        written = "|".join((str(node.number), mask, random.choice(("9901-nav", "nav")), *evidence))
        try:
            list(of_token(plan.nodes, written))
        except (StopIteration, RuntimeError):
            # Bits that no row can have: what was shown was shown on some ground.
            continue
        return written


def test_entries_are_those_of_a_plain_reading(plans: Mapping[str, Plan]) -> None:
    for name, plan in plans.items():
        drawn = disclosures(plan, Random(name))
        for _ in range(_MANY // len(plans)):
            disclosed = next(drawn)
            assert entries_of(plan, disclosed, "party") == read_plainly(plan, disclosed, "party")


def test_a_row_counts_once_on_whatever_evidence(plans: Mapping[str, Plan]) -> None:
    """Two categories on one basis, each on a piece of evidence of its own, which may be the same one, or none."""
    shown = [
        record.Ground(
            bit=None,
            category=category,
            candidates=(record.Candidate(bit=None, policy=category.lower(), basis="CONSENT", evidence=position),),
        )
        for category, position in (("PLAN", 0), ("RENT", 1), ("TENANCY", None))
    ]
    nodes = (NodeRecord(number=0, type_name="Case", kind="LOOKED_UP", path=(), grounds=shown),)
    plan = replace(plans["nav"], nodes=nodes, shown=partial(shown_on, nodes))
    ids = ["", str(UUID(int=7)), str(UUID(int=8))]
    tokens = [f"0||nav|{one}|{other}" for one in ids for other in ids]
    for token in tokens:
        assert entries_of(plan, f"s={token},{token}", "party") == read_plainly(plan, f"s={token},{token}", "party")
    (entry,) = entries_of(plan, f"s={tokens[0]},{tokens[0]}", "party")
    assert entry.rows == 2
    every = f"s={','.join(tokens)}"
    assert entries_of(plan, every, "party") == read_plainly(plan, every, "party")


def test_equal_grounds_are_one_object_whatever_they_rest_on(plans: Mapping[str, Plan]) -> None:
    """The record lists each ground of an event once; on what evidence is said by the entry."""
    for name, plan in plans.items():
        drawn = disclosures(plan, Random(name))
        entries = [entry for _ in range(50) for entry in entries_of(plan, next(drawn), "party")]
        assert len({id(entry.ground) for entry in entries}) == len({entry.ground for entry in entries})


def test_what_is_remembered_of_a_row_is_what_its_bits_say(plans: Mapping[str, Plan]) -> None:
    for plan in plans.values():
        for node in plan.nodes:
            for mask in masks(len(node.bits)):
                try:
                    afresh = shown_on(plan.nodes, str(node.number), mask)
                except LookupError:
                    with pytest.raises(LookupError):
                        plan.shown(str(node.number), mask)
                    continue
                assert plan.shown(str(node.number), mask) == afresh


def test_rows_are_counted_by_their_whole_number() -> None:
    disclosed = "s=1|1|nav,11|1|nav,1|0|nav;t=1|1|x|1;=21|1|nav"
    assert [rows_of(disclosed, number) for number in (1, 11, 21, 2)] == [3, 1, 1, 0]


# --- how much is remembered -------------------------------------------------------------------------------------------


async def test_patterns_of_a_plan_are_bounded(planned: Endpoints, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[Any, ...]] = []

    def noted(gate: Gate, who: object, nodes: object, *pattern: Any) -> tuple[()]:
        del gate, who, nodes
        asked.append(pattern)
        return ()

    monkeypatch.setattr(plan_module, "explained_on", noted)
    monkeypatch.setattr(plan_module, "_PATTERNS", 3)
    async with Both(planned) as both:
        plan, _ = await Taken(both).ask(_COUNSEL, "{ me { actor } }")
    for bits in ("00", "01", "10", "00", "11", "00", "01"):
        plan.explained(0, "1", bits)
    # The longest unused went, and was asked for again.
    assert [bits for _, _, bits in asked] == ["00", "01", "10", "11", "01"]
