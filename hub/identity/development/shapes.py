"""The four shapes of access token, claim for claim as the real issuers make them."""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

from hub.identity.personas import CompanyLogin, EmployeeLogin, Persona, PersonLogin, SystemLogin

LIFETIME: Final = 3600
CONSENT_LIFETIME: Final = 120
UNSPECIFIED: Final = "unspecified"
DELEGATION_SOURCE: Final = "https://test.altinn.example/"
ALTINN_RESOURCE: Final = "urn:altinn:resource:bofast-utleier"
REPRESENTATION: Final = "ansattporten:altinn:service"
ENTRA_API: Final = "b0fa57b0-0000-4000-8000-000000000001"
_FRONT_END: Final = "312345005"


@dataclass(frozen=True, slots=True, kw_only=True)
class LogIn:
    """Somebody logged in: who, with which scope, and for whom the token is meant (nobody said: `unspecified`).

    `consents` are what Altinn tells Maskinporten of the consents that a system asks about.
    """

    persona: Persona
    scope: str
    audience: str | None
    represents_for: str | None = None
    consents: tuple[Mapping[str, Any], ...] = field(default=(), repr=False)

    @property
    def lifetime(self) -> int:
        """In seconds. A token that tells of a consent is for one use."""
        return CONSENT_LIFETIME if self.consents else LIFETIME


def claims(login: LogIn, client_id: str, issuer: str) -> dict[str, Any]:
    """The payload of an access token."""
    now = int(time.time())
    body = {"iss": issuer, "iat": now, "exp": now + login.lifetime}
    match login.persona.login:
        case SystemLogin() as system:
            return {**body, **_common(login, client_id), **_system(system), **_consents(login)}
        case PersonLogin() as person:
            return {**body, **_common(login, client_id), **_person(person, client_id)}
        case CompanyLogin() as company:
            return {**body, **_common(login, client_id), **_company(company, login)}
        case EmployeeLogin() as employee:
            return {**body, "nbf": now, **_employee(employee, client_id)}


def _common(login: LogIn, client_id: str) -> dict[str, Any]:
    return {
        "aud": login.audience or UNSPECIFIED,
        "scope": login.scope,
        "client_id": client_id,
        "token_type": "Bearer",
        "jti": secrets.token_urlsafe(32),
    }


def _system(system: SystemLogin) -> dict[str, Any]:
    delegated = (
        {}
        if system.supplier is None
        else {
            "supplier": _actor(system.supplier),
            "delegation_source": DELEGATION_SOURCE,
        }
    )
    return {"consumer": _actor(system.consumer), "client_amr": "private_key_jwt", **delegated}


def _consents(login: LogIn) -> dict[str, Any]:
    return {"authorization_details": list(login.consents)} if login.consents else {}


def _person(person: PersonLogin, client_id: str) -> dict[str, Any]:
    return {
        "sub": _pairwise(client_id, person.national_id),
        "pid": person.national_id,
        "acr": person.acr,
        "amr": ["BankID"],
        "client_amr": "none",
        "client_orgno": _FRONT_END,
        "consumer": _actor(_FRONT_END),
    }


def _company(company: CompanyLogin, login: LogIn) -> dict[str, Any]:
    body: dict[str, Any] = {"sub": company.subject, "pid": company.national_id, "acr": company.acr, "amr": ["BankID"]}
    if company.reportee is None or login.represents_for is None:
        return body  # as the real one: logged in all the same, only without a representation
    reportee = {
        "Rights": ["Read", "Write"],
        **_actor(company.reportee, authority="Authority"),
        "Name": company.reportee_name,
    }
    details = {
        "type": REPRESENTATION,
        "resource": login.represents_for,
        "resource_name": "Bofast",
        "reportees": [reportee],
    }
    return {**body, "authorization_details": [details]}


def _employee(employee: EmployeeLogin, client_id: str) -> dict[str, Any]:
    ident = {} if employee.ident is None else {"NAVident": employee.ident}
    return {
        "aud": ENTRA_API,
        "azp": client_id,
        "azpacr": "0",
        "idtyp": "user",
        "name": employee.name,
        "oid": employee.object_id,
        "roles": list(employee.roles),
        "scp": "access",
        "sub": _pairwise(client_id, employee.object_id),
        "tid": employee.tenant,
        "uti": secrets.token_urlsafe(16),
        "ver": "2.0",
        **ident,
    }


def _actor(orgnr: str, authority: str = "authority") -> Mapping[str, str]:
    return {authority: "iso6523-actorid-upis", "ID": f"0192:{orgnr}"}


def _pairwise(client_id: str, subject: str) -> str:
    """Stable for one client, another for another client."""
    return str(uuid5(NAMESPACE_URL, f"{client_id}#{subject}"))
