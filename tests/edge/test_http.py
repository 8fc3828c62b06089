"""GraphQL over HTTP: methods, media types, statuses, and what stands on every response."""

from __future__ import annotations

import re
from dataclasses import asdict
from uuid import UUID

import httpx
import pytest

from hub.edge.media import GRAPHQL, JSON, negotiate
from hub.errors import BadInput, NotAcceptable
from hub.settings import Limits, Mode
from tests.edge.conftest import HEADERS, QUERY

RESPONSE_JSON = "application/graphql-response+json; charset=utf-8"
LEGACY_JSON = "application/json; charset=utf-8"


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("", GRAPHQL),
        ("*/*", GRAPHQL),
        ("application/*", GRAPHQL),
        ("application/graphql-response+json", GRAPHQL),
        ("application/graphql-response+json; charset=utf-8, application/json; charset=utf-8", GRAPHQL),
        ("application/json, application/graphql-response+json", GRAPHQL),
        ("application/json", JSON),
        ("APPLICATION/JSON", JSON),
        ("application/json, text/plain, */*", JSON),
        ("application/json;q=0.9, application/graphql-response+json;q=0.8", JSON),
        ("text/html, */*;q=0.1", GRAPHQL),
        ("application/graphql-response+json;q=0, */*", JSON),
    ],
)
def test_accept_header_chooses_the_type_of_answer(accept, expected):
    assert negotiate(accept) is expected


@pytest.mark.parametrize(
    "accept", ["text/html", "application/json;q=0", "application/json;charset=latin-1", "json", ","]
)
def test_accept_header_with_nothing_that_is_served_is_refused(accept):
    with pytest.raises(NotAcceptable):
        negotiate(accept)


async def test_unacceptable_answer_is_406(house):
    answer = await house.post(headers=HEADERS | {"accept": "text/html"})
    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (406, "NOT_ACCEPTABLE")


async def test_answer_says_its_type_and_encoding(house):
    assert (await house.post()).headers["content-type"] == RESPONSE_JSON
    older = await house.post(headers=HEADERS | {"accept": "application/json"})
    assert older.headers["content-type"] == LEGACY_JSON


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS"])
async def test_only_post_is_served(house, method):
    answer = await house.client.request(method, "/graphql", headers=HEADERS)
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")


async def test_person_identifiers_cannot_travel_in_the_url(house):
    answer = await house.client.get("/graphql", params=QUERY, headers=HEADERS)
    assert answer.status_code == 405
    assert house.desk.asked == []


@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/graphql", ""],
)
async def test_body_of_another_type_is_refused(house, content_type):
    answer = await house.client.post("/graphql", content=b"{}", headers=HEADERS | {"content-type": content_type})
    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (415, "UNSUPPORTED_MEDIA_TYPE")


@pytest.mark.parametrize("charset", ["utf-8", "UTF-8", '"utf-8"'])
async def test_body_in_utf8_is_taken(house, charset):
    answer = await house.post(headers=HEADERS | {"content-type": f"application/json; charset={charset}"})
    assert answer.status_code == 200


async def test_body_in_another_encoding_is_refused(house):
    answer = await house.post(headers=HEADERS | {"content-type": "application/json; charset=latin-1"})
    assert answer.status_code == 415


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "identity, gzip"])
async def test_compressed_body_is_refused_unopened(house, encoding):
    answer = await house.post(headers=HEADERS | {"content-encoding": encoding})
    assert answer.status_code == 415
    assert answer.json()["errors"][0]["extensions"]["member"] == "content-encoding"


async def test_every_response_is_uncached_and_cannot_be_framed_or_run(house):
    responses = [
        await house.post(),
        await house.client.post("/graphql", json=QUERY),
        await house.client.get("/graphql"),
        await house.client.get("/health/live"),
        await house.client.get("/nowhere"),
    ]
    assert [response.status_code for response in responses] == [200, 401, 405, 200, 404]
    for response in responses:
        assert response.headers["cache-control"] == "no-store"
        assert response.headers["content-security-policy"].startswith("default-src 'none'")
        assert response.headers["x-content-type-options"] == "nosniff"
        assert response.headers["x-frame-options"] == "DENY"
        assert response.headers["referrer-policy"] == "no-referrer"
        assert UUID(response.headers["x-request-id"]).version == 7
        assert "server" not in response.headers
        assert "strict-transport-security" not in response.headers


