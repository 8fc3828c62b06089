"""What a receipt says: every mandatory field of ISO/IEC TS 27560 and of Kantara, each name tied to a term of DPV."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from hub.consent.receipt_document import CONTEXT, receipt_of
from hub.store.tables.values import CONSENT_EVENTS, CONSENT_KINDS, GIVERS
from tests.receipts.told import ISSUED, NOTICE, SUBJECT, UNTIL, consent, event, given, told

# The terms of DPV 2 that receipts use, as the specification and its guide to 27560 have them.
DPV = {
    "ConsentExpired",
    "ConsentGiven",
    "ConsentInvalidated",
    "ConsentNotice",
    "ConsentReceipt",
    "ConsentRecord",
    "ConsentRefused",
    "ConsentRequested",
    "ConsentStatusInvalidForProcessing",
    "ConsentWithdrawn",
    "DataController",
    "DataSubject",
    "DataSubjectRight",
    "Disclose",
    "ExplicitlyExpressedConsent",
    "GuardianOfDataSubject",
    "LegalBasis",
    "PersonalData",
    "Process",
    "Purpose",
    "Recipient",
    "RenewedConsentGiven",
    "Service",
    "SpecialCategoryPersonalData",
    "StorageCondition",
    "UntilTimeDuration",
    "WithdrawConsent",
    "hasApplicableLaw",
    "hasConsentControl",
    "hasConsentStatus",
    "hasDataController",
    "hasDataSource",
    "hasDataSubject",
    "hasDuration",
    "hasEntity",
    "hasIdentifier",
    "hasIndicationMethod",
    "hasJurisdiction",
    "hasLegalBasis",
    "hasLocation",
    "hasName",
    "hasNotice",
    "hasPersonalData",
    "hasProcess",
    "hasProcessing",
    "hasPurpose",
    "hasRecipient",
    "hasRecordOfActivity",
    "hasRight",
    "hasService",
    "hasStorageCondition",
    "isIndicatedAtTime",
    "isIndicatedBy",
}
KANTARA = {
    "version",
    "jurisdiction",
    "consentTimestamp",
    "collectionMethod",
    "consentReceiptID",
    "language",
    "piiPrincipalId",
    "piiControllers",
    "policyUrl",
    "services",
    "purposes",
    "sensitive",
}
HISTORY = (event("REQUESTED", 1), given(), given(3, "RENEWED", given_by="PROXY"), event("WITHDRAWN", 4))


def parts(value: Any) -> Iterator[tuple[str, Any]]:
    """Every name with its value, at any depth; what is inside a language map is no name."""
    for name, member in value.items() if isinstance(value, dict) else ():
        yield name, member
        if name not in ("@context", "title"):
            yield from parts(member)
    for member in value if isinstance(value, list) else ():
        yield from parts(member)


def texts(value: Any) -> Iterator[str]:
    for _, member in parts(value):
        yield from (text for text in (member if isinstance(member, list) else [member]) if isinstance(text, str))


def test_receipt_as_a_whole():
    receipt = receipt_of(told())
    record = receipt["record"]
    assert {name: receipt[name] for name in ("@type", "schemaVersion", "consentReceiptID", "issuedAt")} == {
        "@type": "dpv:ConsentReceipt",
        "schemaVersion": "https://w3id.org/dpv/schema/dpv-27560#receipt",
        "consentReceiptID": "0199a000-0000-7000-8000-000000000003",
        "issuedAt": "2026-11-22T12:00:00.123456Z",
    }
    process = record.pop("services")[0]["purposes"][0]
    assert process == {
        "@type": "dpv:Process",
        "purpose": {
            "@type": "dpv:Purpose",
            "code": "REFINANCING",
            "title": {"nb": "å vurdere", "en": "to consider"},
        },
        "piiCategory": [
            {"@type": "dpv:PersonalData", "code": "PLAN_STATUS", "title": {"nb": "planen", "en": "the plan"}}
        ],
        "piiSource": "urn:bofast:party:9901-nav",
        "thirdPartyName": ["urn:bofast:party:313800105"],
        "thirdPartyDisclosure": True,
        "operations": ["dpv:Disclose"],
        "consentType": "dpv:ExplicitlyExpressedConsent",
        "lawfulBasis": {
            "@id": "eu-gdpr:A6-1-e",
            "@type": "dpv:LegalBasis",
            "code": "CONSENT_LIFTS_CONFIDENTIALITY",
            "citation": "forvaltningsloven (1967) § 13 a nr. 1",
        },
        "termination": {
            "@type": "dpv:StorageCondition",
            "location": "loc:NO",
            "duration": {"@type": "dpv:UntilTimeDuration", "value": "2027-05-21T12:00:00.123456Z"},
        },
    }
    notice, events = record.pop("notice"), record.pop("events")
    assert notice == {
        "@type": "dpv:ConsentNotice",
        "noticeVersion": "2026-1",
        "language": "nb",
        "sha256": NOTICE.sha256,
        "text": NOTICE.text,
    }
    assert events == [
        {
            "@type": "dpv:ConsentRequested",
            "state": "REQUESTED",
            "consentTimestamp": "2026-11-22T10:21:00.123456Z",
            "effectiveFrom": "2026-11-22T10:21:00.123456Z",
            "recordedAt": "2026-11-22T10:21:00.123456Z",
            "givenBy": "urn:bofast:party:313800105",
        },
        {
            "@type": "dpv:ConsentGiven",
            "state": "GIVEN",
            "consentTimestamp": "2026-11-22T10:22:00.123456Z",
            "effectiveFrom": "2026-11-22T10:22:00.123456Z",
            "recordedAt": "2026-11-22T10:22:00.123456Z",
            "givenBy": "dpv:DataSubject",
            "collectionMethod": "IDPORTEN_UI",
            "duration": {"@type": "dpv:UntilTimeDuration", "value": "2027-05-21T12:00:00.123456Z"},
        },
    ]
    for left in ("withdrawal", "rights", "parties"):
        assert record.pop(left)
    assert record == {
        "@id": "urn:uuid:0199a000-0000-7000-8000-000000000002",
        "@type": "dpv:ConsentRecord",
        "schemaVersion": "https://w3id.org/dpv/schema/dpv-27560#record",
        "recordId": "0199a000-0000-7000-8000-000000000002",
        "kind": "CONSENT_LIFTS_CONFIDENTIALITY",
        "state": "GIVEN",
        "piiPrincipalId": f"urn:uuid:{SUBJECT}",
        "jurisdiction": "loc:NO",
        "applicableLaw": ["eu-gdpr:GDPR"],
        "language": "nb",
        "sensitive": False,
        "collectionMethod": "IDPORTEN_UI",
        "consentTimestamp": "2026-11-22T10:22:00.123456Z",
        "effectiveFrom": "2026-11-22T10:22:00.123456Z",
        "recordedAt": "2026-11-22T10:22:00.123456Z",
        "expiresAt": "2027-05-21T12:00:00.123456Z",
        "givenBy": "dpv:DataSubject",
        "assurance": 4,
        "piiControllers": ["urn:bofast:party:9901-nav", "urn:bofast:party:313800105"],
        "policyUrl": "urn:bofast:notice:2026-1",
    }


@pytest.mark.parametrize("kind", CONSENT_EVENTS)
def test_every_name_and_prefix_is_explained_in_the_context_and_every_term_is_one_of_dpv(kind: str):
    last = given(4, kind) if kind in ("GIVEN", "RENEWED") else event(kind, 4)
    receipt = receipt_of(told(events=(*HISTORY[:3], last)))
    names = {name for name, _ in parts(receipt) if not name.startswith("@")}
    assert names <= CONTEXT.keys()
    used = {text for text in (*texts(receipt), *_ids()) if text.startswith("dpv:")}
    assert {text.removeprefix("dpv:") for text in used} <= DPV
    prefixes = {text.split(":")[0] for text in used | {text for _, text in _ids_by_name()}}
    assert prefixes <= CONTEXT.keys()


def _ids_by_name() -> Iterator[tuple[str, str]]:
    for name, meaning in CONTEXT.items():
        identifier = meaning["@id"] if isinstance(meaning, dict) else meaning
        if isinstance(identifier, str) and not identifier.startswith(("http", "urn")):
            yield name, identifier


def _ids() -> list[str]:
    return [identifier for _, identifier in _ids_by_name()]


def test_no_name_of_the_context_goes_unused():
    everything = told(events=HISTORY, consent=consent(case_id=SUBJECT, supersedes=SUBJECT))
    used = {name for name, _ in parts(receipt_of(everything))}
    prefixes = {"bofast", "dct", "dpv", "eu-gdpr", "loc", "rdf", "xsd", "@version"}
    assert CONTEXT.keys() - used - prefixes == set()


def test_fields_of_kantara_are_all_there_under_their_own_names():
    assert {name for name, _ in parts(receipt_of(told()))} >= KANTARA


def test_history_is_told_in_order_with_the_terms_that_were_last_agreed_to():
    later = UNTIL + timedelta(days=100)
    events = (event("REQUESTED", 1), given(), given(3, "RENEWED", expires_at=later))
    record = receipt_of(told(events=events))["record"]
    assert [one["state"] for one in record["events"]] == ["REQUESTED", "GIVEN", "RENEWED"]
    assert (record["state"], record["expiresAt"]) == ("RENEWED", "2027-08-29T12:00:00.123456Z")


def test_withdrawal_keeps_the_terms_that_it_ends():
    record = receipt_of(told(events=(given(), event("WITHDRAWN", 3, given_by="GUARDIAN"))))["record"]
    assert (record["state"], record["notice"]["sha256"]) == ("WITHDRAWN", NOTICE.sha256)
    assert record["events"][-1]["givenBy"] == "dpv:GuardianOfDataSubject"


def test_refusal_has_no_terms_to_tell_of():
    record = receipt_of(told(events=(event("REQUESTED", 1), event("REFUSED", 2)), notice=None))["record"]
    assert record["state"] == "REFUSED"
    assert not {"notice", "expiresAt", "consentTimestamp", "policyUrl"} & record.keys()


def test_text_that_cannot_be_made_again_leaves_its_digest():
    notice = receipt_of(told(notice=None))["record"]["notice"]
    assert "text" not in notice
    assert notice["sha256"] == NOTICE.sha256


def test_digest_of_the_notice_fits_its_text():
    notice = receipt_of(told())["record"]["notice"]
    assert hashlib.sha256(notice["text"].encode()).hexdigest() == notice["sha256"]


def test_health_is_marked_as_a_special_category():
    record = receipt_of(told(consent=consent(categories=["HEALTH_NEED", "PLAN_STATUS"])))["record"]
    assert record["sensitive"] is True
    kinds = [one["@type"] for one in record["services"][0]["purposes"][0]["piiCategory"]]
    assert kinds == ["dpv:SpecialCategoryPersonalData", "dpv:PersonalData"]


@pytest.mark.parametrize("kind", CONSENT_KINDS)
@pytest.mark.parametrize("giver", GIVERS)
def test_receipt_names_no_employee_and_no_national_id(kind: str, giver: str):
    events = (given(2, given_by=giver, collection_method="PAPER_SCAN", evidence_ref="doc-1"),)
    text = json.dumps(receipt_of(told(events=events, consent=consent(kind=kind))))
    assert "Z999999" not in text
    assert "doc-1" not in text


def test_case_is_told_where_the_consent_is_for_one_case():
    receipt = receipt_of(told(consent=consent(case_id=SUBJECT)))
    assert receipt["record"]["services"][0]["purposes"][0]["case"] == f"urn:uuid:{SUBJECT}"


def test_moments_are_in_utc_to_the_microsecond():
    assert receipt_of(told(issued_at=ISSUED.replace(microsecond=0)))["issuedAt"] == "2026-11-22T12:00:00.000000Z"
