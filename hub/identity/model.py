"""Who asks, on whose behalf and what for: the values that the rest of the walk builds on."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID


class PrincipalType(StrEnum):
    """The Cedar entity type of a requester."""

    CITIZEN = "Citizen"
    STAFF = "Staff"
    SYSTEM = "System"


class Kind(StrEnum):
    """Kind of acting party. The value is the name of the contract that the kind is served."""

    BANK = "bank"
    CITIZEN = "citizen"
    DEBT_COUNSEL = "debt-counsel"
    ENFORCEMENT = "enforcement"
    ENFORCEMENT_SYSTEM = "enforcement-system"
    HOUSING = "housing"
    HOUSING_SUPPORT = "housing-support"
    LANDLORD = "landlord"
    LEADER = "leader"
    LOAN_MANAGER = "loan-manager"
    NAV = "nav"
    PRIVACY = "privacy"
    RENT_COLLECTOR = "rent-collector"
    RENT_LEDGER = "rent-ledger"
    SECURE_UNIT = "secure-unit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Requester:
    """The authenticated person or system that asks, with the one party it acts for.

    `id` is the employee's ident, the system's organisation number or the citizen's opaque person id; never a national
    id.
    `person` is the opaque person id of the human, known for staff and citizens (rules on own data and family need it).
    `consumer` is the organisation number on whose behalf a system asks, `supplier` that of who asks for it; none for
    people. `consent_details` is what a system's token tells of a consent in Altinn, in JSON: it names a person, and has
    no place in a log.
    `assurance` is 0 for systems and employees of a known tenant, else 3 (substantial) or 4 (high).
    """

    principal: PrincipalType
    id: str
    name: str = field(repr=False)
    person: str | None = None
    party: str
    orgnr: str | None
    party_name: str
    kind: Kind
    municipality: str | None
    unit: str | None
    role: str
    groups: frozenset[str]
    assurance: int
    consumer: str | None = None
    supplier: str | None = None
    scopes: frozenset[str] = frozenset()
    issuer: str
    expires_at: float
    consent_details: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Purpose:
    """An entry in the register of processing activities (GDPR art. 30).

    `number` is what the header Behandlingsnummer carries, `code` is what policies see, `bases` are codes of legal
    bases.
    """

    number: str
    code: str
    name: str
    bases: tuple[str, ...]
    kinds: frozenset[Kind]
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Inquiry:
    """One request as the gate sees it: who asks, what for, on which bases in force today (Europe/Oslo legal day).

    `glass` is the break-glass that the request states that it is made under. Whether it holds, the database says.
    """

    requester: Requester
    purpose: Purpose | None
    bases: frozenset[str]
    request_id: str
    received_at: datetime
    legal_day: date
    glass: UUID | None = None