async def test_production_asks_browsers_to_come_back_by_tls_only(house_with):
    house = await house_with(settings={"mode": Mode.PRODUCTION})
    for response in (await house.post(), await house.client.get("/health/live")):
        assert re.match(r"max-age=\d{8}", response.headers["strict-transport-security"])


async def test_what_is_not_there_answers_as_a_typed_error(house):
    answer = await house.client.get("/nowhere")
    assert answer.json()["errors"][0]["extensions"]["code"] == "NOT_FOUND"
    answer = await house.client.post("/health/live")
    assert answer.status_code == 405
    assert set(answer.headers["allow"].split(", ")) == {"GET", "HEAD"}
    assert answer.json()["errors"][0]["extensions"]["code"] == "METHOD_NOT_ALLOWED"


async def test_senders_own_request_id_comes_back_and_is_on_the_inquiry(house):
    name = "0192f0c1-6a7b-7cde-8f01-23456789abcd"
    answer = await house.post(headers=HEADERS | {"x-request-id": name})
    assert answer.headers["x-request-id"] == name
    assert house.desk.asked[0][0].request_id == name


@pytest.mark.parametrize(
    "offered", ["short", "x" * 65, "with space here", 'quote"quote"', "15928741270", "id-15928741270"]
)
async def test_request_id_that_is_not_fit_to_be_logged_is_replaced(house, offered):
    answer = await house.post(headers=HEADERS | {"x-request-id": offered})
    assert UUID(answer.headers["x-request-id"]).version == 7


async def test_header_that_is_given_twice_is_refused(house):
    twice = httpx.Headers([*HEADERS.items(), ("behandlingsnummer", "B101"), ("behandlingsnummer", "B103")])
    answer = await house.post(headers=twice)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["extensions"] == {
        "code": "BAD_USER_INPUT",
        "text": asdict(BadInput.said),
        "member": "behandlingsnummer",
    }


async def test_header_and_token_limits_say_which_and_how_far_over(house_with):
    house = await house_with(limits=Limits(token_bytes=100, header_bytes=2_000, header_count=20))
    for headers, limit in [
        ({"authorization": "Bearer " + "a" * 200}, "token_bytes"),
        ({"x-filler": "a" * 3_000}, "header_bytes"),
        ({f"x-filler-{number}": "a" for number in range(30)}, "header_count"),
    ]:
        answer = await house.post(headers=HEADERS | headers)
        extensions = answer.json()["errors"][0]["extensions"]
        assert answer.status_code == 431
        assert (extensions["code"], extensions["limit"]) == ("LIMIT_EXCEEDED", limit)
        assert extensions["over"] > 0


async def test_other_origins_are_closed_out(house):
    origin = {"origin": "https://elsewhere.example"}
    preflight = await house.client.options("/graphql", headers=origin | {"access-control-request-method": "POST"})
    assert preflight.status_code == 405
    answer = await house.post(headers=HEADERS | origin)
    assert not any(name.startswith("access-control") for name in [*preflight.headers, *answer.headers])


async def test_listed_origin_may_ask_and_read(house_with):
    frontend = "https://frontend.example"
    house = await house_with(settings={"cors_origins": frozenset({frontend})})
    preflight = await house.client.options(
        "/graphql", headers={"origin": frontend, "access-control-request-method": "POST"}
    )
    assert preflight.status_code == 204
    assert preflight.headers["access-control-allow-origin"] == frontend
    assert "behandlingsnummer" in preflight.headers["access-control-allow-headers"]
    answer = await house.post(headers=HEADERS | {"origin": frontend})
    assert answer.headers["access-control-allow-origin"] == frontend
    assert "Origin" in answer.headers["vary"]
    assert "access-control-allow-credentials" not in answer.headers
    other = await house.post(headers=HEADERS | {"origin": "https://elsewhere.example"})
    assert "access-control-allow-origin" not in other.headers


async def test_host_that_is_not_served_is_refused_everywhere(house_with):
    house = await house_with(settings={"hosts": frozenset({"127.0.0.1:8000"})})
    for answer in (
        await house.post(headers=HEADERS | {"host": "rebound.example"}),
        await house.client.get("/health/live", headers={"host": "rebound.example"}),
    ):
        assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (421, "HOST_NOT_SERVED")
    assert (await house.post(headers=HEADERS | {"host": "127.0.0.1:8000"})).status_code == 200
