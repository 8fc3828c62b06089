"""Limits on what one document may ask: each names itself and says how far over, and none takes long to say so."""

from __future__ import annotations

import pytest

from hub.settings import Limits
from hub.store.embedded import EmbeddedServer
from tests.acceptance.house import LEGACY, STRICT, House
from tests.acceptance.spent import at_most

LIMITS = Limits()
SECONDS = 2
"""Of processor time, hub and database together."""
# Two levels each, around the three of `cases`, `nodes` and `id`.
_NESTED = "{ cases(first: 1) { nodes { " + "subject { cases { " * 5 + "id" + " } }" * 5 + " } } }"
_COSTLY = (
    "{ cases(first: 100) { nodes { signals { case { signals { case { signals { case { signals { id } } } } } } } } } }"
)
# A fragment that holds the next one twice: measured naively it would be 2^40 times the last.
_DOUBLED = " ".join(f"fragment F{n} on Me {{ ...F{n + 1} ...F{n + 1} }}" for n in range(40))
_OVER: dict[str, tuple[str, str, int, int]] = {
    "depth": (_NESTED, "depth", LIMITS.depth, 1),
    "aliases": (
        "{ me { " + " ".join(f"a{n}: actor" for n in range(LIMITS.aliases + 5)) + " } }", "aliases", LIMITS.aliases, 5
    ),
    "root fields": (
        "{ " + " ".join(f"a{n}: me {{ actor }}" for n in range(LIMITS.root_fields + 3)) + " }",
        "root_fields", LIMITS.root_fields, 3,
    ),
    "first": ("{ cases(first: 101) { totalCount } }", "first", LIMITS.page, 1),
    "cost": (_COSTLY, "cost", LIMITS.cost, 33_701),
    "tokens": ("{ me { " + "actor " * LIMITS.tokens + "} }", "tokens", LIMITS.tokens, 1),
}  # fmt: skip


@pytest.mark.parametrize("accept", [STRICT, LEGACY])
@pytest.mark.parametrize("name", _OVER)
def test_document_over_a_limit_is_told_which_and_how_far(house: House, name: str, accept: str) -> None:
    query, limit, bound, over = _OVER[name]
    answer = house.ask("nav-caseworker", query, purpose="B101", accept=accept)
    assert (answer.status, answer.codes) == (400 if accept == STRICT else 200, ["LIMIT_EXCEEDED"])
    told = answer.json["errors"][0]["extensions"]
    assert (told["limit"], told["bound"]) == (limit, bound)
    # Where reading stops at the limit, how far over is at least this.
    assert told["over"] >= 1 if name == "tokens" else told["over"] == over
    assert answer.recorded.events == ()
    assert answer.recorded.refusals == (("operation:limit:exceeded", "LIMIT_EXCEEDED", limit),)


def test_document_at_its_limits_is_answered(house: House) -> None:
    for query in (
        "{ me { " + " ".join(f"a{n}: actor" for n in range(LIMITS.aliases)) + " } }",
        "{ " + " ".join(f"a{n}: me {{ actor }}" for n in range(LIMITS.root_fields)) + " }",
        "{ cases(first: 100) { totalCount } }",
        _NESTED.replace("cases { id }", "id"),
    ):
        assert set(house.ask("nav-caseworker", query, purpose="B101").json) == {"data"}


@pytest.mark.parametrize("first", [0, -1, -2147483648])
def test_page_of_no_rows_is_bad_input(house: House, first: int) -> None:
    answer = house.ask("nav-caseworker", f"{{ cases(first: {first}) {{ totalCount }} }}", purpose="B101")
    assert (answer.status, answer.codes) == (400, ["BAD_USER_INPUT"])


def test_page_size_in_a_variable_is_held_to_the_same_limit(house: House) -> None:
    query = "query($n: Int!) { cases(first: $n) { totalCount } }"
    answer = house.ask("nav-caseworker", query, purpose="B101", n=101)
    assert answer.json["errors"][0]["extensions"]["limit"] == "first"
    assert house.ask("nav-caseworker", query, purpose="B101", n=100).status == 200


@pytest.mark.parametrize(
    "query",
    [
        f"{{ me {{ ...F0 }} }} {_DOUBLED} fragment F40 on Me {{ actor }}",
        f"{{ me {{ ...F0 }} }} {_DOUBLED} fragment F40 on Me {{ a: actor b: role }}",
        "{ me { " + " ".join(f"a{n % 30}: actor" for n in range(1_300)) + " } }",
        "{ me { " + "actor " * 1_900 + "} }",
        "{ me { " + "... on Me { actor } " * 600 + "} }",
        "{ me " + "{ party " * 1_900 + "}" * 1_900 + " }",
        "{ __schema { types { " + "fields { type { " * 15 + "name" + " } }" * 15 + " } } }",
        "query(" + " ".join(f"$v{n}: String" for n in range(900)) + ") { me { actor } }",
        "{ me { actor " + "@include(if: true) " * 300 + "} }",
    ],
    ids=[
        "doubled",
        "doubled aliases",
        "repeated aliases",
        "repeated",
        "inline",
        "deep",
        "introspection",
        "variables",
        "directives",
    ],
)
def test_document_that_would_blow_up_is_done_with_quickly(house: House, server: EmbeddedServer, query: str) -> None:
    house.token("nav-caseworker")
    with at_most(SECONDS, server):
        answer = house.ask("nav-caseworker", query)
    assert answer.status in (200, 400)
    assert set(answer.json) in ({"data"}, {"errors"})


def test_body_over_its_limit_is_413(house: House) -> None:
    body = b'{"query": "{ me { actor } }", "variables": {"x": "' + b"a" * LIMITS.body_bytes + b'"}}'
    answer = house.post(body, headers={"authorization": f"Bearer {house.token('nav-caseworker')}"})
    assert (answer.status, answer.codes) == (413, ["LIMIT_EXCEEDED"])
    told = answer.json["errors"][0]["extensions"]
    assert (told["limit"], told["bound"], told["over"]) == (
        "body_bytes",
        LIMITS.body_bytes,
        len(body) - LIMITS.body_bytes,
    )


def test_values_nested_beyond_reason_are_refused_quickly(house: House, server: EmbeddedServer) -> None:
    body = b'{"query": "{ me { actor } }", "variables": {"x": ' + b"[" * 200_000 + b"]" * 200_000 + b"}}"
    token = house.token("nav-caseworker")
    with at_most(SECONDS, server):
        answer = house.post(body, headers={"authorization": f"Bearer {token}"})
    assert (answer.status, answer.codes) == (400, ["BAD_USER_INPUT"])
