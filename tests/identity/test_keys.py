"""Keys of an issuer over real HTTP: cache, rotation, limits on fetching, and what is not taken for a key."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from joserfc.errors import SecurityWarning
from joserfc.jwk import ECKey, OctKey, RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from hub.errors import Unauthenticated
from hub.identity.issuers import IssuerConfig, IssuerKind, IssuerMisconfigured
from hub.identity.keys import LIFETIME, REFRESH_INTERVAL, RETRY_INTERVAL, STALE_FOR, KeySource, KeysUnavailable
from hub.identity.tokens import Verifier
from tests.identity.forge import AUDIENCE, Forge
from tests.identity.loopback import serving

OLD, NEW = (RSAKey.generate_key(2048, auto_kid=True) for _ in range(2))


@dataclass
class Publisher:
    """An issuer's metadata and key set, which can rotate, fail and lie. Counts how often the keys are fetched."""

    keys: list[Any] = field(default_factory=lambda: [public(OLD)])
    issuer: str = ""
    jwks_uri: str = ""
    status: int = 200
    fetched: int = 0
    asked: int = 0

    def app(self, address: str) -> Starlette:
        self.issuer, self.jwks_uri = address, f"{address}/jwks"
        return Starlette(
            routes=[Route("/metadata", self.metadata), Route("/jwks", self.jwks), Route("/away", self.away)]
        )

    async def metadata(self, _: Request) -> Response:
        self.asked += 1
        return JSONResponse({"issuer": self.issuer, "jwks_uri": self.jwks_uri}, status_code=self.status)

    async def jwks(self, _: Request) -> Response:
        self.fetched += 1
        return JSONResponse({"keys": self.keys})

    async def away(self, _: Request) -> Response:
        return RedirectResponse("/jwks")


@dataclass
class Clock:
    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


def public(key: RSAKey | ECKey, **bent: object) -> dict[str, Any]:
    return {**key.as_dict(private=False), "use": "sig", **bent}


def config(address: str, **bent: Any) -> IssuerConfig:
    values: dict[str, Any] = {
        "kind": IssuerKind.MASKINPORTEN,
        "issuer": address,
        "audience": AUDIENCE,
        "algorithms": frozenset({"RS256", "ES256"}),
        "metadata_url": f"{address}/metadata",
        "is_test": True,
    }
    return IssuerConfig(**{**values, **bent})


@pytest.fixture
def publisher() -> Publisher:
    return Publisher()


@pytest.fixture
async def address(publisher: Publisher) -> AsyncIterator[str]:
    async with serving(publisher.app) as address:
        yield address


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def source(address: str, client: httpx.AsyncClient, clock: Clock) -> KeySource:
    return KeySource(config(address), client, clock=clock)


async def ask(source: KeySource, key: RSAKey | ECKey, algorithm: str = "RS256") -> object:
    return await source.key(key.kid or "", algorithm, "issuer")


async def refused(source: KeySource, key: RSAKey | ECKey, algorithm: str = "RS256") -> object:
    with pytest.raises(Unauthenticated) as refusal:
        await ask(source, key, algorithm)
    return refusal.value.facts["reason"]


async def test_keys_are_fetched_once_for_many_at_a_time(source: KeySource, publisher: Publisher):
    await asyncio.gather(*(ask(source, OLD) for _ in range(20)))

    assert publisher.fetched == 1


async def test_new_key_is_found_when_it_turns_up(source: KeySource, publisher: Publisher, clock: Clock):
    await ask(source, OLD)
    publisher.keys = [public(OLD), public(NEW)]
    clock.now += REFRESH_INTERVAL

    await ask(source, NEW)

    assert publisher.fetched == 2


async def test_unknown_keys_make_one_fetch_a_minute_at_most(source: KeySource, publisher: Publisher, clock: Clock):
    await ask(source, OLD)

    for second in range(120):
        clock.now = 1000 + second
        assert await refused(source, NEW) == "UNKNOWN_KEY"

    assert publisher.fetched == 2


async def test_withdrawn_key_is_refused_after_the_next_fetch(source: KeySource, publisher: Publisher, clock: Clock):
    await ask(source, OLD)
    publisher.keys = [public(NEW)]
    clock.now += LIFETIME

    assert await refused(source, OLD) == "UNKNOWN_KEY"


async def test_known_keys_serve_while_the_issuer_is_away_but_not_for_ever(
    source: KeySource, publisher: Publisher, clock: Clock
):
    await ask(source, OLD)
    publisher.status = 500
    clock.now += LIFETIME
    assert await ask(source, OLD)

    clock.now += STALE_FOR
    with pytest.raises(KeysUnavailable):
        await ask(source, OLD)


async def test_issuer_that_is_away_is_not_asked_by_every_request(source: KeySource, publisher: Publisher, clock: Clock):
    publisher.status = 500
    for second in range(10):
        clock.now = 1000 + second
        with pytest.raises(KeysUnavailable):
            await ask(source, OLD)

    assert publisher.asked == 10 / RETRY_INTERVAL


async def test_issuer_that_comes_back_is_believed_again(source: KeySource, publisher: Publisher, clock: Clock):
    publisher.status = 500
    with pytest.raises(KeysUnavailable):
        await ask(source, OLD)
    publisher.status = 200
    clock.now += RETRY_INTERVAL

    assert await ask(source, OLD)


