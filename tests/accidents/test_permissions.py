"""Accidents of deciding: something that is not a yes is taken for one."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
import strawberry
from cedarpy import Decision as CedarDecision
from cedarpy import is_authorized
from strawberry.permission import BasePermission

from hub.app import rules
from hub.demo.people import EVA, KARI
from hub.gate import DENIED, Gate, PolicyError, assume, evaluate
from hub.gate.example import example
from hub.gate.openings import askings
from hub.gate.residual import conjunction, facts_in, parts_of
from hub.identity.model import Kind
from schema.build import SCHEMA
from tests.acceptance.house import House
from tests.gate.small import BINDS, HIDE_GRADED, ORDINARY, READ_NAMES, STAFF, load, policy

_READ = "read:Person.name"
_CASE = "query($id: ID!) { case(id: $id) { caseNo subject { name { last } } plan { status } } }"
_ERRING = policy(
    "forbid (principal is Staff, action, resource is MortgageLoan) when { resource.servicer == principal.party };",
    id_="test.any.erring",
    basis="CONFIDENTIALITY",
)


# --- CVE-2026-107728: the permission is awaitable, and whatever is awaitable is true ----------------------------------


async def _no() -> bool:
    return False


class _Agreeable:
    """True, and equal to everything."""

    __hash__ = None  # type: ignore[assignment]

    def __eq__(self, _: object) -> bool:
        return True


@contextmanager
def no_values() -> Iterator[Sequence[Any]]:
    """What stands where a fact should, and counts as true for whoever only asks whether it is."""
    permission = _no()
    yield (
        permission,
        permission.__await__,
        _no,
        _Agreeable(),
        object(),
        0.0,
        b"kari",
        [None],
        ["9901"],
        {"9901": True},
    )
    # Never awaited: that is the point.
    permission.close()


# A forbid for each fact, with a condition that does not hold on an ordinary row.
FORBIDS: Mapping[str, str] = {
    "child": "resource.child",
    "consented": 'resource.consented.contains("LOAN_DETAILS")',
    "grade": "resource.grade >= 2",
    "mandates": 'resource.mandates.contains("ECONOMY")',
    "municipalities": 'resource.municipalities.contains("9902")',
    "parties": "resource.parties.contains(principal.party)",
    "persons": "resource.persons.contains(principal.person)",
    "relatives": "resource.relatives.contains(principal.person)",
    "self": "resource.self == principal.person",
    "shielded": "resource.shielded",
    "source": "resource.source == principal.party",
    "subject": "resource.subject == principal.person",
    "units": 'resource.units.contains(Unit::"9902")',
}
_ROW: Mapping[str, Any] = {**ORDINARY, "parties": frozenset({"housing"}), "source": "housing"}


@pytest.mark.parametrize("fact", FORBIDS)
def test_cve_2026_107728_fact_that_has_not_been_awaited_closes_like_an_unknown_one(fact: str) -> None:
    forbid = f"forbid (principal is Staff, action, resource is Person) when {{ {FORBIDS[fact]} }};"
    gate = load(READ_NAMES, policy(forbid, id_="core.test.closing", basis="CONFIDENTIALITY"))
    residual = gate.decide(STAFF, _READ).residual
    assert evaluate(residual, _ROW, BINDS)
    with no_values() as values:
        assert [value for value in values if evaluate(residual, {**_ROW, fact: value}, BINDS)] == []


@pytest.mark.parametrize("fact", ["child", "grade", "self", "shielded", "source", "subject"])
def test_cve_2026_107728_fact_that_has_not_been_awaited_closes_though_no_policy_asks_for_it(fact: str) -> None:
    residual = load(READ_NAMES).decide(STAFF, _READ).residual
    with no_values() as values:
        assert [value for value in values if evaluate(residual, {**_ROW, fact: value}, BINDS)] == []


@pytest.mark.parametrize(
    ("fact", "value"),
    [("shielded", 0), ("shielded", "false"), ("grade", "0"), ("grade", False), ("self", 7), ("units", "9901")],
)
def test_cve_2026_107728_value_of_another_type_is_no_value(fact: str, value: Any) -> None:
    residual = load(READ_NAMES, HIDE_GRADED).decide(STAFF, _READ).residual
    assert evaluate(residual, _ROW, BINDS)
    assert not evaluate(residual, {**_ROW, fact: value}, BINDS)


def test_cve_2026_107728_no_policy_in_force_opens_on_what_has_not_been_awaited() -> None:
    """Every kind of party, for every purpose: on a row that is open, each fact that the decision asks for."""
    gate, tried = rules().gate, 0
    for who in (replace(asking.who, assurance=4) for asking in askings(gate, rules().purposes)):
        for action, spec in gate.model.actions.items():
            decision = gate.decide(who, action)
            for grant in decision.permits:
                row = example(parts_of(grant.residual), gate.model.resources[spec.resource].facts, who)
                if row is None or not evaluate(decision.residual, row.facts, row.binds):
                    continue
                # Another policy may rest on other facts, so this one is asked with the guard and the forbids alone.
                asked = conjunction((assume(decision.residual, [grant.residual]), grant.residual))
                with no_values() as (permission, *_):
                    for fact in facts_in(asked):
                        assert not evaluate(asked, {**row.facts, fact: permission}, row.binds), (action, fact)
                        tried += 1
    assert tried > 5_000


def test_cve_2026_107728_decision_is_a_value_and_nothing_to_wait_for() -> None:
    decision = load().decide(STAFF, _READ)
    assert decision.residual == DENIED
    assert not hasattr(decision, "__await__")
    assert not hasattr(evaluate(decision.residual, _ROW, BINDS), "__await__")


def test_cve_2026_107728_no_field_rests_on_a_permission_class() -> None:
    """The plan decides on fields; a permission class beside it would be a second place to forget."""
    for name, type_ in SCHEMA.schema_converter.type_map.items():
        for field in getattr(type_.definition, "fields", ()):
            extensions = [type(extension).__name__ for extension in getattr(field, "extensions", ())]
            assert not getattr(field, "permission_classes", ()), name
            assert "PermissionExtension" not in extensions, name


def test_cve_2026_107728_framework_that_is_installed_refuses_it() -> None:
    """Mutations and introspection are Strawberry's own; a version with the accident must not come back."""

    class Never(BasePermission):
        message = "no"

        def has_permission(self, source: Any, info: Any, **_: Any) -> Any:
            return _no()

    def secret() -> str:
        return "secret"

    query = type("Query", (), {"__annotations__": {}, "secret": strawberry.field(secret, permission_classes=[Never])})
    with warnings.catch_warnings():
        # What is refused is never awaited.
        warnings.simplefilter("ignore", RuntimeWarning)
        result = strawberry.Schema(strawberry.type(query)).execute_sync("{ secret }")
    assert result.errors
    assert not (result.data or {}).get("secret")


