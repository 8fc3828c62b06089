"""The register of parties as it stood at one moment: who is registered to act, for whom, and on which days."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

import asyncpg
from asyncpg.pool import PoolConnectionProxy

from hub.identity.groups import Group, Sector
from hub.identity.issuers import IssuerKind
from hub.identity.model import Kind

log = logging.getLogger(__name__)

LEGAL_ZONE: Final = ZoneInfo("Europe/Oslo")
ANY_TENANT: Final = "*"

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Validity:
    """A span of legal days, both ends included; without an end, until further notice."""

    first: date
    last: date | None

    def holds(self, day: date) -> bool:
        return self.first <= day and (self.last is None or day <= self.last)


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """An organisation, or an office of one, that can act."""

    id: str
    orgnr: str | None
    name: str
    sector: Sector
    municipality: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """An office of a party. The secure unit serves strictly protected persons."""

    id: str
    party_id: str
    is_secure: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Employee:
    """An employee, who is a person too: rules on own data and family need to know which."""

    ident: str
    name: str = field(repr=False)
    person: str
    unit_id: str
    validity: Validity


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """What a role or scope stands for in a tenant: the party that acts. No party: a person acting as herself."""

    role: str
    party_id: str | None
    unit_id: str | None
    kind: Kind
    groups: frozenset[Group]
    validity: Validity


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplierAgreement:
    """What a supplier may do for a consumer; it narrows the consumer's rights and adds none."""

    scopes: frozenset[str]
    validity: Validity


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """Everything that leads from claims to a party. Built whole, then never changed."""

    parties: Mapping[str, Party]
    units: Mapping[str, Unit]
    employees: Mapping[tuple[str, str], Employee]
    registrations: Mapping[tuple[IssuerKind, str], tuple[Registration, ...]]
    agreements: Mapping[tuple[str, str], tuple[SupplierAgreement, ...]]

    def registered(self, issuer: IssuerKind, tenant: str, roles: frozenset[str], day: date) -> tuple[Registration, ...]:
        rows = self.registrations.get((issuer, tenant), ())
        return tuple(row for row in rows if row.role in roles and row.validity.holds(day))

    def agreed_scopes(self, consumer: str, supplier: str, day: date) -> frozenset[str] | None:
        """The scopes of every agreement in force between the two; nothing if there is no agreement."""
        in_force = [row.scopes for row in self.agreements.get((consumer, supplier), ()) if row.validity.holds(day)]
        return frozenset[str]().union(*in_force) if in_force else None


def legal_day(moment: datetime) -> date:
    """Law counts days as they are in Oslo."""
    return moment.astimezone(LEGAL_ZONE).date()


async def load(connection: asyncpg.Connection | PoolConnectionProxy) -> Snapshot:
    """One consistent picture: all tables as of the same transaction."""
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        parties = await connection.fetch("SELECT id, orgnr, name, sector, municipality FROM hub.party")
        units = await connection.fetch("SELECT id, party_id, secure FROM hub.unit")
        employees = await connection.fetch(
            "SELECT tenant, ident, display_name, person_id, unit_id, valid_from, valid_to FROM hub.employee"
        )
        registrations = await connection.fetch(
            "SELECT issuer, tenant, role, party_id, unit_id, kind, groups, valid_from, valid_to FROM hub.registration"
        )
        agreements = await connection.fetch(
            "SELECT consumer_orgnr, supplier_orgnr, scopes, valid_from, valid_to FROM hub.supplier_agreement"
        )
    return build(parties, units, employees, registrations, agreements)


def build(
    parties: Iterable[Row],
    units: Iterable[Row],
    employees: Iterable[Row],
    registrations: Iterable[Row],
    agreements: Iterable[Row],
) -> Snapshot:
    return Snapshot(
        parties={row["id"]: _party(row) for row in parties},
        units={row["id"]: Unit(id=row["id"], party_id=row["party_id"], is_secure=row["secure"]) for row in units},
        employees={(row["tenant"], row["ident"]): _employee(row) for row in employees},
        registrations=_grouped_registrations(registrations),
        agreements=_grouped_agreements(agreements),
    )


def _party(row: Row) -> Party:
    return Party(
        id=row["id"],
        orgnr=row["orgnr"],
        name=row["name"],
        sector=Sector(row["sector"]),
        municipality=row["municipality"],
    )


def _employee(row: Row) -> Employee:
    return Employee(
        ident=row["ident"],
        name=row["display_name"],
        person=str(row["person_id"]),
        unit_id=row["unit_id"],
        validity=_validity(row),
    )


def _validity(row: Row) -> Validity:
    return Validity(first=row["valid_from"], last=row["valid_to"])


def _grouped_registrations(rows: Iterable[Row]) -> dict[tuple[IssuerKind, str], tuple[Registration, ...]]:
    grouped: dict[tuple[IssuerKind, str], tuple[Registration, ...]] = {}
    for row in rows:
        try:
            registration = Registration(
                role=row["role"],
                party_id=row["party_id"],
                unit_id=row["unit_id"],
                kind=Kind(row["kind"]),
                groups=frozenset(Group(name) for name in row["groups"]),
                validity=_validity(row),
            )
            key = (IssuerKind(row["issuer"]), row["tenant"])
        except ValueError:
            # A registration with a word that we do not know leads nowhere; the others must not suffer for it.
            log.warning("a registration with an unknown issuer, kind or group was left out")
            continue
        grouped[key] = (*grouped.get(key, ()), registration)
    return grouped


def _grouped_agreements(rows: Iterable[Row]) -> dict[tuple[str, str], tuple[SupplierAgreement, ...]]:
    grouped: dict[tuple[str, str], tuple[SupplierAgreement, ...]] = {}
    for row in rows:
        key = (row["consumer_orgnr"], row["supplier_orgnr"])
        agreement = SupplierAgreement(scopes=frozenset(row["scopes"]), validity=_validity(row))
        grouped[key] = (*grouped.get(key, ()), agreement)
    return grouped
