"""The matrix that the policies make is the one that is expected, cell by cell; and each of its entries is true."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from hub.gate import evaluate
from hub.gate.example import example
from hub.gate.expectation import ExpectationError, read_expected, written
from hub.gate.matrix import Column, Entry, Matrix
from hub.gate.openings import Asking, Openings, askings, given
from hub.gate.readout import cells_of, markdown, unexpected
from hub.gate.reference import Reference
from hub.gate.residual import Contains, Context, Known, atoms
from hub.gate.wording import has_words
from hub.identity.model import Kind, PrincipalType
from hub.plan.paths import paths
from hub.rules import rules
from tests.gate import real
from tests.policies import readouts
from tests.policies.readouts import cells, expected, matrix


def test_every_cell_is_as_expected():
    assert unexpected(matrix(), expected(), cells()) == []


def test_the_committed_page_is_what_the_policies_make():
    committed = (real.POLICIES / "matrix.md").read_text(encoding="utf-8")

    assert committed == markdown(matrix(), expected(), cells()), "print it anew: make matrix"


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        ("bank.cedar", 'resource.consented.contains("AGREEMENT_TERMS")', "true", "BNK"),
        ("nav.cedar", "resource.units.contains(principal.unit)", "true", "NAV"),
        ("core.cedar", "resource.grade >= 2", "resource.grade >= 3", "Address: kode 6"),
        ("housing.cedar", 'context has purpose && context.purpose == "EVICTION_PREVENTION" &&', "", "HO: R; X"),
    ],
)
def test_a_policy_that_opens_more_is_told(file, old, new, told):
    gate = readouts.changed(file, old, new)
    other = Matrix(Openings(gate, paths(rules().catalogue)), askings(gate, rules().purposes))

    found = unexpected(other, expected(), cells_of(other, expected()))

    assert found
    assert any(told.split(":")[0] in difference for difference in found)


def test_a_cell_that_parts_from_the_requirement_needs_a_reason():
    text = readouts.expected_text().replace('HS = "C if consent to HEALTH_NEED; X"', 'HS = "R"')

    read = read_expected(text, rules().gate.model)

    assert [told for told in read.unexplained() if told.startswith("Breaches of the lease: free text / HS")]


def test_a_reason_for_what_is_no_deviation_is_told():
    text = readouts.expected_text() + '\n[[deviation]]\ncolumns = ["NAV"]\nletters = ["O"]\nreason = "None."\n'

    assert read_expected(text, rules().gate.model).idle() == ["None."]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('fields = ["Person.nationalId"]', 'fields = ["Person.nationalID"]'),
        ('LL = "-"\n', 'LX = "-"\n'),
        ('required = ["R*", "-",', 'required = ["yes", "-",'),
    ],
)
def test_an_expectation_of_what_is_not_there_is_refused(old, new):
    text = readouts.expected_text()
    assert old in text

    with pytest.raises(ExpectationError):
        read_expected(text.replace(old, new), rules().gate.model)


def test_every_field_of_the_schema_stands_in_a_group():
    model = rules().gate.model
    readable = {name for name in model.actions if name.startswith("read:") and not name.endswith(".id")}
    told = {field for group in expected().groups for field in group.fields | group.masked}

    assert readable - told == set()


def test_every_kind_of_party_has_a_column():
    assert {column.kind for column in expected().columns} == {*Kind}


def test_every_condition_of_the_policies_has_words():
    gate = rules().gate
    named = {
        atom
        for asking in askings(gate, rules().purposes)
        for action in gate.model.actions
        for opening in readouts.openings().of(asking, action)
        for atom in atoms(opening.condition)
    }

    assert [atom for atom in named if not has_words(atom)] == []


def test_each_flow_rests_on_what_the_domain_says():
    for flow in expected().flows:
        citing = [policy for policy in rules().gate.policies if policy.basis == flow["basis"]]
        permits = [policy for policy in citing if policy.effect == "permit"]
        assert {policy.file.removesuffix(".cedar") for policy in permits} == set(flow["files"]), flow["flow"]
        assert flow["files"] or flow["reason"]
        free = {policy.id for policy in permits if "resource.consent" not in policy.text}
        assert not flow["consent"] or free == set(flow.get("without_consent", ())), flow["flow"]


# --- what the matrix says is so --------------------------------------------------------------------------------------


def test_each_entry_opens_what_it_says_in_both_engines():
    """On a row that meets an entry's conditions and is ordinary in all else, every field of the entry is granted."""
    reference, tried = Reference(rules().gate), 0
    for column, group, entry in _entries():
        for asking in _askings_of(column, entry):
            who = _requester(asking, entry)
            for action in sorted(entry.fields):
                row = example((*entry.needs, *_given(group, action)), _facts_of(action), who)
                assert row is not None, (column.name, written(group, [entry], ()), action)
                assert evaluate(rules().gate.decide(who, action).residual, row.facts, row.binds), (column.name, action)
                tried += 1
                if tried % 7 == 0:
                    assert reference.allows(who, action, row.facts, row.binds), (column.name, action)
    assert tried > 3000


