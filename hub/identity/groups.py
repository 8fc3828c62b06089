"""The groups that a requester can be in. Policies write them as `Group::"NAV"`; this list is the only one."""

from __future__ import annotations

from enum import StrEnum

from hub.identity.model import Kind


class Group(StrEnum):
    """A sector (PUBLIC, PRIVATE), a kind of party (one for each `Kind`) or an extra right from a registration."""

    BANK = "BANK"
    CITIZEN = "CITIZEN"
    DEBT_COUNSEL = "DEBT_COUNSEL"
    ENFORCEMENT = "ENFORCEMENT"
    ENFORCEMENT_SYSTEM = "ENFORCEMENT_SYSTEM"
    HOUSING = "HOUSING"
    HOUSING_SUPPORT = "HOUSING_SUPPORT"
    LANDLORD = "LANDLORD"
    LEADER = "LEADER"
    LOAN_MANAGER = "LOAN_MANAGER"
    NAV = "NAV"
    PRIVACY = "PRIVACY"
    PRIVATE = "PRIVATE"
    PUBLIC = "PUBLIC"
    RENT_COLLECTOR = "RENT_COLLECTOR"
    RENT_LEDGER = "RENT_LEDGER"
    SECURE_UNIT = "SECURE_UNIT"
    SEES_FORTROLIG = "SEES_FORTROLIG"
    SEES_SHIELDED = "SEES_SHIELDED"
    SEES_STRENGT = "SEES_STRENGT"


class Sector(StrEnum):
    """The side of the public sector's border that a party is on."""

    PRIVATE = "PRIVATE"
    PUBLIC = "PUBLIC"


def kind_group(kind: Kind) -> Group:
    return Group[kind.name]


def sector_group(sector: Sector) -> Group:
    return Group[sector.name]


def groups_of(kind: Kind, sector: Sector | None, extra: frozenset[Group] = frozenset()) -> frozenset[str]:
    """A citizen acts for nobody but herself and has no sector."""
    own = {kind_group(kind)} if sector is None else {kind_group(kind), sector_group(sector)}
    return frozenset(own | extra)
