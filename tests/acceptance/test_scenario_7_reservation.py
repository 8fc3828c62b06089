"""Scenario 7 of the domain: a tenant has reserved against the landlord's notice to the social services.

The landlord is refused and nothing is forwarded; what the enforcement officer must send (tvangsfullbyrdelsesloven
§ 13-6) goes through all the same. How the plan answers a petition is not here.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from hub.demo.offices import ENFORCEMENT, LANDLORD_COMPANY, TESTBY
from hub.demo.people import KARI
from hub.intake.deadlines import PETITION_AFTER_NOTICE
from tests.acceptance.asking import case_query, everything
from tests.acceptance.filling_in import NOTICE, rejected, result, send, stored, the_row
from tests.acceptance.handing_in import PETITIONS, one
from tests.acceptance.house import Answer, House
from tests.acceptance.test_amendments import wait_until_passed_on

LANDLORD, CASE_NO = "landlord-company", "26-000777"
_MINE = f"{{ myReservations(first: 100) {{ nodes {{ {everything('citizen', 'Reservation')} }} }} }}"
_RESERVE = """mutation($input: RegisterReservationInput!) { registerReservation(input: $input) {
    __typename ... on ReservationRegistered { id givenAt } ... on CommandRefused { code field } } }"""
_WITHDRAW = """mutation($input: WithdrawReservationInput!) { withdrawReservation(input: $input) {
    __typename ... on ReservationWithdrawn { id withdrawnAt } ... on CommandRefused { code field } } }"""
_SENT = (
    f"{{ submittedLandlordNotices(first: 100) {{ nodes {{ {everything('landlord', 'SubmittedLandlordNotice')} }} }} }}"
)
_NOTICES = "query($id: ID!) { case(id: $id) { landlordNotices { landlord { id } sentAt earliestPetition } } }"
_PETITIONS = """query($id: ID!) { case(id: $id) { evictionPetitions {
    enforcementCaseNo objectionDeadline basis status } } }"""


def notify(house: House, **values: Any) -> Answer:
    """Utleie AS tells of Kari's arrears."""
    return send(house, NOTICE, who=LANDLORD, tenantNationalId=KARI.national_id, **values)


def traces(house: House) -> list[dict[str, Any]]:
    """What a notice that was forwarded would have left behind."""
    return house.rows(
        """SELECT (SELECT count(*) FROM hub.signal) AS signals, (SELECT count(*) FROM hub.landlord_notice) AS notices,
            (SELECT count(*) FROM hub.message) AS messages, (SELECT count(*) FROM hub.routed) AS routed,
            (SELECT count(*) FROM hub.unrouted) AS waiting, (SELECT count(*) FROM hub.case_change) AS changes,
            (SELECT max(updated_at) FROM hub.case WHERE subject_id = $1) AS updated""",
        KARI.id,
    )


def reservation(house: House) -> dict[str, Any]:
    """Kari's reservation against Utleie AS, as she reads it; the latest that she gave."""
    nodes = house.ask("citizen-kari", _MINE).data["myReservations"]["nodes"]
    return max((node for node in nodes if node["landlord"]["id"] == LANDLORD_COMPANY), key=lambda node: node["id"])


@pytest.fixture
def withdrawn(own_house: House) -> Any:
    """Kari takes it back, and reserves again afterwards."""
    given = {"idempotencyKey": uuid4().hex, "reservationId": reservation(own_house)["id"]}
    told = own_house.ask("citizen-kari", _WITHDRAW, input=given).data["withdrawReservation"]
    assert told["__typename"] == "ReservationWithdrawn"
    yield told
    given = {"idempotencyKey": uuid4().hex, "landlordId": LANDLORD_COMPANY}
    again = own_house.ask("citizen-kari", _RESERVE, input=given).data["registerReservation"]
    assert again["__typename"] == "ReservationRegistered"


def test_notice_of_the_landlord_is_refused_and_nothing_of_it_goes_on(own_house: House) -> None:
    before = traces(own_house)
    answer = notify(own_house, groundsSummary="Ord som ikke skal videre.")
    assert rejected(answer) == ("RESERVATION_ACTIVE", "notice")
    assert the_row(answer)["text"] == {
        "nb": "Leietakeren har reservert seg mot at du varsler sosialtjenesten. Varselet er ikke sendt videre.",
        "en": "The tenant has reserved against your notices to the social services. The notice was not passed on.",
    }
    wait_until_passed_on(own_house)
    assert traces(own_house) == before
    kept = stored(own_house, result(answer)["id"])
    assert (kept["payload"], kept["subject_national_id"], kept["basis"]) == (None, None, None)
    [event] = answer.recorded.events
    assert (event.kind, event.shown) == ("COMMAND", ())


def test_landlord_reads_back_that_it_was_refused_and_nothing_of_the_tenant(own_house: House) -> None:
    submission = result(notify(own_house))["id"]
    line = stored(own_house, submission)["id"]
    nodes = own_house.ask(LANDLORD, _SENT).data["submittedLandlordNotices"]["nodes"]
    [found] = [node for node in nodes if node["id"] == str(line)]
    told = {name for name, value in found.items() if value not in (None, False)}
    assert (found["outcome"], found["code"]) == ("REJECTED", "RESERVATION_ACTIVE")
    assert told == {"id", "receivedAt", "outcome", "code"}


