"""The development issuer's authorization code: strict on redirects, PKCE, single use, and whom it lets be whom."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from authlib.oauth2.rfc7636 import create_s256_code_challenge

from hub.identity.development.clients import PEOPLE_CLIENT

pytestmark = pytest.mark.asyncio(loop_scope="session")

VERIFIER = "v" * 64


def question(**bent: object) -> dict[str, Any]:
    asked = {
        "response_type": "code",
        "client_id": PEOPLE_CLIENT,
        "redirect_uri": "http://127.0.0.1:4711/callback",
        "state": "s",
        "scope": "openid bofast:citizen",
        "code_challenge": "q" * 43,
        "code_challenge_method": "S256",
        "login_hint": "citizen",
        **bent,
    }
    return {name: value for name, value in asked.items() if value is not ...}


NOT_REDIRECTED = {
    "client unknown": {"client_id": "other"},
    "client missing": {"client_id": ...},
    "redirect to another host": {"redirect_uri": "http://evil.example/callback"},
    "redirect to another path": {"redirect_uri": "http://127.0.0.1:4711/other"},
    "redirect over another scheme": {"redirect_uri": "javascript://127.0.0.1/callback"},
    "redirect missing": {"redirect_uri": ...},
    "state twice": {"state": ["a", "b"]},
    "details that are not JSON": {"authorization_details": "{"},
    "details that are not a list": {"authorization_details": '{"type": "x"}'},
}


@pytest.mark.parametrize("bent", NOT_REDIRECTED.values(), ids=NOT_REDIRECTED.keys())
async def test_request_that_cannot_be_trusted_is_not_redirected(
    address: str, web: httpx.AsyncClient, bent: dict[str, Any]
):
    answer = await web.get(f"{address}/dev/idporten/authorize", params=question(**bent))

    assert answer.status_code == 400
    assert "Location" not in answer.headers


SENT_BACK = {
    "no code challenge": ({"code_challenge": ...}, "invalid_request"),
    "plain code challenge": ({"code_challenge_method": "plain"}, "invalid_request"),
    "code challenge without method": ({"code_challenge_method": ...}, "invalid_request"),
    "short code challenge": ({"code_challenge": "q"}, "invalid_request"),
    "implicit flow": ({"response_type": "token"}, "unsupported_response_type"),
    "scope of nobody": ({"scope": "other"}, "invalid_scope"),
    "persona unknown": ({"login_hint": "mallory"}, "access_denied"),
    "persona of another issuer": ({"login_hint": "nav"}, "access_denied"),
}


@pytest.mark.parametrize(("bent", "error"), SENT_BACK.values(), ids=SENT_BACK.keys())
async def test_request_that_is_wrong_is_sent_back_without_a_code(
    address: str, web: httpx.AsyncClient, bent: dict[str, Any], error: str
):
    answer = await web.get(f"{address}/dev/idporten/authorize", params=question(**bent))

    sent = parse_qs(urlsplit(answer.headers["Location"]).query)
    assert answer.status_code == 302
    assert (sent["error"], sent["state"]) == ([error], ["s"])
    assert "code" not in sent


async def code_for(address: str, web: httpx.AsyncClient, challenge: str) -> str:
    answer = await web.get(f"{address}/dev/idporten/authorize", params=question(code_challenge=challenge))
    return parse_qs(urlsplit(answer.headers["Location"]).query)["code"][0]


async def exchange(address: str, web: httpx.AsyncClient, issued: str, **bent: object) -> httpx.Response:
    form = {
        "grant_type": "authorization_code",
        "client_id": PEOPLE_CLIENT,
        "redirect_uri": "http://127.0.0.1:4711/callback",
        "code": issued,
        "code_verifier": VERIFIER,
        **bent,
    }
    return await web.post(
        f"{address}/dev/idporten/token", data={name: value for name, value in form.items() if value is not ...}
    )


@pytest.fixture
def challenge() -> str:
    return create_s256_code_challenge(VERIFIER)


async def test_code_works_once(address: str, web: httpx.AsyncClient, challenge: str):
    code = await code_for(address, web, challenge)

    first, second = [await exchange(address, web, code) for _ in range(2)]

    assert (first.status_code, second.status_code) == (200, 400)
    assert first.headers["Cache-Control"] == "no-store"
    assert second.json()["error"] == "invalid_grant"


@pytest.mark.parametrize(
    "bent",
    [
        {"code_verifier": "w" * 64},
        {"code_verifier": ...},
        {"redirect_uri": "http://127.0.0.1:4712/callback"},
        {"client_id": "other"},
        {"code": "guessed"},
        {"grant_type": "password"},
        {"grant_type": "client_credentials"},
        {"grant_type": "refresh_token"},
    ],
    ids=str,
)
async def test_code_in_the_wrong_hands_gives_no_token(
    address: str, web: httpx.AsyncClient, challenge: str, bent: dict[str, Any]
):
    code = await code_for(address, web, challenge)

    answer = await exchange(address, web, code, **bent)

    assert answer.status_code in (400, 401)
    assert "access_token" not in answer.json()


async def test_code_of_one_issuer_is_nothing_to_another(address: str, web: httpx.AsyncClient, challenge: str):
    code = await code_for(address, web, challenge)

    answer = await web.post(
        f"{address}/dev/ansattporten/token",
        data={
            "grant_type": "authorization_code",
            "client_id": PEOPLE_CLIENT,
            "redirect_uri": "http://127.0.0.1:4711/callback",
            "code": code,
            "code_verifier": VERIFIER,
        },
    )

    assert answer.json()["error"] == "invalid_grant"


async def test_without_a_hint_one_chooses_among_the_personas_of_the_issuer(address: str, web: httpx.AsyncClient):
    page = await web.get(f"{address}/dev/idporten/authorize", params=question(login_hint=...))

    assert page.status_code == 200
    assert re.findall(r">([a-z]+)</a>", page.text) == ["citizen"]
    assert "&lt;citizen&gt;" in page.text
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")

    (link,) = re.findall(r'href="([^"]+)"', page.text)
    answer = await web.get(f"{address}/dev/idporten/authorize{link.replace('&amp;', '&')}")
    assert "code=" in answer.headers["Location"]
