"""One contract per kind of party: valid, a part of the whole schema, committed as printed, with nothing idle in it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    build_schema,
    get_named_type,
    validate_schema,
)

from hub.app import rules
from hub.identity.model import Kind
from hub.plan.printed import FOLDER, differences, printed
from schema.build import SCHEMA

EVERY_KIND = pytest.mark.parametrize("kind", Kind)
_UNIFIED = SCHEMA._schema


def fields(contract: GraphQLSchema) -> Iterator[tuple[str, str, str]]:
    """`Type.field` of objects and inputs, and the type as it is written."""
    for name, node in contract.type_map.items():
        if isinstance(node, GraphQLObjectType | GraphQLInputObjectType) and not name.startswith("__"):
            yield from ((name, field, str(known.type)) for field, known in node.fields.items())


def test_printed_files_are_the_committed_ones() -> None:
    known = rules()
    assert differences(printed(SCHEMA.as_str(), known.contracts, known.catalogue)) == []


def test_no_contract_is_committed_for_a_kind_that_does_not_exist() -> None:
    committed = {path.stem for path in (FOLDER / "contracts").glob("*.graphql")}
    assert committed == {kind.value for kind in Kind}


@EVERY_KIND
def test_contract_is_a_valid_schema(kind: Kind) -> None:
    assert validate_schema(rules().contracts[kind]) == []


@pytest.mark.parametrize("name", ["schema.graphql", *(f"contracts/{kind.value}.graphql" for kind in Kind)])
def test_committed_file_is_a_schema_that_tools_can_read(name: str) -> None:
    text = (FOLDER / name).read_text(encoding="utf-8")
    marks = (
        ""
        if "directive @category" in text
        else "directive @category(name: Mark!) on FIELD_DEFINITION directive @source(name: Mark!) on OBJECT"
        " directive @embedded(inRow: Boolean) on OBJECT scalar Mark"
    )
    assert validate_schema(build_schema(text + marks)) == []


_SUBSCRIPTIONS = {
    Kind.BANK: {"submissionEvents"},
    Kind.CITIZEN: {"caseEvents"},
    Kind.DEBT_COUNSEL: {"caseEvents"},
    Kind.HOUSING: {"caseEvents", "inboxEvents"},
    Kind.HOUSING_SUPPORT: {"caseEvents"},
    Kind.LOAN_MANAGER: {"submissionEvents"},
    Kind.NAV: {"caseEvents", "inboxEvents"},
    Kind.SECURE_UNIT: {"caseEvents", "inboxEvents"},
}


@EVERY_KIND
def test_contract_lets_everybody_ask_who_they_are(kind: Kind) -> None:
    query = rules().contracts[kind].query_type
    assert query is not None
    assert "me" in query.fields
    me = rules().contracts[kind].type_map["Me"]
    assert isinstance(me, GraphQLObjectType)
    assert {"actor", "role", "party", "purpose"} <= set(me.fields)


@EVERY_KIND
def test_contract_is_a_part_of_the_whole_schema(kind: Kind) -> None:
    whole = set(fields(_UNIFIED))
    assert set(fields(rules().contracts[kind])) <= whole
    for name, node in rules().contracts[kind].type_map.items():
        known = _UNIFIED.type_map[name]
        if isinstance(node, GraphQLEnumType):
            assert isinstance(known, GraphQLEnumType)
            assert set(node.values) <= set(known.values)


@EVERY_KIND
def test_nothing_in_a_contract_is_out_of_reach(kind: Kind) -> None:
    contract = rules().contracts[kind]
    reached = set(_reached(contract))
    scalars = {"Boolean", "String"}
    assert {name for name in contract.type_map if not name.startswith("__")} - reached - scalars == set()


@EVERY_KIND
def test_every_type_in_a_contract_has_something_to_read(kind: Kind) -> None:
    for name, node in rules().contracts[kind].type_map.items():
        if isinstance(node, GraphQLObjectType | GraphQLInputObjectType) and not name.startswith("__"):
            assert node.fields, name
        if isinstance(node, GraphQLEnumType):
            assert node.values, name


def test_every_field_of_the_whole_schema_is_in_some_contract() -> None:
    served = {element for kind in Kind for element in fields(rules().contracts[kind])}
    assert set(fields(_UNIFIED)) - served == set()


@EVERY_KIND
def test_contract_has_the_subscriptions_that_its_kind_can_be_told_by(kind: Kind) -> None:
    told = rules().contracts[kind].subscription_type
    assert set(told.fields if told else ()) == _SUBSCRIPTIONS.get(kind, set())


@EVERY_KIND
def test_contract_answers_only_what_the_policies_can_open(kind: Kind) -> None:
    kept = rules().reached[kind]
    guarded = {
        f"{name}.{field}" for name, field, _ in fields(rules().contracts[kind]) if name in rules().catalogue.types
    }
    assert guarded <= kept


def test_arguments_of_a_field_are_those_of_the_whole_schema_less_what_is_pruned() -> None:
    whole = _UNIFIED.query_type
    assert whole is not None
    for kind in Kind:
        query = rules().contracts[kind].query_type
        assert query is not None
        for name, field in query.fields.items():
            given = {key: str(argument.type) for key, argument in field.args.items()}
            known = {key: str(argument.type) for key, argument in whole.fields[name].args.items()}
            assert given.items() <= known.items()
            required = {key for key, written in known.items() if written.endswith("!")}
            assert required <= set(given)


def _reached(contract: GraphQLSchema) -> Iterator[str]:
    waiting: list[GraphQLNamedType] = [
        root for root in (contract.query_type, contract.mutation_type, contract.subscription_type) if root is not None
    ]
    found: set[str] = set()
    while waiting:
        node = waiting.pop()
        if node.name in found:
            continue
        found.add(node.name)
        waiting += list(_next(node))
    yield from found


def _next(node: GraphQLNamedType) -> Iterator[GraphQLNamedType]:
    if isinstance(node, GraphQLUnionType):
        yield from node.types
    if isinstance(node, GraphQLObjectType):
        yield from node.interfaces
        for field in node.fields.values():
            yield get_named_type(field.type)
            yield from (get_named_type(argument.type) for argument in field.args.values())
    if isinstance(node, GraphQLInputObjectType):
        yield from (get_named_type(field.type) for field in node.fields.values())
