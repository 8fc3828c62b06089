"""The widest documents that the contract allows, by a fragment that takes few words however often it is used: what is
within the limits is answered at a bounded cost, what is not is refused, and others are answered meanwhile.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from graphql import GraphQLObjectType, get_named_type, is_leaf_type, is_non_null_type, is_object_type

from hub.app import rules
from hub.identity.model import Kind
from hub.settings import Limits
from hub.store.embedded import EmbeddedServer
from tests.acceptance.house import House
from tests.acceptance.spent import at_most

SECONDS = 10
"""Of processor time, for everything that a test asks."""
MEANWHILE = 20


def widest(kind: GraphQLObjectType, depth: int) -> str:
    """Every field that needs no argument, and of every list one row."""
    chosen: list[str] = []
    for name, field in kind.fields.items():
        named = get_named_type(field.type)
        if any(is_non_null_type(argument.type) for argument in field.args.values()):
            continue
        if is_leaf_type(named):
            chosen.append(name)
        elif is_object_type(named) and depth:
            inner = widest(named, depth - 1)
            arguments = "(first: 1)" if "first" in field.args else ""
            chosen += [f"{name}{arguments} {{ {inner} }}"] if inner else []
    return " ".join(chosen)


def document(depth: int, roots: int) -> str:
    case = rules().contracts[Kind.NAV].type_map["Case"]
    assert isinstance(case, GraphQLObjectType)
    asked = " ".join(f"a{number}: cases(first: 1) {{ nodes {{ ...Wide }} }}" for number in range(roots))
    return f"{{ {asked} }} fragment Wide on Case {{ {widest(case, depth)} }}"


@pytest.mark.parametrize(
    ("depth", "roots", "limit"),
    [
        (2, Limits().root_fields, None),
        (3, 1, None),
        (3, Limits().root_fields, "cost"),
        (4, 1, "cost"),
        (5, 1, "tokens"),
    ],
)
def test_widest_document_is_answered_or_refused_and_hurts_nobody(
    house: House, server: EmbeddedServer, depth: int, roots: int, limit: str | None
) -> None:
    query = document(depth, roots)
    house.token("nav-caseworker")
    house.token("citizen-kari")
    with ThreadPoolExecutor(1) as askers, at_most(SECONDS, server):
        asked = askers.submit(house.ask, "nav-caseworker", query, purpose="B101")
        assert {house.ask("citizen-kari", "{ me { actor } }").status for _ in range(MEANWHILE)} == {200}
        answer = asked.result()
    if limit is None:
        assert len(answer.data) == roots
    else:
        assert (answer.status, answer.codes) == (400, ["LIMIT_EXCEEDED"])
        assert answer.json["errors"][0]["extensions"]["limit"] == limit
