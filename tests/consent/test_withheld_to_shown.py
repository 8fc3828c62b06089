"""From a withheld value to a shown one: what the note says is what is asked for, and what is given opens it."""

from __future__ import annotations

from hub.demo.offices import BANK, TESTBY
from hub.demo.people import EVA
from tests.acceptance.house import House
from tests.consent.asking import done, later

_LOANS = "query Loans($id: ID!) { case(id: $id) { mortgageLoans { principal } } }"


def loans(house: House) -> list[int | None]:
    answer = house.ask("nav-caseworker", _LOANS, purpose="B101", id=house.case_of(EVA))
    return sorted((loan["principal"] for loan in answer.json["data"]["case"]["mortgageLoans"]), key=str)


def test_what_the_note_says_is_asked_for_given_and_shown(own_house: House) -> None:
    consent = own_house.value(
        "SELECT id::text FROM facts.consent WHERE subject_id = $1 AND source_party = $2 AND recipient_party = $3",
        EVA.id,
        BANK,
        TESTBY.nav,
    )
    assert loans(own_house) == [241_500_000, 62_000_000]
    done(own_house, "citizen-eva", "withdrawConsent", consentId=consent)
    assert loans(own_house) == [62_000_000, None]

    answer = own_house.ask("nav-caseworker", _LOANS, purpose="B101", id=own_house.case_of(EVA))
    [note] = answer.withheld
    assert note["consent"].pop("command") == "requestConsent"
    assert note["consent"].pop("recipient") == TESTBY.nav
    asked = done(
        own_house, "nav-caseworker", "requestConsent", nationalId=EVA.national_id, source=BANK, **note["consent"]
    )
    assert loans(own_house) == [62_000_000, None]
    done(own_house, "citizen-eva", "giveConsent", consentId=asked["consentId"], language="EN", expiresAt=later())
    assert loans(own_house) == [241_500_000, 62_000_000]


def test_nobody_is_told_to_ask_who_may_not(own_house: House) -> None:
    query = "query($id: ID!) { case(id: $id) { mortgageLoans { principal } } }"
    answer = own_house.ask("housing-caseworker", query, purpose="B101", id=own_house.case_of(EVA))
    assert all("consent" not in note for note in answer.withheld)
