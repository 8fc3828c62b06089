"""Why a token is refused or leads to no acting party: `extensions.reason`, and the message that goes with it."""

from __future__ import annotations

from enum import StrEnum

from hub.errors import NoActingParty, Unauthenticated


class TokenFault(StrEnum):
    """What is wrong with a token."""

    ALGORITHM = "ALGORITHM"
    ASSURANCE_TOO_LOW = "ASSURANCE_TOO_LOW"
    AUDIENCE = "AUDIENCE"
    CLAIM_INVALID = "CLAIM_INVALID"
    CLAIM_MISSING = "CLAIM_MISSING"
    CRITICAL_HEADER = "CRITICAL_HEADER"
    EMBEDDED_KEY = "EMBEDDED_KEY"
    EXPIRED = "EXPIRED"
    GROUPS_OVERAGE = "GROUPS_OVERAGE"
    ISSUED_IN_FUTURE = "ISSUED_IN_FUTURE"
    LIFETIME = "LIFETIME"
    MACHINE_TOKEN = "MACHINE_TOKEN"  # noqa: S105 - a reason code
    MALFORMED = "MALFORMED"
    MISSING = "MISSING"
    NOT_ACCESS_TOKEN = "NOT_ACCESS_TOKEN"  # noqa: S105 - a reason code
    NOT_YET_VALID = "NOT_YET_VALID"
    PERSON_TOKEN = "PERSON_TOKEN"  # noqa: S105 - a reason code
    SENDER_CONSTRAINED = "SENDER_CONSTRAINED"
    SIGNATURE = "SIGNATURE"
    TENANT = "TENANT"
    TOO_LARGE = "TOO_LARGE"
    UNKNOWN_CITIZEN = "UNKNOWN_CITIZEN"
    UNKNOWN_ISSUER = "UNKNOWN_ISSUER"
    UNKNOWN_KEY = "UNKNOWN_KEY"
    UNSUPPORTED_DELEGATION = "UNSUPPORTED_DELEGATION"


class PartyFault(StrEnum):
    """Why a good token leads to no acting party."""

    EMPLOYEE_UNKNOWN = "EMPLOYEE_UNKNOWN"
    NO_REGISTRATION = "NO_REGISTRATION"
    NO_REPRESENTATION = "NO_REPRESENTATION"
    SEVERAL_REGISTRATIONS = "SEVERAL_REGISTRATIONS"
    SEVERAL_REPRESENTATIONS = "SEVERAL_REPRESENTATIONS"
    SUPPLIER_UNKNOWN = "SUPPLIER_UNKNOWN"
    SYSTEM_USER = "SYSTEM_USER"
    UNIT_UNKNOWN = "UNIT_UNKNOWN"


_TOKEN_TEXTS: dict[TokenFault, str] = {
    TokenFault.ALGORITHM: "The token is signed with an algorithm that its issuer does not use.",
    TokenFault.ASSURANCE_TOO_LOW: "Log in at security level substantial or high.",
    TokenFault.AUDIENCE: "The token is meant for another service.",
    TokenFault.CLAIM_INVALID: "A claim in the token has a value that is not valid.",
    TokenFault.CLAIM_MISSING: "The token lacks a claim that is required.",
    TokenFault.CRITICAL_HEADER: "The token has a critical header that is not understood.",
    TokenFault.EMBEDDED_KEY: "The token brings its own key.",
    TokenFault.EXPIRED: "The token has expired.",
    TokenFault.GROUPS_OVERAGE: "The token leaves out the user's groups because there are too many.",
    TokenFault.ISSUED_IN_FUTURE: "The token was issued in the future.",
    TokenFault.LIFETIME: "The token is valid for longer than is accepted from its issuer.",
    TokenFault.MACHINE_TOKEN: "An employee must ask in person: this token belongs to an application.",
    TokenFault.MALFORMED: "The token is not a signed JWT in compact form.",
    TokenFault.MISSING: "Send one access token in the header Authorization: Bearer.",
    TokenFault.NOT_ACCESS_TOKEN: "Send an access token: this is a token of another type.",
    TokenFault.NOT_YET_VALID: "The token is not valid yet.",
    TokenFault.PERSON_TOKEN: "A system must ask as itself: this token is restricted to an end user.",
    TokenFault.SENDER_CONSTRAINED: "The token is bound to a key of its sender and cannot be used as a bearer token.",
    TokenFault.SIGNATURE: "The signature of the token is not valid.",
    TokenFault.TENANT: "The token comes from a tenant that is not accepted.",
    TokenFault.TOO_LARGE: "The token is larger than is accepted.",
    TokenFault.UNKNOWN_CITIZEN: "No citizen is registered under this log-in.",
    TokenFault.UNKNOWN_ISSUER: "The issuer of the token is not accepted.",
    TokenFault.UNKNOWN_KEY: "The token is signed with a key that its issuer does not publish.",
    TokenFault.UNSUPPORTED_DELEGATION: "The token rests on a delegation scheme that is not accepted.",
}

_PARTY_TEXTS: dict[PartyFault, str] = {
    PartyFault.EMPLOYEE_UNKNOWN: "The employee is not registered by the employer.",
    PartyFault.NO_REGISTRATION: "No party is registered for the scopes or roles in the token.",
    PartyFault.NO_REPRESENTATION: "The log-in does not represent a company. Log in again and choose one.",
    PartyFault.SEVERAL_REGISTRATIONS: "The token has scopes or roles of several registrations. Ask with one at a time.",
    PartyFault.SEVERAL_REPRESENTATIONS: "The log-in represents several companies. Log in again and choose one.",
    PartyFault.SUPPLIER_UNKNOWN: "The supplier has no registered agreement with the organisation that it asks for.",
    PartyFault.SYSTEM_USER: "Tokens of a systembruker are not supported: their consumer is not who they act for.",
    PartyFault.UNIT_UNKNOWN: "The unit of the employee is not a unit of the registered party.",
}


def unauthenticated(fault: TokenFault, detail: str | None = None) -> Unauthenticated:
    return Unauthenticated(_TOKEN_TEXTS[fault], detail=detail, reason=fault.value)


def no_acting_party(fault: PartyFault, detail: str | None = None) -> NoActingParty:
    return NoActingParty(_PARTY_TEXTS[fault], detail=detail, reason=fault.value)
