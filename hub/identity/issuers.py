"""Whose tokens are taken: one `IssuerConfig` for each issuer, complete and checked before anything starts."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

TENANT_PLACE: Final = "{tenant}"
ALGORITHMS: Final = frozenset({"ES256", "ES384", "ES512", "PS256", "PS384", "PS512", "RS256", "RS384", "RS512"})
ACCESS_TOKEN_TYPES: Final = frozenset({"jwt", "at+jwt"})
TWELVE_HOURS: Final = 12 * 3600
_TEST_HOST: Final = re.compile(r"(^|[.-])(test|systest|ver\d)\.")


class IssuerKind(StrEnum):
    """Which kind of token an issuer makes, and so which parser reads it."""

    ANSATTPORTEN = "ANSATTPORTEN"
    ENTRA = "ENTRA"
    IDPORTEN = "IDPORTEN"
    MASKINPORTEN = "MASKINPORTEN"


class IssuerMisconfigured(ValueError):
    """The issuer is not configured so that its tokens can be trusted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuerConfig:
    """An issuer.

    `issuer` is compared exactly, trailing slash and all. For Entra it holds `{tenant}`, and there is one issuer for
    each of `tenants`. `audience` is what `aud` must say; there is no unset audience. `algorithms` are named one by one.
    Keys come from `metadata_url` (RFC 8414 or OpenID Connect discovery) or are given in `jwks`; one of the two.
    `delegation_sources` are the delegation schemes that a Maskinporten supplier may rest on; `resources` the Altinn
    resources for which an Ansattporten representation counts: one for another service is not one for this.
    """

    kind: IssuerKind
    issuer: str
    audience: str
    algorithms: frozenset[str]
    metadata_url: str | None = None
    jwks: Mapping[str, object] | None = field(default=None, repr=False)
    tenants: frozenset[str] = frozenset()
    delegation_sources: frozenset[str] = frozenset()
    resources: frozenset[str] = frozenset()
    types: frozenset[str] = ACCESS_TOKEN_TYPES
    max_lifetime: int = TWELVE_HOURS
    is_test: bool = False

    def __post_init__(self) -> None:
        faults = _faults(self)
        if faults:
            raise IssuerMisconfigured(f"{self.kind}: {'; '.join(faults)}")

    def names(self) -> tuple[str, ...]:
        """The exact strings that `iss` may be."""
        if self.kind is not IssuerKind.ENTRA:
            return (self.issuer,)
        return tuple(self.issuer.replace(TENANT_PLACE, tenant) for tenant in sorted(self.tenants))


def is_loopback(host: str | None) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host or "").is_loopback
    except ValueError:
        return False


def is_trustworthy_url(url: str) -> bool:
    """https, or http that does not leave this machine."""
    parts = urlsplit(url)
    return bool(parts.hostname) and (
        parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname))
    )


def production_faults(issuers: Sequence[IssuerConfig]) -> list[str]:
    """Why these issuers may not be used in production. Nothing but an empty list may start."""
    if not issuers:
        return ["no issuer is configured"]
    return [f"{issuer.kind}: a test issuer is configured" for issuer in issuers if _is_test(issuer)]


def _is_test(config: IssuerConfig) -> bool:
    hosts = [urlsplit(url).hostname or "" for url in (config.issuer, config.metadata_url or "")]
    return config.is_test or any(is_loopback(host) or _TEST_HOST.search(host) for host in hosts)


def _faults(config: IssuerConfig) -> list[str]:
    checks = {
        "the issuer is not an https URL": not is_trustworthy_url(config.issuer),
        "the audience is missing": not config.audience.strip(),
        "the algorithms are missing": not config.algorithms,
        "an algorithm is not an asymmetric one of the list": not config.algorithms <= ALGORITHMS,
        "exactly one of metadata_url and jwks is needed": (config.metadata_url is None) == (config.jwks is None),
        "the metadata URL is not https": config.metadata_url is not None
        and not is_trustworthy_url(config.metadata_url),
        "the lifetime limit is not positive": config.max_lifetime <= 0,
        "the token types are missing": not config.types,
    }
    return [fault for fault, is_so in checks.items() if is_so] + _kind_faults(config)


def _kind_faults(config: IssuerConfig) -> list[str]:
    is_entra, is_ansattporten = config.kind is IssuerKind.ENTRA, config.kind is IssuerKind.ANSATTPORTEN
    checks = {
        "the tenants are missing": is_entra and not config.tenants,
        f"the issuer does not say where {TENANT_PLACE} goes": is_entra and TENANT_PLACE not in config.issuer,
        "tenants belong to Entra ID only": not is_entra and bool(config.tenants),
        "the Altinn resources are missing": is_ansattporten and not config.resources,
    }
    return [fault for fault, is_so in checks.items() if is_so]
