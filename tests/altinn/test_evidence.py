"""What is evidence of a consent in Altinn, and what is not: each documented spelling, each part that can be wrong."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.consent.altinn import AltinnFault, Evidence, Expected, Refusal, evidence_of
from tests.altinn.tokens import BANK, CONSENT, EVA, EXPECTED, KARI, NAV, NOW, OTHER_BANK, details, entry, right

F = AltinnFault
RIGHTS = [right()]
OTHER_SPELLING = {"metadata": ..., "metaData": {"formaal": "REFINANCING", "kilde": NAV}}


def told(category: str = "plan-status", **metadata: str | None) -> dict[str, Any]:
    """A right that tells this beside its resource; what is None is left out."""
    both = {"formaal": "REFINANCING", "kilde": NAV, **metadata}
    return right(category, metadata={name: value for name, value in both.items() if value is not None})


def test_nothing_told_is_no_evidence():
    assert evidence_of(None, EXPECTED) == Refusal(fault=F.NO_CONSENT, field="authorization_details")


def test_consent_that_matches_in_every_part_is_evidence():
    assert evidence_of(details(entry()), EXPECTED) == Evidence(
        id=CONSENT,
        given_at=datetime(2026, 11, 20, 10, 34, 39, 676924, tzinfo=UTC),
        valid_to=datetime(2027, 11, 20, 10, 34, 34, 836000, tzinfo=UTC),
    )


SPELLINGS: dict[str, dict[str, Any]] = {
    # docs.altinn.studio: validate-consent (2025-08, 2026-01), docs.digdir.no: maskinporten_func_samtykke
    "as the guide to validation and Digdir have it": {},
    # docs.altinn.studio: retrieve-token (2026-01)
    "metaData, as the guide to tokens has it": {"consentRights": [right(**OTHER_SPELLING)]},
    "metadata left out is metadata of another right": {"consentRights": [right(metadata=...), right()]},
    "metadata that is null, of a right not needed": {"consentRights": [right("budget", metadata=None), right()]},
    # docs.altinn.studio: what-do-you-get/consent (2025-06), Norwegian
    "consentrights and a plain URN": {
        "to": f"urn:altinn:organization:identifier-no:{BANK}",
        "consentRights": ...,
        "consentrights": [right(action=["read", "write"])],
    },
    # the same page in English
    "concent throughout": {
        "type": "urn:altinn:concent",
        "to": f"urn:altinn:organization:identifier-no:{BANK}",
        "consented": ...,
        "concented": "2026-11-20T00:00:00Z",
        "consentRights": ...,
        "concentrights": [right(resource=[{"id": "urn:altinn:resource", "value": "bofast-plan-status"}])],
    },
    "seconds to seven places": {"validTo": "2027-07-18T06:18:12.2597103+00:00"},
    "another offset": {"consented": "2026-11-22T13:59:59+02:00"},
    "id in capitals": {"id": str(CONSENT).upper()},
    "rights to other things beside": {"consentRights": [right("budget"), right(), told(formaal="SAR")]},
}


@pytest.mark.parametrize("bent", SPELLINGS.values(), ids=SPELLINGS)
def test_documented_spelling_is_taken(bent: dict[str, Any]):
    assert isinstance(evidence_of(details(entry(**bent)), EXPECTED), Evidence)


ENTRIES: dict[str, tuple[F, str, dict[str, Any]]] = {
    "another consent": (F.WRONG_CONSENT, "id", {"id": "93413201-b7e8-4ec3-a899-580fc02c6aeb"}),
    "id in braces": (F.MALFORMED, "id", {"id": f"{{{CONSENT}}}"}),
    "id without hyphens": (F.MALFORMED, "id", {"id": CONSENT.hex}),
    "id a number": (F.MALFORMED, "id", {"id": 7}),
    "given by somebody else": (F.WRONG_PERSON, "from", {"from": f"urn:altinn:person:identifier-no:{EVA}"}),
    "given by an organisation": (F.WRONG_PERSON, "from", {"from": f"urn:altinn:organization:identifier-no:{BANK}"}),
    "giver without the URN": (F.WRONG_PERSON, "from", {"from": KARI}),
    "giver with something after": (F.WRONG_PERSON, "from", {"from": f"urn:altinn:person:identifier-no:{KARI} "}),
    "giver as an object": (F.WRONG_PERSON, "from", {"from": {"ID": KARI}}),
    "given to another": (
        F.WRONG_ORGANISATION,
        "to",
        {"to": {"authority": "iso6523-actorid-upis", "ID": f"0192:{OTHER_BANK}"}},
    ),
    "given to another, as a URN": (
        F.WRONG_ORGANISATION,
        "to",
        {"to": f"urn:altinn:organization:identifier-no:{OTHER_BANK}"},
    ),
    "given to a part of the organisation": (
        F.MALFORMED,
        "to",
        {"to": {"authority": "iso6523-actorid-upis", "ID": f"0192:{BANK}:hr"}},
    ),
    "recipient under another scheme": (
        F.MALFORMED,
        "to",
        {"to": {"authority": "iso6523-actorid-upis", "ID": f"0088:{BANK}"}},
    ),
    "recipient by another authority": (F.MALFORMED, "to", {"to": {"authority": "x", "ID": f"0192:{BANK}"}}),
    "recipient with Ansattporten's capital": (
        F.UNKNOWN_MEMBER,
        "to",
        {"to": {"Authority": "iso6523-actorid-upis", "ID": f"0192:{BANK}"}},
    ),
    "recipient that says more": (
        F.UNKNOWN_MEMBER,
        "to",
        {"to": {"authority": "iso6523-actorid-upis", "ID": f"0192:{BANK}", "unit": "x"}},
    ),
    "recipient a bare number": (F.MALFORMED, "to", {"to": BANK}),
    "recipient a person": (F.MALFORMED, "to", {"to": f"urn:altinn:person:identifier-no:{KARI}"}),
    "given in the future": (F.NOT_YET_GIVEN, "consented", {"consented": "2026-11-22T12:00:00.000001Z"}),
    "moment without an offset": (F.MALFORMED, "consented", {"consented": "2026-11-20T10:34:39"}),
    "moment as a number": (F.MALFORMED, "consented", {"consented": 1_780_000_000}),
    "moment that never was": (F.MALFORMED, "consented", {"consented": "2026-13-20T10:34:39Z"}),
    "moment in the basic form": (F.MALFORMED, "consented", {"consented": "20261120T103439Z"}),
    "never given": (F.MALFORMED, "consented", {"consented": None}),
    "over this moment": (F.EXPIRED, "validTo", {"validTo": "2026-11-22T12:00:00Z"}),
    "over before it was given": (
        F.EXPIRED,
        "validTo",
        {"consented": "2026-11-20T10:00:00Z", "validTo": "2026-11-19T10:00:00Z"},
    ),
    "over before the consent here would be": (F.OUTLASTED, "validTo", {"validTo": "2026-12-01T00:00:00Z"}),
    "no end": (F.MALFORMED, "validTo", {"validTo": ...}),
    "end in a spelling not documented": (F.UNKNOWN_MEMBER, "authorization_details", {"validTo": ..., "validto": "x"}),
    "type of a system user": (F.NO_CONSENT, "type", {"type": "urn:altinn:systemuser"}),
    "type that is no text": (F.NO_CONSENT, "type", {"type": {}}),
    "type in capitals": (F.NO_CONSENT, "type", {"type": "URN:ALTINN:CONSENT"}),
    "giver left out": (F.MALFORMED, "from", {"from": ...}),
    "given in both spellings": (F.MALFORMED, "consented", {"concented": "2026-11-20T00:00:00Z"}),
    "rights in both spellings": (F.MALFORMED, "consentRights", {"concentrights": RIGHTS}),
    "rights in a third spelling": (
        F.UNKNOWN_MEMBER,
        "authorization_details",
        {"consentRights": ..., "concentRights": RIGHTS},
    ),
    "a member unknown": (F.UNKNOWN_MEMBER, "authorization_details", {"requiredDelegator": None}),
    "rights left out": (F.MALFORMED, "consentRights", {"consentRights": ...}),
    "rights that are no list": (F.MALFORMED, "consentRights", {"consentRights": {}}),
    "no right": (F.RIGHT_MISSING, "consentRights", {"consentRights": []}),
    "a right that is a text": (F.MALFORMED, "consentRights", {"consentRights": ["bofast-plan-status"]}),
}

THIS_RIGHT: dict[str, tuple[F, str, dict[str, Any]]] = {
    "to another resource": (F.RIGHT_MISSING, "consentRights", right("budget")),
    "to a resource of a longer name": (F.RIGHT_MISSING, "consentRights", right("plan-status-more")),
    "to do something not documented": (F.UNKNOWN_MEMBER, "action", right(action=["consent", "delete"])),
    "to write alone": (F.RIGHT_MISSING, "consentRights", right(action=["write"])),
    "to do nothing": (F.RIGHT_MISSING, "consentRights", right(action=[])),
    "to do a text": (F.MALFORMED, "action", right(action="consent")),
    "action left out": (F.MALFORMED, "action", right(action=...)),
    "to no resource": (F.MALFORMED, "resource", right(resource=[])),
    "to a resource narrowed down": (
        F.MALFORMED,
        "resource",
        right(resource=[*right()["resource"], {"type": "urn:altinn:task", "value": "x"}]),
    ),
    "resource of another type": (
        F.MALFORMED,
        "resource",
        right(resource=[{"type": "urn:altinn:app", "value": "bofast-plan-status"}]),
    ),
    "resource with both names of its type": (
        F.MALFORMED,
        "type",
        right(resource=[{"type": "urn:altinn:resource", "id": "urn:altinn:resource", "value": "bofast-plan-status"}]),
    ),
    "resource that is a number": (
        F.MALFORMED,
        "resource",
        right(resource=[{"type": "urn:altinn:resource", "value": 1}]),
    ),
    "for another purpose": (F.RIGHT_MISSING, "consentRights", told(formaal="DEBT_COUNSELLING")),
    "from another source": (F.RIGHT_MISSING, "consentRights", told(kilde=BANK)),
    "purpose not told": (F.RIGHT_MISSING, "consentRights", told(formaal=None)),
    "source not told": (F.RIGHT_MISSING, "consentRights", told(kilde=None)),
    "for one case, where all are claimed": (F.RIGHT_MISSING, "consentRights", told(sak="1")),
    "a condition unknown": (F.RIGHT_MISSING, "consentRights", told(fraOgMed="2027-01")),
    "metadata left out": (F.RIGHT_MISSING, "consentRights", right(metadata=...)),
    "metadata in both spellings": (F.MALFORMED, "metadata", right(metaData={})),
    "metadata in a third spelling": (F.UNKNOWN_MEMBER, "consentRights", right(metadata=..., meta_data={})),
    "metadata that is a list": (F.MALFORMED, "metadata", right(metadata=[])),
    "metadata with a number": (F.MALFORMED, "metadata", right(metadata={"formaal": 1})),
    "a member unknown": (F.UNKNOWN_MEMBER, "consentRights", right(condition="x")),
}


@pytest.mark.parametrize(("fault", "place", "bent"), ENTRIES.values(), ids=ENTRIES)
def test_part_that_is_wrong_is_named(fault: F, place: str, bent: dict[str, Any]):
    assert evidence_of(details(entry(**bent)), EXPECTED) == Refusal(fault=fault, field=place)


@pytest.mark.parametrize(("fault", "place", "given_right"), THIS_RIGHT.values(), ids=THIS_RIGHT)
def test_right_that_does_not_cover_the_scope_is_refused(fault: F, place: str, given_right: dict[str, Any]):
    assert evidence_of(details(entry(consentRights=[given_right])), EXPECTED) == Refusal(fault=fault, field=place)


def test_right_that_is_unclear_is_refused_also_beside_one_that_covers_the_scope():
    rights = [right(), right("budget", condition="x")]
    refusal = Refusal(fault=F.UNKNOWN_MEMBER, field="consentRights")
    assert evidence_of(details(entry(consentRights=rights)), EXPECTED) == refusal


@pytest.mark.parametrize(
    ("fault", "text"),
    [
        (F.NO_CONSENT, "[]"),
        (F.NOT_ONE_CONSENT, details(entry(), entry())),
        (F.MALFORMED, json.dumps(entry())),
        (F.MALFORMED, "{"),
        (F.MALFORMED, "[" * 100_000),
        (F.MALFORMED, "[null]"),
        (F.MALFORMED, ""),
    ],
    ids=["none", "two", "no list", "no JSON", "nested without end", "null", "empty text"],
)
def test_details_that_are_not_one_consent_are_refused(fault: F, text: str):
    assert evidence_of(text, EXPECTED) == Refusal(fault=fault, field="authorization_details")


TWO = replace(EXPECTED, categories=("PLAN_STATUS", "BUDGET"))
OF_CASE = replace(EXPECTED, case_id="1")
SCOPES: dict[str, tuple[Expected, list[dict[str, Any]], bool]] = {
    "two categories, two rights": (TWO, [right(), right("budget")], True),
    "two categories, one right": (TWO, [right()], False),
    "two categories, the second from elsewhere": (TWO, [right(), told("budget", kilde=BANK)], False),
    "one case, told": (OF_CASE, [told(sak="1")], True),
    "one case, another told": (OF_CASE, [told(sak="2")], False),
    "one case, none told": (OF_CASE, [right()], False),
    "no category": (replace(EXPECTED, categories=()), [right()], False),
}


@pytest.mark.parametrize(("expected", "rights", "covers"), SCOPES.values(), ids=SCOPES)
def test_each_category_needs_a_right_of_its_own(expected: Expected, rights: list[dict[str, Any]], covers: bool):
    outcome = evidence_of(details(entry(consentRights=rights)), expected)
    assert isinstance(outcome, Evidence if covers else Refusal)


@pytest.mark.parametrize(
    "changed",
    [
        {"id": "93413201-b7e8-4ec3-a899-580fc02c6aeb"},
        {"person": EVA},
        {"organisation": OTHER_BANK},
        {"purpose": "DEBT_COUNSELLING"},
        {"source": BANK},
        {"at": NOW + timedelta(days=365)},
        {"at": NOW - timedelta(days=3)},
        {"until": NOW + timedelta(days=365)},
        {"categories": ("BUDGET",)},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_claim_that_differs_in_one_part_is_refused(changed: dict[str, Any]):
    assert isinstance(evidence_of(details(entry()), replace(EXPECTED, **changed)), Refusal)


def test_each_fault_says_in_plain_words_what_it_is_and_quotes_nothing():
    for fault in F:
        text = Refusal(fault=fault, field="x").text
        assert text.nb.endswith(".")
        assert text.en.endswith(".")
        assert text.nb != text.en
        assert KARI not in text.nb + text.en


def test_neither_claim_nor_evidence_prints_the_person():
    assert KARI not in repr(EXPECTED)
    assert KARI not in repr(evidence_of(details(entry()), EXPECTED))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(["consent", BANK, KARI]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
MEMBERS = st.sampled_from([*entry(), "concented", "concentrights", "consentrights", "metaData"])


@given(member=MEMBERS, value=JSON)
def test_whatever_stands_in_a_member_there_is_an_answer(member: str, value: object):
    assert isinstance(evidence_of(details(entry(**{member: value})), EXPECTED), Evidence | Refusal)


@given(value=JSON, place=st.sampled_from(["action", "resource", "metadata", "metaData"]))
def test_whatever_stands_in_a_right_there_is_an_answer(value: object, place: str):
    assert isinstance(
        evidence_of(details(entry(consentRights=[right(**{place: value})])), EXPECTED), Evidence | Refusal
    )


@given(value=JSON)
def test_whatever_is_told_there_is_an_answer(value: object):
    assert isinstance(evidence_of(json.dumps(value), EXPECTED), Refusal)
