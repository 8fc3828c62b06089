"""Why a token or a purpose is refused, or leads to no acting party: `extensions.reason`, the message that goes with it,
and what is said to people where that is more than what the code says.
"""

from __future__ import annotations

from enum import StrEnum

from hub.errors import NoActingParty, PurposeNotPermitted, Unauthenticated
from hub.text import Text


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


class PurposeFault(StrEnum):
    """Why a purpose may not be stated."""

    NOT_FOR_PARTY = "NOT_FOR_PARTY"
    NOT_IN_FORCE = "NOT_IN_FORCE"
    UNKNOWN = "UNKNOWN"


_TOKEN_MESSAGES: dict[TokenFault, str] = {
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

_PARTY_MESSAGES: dict[PartyFault, str] = {
    PartyFault.EMPLOYEE_UNKNOWN: "The employee is not registered by the employer.",
    PartyFault.NO_REGISTRATION: "No party is registered for the scopes or roles in the token.",
    PartyFault.NO_REPRESENTATION: "The log-in does not represent a company. Log in again and choose one.",
    PartyFault.SEVERAL_REGISTRATIONS: "The token has scopes or roles of several registrations. Ask with one at a time.",
    PartyFault.SEVERAL_REPRESENTATIONS: "The log-in represents several companies. Log in again and choose one.",
    PartyFault.SUPPLIER_UNKNOWN: "The supplier has no registered agreement with the organisation that it asks for.",
    PartyFault.SYSTEM_USER: "Tokens of a systembruker are not supported: their consumer is not who they act for.",
    PartyFault.UNIT_UNKNOWN: "The unit of the employee is not a unit of the registered party.",
}


_PURPOSE_MESSAGES: dict[PurposeFault, str] = {
    PurposeFault.NOT_FOR_PARTY: "The stated purpose is not one that this party may use.",
    PurposeFault.NOT_IN_FORCE: "The stated purpose is not in force today.",
    PurposeFault.UNKNOWN: "The stated purpose is not in the register.",
}

# The others are faults of a program: to log in again is all that a person can do.
_TOKEN_TEXTS: dict[TokenFault, Text] = {
    TokenFault.ASSURANCE_TOO_LOW: Text(
        nb="Logg inn på et høyere sikkerhetsnivå.",
        en="Log in at a higher level of assurance.",
    ),
    TokenFault.EXPIRED: Text(
        nb="Innloggingen er utløpt. Logg inn på nytt.",
        en="The log-in has expired. Log in again.",
    ),
    TokenFault.MISSING: Text(
        nb="Logg inn for å gå videre.",
        en="Log in to go on.",
    ),
    TokenFault.UNKNOWN_CITIZEN: Text(
        nb="Vi finner ingen som er registrert med denne innloggingen.",
        en="Nobody is registered under this log-in.",
    ),
}
_PARTY_TEXTS: dict[PartyFault, Text] = {
    PartyFault.EMPLOYEE_UNKNOWN: Text(
        nb="Arbeidsgiveren din har ikke registrert deg. Ta kontakt med den som gir tilgang hos dere.",
        en="Your employer has not registered you. Turn to whoever gives access where you work.",
    ),
    PartyFault.NO_REGISTRATION: Text(
        nb="Innloggingen hører ikke til en virksomhet som bruker tjenesten.",
        en="The log-in belongs to no organisation that uses the service.",
    ),
    PartyFault.NO_REPRESENTATION: Text(
        nb="Du har ikke valgt en virksomhet. Logg inn på nytt, og velg hvem du handler for.",
        en="You have not chosen a company. Log in again, and choose whom you act for.",
    ),
    PartyFault.SEVERAL_REGISTRATIONS: Text(
        nb="Innloggingen gir flere roller på én gang. Bruk én om gangen.",
        en="The log-in gives several roles at once. Use one at a time.",
    ),
    PartyFault.SEVERAL_REPRESENTATIONS: Text(
        nb="Du har valgt flere virksomheter. Logg inn på nytt, og velg én.",
        en="You have chosen several companies. Log in again, and choose one.",
    ),
    PartyFault.SUPPLIER_UNKNOWN: Text(
        nb="Leverandøren har ingen registrert avtale med virksomheten den spør for.",
        en="The supplier has no registered agreement with the organisation that it asks for.",
    ),
    PartyFault.SYSTEM_USER: Text(
        nb="Innlogging med systembruker er ikke mulig her.",
        en="It is not possible to log in with a systembruker here.",
    ),
    PartyFault.UNIT_UNKNOWN: Text(
        nb="Enheten din hører ikke til virksomheten du er registrert hos.",
        en="Your unit does not belong to the organisation that you are registered with.",
    ),
}
_PURPOSE_TEXTS: dict[PurposeFault, Text] = {
    PurposeFault.NOT_FOR_PARTY: Text(
        nb="Virksomheten din kan ikke bruke det oppgitte formålet.",
        en="Your organisation may not use the stated purpose.",
    ),
    PurposeFault.NOT_IN_FORCE: Text(
        nb="Det oppgitte formålet er ikke i kraft i dag.",
        en="The stated purpose is not in force today.",
    ),
    PurposeFault.UNKNOWN: Text(
        nb="Det oppgitte formålet finnes ikke i registeret.",
        en="The stated purpose is not in the register.",
    ),
}


def unauthenticated(fault: TokenFault, detail: str | None = None) -> Unauthenticated:
    return Unauthenticated(_TOKEN_MESSAGES[fault], text=_TOKEN_TEXTS.get(fault), detail=detail, reason=fault.value)


def no_acting_party(fault: PartyFault, detail: str | None = None) -> NoActingParty:
    return NoActingParty(_PARTY_MESSAGES[fault], text=_PARTY_TEXTS[fault], detail=detail, reason=fault.value)


def purpose_refused(fault: PurposeFault) -> PurposeNotPermitted:
    return PurposeNotPermitted(_PURPOSE_MESSAGES[fault], text=_PURPOSE_TEXTS[fault], reason=fault.value)
