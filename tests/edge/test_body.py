"""Bodies: what is taken, and that whatever else comes is a typed refusal, never a failure."""

from __future__ import annotations

import json
from dataclasses import asdict

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.edge.body import read_request
from hub.errors import BadInput, LimitExceeded
from hub.operation.request import GraphQLRequest
from hub.settings import Limits
from tests.edge.conftest import HEADERS

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
MEMBER_NAMES = st.sampled_from(["query", "operationName", "variables", "extensions", "other"])


@pytest.mark.parametrize(
    ("body", "member"),
    [
        (b"", None),
        (b"NONSENSE", None),
        (b'{"query":', None),
        (b'{"query": "{a}"', None),
        (b"\xff\xfe", None),
        (b'{"query": "\xff"}', None),
        (b"null", None),
        (b'"{a}"', None),
        (b"[]", None),
        (b'[{"query": "{a}"}]', None),
        (b"NaN", None),
        (b'{"query": NaN}', None),
        (b"[" * 5_000, None),
        (b"{}", "query"),
        (b'{"qeury": "{a}"}', "query"),
        (b'{"query": null}', "query"),
        (b'{"query": 1}', "query"),
        (b'{"query": {}}', "query"),
        (b'{"query": "{a}", "operationName": 1}', "operationName"),
        (b'{"query": "{a}", "operationName": []}', "operationName"),
        (b'{"query": "{a}", "variables": [7]}', "variables"),
        (b'{"query": "{a}", "variables": "{}"}', "variables"),
        (b'{"query": "{a}", "variables": false}', "variables"),
        (b'{"query": "{a}", "extensions": 0}', "extensions"),
        (b'{"query": "{a}", "extensions": "x"}', "extensions"),
        (b'{"query": "{a \\u0000}"}', "query"),
        (b'{"query": "{a}", "variables": {"x": [{"y": "\\u0000"}]}}', "variables"),
        (b'{"query": "{a}", "variables": {"\\u0000": 1}}', "variables"),
        (b'{"query": "{a}", "operationName": "\\u0000"}', "operationName"),
        (b'{"query": "{a}", "other": "\\u0000"}', "body"),
        (b'{"query": "{a \\ud800}"}', "query"),
        (b'{"query": "{a}", "variables": {"x": ["\\udfff"]}}', "variables"),
        (b'{"query": "{a}", "variables": {"\\ud800": 1}}', "variables"),
    ],
)
def test_bad_body_is_refused_by_the_name_of_what_is_wrong(body, member):
    with pytest.raises(BadInput) as refusal:
        read_request(body)
    assert refusal.value.facts.get("member") == member


def test_good_body_is_read_whole():
    members = [
        b'"query": "{a}"',
        b'"operationName": "A"',
        b'"variables": {"x": [1, "\\\\u0000"]}',
        b'"extensions": {"y": null}',
        b'"z": 1',
    ]
    body = b"{" + b", ".join(members) + b"}"
    assert read_request(body) == GraphQLRequest(
        query="{a}", operation_name="A", variables={"x": [1, "\\u0000"]}, extensions={"y": None}
    )


def test_null_is_the_same_as_not_given():
    body = b'{"query": "{a}", "operationName": null, "variables": null, "extensions": null}'
    assert read_request(body) == GraphQLRequest(query="{a}")


def test_surrogate_pair_is_a_character_like_others():
    assert read_request(b'{"query": "\\ud83d\\ude00"}').query == "\U0001f600"


def test_request_does_not_print_what_it_asks_for():
    assert "15928741270" not in repr(read_request(b'{"query": "{a}", "variables": {"id": "15928741270"}}'))


@given(st.binary(max_size=200))
def test_any_bytes_are_a_request_or_a_typed_refusal(body):
    _expect_request_or_refusal(body)


@given(JSON)
def test_any_json_is_a_request_or_a_typed_refusal(content):
    _expect_request_or_refusal(json.dumps(content).encode())


@given(st.dictionaries(MEMBER_NAMES, JSON, max_size=5))
def test_any_members_are_a_request_or_a_typed_refusal(content):
    _expect_request_or_refusal(json.dumps(content).encode())


def _expect_request_or_refusal(body: bytes) -> None:
    try:
        request = read_request(body)
    except BadInput as refusal:
        assert refusal.status == 400  # noqa: PT017 - either outcome is right
        orjson.dumps(refusal.public())
    else:
        texts = orjson.dumps([request.query, request.operation_name, request.variables, request.extensions])
        assert b"\\u0000" not in texts.replace(b"\\\\", b"")


async def test_bad_body_is_400_in_both_types_of_answer_and_on_record(house):
    for accept in ("application/json", "application/graphql-response+json"):
        answer = await house.client.post("/graphql", content=b'{"query": 1}', headers=HEADERS | {"accept": accept})
        assert answer.status_code == 400
        assert answer.json()["errors"][0]["extensions"] == {
            "code": "BAD_USER_INPUT",
            "text": asdict(BadInput.said),
            "member": "query",
        }
    assert [denial.code for denial, _ in house.record.denials] == ["BAD_USER_INPUT"] * 2
    assert house.desk.asked == []


async def test_body_over_the_limit_is_refused_and_the_sender_learns_it(house_with):
    house = await house_with(limits=Limits(body_bytes=1_000))
    body = b'{"query": "' + b" " * 1_200 + b'"}'
    answer = await house.client.post("/graphql", content=body, headers=HEADERS)
    assert answer.status_code == 413
    assert answer.json()["errors"][0]["extensions"] == {
        "code": "LIMIT_EXCEEDED",
        "text": asdict(LimitExceeded.said),
        "limit": "body_bytes",
        "bound": 1_000,
        "over": len(body) - 1_000,
    }


async def test_body_without_declared_length_meets_the_same_limit(house_with):
    async def pieces():
        for _ in range(100):
            yield b" " * 1_000

    house = await house_with(limits=Limits(body_bytes=10_000))
    answer = await house.client.post("/graphql", content=pieces(), headers=HEADERS)
    assert answer.status_code == 413


async def test_far_too_large_a_body_is_refused_before_it_is_sent(house):
    reader, writer = await house.raw(length=50_000_000, headers=("expect: 100-continue",))
    head = await reader.readuntil(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 413 ")
    assert b"connection: close" in head
    writer.close()
