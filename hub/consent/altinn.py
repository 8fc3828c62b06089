"""A consent that was given in Altinn, as a token of Maskinporten tells of it (`authorization_details`).

The token itself is verified by then. Here each part of what it tells is held against what is claimed: which consent,
who gave it, to whom, to what, and when. Altinn's own pages spell some names in several ways; those spellings, and no
others, are taken. Whatever is not understood is a reason to refuse: it could be a condition.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from hub.identity.claims import CONSENT_TYPES
from hub.text import Text
from schema.identifiers import ActorId, InvalidIdentifier

PERSON: Final = "urn:altinn:person:identifier-no:"
ORGANISATION: Final = "urn:altinn:organization:identifier-no:"
RESOURCE: Final = "urn:altinn:resource"
_ACTIONS: Final = frozenset({"consent", "read", "write"})
_READING: Final = frozenset({"consent", "read"})
# What each member is called, in every spelling that is documented.
_ENTRY: Final[Mapping[str, tuple[str, ...]]] = {
    "type": ("type",),
    "id": ("id",),
    "from": ("from",),
    "to": ("to",),
    "consented": ("consented", "concented"),
    "validTo": ("validTo",),
    "consentRights": ("consentRights", "consentrights", "concentrights"),
}
_RIGHT: Final[Mapping[str, tuple[str, ...]]] = {
    "action": ("action",),
    "resource": ("resource",),
    "metadata": ("metadata", "metaData"),
}
_OPTIONAL: Final = frozenset({"metadata"})
_ATTRIBUTE: Final[Mapping[str, tuple[str, ...]]] = {"type": ("type", "id"), "value": ("value",)}
_UUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
# Seconds to seven places, as Altinn writes them, and always with an offset: a moment, not a reading of a clock.
_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,7})?(Z|[+-]\d\d:\d\d)")


class AltinnFault(StrEnum):
    """Why what a token tells is no evidence."""

    EXPIRED = "EXPIRED"
    MALFORMED = "MALFORMED"
    NOT_ONE_CONSENT = "NOT_ONE_CONSENT"
    NOT_YET_GIVEN = "NOT_YET_GIVEN"
    NO_CONSENT = "NO_CONSENT"
    OUTLASTED = "OUTLASTED"
    RIGHT_MISSING = "RIGHT_MISSING"
    UNKNOWN_MEMBER = "UNKNOWN_MEMBER"
    WRONG_CONSENT = "WRONG_CONSENT"
    WRONG_ORGANISATION = "WRONG_ORGANISATION"
    WRONG_PERSON = "WRONG_PERSON"


_TEXTS: Final[Mapping[AltinnFault, Text]] = {
    AltinnFault.EXPIRED: Text(
        nb="Samtykket i Altinn gjelder ikke lenger.",
        en="The consent in Altinn is no longer valid.",
    ),
    AltinnFault.MALFORMED: Text(
        nb="Det tokenet sier om samtykket, kan ikke leses.",
        en="What the token tells of the consent cannot be read.",
    ),
    AltinnFault.NOT_ONE_CONSENT: Text(
        nb="Tokenet gjelder flere samtykker. Be Maskinporten om ett om gangen.",
        en="The token tells of several consents. Ask Maskinporten for one at a time.",
    ),
    AltinnFault.NOT_YET_GIVEN: Text(
        nb="Ifølge tokenet blir samtykket i Altinn gitt senere enn nå.",
        en="The consent in Altinn is said to be given later than now.",
    ),
    AltinnFault.NO_CONSENT: Text(
        nb="Tokenet inneholder ikke noe samtykke. Be Maskinporten om et med authorization_details.",
        en="The token tells of no consent. Ask Maskinporten for one with authorization_details.",
    ),
    AltinnFault.OUTLASTED: Text(
        nb="Samtykket i Altinn går ut før samtykket her ville gjort.",
        en="The consent in Altinn ends before the consent here would.",
    ),
    AltinnFault.RIGHT_MISSING: Text(
        nb="Det som er samtykket til i Altinn, dekker ikke alt dette samtykket gjelder.",
        en="The rights that were consented to in Altinn do not cover the scope.",
    ),
    AltinnFault.UNKNOWN_MEMBER: Text(
        nb="Tokenet sier noe om samtykket som ikke blir forstått.",
        en="The token tells something of the consent that is not understood.",
    ),
    AltinnFault.WRONG_CONSENT: Text(
        nb="Tokenet gjelder et annet samtykke.",
        en="The token tells of another consent.",
    ),
    AltinnFault.WRONG_ORGANISATION: Text(
        nb="Samtykket i Altinn er gitt til en annen virksomhet.",
        en="The consent in Altinn was given to another organisation.",
    ),
    AltinnFault.WRONG_PERSON: Text(
        nb="Samtykket i Altinn er gitt av en annen person.",
        en="The consent in Altinn was given by somebody else.",
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """The consent that is claimed. `person` is the national id of the subject, `organisation` that of the recipient;
    `source` is what stands for the source party, its organisation number where it has one. It is to last `until`.
    """

    id: UUID
    person: str = field(repr=False)
    organisation: str
    categories: Collection[str]
    purpose: str
    source: str
    case_id: str | None = None
    at: datetime
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A consent in Altinn that covers all that is claimed."""

    id: UUID
    given_at: datetime
    valid_to: datetime

    @property
    def reference(self) -> str:
        """What the ledger keeps of it."""
        return f"altinn:{self.id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why it is no evidence, and the member of the token at fault."""

    fault: AltinnFault
    field: str

    @property
    def text(self) -> Text:
        return _TEXTS[self.fault]