# --- a forbid that errors and is skipped ------------------------------------------------------------------------------


def test_forbid_that_errs_is_skipped_by_the_engine_and_closes_here() -> None:
    """Of an address grade that nobody knows, plain Cedar says: no forbid applies. Here unknown means no."""
    policies = (
        "permit (principal, action, resource); forbid (principal, action, resource) when { resource.grade >= 2 };"
    )
    request = {"principal": 'P::"a"', "action": 'Action::"read"', "resource": 'R::"b"', "context": {}}
    nothing_known = [{"uid": {"__entity": {"type": "R", "id": "b"}}, "attrs": {}, "parents": []}]
    plain = is_authorized(request, policies, nothing_known)
    assert plain.decision is CedarDecision.Allow
    assert plain.diagnostics.errors

    residual = load(READ_NAMES, HIDE_GRADED).decide(STAFF, _READ).residual
    assert evaluate(residual, {**_ROW, "grade": 0}, BINDS)
    assert not evaluate(residual, {**_ROW, "grade": None}, BINDS)
    assert not evaluate(residual, {name: value for name, value in _ROW.items() if name != "grade"}, BINDS)


def test_forbid_that_could_err_is_not_loaded() -> None:
    with pytest.raises(PolicyError, match="servicer"):
        load(_ERRING)


