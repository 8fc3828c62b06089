"""What a receipt says: a consent and its history, in the shape of ISO/IEC TS 27560 with terms of the W3C's Data Privacy
Vocabulary (DPV). Pure: rows of the ledger go in, JSON comes out.

The names that a reader sees are those of the Kantara receipt (v1.1) and of 27560; `@context` says which term of DPV
each stands for, after the guide at w3id.org/dpv/guides/consent-27560.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from hub.consent.notices import Notice
from hub.identity.legal_bases import LegalBasis
from hub.store.tables import Consent, ConsentEvent, Party

CONTEXT: Final[Mapping[str, Any]] = {
    "@version": 1.1,
    "bofast": "urn:bofast:terms:",
    "dct": "http://purl.org/dc/terms/",
    "dpv": "https://w3id.org/dpv#",
    "eu-gdpr": "https://w3id.org/dpv/legal/eu/gdpr#",
    "loc": "https://w3id.org/dpv/loc#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "schemaVersion": {"@id": "dct:conformsTo", "@type": "@id"},
    "version": "bofast:kantaraVersion",
    "consentReceiptID": "dct:identifier",
    "recordId": "dct:identifier",
    "issuedAt": {"@id": "dct:created", "@type": "xsd:dateTime"},
    "record": "dpv:hasRecordOfActivity",
    "piiPrincipalId": {"@id": "dpv:hasDataSubject", "@type": "@id"},
    "piiControllers": {"@id": "dpv:hasDataController", "@type": "@id"},
    "jurisdiction": {"@id": "dpv:hasJurisdiction", "@type": "@id"},
    "applicableLaw": {"@id": "dpv:hasApplicableLaw", "@type": "@id"},
    "language": "dct:language",
    "kind": "bofast:kind",
    "state": "bofast:state",
    "sensitive": "bofast:sensitive",
    "collectionMethod": "dpv:hasIndicationMethod",
    "consentTimestamp": {"@id": "dpv:isIndicatedAtTime", "@type": "xsd:dateTime"},
    "effectiveFrom": {"@id": "bofast:effectiveFrom", "@type": "xsd:dateTime"},
    "recordedAt": {"@id": "bofast:recordedAt", "@type": "xsd:dateTime"},
    "expiresAt": {"@id": "bofast:expiresAt", "@type": "xsd:dateTime"},
    "givenBy": {"@id": "dpv:isIndicatedBy", "@type": "@id"},
    "assurance": "bofast:assurance",
    "services": "dpv:hasService",
    "service": "dct:title",
    "purposes": "dpv:hasProcess",
    "purpose": "dpv:hasPurpose",
    "piiCategory": "dpv:hasPersonalData",
    "piiSource": {"@id": "dpv:hasDataSource", "@type": "@id"},
    "thirdPartyName": {"@id": "dpv:hasRecipient", "@type": "@id"},
    "thirdPartyDisclosure": "bofast:thirdPartyDisclosure",
    "operations": {"@id": "dpv:hasProcessing", "@type": "@id"},
    "consentType": {"@id": "bofast:consentType", "@type": "@id"},
    "lawfulBasis": "dpv:hasLegalBasis",
    "citation": "dct:bibliographicCitation",
    "case": {"@id": "bofast:case", "@type": "@id"},
    "termination": {"@id": "dpv:hasStorageCondition"},
    "location": {"@id": "dpv:hasLocation", "@type": "@id"},
    "duration": "dpv:hasDuration",
    "value": "rdf:value",
    "code": "bofast:code",
    "title": {"@id": "dct:title", "@container": "@language"},
    "parties": "dpv:hasEntity",
    "name": "dpv:hasName",
    "identifier": "dpv:hasIdentifier",
    "notice": "dpv:hasNotice",
    "noticeVersion": "dct:hasVersion",
    "sha256": "bofast:sha256",
    "text": "dct:description",
    "policyUrl": {"@id": "bofast:policy", "@type": "@id"},
    "withdrawal": "dpv:hasConsentControl",
    "rights": "dpv:hasRight",
    "events": "dpv:hasConsentStatus",
    "supersedes": {"@id": "dct:replaces", "@type": "@id"},
}
"""Every name in a receipt, and the term that it stands for."""

_PROFILE: Final = "https://w3id.org/dpv/schema/dpv-27560"
_KANTARA: Final = "KI-CR-v1.1.0"
# DPV has no state of its own for a request that nobody answered in time, nor for a consent that another replaced.
_STATES: Final[Mapping[str, str]] = {
    "EXPIRED": "dpv:ConsentExpired",
    "GIVEN": "dpv:ConsentGiven",
    "INVALIDATED": "dpv:ConsentInvalidated",
    "LAPSED": "dpv:ConsentStatusInvalidForProcessing",
    "REFUSED": "dpv:ConsentRefused",
    "RENEWED": "dpv:RenewedConsentGiven",
    "REQUESTED": "dpv:ConsentRequested",
    "SUPERSEDED": "dpv:ConsentStatusInvalidForProcessing",
    "WITHDRAWN": "dpv:ConsentWithdrawn",
}
_GIVERS: Final[Mapping[str, str]] = {
    "GUARDIAN": "dpv:GuardianOfDataSubject",
    "PROXY": "bofast:Proxy",
    "SELF": "dpv:DataSubject",
}
_SPECIAL: Final = frozenset({"HEALTH_NEED"})
_WITHDRAWAL: Final = {
    "nb": "Trekk samtykket i Bofast når som helst, like lett som det ble gitt, og uten å si hvorfor.",
    "en": "Withdraw the consent in Bofast at any time, as easily as it was given, and without saying why.",
}
_RIGHT: Final = {"nb": "Retten til å trekke samtykket", "en": "The right to withdraw the consent"}
_ARTICLES: Final = {"6(1)(a)": "eu-gdpr:A6-1-a", "6(1)(e)": "eu-gdpr:A6-1-e", "9(2)(a)": "eu-gdpr:A9-2-a"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """What makes the sharing lawful once there is a consent."""

    code: str
    citation: str
    gdpr: str

    @classmethod
    def of(cls, row: LegalBasis) -> Basis:
        return cls(code=row.code, citation=row.citation, gdpr=row.gdpr)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """All that goes into a receipt. `events` are those of the consent up to the one it is issued for, in order; `words`
    gives what a category or a purpose is called, by language.
    """

    id: UUID
    issued_at: datetime
    consent: Consent
    events: Sequence[ConsentEvent]
    source: Party
    recipient: Party
    basis: Basis
    notice: Notice | None
    words: Mapping[tuple[str, str], Mapping[str, str]]

    @property
    def terms(self) -> ConsentEvent | None:
        """The event that opened it last. A refusal has none before it."""
        return next((event for event in reversed(self.events) if event.expires_at is not None), None)


def receipt_of(told: Told) -> dict[str, Any]:
    """The receipt, ready to be signed."""
    return {
        "@context": dict(CONTEXT),
        "@id": told.id.urn,
        "@type": "dpv:ConsentReceipt",
        "schemaVersion": f"{_PROFILE}#receipt",
        "version": _KANTARA,
        "consentReceiptID": str(told.id),
        "issuedAt": moment(told.issued_at),
        "record": _record(told),
    }


def moment(at: datetime) -> str:
    """In UTC, to the microsecond: what two clocks can be held against each other by."""
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _record(told: Told) -> dict[str, Any]:
    consent, last = told.consent, told.events[-1]
    return _present(
        {
            "@id": consent.id.urn,
            "@type": "dpv:ConsentRecord",
            "schemaVersion": f"{_PROFILE}#record",
            "recordId": str(consent.id),
            "kind": consent.kind,
            "state": last.kind,
            "piiPrincipalId": consent.subject_id.urn,
            "jurisdiction": "loc:NO",
            "applicableLaw": ["eu-gdpr:GDPR"],
            "language": told.notice.language if told.notice else last.language,
            "sensitive": bool(_SPECIAL & set(consent.categories)),
            "supersedes": consent.supersedes.urn if consent.supersedes else None,
            **_given(told),
            "piiControllers": [_party_id(told.source), _party_id(told.recipient)],
            "services": [{"@type": "dpv:Service", "service": "Bofast", "purposes": [_process(told)]}],
            "parties": [
                _party(told.source, "dpv:DataController"),
                _party(told.recipient, "dpv:DataController", "dpv:Recipient"),
            ],
            "notice": _notice(told),
            "policyUrl": f"urn:bofast:notice:{told.terms.notice_version}" if told.terms else None,
            "withdrawal": {"@type": "dpv:WithdrawConsent", "title": _WITHDRAWAL},
            "rights": [{"@type": ["dpv:DataSubjectRight", "eu-gdpr:A7-3"], "title": _RIGHT}],
            "events": [_event(event, consent) for event in told.events],
        }
    )


def _given(told: Told) -> dict[str, Any]:
    """The three clocks, and who gave it how: as of the last time that it was given."""
    terms = told.terms
    if terms is None or terms.given_at is None or terms.expires_at is None:
        return {}
    return {
        "collectionMethod": terms.collection_method,
        "consentTimestamp": moment(terms.given_at),
        "effectiveFrom": moment(terms.effective_at),
        "recordedAt": moment(terms.recorded_at),
        "expiresAt": moment(terms.expires_at),
        "givenBy": _GIVERS[terms.given_by or "SELF"],
        "assurance": terms.assurance,
    }


def _process(told: Told) -> dict[str, Any]:
    consent, terms = told.consent, told.terms
    until = moment(terms.expires_at) if terms and terms.expires_at else None
    return _present(
        {
            "@type": "dpv:Process",
            "purpose": {
                "@type": "dpv:Purpose",
                "code": consent.purpose,
                "title": told.words["purposes", consent.purpose],
            },
            "piiCategory": [_category(told, name) for name in sorted(consent.categories)],
            "piiSource": _party_id(told.source),
            "thirdPartyName": [_party_id(told.recipient)],
            "thirdPartyDisclosure": True,
            "operations": ["dpv:Disclose"],
            "consentType": "dpv:ExplicitlyExpressedConsent",
            "lawfulBasis": {
                "@id": _ARTICLES.get(told.basis.gdpr, f"bofast:{told.basis.code}"),
                "@type": "dpv:LegalBasis",
                "code": told.basis.code,
                "citation": told.basis.citation,
            },
            "case": consent.case_id.urn if consent.case_id else None,
            # The hub shows, and keeps no copy for the recipient: it is shown for as long as the consent is in force.
            "termination": _present(
                {
                    "@type": "dpv:StorageCondition",
                    "location": "loc:NO",
                    "duration": {"@type": "dpv:UntilTimeDuration", "value": until} if until else None,
                }
            ),
        }
    )


def _category(told: Told, name: str) -> dict[str, Any]:
    kind = "dpv:SpecialCategoryPersonalData" if name in _SPECIAL else "dpv:PersonalData"
    return {"@type": kind, "code": name, "title": told.words["categories", name]}


def _party(party: Party, *roles: str) -> dict[str, Any]:
    return _present({"@id": _party_id(party), "@type": list(roles), "name": party.name, "identifier": party.orgnr})


def _party_id(party: Party) -> str:
    return f"urn:bofast:party:{party.id}"


def _notice(told: Told) -> dict[str, Any] | None:
    """The text as it was shown. Where it can no longer be made again letter for letter, its digest has to do."""
    terms = told.terms
    if terms is None:
        return None
    return _present(
        {
            "@type": "dpv:ConsentNotice",
            "noticeVersion": terms.notice_version,
            "language": terms.language,
            "sha256": terms.notice_sha256,
            "text": told.notice.text if told.notice else None,
        }
    )


def _event(event: ConsentEvent, consent: Consent) -> dict[str, Any]:
    """Who wrote it down stays with the hub: a receipt names no employee."""
    return _present(
        {
            "@type": _STATES[event.kind],
            "state": event.kind,
            "consentTimestamp": moment(event.given_at or event.effective_at),
            "effectiveFrom": moment(event.effective_at),
            "recordedAt": moment(event.recorded_at),
            "givenBy": _by(event, consent),
            "collectionMethod": event.collection_method,
            "duration": {"@type": "dpv:UntilTimeDuration", "value": moment(event.expires_at)}
            if event.expires_at
            else None,
        }
    )


def _by(event: ConsentEvent, consent: Consent) -> str:
    match event.kind:
        case "REQUESTED":
            return f"urn:bofast:party:{consent.asked_by}" if consent.asked_by else "bofast:Hub"
        case "EXPIRED" | "LAPSED" | "INVALIDATED":
            return "bofast:Hub"
        case _:
            return _GIVERS[event.given_by or "SELF"]


def _present(members: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value is not None}
