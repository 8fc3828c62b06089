"""A guardian or proxy decides for another as far as the mandate goes: in its areas, with its rights, while it lasts."""

from __future__ import annotations

from datetime import date

from hub.demo.offices import BANK, TESTBY
from hub.demo.people import GUNNAR, IVAN, KARI
from tests.acceptance.changes import revoke
from tests.acceptance.house import House
from tests.consent.asking import code, count, done, give, later, result, scope, send

_NEW = {"language": "NB", "expiresAt": later()}
_MANDATE = """
    INSERT INTO hub.mandate (id, kind, giver_id, holder_id, areas, rights, valid_from, valid_to, recorded_at)
    VALUES (uuidv7(), 'FULLMAKT', $1, $2, $3, $4, $5, NULL, now()) RETURNING id"""


def _mandate(house: House, areas: list[str], rights: list[str], *, of: object = KARI.id) -> object:
    mandate = house.value(_MANDATE, of, GUNNAR.id, areas, rights, date(2026, 1, 1))
    house.execute(
        "INSERT INTO hub.mandate_event (id, mandate_id, kind, effective_at, recorded_by)"
        " VALUES (uuidv7(), $1, 'GRANTED', now(), 'citizen')",
        mandate,
    )
    return mandate


def test_guardian_gives_and_withdraws_within_the_areas(own_house: House) -> None:
    # Gunnar is Ivan's guardian in housing and economy.
    about = scope(categories=["PLAN_STATUS", "AGREEMENT_TERMS"])
    given = give(own_house, "guardian", about, onBehalfOf=IVAN.national_id)
    [event] = own_house.rows(
        "SELECT e.given_by, m.kind, e.recorded_by, c.subject_id FROM hub.consent_event e"
        " JOIN hub.mandate m ON m.id = e.mandate_id JOIN hub.consent c ON c.id = e.consent_id WHERE e.id = $1::uuid",
        given["eventId"],
    )
    assert tuple(event.values()) == ("GUARDIAN", "VERGEMAL", str(GUNNAR.id), IVAN.id)
    assert done(own_house, "guardian", "withdrawConsent", consentId=given["consentId"])["status"] == "WITHDRAWN"


def test_guardian_is_told_where_the_mandate_does_not_reach(own_house: House) -> None:
    before = count(own_house)
    for categories in (["CONTACT_INFO"], ["PLAN_STATUS", "HEALTH_NEED"]):
        given = {"scope": scope(categories=categories), "onBehalfOf": IVAN.national_id, **_NEW}
        assert code(own_house, "guardian", "giveConsent", **given) == ("OUTSIDE_MANDATE", None)
    assert count(own_house) == before


def test_two_mandates_of_one_proxy_cover_together(own_house: House) -> None:
    economy = _mandate(own_house, ["ECONOMY"], ["CONSENT"])
    about = scope(categories=["BUDGET", "RENT_ARREARS"])
    given = {"scope": about, "onBehalfOf": KARI.national_id, **_NEW}
    assert code(own_house, "guardian", "giveConsent", **given)[0] == "OUTSIDE_MANDATE"
    housing = _mandate(own_house, ["HOUSING"], ["CONSENT"])
    consent = give(own_house, "guardian", about, onBehalfOf=KARI.national_id)
    by = own_house.value("SELECT given_by FROM hub.consent_event WHERE id = $1::uuid", consent["eventId"])
    assert by == "PROXY"
    for mandate in (economy, housing):
        revoke(own_house, mandate)  # type: ignore[arg-type]


def test_right_to_consent_is_no_right_to_withdraw_and_neither_is_to_read(own_house: House) -> None:
    consent = give(own_house, "citizen-kari", scope(categories=["LOAN_DETAILS"]))["consentId"]
    reads = _mandate(own_house, ["ECONOMY", "HOUSING", "PERSONAL"], ["READ"])
    assert code(own_house, "guardian", "withdrawConsent", consentId=consent)[0] == "OUTSIDE_MANDATE"
    consents = _mandate(own_house, ["ECONOMY"], ["CONSENT"])
    assert code(own_house, "guardian", "withdrawConsent", consentId=consent)[0] == "OUTSIDE_MANDATE"
    withdraws = _mandate(own_house, ["ECONOMY"], ["WITHDRAW"])
    assert done(own_house, "guardian", "withdrawConsent", consentId=consent)["status"] == "WITHDRAWN"
    for mandate in (reads, consents, withdraws):
        revoke(own_house, mandate)  # type: ignore[arg-type]


def test_mandate_that_has_ended_opens_nothing_from_then_on(own_house: House) -> None:
    mandate = _mandate(own_house, ["ECONOMY"], ["CONSENT", "WITHDRAW"])
    about = scope(categories=["DEBT_OVERVIEW"])
    consent = give(own_house, "guardian", about, onBehalfOf=KARI.national_id)["consentId"]
    revoke(own_house, mandate)  # type: ignore[arg-type]
    ended = send(own_house, "guardian", "withdrawConsent", consentId=consent)
    unknown = send(own_house, "guardian", "withdrawConsent", consentId="00000000-0000-0000-0000-000000000001")
    assert result(ended) == result(unknown)
    assert result(ended)["code"] == "NOT_FOUND"
    # What was given while it lasted stands.
    status = own_house.value("SELECT status FROM facts.consent_status WHERE consent_id = $1::uuid", consent)
    assert status == "GIVEN"


def test_guardian_answers_what_was_asked_of_the_ward(own_house: House) -> None:
    asked = done(
        own_house,
        "nav-caseworker",
        "requestConsent",
        nationalId=IVAN.national_id,
        categories=["LOAN_DETAILS"],
        source=BANK,
        purpose="EVICTION_PREVENTION",
    )
    given = done(own_house, "guardian", "giveConsent", consentId=asked["consentId"], **_NEW)
    assert (given["consentId"], given["status"]) == (asked["consentId"], "GIVEN")
    assert own_house.value("SELECT asked_by FROM hub.consent WHERE id = $1::uuid", asked["consentId"]) == TESTBY.nav