def test_nothing_opens_that_the_matrix_does_not_say():
    """Random rows: whatever is granted is covered by an entry whose conditions hold on the row."""
    rnd, granted = Random(20261122), 0
    by_kind: dict[Kind, list[tuple[Column, object, Entry]]] = {}
    for column, group, entry in _entries():
        by_kind.setdefault(column.kind, []).append((column, group, entry))
    for asking in askings(rules().gate, rules().purposes):
        who = replace(asking.who, assurance=4 if asking.who.principal is PrincipalType.CITIZEN else 0)
        for _ in range(25):
            _, group, near = rnd.choice(by_kind[asking.kind])
            action = rnd.choice(sorted(near.fields))
            needs = [part for part in near.needs if rnd.random() < 0.8]
            row = example((*needs, *_given(group, action)), _facts_of(action), who)
            if row is None or not _is_shown(who, action, row):
                continue
            granted += 1
            assert any(
                action in entry.fields
                and asking.number in entry.purposes
                and all(_holds(part, row) for part in (*entry.needs, *_given(other, action)) if _is_of_row(part))
                for _, other, entry in by_kind[asking.kind]
            ), (asking.kind, asking.number, action, row.facts)
    assert granted > 50


def _entries():
    for column in expected().columns:
        for group in expected().groups:
            for entry in cells()[group.name, column.name]:
                yield column, group, entry


def _given(group, action: str):
    """What the group says of its rows, where the type has the fact."""
    return given({name: value for name, value in group.given.items() if name in _facts_of(action)})


def _askings_of(column: Column, entry: Entry) -> list[Asking]:
    every = askings(rules().gate, rules().purposes)
    return [one for one in every if one.kind is column.kind and one.number in entry.purposes]


def _requester(asking: Asking, entry: Entry):
    rights = {str(atom.value) for part in entry.needs for atom in atoms(part) if _is_right(atom)}
    level = 4 if asking.who.principal is PrincipalType.CITIZEN else 0
    return replace(asking.who, groups=asking.who.groups | rights, assurance=level)


def _is_right(atom) -> bool:
    return isinstance(atom, Contains) and atom.set == Context("groups")


def _facts_of(action: str):
    model = rules().gate.model
    return model.resources[model.actions[action].resource].facts


def _is_shown(who, action: str, row) -> bool:
    """Granted, with every row on the way seen."""
    resource = rules().gate.model.actions[action].resource
    way = min(paths(rules().catalogue).get(resource, (frozenset(),)), key=sorted)
    see = [f"see:{resource}", *(f"see:{step}" for step in sorted(way))]
    return all(evaluate(rules().gate.decide(who, one).residual, row.facts, row.binds) for one in (action, *see))


def _is_of_row(part) -> bool:
    return not any(_is_right(atom) or Context("assurance") == getattr(atom, "left", None) for atom in atoms(part))


def _holds(part, row) -> bool:
    return all(atom.fact in row.facts for atom in atoms(part) if isinstance(atom, Known)) and evaluate(
        part, row.facts, row.binds
    )
