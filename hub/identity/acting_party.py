"""From verified claims and a snapshot of the register to the one party that acts, or the reason for none."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Final
from uuid import NAMESPACE_URL, uuid5

from hub.identity.claims import CitizenClaims, CompanyClaims, EmployeeClaims, SystemClaims
from hub.identity.faults import PartyFault, no_acting_party
from hub.identity.groups import Sector, groups_of
from hub.identity.issuers import IssuerKind
from hub.identity.model import Kind, PrincipalType, Requester
from hub.identity.scopes import own_scopes
from hub.identity.snapshot import ANY_TENANT, Employee, Party, Registration, Snapshot, Unit

_KINDS_OF_PERSON: Final = frozenset({Kind.CITIZEN, Kind.LANDLORD})
PRIVATE_PERSON: Final = "Privatperson"


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownPerson:
    """A person in the register of persons: opaque id and name."""

    id: str
    name: str = field(repr=False)


def system(claims: SystemClaims, snapshot: Snapshot, day: date) -> Requester:
    """A system asks for `consumer`. A supplier has what its agreement, the token and the registration all allow."""
    scopes = own_scopes(claims.scopes)
    if claims.supplier is not None:
        agreed = snapshot.agreed_scopes(claims.consumer.value, claims.supplier.value, day)
        if agreed is None:
            raise no_acting_party(PartyFault.SUPPLIER_UNKNOWN)
        scopes &= agreed
    registration = _exactly_one(snapshot.registered(IssuerKind.MASKINPORTEN, claims.consumer.value, scopes, day))
    party = _party(registration, snapshot)
    asker = claims.supplier or claims.consumer
    return Requester(
        principal=PrincipalType.SYSTEM,
        id=asker.value,
        name=party.name,
        party=party.id,
        orgnr=party.orgnr,
        party_name=party.name,
        kind=registration.kind,
        municipality=party.municipality,
        unit=registration.unit_id,
        role=registration.role,
        groups=groups_of(registration.kind, party.sector, registration.groups),
        assurance=0,
        consumer=claims.consumer.value,
        supplier=claims.supplier.value if claims.supplier else None,
        scopes=scopes,
        issuer=claims.issuer,
        expires_at=claims.expires_at,
        consent_details=claims.consent_details,
    )


def employee(claims: EmployeeClaims, snapshot: Snapshot, day: date) -> Requester:
    """An employee asks for the party that the application role stands for, from the unit where she works."""
    person = snapshot.employees.get((claims.tenant, claims.ident))
    if person is None or not person.validity.holds(day):
        raise no_acting_party(PartyFault.EMPLOYEE_UNKNOWN)
    registration = _exactly_one(snapshot.registered(IssuerKind.ENTRA, claims.tenant, claims.roles, day))
    party = _party(registration, snapshot)
    unit = _unit(registration, person, party, snapshot)
    return Requester(
        principal=PrincipalType.STAFF,
        id=person.ident,
        name=person.name,
        person=person.person,
        party=party.id,
        orgnr=party.orgnr,
        party_name=party.name,
        kind=registration.kind,
        municipality=party.municipality,
        unit=unit.id,
        role=registration.role,
        groups=groups_of(registration.kind, party.sector, registration.groups),
        assurance=0,
        issuer=claims.issuer,
        expires_at=claims.expires_at,
    )


def citizen(claims: CitizenClaims, person: KnownPerson, snapshot: Snapshot, day: date) -> Requester:
    """A person asks as herself, as a citizen or as a private landlord: her own party either way."""
    scopes = own_scopes(claims.scopes)
    registration = _exactly_one(snapshot.registered(IssuerKind.IDPORTEN, ANY_TENANT, scopes, day))
    # INVARIANT: no row of the register can make every person who logs in into an employee of something.
    if registration.party_id is not None or registration.kind not in _KINDS_OF_PERSON or registration.groups:
        raise no_acting_party(PartyFault.NO_REGISTRATION, "a person acts as herself alone")
    sector = None if registration.kind is Kind.CITIZEN else Sector.PRIVATE
    return Requester(
        principal=PrincipalType.CITIZEN,
        id=person.id,
        name=person.name,
        person=person.id,
        party=person.id,
        orgnr=None,
        party_name=PRIVATE_PERSON,
        kind=registration.kind,
        municipality=None,
        unit=None,
        role=registration.role,
        groups=groups_of(registration.kind, sector, registration.groups),
        assurance=claims.assurance,
        scopes=scopes,
        issuer=claims.issuer,
        expires_at=claims.expires_at,
    )


def company(claims: CompanyClaims, person: KnownPerson | None, snapshot: Snapshot, day: date) -> Requester:
    """Someone who represents a company. She need not be in the register of persons, but is always the same someone."""
    scopes = own_scopes(claims.scopes)
    registration = _exactly_one(snapshot.registered(IssuerKind.ANSATTPORTEN, claims.reportee.value, scopes, day))
    party = _party(registration, snapshot)
    return Requester(
        principal=PrincipalType.CITIZEN,
        id=f"ansattporten:{claims.subject}",
        name=person.name if person else party.name,
        person=person.id if person else _stranger(claims),
        party=party.id,
        orgnr=party.orgnr,
        party_name=party.name,
        kind=registration.kind,
        municipality=party.municipality,
        unit=registration.unit_id,
        role=registration.role,
        groups=groups_of(registration.kind, party.sector, registration.groups),
        assurance=claims.assurance,
        scopes=scopes,
        issuer=claims.issuer,
        expires_at=claims.expires_at,
    )


def _exactly_one(registrations: tuple[Registration, ...]) -> Registration:
    if not registrations:
        raise no_acting_party(PartyFault.NO_REGISTRATION)
    registration, *others = registrations
    if others:
        raise no_acting_party(PartyFault.SEVERAL_REGISTRATIONS)
    return registration


def _party(registration: Registration, snapshot: Snapshot) -> Party:
    party = snapshot.parties.get(registration.party_id) if registration.party_id is not None else None
    if party is None:
        raise no_acting_party(PartyFault.NO_REGISTRATION, "the registration has no party")
    return party


def _unit(registration: Registration, person: Employee, party: Party, snapshot: Snapshot) -> Unit:
    """The employee's unit: the registered one if there is one, a unit of the party, and secure where the kind is."""
    unit = snapshot.units.get(person.unit_id)
    if unit is None or unit.party_id != party.id or registration.unit_id not in (None, unit.id):
        raise no_acting_party(PartyFault.UNIT_UNKNOWN)
    if registration.kind is Kind.SECURE_UNIT and not unit.is_secure:
        raise no_acting_party(PartyFault.UNIT_UNKNOWN, "not the secure unit")
    return unit


def _stranger(claims: CompanyClaims) -> str:
    """An opaque person id for one who is not in the register: nobody's data is about it, nobody is its family."""
    return str(uuid5(NAMESPACE_URL, f"{claims.issuer}#{claims.subject}"))
