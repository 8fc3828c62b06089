"""What happens, as it is told of: a topic, and what happened to it."""

from __future__ import annotations

from enum import Enum

from schema.declare import enum_of


@enum_of(
    "What happened in a case. The first word is the topic. It says that something happened, never what.",
    {
        "SIGNAL_RECEIVED": "Signal",
        "SIGNAL_CHANGED": "Signal",
        "PARTICIPANT_CHANGED": "Participant",
        "PLAN_CHANGED": "ProgressPlan.version",
        "AGREEMENT_CHANGED": "RepaymentAgreement",
        "CONSENT_REQUESTED": "Consent",
        "CONSENT_GIVEN": "Consent",
        "CONSENT_RENEWED": "Consent",
        "CONSENT_WITHDRAWN": "Consent",
        "CONSENT_EXPIRED": "Consent",
        "CONSENT_INVALIDATED": "Consent",
        "CONSENT_SUPERSEDED": "Consent",
        "CONSENT_REFUSED": "Consent",
        "CONSENT_LAPSED": "Consent",
    },
)
class CaseEventKind(Enum):
    CASE_OPENED = "CASE_OPENED"
    CASE_CHANGED = "CASE_CHANGED"
    CASE_CLOSED = "CASE_CLOSED"
    CASE_REOPENED = "CASE_REOPENED"
    SIGNAL_RECEIVED = "SIGNAL_RECEIVED"
    SIGNAL_CHANGED = "SIGNAL_CHANGED"
    PARTICIPANT_CHANGED = "PARTICIPANT_CHANGED"
    PLAN_CHANGED = "PLAN_CHANGED"
    AGREEMENT_CHANGED = "AGREEMENT_CHANGED"
    CONSENT_REQUESTED = "CONSENT_REQUESTED"
    CONSENT_GIVEN = "CONSENT_GIVEN"
    CONSENT_RENEWED = "CONSENT_RENEWED"
    CONSENT_WITHDRAWN = "CONSENT_WITHDRAWN"
    CONSENT_EXPIRED = "CONSENT_EXPIRED"
    CONSENT_INVALIDATED = "CONSENT_INVALIDATED"
    CONSENT_SUPERSEDED = "CONSENT_SUPERSEDED"
    CONSENT_REFUSED = "CONSENT_REFUSED"
    CONSENT_LAPSED = "CONSENT_LAPSED"


@enum_of("What happened to a signal that a unit has.")
class InboxEventKind(Enum):
    SIGNAL_RECEIVED = "SIGNAL_RECEIVED"
    SIGNAL_CHANGED = "SIGNAL_CHANGED"


@enum_of("What happened to something that a party handed in: received, or corrected or withdrawn by that party.")
class SubmissionEventKind(Enum):
    SUBMISSION_RECEIVED = "SUBMISSION_RECEIVED"
    SUBMISSION_CHANGED = "SUBMISSION_CHANGED"
