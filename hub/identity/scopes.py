"""The OAuth scopes that lead into Bofast.

One scope is one road: it names what kind of party asks, and a registration says which party that is. A token that
carries two of them that are both registered is refused, since nobody could tell which party acts.

    bofast:bank            Maskinporten   a bank's own system
    bofast:citizen         ID-porten      a person, about her own matters or those of someone whose mandate she holds
    bofast:enforcement     Maskinporten   the enforcement officer's case system
    bofast:landlord        ID-porten      a private landlord, as herself
                           Ansattporten   a company that lets, through an employee
    bofast:loan-manager    Maskinporten   a loan manager, for the municipality that is `consumer`
    bofast:rent-collector  Maskinporten   the municipality's ledger and collection system

Employees have no scope of ours: their application role in Entra ID says it.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

PREFIX: Final = "bofast:"


class Scope(StrEnum):
    """See the table above."""

    BANK = "bofast:bank"
    CITIZEN = "bofast:citizen"
    ENFORCEMENT = "bofast:enforcement"
    LANDLORD = "bofast:landlord"
    LOAN_MANAGER = "bofast:loan-manager"
    RENT_COLLECTOR = "bofast:rent-collector"


def own_scopes(scopes: frozenset[str]) -> frozenset[str]:
    """The scopes that are Bofast's; a token may carry others (`openid`), which mean nothing here."""
    return frozenset(scope for scope in scopes if scope.startswith(PREFIX))
