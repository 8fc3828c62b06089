"""What a persona of the demo is: a name, how it logs in, and what it may ask for. Which there are is demo data."""

from __future__ import annotations

from dataclasses import dataclass, field

from hub.identity.issuers import IssuerKind


@dataclass(frozen=True, slots=True, kw_only=True)
class EmployeeLogin:
    """An employee in Entra ID. Only NAV's offices have a `NAVident`."""

    tenant: str
    object_id: str
    name: str = field(repr=False)
    ident: str | None = None
    roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonLogin:
    """A person in ID-porten."""

    national_id: str = field(repr=False)
    scope: str
    acr: str = "idporten-loa-high"


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyLogin:
    """A person in Ansattporten who represents a company, or nobody. `subject` is Ansattporten's name for the person."""

    national_id: str = field(repr=False)
    subject: str
    reportee: str | None
    reportee_name: str
    scope: str
    acr: str = "high"


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemLogin:
    """A system in Maskinporten. The client belongs to `supplier`, or else to `consumer` itself."""

    consumer: str
    scope: str
    supplier: str | None = None


Login = EmployeeLogin | PersonLogin | CompanyLogin | SystemLogin

_KINDS: dict[type[Login], IssuerKind] = {
    CompanyLogin: IssuerKind.ANSATTPORTEN,
    EmployeeLogin: IssuerKind.ENTRA,
    PersonLogin: IssuerKind.IDPORTEN,
    SystemLogin: IssuerKind.MASKINPORTEN,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Persona:
    """Someone to be in the demo. `purposes` are the numbers (`B101`) that this one may state."""

    name: str
    description: str
    login: Login
    purposes: tuple[str, ...] = ()
    orgnr: str | None = None

    @property
    def issuer(self) -> IssuerKind:
        return _KINDS[type(self.login)]
