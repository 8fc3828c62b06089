"""Offices and banks ask for consents to themselves, and write down what a person has given them elsewhere."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from hub.demo.offices import BANK, OTHER_BANK, TESTBY
from hub.demo.people import EVA, KARI, OLA, SIRI
from tests.acceptance.house import House
from tests.consent.asking import code, count, document, done, give, later, moment, result, scope, send
from tests.intake.factory import strangers

(_UNKNOWN,) = strangers(1)


def request(**values: object) -> dict[str, object]:
    """NAV asks Kari to let the bank show it her loans, unless said otherwise."""
    return {
        "nationalId": KARI.national_id,
        "categories": ["LOAN_DETAILS", "LOAN_DEFAULT"],
        "source": BANK,
        "purpose": "EVICTION_PREVENTION",
        **values,
    }


def paper(**values: object) -> dict[str, object]:
    """A consent of Kari's on paper, from the day before yesterday."""
    return {
        "nationalId": KARI.national_id,
        "scope": scope(categories=["BUDGET"], purpose="REPAYMENT_AGREEMENT"),
        "collectionMethod": "PAPER_SCAN",
        "evidenceRef": "arkiv-2026-0042",
        "language": "NB",
        "givenAt": moment(datetime.now(UTC) - timedelta(days=2)),
        "expiresAt": later(),
        **values,
    }


def test_caseworker_asks_and_the_person_is_told_and_answers(own_house: House) -> None:
    asked = done(own_house, "nav-caseworker", "requestConsent", **request())
    assert (asked["status"], asked["givenAt"], asked["expiresAt"]) == ("REQUESTED", None, None)
    [message] = own_house.rows("SELECT * FROM hub.message WHERE consent_id = $1::uuid", asked["consentId"])
    assert (message["kind"], message["person_id"], message["party_id"]) == ("CONSENT_REQUESTED", KARI.id, None)
    given = done(
        own_house, "citizen-kari", "giveConsent", consentId=asked["consentId"], language="NB", expiresAt=later()
    )
    assert given["status"] == "GIVEN"
    assert code(own_house, "nav-caseworker", "requestConsent", **request()) == ("OVERLAPS", "categories")
    again = {"consentId": asked["consentId"], "language": "NB", "expiresAt": later()}
    assert code(own_house, "citizen-kari", "giveConsent", **again)[0] == "ALREADY_GIVEN"


@pytest.mark.parametrize(
    ("who", "whom"),
    [
        pytest.param("nav-caseworker-other-office", KARI, id="an office without the case"),
        pytest.param("nav-caseworker-other-municipality", KARI, id="another municipality"),
        pytest.param("nav-sister", KARI, id="her sister"),
        pytest.param("nav-caseworker", OLA, id="somebody strictly protected"),
        pytest.param("nav-caseworker", SIRI, id="somebody without a case"),
        pytest.param("other-bank-system", KARI, id="a bank that she never consented to anything with"),
    ],
)
def test_request_that_is_not_theirs_is_answered_as_for_an_unknown_number(
    own_house: House, who: str, whom: object
) -> None:
    number = whom.national_id  # type: ignore[attr-defined]
    before = count(own_house)
    answers = [
        send(own_house, who, "requestConsent", **request(nationalId=asked, idempotencyKey="the-same-key"))
        for asked in (number, _UNKNOWN)
    ]
    assert answers[0].content == answers[1].content
    assert result(answers[0])["code"] == "NOT_FOUND"
    assert [answer.recorded.refusals for answer in answers] == [
        (("gate:command:refused", "NOT_FOUND", "requestConsent"),)
    ] * 2
    assert [answer.recorded.shown for answer in answers] == [()] * 2
    assert count(own_house) == before


def test_bank_may_ask_whom_it_has_had_a_consent_of(own_house: House) -> None:
    asked = done(
        own_house,
        "bank-system",
        "requestConsent",
        nationalId=EVA.national_id,
        categories=["BUDGET"],
        source=TESTBY.nav,
        purpose="REFINANCING",
    )
    [consent] = own_house.rows("SELECT * FROM hub.consent WHERE id = $1::uuid", asked["consentId"])
    assert (consent["recipient_party"], consent["asked_by"], consent["kind"]) == (
        BANK,
        BANK,
        "CONSENT_LIFTS_CONFIDENTIALITY",
    )


