"""Loans, and what lenders submit."""

from __future__ import annotations

from enum import Enum

from schema.declare import enum_of


@enum_of("State of a loan.")
class LoanStatus(Enum):
    ACTIVE = "ACTIVE"
    DEFAULTED = "DEFAULTED"
    SETTLED = "SETTLED"


@enum_of("Banklån, startlån or grunnlån.")
class LoanType(Enum):
    BANK_LOAN = "BANK_LOAN"
    STARTLAN = "STARTLAN"
    GRUNNLAN = "GRUNNLAN"


@enum_of("Why a row was rejected. It never says anything of whether the person has a case.")
class RowCode(Enum):
    NO_BASIS = "NO_BASIS"
    INVALID_ID = "INVALID_ID"
    BAD_VALUE = "BAD_VALUE"
    DUPLICATE_ROW = "DUPLICATE_ROW"
    RESERVATION_ACTIVE = "RESERVATION_ACTIVE"
    COPY_TOO_LATE = "COPY_TOO_LATE"


@enum_of("What became of a submitted row.")
class SubmissionOutcome(Enum):
    ACCEPTED = "ACCEPTED"
    REJECTED = "REJECTED"