def resource_of(category: str) -> str:
    """The resource in Altinn's register that stands for a category of data: `bofast-plan-status`."""
    return f"bofast-{category.lower().replace('_', '-')}"


def metadata_of(expected: Expected) -> dict[str, str]:
    """What a right must say beside its resource. A right that says more is narrower, one that says less is another."""
    case = {"sak": expected.case_id} if expected.case_id is not None else {}
    return {"formaal": expected.purpose, "kilde": expected.source, **case}


def evidence_of(details: str | None, expected: Expected) -> Evidence | Refusal:
    """What `authorization_details` prove, as JSON text out of a token that is verified."""
    try:
        return _matched(_only_entry(details), expected)
    except _Refused as refused:
        return refused.refusal


class _Refused(Exception):
    def __init__(self, fault: AltinnFault, place: str) -> None:
        self.refusal = Refusal(fault=fault, field=place)
        super().__init__(fault)


def _only_entry(details: str | None) -> Mapping[str, Any]:
    if details is None:
        raise _Refused(AltinnFault.NO_CONSENT, "authorization_details")
    try:
        entries = json.loads(details)
    except (ValueError, RecursionError):
        raise _Refused(AltinnFault.MALFORMED, "authorization_details") from None
    if not isinstance(entries, list):
        raise _Refused(AltinnFault.MALFORMED, "authorization_details")
    if not entries:
        raise _Refused(AltinnFault.NO_CONSENT, "authorization_details")
    if len(entries) > 1:
        raise _Refused(AltinnFault.NOT_ONE_CONSENT, "authorization_details")
    return _members(entries[0], _ENTRY, "authorization_details")


def _matched(entry: Mapping[str, Any], expected: Expected) -> Evidence:
    if not isinstance(entry["type"], str) or entry["type"] not in CONSENT_TYPES:
        raise _Refused(AltinnFault.NO_CONSENT, "type")
    identifier = _uuid(entry["id"])
    if identifier != expected.id:
        raise _Refused(AltinnFault.WRONG_CONSENT, "id")
    if entry["from"] != f"{PERSON}{expected.person}":
        raise _Refused(AltinnFault.WRONG_PERSON, "from")
    if _organisation(entry["to"]) != expected.organisation:
        raise _Refused(AltinnFault.WRONG_ORGANISATION, "to")
    evidence = Evidence(id=identifier, given_at=_moment(entry, "consented"), valid_to=_moment(entry, "validTo"))
    _check_times(evidence, expected)
    _check_rights(entry["consentRights"], expected)
    return evidence


def _check_times(evidence: Evidence, expected: Expected) -> None:
    if evidence.given_at > expected.at:
        raise _Refused(AltinnFault.NOT_YET_GIVEN, "consented")
    if evidence.valid_to <= expected.at or evidence.valid_to <= evidence.given_at:
        raise _Refused(AltinnFault.EXPIRED, "validTo")
    if expected.until > evidence.valid_to:
        raise _Refused(AltinnFault.OUTLASTED, "validTo")