def test_forbid_whose_fact_has_no_row_hides_the_case(house: House) -> None:
    """The same in SQL: the view that says how a case is protected has lost its rows."""
    case = house.case_of(KARI)
    assert house.ask("nav-caseworker", _CASE, purpose="B101", id=case).data["case"] is not None
    with view_without_rows(house, "facts.protection"):
        answer = house.ask("nav-caseworker", _CASE, purpose="B101", id=case)
        assert answer.json == {"data": {"case": None}}
        listed = house.ask("nav-caseworker", "{ cases(first: 9) { totalCount nodes { id } } }", purpose="B101")
    assert listed.data == {"cases": {"totalCount": 0, "nodes": []}}


@contextmanager
def view_without_rows(house: House, view: str) -> Iterator[None]:
    text = house.value("SELECT pg_get_viewdef($1::regclass)", view).rstrip("; ")
    house.execute(f"CREATE OR REPLACE VIEW {view} AS SELECT * FROM ({text}) found WHERE false")
    try:
        yield
    finally:
        house.execute(f"CREATE OR REPLACE VIEW {view} AS {text}")


# --- an empty list of permissions taken for allowed -------------------------------------------------------------------


@pytest.mark.parametrize("kind", list(Kind))
def test_empty_set_of_policies_allows_nothing(kind: Kind) -> None:
    gate = Gate.load(rules().gate.model, {})
    who = gate.contract_class(kind)
    assert {gate.decide(who, action).residual for action in gate.model.actions} == {DENIED}


@pytest.mark.parametrize("fact", ["units", "municipalities"])
def test_empty_list_on_the_row_allows_nothing(fact: str) -> None:
    residual = load(READ_NAMES).decide(STAFF, _READ).residual
    assert not evaluate(residual, {**_ROW, "units": frozenset(), fact: frozenset()}, BINDS)


def test_empty_list_of_bases_allows_nothing_that_is_about_a_person() -> None:
    known = rules()
    for kind in Kind:
        who = known.gate.contract_class(kind)
        none = replace(who, purpose="EVICTION_PREVENTION", bases=frozenset(), assurance=4)
        assert {known.gate.decide(none, action).residual for action in known.gate.model.actions} == {DENIED}


def test_empty_list_in_a_filter_finds_nothing(house: House) -> None:
    query = "query($f: CaseFilter) { cases(first: 5, filter: $f) { totalCount nodes { id } } }"
    everything = house.ask("nav-caseworker", query, purpose="B101").data["cases"]
    nothing = house.ask("nav-caseworker", query, purpose="B101", f={"state": []}).data["cases"]
    assert everything["totalCount"] > 0
    assert nothing == {"totalCount": 0, "nodes": []}


# --- a look-up failure taken for allowed ------------------------------------------------------------------------------


@pytest.mark.parametrize("view", ["facts.participant", "facts.protection", "facts.case_kin"])
def test_look_up_that_fails_gives_no_data(house: House, view: str) -> None:
    case = house.case_of(KARI)
    with without_right(house, view, "bofast_public"):
        answer = house.ask("nav-caseworker", _CASE, purpose="B101", id=case)
    assert answer.status == 500
    assert answer.codes == ["INTERNAL"]
    assert KARI.last not in answer.content.decode()
    assert answer.recorded.events == ()
    assert house.ask("nav-caseworker", _CASE, purpose="B101", id=case).data["case"] is not None


def test_look_up_of_a_consent_that_fails_gives_no_data(house: House) -> None:
    query = "query($id: ID!) { case(id: $id) { plan { status } } }"
    case = house.case_of(EVA)
    assert house.ask("bank-system", query, purpose="B103", id=case).data["case"]["plan"]["status"]
    with without_right(house, "facts.consent", "bofast_external"):
        answer = house.ask("bank-system", query, purpose="B103", id=case)
    assert (answer.status, answer.codes) == (500, ["INTERNAL"])


@contextmanager
def without_right(house: House, view: str, role: str) -> Iterator[None]:
    house.execute(f"REVOKE SELECT ON {view} FROM {role}")
    try:
        yield
    finally:
        house.execute(f"GRANT SELECT ON {view} TO {role}")
