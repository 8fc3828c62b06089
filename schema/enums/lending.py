"""Loans, and what lenders submit."""

from __future__ import annotations

from enum import Enum

from schema.declare import enum_of


@enum_of("State of a loan. WITHDRAWN: the lender took back what made it known, as it is another person's.")
class LoanStatus(Enum):
    ACTIVE = "ACTIVE"
    DEFAULTED = "DEFAULTED"
    SETTLED = "SETTLED"
    WITHDRAWN = "WITHDRAWN"


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


@enum_of("Where a submitted default stands, as its submitter has said. Nothing more happens to one that is WITHDRAWN.")
class SubmissionStatus(Enum):
    ACCEPTED = "ACCEPTED"
    CORRECTED = "CORRECTED"
    REJECTED = "REJECTED"
    WITHDRAWN = "WITHDRAWN"


@enum_of("What the submitter did to a default after it was accepted.")
class SubmittedDefaultEventKind(Enum):
    CORRECTED = "CORRECTED"
    WITHDRAWN = "WITHDRAWN"


@enum_of(
    "Why a submitted default is corrected. PARTLY_PAID: some of it has been paid since. WRONG_AMOUNT: an amount, or "
    "the number of terms. WRONG_DATE: the due date. WRONG_DETAILS: the debtor's name or address."
)
class CorrectionReason(Enum):
    PARTLY_PAID = "PARTLY_PAID"
    WRONG_AMOUNT = "WRONG_AMOUNT"
    WRONG_DATE = "WRONG_DATE"
    WRONG_DETAILS = "WRONG_DETAILS"


@enum_of(
    "Why a submitted default is withdrawn. PAID: it has been paid in full. REPORTED_IN_ERROR: there was no such "
    "default. WRONG_PERSON: it is another person's."
)
class WithdrawalReason(Enum):
    PAID = "PAID"
    REPORTED_IN_ERROR = "REPORTED_IN_ERROR"
    WRONG_PERSON = "WRONG_PERSON"
