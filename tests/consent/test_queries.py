"""Consents are asked for: by the person, by who acts for her, by offices with the case, by the parties to them."""

from __future__ import annotations

from typing import Any

from hub.demo.offices import BANK, OTHER_BANK, TESTBY
from hub.demo.people import EVA, IVAN, KARI, MONA
from tests.acceptance.house import House
from tests.consent.asking import done, give, later, moment, scope

_FIELDS = """id kind status purpose categories caseId givenAt effectiveFrom expiresAt recordedAt supersedes
    source { id } recipient { id } askedBy { id }
    events { kind givenAt effectiveAt recordedAt givenBy collectionMethod noticeVersion language reason }"""
_MINE = f"{{ myConsents(first: 50) {{ totalCount nodes {{ {_FIELDS} }} }} }}"
_OURS = f"""query Consents($filter: ConsentFilter) {{
    consents(first: 50, filter: $filter) {{ totalCount nodes {{ {_FIELDS} }} }} }}"""
_TO_BANK = """query Consents($filter: ConsentFilter) {
    consents(first: 50, filter: $filter) { totalCount nodes { id kind status purpose categories expiresAt } } }"""


def mine(house: House, who: str) -> list[dict[str, Any]]:
    return house.ask(who, _MINE).data["myConsents"]["nodes"]


def ours(house: House, who: str, purpose: str = "B101", query: str = _OURS, **filter_: object) -> list[dict[str, Any]]:
    return house.ask(who, query, purpose=purpose, filter=filter_).data["consents"]["nodes"]


def _count(house: House, where: str, *arguments: object) -> int:
    return house.value(f"SELECT count(*) FROM hub.consent c WHERE {where}", *arguments)


def test_citizen_sees_her_own_with_their_history(own_house: House) -> None:
    asked = done(
        own_house,
        "nav-caseworker",
        "requestConsent",
        nationalId=KARI.national_id,
        categories=["LOAN_DETAILS"],
        source=OTHER_BANK,
        purpose="EVICTION_PREVENTION",
    )
    consent = asked["consentId"]
    done(own_house, "citizen-kari", "giveConsent", consentId=consent, language="NB", expiresAt=later())
    done(own_house, "citizen-kari", "withdrawConsent", consentId=consent, reason="Trengs ikke")
    [found] = mine(own_house, "citizen-kari")
    assert (found["id"], found["status"], found["askedBy"]) == (consent, "WITHDRAWN", {"id": TESTBY.nav})
    assert [(event["kind"], event["reason"]) for event in found["events"]] == [
        ("WITHDRAWN", "Trengs ikke"),
        ("GIVEN", None),
        ("REQUESTED", None),
    ]
    assert found["givenAt"] == found["events"][1]["givenAt"]


def test_guardian_sees_what_the_mandate_covers_and_nothing_beside(own_house: House) -> None:
    about = scope(categories=["CONTACT_INFO"], recipient=OTHER_BANK)
    sql = """INSERT INTO hub.consent (kind, subject_id, source_party, recipient_party, purpose, categories)
        VALUES ('CONSENT_LIFTS_CONFIDENTIALITY', $1, $2, $3, 'REFINANCING', $4)"""
    own_house.execute(sql, IVAN.id, about["source"], about["recipient"], about["categories"])
    seen = mine(own_house, "guardian")
    assert {category for consent in seen for category in consent["categories"]} == {"AGREEMENT_TERMS", "PLAN_STATUS"}
    assert all(consent["events"] for consent in seen)


def test_caseworker_sees_those_of_persons_whose_case_the_office_has(own_house: House) -> None:
    found = ours(own_house, "nav-caseworker", nationalId=EVA.national_id)
    assert len(found) == _count(own_house, "subject_id = $1", EVA.id)
    assert ours(own_house, "nav-caseworker-other-office", nationalId=EVA.national_id) == []
    assert ours(own_house, "nav-caseworker", nationalId=KARI.national_id, status=["GIVEN"]) == []


