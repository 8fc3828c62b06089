"""The same question put to each kind of party: everything below a type, as far as the party's printed contract goes."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from graphql import GraphQLObjectType, GraphQLSchema, build_schema, get_named_type, is_leaf_type

_CONTRACTS = Path(__file__).parents[2] / "schema" / "contracts"
# What marks each field and type in print, and is no part of what can be asked.
_MARK = re.compile(r" @(?:category|source|embedded)(?:\([^)]*\))?")
# Ways back to what the question began with.
_BACK = ("Person.case", "Person.cases", "RentDefault.tenancy", "Signal.case", "Tenancy.dwelling")


@cache
def contract(kind: str) -> GraphQLSchema:
    """The contract of a kind of party, as it is committed."""
    text = (_CONTRACTS / f"{kind}.graphql").read_text(encoding="utf-8")
    return build_schema(_MARK.sub("", text))


def everything(kind: str, type_name: str = "Case") -> str:
    """A selection of all that the contract has below a type."""
    node = contract(kind).get_type(type_name)
    assert isinstance(node, GraphQLObjectType), f"{kind} has no {type_name}"
    parts = (_part(kind, type_name, name) for name in node.fields)
    return " ".join(part for part in parts if part)


def _part(kind: str, type_name: str, name: str) -> str:
    if f"{type_name}.{name}" in _BACK:
        return ""
    node = contract(kind).get_type(type_name)
    assert isinstance(node, GraphQLObjectType)
    target = get_named_type(node.fields[name].type)
    return name if is_leaf_type(target) else f"{name} {{ {everything(kind, target.name)} }}"


def case_query(kind: str) -> str:
    """One case by id, whole."""
    return f"query WholeCase($id: ID!) {{ case(id: $id) {{ {everything(kind)} }} }}"


def elements(kind: str) -> set[str]:
    """`Type.field` of everything in the contract."""
    return {
        f"{name}.{field}"
        for name, node in contract(kind).type_map.items()
        if isinstance(node, GraphQLObjectType) and not name.startswith("__")
        for field in node.fields
    }
