"""Verification: from a bearer token to claims that can be relied on."""

from __future__ import annotations

import hashlib
import math
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import httpx
from joserfc import jws
from joserfc.errors import JoseError

from hub.identity.claims import Claims
from hub.identity.compact import MAX_TOKEN_BYTES, UnverifiedToken, decode_object, take_apart
from hub.identity.faults import TokenFault, unauthenticated
from hub.identity.issuers import IssuerConfig, IssuerMisconfigured
from hub.identity.keys import KeySource
from hub.identity.parsers import parse

SKEW: Final = 60
CACHED_TOKENS: Final = 4096
_NOT_BEARER: Final = frozenset({"cnf", "events"})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Verified:
    claims: Claims
    source: KeySource
    generation: int
    expires_at: float


class Verifier:
    """Takes tokens of the configured issuers and of nobody else.

    A token is verified once and remembered by its SHA-256 until it expires or its issuer's keys are fetched again. The
    token itself is kept nowhere.
    """

    def __init__(
        self,
        issuers: Sequence[IssuerConfig],
        client: httpx.AsyncClient,
        *,
        now: Callable[[], float] = time.time,
        clock: Callable[[], float] = time.monotonic,
        cached_tokens: int = CACHED_TOKENS,
        max_token_bytes: int = MAX_TOKEN_BYTES,
    ) -> None:
        self._issuers = _by_name(issuers, client, clock)
        self._now = now
        self._verified: OrderedDict[bytes, _Verified] = OrderedDict()
        self._cached_tokens = cached_tokens
        self._max_token_bytes = min(max_token_bytes, MAX_TOKEN_BYTES)

    async def verify(self, bearer: str) -> Claims:
        if len(bearer) > self._max_token_bytes:
            raise unauthenticated(TokenFault.TOO_LARGE)
        if not bearer.isascii():
            raise unauthenticated(TokenFault.MALFORMED, "not ASCII")
        digest = hashlib.sha256(bearer.encode()).digest()
        known = self._recall(digest)
        if known is not None:
            return known.claims
        verified = await self._verify(bearer)
        self._remember(digest, verified)
        return verified.claims

    async def _verify(self, bearer: str) -> _Verified:
        token = take_apart(bearer)
        if token.issuer not in self._issuers:
            raise unauthenticated(TokenFault.UNKNOWN_ISSUER)
        config, source = self._issuers[token.issuer]
        payload = await self._signed_payload(bearer, token, config, source)
        _check_times(payload, config, self._now())
        _check_audience(payload, config)
        if _NOT_BEARER & payload.keys():
            raise unauthenticated(TokenFault.SENDER_CONSTRAINED if "cnf" in payload else TokenFault.NOT_ACCESS_TOKEN)
        claims = parse(payload, config)
        return _Verified(
            claims=claims, source=source, generation=source.generation, expires_at=claims.expires_at + SKEW
        )

    async def _signed_payload(
        self, bearer: str, token: UnverifiedToken, config: IssuerConfig, source: KeySource
    ) -> dict[str, Any]:
        if token.algorithm not in config.algorithms:
            raise unauthenticated(TokenFault.ALGORITHM)
        if token.type not in config.types:
            raise unauthenticated(TokenFault.NOT_ACCESS_TOKEN, "typ")
        key = await source.key(token.key_id, token.algorithm, token.issuer)
        try:
            jws.deserialize_compact(bearer, key, algorithms=[token.algorithm], registry=_registry(token.algorithm))
        except (JoseError, ValueError) as error:
            raise unauthenticated(TokenFault.SIGNATURE, type(error).__name__) from None
        return decode_object(bearer.split(".")[1])

    def _recall(self, digest: bytes) -> _Verified | None:
        known = self._verified.get(digest)
        if known is None:
            return None
        is_good = (
            known.source.is_fresh and known.source.generation == known.generation and self._now() < known.expires_at
        )
        if not is_good:
            del self._verified[digest]
            return None
        self._verified.move_to_end(digest)
        return known

    def _remember(self, digest: bytes, verified: _Verified) -> None:
        self._verified[digest] = verified
        while len(self._verified) > self._cached_tokens:
            self._verified.popitem(last=False)


def _by_name(
    issuers: Sequence[IssuerConfig], client: httpx.AsyncClient, clock: Callable[[], float]
) -> dict[str, tuple[IssuerConfig, KeySource]]:
    sources = [(config, KeySource(config, client, clock=clock)) for config in issuers]
    names = {name: (config, source) for config, source in sources for name in config.names()}
    if not names or len(names) != sum(len(config.names()) for config in issuers):
        raise IssuerMisconfigured("no issuer, or one issuer twice")
    return names


def _registry(algorithm: str) -> jws.JWSRegistry:
    registry = jws.JWSRegistry(algorithms=[algorithm], strict_check_header=False)
    registry.max_payload_length = MAX_TOKEN_BYTES
    registry.max_header_length = MAX_TOKEN_BYTES
    return registry


def _check_times(payload: Mapping[str, Any], config: IssuerConfig, now: float) -> None:
    expires, issued = _moment(payload, "exp"), _moment(payload, "iat")
    if now >= expires + SKEW:
        raise unauthenticated(TokenFault.EXPIRED)
    if issued > now + SKEW:
        raise unauthenticated(TokenFault.ISSUED_IN_FUTURE)
    if "nbf" in payload and _moment(payload, "nbf") > now + SKEW:
        raise unauthenticated(TokenFault.NOT_YET_VALID)
    if expires - issued > config.max_lifetime:
        raise unauthenticated(TokenFault.LIFETIME)


def _moment(payload: Mapping[str, Any], name: str) -> float:
    value = payload.get(name)
    if value is None:
        raise unauthenticated(TokenFault.CLAIM_MISSING, name)
    is_number = isinstance(value, int) and not isinstance(value, bool)
    if not is_number and not (isinstance(value, float) and math.isfinite(value)):
        raise unauthenticated(TokenFault.CLAIM_INVALID, name)
    return value


def _check_audience(payload: Mapping[str, Any], config: IssuerConfig) -> None:
    """Exactly ours. A token that is also meant for others is refused, since any of them could send it on to us."""
    audience = payload.get("aud")
    if audience is None:
        raise unauthenticated(TokenFault.CLAIM_MISSING, "aud")
    if audience not in (config.audience, [config.audience]):
        raise unauthenticated(TokenFault.AUDIENCE)
