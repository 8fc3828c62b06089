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
from tests.acceptance.house import Answer, House
from tests.acceptance.recorded import Shown
from tests.altinn.tokens import entry, right
from tests.consent.asking import code, count, document, done, later, moment, result, scope, send
from tests.intake.factory import strangers

(_UNKNOWN,) = strangers(1)
_PLAN = "query($id: NationalId!) { personByNationalId(input: {nationalId: $id}) { case { plan { status } } } }"
_LOG = "{ myAccessLog(first: 50) { nodes { recipient { id } categories bases } } }"
_NOBODY = {"personByNationalId": None}
_WHO = "other-bank-system"


def consented(altinn: str, whom: str = EVA.national_id, **bent: object) -> dict[str, Any]:
    """Eva has consented in Altinn, two days ago and for two years, that NAV tells the other bank how her plan stands.
    Each member can be replaced or left out (`...`).
    """
    now = datetime.now(UTC)
    return entry(
        **{
            "id": altinn,
            "from": f"urn:altinn:person:identifier-no:{whom}",
            "to": {"authority": "iso6523-actorid-upis", "ID": f"0192:{OTHER_BANK}"},
            "consented": moment(now - timedelta(days=2)),
            "validTo": moment(now + timedelta(days=730)),
            "consentRights": [plan_status()],
            **bent,
        }
    )


def plan_status(category: str = "plan-status", **metadata: str) -> dict[str, Any]:
    return right(category, metadata={"formaal": "REFINANCING", "kilde": TESTBY.nav, **metadata})


def claim(altinn: str, **values: object) -> dict[str, Any]:
    """What the bank says of it."""
    return {
        "nationalId": EVA.national_id,
        "scope": scope(recipient=OTHER_BANK),
        "collectionMethod": "ALTINN",
        "evidenceRef": altinn,
        "language": "NB",
        "expiresAt": later(),
        **values,
    }


def answer_to(house: House, entries: list[dict[str, Any]], *, who: str = _WHO, **given: object) -> Answer:
    """`recordConsent` with a token that tells of these consents."""
    token = asyncio.run(sign_in(house.url, house.personas[who], consents=entries))
    variables = {"idempotencyKey": f"key-{uuid4().hex}", **given}
    headers = {"authorization": f"Bearer {token}"}
    return house.ask(None, document("recordConsent"), purpose="B103", headers=headers, input=variables)


def recorded(house: House, entries: list[dict[str, Any]], **given: object) -> dict[str, Any]:
    found = result(answer_to(house, entries, **given))
    assert found["__typename"] == "ConsentChanged", found
    return found


def refused(answer: Answer) -> tuple[str, str | None]:
    found = result(answer)
    assert found["__typename"] == "CommandRefused", found
    return found["code"], found["field"]


def plan(house: House, who: str = _WHO) -> Any:
    return house.ask(who, _PLAN, purpose="B103", id=EVA.national_id).data


def test_consent_opens_what_it_should_is_on_record_and_its_withdrawal_closes_it(own_house: House) -> None:
    altinn = str(uuid4())
    assert plan(own_house) == _NOBODY
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

    opened = own_house.ask(_WHO, _PLAN, purpose="B103", id=EVA.national_id)
    assert opened.data == {"personByNationalId": {"case": {"plan": {"status": "ACTIVE"}}}}
    assert given["consentId"] in {one.evidence for one in opened.recorded.shown}
    lines = own_house.ask("citizen-eva", _LOG).data["myAccessLog"]["nodes"]
    to_it = [set(line["categories"]) for line in lines if line["recipient"]["id"] == OTHER_BANK]
    assert {"CONSENT"} in to_it
    assert any("PLAN_STATUS" in categories for categories in to_it)

    withdrawn = done(own_house, "citizen-eva", "withdrawConsent", consentId=given["consentId"])
    assert withdrawn["status"] == "WITHDRAWN"
    assert plan(own_house) == _NOBODY

    # Altinn knows nothing of that, and its token proves the same as before.
    before = count(own_house)
    assert refused(answer_to(own_house, [told], **claim(altinn))) == ("TAKEN_BACK", "givenAt")
    assert refused(answer_to(own_house, [consented(str(uuid4()), id=altinn)], **claim(altinn)))[0] == "TAKEN_BACK"
    assert count(own_house) == before
    assert plan(own_house) == _NOBODY

    # Asked again, she may say yes again.
    anew = str(uuid4())
    yes = recorded(own_house, [consented(anew, consented=moment(datetime.now(UTC)))], **claim(anew))
    assert plan(own_house) != _NOBODY
    done(own_house, "citizen-eva", "withdrawConsent", consentId=yes["consentId"])
    assert plan(own_house) == _NOBODY


