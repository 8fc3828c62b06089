"""Accidents of tokens: the sender says who it is, and is believed; or says how it is to be verified, and is obeyed."""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import httpx
import pytest
from joserfc import jws
from joserfc.jwk import ECKey, RSAKey

from hub.identity.development import MOUNT, metadata_url
from tests.acceptance.house import Answer, House
from tests.identity.forge import segment

_ME = "{ me { actor role party { id } unit purpose } }"
# One of each issuer that the hub trusts.
_SIGNED_IN = ("bank-system", "citizen-kari", "landlord-company", "nav-caseworker")


def parts(token: str) -> tuple[dict[str, Any], dict[str, Any], str]:
    """Header and claims as anybody can read them, and the signature."""
    head, claims, signature = token.split(".")
    return read(head), read(claims), signature


def read(part: str) -> dict[str, Any]:
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def with_token(house: House, token: str, **headers: str) -> Answer:
    return house.post({"query": _ME}, headers={"authorization": f"Bearer {token}", **headers})


def assert_is_nobody(answer: Answer) -> None:
    """Not let in, told nothing, and on record as refused without a name."""
    assert (answer.status, answer.codes) == (401, ["UNAUTHENTICATED"])
    assert answer.recorded.events == ()
    assert set(answer.recorded.refused_actors) <= {None}


# --- CVE-2026-5423: the sender hands in a token that it says has been decoded -----------------------------------------


def claims_of_a_caseworker(house: House) -> dict[str, Any]:
    return parts(house.token("nav-caseworker"))[1]


# Where gateways put what they have verified, and where a server behind them would look for it.
HEADERS = (
    "cookie",
    "x-amzn-oidc-data",
    "x-apigateway-api-userinfo",
    "x-auth-request-user",
    "x-bofast-requester",
    "x-decoded-token",
    "x-forwarded-authorization",
    "x-forwarded-user",
    "x-hasura-role",
    "x-jwt-claims",
    "x-jwt-payload",
    "x-ms-client-principal",
    "x-user-info",
)
Wrapped = Callable[[dict[str, Any]], dict[str, Any]]
BODIES: Mapping[str, Wrapped] = {
    "a context": lambda claims: {"context": {"jwt": {"payload": claims}, "user": claims, "claims": claims}},
    "a root value": lambda claims: {"rootValue": claims, "root": {"requester": claims}},
    "extensions": lambda claims: {"extensions": {"jwt": claims, "claims": claims, "requester": claims}},
    "variables": lambda claims: {"variables": {"jwt": claims, "claims": claims, "requester": claims}},
    "a member of its own": lambda claims: {"decodedToken": claims, "token": claims, "requester": claims},
}


def written(claims: dict[str, Any]) -> Iterator[str]:
    """Claims as a header can hold them."""
    text = json.dumps(claims)
    yield text
    yield base64.b64encode(text.encode()).decode()
    yield f"{segment({'alg': 'RS256'})}.{segment(claims)}."


@pytest.mark.parametrize("name", HEADERS)
def test_cve_2026_5423_decoded_token_in_a_header_is_not_read(house: House, name: str) -> None:
    alone = house.ask("citizen-kari", _ME)
    for value in written(claims_of_a_caseworker(house)):
        assert_is_nobody(house.ask(None, _ME, headers={name: value}))
        answer = house.ask("citizen-kari", _ME, headers={name: value})
        assert (answer.status, answer.content) == (200, alone.content)
        assert answer.recorded.events == alone.recorded.events


@pytest.mark.parametrize("place", BODIES)
def test_cve_2026_5423_decoded_token_in_the_body_is_not_read(house: House, place: str) -> None:
    body = {"query": _ME, **BODIES[place](claims_of_a_caseworker(house))}
    alone = house.ask("citizen-kari", _ME)
    assert_is_nobody(house.post(body))
    answer = house.post(body, headers={"authorization": f"Bearer {house.token('citizen-kari')}"})
    assert (answer.status, answer.content) == (200, alone.content)
    assert answer.recorded.events == alone.recorded.events


def test_cve_2026_5423_decoded_token_in_place_of_a_token_is_nobody_s(house: House) -> None:
    head, claims, signature = house.token("nav-caseworker").split(".")
    decoded = read(claims)
    for said in (
        f"Bearer {json.dumps(decoded)}",
        f"Bearer {segment(decoded)}",
        f"Bearer {segment(decoded)}.{signature}",
        f"Bearer {head}.{claims}.",
        f"Bearer {head}.{segment(json.dumps(decoded).encode())}.{segment(b'verified')}",
        f"Decoded {segment(decoded)}",
        f"JWT {head}.{claims}.{signature}",
    ):
        assert_is_nobody(house.ask(None, _ME, headers={"authorization": said}))


