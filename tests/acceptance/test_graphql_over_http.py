"""GraphQL over HTTP, after its specification, by both media types: statuses, shapes, and requests that are none."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from tests.acceptance.house import LEGACY, STRICT, Answer, House

MEDIA = pytest.mark.parametrize("accept", [STRICT, LEGACY])
_ME = {"query": "{ me { actor } }"}
# What is not a well-formed GraphQL request: what is wrong with it, and which member is at fault.
_NO_REQUESTS: dict[str, tuple[bytes, str, str | None]] = {
    "empty": (b"", "BAD_USER_INPUT", None),
    "half an object": (b"{", "BAD_USER_INPUT", None),
    "not UTF-8": (b"\xff\xfe{}", "BAD_USER_INPUT", None),
    "NaN": (b'{"query": "{ me { actor } }", "variables": {"x": NaN}}', "BAD_USER_INPUT", None),
    "null": (b"null", "BAD_USER_INPUT", None),
    "a text": (b'"{ me { actor } }"', "BAD_USER_INPUT", None),
    "a number": (b"1", "BAD_USER_INPUT", None),
    "an empty list": (b"[]", "BAD_USER_INPUT", None),
    "a batch": (b'[{"query": "{ me { actor } }"}, {"query": "{ me { actor } }"}]', "BAD_USER_INPUT", None),
    "no query": (b"{}", "BAD_USER_INPUT", "query"),
    "query is null": (b'{"query": null}', "BAD_USER_INPUT", "query"),
    "query is a number": (b'{"query": 1}', "BAD_USER_INPUT", "query"),
    "variables are a list": (b'{"query": "{ me { actor } }", "variables": []}', "BAD_USER_INPUT", "variables"),
    "variables are a text": (b'{"query": "{ me { actor } }", "variables": "{}"}', "BAD_USER_INPUT", "variables"),
    "name is a number": (b'{"query": "{ me { actor } }", "operationName": 1}', "BAD_USER_INPUT", "operationName"),
    "extensions are a list": (b'{"query": "{ me { actor } }", "extensions": []}', "BAD_USER_INPUT", "extensions"),
    "NUL in the query": (b'{"query": "{ me { actor } } #\\u0000"}', "BAD_USER_INPUT", "query"),
    "NUL in a variable": (
        b'{"query": "{ me { actor } }", "variables": {"x": "\\u0000"}}', "BAD_USER_INPUT", "variables"
    ),
    "NUL in a key": (b'{"query": "{ me { actor } }", "variables": {"\\u0000": 1}}', "BAD_USER_INPUT", "variables"),
    "lone surrogate": (
        b'{"query": "{ me { actor } }", "variables": {"x": "\\ud800"}}', "BAD_USER_INPUT", "variables"
    ),
    "lone surrogate in the query": (b'{"query": "{ me { actor } } #\\udfff"}', "BAD_USER_INPUT", "query"),
}  # fmt: skip
# Well-formed requests with a document that cannot be run.
_BAD_DOCUMENTS: dict[str, dict[str, Any]] = {
    "empty": {"query": ""},
    "syntax": {"query": "{ me { actor }"},
    "unknown field": {"query": "{ me { nothingAtAll } }"},
    "no such operation": {"query": "query A { me { actor } }", "operationName": "B"},
    "two operations and no name": {"query": "query A { me { actor } } query B { me { actor } }"},
    "fragment alone": {"query": "fragment F on Query { me { actor } }"},
    "fragment of itself": {"query": "{ ...F } fragment F on Query { ...F }"},
    "subscription": {"query": "subscription { me { actor } }"},
    "mutation that the party has not": {"query": "mutation { submitMortgageDefaults(input: {}) { __typename } }"},
}
_BAD_VARIABLES: dict[str, Any] = {
    "missing": {},
    "null": {"id": None},
    "an object": {"id": {"a": 1}},
    "a list": {"id": []},
}


def sent(house: House, body: object, accept: str | None = None, **headers: str) -> Answer:
    own = {"authorization": f"Bearer {house.token('nav-caseworker')}", "behandlingsnummer": "B101", **headers}
    return house.post(body, headers={**own, "accept": accept} if accept else own)


@MEDIA
def test_query_is_answered_in_the_type_that_was_asked_for(house: House, accept: str) -> None:
    answer = sent(house, _ME, accept)
    assert (answer.status, answer.headers["content-type"]) == (200, f"{accept}; charset=utf-8")
    assert answer.json == {"data": {"me": {"actor": "A123456"}}}


def test_without_an_accept_header_the_answer_is_a_graphql_response(house: House) -> None:
    answer = house.http.build_request("POST", "/graphql", json=_ME, headers={"x-request-id": "no-accept"})
    del answer.headers["accept"]
    answer.headers["authorization"] = f"Bearer {house.token('nav-caseworker')}"
    response = house.http.send(answer)
    assert (response.status_code, response.headers["content-type"]) == (200, f"{STRICT}; charset=utf-8")


@MEDIA
@pytest.mark.parametrize("name", _NO_REQUESTS)
def test_body_that_is_no_request_is_400_by_either_type(house: House, name: str, accept: str) -> None:
    body, code, member = _NO_REQUESTS[name]
    answer = sent(house, body, accept)
    assert (answer.status, answer.codes) == (400, [code])
    assert answer.headers["content-type"] == f"{accept}; charset=utf-8"
    assert answer.json["errors"][0]["extensions"].get("member") == member
    assert set(answer.json) == {"errors"}
    assert answer.recorded.events == ()
    assert answer.recorded.refusals == (("operation:document:refused", code, member),)


@MEDIA
@pytest.mark.parametrize("name", _BAD_DOCUMENTS)
def test_document_that_cannot_be_run_is_400_by_the_new_type_and_200_by_the_old(
    house: House, name: str, accept: str
) -> None:
    answer = sent(house, _BAD_DOCUMENTS[name], accept)
    assert answer.status == (400 if accept == STRICT else 200)
    assert set(answer.codes) == {"GRAPHQL_VALIDATION_FAILED"}
    assert set(answer.json) == {"errors"}
    assert answer.recorded.events == ()
    assert answer.recorded.refusals == (("operation:document:refused", "GRAPHQL_VALIDATION_FAILED", None),)


@MEDIA
@pytest.mark.parametrize("name", _BAD_VARIABLES)
def test_variable_of_a_wrong_type_is_bad_input(house: House, name: str, accept: str) -> None:
    body = {"query": "query($id: ID!) { case(id: $id) { id } }", "variables": _BAD_VARIABLES[name]}
    answer = sent(house, body, accept)
    assert (answer.status, answer.codes) == (400 if accept == STRICT else 200, ["BAD_USER_INPUT"])


@pytest.mark.parametrize("number", ["15928741271", "00000000000", "1592874127", "abc", "", "\uff11" * 11])
def test_national_id_that_is_none_is_bad_input_and_is_not_repeated(house: House, number: str) -> None:
    for query in (
        "query($n: NationalId!) { personByNationalId(input: {nationalId: $n}) { id } }",
        f'{{ personByNationalId(input: {{nationalId: "{number}"}}) {{ id }} }}',
    ):
        answer = sent(house, {"query": query, "variables": {"n": number} if "$n" in query else {}})
        assert (answer.status, len(answer.codes)) == (400, 1)
        assert answer.codes[0] in ("BAD_USER_INPUT", "GRAPHQL_VALIDATION_FAILED")
        assert not number or number not in answer.content.decode()


def test_wrong_values_are_not_repeated_in_errors(house: House) -> None:
    secret = "Prøveveien4H0201"
    for query in (
        f"{{ cases(first: 1, filter: {{track: {secret.replace('ø', 'o')}}}) {{ totalCount }} }}",
        f'{{ cases(first: 1, filter: {{openedFrom: "{secret}"}}) {{ totalCount }} }}',
        f'{{ cases(first: "{secret}") {{ totalCount }} }}',
        f'{{ cases(first: 1, after: "{secret}") {{ totalCount }} }}',
    ):
        answer = sent(house, {"query": query})
        assert answer.status == 400
        assert secret not in answer.content.decode()
        assert secret.replace("ø", "o") not in answer.content.decode()


@MEDIA
@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_only_post_is_served(house: House, method: str, accept: str) -> None:
    request_id = f"test-{uuid4().hex}"
    headers = {"authorization": f"Bearer {house.token('nav-caseworker')}", "accept": accept, "x-request-id": request_id}
    response = house.http.request(method, "/graphql", params=_ME, headers=headers)
    assert (response.status_code, response.headers["allow"]) == (405, "POST")
    assert house.answered(response, request_id).recorded.events == ()
    if method != "HEAD":
        assert response.json()["errors"][0]["extensions"]["code"] == "METHOD_NOT_ALLOWED"


@pytest.mark.parametrize("accept", ["text/html", "application/xml", "application/json;q=0"])
def test_answer_that_cannot_be_given_is_406(house: House, accept: str) -> None:
    answer = sent(house, _ME, accept)
    assert (answer.status, answer.codes, answer.recorded.events) == (406, ["NOT_ACCEPTABLE"], ())


@MEDIA
@pytest.mark.parametrize("sent_as", ["text/plain", "application/graphql", "application/x-www-form-urlencoded", ""])
def test_body_of_another_type_is_415(house: House, sent_as: str, accept: str) -> None:
    answer = sent(house, b'{"query": "{ me { actor } }"}', accept, **{"content-type": sent_as})
    assert (answer.status, answer.codes, answer.recorded.events) == (415, ["UNSUPPORTED_MEDIA_TYPE"], ())


def test_answers_may_not_be_kept_framed_or_read_elsewhere(house: House) -> None:
    for answer in (sent(house, _ME), sent(house, b"{"), house.post(_ME)):
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["x-frame-options"] == "DENY"
        assert "access-control-allow-origin" not in answer.headers
        assert "server" not in answer.headers


def test_member_that_the_specification_does_not_know_is_passed_over(house: House) -> None:
    answer = sent(house, {**_ME, "extensions": {"persistedQuery": {}}, "somethingElse": [1]})
    assert answer.json == {"data": {"me": {"actor": "A123456"}}}


def test_operation_is_chosen_by_name(house: House) -> None:
    text = "query A { me { actor } } query B { me { role } }"
    answer = sent(house, {"query": text, "operationName": "B"})
    assert answer.json == {"data": {"me": {"role": "nav-caseworker-9901"}}}
    assert answer.recorded.events[0].operation_name == "B"


def test_answer_keeps_aliases_order_and_what_was_switched_off(house: House) -> None:
    text = """query($on: Boolean!, $off: Boolean = true) {
        z: me { second: role first: actor ... on Me { third: unit } gone: unit @include(if: $on) }
        __typename a: me @skip(if: $off) { actor } }"""
    answer = sent(house, {"query": text, "variables": {"on": False}})
    assert answer.content.decode() == (
        '{"data":{"z":{"second":"nav-caseworker-9901","first":"A123456","third":"9901"},"__typename":"Query"}}'
    )
