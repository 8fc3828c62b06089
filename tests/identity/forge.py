"""A forge of tokens: good ones of each shape, and ways to bend them."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from joserfc import jws
from joserfc.jwk import RSAKey

from hub.identity.issuers import IssuerConfig, IssuerKind

AUDIENCE = "https://bofast.example"
TENANT = "10000000-0000-4000-8000-000000000001"
DELEGATION_SOURCE = "https://altinn.example"
RESOURCE = "urn:altinn:resource:bofast-utleier"
KARI = "15928741270"
BANK, LOAN_MANAGER, MUNICIPALITY, LANDLORD_COMPANY = "313800105", "314100204", "312345005", "315200318"

ISSUERS = {
    IssuerKind.MASKINPORTEN: "https://maskinporten.example/",
    IssuerKind.IDPORTEN: "https://idporten.example",
    IssuerKind.ENTRA: f"https://login.entra.example/{TENANT}/v2.0",
    IssuerKind.ANSATTPORTEN: "https://ansattporten.example",
}


def actor(orgnr: str, authority: str = "authority") -> dict[str, str]:
    return {authority: "iso6523-actorid-upis", "ID": f"0192:{orgnr}"}


def representation(*orgnrs: str, resource: str = RESOURCE) -> dict[str, Any]:
    reportees = [{**actor(orgnr, "Authority"), "Name": "Utleie AS", "Rights": ["Read"]} for orgnr in orgnrs]
    return {"type": "ansattporten:altinn:service", "resource": resource, "reportees": reportees}


SHAPES: dict[IssuerKind, dict[str, Any]] = {
    IssuerKind.MASKINPORTEN: {"consumer": actor(BANK), "scope": "bofast:bank", "client_amr": "private_key_jwt"},
    IssuerKind.IDPORTEN: {"pid": KARI, "sub": "s1", "acr": "idporten-loa-high", "scope": "openid bofast:citizen"},
    IssuerKind.ENTRA: {
        "tid": TENANT,
        "oid": "oid-1",
        "sub": "s2",
        "ver": "2.0",
        "scp": "access",
        "NAVident": "A123456",
        "roles": ["nav-caseworker"],
    },
    IssuerKind.ANSATTPORTEN: {
        "pid": KARI,
        "sub": "s3",
        "acr": "high",
        "scope": "openid bofast:landlord",
        "authorization_details": [representation(LANDLORD_COMPANY)],
    },
}


def segment(value: bytes | Mapping[str, Any] | list[Any]) -> str:
    content = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


@dataclass(frozen=True)
class Forge:
    """Makes tokens. What is set to `...` is left out."""

    keys: dict[IssuerKind, RSAKey] = field(
        default_factory=lambda: {kind: RSAKey.generate_key(2048, auto_kid=True) for kind in IssuerKind}
    )

    def payload(self, kind: IssuerKind, **bent: object) -> dict[str, Any]:
        now = int(time.time())
        body = {"iss": ISSUERS[kind], "aud": AUDIENCE, "iat": now, "exp": now + 600, "jti": "j", **SHAPES[kind], **bent}
        return {name: value for name, value in body.items() if value is not ...}

    def header(self, kind: IssuerKind, **bent: object) -> dict[str, Any]:
        body = {"alg": "RS256", "kid": self.keys[kind].kid, "typ": "JWT", **bent}
        return {name: value for name, value in body.items() if value is not ...}

    def token(self, kind: IssuerKind, header: Mapping[str, object] | None = None, **bent: object) -> str:
        return self.sign(
            self.header(kind, **(header or {})), json.dumps(self.payload(kind, **bent)).encode(), self.keys[kind]
        )

    def sign(self, header: Mapping[str, Any] | bytes, payload: bytes, key: RSAKey) -> str:
        """Signs anything at all, as a broken or hostile issuer would."""
        content = f"{segment(header)}.{segment(payload)}"
        signature = jws.JWSRegistry(algorithms=["RS256"]).get_alg("RS256").sign(content.encode(), key)
        return f"{content}.{segment(signature)}"


def configs(forge: Forge) -> tuple[IssuerConfig, ...]:
    """The forge's four issuers as the hub would trust them."""
    return tuple(
        IssuerConfig(
            kind=kind,
            issuer=issuer.replace(TENANT, "{tenant}"),
            audience=AUDIENCE,
            algorithms=frozenset({"RS256"}),
            jwks={"keys": [forge.keys[kind].as_dict(private=False)]},
            tenants=frozenset({TENANT}) if kind is IssuerKind.ENTRA else frozenset(),
            delegation_sources=frozenset({DELEGATION_SOURCE}),
            resources=frozenset({RESOURCE}),
            is_test=True,
        )
        for kind, issuer in ISSUERS.items()
    )
