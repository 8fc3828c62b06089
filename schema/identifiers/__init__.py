"""Numbers that stand for somebody or something: validated once, never sliced, never shown whole by accident.

checks         digits and check digits; `InvalidIdentifier`
person         fødselsnummer and D-number, real or synthetic, by the check digits of today and of 2032
organisation   organisasjonsnummer
actor          ISO 6523 identifiers, as Maskinporten and Ansattporten write organisations
account        kontonummer
kid            KID, the reference of a payment
municipality   kommunenummer, with the days between which each is in force
"""

from schema.identifiers.account import AccountNumber, parse_account
from schema.identifiers.actor import ActorId
from schema.identifiers.checks import InvalidIdentifier
from schema.identifiers.kid import Kid, KidRule, parse_kid
from schema.identifiers.municipality import Municipality, parse_municipality
from schema.identifiers.organisation import OrganisationNumber, parse_orgnr
from schema.identifiers.person import CheckRule, NationalId, PersonNumberKind, Population, parse_national_id

__all__ = [
    "AccountNumber",
    "ActorId",
    "CheckRule",
    "InvalidIdentifier",
    "Kid",
    "KidRule",
    "Municipality",
    "NationalId",
    "OrganisationNumber",
    "PersonNumberKind",
    "Population",
    "parse_account",
    "parse_kid",
    "parse_municipality",
    "parse_national_id",
    "parse_orgnr",
]