def test_bank_that_states_no_purpose_is_told_to(own_house: House) -> None:
    answer = own_house.ask("bank-system", document("requestConsent"), input={"idempotencyKey": "12345678", **request()})
    assert answer.codes == ["PURPOSE_REQUIRED"]


def test_caseworker_writes_down_a_consent_on_paper_with_its_three_clocks(own_house: House) -> None:
    recorded = done(own_house, "nav-caseworker", "recordConsent", **paper())
    [event] = own_house.rows("SELECT * FROM hub.consent_event WHERE id = $1::uuid", recorded["eventId"])
    assert event["given_at"] < event["effective_at"] == event["recorded_at"]
    kept = ("kind", "given_by", "collection_method", "evidence_ref")
    assert [event[name] for name in kept] == ["GIVEN", "SELF", "PAPER_SCAN", "arkiv-2026-0042"]
    withdrawn = done(own_house, "nav-caseworker", "withdrawConsent", consentId=recorded["consentId"])
    assert withdrawn["status"] == "WITHDRAWN"


def test_paper_from_before_a_withdrawal_or_a_refusal_opens_nothing_again(own_house: House) -> None:
    about = scope(categories=["LOAN_DEFAULT"], source=OTHER_BANK, recipient=TESTBY.nav, purpose="HOUSING_ALLOCATION")
    recorded = done(own_house, "nav-caseworker", "recordConsent", **paper(scope=about))
    done(own_house, "citizen-kari", "withdrawConsent", consentId=recorded["consentId"])
    before = count(own_house)
    for wider in (about, {**about, "categories": ["LOAN_DEFAULT", "LOAN_DETAILS"]}):
        given = paper(scope=wider)
        assert code(own_house, "nav-caseworker", "recordConsent", **given) == ("TAKEN_BACK", "givenAt")
    assert count(own_house) == before
    # Neither what is for something else, nor what she has signed since.
    other = {**about, "purpose": "DEBT_COUNSELLING"}
    assert done(own_house, "nav-caseworker", "recordConsent", **paper(scope=other))["status"] == "GIVEN"
    signed = paper(scope=about, givenAt=moment(datetime.now(UTC)))
    again = done(own_house, "nav-caseworker", "recordConsent", **signed)
    done(own_house, "nav-caseworker", "withdrawConsent", consentId=again["consentId"])

    about = {"source": OTHER_BANK, "categories": ["DEBT_OVERVIEW"], "purpose": "HOUSING_ALLOCATION"}
    asked = done(own_house, "nav-caseworker", "requestConsent", **request(**about))
    done(own_house, "citizen-kari", "refuseConsent", consentId=asked["consentId"])
    given = paper(scope=scope(recipient=TESTBY.nav, **about))
    assert code(own_house, "nav-caseworker", "recordConsent", **given) == ("TAKEN_BACK", "givenAt")


def test_consent_on_paper_may_count_from_when_it_was_given(own_house: House) -> None:
    given = moment(datetime.now(UTC) - timedelta(days=2))
    about = scope(categories=["CONTACT_INFO"], recipient=OTHER_BANK)
    recorded = done(
        own_house,
        "debt-counsellor",
        "recordConsent",
        **paper(
            nationalId=EVA.national_id,
            scope=about,
            collectionMethod="ORAL_WITNESSED",
            givenAt=given,
            effectiveFrom=given,
        ),
    )
    assert (recorded["givenAt"], recorded["effectiveFrom"]) == (given, given)
    assert recorded["recordedAt"] > given


