"""Reservations over HTTP (husleieloven § 9-11): registered, seen by whom they concern, withdrawn."""

from __future__ import annotations

from uuid import uuid4

import pytest

from hub.demo.offices import BANK, LANDLORD_COMPANY
from hub.demo.people import EVA, IVAN, KARI, LIV, OLA
from tests.break_glass.conftest import later
from tests.mandates.conftest import refusal, said

MINE = """{ myReservations(first: 50) { nodes {
    id status landlord { id } tenancyId givenAt evidenceRef withdrawnAt } } }"""
LEASE = (
    """SELECT t.id::text FROM housing.tenancy t JOIN hub."case" c ON c.id = t.case_id WHERE c.subject_id = $1 LIMIT 1"""
)
IN_FORCE = "SELECT count(*) FROM facts.reservation WHERE id = $1::text::uuid"


@pytest.fixture
def reserve(house, send):
    """Kari reserves about her own lease, unless said otherwise. It is withdrawn after the test."""
    made = []

    def command(who="citizen-kari", **given):
        given = given or {"tenancyId": house.value(LEASE, KARI.id)}
        answer = send(who, "registerReservation", **given)
        if "id" in said(answer):
            made.append((who, said(answer)["id"]))
        return answer

    yield command
    for who, reservation in made:
        send(who, "withdrawReservation", reservationId=reservation)


def mine(house, who, reservation):
    nodes = house.ask(who, MINE).data["myReservations"]["nodes"]
    return next((node for node in nodes if node["id"] == reservation), None)


def test_a_tenant_reserves_about_the_own_lease_and_takes_it_back(house, reserve, send):
    reservation = said(reserve(tenancyId=house.value(LEASE, KARI.id), evidenceRef="doc-42"))["id"]
    assert house.value(IN_FORCE, reservation) == 1
    seen = mine(house, "citizen-kari", reservation)
    assert (seen["status"], seen["tenancyId"], seen["evidenceRef"]) == ("ACTIVE", house.value(LEASE, KARI.id), "doc-42")
    assert seen["landlord"]["id"] == "9901-housing"

    withdrawn = said(send("citizen-kari", "withdrawReservation", reservationId=reservation))

    assert house.value(IN_FORCE, reservation) == 0
    seen = mine(house, "citizen-kari", reservation)
    assert (seen["status"], seen["withdrawnAt"]) == ("WITHDRAWN", withdrawn["withdrawnAt"])


def test_against_a_landlord_it_needs_no_lease(house, reserve):
    reservation = said(reserve(landlordId="315200318", who="citizen-eva"))["id"]

    assert mine(house, "citizen-eva", reservation)["tenancyId"] is None


def test_withdrawn_twice_it_was_withdrawn_once_and_both_are_told_the_same(house, reserve, send):
    reservation = said(reserve())["id"]

    first, second = (send("citizen-kari", "withdrawReservation", reservationId=reservation) for _ in range(2))

    assert said(first) == said(second)
    assert (
        house.value("SELECT count(*) FROM hub.reservation_event WHERE reservation_id = $1::text::uuid", reservation)
        == 2
    )


def test_a_second_one_that_says_nothing_more_is_refused(house, reserve):
    reserve()

    assert refusal(reserve()) == ("OVERLAPS", "landlordId")
    assert "id" in said(reserve(landlordId="9901-housing")), "against all that the landlord lets is more"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"landlordId": LANDLORD_COMPANY, "tenancyId": str(uuid4())}, ("BAD_VALUE", "landlordId")),
        ({"evidenceRef": "brev"}, ("BAD_VALUE", "landlordId")),
        ({"landlordId": LANDLORD_COMPANY, "evidenceRef": ""}, ("BAD_VALUE", "evidenceRef")),
        ({"landlordId": LANDLORD_COMPANY, "evidenceRef": "x" * 129}, ("BAD_VALUE", "evidenceRef")),
        ({"landlordId": "999999999"}, ("NOT_FOUND", "landlordId")),
        ({"landlordId": BANK}, ("NOT_FOUND", "landlordId")),
        ({"landlordId": str(LIV.id)}, ("NOT_FOUND", "landlordId")),
        ({"tenancyId": str(uuid4())}, ("NOT_FOUND", "tenancyId")),
        ({"tenancyId": "no-id"}, ("NOT_FOUND", "tenancyId")),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_written(house, reserve, given, expected):
    before = house.value("SELECT count(*) FROM hub.reservation")

    assert refusal(reserve(who="citizen-eva", **given)) == expected
    assert house.value("SELECT count(*) FROM hub.reservation") == before


def test_a_moment_to_come_is_refused(reserve):
    answer = reserve(landlordId=LANDLORD_COMPANY, givenAt=later(minutes=5), who="citizen-eva")

    assert refusal(answer) == ("CLOCK_IN_FUTURE", "givenAt")


