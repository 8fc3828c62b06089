"""Signing in as a persona of the demo, the way a real client does: PKCE for people, a signed grant for systems."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import time
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

import httpx
from joserfc import jwt
from joserfc.jwk import RSAKey

from hub.identity.development import MOUNT, metadata_url
from hub.identity.development.clients import CALLBACK, JWT_BEARER, PEOPLE_CLIENT
from hub.identity.development.shapes import ALTINN_RESOURCE, ENTRA_API, REPRESENTATION
from hub.identity.personas import CompanyLogin, EmployeeLogin, Persona, SystemLogin

_REDIRECT: Final = f"http://127.0.0.1{CALLBACK}"
_ALGORITHM: Final = "RS256"
_GRANT_SECONDS: Final = 100
_TIMEOUT: Final = 10.0


class SignInFailed(RuntimeError):
    """The development issuer did not let the persona in."""


async def sign_in(
    base_url: str,
    persona: Persona,
    *,
    audience: str | None = None,
    consents: Sequence[Mapping[str, Any]] = (),
    client: httpx.AsyncClient | None = None,
) -> str:
    """An access token for the hub at `base_url`. The audience is the hub's own address unless said.

    `consents` are what a system's token is to tell of consents in Altinn, as `authorization_details`.
    """
    base_url = base_url.rstrip("/")
    if client is None:
        async with httpx.AsyncClient(timeout=_TIMEOUT, trust_env=False) as own:
            return await sign_in(base_url, persona, audience=audience, consents=consents, client=own)
    try:
        metadata = _object(await client.get(metadata_url(base_url + MOUNT, persona.issuer)))
        if isinstance(persona.login, SystemLogin):
            return await _sign_in_system(client, metadata, persona, persona.login, audience or base_url, consents)
        if consents:
            raise SignInFailed("only a system's token tells of consents")
        return await _sign_in_person(client, metadata, persona, audience or base_url)
    except httpx.HTTPError as error:
        raise SignInFailed(f"no development issuer answers at {base_url}") from error


async def _sign_in_person(
    client: httpx.AsyncClient, metadata: Mapping[str, Any], persona: Persona, audience: str
) -> str:
    verifier, state = secrets.token_urlsafe(48), secrets.token_urlsafe(16)
    asked = {
        "response_type": "code",
        "client_id": PEOPLE_CLIENT,
        "redirect_uri": _REDIRECT,
        "state": state,
        "code_challenge": _s256(verifier),
        "code_challenge_method": "S256",
        "login_hint": persona.name,
        **asked_for(persona, audience),
    }
    answer = await client.get(metadata["authorization_endpoint"], params=asked, follow_redirects=False)
    code = _code(answer, state)
    form = {
        "grant_type": "authorization_code",
        "client_id": PEOPLE_CLIENT,
        "redirect_uri": _REDIRECT,
        "code": code,
        "code_verifier": verifier,
    }
    return _token(await client.post(metadata["token_endpoint"], data=form))


def asked_for(persona: Persona, audience: str) -> dict[str, str]:
    """What each issuer needs to hear to make a token for us."""
    login = persona.login
    if isinstance(login, EmployeeLogin):
        return {"scope": f"api://{ENTRA_API}/access"}
    if isinstance(login, CompanyLogin):
        wanted = json.dumps([{"type": REPRESENTATION, "resource": ALTINN_RESOURCE}])
        return {"scope": f"openid {login.scope}", "resource": audience, "authorization_details": wanted}
    return {"scope": f"openid {login.scope}", "resource": audience}


async def _sign_in_system(
    client: httpx.AsyncClient,
    metadata: Mapping[str, Any],
    persona: Persona,
    login: SystemLogin,
    audience: str,
    consents: Sequence[Mapping[str, Any]],
) -> str:
    key = _system_key()
    wanted = {"software_id": persona.name, "jwks": {"keys": [key.as_dict(private=False)]}}
    registered = _object(await client.post(metadata["registration_endpoint"], json=wanted))
    now = int(time.time())
    grant: dict[str, Any] = {
        "iss": registered["client_id"],
        "aud": metadata["issuer"],
        "scope": login.scope,
        "resource": audience,
        "iat": now,
        "exp": now + _GRANT_SECONDS,
        "jti": secrets.token_urlsafe(16),
    }
    if login.supplier is not None:
        grant["consumer_org"] = login.consumer
    if consents:
        grant["authorization_details"] = list(consents)
    signed = jwt.encode({"alg": _ALGORITHM, "kid": key.kid}, grant, key, algorithms=[_ALGORITHM])
    return _token(await client.post(metadata["token_endpoint"], data={"grant_type": JWT_BEARER, "assertion": signed}))


@cache
def _system_key() -> RSAKey:
    """One for the life of the process; nothing is written down."""
    return RSAKey.generate_key(2048, auto_kid=True)


def _s256(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def _code(answer: httpx.Response, state: str) -> str:
    asked = parse_qs(urlsplit(answer.headers.get("Location", "")).query)
    if answer.status_code != 302 or asked.get("state") != [state] or "code" not in asked:
        raise SignInFailed(asked.get("error", ["the issuer gave no code"])[0])
    return asked["code"][0]


def _token(answer: httpx.Response) -> str:
    token = _object(answer).get("access_token")
    if not isinstance(token, str):
        raise SignInFailed("the issuer gave no token")
    return token


def _object(answer: httpx.Response) -> dict[str, Any]:
    try:
        body = answer.json()
    except ValueError:
        body = None
    if not answer.is_success or not isinstance(body, dict):
        reason = body.get("error", "refused") if isinstance(body, dict) else "the answer is not JSON"
        raise SignInFailed(f"the development issuer answered {answer.status_code}: {reason}")
    return body