def _check_rights(rights: Any, expected: Expected) -> None:
    """Each category needs a right of its own. Rights to something else do no harm: one consent can cover more."""
    if not isinstance(rights, list):
        raise _Refused(AltinnFault.MALFORMED, "consentRights")
    given = [_right(right) for right in rights]
    metadata = metadata_of(expected)
    needed = {resource_of(category) for category in expected.categories}
    if not needed or not needed <= {resource for resource, told in given if told == metadata}:
        raise _Refused(AltinnFault.RIGHT_MISSING, "consentRights")


def _right(right: Any) -> tuple[str, Mapping[str, str]]:
    """The one resource of a right, and what is told beside it. A right that is not needed must be clear too."""
    members = _members(right, _RIGHT, "consentRights")
    actions = members["action"]
    if not isinstance(actions, list) or not all(isinstance(action, str) for action in actions):
        raise _Refused(AltinnFault.MALFORMED, "action")
    if not set(actions) <= _ACTIONS:
        raise _Refused(AltinnFault.UNKNOWN_MEMBER, "action")
    resource = _resource(members["resource"]) if _READING & set(actions) else ""
    return resource, _metadata(members.get("metadata", {}))


def _resource(attributes: Any) -> str:
    """Several attributes narrow each other down, so that one of them alone is not what was consented to."""
    if not isinstance(attributes, list) or len(attributes) != 1:
        raise _Refused(AltinnFault.MALFORMED, "resource")
    attribute = _members(attributes[0], _ATTRIBUTE, "resource")
    if attribute["type"] != RESOURCE or not isinstance(attribute["value"], str):
        raise _Refused(AltinnFault.MALFORMED, "resource")
    return attribute["value"]


def _metadata(metadata: Any) -> Mapping[str, str]:
    # Nothing to tell is documented as left out; Altinn's own model allows null.
    told = {} if metadata is None else metadata
    if not isinstance(told, dict) or not all(isinstance(value, str) for value in told.values()):
        raise _Refused(AltinnFault.MALFORMED, "metadata")
    return told


def _members(value: Any, names: Mapping[str, tuple[str, ...]], place: str) -> dict[str, Any]:
    """The members by their proper names. One that is unknown, missing, or there in two spellings is refused."""
    if not isinstance(value, dict):
        raise _Refused(AltinnFault.MALFORMED, place)
    proper = {spelling: name for name, spellings in names.items() for spelling in spellings}
    found: dict[str, Any] = {}
    for spelling, member in value.items():
        if spelling not in proper:
            raise _Refused(AltinnFault.UNKNOWN_MEMBER, place)
        if proper[spelling] in found:
            raise _Refused(AltinnFault.MALFORMED, proper[spelling])
        found[proper[spelling]] = member
    if missing := sorted(names.keys() - found.keys() - _OPTIONAL):
        raise _Refused(AltinnFault.MALFORMED, missing[0])
    return found


def _uuid(value: Any) -> UUID:
    if not isinstance(value, str) or _UUID.fullmatch(value) is None:
        raise _Refused(AltinnFault.MALFORMED, "id")
    return UUID(value)


def _organisation(value: Any) -> str:
    """As an actor id, or in the older spelling as a plain URN."""
    try:
        if isinstance(value, dict):
            if value.keys() != {"authority", "ID"}:
                raise _Refused(AltinnFault.UNKNOWN_MEMBER, "to")
            return ActorId.from_claim(value).organisation().value
    except InvalidIdentifier:
        raise _Refused(AltinnFault.MALFORMED, "to") from None
    if not isinstance(value, str) or not value.startswith(ORGANISATION):
        raise _Refused(AltinnFault.MALFORMED, "to")
    return value.removeprefix(ORGANISATION)


def _moment(entry: Mapping[str, Any], name: str) -> datetime:
    value = entry[name]
    if not isinstance(value, str) or _MOMENT.fullmatch(value) is None:
        raise _Refused(AltinnFault.MALFORMED, name)
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        raise _Refused(AltinnFault.MALFORMED, name) from None