def test_a_letter_of_before_counts_from_its_own_day(house, reserve):
    given = later(days=-30)
    reservation = said(reserve(landlordId=LANDLORD_COMPANY, givenAt=given, who="citizen-eva"))["id"]

    assert mine(house, "citizen-eva", reservation)["givenAt"] == given


def test_somebody_elses_lease_is_answered_as_an_absent_one(house, reserve):
    answers = [reserve(tenancyId=lease) for lease in (house.value(LEASE, IVAN.id), str(uuid4()))]

    assert answers[0].content == answers[1].content
    assert refusal(answers[0]) == ("NOT_FOUND", "tenancyId")
    assert answers[0].recorded.shape == answers[1].recorded.shape


def test_a_guardian_in_housing_reserves_for_the_ward_and_the_ward_can_see_who_did(house, reserve):
    answer = reserve("guardian", tenancyId=house.value(LEASE, IVAN.id), onBehalfOf=IVAN.national_id)

    (event,) = answer.recorded.events
    (shown,) = event.shown
    assert (shown.subject, shown.policies, shown.basis) == (str(IVAN.id), ("citizen.mandate.reserve",), "MANDATE")
    seen = mine(house, "guardian", said(answer)["id"])
    assert (seen["status"], seen["landlord"]["id"]) == ("ACTIVE", str(LIV.id))


def test_for_a_stranger_nobody_reserves_whether_or_not_the_hub_knows_the_person(reserve):
    numbers = (OLA.national_id, KARI.national_id, "28929990015")

    answers = [reserve("guardian", landlordId=LANDLORD_COMPANY, onBehalfOf=number) for number in numbers]

    assert {answer.content for answer in answers} == {answers[0].content}
    assert refusal(answers[0]) == ("NOT_FOUND", "onBehalfOf")
    assert {answer.recorded.shape for answer in answers} == {(1, 1)}


def test_a_mandate_to_read_is_none_to_decide(house, send, reserve):
    """Kari lets Eva read what concerns the home, and no more."""
    mandate = said(
        send("citizen-kari", "grantMandate", holderNationalId=EVA.national_id, areas=["HOUSING"], rights=["READ"])
    )["id"]
    try:
        answer = reserve("citizen-eva", landlordId="9901-housing", onBehalfOf=KARI.national_id)
        assert refusal(answer) == ("NOT_FOUND", "onBehalfOf")
    finally:
        send("citizen-kari", "endMandate", mandateId=mandate)


def test_another_tenants_reservation_is_answered_as_an_absent_one(house, reserve, send):
    reservation = said(reserve())["id"]

    answers = [
        send("citizen-eva", "withdrawReservation", reservationId=one) for one in (reservation, str(uuid4()), "x")
    ]

    assert {answer.content for answer in answers} == {answers[0].content}
    assert refusal(answers[0]) == ("NOT_FOUND", "reservationId")
    assert house.value(IN_FORCE, reservation) == 1


def test_sent_again_under_the_same_key_it_is_the_same(house, reserve):
    given = {"tenancyId": house.value(LEASE, KARI.id), "idempotencyKey": uuid4().hex}

    assert reserve(**given).content == reserve(**given).content
    assert refusal(reserve(**given, evidenceRef="another")) == ("CONFLICT", "idempotencyKey")


def test_the_landlord_sees_reservations_against_it_and_not_whose_they_are(house):
    """Kari reserved against Utleie AS in August."""
    query = "{ reservations(first: 50) { totalCount nodes { id status landlord { id } givenAt } } }"

    seen = house.ask("landlord-company", query, purpose="B101").data["reservations"]

    assert seen["nodes"]
    assert {node["landlord"]["id"] for node in seen["nodes"]} == {LANDLORD_COMPANY}
    assert house.ask("landlord", query, purpose="B101").data["reservations"]["totalCount"] < seen["totalCount"]
    refused = house.ask("landlord-company", "{ reservations(first: 1) { nodes { evidenceRef } } }", purpose="B101")
    assert refused.codes == ["GRAPHQL_VALIDATION_FAILED"]


def test_a_landlord_is_told_nothing_of_a_protected_tenant(house, reserve):
    """Ola is kode 6. That he has reserved would say where he lives."""
    reservation = said(reserve("citizen-ola", landlordId=LANDLORD_COMPANY))["id"]
    query = "{ reservations(first: 50) { nodes { id } } }"

    seen = house.ask("landlord-company", query, purpose="B101").data["reservations"]["nodes"]

    assert reservation not in {node["id"] for node in seen}
    assert mine(house, "citizen-ola", reservation)["status"] == "ACTIVE"


def test_nav_and_the_housing_office_see_the_reservations_of_their_case(house, reserve):
    reservation = said(reserve())["id"]
    query = "query($id: ID!) { case(id: $id) { reservations { id status } } }"

    for who, purpose in (("nav-caseworker", "B101"), ("debt-counsellor", "B102"), ("housing-caseworker", "B101")):
        seen = house.ask(who, query, purpose=purpose, id=house.case_of(KARI)).data["case"]["reservations"]
        assert reservation in {row["id"] for row in seen}, who
