"""Who works in the offices, and the register that leads a log-in to the one party that is acted for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from hub.demo.offices import (
    BANK,
    BANK_UNIT,
    ENFORCEMENT,
    ENFORCEMENT_UNIT,
    LANDLORD_COMPANY,
    MUNICIPALITIES,
    OTHER_BANK,
    SYNTEVIK,
    TESTBY,
    Municipality,
)
from hub.demo.people import NINA, SIRI, Known
from hub.demo.rows import Rows
from hub.demo.scene import add_person, fixed_id
from hub.identity.groups import Group
from hub.identity.issuers import IssuerKind
from hub.identity.model import Kind
from hub.identity.scopes import Scope
from hub.identity.snapshot import ANY_TENANT
from hub.store.tables import Employee, Registration, SupplierAgreement

_SINCE: Final = date(2020, 1, 1)
# All NAV offices are in one tenant, so their roles say which office; a municipality's own tenant says that by itself.
NAV_TENANT: Final = "3f0c6a52-5a0e-4d86-9d1c-0b6a1f9e9901"
ENFORCEMENT_TENANT: Final = "8a1d4f70-62c5-4b0e-8f6d-51c2a7e08001"
BANK_TENANT: Final = "c2b7e915-0f3a-47d8-a4be-9e6d30f18101"
MUNICIPAL_TENANTS: Final = {
    TESTBY.number: "5d9e2b34-7c41-4f0a-b6e8-2a7d1c3f9901",
    SYNTEVIK.number: "e47a1c08-93d2-4b5f-8c16-f05b6d2a9902",
}
TENANTS: Final = (NAV_TENANT, ENFORCEMENT_TENANT, BANK_TENANT, *MUNICIPAL_TENANTS.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    """Somebody who works in an office. Only NAV's people have an ident of NAV's (one letter, six digits)."""

    person: Known
    tenant: str
    unit: str
    role: str
    nav_ident: str | None = None

    @property
    def object_id(self) -> str:
        """The user's id in Entra ID."""
        return str(fixed_id(f"employee {self.person.national_id}"))

    @property
    def ident(self) -> str:
        return self.nav_ident or self.object_id

    @property
    def name(self) -> str:
        return f"{self.person.first} {self.person.last}"


def _nav(number: str, first: str, last: str, *, ident: str, unit: str, role: str) -> Worker:
    person = Known(national_id=number, first=first, last=last)
    return Worker(person=person, tenant=NAV_TENANT, unit=unit, role=role, nav_ident=ident)


def _municipal(number: str, first: str, last: str, unit: str, role: str) -> Worker:
    person = Known(national_id=number, first=first, last=last)
    return Worker(person=person, tenant=MUNICIPAL_TENANTS[TESTBY.number], unit=unit, role=role)


# The surname is Kari's by chance.
CASEWORKER: Final = _nav(
    "05838413988", "Anders", "Testnes", ident="A123456", unit=TESTBY.nav_unit, role="nav-caseworker-9901"
)
OTHER_OFFICE: Final = _nav(
    "11927937036", "Berit", "Prøvehaug", ident="A200911", unit=TESTBY.second_nav_unit, role="nav-caseworker-9901"
)
OTHER_MUNICIPALITY: Final = _nav(
    "23849125133", "Casper", "Syntelien", ident="A200902", unit=SYNTEVIK.nav_unit, role="nav-caseworker-9902"
)
SECURE: Final = _nav(
    "17898620158", "Dagny", "Øvemoen", ident="A200921", unit=TESTBY.secure_unit, role="nav-secure-unit-9901"
)
SISTER: Final = Worker(
    person=SIRI, tenant=NAV_TENANT, unit=TESTBY.nav_unit, role="nav-caseworker-9901", nav_ident="A200007"
)
LEADER: Final = _nav(
    "28827514480", "Erlend", "Liksomstad", ident="A200001", unit=TESTBY.nav_unit, role="unit-leader-9901"
)
PRIVACY: Final = _nav(
    "09879321449", "Fatima", "Tenkedal", ident="A200009", unit=TESTBY.nav_unit, role="privacy-officer-9901"
)
DEBT_COUNSELLOR: Final = Worker(
    person=Known(national_id="30918214816", first="Gard", last="Diktevik"),
    tenant=NAV_TENANT,
    unit=TESTBY.debt_unit,
    role="debt-counsellor-9901",
    nav_ident="B234567",
)
HOUSING: Final = _municipal("14818813237", "Hedda", "Skinnrud", TESTBY.housing_unit, "housing-caseworker")
RENT: Final = _municipal("26867316794", "Isak", "Lånesund", TESTBY.rent_unit, "rent-officer")
SUPPORT: Final = _municipal("03889043589", "Johanne", "Prøvebakken", TESTBY.support_unit, "housing-support-worker")
OFFICER: Final = Worker(
    person=Known(national_id="12858101814", first="Kasper", last="Synteberg"),
    tenant=ENFORCEMENT_TENANT,
    unit=ENFORCEMENT_UNIT,
    role="enforcement-officer",
)
# She works in the bank, and has no role in Bofast.
BANK_EMPLOYEE: Final = Worker(person=NINA, tenant=BANK_TENANT, unit=BANK_UNIT, role="")

