"""Data categories, sources and anchors: the words in which policies speak of fields."""

from __future__ import annotations

from enum import Enum, StrEnum

import strawberry


@strawberry.enum(description="The kind of data a field belongs to. Policies open and close categories.")
class DataCategory(Enum):
    """One category per group of fields that is opened and closed together."""

    ACCESS_LOG = "ACCESS_LOG"
    ADDRESS = "ADDRESS"
    ADDRESS_PROTECTION = "ADDRESS_PROTECTION"
    AGREEMENT_TERMS = "AGREEMENT_TERMS"
    BUDGET = "BUDGET"
    CASE_EXISTENCE = "CASE_EXISTENCE"
    CHILDREN = "CHILDREN"
    CONCERN = "CONCERN"
    CONSENT = "CONSENT"
    CONSENT_RECEIPT = "CONSENT_RECEIPT"
    CONTACT_INFO = "CONTACT_INFO"
    CONTACT_LOG = "CONTACT_LOG"
    COST_COMPARISON = "COST_COMPARISON"
    DEBT_SETTLEMENT = "DEBT_SETTLEMENT"
    DEBT_SETTLEMENT_OPENING = "DEBT_SETTLEMENT_OPENING"
    FINANCIAL_AID = "FINANCIAL_AID"
    HOUSEHOLD_ADULTS = "HOUSEHOLD_ADULTS"
    HOUSEHOLD_FLAG = "HOUSEHOLD_FLAG"
    LANDLORD_NOTICE = "LANDLORD_NOTICE"
    LEASE_BREACH = "LEASE_BREACH"
    LEASE_BREACH_TEXT = "LEASE_BREACH_TEXT"
    LOAN = "LOAN"
    MESSAGE = "MESSAGE"
    NATIONAL_ID = "NATIONAL_ID"
    NATIONAL_ID_MASKED = "NATIONAL_ID_MASKED"
    ORGANISATION = "ORGANISATION"
    OTHER_DEBT = "OTHER_DEBT"
    OWN_SUBMISSION = "OWN_SUBMISSION"
    PARTICIPANT = "PARTICIPANT"
    PERSON_NAME = "PERSON_NAME"
    PETITION = "PETITION"
    PLAN = "PLAN"
    PLAN_STATUS = "PLAN_STATUS"
    POLICY = "POLICY"
    RENT = "RENT"
    RENT_DEMAND = "RENT_DEMAND"
    ROUTINE = "ROUTINE"
    SELF = "SELF"
    SHIELDED_MARK = "SHIELDED_MARK"
    SIGNAL = "SIGNAL"


@strawberry.enum(description="A system of record behind the hub.")
class Source(Enum):
    """Where the rows of a type come from."""

    BANK = "BANK"
    ENFORCEMENT = "ENFORCEMENT"
    HOUSING = "HOUSING"
    HUB = "HUB"
    NAV = "NAV"


class Anchor(StrEnum):
    """The thing whose facts decide about a row: the case it belongs to, the person it is, a submission, a line of the
    log.
    """

    CASE = "case"
    LOG = "log"
    NONE = "none"
    PERSON = "person"
    SUBMISSION = "submission"
