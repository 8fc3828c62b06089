"""Who a persona of the demo is to the hub: as after signing in, without a demo that answers."""

from __future__ import annotations

from hub.identity.claims import Claims
from hub.identity.development.shapes import ALTINN_RESOURCE, DELEGATION_SOURCE, LogIn, claims
from hub.identity.issuers import TENANT_PLACE, IssuerConfig, IssuerKind
from hub.identity.model import Requester
from hub.identity.parsers import parse
from hub.identity.personas import EmployeeLogin, Persona
from hub.identity.register import Register

_ISSUER = "http://127.0.0.1/dev"
_AUDIENCE = "bofast"


async def requester_of(dsn: str, persona: Persona) -> Requester:
    """The requester that the register makes of the persona. Raises BofastError where it makes none."""
    register = Register(dsn)
    await register.start()
    try:
        return await register.resolve(_claims(persona))
    finally:
        await register.stop()


def _claims(persona: Persona) -> Claims:
    """The claims of the token that the development issuer would make."""
    login = persona.login
    tenant = login.tenant if isinstance(login, EmployeeLogin) else ""
    config = IssuerConfig(
        kind=persona.issuer,
        issuer=f"{_ISSUER}/{TENANT_PLACE}" if tenant else _ISSUER,
        audience=_AUDIENCE,
        algorithms=frozenset({"RS256"}),
        jwks={"keys": []},
        tenants=frozenset({tenant} - {""}),
        delegation_sources=frozenset({DELEGATION_SOURCE}) if persona.issuer is IssuerKind.MASKINPORTEN else frozenset(),
        resources=frozenset({ALTINN_RESOURCE}) if persona.issuer is IssuerKind.ANSATTPORTEN else frozenset(),
        is_test=True,
    )
    login_now = LogIn(
        persona=persona,
        scope="access" if isinstance(login, EmployeeLogin) else login.scope,
        audience=_AUDIENCE,
        represents_for=ALTINN_RESOURCE,
    )
    return parse(claims(login_now, "bofast-cli", config.issuer.replace(TENANT_PLACE, tenant)), config)
