"""Powers of attorney over HTTP: given, seen, used, ended; and what they tell nobody."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest

from hub.demo.people import EVA, GUNNAR, IVAN, KARI, OLA
from tests.mandates.conftest import refusal, said

EVERYTHING = {"areas": ["HOUSING", "ECONOMY"], "rights": ["READ"]}
UNKNOWN = "28929990015"
MINE = """{ myMandates(first: 50) { totalCount nodes { id kind areas rights status validFrom validTo endedAt
    holderNationalIdMasked giver { id name { first } } } } }"""
CASE = "query($id: ID!) { case(id: $id) { id rentDefaults { id } } }"
TODAY = "SELECT (now() AT TIME ZONE 'Europe/Oslo')::date"


@pytest.fixture
def grant(send):
    """Kari gives Eva a mandate, unless said otherwise. It is ended after the test."""
    given = []

    def command(who="citizen-kari", holder=EVA.national_id, **changes):
        answer = send(who, "grantMandate", **{"holderNationalId": holder, **EVERYTHING, **changes})
        if "id" in said(answer):
            given.append((who, said(answer)["id"]))
        return answer

    yield command
    for who, mandate in given:
        send(who, "endMandate", mandateId=mandate)


def mine(house, who, mandate=None):
    nodes = house.ask(who, MINE).data["myMandates"]["nodes"]
    return [node for node in nodes if mandate in (None, node["id"])]


def test_a_citizen_gives_a_mandate_and_both_see_it(house, grant):
    mandate = said(grant())["id"]

    (kari,), (eva,) = mine(house, "citizen-kari", mandate), mine(house, "citizen-eva", mandate)

    assert kari == eva | {"giver": kari["giver"]}
    assert (kari["kind"], kari["status"], sorted(kari["areas"]), kari["rights"]) == (
        "FULLMAKT", "ACTIVE", ["ECONOMY", "HOUSING"], ["READ"],
    )  # fmt: skip
    assert kari["holderNationalIdMasked"] == EVA.national_id[:6] + "*****"
    assert eva["giver"] == {"id": str(KARI.id), "name": {"first": KARI.first}}


def test_it_counts_from_the_moment_of_the_answer_until_that_of_its_end(house, grant, send):
    kari = house.case_of(KARI)
    assert house.ask("citizen-eva", CASE, id=kari).data == {"case": None}

    mandate = said(grant())["id"]
    seen = house.ask("citizen-eva", CASE, id=kari)
    assert seen.data["case"]["rentDefaults"]
    assert {shown.evidence for shown in seen.recorded.shown} == {mandate}

    assert said(send("citizen-kari", "endMandate", mandateId=mandate))["id"] == mandate
    assert house.ask("citizen-eva", CASE, id=kari).data == {"case": None}


def test_the_holder_gives_it_up(house, grant, send):
    mandate = said(grant())["id"]

    ended = said(send("citizen-eva", "endMandate", mandateId=mandate))

    assert ended["id"] == mandate
    assert house.ask("citizen-eva", CASE, id=house.case_of(KARI)).data == {"case": None}
    assert mine(house, "citizen-kari", mandate)[0]["status"] == "ENDED"


def test_ended_twice_it_ended_once_and_both_are_told_the_same(house, grant, send):
    mandate = said(grant())["id"]

    first, second = (send(who, "endMandate", mandateId=mandate) for who in ("citizen-kari", "citizen-eva"))

    assert said(first) == said(second)
    kinds = house.rows("SELECT kind FROM hub.mandate_event WHERE mandate_id = $1::text::uuid ORDER BY seq", mandate)
    assert [row["kind"] for row in kinds] == ["GRANTED", "REVOKED"]


def test_the_answer_does_not_tell_whether_the_hub_knows_the_holder(house, grant):
    assert house.value("SELECT count(*) FROM nav.person WHERE national_id = $1", UNKNOWN) == 0

    known, unknown = grant(holder=OLA.national_id, areas=["PERSONAL"]), grant(holder=UNKNOWN, areas=["PERSONAL"])

    alike = [said(answer) | {"id": "", "recordedAt": ""} for answer in (known, unknown)]
    assert alike[0] == alike[1]
    assert known.recorded.shape == unknown.recorded.shape == (1, 0)
    shown = mine(house, "citizen-kari", said(unknown)["id"])[0]
    assert (shown["holderNationalIdMasked"], shown["status"]) == (UNKNOWN[:6] + "*****", "ACTIVE")


def test_a_holder_who_becomes_known_holds_it_from_then_on(house, grant):
    mandate = said(grant(holder=UNKNOWN))["id"]
    facts = "SELECT count(*) FROM facts.mandate WHERE id = $1::text::uuid"
    assert house.value(facts, mandate) == 0

    house.execute(
        "INSERT INTO nav.person (id, national_id, first_name, last_name, address_grade, protection, source_party)"
        " VALUES (uuidv7(), $1, 'Ny', 'Prøve', 'UGRADERT', 'UGRADERT', '9901-nav')", UNKNOWN,
    )  # fmt: skip
    try:
        assert house.value(facts, mandate) == 2
    finally:
        house.execute("DELETE FROM nav.person WHERE national_id = $1", UNKNOWN)


def test_what_was_done_is_on_the_givers_record(grant, send):
    granted = grant()
    ended = send("citizen-eva", "endMandate", mandateId=said(granted)["id"])

    for answer, policy, recipient in (
        (granted, "citizen.own.mandates", str(KARI.id)),
        (ended, "citizen.mandate.give-up", str(EVA.id)),
    ):
        (event,) = answer.recorded.events
        (shown,) = event.shown
        assert (event.kind, shown.subject, shown.policies) == ("COMMAND", str(KARI.id), (policy,))
        assert (shown.evidence, shown.categories) == (said(granted)["id"], ("CONSENT",))
        assert event.actor["actor_id"] == recipient


@pytest.mark.parametrize("given", [{"areas": []}, {"rights": []}])
def test_a_mandate_about_nothing_is_refused(grant, given):
    code, field = refusal(grant(**given))

    assert (code, field) == ("BAD_VALUE", next(iter(given)))


def test_nobody_is_given_a_mandate_for_himself(grant):
    assert refusal(grant(holder=KARI.national_id)) == ("BAD_VALUE", "holderNationalId")


def test_a_number_that_is_none_is_no_input(house, send):
    answer = send("citizen-kari", "grantMandate", holderNationalId="15928741271", **EVERYTHING)

    assert answer.codes == ["BAD_USER_INPUT"]


def test_days_that_cannot_be_are_refused(house, grant):
    today: date = house.value(TODAY)

    def day(distance: int) -> str:
        return (today + timedelta(days=distance)).isoformat()

    assert refusal(grant(validFrom=day(-1))) == ("BAD_PERIOD", "validFrom")
    assert refusal(grant(validTo=day(-1))) == ("BAD_PERIOD", "validTo")
    assert refusal(grant(validFrom=day(3), validTo=day(2))) == ("BAD_PERIOD", "validTo")


def test_one_for_later_days_opens_nothing_yet(house, grant):
    today: date = house.value(TODAY)
    mandate = said(grant(validFrom=(today + timedelta(days=2)).isoformat()))["id"]

    assert mine(house, "citizen-eva", mandate)[0]["status"] == "PENDING"
    assert house.ask("citizen-eva", CASE, id=house.case_of(KARI)).data == {"case": None}


def test_one_that_overlaps_is_refused_and_one_about_something_else_is_not(grant):
    grant()

    assert refusal(grant(areas=["ECONOMY"])) == ("OVERLAPS", "areas")
    assert "id" in said(grant(areas=["PERSONAL"]))


def test_sent_again_under_the_same_key_it_is_the_same_and_written_once(house, grant, send):
    key = uuid4().hex
    first = grant(idempotencyKey=key)
    again = grant(idempotencyKey=key)

    assert first.content == again.content
    assert refusal(grant(idempotencyKey=key, areas=["PERSONAL"])) == ("CONFLICT", "idempotencyKey")
    assert house.value("SELECT count(*) FROM hub.command_key WHERE key = $1", key) == 1


def test_a_guardianship_is_ended_by_the_register_alone(house, send):
    guardianship = house.value("SELECT id::text FROM hub.mandate WHERE kind = 'VERGEMAL' AND giver_id = $1", IVAN.id)

    assert refusal(send("guardian", "endMandate", mandateId=guardianship)) == ("FROM_REGISTER", "mandateId")
    assert mine(house, "guardian", guardianship)[0]["status"] == "ACTIVE"


def test_another_persons_mandate_is_answered_as_an_absent_one(house, send):
    foreign = house.value("SELECT id::text FROM hub.mandate WHERE giver_id = $1 AND holder_id = $2", IVAN.id, GUNNAR.id)

    answers = [send("citizen-kari", "endMandate", mandateId=mandate) for mandate in (foreign, str(uuid4()), "no-id")]

    assert {answer.content for answer in answers} == {answers[0].content}
    assert refusal(answers[0]) == ("NOT_FOUND", "mandateId")
    assert {answer.recorded.shape for answer in answers} == {(1, 1)}
    assert {answer.recorded.refusals for answer in answers} == {answers[0].recorded.refusals}


@pytest.mark.parametrize("who", ["nav-caseworker", "bank-system", "privacy-officer", "landlord"])
def test_nobody_but_citizens_can_name_the_commands(house, who):
    query = "mutation($i: GrantMandateInput!) { grantMandate(input: $i) { __typename } }"
    given = {"idempotencyKey": uuid4().hex, "holderNationalId": EVA.national_id, **EVERYTHING}

    assert house.ask(who, query, i=given).codes[0] == "GRAPHQL_VALIDATION_FAILED"


def test_a_mandate_of_a_protected_person_is_hidden_from_the_holder(house, send, grant):
    """Ola is kode 6: he decides for himself, and nobody else is shown anything."""
    mandate = said(grant("citizen-ola", EVA.national_id))["id"]

    assert mine(house, "citizen-ola", mandate)[0]["status"] == "ACTIVE"
    assert mine(house, "citizen-eva", mandate) == []
    hidden, absent = (send("citizen-eva", "endMandate", mandateId=one) for one in (mandate, str(uuid4())))
    assert hidden.content == absent.content
    assert hidden.recorded.shape == absent.recorded.shape


def test_nav_and_the_housing_office_see_the_mandates_of_their_case(house, grant):
    mandate = said(grant())["id"]
    query = "query($id: ID!) { case(id: $id) { mandates { id status areas } } }"

    for who, purpose in (("nav-caseworker", "B101"), ("debt-counsellor", "B102"), ("housing-caseworker", "B101")):
        seen = house.ask(who, query, purpose=purpose, id=house.case_of(KARI)).data["case"]["mandates"]
        assert mandate in {row["id"] for row in seen}, who
    assert house.ask("rent-collector", query, purpose="B101", id=house.case_of(KARI)).codes == [
        "GRAPHQL_VALIDATION_FAILED"
    ]
