"""The development issuer: mints the four shapes of token for made-up people, on loopback only.

It is an authorization server like the real ones (authlib's), so that the demo signs in by the code path of production.
A system's token can tell of consents in Altinn, too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from starlette.routing import Route

from hub.identity.development.routes import IssuerRoutes
from hub.identity.development.server import DevelopmentServer
from hub.identity.development.shapes import ALTINN_RESOURCE, DELEGATION_SOURCE, ENTRA_API
from hub.identity.development.signing import ALGORITHM, signing_keys
from hub.identity.issuers import IssuerConfig, IssuerKind, is_loopback
from hub.identity.personas import EmployeeLogin, Persona

__all__ = ["DevelopmentIssuer", "NotLoopback"]

MOUNT: Final = "/dev"

# Where each issuer is, under the mount point; `{tenant}` is Entra's.
ISSUERS: Final[Mapping[IssuerKind, str]] = {
    IssuerKind.ANSATTPORTEN: "/ansattporten",
    IssuerKind.ENTRA: "/entra/{tenant}/v2.0",
    IssuerKind.IDPORTEN: "/idporten",
    IssuerKind.MASKINPORTEN: "/maskinporten/",
}
PATHS: Final[Mapping[IssuerKind, Mapping[str, str]]] = {
    IssuerKind.ANSATTPORTEN: {
        "metadata": "/ansattporten/.well-known/openid-configuration",
        "jwks_uri": "/ansattporten/jwks",
        "authorization_endpoint": "/ansattporten/authorize",
        "token_endpoint": "/ansattporten/token",
    },
    IssuerKind.ENTRA: {
        "metadata": "/entra/{tenant}/v2.0/.well-known/openid-configuration",
        "jwks_uri": "/entra/{tenant}/discovery/v2.0/keys",
        "authorization_endpoint": "/entra/{tenant}/oauth2/v2.0/authorize",
        "token_endpoint": "/entra/{tenant}/oauth2/v2.0/token",
    },
    IssuerKind.IDPORTEN: {
        "metadata": "/idporten/.well-known/openid-configuration",
        "jwks_uri": "/idporten/jwks.json",
        "authorization_endpoint": "/idporten/authorize",
        "token_endpoint": "/idporten/token",
    },
    IssuerKind.MASKINPORTEN: {
        "metadata": "/maskinporten/.well-known/oauth-authorization-server",
        "jwks_uri": "/maskinporten/jwk",
        "token_endpoint": "/maskinporten/token",
        "registration_endpoint": "/maskinporten/clients",
    },
}


class NotLoopback(RuntimeError):
    """The development issuer lets anybody be anybody: it runs on loopback or not at all."""


class DevelopmentIssuer:
    """`routes` go under `/dev`; `issuers` is what the verifier must trust for them, on the demo's own data only."""

    def __init__(self, *, base_url: str, host: str, data: Path, personas: Sequence[Persona], audience: str) -> None:
        base_url = base_url.rstrip("/")
        if not is_loopback(host) or not is_loopback(urlsplit(base_url).hostname):
            raise NotLoopback(NotLoopback.__doc__)
        keys, by_name = signing_keys(data), {persona.name: persona for persona in personas}
        root = base_url + MOUNT
        self.routes: list[Route] = []
        for kind, path in ISSUERS.items():
            server = DevelopmentServer(kind, root + path, keys[kind])
            self.routes += IssuerRoutes(server, keys[kind], root, by_name).routes(PATHS[kind])
        tenants = frozenset(each.login.tenant for each in personas if isinstance(each.login, EmployeeLogin))
        self.issuers = tuple(
            _config(kind, root, audience, tenants) for kind in ISSUERS if kind != IssuerKind.ENTRA or tenants
        )


def metadata_url(root: str, kind: IssuerKind) -> str:
    return root + PATHS[kind]["metadata"].replace("{tenant}", "organizations")


def _config(kind: IssuerKind, root: str, audience: str, tenants: frozenset[str]) -> IssuerConfig:
    is_entra = kind is IssuerKind.ENTRA
    return IssuerConfig(
        kind=kind,
        issuer=root + ISSUERS[kind],
        audience=ENTRA_API if is_entra else audience,
        algorithms=frozenset({ALGORITHM}),
        metadata_url=metadata_url(root, kind),
        tenants=tenants if is_entra else frozenset(),
        delegation_sources=frozenset({DELEGATION_SOURCE}) if kind is IssuerKind.MASKINPORTEN else frozenset(),
        resources=frozenset({ALTINN_RESOURCE}) if kind is IssuerKind.ANSATTPORTEN else frozenset(),
        is_test=True,
    )