def test_token_opens_nothing_by_itself(own_house: House) -> None:
    token = asyncio.run(sign_in(own_house.url, own_house.personas[_WHO], consents=[consented(str(uuid4()))]))
    answer = own_house.ask(
        None, _PLAN, purpose="B103", headers={"authorization": f"Bearer {token}"}, id=EVA.national_id
    )
    assert answer.data == _NOBODY


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
_THEIRS = {"authority": "iso6523-actorid-upis", "ID": f"0192:{BANK}"}
TOLD: dict[str, tuple[str, str, dict[str, Any]]] = {
    "another consent": ("ALTINN_WRONG_CONSENT", "id", {"id": "93413201-b7e8-4ec3-a899-580fc02c6aeb"}),
    "somebody else's": ("ALTINN_WRONG_PERSON", "from", {"from": f"urn:altinn:person:identifier-no:{KARI.national_id}"}),
    "to another bank": ("ALTINN_WRONG_ORGANISATION", "to", {"to": _THEIRS}),
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
    assert code(own_house, _WHO, "recordConsent", **claim(altinn)) == ("ALTINN_NO_CONSENT", "authorization_details")


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
    own = [consented(altinn, to=_THEIRS)]
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


def asked_for(house: House, *categories: str) -> str:
    """A request of the bank's own customer, that nobody has answered yet."""
    about = {"categories": list(categories), "source": TESTBY.nav, "purpose": "REFINANCING"}
    return done(house, "bank-system", "requestConsent", nationalId=EVA.national_id, **about)["consentId"]


def to_the_bank(altinn: str, category: str, **bent: object) -> dict[str, Any]:
    return consented(altinn, **{"to": _THEIRS, "consentRights": [plan_status(category)], **bent})


def by_id(consent: str, altinn: str, **values: object) -> dict[str, Any]:
    given = claim(altinn, consentId=consent, **values)
    return {name: value for name, value in given.items() if name not in ("nationalId", "scope")}


def test_what_was_asked_for_can_be_answered_in_altinn(own_house: House) -> None:
    altinn, consent = str(uuid4()), asked_for(own_house, "BUDGET")
    told = to_the_bank(altinn, "budget")
    given = recorded(own_house, [told], who="bank-system", **by_id(consent, altinn))
    assert (given["consentId"], given["status"], given["givenAt"]) == (consent, "GIVEN", told["consented"])
    kinds = "SELECT kind, evidence_ref FROM hub.consent_event WHERE consent_id = $1::uuid ORDER BY seq"
    assert [tuple(row.values()) for row in own_house.rows(kinds, consent)] == [
        ("REQUESTED", None), ("GIVEN", f"altinn:{altinn}"),
    ]  # fmt: skip
    again = answer_to(own_house, [told], who="bank-system", **by_id(consent, altinn))
    assert refused(again) == ("ALREADY_GIVEN", "consentId")
    done(own_house, "citizen-eva", "withdrawConsent", consentId=consent)
    anew = asked_for(own_house, "BUDGET")
    assert refused(answer_to(own_house, [told], who="bank-system", **by_id(anew, altinn)))[0] == "TAKEN_BACK"


ANSWERS: dict[str, tuple[str, dict[str, Any]]] = {
    "of somebody else": ("ALTINN_WRONG_PERSON", {"from": f"urn:altinn:person:identifier-no:{KARI.national_id}"}),
    "to something else": ("ALTINN_RIGHT_MISSING", {"consentRights": [plan_status("plan-status")]}),
    "for something else": (
        "ALTINN_RIGHT_MISSING", {"consentRights": [plan_status("debt-overview", formaal="DEBT_COUNSELLING")]},
    ),
    "to another bank": (
        "ALTINN_WRONG_ORGANISATION", {"to": {"authority": "iso6523-actorid-upis", "ID": f"0192:{OTHER_BANK}"}},
    ),
    "another one": ("ALTINN_WRONG_CONSENT", {"id": str(uuid4())}),
}  # fmt: skip


def test_answer_in_altinn_must_match_what_was_asked_for(own_house: House) -> None:
    altinn, consent = str(uuid4()), asked_for(own_house, "DEBT_OVERVIEW")
    before = count(own_house)
    for expected, bent in ANSWERS.values():
        answer = answer_to(
            own_house, [to_the_bank(altinn, "debt-overview", **bent)], who="bank-system", **by_id(consent, altinn)
        )
        assert refused(answer)[0] == expected
    nothing = send(own_house, "bank-system", "recordConsent", **by_id(consent, altinn))
    assert refused(nothing)[0] == "ALTINN_NO_CONSENT"
    assert count(own_house) == before
    # A request of the bank's, answered by another, is none of the other's.
    told = to_the_bank(altinn, "debt-overview")
    theirs = answer_to(own_house, [told], **by_id(consent, altinn))
    nobodys = answer_to(own_house, [told], **by_id(str(uuid4()), altinn))
    assert refused(theirs) == refused(nobodys) == ("NOT_FOUND", "consentId")
    assert theirs.content == nobodys.content
    refusal = {"consentId": consent}
    done(own_house, "citizen-eva", "refuseConsent", **refusal)
    answer = answer_to(own_house, [told], who="bank-system", **by_id(consent, altinn))
    assert refused(answer) == ("ALREADY_ENDED", "consentId")
    # Nor does the no count as a yes that was given before it.
    about = scope(categories=["DEBT_OVERVIEW"])
    answer = answer_to(own_house, [told], who="bank-system", **claim(altinn, scope=about))
    assert refused(answer) == ("TAKEN_BACK", "givenAt")


def test_bank_that_learns_of_a_withdrawal_in_altinn_writes_it_down_and_reads_no_more(own_house: House) -> None:
    altinn = str(uuid4())
    told = consented(altinn, consented=moment(datetime.now(UTC)))
    given = recorded(own_house, [told], **claim(altinn))
    consent = {"consentId": given["consentId"]}
    assert plan(own_house) != _NOBODY
    # The bank that it is not to, and one that is not there, are told the same.
    answers = [
        send(own_house, "bank-system", "withdrawConsent", consentId=one) for one in (consent["consentId"], altinn)
    ]
    assert refused(answers[0]) == refused(answers[1]) == ("NOT_FOUND", "consentId")
    assert plan(own_house) != _NOBODY

    withdrawn = send(own_house, _WHO, "withdrawConsent", **consent)

    assert result(withdrawn)["status"] == "WITHDRAWN"
    [shown] = withdrawn.recorded.shown
    assert (shown.policies, shown.evidence) == (("bank.any.records-withdrawal",), given["consentId"])
    assert plan(own_house) == _NOBODY
    told_of = "SELECT DISTINCT party_id FROM hub.message WHERE consent_id = $1::uuid AND kind = 'CONSENT_WITHDRAWN'"
    assert {row["party_id"] for row in own_house.rows(told_of, given["consentId"])} >= {OTHER_BANK, TESTBY.nav}
    assert refused(answer_to(own_house, [told], **claim(altinn)))[0] == "TAKEN_BACK"


def test_bank_cannot_end_a_consent_to_others_by_handing_in_one_to_itself(own_house: House) -> None:
    altinn, about = str(uuid4()), scope(recipient=OTHER_BANK, categories=["AGREEMENT_TERMS"])
    theirs = own_house.value(
        "SELECT id::text FROM facts.consent WHERE subject_id = $1 AND recipient_party <> $2", EVA.id, OTHER_BANK
    )
    told = [consented(altinn, consentRights=[plan_status("agreement-terms")])]
    assert refused(answer_to(own_house, told, **claim(altinn, scope=about, supersedes=theirs))) == (
        "NOT_FOUND", "supersedes",
    )  # fmt: skip
    statuses = own_house.rows("SELECT status FROM facts.consent_status WHERE consent_id = $1::text::uuid", theirs)
    assert [row["status"] for row in statuses] == ["GIVEN"]