_OTHERS: Final = (
    CASEWORKER,
    OTHER_OFFICE,
    OTHER_MUNICIPALITY,
    SECURE,
    LEADER,
    PRIVACY,
    DEBT_COUNSELLOR,
    HOUSING,
    RENT,
    SUPPORT,
    OFFICER,
)
WORKERS: Final = (*_OTHERS, SISTER, BANK_EMPLOYEE)
_SEES_ALL: Final = (Group.SEES_FORTROLIG, Group.SEES_STRENGT, Group.SEES_SHIELDED)


def add_staff(rows: Rows) -> None:
    """Employees as persons, and as employees."""
    for worker in _OTHERS:
        add_person(rows, worker.person.id, worker.person.national_id, worker.person.first, worker.person.last)
    for worker in WORKERS:
        rows.add(
            Employee,
            id=_row_id("employee row", worker.ident),
            tenant=worker.tenant,
            ident=worker.ident,
            display_name=worker.name,
            person_id=worker.person.id,
            unit_id=worker.unit,
            valid_from=_SINCE,
        )


def add_register(rows: Rows) -> None:
    """Which log-in acts for which party."""
    register = _Register(rows)
    for place in MUNICIPALITIES:
        _add_municipality(register, place)
    register.entra(ENFORCEMENT_TENANT, OFFICER.role, ENFORCEMENT, Kind.ENFORCEMENT, groups=(Group.SEES_FORTROLIG,))
    register.system(ENFORCEMENT, Scope.ENFORCEMENT, ENFORCEMENT, Kind.ENFORCEMENT_SYSTEM)
    for bank in (BANK, OTHER_BANK):
        register.system(bank, Scope.BANK, bank, Kind.BANK)
    register.add(IssuerKind.ANSATTPORTEN, LANDLORD_COMPANY, Scope.LANDLORD, LANDLORD_COMPANY, Kind.LANDLORD)
    register.add(IssuerKind.IDPORTEN, ANY_TENANT, Scope.CITIZEN, None, Kind.CITIZEN)
    register.add(IssuerKind.IDPORTEN, ANY_TENANT, Scope.LANDLORD, None, Kind.LANDLORD)


def _add_municipality(register: _Register, place: Municipality) -> None:
    number = place.number
    register.entra(NAV_TENANT, f"nav-caseworker-{number}", place.nav, Kind.NAV)
    register.entra(NAV_TENANT, f"unit-leader-{number}", place.nav, Kind.LEADER)
    register.entra(NAV_TENANT, f"privacy-officer-{number}", place.nav, Kind.PRIVACY)
    register.entra(NAV_TENANT, f"debt-counsellor-{number}", place.debt_counsel, Kind.DEBT_COUNSEL)
    register.entra(
        NAV_TENANT,
        f"nav-secure-unit-{number}",
        place.nav,
        Kind.SECURE_UNIT,
        unit=place.secure_unit,
        groups=(Group.NAV, *_SEES_ALL),
    )
    tenant = MUNICIPAL_TENANTS[number]
    register.entra(tenant, "housing-caseworker", place.housing, Kind.HOUSING)
    register.entra(tenant, "rent-officer", place.rent_collector, Kind.RENT_COLLECTOR)
    register.entra(tenant, "housing-support-worker", place.housing_support, Kind.HOUSING_SUPPORT)
    register.system(place.orgnr, Scope.RENT_COLLECTOR, place.rent_collector, Kind.RENT_LEDGER)
    # The loan manager asks for the municipality: it is the consumer, the manager its supplier.
    register.system(place.orgnr, Scope.LOAN_MANAGER, place.loan_manager, Kind.LOAN_MANAGER)
    register.supplier(place.orgnr, place.loan_manager, Scope.LOAN_MANAGER)


class _Register:
    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    def add(
        self,
        issuer: IssuerKind,
        tenant: str,
        role: str,
        party: str | None,
        kind: Kind,
        *,
        unit: str | None = None,
        groups: tuple[Group, ...] = (),
    ) -> None:
        self._rows.add(
            Registration,
            id=_row_id("registration", issuer, tenant, role),
            issuer=issuer.value,
            tenant=tenant,
            role=str(role),
            party_id=party,
            unit_id=unit,
            kind=kind.value,
            groups=[group.value for group in groups],
            valid_from=_SINCE,
        )

    def entra(
        self,
        tenant: str,
        role: str,
        party: str,
        kind: Kind,
        *,
        unit: str | None = None,
        groups: tuple[Group, ...] = (),
    ) -> None:
        self.add(IssuerKind.ENTRA, tenant, role, party, kind, unit=unit, groups=groups)

    def system(self, consumer: str, scope: Scope, party: str, kind: Kind) -> None:
        self.add(IssuerKind.MASKINPORTEN, consumer, scope, party, kind)

    def supplier(self, consumer: str, supplier: str, scope: Scope) -> None:
        self._rows.add(
            SupplierAgreement,
            id=_row_id("supplier", consumer, supplier),
            consumer_orgnr=consumer,
            supplier_orgnr=supplier,
            scopes=[scope.value],
            valid_from=_SINCE,
        )


def _row_id(*parts: str) -> UUID:
    return fixed_id(" ".join(parts))
