"""Persons, households and parties."""

from __future__ import annotations

from enum import Enum

from schema.declare import enum_of


@enum_of("Grade of one address (adressegradering).")
class AddressGrade(Enum):
    UGRADERT = "UGRADERT"
    KLIENTADRESSE = "KLIENTADRESSE"
    FORTROLIG = "FORTROLIG"


@enum_of("Address protection of a person (adressebeskyttelse): FORTROLIG is kode 7, STRENGT_FORTROLIG is kode 6.")
class AddressProtection(Enum):
    UGRADERT = "UGRADERT"
    FORTROLIG = "FORTROLIG"
    STRENGT_FORTROLIG = "STRENGT_FORTROLIG"
    STRENGT_FORTROLIG_UTLAND = "STRENGT_FORTROLIG_UTLAND"


@enum_of("Relation to the subject of the case.")
class HouseholdRelation(Enum):
    SELF = "SELF"
    SPOUSE = "SPOUSE"
    COHABITANT = "COHABITANT"
    CHILD = "CHILD"
    PARENT = "PARENT"
    SIBLING = "SIBLING"
    OTHER = "OTHER"


@enum_of("Role in the household.")
class HouseholdRole(Enum):
    ADULT = "ADULT"
    CHILD = "CHILD"
    OTHER = "OTHER"


@enum_of("Kind of party.")
class PartyKind(Enum):
    BANK = "BANK"
    CITIZEN = "CITIZEN"
    DEBT_COUNSEL = "DEBT_COUNSEL"
    ENFORCEMENT = "ENFORCEMENT"
    HOUSING = "HOUSING"
    HOUSING_SUPPORT = "HOUSING_SUPPORT"
    LANDLORD = "LANDLORD"
    LEADER = "LEADER"
    LOAN_MANAGER = "LOAN_MANAGER"
    MUNICIPALITY = "MUNICIPALITY"
    NAV = "NAV"
    PRIVACY = "PRIVACY"
    RENT_COLLECTOR = "RENT_COLLECTOR"
    SECURE_UNIT = "SECURE_UNIT"