async def test_unknown_key_while_the_issuer_is_away_is_nobodys_fault(
    source: KeySource, publisher: Publisher, clock: Clock
):
    await ask(source, OLD)
    publisher.status = 500
    clock.now += REFRESH_INTERVAL

    with pytest.raises(KeysUnavailable):
        await ask(source, NEW)


@pytest.mark.parametrize(
    "lie",
    [
        {"issuer": "https://evil.example/"},
        {"issuer": ""},
        {"jwks_uri": "file:///etc/passwd"},
        {"jwks_uri": "http://evil.example/jwks"},
        {"jwks_uri": "https://127.0.0.1:1/jwks"},
        {"jwks_uri": "{address}/away"},
        {"keys": []},
        {"keys": "none"},
        {"keys": [{"kty": "oct", "kid": "o", "k": "c2VjcmV0"}]},
    ],
    ids=str,
)
async def test_metadata_that_cannot_be_right_is_not_followed(
    source: KeySource, publisher: Publisher, address: str, lie: dict[str, Any]
):
    for name, value in lie.items():
        setattr(publisher, name, value.replace("{address}", address) if isinstance(value, str) else value)

    with pytest.raises(KeysUnavailable):
        await ask(source, OLD)


async def test_document_without_end_is_cut_off(source: KeySource, publisher: Publisher):
    publisher.keys = [{"kid": "x" * 700_000}]

    with pytest.raises(KeysUnavailable):
        await ask(source, OLD)


NOT_KEYS = {
    "symmetric": {"kty": "oct", "kid": OLD.kid, "k": "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA"},
    "for encryption": public(OLD, use="enc"),
    "without id": {name: value for name, value in public(OLD).items() if name != "kid"},
    "private": {**OLD.as_dict(private=True), "use": "sig"},
    "of a type unknown": {"kty": "ML-DSA", "kid": OLD.kid},
    "not an object": "key",
}


@pytest.mark.parametrize("entry", NOT_KEYS.values(), ids=NOT_KEYS.keys())
async def test_what_cannot_verify_is_left_out_and_the_rest_serves(
    source: KeySource, publisher: Publisher, entry: object
):
    publisher.keys = [entry, public(NEW)]

    assert await ask(source, NEW)
    assert await refused(source, OLD) == "UNKNOWN_KEY"


async def test_key_is_used_for_its_own_algorithm_alone(source: KeySource, publisher: Publisher):
    curve = ECKey.generate_key("P-256", auto_kid=True)
    publisher.keys = [public(OLD, alg="RS512"), public(NEW), public(curve)]

    assert await refused(source, OLD) == "ALGORITHM"
    assert await refused(source, NEW, "ES256") == "ALGORITHM"
    assert await refused(source, curve, "ES384") == "ALGORITHM"
    assert await refused(source, curve) == "ALGORITHM"
    assert await ask(source, curve, "ES256")


async def test_key_that_entra_binds_to_a_tenant_serves_that_tenant_alone(
    publisher: Publisher, address: str, client: httpx.AsyncClient
):
    publisher.issuer = f"{address}/{{tenantid}}/v2.0"
    publisher.keys = [public(OLD, issuer=f"{address}/t1/v2.0"), public(NEW, issuer=publisher.issuer)]
    entra = config(address, kind=IssuerKind.ENTRA, issuer=f"{address}/{{tenant}}/v2.0", tenants=frozenset({"t1", "t2"}))
    source = KeySource(entra, client)

    assert await source.key(OLD.kid or "", "RS256", f"{address}/t1/v2.0")
    assert await source.key(NEW.kid or "", "RS256", f"{address}/t2/v2.0")
    with pytest.raises(Unauthenticated):
        await source.key(OLD.kid or "", "RS256", f"{address}/t2/v2.0")


async def test_verified_token_is_verified_again_once_keys_have_changed(
    publisher: Publisher, address: str, client: httpx.AsyncClient, clock: Clock, forge: Forge
):
    kind = IssuerKind.MASKINPORTEN
    publisher.keys = [public(forge.keys[kind])]
    verifier = Verifier([config(address)], client, clock=clock)
    token = forge.token(kind, iss=address)
    await verifier.verify(token)

    publisher.keys = [public(NEW)]
    clock.now += LIFETIME

    with pytest.raises(Unauthenticated) as refusal:
        await verifier.verify(token)
    assert refusal.value.facts["reason"] == "UNKNOWN_KEY"


def test_static_keys_that_are_none_are_refused_at_start(client: httpx.AsyncClient):
    with pytest.raises(IssuerMisconfigured):
        KeySource(config("https://x.example", metadata_url=None, jwks={"keys": []}), client)


async def test_weak_key_is_left_out(source: KeySource, publisher: Publisher):
    with pytest.warns(SecurityWarning):
        weak = RSAKey.generate_key(1024, auto_kid=True)
    publisher.keys = [public(weak), public(NEW), OctKey.generate_key(256, auto_kid=True).as_dict()]

    assert await ask(source, NEW)
    assert await refused(source, weak) == "UNKNOWN_KEY"
