"""The document that asks for everything a contract has, one for each way in."""

from __future__ import annotations

from collections.abc import Iterator

from graphql import GraphQLObjectType, GraphQLSchema, get_named_type

from tests.plan.documents import COMPUTED, Pool, Written

_PAGE = 8


def everything(contract: GraphQLSchema, pool: Pool) -> Iterator[Written]:
    """Each way in with all fields below it; a type is not entered again below itself."""
    assert contract.query_type is not None
    for name, known in contract.query_type.fields.items():
        if name in COMPUTED:
            continue
        selection = _all(get_named_type(known.type), frozenset())
        for arguments in _arguments(name, pool):
            yield Written(text=f"{{ {name}{arguments} {selection} }}", variables={}, operation_name=None, pages={})


def _arguments(name: str, pool: Pool) -> list[str]:
    match name:
        case "me":
            return [""]
        case "case":
            return [f'(id: "{pool.cases[0]}")']
        case "personByNationalId":
            return [f'(input: {{nationalId: "{number}"}})' for number in pool.national_ids[:2]]
        case _:
            return [f"(first: {_PAGE})"]


def _all(type_: object, above: frozenset[str]) -> str:
    assert isinstance(type_, GraphQLObjectType)
    parts = ["__typename"]
    for name, known in type_.fields.items():
        target = get_named_type(known.type)
        if not isinstance(target, GraphQLObjectType):
            parts.append(name)
        elif target.name not in above:
            parts.append(f"{name} {_all(target, above | {type_.name})}")
    return "{ " + " ".join(parts) + " }"
