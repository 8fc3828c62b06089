"""Mandates to act for another, and reservations against a landlord's notice."""

from __future__ import annotations

from enum import Enum

from schema.declare import enum_of


@enum_of("What a mandate is about: economy (økonomi), housing (bolig), personal matters (personlige forhold).")
class MandateArea(Enum):
    ECONOMY = "ECONOMY"
    HOUSING = "HOUSING"
    PERSONAL = "PERSONAL"


@enum_of(
    "Kind of mandate: guardianship (vergemål), power of attorney (fullmakt), or one made for later (fremtidsfullmakt)."
)
class MandateKind(Enum):
    VERGEMAL = "VERGEMAL"
    FULLMAKT = "FULLMAKT"
    FREMTIDSFULLMAKT = "FREMTIDSFULLMAKT"


@enum_of("What the holder of a mandate may do for the giver.")
class MandateRight(Enum):
    READ = "READ"
    CONSENT = "CONSENT"
    WITHDRAW = "WITHDRAW"
    SIGN_AGREEMENT = "SIGN_AGREEMENT"


@enum_of("Where a mandate stands.")
class MandateStatus(Enum):
    PENDING = "PENDING"
    ACTIVE = "ACTIVE"
    SUSPENDED = "SUSPENDED"
    EXPIRED = "EXPIRED"
    ENDED = "ENDED"


@enum_of("Where a reservation stands.")
class ReservationStatus(Enum):
    PENDING = "PENDING"
    ACTIVE = "ACTIVE"
    WITHDRAWN = "WITHDRAWN"
