"""Taking access: for what, for how long, by whom, and what is said of a case that is not there."""

from __future__ import annotations

from uuid import uuid4

import asyncpg
import pytest

from hub.demo.people import KARI, NINA, OLA
from tests.break_glass.conftest import CASEWORKER, HOUSING, REASON, later, make_guardian, taken

ABSENT = str(uuid4())


def refused(answer) -> tuple[str, str | None]:
    """Code and field of a refusal."""
    found = answer.data["breakGlass"]
    return found["code"], found["field"]


def test_a_caseworker_takes_access_to_a_case_of_another_unit(house, take, case):
    answer = take(case["id"])

    glass = taken(answer)
    row = house.rows("SELECT * FROM hub.break_glass WHERE id = $1::text::uuid", glass)[0]
    assert (str(row["case_id"]), row["reason"], row["danger_to_life"]) == (case["id"], REASON, False)
    assert (row["actor_id"], row["party_id"], row["unit_id"]) == ("A123456", "9901-nav", "9901")


def test_taking_access_is_an_event_of_its_own_that_says_that_there_is_a_case(take, case):
    answer = take(case["id"])

    (event,) = answer.recorded.events
    (shown,) = event.shown
    assert (event.kind, event.purpose, answer.recorded.refusals) == ("BREAK_GLASS", "EVICTION_PREVENTION", ())
    assert (shown.subject, shown.source, shown.recipient) == (case["subject"], case["source"], "9901-nav")
    assert (shown.categories, shown.policies) == (("CASE_EXISTENCE",), ("nav.break-glass.take",))
    assert (shown.basis, shown.evidence, shown.kind) == ("STL_17", taken(answer), "LOOKED_UP")


def test_the_housing_office_takes_access_too(house, take, case):
    house.execute("DELETE FROM hub.participant WHERE case_id = $1::text::uuid AND unit_id = '9941'", case["id"])

    assert taken(take(case["id"], who=HOUSING))


@pytest.mark.parametrize("who", ["debt-counsellor", "rent-collector", "housing-support", "enforcement-officer"])
def test_other_offices_cannot_even_name_the_command(take, case, who):
    purpose = "B102" if who == "debt-counsellor" else "B101"
    assert take(case["id"], who=who, purpose=purpose).codes[0] == "GRAPHQL_VALIDATION_FAILED"


def test_a_citizen_cannot_name_the_command(take, case):
    assert take(case["id"], who="citizen-eva", purpose="").codes[0] == "GRAPHQL_VALIDATION_FAILED"


@pytest.mark.parametrize(
    ("who", "purpose", "code"),
    [
        (CASEWORKER, "B102", "PURPOSE_NOT_PERMITTED"),
        (HOUSING, "B105", "PURPOSE_NOT_PERMITTED"),
        (CASEWORKER, "", "PURPOSE_REQUIRED"),
    ],
)
def test_only_to_prevent_an_eviction(take, case, who, purpose, code):
    assert take(case["id"], who=who, purpose=purpose).codes == [code]


@pytest.mark.parametrize("reason", ["", "kort", " " * 20, "123456789", "x" * 256])
def test_a_reason_that_is_none_is_refused(house, take, case, reason):
    before = house.value("SELECT count(*) FROM hub.break_glass")

    assert refused(take(case["id"], reason=reason)) == ("BAD_VALUE", "reason")
    assert house.value("SELECT count(*) FROM hub.break_glass") == before


@pytest.mark.parametrize("reason", ["1234567890", "x" * 255])
def test_a_reason_of_ten_or_two_hundred_and_fifty_five_characters_will_do(take, case, reason):
    assert taken(take(case["id"], reason=reason))


@pytest.mark.parametrize("distance", [{"hours": -1}, {"seconds": -1}, {"hours": 72, "minutes": 1}, {"days": 30}])
def test_an_end_in_the_past_or_beyond_three_days_is_refused(take, case, distance):
    assert refused(take(case["id"], until=later(**distance))) == ("BAD_PERIOD", "until")