def test_consent_for_a_case_elsewhere_is_not_the_business_of_this_office(own_house: House) -> None:
    case = own_house.case_of(MONA)
    sql = """INSERT INTO hub.consent (kind, subject_id, case_id, source_party, recipient_party, purpose, categories)
        VALUES ('CONSENT_LIFTS_CONFIDENTIALITY', $1, $2::uuid, $3, $4, 'REFINANCING', '{BUDGET}')"""
    own_house.execute(sql, MONA.id, case, TESTBY.nav, BANK)
    unit = "SELECT unit_id FROM hub.participant WHERE case_id = $1::uuid AND unit_id = '9901'"
    assert own_house.rows(unit, case) == []
    assert ours(own_house, "nav-caseworker", nationalId=MONA.national_id) == []


def test_status_and_case_narrow_the_list(own_house: House) -> None:
    every = ours(own_house, "nav-caseworker", nationalId=EVA.national_id)
    for status in {consent["status"] for consent in every}:
        found = ours(own_house, "nav-caseworker", nationalId=EVA.national_id, status=[status])
        assert found == [consent for consent in every if consent["status"] == status]
    case = own_house.case_of(EVA)
    found = ours(own_house, "nav-caseworker", nationalId=EVA.national_id, caseId=case)
    assert found == [consent for consent in every if consent["caseId"] == case]
    assert found


def test_what_was_in_force_at_a_moment_can_be_asked_for(own_house: House) -> None:
    given = give(own_house, "citizen-eva", scope(categories=["CONTACT_INFO"]))
    between = moment(own_house.value("SELECT clock_timestamp()"))
    own_house.execute("SELECT pg_sleep(0.01)")
    done(own_house, "citizen-eva", "withdrawConsent", consentId=given["consentId"])

    def in_force(at: str) -> set[str]:
        found = ours(own_house, "nav-caseworker", nationalId=EVA.national_id, asOf=at)
        return {consent["id"] for consent in found}

    assert given["consentId"] in in_force(between)
    assert given["consentId"] not in in_force(moment(own_house.value("SELECT clock_timestamp()")))
    assert given["consentId"] not in in_force("2026-10-15T00:00:00.000Z")
    # One that was withdrawn on the 20th, and one that ended in March.
    assert len(in_force("2026-10-15T00:00:00.000Z")) == len(in_force("2026-10-25T00:00:00.000Z")) + 1
    assert len(in_force("2026-01-01T00:00:00.000Z")) == 1


def test_bank_sees_those_to_and_from_it_and_not_who_else_there_is(own_house: House) -> None:
    found = ours(own_house, "bank-system", "B103", _TO_BANK)
    of_bank = "$1 IN (source_party, recipient_party)"
    assert {consent["id"] for consent in found} <= {
        str(row["id"]) for row in own_house.rows(f"SELECT id FROM hub.consent WHERE {of_bank}", BANK)
    }
    assert found
    assert ours(own_house, "bank-system", "B103", _TO_BANK, nationalId=KARI.national_id) == []


def test_bank_is_not_told_of_a_request_that_names_it_until_the_person_says_yes(own_house: House) -> None:
    asked = done(
        own_house,
        "nav-caseworker",
        "requestConsent",
        nationalId=KARI.national_id,
        categories=["LOAN_DEFAULT"],
        source=BANK,
        purpose="EVICTION_PREVENTION",
    )
    about = {"nationalId": KARI.national_id}
    assert ours(own_house, "bank-system", "B103", _TO_BANK, **about) == []
    done(own_house, "citizen-kari", "giveConsent", consentId=asked["consentId"], language="NB", expiresAt=later())
    [found] = ours(own_house, "bank-system", "B103", _TO_BANK, **about)
    assert (found["id"], found["status"]) == (asked["consentId"], "GIVEN")
