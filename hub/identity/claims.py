"""What is left of a token once it is verified: the claims that may carry weight, a type for each kind of issuer."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from schema.identifiers import NationalId, OrganisationNumber

# A page of Altinn's, since rewritten, had `concent` throughout.
CONSENT_TYPES: Final = frozenset({"urn:altinn:consent", "urn:altinn:concent"})
"""What `authorization_details` are called that tell of a consent given in Altinn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemClaims:
    """Maskinporten. `consumer` is on whose behalf; `supplier` is who asks, if that is another.

    `consent_details` are `authorization_details` of those types as they came, in JSON. They give no access by
    themselves: a command that records the consent holds them against what is claimed.
    """

    issuer: str
    expires_at: float
    consumer: OrganisationNumber
    supplier: OrganisationNumber | None
    scopes: frozenset[str]
    consent_details: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class CitizenClaims:
    """ID-porten."""

    issuer: str
    expires_at: float
    national_id: NationalId
    assurance: int
    scopes: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class EmployeeClaims:
    """Entra ID. `ident` is the NAVident where there is one, else the object id."""

    issuer: str
    expires_at: float
    tenant: str
    ident: str
    roles: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyClaims:
    """Ansattporten: `subject` (the issuer's own name for the person) acts for the one company `reportee`."""

    issuer: str
    expires_at: float
    subject: str = field(repr=False)
    national_id: NationalId
    assurance: int
    reportee: OrganisationNumber
    scopes: frozenset[str]


Claims = SystemClaims | CitizenClaims | EmployeeClaims | CompanyClaims
