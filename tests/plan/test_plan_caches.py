"""What the hub remembers is bounded, for each kind of party by itself: whoever floods it floods only their own kind."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import Any

import pytest
from sqlmodel import SQLModel

from hub.app import rules
from hub.errors import BofastError
from hub.gate import Gate, RequesterClass
from hub.gate import gate as gate_module
from hub.identity.model import Kind
from hub.operation.document import Documents, Operation
from hub.operation.limits import Limits
from hub.plan import selection
from hub.plan.plan import Plan, PlanKey, Planner
from hub.plan.selection import Selected, select
from hub.plan.totals import total_facts
from hub.plan.ways import Arguments
from tests.plan.requesters import REQUESTERS

_BOUND = 5
_NAV = REQUESTERS["nav"]
_SWITCHED = """
query One($a: Boolean! = true, $b: Boolean! = true, $c: Boolean! = true, $d: Boolean! = true, $e: Boolean! = true) {
    me { actor @include(if: $a) ... @skip(if: $b) { unit } ...more @include(if: $c) }
    again: me { ...more role @skip(if: false) } }
query Other { me { actor } }
fragment more on Me { role @skip(if: $d) party { id @include(if: $e) } }"""
_VARIABLES = "abcde"
# As many kinds of junk as there are classes that the gate remembers, and then some.
_MANY = 400


@pytest.fixture
def documents() -> Documents:
    return Documents(rules().contracts, Limits(), bound=_BOUND)


@pytest.fixture
def planner() -> Planner:
    known = rules()
    totals = total_facts(known.catalogue, known.gate, SQLModel.metadata)
    return Planner(known.catalogue, known.gate, totals, bound=_BOUND)


def planned(planner: Planner, operation: Operation, kind: Kind, who: RequesterClass) -> Plan:
    roots = select(operation, {})
    key = PlanKey(operation.digest, (), tuple(Arguments() for _ in roots), who)
    return planner.find(kind, key, roots)


def test_documents_of_one_kind_push_out_none_of_another(documents: Documents) -> None:
    mine = documents.read(Kind.NAV, "{ me { actor } }", None)
    for number in range(10 * _BOUND):
        documents.read(Kind.BANK, f"{{ me {{ a{number}: actor }} }}", None)
    assert documents.read(Kind.NAV, "{ me { actor } }", None) is mine


def test_documents_are_bounded_and_the_longest_unused_goes(documents: Documents) -> None:
    texts = [f"{{ me {{ a{number}: actor }} }}" for number in range(_BOUND + 1)]
    first, second = (documents.read(Kind.BANK, text, None) for text in texts[:2])
    for text in texts[2:]:
        documents.read(Kind.BANK, text, None)
        assert documents.read(Kind.BANK, texts[0], None) is first
    assert documents.read(Kind.BANK, texts[1], None) is not second


def test_documents_are_bounded_in_size_too() -> None:
    documents = Documents(rules().contracts, Limits(), characters=1_000)
    mine = documents.read(Kind.NAV, "{ me { actor } }", None)
    first = documents.read(Kind.BANK, "{ me { actor } }", None)
    junk = f"{{ me {{ role }} }} #{'.' * 600}"
    longer = documents.read(Kind.BANK, junk, None)
    assert documents.read(Kind.BANK, "{ me { actor } }", None) is first
    documents.read(Kind.BANK, junk + "!", None)
    assert documents.read(Kind.BANK, junk, None) is not longer
    # One that is larger than all of them may be together is answered, and remembered by nobody.
    alone = documents.read(Kind.BANK, junk * 2, None)
    assert documents.read(Kind.BANK, junk * 2, None) is not alone
    assert documents.read(Kind.NAV, "{ me { actor } }", None) is mine


def test_document_that_is_refused_is_not_remembered(documents: Documents) -> None:
    mine = documents.read(Kind.BANK, "{ me { actor } }", None)
    for number in range(10 * _BOUND):
        with pytest.raises(BofastError):
            documents.read(Kind.BANK, f"{{ secret{number} }}", None)
    assert documents.read(Kind.BANK, "{ me { actor } }", None) is mine


def test_documents_are_never_shared_between_kinds(documents: Documents) -> None:
    operations = [documents.read(kind, "{ me { actor } }", None) for kind in Kind]
    assert len({id(operation.contract) for operation in operations}) == len(operations)


def test_plans_of_one_kind_push_out_none_of_another(documents: Documents, planner: Planner) -> None:
    who, bank = rules().gate.class_of(_NAV), rules().gate.class_of(REQUESTERS["bank for refinancing"])
    operation = documents.read(Kind.NAV, "{ me { actor } }", None)
    mine = planned(planner, operation, Kind.NAV, who)
    for number in range(10 * _BOUND):
        planned(planner, documents.read(Kind.BANK, f"{{ me {{ a{number}: actor }} }}", None), Kind.BANK, bank)
    assert planned(planner, operation, Kind.NAV, who) is mine


def test_plans_are_bounded(documents: Documents, planner: Planner) -> None:
    bank = rules().gate.class_of(REQUESTERS["bank for refinancing"])
    operations = [documents.read(Kind.BANK, f"{{ me {{ a{n}: actor }} }}", None) for n in range(10 * _BOUND)]
    plans = [planned(planner, operation, Kind.BANK, bank) for operation in operations]
    assert planned(planner, operations[-1], Kind.BANK, bank) is plans[-1]
    assert planned(planner, operations[0], Kind.BANK, bank) is not plans[0]


# --- what is kept with a document -------------------------------------------------------------------------------------


def switched(**values: bool) -> dict[str, bool]:
    return {**dict.fromkeys(_VARIABLES, True), **values}


def shape(selected: tuple[Selected, ...]) -> list[Any]:
    return [(one.key, one.name, len(one.nodes), shape(one.below)) for one in selected]


@pytest.fixture
def operation(documents: Documents) -> Operation:
    return documents.read(Kind.NAV, _SWITCHED, "One")


def test_a_selection_is_worked_out_once_for_each_set_of_switches(operation: Operation) -> None:
    found = select(operation, switched())
    assert select(operation, switched()) is found
    assert select(operation, switched(a=False)) is not found
    assert select(operation, switched()) is found


def test_every_variable_that_a_directive_looks_at_is_in_the_key(operation: Operation) -> None:
    assert operation.switches == tuple(_VARIABLES)
    shapes = {name: shape(select(operation, switched(**{name: False}))) for name in _VARIABLES}
    shapes["none"] = shape(select(operation, switched()))
    assert all(one != other for name, one in shapes.items() for rest, other in shapes.items() if rest != name)


def test_a_selection_that_was_kept_is_the_one_that_the_switches_give(documents: Documents) -> None:
    operation = documents.read(Kind.NAV, _SWITCHED, "One")
    every = [dict(zip(_VARIABLES, values, strict=True)) for values in product((False, True), repeat=len(_VARIABLES))]
    # The second time right after the first, the third when others have pushed it out.
    for switches in [*(twice for one in every for twice in (one, one)), *every]:
        found = select(operation, switches)
        operation_afresh = Documents(rules().contracts, Limits()).read(Kind.NAV, _SWITCHED, "One")
        assert shape(found) == shape(select(operation_afresh, switches))


def test_selections_of_one_operation_are_bounded_and_the_longest_unused_goes(operation: Operation) -> None:
    first, second = select(operation, switched()), select(operation, switched(a=False))
    for name in _VARIABLES[1:]:
        select(operation, switched(**{name: False}))
        assert select(operation, switched()) is first
        assert len(operation.selections) <= selection._KEPT
    assert select(operation, switched(a=False)) is not second


def test_a_selection_that_unfolds_to_very_much_is_not_kept(
    operation: Operation, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = select(operation, switched())
    assert operation.selections.popitem() == ((True,) * len(_VARIABLES), found)
    monkeypatch.setattr(selection, "_LARGEST", _fields(found) - 1)
    assert shape(select(operation, switched())) == shape(found)
    assert not operation.selections


def _fields(selected: tuple[Selected, ...]) -> int:
    return sum(1 + _fields(one.below) for one in selected)


def test_selections_are_of_one_operation_of_one_kind(documents: Documents) -> None:
    kinds = (Kind.NAV, Kind.HOUSING)
    operations = [documents.read(kind, _SWITCHED, name) for kind in kinds for name in ("One", "Other")]
    found = [select(operation, switched()) for operation in operations]
    assert len({id(one) for one in found}) == len(operations)
    assert [len(one) for one in found] == [2, 1, 2, 1]


def test_a_selection_is_kept_by_whether_a_switch_is_on_and_by_nothing_else(operation: Operation) -> None:
    found = select(operation, {**switched(), "nationalId": "15928741270"})
    assert select(operation, switched()) is found
    assert set(operation.selections) == {(True,) * len(_VARIABLES)}


# --- what the gate has worked out -------------------------------------------------------------------------------------


@pytest.fixture
def gate() -> Gate:
    return Gate(rules().gate.model, rules().gate.policies)


@pytest.fixture
def worked_out(monkeypatch: pytest.MonkeyPatch) -> list[RequesterClass]:
    """For whom the gate goes through the policies, which it does once for each class that it remembers."""
    asked: list[RequesterClass] = []
    original = gate_module.may_apply

    def noted(policy: Any, who: RequesterClass) -> bool:
        asked.append(who)
        return original(policy, who)

    monkeypatch.setattr(gate_module, "may_apply", noted)
    return asked


def classes_of_a_bank(gate: Gate) -> list[RequesterClass]:
    """As many classes as it takes, all of a bank."""
    bank = gate.class_of(REQUESTERS["bank for refinancing"])
    varied = product((None, "REFINANCING"), range(_MANY // 2))
    return [replace(bank, purpose=purpose, assurance=level) for purpose, level in varied]


def test_classes_of_one_kind_push_out_none_of_another(gate: Gate, worked_out: list[RequesterClass]) -> None:
    mine = gate.class_of(_NAV)
    gate.decide(mine, "see:Case")
    for junk in classes_of_a_bank(gate):
        gate.decide(junk, "see:Case")
    worked_out.clear()
    gate.decide(mine, "see:Case")
    assert worked_out == []


def test_classes_are_bounded(gate: Gate, worked_out: list[RequesterClass]) -> None:
    junk = classes_of_a_bank(gate)
    for one in junk:
        gate.decide(one, "see:Case")
    worked_out.clear()
    gate.decide(junk[-1], "see:Case")
    assert worked_out == []
    gate.decide(junk[0], "see:Case")
    assert set(worked_out) == {junk[0]}
