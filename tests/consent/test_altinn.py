"""A consent that was given in Altinn, from the bank's token to what it opens, over HTTP: with tokens of the development
issuer, against the demo's database.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from hub.demo.offices import BANK, OTHER_BANK, TESTBY
from hub.demo.people import EVA, KARI, OLA
from hub.identity.sign_in import sign_in
from tests.acceptance.house import House
from tests.acceptance.recorded import Shown
from tests.altinn.tokens import right
from tests.consent.asking import code, count, done, later, moment, result, scope
from tests.consent.in_altinn import (
    NOBODY,
    PLAN,
    THEIRS,
    WHO,
    answer_to,
    claim,
    consented,
    plan,
    plan_status,
    recorded,
    refused,
)
from tests.intake.factory import strangers

(_UNKNOWN,) = strangers(1)
_LOG = "{ myAccessLog(first: 50) { nodes { recipient { id } categories bases } } }"


def test_consent_opens_what_it_should_is_on_record_and_its_withdrawal_closes_it(own_house: House) -> None:
    altinn = str(uuid4())
    assert plan(own_house) == NOBODY
    told = consented(altinn, consentRights=[plan_status(), plan_status("budget")])

    answer = answer_to(own_house, [told], **claim(altinn))

    given = result(answer)
    assert (given["status"], given["givenAt"]) == ("GIVEN", told["consented"])
    [row] = own_house.rows("SELECT * FROM hub.consent_event WHERE consent_id = $1::uuid", given["consentId"])
    kept = ("kind", "given_by", "collection_method", "evidence_ref", "mandate_id", "recorded_by")
    assert [row[name] for name in kept] == ["GIVEN", "SELF", "ALTINN", f"altinn:{altinn}", None, OTHER_BANK]
    assert row["given_at"] < row["effective_at"] == row["recorded_at"]
    [consent] = own_house.rows("SELECT * FROM hub.consent WHERE id = $1::uuid", given["consentId"])
    about = ("subject_id", "source_party", "recipient_party", "purpose", "categories", "case_id", "asked_by")
    assert [consent[name] for name in about] == [
        EVA.id, TESTBY.nav, OTHER_BANK, "REFINANCING", ["PLAN_STATUS"], None, None,
    ]  # fmt: skip
    [event] = answer.recorded.events
    assert (event.kind, event.purpose, event.actor["party"], answer.recorded.refusals) == (
        "COMMAND", "REFINANCING", OTHER_BANK, (),
    )  # fmt: skip
    assert event.shown == (
        Shown(
            kind="LOOKED_UP",
            subject=str(EVA.id),
            source=TESTBY.nav,
            recipient=OTHER_BANK,
            basis="CONSENT_LIFTS_CONFIDENTIALITY",
            categories=("CONSENT",),
            policies=("bank.any.records-altinn-consent",),
            evidence=given["consentId"],
            rows=1,
        ),
    )

    opened = own_house.ask(WHO, PLAN, purpose="B103", id=EVA.national_id)
    assert opened.data == {"personByNationalId": {"case": {"plan": {"status": "ACTIVE"}}}}
    assert given["consentId"] in {one.evidence for one in opened.recorded.shown}
    lines = own_house.ask("citizen-eva", _LOG).data["myAccessLog"]["nodes"]
    to_it = [set(line["categories"]) for line in lines if line["recipient"]["id"] == OTHER_BANK]
    assert {"CONSENT"} in to_it
    assert any("PLAN_STATUS" in categories for categories in to_it)

    withdrawn = done(own_house, "citizen-eva", "withdrawConsent", consentId=given["consentId"])
    assert withdrawn["status"] == "WITHDRAWN"
    assert plan(own_house) == NOBODY

    # Altinn knows nothing of that, and its token proves the same as before.
    before = count(own_house)
    assert refused(answer_to(own_house, [told], **claim(altinn))) == ("TAKEN_BACK", "givenAt")
    assert refused(answer_to(own_house, [consented(str(uuid4()), id=altinn)], **claim(altinn)))[0] == "TAKEN_BACK"
    assert count(own_house) == before
    assert plan(own_house) == NOBODY

    # Asked again, she may say yes again.
    anew = str(uuid4())
    yes = recorded(own_house, [consented(anew, consented=moment(datetime.now(UTC)))], **claim(anew))
    assert plan(own_house) != NOBODY
    done(own_house, "citizen-eva", "withdrawConsent", consentId=yes["consentId"])
    assert plan(own_house) == NOBODY


def test_token_opens_nothing_by_itself(own_house: House) -> None:
    token = asyncio.run(sign_in(own_house.url, own_house.personas[WHO], consents=[consented(str(uuid4()))]))
    answer = own_house.ask(None, PLAN, purpose="B103", headers={"authorization": f"Bearer {token}"}, id=EVA.national_id)
    assert answer.data == NOBODY


def test_command_sent_again_is_answered_the_same_and_another_overlaps(own_house: House) -> None:
    altinn, about = str(uuid4()), scope(recipient=OTHER_BANK, categories=["CONTACT_INFO"])
    told = [consented(altinn, consentRights=[plan_status("contact-info")])]
    given = claim(altinn, scope=about, idempotencyKey="once-from-altinn")
    first = answer_to(own_house, told, **given)
    before = count(own_house)
    assert answer_to(own_house, told, **given).content == first.content
    # The key is answered from what is stored, whatever the later token tells.
    assert answer_to(own_house, [consented(str(uuid4()))], **given).content == first.content
    assert refused(answer_to(own_house, told, **{**given, "idempotencyKey": "once-more"})) == ("OVERLAPS", "categories")
    assert refused(answer_to(own_house, told, **{**given, "expiresAt": later(9)})) == ("CONFLICT", "idempotencyKey")
    assert count(own_house) == before


_DAY = timedelta(days=1)
_NOW = datetime.now(UTC)
TOLD: dict[str, tuple[str, str, dict[str, Any]]] = {
    "another consent": ("ALTINN_WRONG_CONSENT", "id", {"id": "93413201-b7e8-4ec3-a899-580fc02c6aeb"}),
    "somebody else's": ("ALTINN_WRONG_PERSON", "from", {"from": f"urn:altinn:person:identifier-no:{KARI.national_id}"}),
    "to another bank": ("ALTINN_WRONG_ORGANISATION", "to", {"to": THEIRS}),
    "to another bank, as a URN": (
        "ALTINN_WRONG_ORGANISATION", "to", {"to": f"urn:altinn:organization:identifier-no:{BANK}"},
    ),
    "to another category": ("ALTINN_RIGHT_MISSING", "consentRights", {"consentRights": [plan_status("loan-details")]}),
    "for another purpose": (
        "ALTINN_RIGHT_MISSING", "consentRights", {"consentRights": [plan_status(formaal="DEBT_COUNSELLING")]},
    ),
    "from another source": ("ALTINN_RIGHT_MISSING", "consentRights", {"consentRights": [plan_status(kilde=BANK)]}),
    "for one case alone": (
        "ALTINN_RIGHT_MISSING", "consentRights", {"consentRights": [plan_status(sak=str(uuid4()))]},
    ),
    "to nothing": ("ALTINN_RIGHT_MISSING", "consentRights", {"consentRights": []}),
    "given tomorrow": ("ALTINN_NOT_YET_GIVEN", "consented", {"consented": moment(_NOW + _DAY)}),
    "over": ("ALTINN_EXPIRED", "validTo", {"validTo": moment(_NOW - _DAY)}),
    "over too soon": ("ALTINN_OUTLASTED", "validTo", {"validTo": moment(_NOW + _DAY)}),
    "without an end": ("ALTINN_MALFORMED", "validTo", {"validTo": ...}),
    "under a condition": ("ALTINN_UNKNOWN_MEMBER", "authorization_details", {"onlyIf": "x"}),
    "in two spellings": ("ALTINN_MALFORMED", "consented", {"concented": moment(_NOW - _DAY)}),
}  # fmt: skip


@pytest.mark.parametrize(("expected", "place", "bent"), TOLD.values(), ids=TOLD)
def test_token_that_does_not_match_is_refused_with_its_reason_and_leaves_nothing(
    own_house: House, expected: str, place: str, bent: dict[str, Any]
) -> None:
    altinn, about = str(uuid4()), scope(recipient=OTHER_BANK, categories=["BUDGET"])
    before = count(own_house)
    told = consented(altinn, **{"consentRights": [plan_status("budget")], **bent})
    answer = answer_to(own_house, [told], **claim(altinn, scope=about))
    assert refused(answer) == (expected, place)
    assert answer.recorded.shown == ()
    assert count(own_house) == before


def test_token_tells_of_one_consent_and_no_more(own_house: House) -> None:
    altinn = str(uuid4())
    two = [consented(altinn), consented(str(uuid4()))]
    assert refused(answer_to(own_house, two, **claim(altinn))) == ("ALTINN_NOT_ONE_CONSENT", "authorization_details")
    assert code(own_house, WHO, "recordConsent", **claim(altinn)) == ("ALTINN_NO_CONSENT", "authorization_details")


_URN = f"urn:altinn:organization:identifier-no:{OTHER_BANK}"
_TOLD = {"formaal": "REFINANCING", "kilde": TESTBY.nav}
SPELLINGS: dict[str, tuple[str, dict[str, Any]]] = {
    "metaData": ("debt-overview", {"consentRights": [right("debt-overview", metadata=..., metaData=_TOLD)]}),
    "consentrights, and to as a plain URN": (
        "loan-details",
        {"to": _URN, "consentRights": ..., "consentrights": [plan_status("loan-details")]},
    ),
    "concent throughout": (
        "loan-default",
        {
            "type": "urn:altinn:concent",
            "to": _URN,
            "consented": ...,
            "concented": "2026-11-20T00:00:00Z",
            "consentRights": ...,
            "concentrights": [
                right(
                    resource=[{"id": "urn:altinn:resource", "value": "bofast-loan-default"}],
                    metadata=_TOLD,
                )
            ],
        },
    ),
    "seconds to seven places": (
        "budget",
        {
            "validTo": "2028-07-18T06:18:12.2597103+00:00",
            "consentRights": [plan_status("budget")],
        },
    ),
}


@pytest.mark.parametrize(("category", "bent"), SPELLINGS.values(), ids=SPELLINGS)
def test_documented_spelling_is_taken(own_house: House, category: str, bent: dict[str, Any]) -> None:
    altinn = str(uuid4())
    about = scope(recipient=OTHER_BANK, categories=[category.replace("-", "_").upper()])
    given = recorded(own_house, [consented(altinn, **bent)], **claim(altinn, scope=about))
    assert given["status"] == "GIVEN"


def test_token_of_another_bank_proves_nothing_for_this_one(own_house: House) -> None:
    altinn = str(uuid4())
    stolen = [consented(altinn)]
    assert refused(answer_to(own_house, stolen, who="bank-system", **claim(altinn)))[0] == "ALTINN_WRONG_ORGANISATION"
    # And a consent to itself lets no bank hand in one to another.
    own = [consented(altinn, to=THEIRS)]
    assert refused(answer_to(own_house, own, who="bank-system", **claim(altinn))) == ("NOT_FOUND", "nationalId")


def test_loan_manager_has_no_consent_of_the_municipality_that_it_asks_for(own_house: House) -> None:
    altinn = str(uuid4())
    for organisation in (TESTBY.orgnr, TESTBY.loan_manager):
        to = {"authority": "iso6523-actorid-upis", "ID": f"0192:{organisation}"}
        about = scope(recipient=TESTBY.loan_manager)
        answer = answer_to(
            own_house, [consented(altinn, to=to)], who="loan-manager-system", **claim(altinn, scope=about)
        )
        assert refused(answer) == ("ALTINN_WRONG_ORGANISATION", "to")


def test_of_who_is_hidden_the_same_is_said_as_of_who_is_unknown(own_house: House) -> None:
    altinn, about = str(uuid4()), scope(recipient=OTHER_BANK)
    before = count(own_house)
    answers = [
        answer_to(
            own_house,
            [consented(altinn, whom)],
            **claim(altinn, nationalId=whom, scope=about, idempotencyKey="the-same-key"),
        )
        for whom in (OLA.national_id, _UNKNOWN)
    ]
    assert refused(answers[0]) == ("NOT_FOUND", "nationalId")
    assert answers[0].content == answers[1].content
    assert [answer.recorded.shape for answer in answers] == [(1, 1)] * 2
    assert count(own_house) == before