def test_reservation_binds_no_other_landlord(own_house: House) -> None:
    answer = send(own_house, NOTICE, who="landlord", tenantNationalId=KARI.national_id)
    assert the_row(answer)["basis"] == "HL_9_11"
    wait_until_passed_on(own_house)


def test_officer_s_copy_goes_through_with_the_last_day_for_objections(own_house: House) -> None:
    row = one(own_house, PETITIONS, enforcementCaseNo=CASE_NO, petitionerOrgnr=LANDLORD_COMPANY)
    assert (row["__typename"], row["basis"], row["objectionDeadline"]) == ("RowAccepted", "TVFBL_13_6", "2026-11-16")
    wait_until_passed_on(own_house)
    for who, purpose in (("nav-caseworker", "B101"), ("enforcement-officer", "B101"), ("citizen-kari", None)):
        case = own_house.ask(who, _PETITIONS, purpose=purpose, id=own_house.case_of(KARI)).data["case"]
        assert case["evictionPetitions"].count(
            {"enforcementCaseNo": CASE_NO, "objectionDeadline": "2026-11-16", "basis": "TVFBL_13_6",
             "status": "RECEIVED"}
        ) == 1, who  # fmt: skip
    signal = own_house.rows(
        "SELECT kind, sender_party, basis, is_reserved, unit_id FROM hub.signal WHERE case_id = $1::uuid"
        " ORDER BY id DESC LIMIT 1",
        own_house.case_of(KARI),
    )
    assert signal == [
        {"kind": "EVICTION_NOTICE_COPY", "sender_party": ENFORCEMENT, "basis": "TVFBL_13_6", "is_reserved": False,
         "unit_id": TESTBY.nav_unit}
    ]  # fmt: skip


def test_landlord_is_not_told_of_the_petition_or_the_case(own_house: House) -> None:
    for number in ("B101", "B104"):
        case = own_house.ask(LANDLORD, case_query("landlord"), purpose=number, id=own_house.case_of(KARI))
        absent = own_house.ask(LANDLORD, case_query("landlord"), purpose=number, id=str(uuid4()))
        assert case.json == {"data": {"case": None}}
        assert (case.content, case.recorded.refusals) == (absent.content, absent.recorded.refusals)


def test_without_a_reservation_the_notice_is_in_the_case_with_the_first_day_of_a_petition(
    own_house: House, withdrawn: dict[str, Any]
) -> None:
    sent = datetime.now(UTC) - timedelta(days=3)
    row = the_row(notify(own_house, sentAt=sent.isoformat(), copyToTenantAt=sent.isoformat()))
    first = PETITION_AFTER_NOTICE.end_after(sent).isoformat()
    assert (row["__typename"], row["basis"], row["earliestPetition"]) == ("RowAccepted", "HL_9_11", first)
    wait_until_passed_on(own_house)
    for who, purpose in (("nav-caseworker", "B101"), ("citizen-kari", None)):
        case = own_house.ask(who, _NOTICES, purpose=purpose, id=own_house.case_of(KARI)).data["case"]
        [notice] = [each for each in case["landlordNotices"] if each["landlord"] == {"id": LANDLORD_COMPANY}]
        assert notice["earliestPetition"] == first


def test_notice_of_2_november_lets_nobody_petition_before_the_16th() -> None:
    """The day in the scenario, which lies too far back to be sent some day."""
    assert PETITION_AFTER_NOTICE.end_after(datetime(2026, 11, 2, 9, tzinfo=UTC)) == date(2026, 11, 16)


@pytest.mark.parametrize("late", [timedelta(seconds=1), timedelta(days=1)])
def test_without_a_reservation_the_tenant_must_still_have_had_the_copy_first(
    own_house: House, withdrawn: dict[str, Any], late: timedelta
) -> None:
    sent = datetime.now(UTC) - timedelta(days=3)
    before = traces(own_house)
    answer = notify(own_house, sentAt=sent.isoformat(), copyToTenantAt=(sent + late).isoformat())
    assert rejected(answer) == ("COPY_TOO_LATE", "copyToTenantAt")
    wait_until_passed_on(own_house)
    assert traces(own_house) == before


def test_kari_sees_each_reservation_and_when_she_took_it_back(own_house: House, withdrawn: dict[str, Any]) -> None:
    nodes = own_house.ask("citizen-kari", _MINE).data["myReservations"]["nodes"]
    [found] = [node for node in nodes if node["id"] == withdrawn["id"]]
    assert (found["status"], found["withdrawnAt"]) == ("WITHDRAWN", withdrawn["withdrawnAt"])
    [first] = [node for node in nodes if node["givenAt"].startswith("2026-08-20")]
    assert first["landlord"]["id"] == LANDLORD_COMPANY


def test_reservation_that_is_given_anew_refuses_from_then_on(own_house: House) -> None:
    assert reservation(own_house)["status"] == "ACTIVE"
    assert rejected(notify(own_house)) == ("RESERVATION_ACTIVE", "notice")
