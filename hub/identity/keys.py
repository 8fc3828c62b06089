"""The public keys of an issuer: fetched by its metadata, kept for a day, fetched again when an unknown key turns up."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import time
import warnings
from collections.abc import AsyncGenerator, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, cast
from urllib.parse import urlsplit

import httpx
from joserfc.errors import JoseError, SecurityWarning
from joserfc.jwk import ECKey, RSAKey, import_key

from hub.errors import Unavailable
from hub.identity.faults import TokenFault, unauthenticated
from hub.identity.issuers import TENANT_PLACE, IssuerConfig, IssuerKind, IssuerMisconfigured, is_trustworthy_url

LIFETIME: Final = 24 * 3600.0
STALE_FOR: Final = 24 * 3600.0
REFRESH_INTERVAL: Final = 60.0
RETRY_INTERVAL: Final = 5.0
FETCH_DEADLINE: Final = 10.0
MAX_DOCUMENT_BYTES: Final = 512 * 1024
_MIN_RSA_BITS: Final = 2048
_ENTRA_TENANT_PLACE: Final = "{tenantid}"
_CURVES: Final = {"ES256": "P-256", "ES384": "P-384", "ES512": "P-521"}

log = logging.getLogger(__name__)

PublicKey = RSAKey | ECKey


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedKey:
    """A key, and the one issuer that it signs for if its document says so (Entra ID binds some keys to a tenant)."""

    key: PublicKey
    only_for: str | None


class KeysUnavailable(Unavailable):
    """The keys of the token's issuer cannot be fetched now. Try again."""


class BadDocument(ValueError):
    """The issuer's metadata or key set is not what it should be."""