@pytest.mark.parametrize("who", _SIGNED_IN)
def test_cve_2026_5423_claim_changed_after_signing_is_nobody_s(house: House, who: str) -> None:
    """What is decoded is what was signed, byte for byte."""
    head, _, signature = house.token(who).split(".")
    claims = parts(house.token(who))[1]
    for name in claims:
        bent = {**claims, name: "9999999999" if name in ("exp", "iat", "nbf") else [claims[name], "more"]}
        assert_is_nobody(with_token(house, f"{head}.{segment(bent)}.{signature}"))
    assert_is_nobody(with_token(house, f"{head}.{segment({**claims, 'roles': ['nav-caseworker']})}.{signature}"))


# --- GHSA-5357-c2jx-v7qh: the token says by which algorithm it is verified, and the public key is taken for a secret --


def public_key(house: House, who: str) -> RSAKey:
    """The key that the token says it is signed with, as its issuer publishes it."""
    address = metadata_url(house.url + MOUNT, house.personas[who].issuer)
    keys = httpx.get(httpx.get(address, trust_env=False).json()["jwks_uri"], trust_env=False).json()["keys"]
    kid = parts(house.token(who))[0]["kid"]
    return RSAKey.import_key(next(key for key in keys if key["kid"] == kid))


def secrets_of(key: RSAKey) -> Iterator[bytes]:
    """The ways in which a public key has been taken for a secret."""
    pem, jwk = key.as_pem(private=False), key.as_dict(private=False)
    yield from (pem, pem.rstrip(), pem.replace(b"\n", b"\r\n"), pem.replace(b"\n", b""))
    yield from (json.dumps(jwk).encode(), json.dumps(jwk, separators=(",", ":")).encode())
    yield from (key.as_der(private=False), str(jwk["n"]).encode(), _octets(str(jwk["n"])), str(jwk["kid"]).encode())
    yield b""


def _octets(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@pytest.mark.parametrize("who", _SIGNED_IN)
@pytest.mark.parametrize("algorithm", ["HS256", "HS384", "HS512"])
def test_ghsa_5357_c2jx_v7qh_public_key_is_no_secret(house: House, algorithm: str, who: str) -> None:
    head, claims, _ = parts(house.token(who))
    assert with_token(house, house.token(who)).status == 200
    for said in (algorithm, "RS256"):
        content = f"{segment({**head, 'alg': said})}.{segment(claims)}"
        for secret in secrets_of(public_key(house, who)):
            signature = hmac.digest(secret, content.encode(), algorithm.replace("HS", "sha"))
            assert_is_nobody(with_token(house, f"{content}.{segment(signature)}"))


@pytest.mark.parametrize("who", _SIGNED_IN)
@pytest.mark.parametrize("said", ["none", "None", "NONE", "nOnE", "", "RS1", "rs256", "HS256 ", "dir", "RSA-OAEP"])
def test_ghsa_5357_c2jx_v7qh_no_algorithm_is_no_signature(house: House, said: str, who: str) -> None:
    head, claims, signature = parts(house.token(who))
    content = f"{segment({**head, 'alg': said})}.{segment(claims)}"
    for ending in ("", signature, segment(b"\x00")):
        assert_is_nobody(with_token(house, f"{content}.{ending}"))


@pytest.mark.parametrize("who", _SIGNED_IN)
def test_ghsa_5357_c2jx_v7qh_key_of_another_type_under_the_issuer_s_key_id_is_no_key(house: House, who: str) -> None:
    """Properly signed, by whoever made the key, by every algorithm that an issuer might use."""
    head, claims, _ = parts(house.token(who))
    curves = {"ES256": "P-256", "ES384": "P-384", "ES512": "P-521"}
    stranger = RSAKey.generate_key(2048)
    keys: dict[str, Any] = {name: ECKey.generate_key(curve) for name, curve in curves.items()}
    keys |= dict.fromkeys(("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"), stranger)
    for algorithm, key in keys.items():
        content = f"{segment({**head, 'alg': algorithm})}.{segment(claims)}"
        signature = jws.JWSRegistry(algorithms=[algorithm]).get_alg(algorithm).sign(content.encode(), key)
        assert_is_nobody(with_token(house, f"{content}.{segment(signature)}"))