def test_just_under_three_days_will_do(take, case):
    assert taken(take(case["id"], until=later(hours=71, minutes=59)))


def hidden(house) -> dict[str, str]:
    """Cases that core rules close, each for a reason of its own."""
    other = house.value("SELECT id::text FROM hub.case WHERE municipality = '9902' ORDER BY id LIMIT 1")
    shielded = house.value(
        "SELECT c.id::text FROM hub.case c JOIN facts.protection p ON p.case_id = c.id"
        " WHERE p.shielded AND p.grade < 2 AND c.municipality = '9901' LIMIT 1"
    )
    return {
        "kode 6": house.case_of(OLA),
        "shielded": shielded or house.case_of(NINA),
        "another municipality": other,
        "absent": ABSENT,
        "no id at all": "not-an-id",
    }


def test_a_case_that_core_rules_close_is_answered_as_an_absent_one(house, take):
    answers = {name: take(case_id) for name, case_id in hidden(house).items()}

    absent = answers["absent"]
    assert refused(absent) == ("NOT_FOUND", "caseId")
    for name, answer in answers.items():
        assert answer.content == absent.content, name
        assert answer.recorded.shape == absent.recorded.shape == (1, 1), name
        assert answer.recorded.refusals == absent.recorded.refusals, name
        assert not answer.recorded.shown, name


def test_a_sister_takes_no_access(house, take):
    """Her own unit works on Kari's case, and nothing overrides family."""
    answer = take(house.case_of(KARI), who="nav-sister")

    assert answer.content == take(ABSENT, who="nav-sister").content


def test_the_special_unit_cannot_name_the_command(take, case):
    assert take(case["id"], who="nav-secure-unit").codes[0] == "GRAPHQL_VALIDATION_FAILED"


def test_who_is_the_guardian_of_the_person_takes_no_access(house, take, case):
    make_guardian(house, "A123456", of=case["subject"])

    assert take(case["id"]).content == take(ABSENT).content


def test_whoever_takes_part_in_the_case_needs_none(house, take):
    assert refused(take(house.case_of(KARI))) == ("NOT_NEEDED", "caseId")


def test_a_second_one_for_the_same_case_is_refused_while_the_first_holds(house, take, case):
    first = taken(take(case["id"]))

    assert refused(take(case["id"])) == ("OVERLAPS", "caseId")
    assert house.rows("SELECT id::text FROM hub.break_glass WHERE case_id = $1::text::uuid", case["id"]) == [
        {"id": first}
    ]


def test_sent_again_under_the_same_key_it_is_the_same_and_written_once(house, take, case):
    key, until = uuid4().hex, later(hours=3)
    first = take(case["id"], idempotencyKey=key, until=until)
    again = take(case["id"], idempotencyKey=key, until=until)

    assert first.content == again.content
    assert house.value("SELECT count(*) FROM hub.break_glass WHERE case_id = $1::text::uuid", case["id"]) == 1
    assert [event.kind for event in again.recorded.events] == ["COMMAND"]


def test_the_same_key_for_another_reason_is_a_conflict(take, case):
    key = uuid4().hex
    taken(take(case["id"], idempotencyKey=key))

    assert refused(take(case["id"], idempotencyKey=key, reason="Noe helt annet enn sist")) == (
        "CONFLICT",
        "idempotencyKey",
    )


def test_a_break_glass_is_never_changed_or_removed(house, take, case):
    glass = taken(take(case["id"]))
    for sql in (
        "UPDATE hub.break_glass SET until_at = until_at + interval '1 hour' WHERE id = $1::text::uuid",
        "DELETE FROM hub.break_glass WHERE id = $1::text::uuid",
    ):
        with pytest.raises(asyncpg.PostgresError):
            house.execute(sql, glass)