class KeySource:
    """The keys of one issuer.

    An unknown key id makes it fetch once, then no more for `REFRESH_INTERVAL`, so that nobody can make it hammer the
    issuer. When the issuer is away, known keys serve for `STALE_FOR` beyond their day; after that nothing does.
    `generation` changes with every fetch: what was verified under an older one is verified again.
    """

    def __init__(
        self, config: IssuerConfig, client: httpx.AsyncClient, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._config = config
        self._client = client
        self._clock = clock
        self._keys = _static_keys(config)
        self._fetched_at: float | None = None
        self._tried_at: float | None = None
        self._is_failing = False
        self._lock = asyncio.Lock()
        self.generation = 0

    @property
    def is_fresh(self) -> bool:
        return self._config.jwks is not None or self._since(self._fetched_at) < LIFETIME

    async def key(self, key_id: str, algorithm: str, issuer: str) -> PublicKey:
        if self._config.metadata_url is not None:
            await self._bring_up_to_date(key_id, self._config.metadata_url)
        published = self._keys.get(key_id)
        if published is None:
            if self._is_failing:
                raise KeysUnavailable
            raise unauthenticated(TokenFault.UNKNOWN_KEY)
        if published.only_for not in (None, issuer):
            raise unauthenticated(TokenFault.UNKNOWN_KEY, "the key belongs to another tenant")
        if not _fits(published.key, algorithm):
            raise unauthenticated(TokenFault.ALGORITHM, "the key is not for this algorithm")
        return published.key

    @property
    def _is_too_old(self) -> bool:
        return self._since(self._fetched_at) >= LIFETIME + STALE_FOR

    def _since(self, moment: float | None) -> float:
        return float("inf") if moment is None else self._clock() - moment

    def _is_due(self, key_id: str) -> bool:
        if not self.is_fresh:
            return self._since(self._tried_at) >= RETRY_INTERVAL
        return key_id not in self._keys and self._since(self._tried_at) >= REFRESH_INTERVAL

    async def _bring_up_to_date(self, key_id: str, metadata_url: str) -> None:
        # Whoever cannot go on without a fetch that is under way waits for it; it is not made twice.
        if self._is_due(key_id) or (self._lock.locked() and (self._is_too_old or key_id not in self._keys)):
            async with self._lock:
                if self._is_due(key_id):
                    await self._fetch(metadata_url)
        if self._is_too_old:
            raise KeysUnavailable

    async def _fetch(self, metadata_url: str) -> None:
        self._tried_at = self._clock()
        self._is_failing = True
        try:
            async with asyncio.timeout(FETCH_DEADLINE):
                metadata = await self._get(metadata_url)
                document = await self._get(_keys_url(metadata, self._config, metadata_url))
            self._keys = import_keys(document, self._config)
        except (httpx.HTTPError, TimeoutError, ValueError, RecursionError) as error:
            log.warning("the keys of %s could not be fetched: %s", self._config.kind, type(error).__name__)
            return
        self._is_failing = False
        self._fetched_at = self._clock()
        self.generation += 1

    async def _get(self, url: str) -> dict[str, Any]:
        content = bytearray()
        request = self._client.stream("GET", url, follow_redirects=False, headers={"Accept": "application/json"})
        async with request as response:
            if response.status_code != 200:
                raise BadDocument("status")
            async with contextlib.aclosing(cast("AsyncGenerator[bytes]", response.aiter_bytes())) as parts:
                async for part in parts:
                    content += part
                    if len(content) > MAX_DOCUMENT_BYTES:
                        raise BadDocument("size")
        document = json.loads(content)
        if not isinstance(document, dict):
            raise BadDocument("not an object")
        return document


def import_keys(document: Mapping[str, Any], config: IssuerConfig) -> dict[str, PublishedKey]:
    """The keys of a JWK set that can verify a signature. One that is not understood is left out (RFC 7517, 5)."""
    entries = document.get("keys")
    if not isinstance(entries, list):
        raise BadDocument("not a key set")
    keys: dict[str, PublishedKey] = {}
    for entry in entries:
        key = _import_key(entry)
        if key is not None:
            keys.setdefault(entry["kid"], PublishedKey(key=key, only_for=_bound_issuer(entry, config)))
    if not keys:
        raise BadDocument("no usable key")
    return keys


def _import_key(entry: object) -> PublicKey | None:
    if not isinstance(entry, dict) or not isinstance(entry.get("kid"), str):
        return None
    if entry.get("use", "sig") != "sig" or "d" in entry:
        return None
    try:
        with warnings.catch_warnings(action="ignore", category=SecurityWarning):  # weak keys are refused below
            key = import_key(entry)
        if isinstance(key, ECKey) or (isinstance(key, RSAKey) and key.public_key.key_size >= _MIN_RSA_BITS):
            return key
    except (JoseError, ValueError, TypeError, KeyError):
        pass
    return None  # symmetric keys, weak keys, key types that cannot sign


def _bound_issuer(entry: Mapping[str, Any], config: IssuerConfig) -> str | None:
    bound = entry.get("issuer")
    if config.kind is not IssuerKind.ENTRA or not isinstance(bound, str) or _ENTRA_TENANT_PLACE in bound:
        return None
    return bound


def _static_keys(config: IssuerConfig) -> dict[str, PublishedKey]:
    if config.jwks is None:
        return {}
    try:
        return import_keys(config.jwks, config)
    except ValueError as error:
        raise IssuerMisconfigured(f"{config.kind}: {error}") from None


def _keys_url(metadata: Mapping[str, Any], config: IssuerConfig, metadata_url: str) -> str:
    """RFC 8414, 3.3: metadata that speaks for another issuer is not used."""
    issuer, url = metadata.get("issuer"), metadata.get("jwks_uri")
    if not isinstance(issuer, str) or not isinstance(url, str):
        raise BadDocument("metadata")
    if issuer.replace(_ENTRA_TENANT_PLACE, TENANT_PLACE) != config.issuer and (issuer,) != config.names():
        raise BadDocument("metadata of another issuer")
    if not is_trustworthy_url(url) or urlsplit(url).scheme != urlsplit(metadata_url).scheme:
        raise BadDocument("jwks_uri")
    return url


def _fits(key: PublicKey, algorithm: str) -> bool:
    if key.get("alg") not in (None, algorithm):
        return False
    if isinstance(key, ECKey):
        return _CURVES.get(algorithm) == key.curve_name
    return algorithm[:2] in ("RS", "PS")
