"""The development issuer's JWT grant for systems: Maskinporten's rules on who may ask for what."""

from __future__ import annotations

import time
from typing import Any

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from hub.identity.development.clients import JWT_BEARER
from hub.identity.personas import Persona
from tests.identity.forge import KARI, MUNICIPALITY
from tests.identity.staging import SUPPLIER, SYSTEM

pytestmark = pytest.mark.asyncio(loop_scope="session")

KEY, STRANGER = (RSAKey.generate_key(2048, auto_kid=True) for _ in range(2))


async def registered(address: str, web: httpx.AsyncClient, persona: Persona = SYSTEM) -> str:
    wanted = {"software_id": persona.name, "jwks": {"keys": [KEY.as_dict(private=False)]}}
    answer = await web.post(f"{address}/dev/maskinporten/clients", json=wanted)
    assert answer.status_code == 201
    return answer.json()["client_id"]


async def granted(
    address: str, web: httpx.AsyncClient, client_id: str, key: RSAKey = KEY, **bent: object
) -> httpx.Response:
    now = int(time.time())
    claims = {
        "iss": client_id,
        "aud": f"{address}/dev/maskinporten/",
        "scope": "bofast:bank",
        "resource": address,
        "iat": 0,
        "exp": 100,
        "jti": "once",
        **bent,
    }
    claims = {name: value for name, value in claims.items() if value is not ...}
    claims |= {name: now + claims[name] for name in ("iat", "exp") if name in claims}
    assertion = jwt.encode({"alg": "RS256", "kid": KEY.kid}, claims, key, algorithms=["RS256"])
    form = {"grant_type": JWT_BEARER, "assertion": assertion}
    return await web.post(f"{address}/dev/maskinporten/token", data=form)


async def test_grant_works_once(address: str, web: httpx.AsyncClient):
    client_id = await registered(address, web)

    answers = [await granted(address, web, client_id) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 400]
    assert answers[1].json()["error"] == "invalid_grant"


# Moments are so many seconds after the grant is made.
BAD_GRANTS: dict[str, dict[str, Any]] = {
    "signed by a stranger": {"key": STRANGER},
    "for another server": {"aud": "https://test.maskinporten.no/"},
    "for nobody": {"aud": ...},
    "of a client unknown": {"iss": "other"},
    "of nobody": {"iss": ...},
    "that lives too long": {"exp": 900},
    "that is over": {"iat": -400, "exp": -300},
    "without end": {"exp": ...},
    "without number": {"jti": ...},
    "without scope": {"scope": ...},
    "with another scope": {"scope": "bofast:enforcement"},
    "in the name of another organisation": {"consumer_org": MUNICIPALITY},
    "with a subject": {"sub": KARI},
    "with details of a system user": {"authorization_details": [{"type": "urn:altinn:systemuser"}]},
    "with details of no type": {"authorization_details": [{}]},
    "with details of a type that is no text": {"authorization_details": [{"type": {}}]},
    "with details that are no list": {"authorization_details": {"type": "urn:altinn:consent"}},
    "with details that are text": {"authorization_details": ["urn:altinn:consent"]},
}


@pytest.mark.parametrize("bent", BAD_GRANTS.values(), ids=BAD_GRANTS.keys())
async def test_bad_grant_gives_no_token(address: str, web: httpx.AsyncClient, bent: dict[str, Any]):
    client_id = await registered(address, web)

    answer = await granted(address, web, client_id, **bent)

    assert answer.status_code == 400
    assert "access_token" not in answer.json()


async def test_supplier_must_say_for_whom(address: str, web: httpx.AsyncClient):
    client_id = await registered(address, web, SUPPLIER)

    answers = [
        await granted(address, web, client_id, scope="bofast:loan-manager", consumer_org=consumer, jti=str(number))
        for number, consumer in enumerate([..., "310100102", MUNICIPALITY])
    ]

    assert [answer.status_code for answer in answers] == [400, 400, 200]


PUBLIC = {"keys": [KEY.as_dict(private=False)]}
NO_CLIENTS: dict[str, object] = {
    "nothing": {},
    "a list": [],
    "a text": "x",
    "no keys": {"software_id": "system"},
    "a person": {"software_id": "citizen", "jwks": PUBLIC},
    "somebody unknown": {"software_id": "mallory", "jwks": PUBLIC},
    "an empty key set": {"software_id": "system", "jwks": {"keys": []}},
}


@pytest.mark.parametrize("wanted", NO_CLIENTS.values(), ids=NO_CLIENTS.keys())
async def test_client_that_is_no_system_is_not_registered(address: str, web: httpx.AsyncClient, wanted: object):
    answer = await web.post(f"{address}/dev/maskinporten/clients", json=wanted)

    assert (answer.status_code, answer.json()) == (400, {"error": "invalid_client_metadata"})