def test_caseworker_writes_down_the_answer_to_what_was_asked(own_house: House) -> None:
    asked = done(own_house, "nav-caseworker", "requestConsent", **request(source=OTHER_BANK))
    given = paper(consentId=asked["consentId"])
    answered = {name: value for name, value in given.items() if name not in ("nationalId", "scope")}
    recorded = done(own_house, "nav-caseworker", "recordConsent", **answered)
    assert (recorded["consentId"], recorded["status"]) == (asked["consentId"], "GIVEN")


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        pytest.param({"givenAt": later(1)}, ("CLOCK_IN_FUTURE", "givenAt"), id="given tomorrow"),
        pytest.param({"effectiveFrom": later(1)}, ("CLOCK_IN_FUTURE", "effectiveFrom"), id="counts from tomorrow"),
        pytest.param({"effectiveFrom": later(-3)}, ("BAD_PERIOD", "effectiveFrom"), id="counts before it was given"),
        pytest.param({"expiresAt": later(-1)}, ("BAD_PERIOD", "expiresAt"), id="over already"),
        pytest.param({"givenAt": None}, ("BAD_VALUE", "givenAt"), id="given nobody knows when"),
        pytest.param({"evidenceRef": " "}, ("BAD_VALUE", "evidenceRef"), id="without evidence"),
        pytest.param({"collectionMethod": "IDPORTEN_UI"}, ("BAD_VALUE", "collectionMethod"), id="signed in"),
        pytest.param({"collectionMethod": "ALTINN"}, ("NOT_FOUND", "evidenceRef"), id="in Altinn, without its id"),
        pytest.param({"nationalId": None}, ("BAD_VALUE", "scope"), id="of nobody"),
    ],
)
def test_bad_paper_is_refused_by_name_and_leaves_nothing(
    own_house: House, values: dict[str, object], expected: tuple[str, str]
) -> None:
    before = count(own_house)
    given = paper(scope=scope(categories=["RENT_ARREARS"]), **values)
    assert code(own_house, "nav-caseworker", "recordConsent", **given) == expected
    assert count(own_house) == before


def test_caseworker_may_not_write_down_for_a_ward_of_her_own(own_house: House) -> None:
    caseworker = own_house.value("SELECT person_id FROM hub.employee WHERE ident = 'A123456'")
    mandate = own_house.value(
        "INSERT INTO hub.mandate (id, kind, giver_id, holder_id, areas, rights, valid_from) VALUES"
        " (uuidv7(), 'VERGEMAL', $1, $2, '{HOUSING}', '{READ,CONSENT}', '2026-01-01') RETURNING id",
        KARI.id,
        caseworker,
    )
    event = (
        "INSERT INTO hub.mandate_event (id, mandate_id, kind, effective_at, recorded_by)"
        " VALUES (uuidv7(), $1, $2, now(), 'Statsforvalteren')"
    )
    own_house.execute(event, mandate, "GRANTED")
    given = paper(scope=scope(categories=["HEALTH_NEED"]))
    assert code(own_house, "nav-caseworker", "recordConsent", **given) == ("NOT_FOUND", "nationalId")
    own_house.execute(event, mandate, "REVOKED")
    assert done(own_house, "nav-caseworker", "recordConsent", **given)["status"] == "GIVEN"


def test_bank_cannot_write_down_a_consent_on_paper_and_needs_a_token_for_one_from_altinn(own_house: House) -> None:
    given = paper(nationalId=EVA.national_id, scope=scope(categories=["CONTACT_INFO"]))
    assert code(own_house, "bank-system", "recordConsent", **given) == ("NOT_FOUND", "nationalId")
    altinn = {"collectionMethod": "ALTINN", "evidenceRef": "0195d6f0-8f4b-7c3a-9b52-1f2e3d4c5b6a", "givenAt": None}
    assert code(own_house, "bank-system", "recordConsent", **{**given, **altinn})[0] == "ALTINN_NO_CONSENT"


@pytest.mark.parametrize("who", ["rent-collector", "housing-support", "enforcement-officer", "privacy-officer"])
def test_others_have_no_such_commands(own_house: House, who: str) -> None:
    purpose = "B106" if who == "privacy-officer" else "B101"
    variables = {"idempotencyKey": "no-such-command", **request()}
    answer = own_house.ask(who, document("requestConsent"), purpose=purpose, input=variables)
    assert answer.codes == ["GRAPHQL_VALIDATION_FAILED"] * len(answer.codes)


def test_citizen_sees_in_the_log_who_has_written_down_what(own_house: House) -> None:
    give(own_house, "citizen-eva", scope(categories=["LOAN_DEFAULT"]))
    given = paper(nationalId=EVA.national_id, scope=scope(categories=["RENT_ARREARS"]))
    done(own_house, "nav-caseworker", "recordConsent", **given)
    log = own_house.ask("citizen-eva", "{ myAccessLog(first: 50) { nodes { recipient { id } categories } } }")
    lines = [(line["recipient"]["id"], line["categories"]) for line in log.data["myAccessLog"]["nodes"]]
    assert (TESTBY.nav, ["CONSENT"]) in lines
    # What she did herself is no line.
    assert all(party != str(EVA.id) for party, _ in lines)
