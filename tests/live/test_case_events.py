"""What happens in a case, told to those who may see what it is about, when it is told; and on record."""

from __future__ import annotations

from typing import Any

import pytest

from hub.demo.people import EVA, KARI, OLA
from tests.acceptance.house import House
from tests.live.listening import CASE, listening, signal, streaming

NAV = ("nav-caseworker", "B101")


def happens(house: House, case: str, table: str = "progress_plan") -> None:
    house.execute(f"UPDATE hub.{table} SET source_party = source_party WHERE case_id = $1::text::uuid", case)


def test_caseworker_is_told_of_each_thing_that_happens_in_order(house: House) -> None:
    case = house.case_of(EVA)
    with listening(house, *NAV) as caseworker:
        caseworker.subscribe(CASE, id=case)
        made = signal(house, case)
        happens(house, case)
        house.execute("UPDATE hub.case SET phase = 1 + phase % 3 WHERE id = $1::text::uuid", case)
        told = [caseworker.told() for _ in range(3)]
        assert [one["kind"] for one in told] == ["SIGNAL_RECEIVED", "PLAN_CHANGED", "CASE_CHANGED"]
        line = house.rows(
            "SELECT id::text, kind, signal_id::text FROM hub.event WHERE case_id = $1::text::uuid"
            " ORDER BY position DESC LIMIT 3",
            case,
        )
        assert [(one["id"], one["kind"]) for one in reversed(line)] == [(one["id"], one["kind"]) for one in told]
        assert line[2]["signal_id"] == made
        assert caseworker.hears_nothing()


def test_event_is_on_record_before_it_is_told_as_a_look_is(house: House) -> None:
    case = house.case_of(EVA)
    query = (
        "subscription Told($id: ID!) { caseEvents(caseId: $id) { kind case { caseNo subject { name { first } } } } }"
    )
    with listening(house, *NAV) as caseworker:
        caseworker.subscribe(query, id=case)
        assert caseworker.recorded.shape == (0, 0)
        happens(house, case)
        event = caseworker.told()
        assert event["case"]["subject"] == {"name": {"first": "Eva"}}
        recorded = caseworker.recorded
        assert recorded.shape == (1, 0)
        [one] = recorded.events
        assert (one.kind, one.operation_name, one.purpose) == ("QUERY", "Told", "EVICTION_PREVENTION")
        assert {shown.subject for shown in one.shown} == {str(EVA.id)}
        assert {category for shown in one.shown for category in shown.categories} == {"CASE_EXISTENCE", "PERSON_NAME"}
        assert {shown.basis for shown in one.shown} == {"STL_17"}


def test_over_server_sent_events_it_is_the_same_and_goes_on_after_the_last_id(house: House) -> None:
    case = house.case_of(EVA)
    with streaming(house, "nav-caseworker", CASE, "B101", id=case) as stream:
        happens(house, case)
        name, first, told = stream.next()
        assert name == "next"
        assert told["data"]["caseEvents"]["id"] == told["extensions"]["event"] == first
    happens(house, case)
    happens(house, case, "repayment_agreement")
    kinds = ["PLAN_CHANGED", "AGREEMENT_CHANGED"] if has_agreement(house, case) else ["PLAN_CHANGED"]
    with streaming(house, "nav-caseworker", CASE, "B101", last=first, id=case) as stream:
        assert [stream.next()[2]["data"]["caseEvents"]["kind"] for _ in kinds] == kinds
    with listening(house, *NAV) as caseworker:
        caseworker.say(
            {"type": "subscribe", "id": "1", "payload": {"query": CASE, "variables": {"id": case, "after": first}}}
        )
        assert [caseworker.told()["kind"] for _ in kinds] == kinds


def has_agreement(house: House, case: str) -> bool:
    return house.value("SELECT EXISTS (SELECT FROM hub.repayment_agreement WHERE case_id = $1::text::uuid)", case)


@pytest.mark.parametrize(
    ("who", "purpose", "of"),
    [
        ("nav-caseworker", "B101", OLA),
        ("nav-caseworker-other-office", "B101", KARI),
        ("nav-caseworker-other-municipality", "B101", KARI),
        ("nav-sister", "B101", KARI),
        ("citizen-eva", None, KARI),
    ],
)
def test_case_that_may_not_be_seen_is_as_one_in_which_nothing_happens(
    house: House, who: str, purpose: str | None, of: Any
) -> None:
    """The leak: that something happens in a case tells that there is one."""
    case, nobodys = house.case_of(of), "00000000-0000-4000-8000-000000000000"
    with listening(house, who, purpose) as subscriber:
        subscriber.subscribe(CASE, "hidden", id=case)
        subscriber.subscribe(CASE, "absent", id=nobodys)
        signal(house, case)
        happens(house, case)
        house.execute("UPDATE hub.case SET phase = 1 + phase % 3 WHERE id = $1::text::uuid", case)
        assert subscriber.hears_nothing()
        assert subscriber.recorded.shape == (0, 0)


@pytest.mark.parametrize(
    ("who", "purpose", "kinds"),
    [
        ("nav-caseworker", "B101", {"SIGNAL_RECEIVED", "PARTICIPANT_CHANGED", "PLAN_CHANGED", "CASE_CHANGED"}),
        ("housing-support", "B101", {"PARTICIPANT_CHANGED", "PLAN_CHANGED", "CASE_CHANGED"}),
        ("debt-counsellor", "B102", {"PARTICIPANT_CHANGED", "PLAN_CHANGED", "CASE_CHANGED"}),
        ("citizen-kari", None, {"PARTICIPANT_CHANGED", "PLAN_CHANGED", "CASE_CHANGED"}),
    ],
)
def test_each_is_told_of_the_topics_that_it_may_see(
    house: House, who: str, purpose: str | None, kinds: set[str]
) -> None:
    """The leak: who may see a case and no reports is told that one came."""
    case = house.case_of(KARI)
    visible = seen(house, who, purpose, case)
    with listening(house, who, purpose) as subscriber:
        subscriber.subscribe(CASE, id=case)
        signal(house, case)
        happens(house, case, "participant")
        happens(house, case)
        house.execute("UPDATE hub.case SET phase = 1 + phase % 3 WHERE id = $1::text::uuid", case)
        expected = kinds & visible
        assert {subscriber.told()["kind"] for _ in expected} == expected
        assert subscriber.hears_nothing()
        assert len(subscriber.recorded.events) == len(expected)


def seen(house: House, who: str, purpose: str | None, case: str) -> set[str]:
    """What a query shows of what the topics are about: the events are to follow it, topic by topic."""
    kinds = {"CASE_CHANGED"}
    for kind, field in (
        ("SIGNAL_RECEIVED", "signals { receivedAt }"),
        ("PARTICIPANT_CHANGED", "participants { validFrom }"),
        ("PLAN_CHANGED", "plan { version }"),
    ):
        answer = house.ask(who, f"query($id: ID!) {{ case(id: $id) {{ {field} }} }}", purpose=purpose, id=case).json
        found = [] if "errors" in answer or answer["data"]["case"] is None else [answer["data"]["case"]]
        if any(value not in (None, []) for one in found for value in one.values()):
            kinds.add(kind)
    return kinds


def test_purpose_that_is_missing_is_said_at_once(house: House) -> None:
    with listening(house, "nav-caseworker") as caseworker:
        caseworker.say(
            {"type": "subscribe", "id": "1", "payload": {"query": CASE, "variables": {"id": house.case_of(EVA)}}}
        )
        assert caseworker.error() == "PURPOSE_REQUIRED"


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{ me { actor } }", "NOT_A_SUBSCRIPTION"),
        (
            'mutation { withdrawConsent(input: {idempotencyKey: "0123456789abcdef", consentId: "x"}) { __typename } }',
            "NOT_A_SUBSCRIPTION",
        ),
        (
            'subscription { caseEvents(caseId: "x") { id } other: caseEvents(caseId: "y") { id } }',
            "GRAPHQL_VALIDATION_FAILED",
        ),
        ("subscription { __typename }", "GRAPHQL_VALIDATION_FAILED"),
        ("subscription { submissionEvents { id } }", "GRAPHQL_VALIDATION_FAILED"),
        ("subscription { caseEvents { id } }", "GRAPHQL_VALIDATION_FAILED"),
        ('subscription($no: Boolean!) { caseEvents(caseId: "x") @skip(if: $no) { id } }', "BAD_USER_INPUT"),
    ],
)
def test_what_is_no_subscription_of_the_contract_is_refused(house: House, query: str, code: str) -> None:
    with listening(house, "citizen-kari") as citizen:
        citizen.say({"type": "subscribe", "id": "1", "payload": {"query": query, "variables": {"no": True}}})
        assert citizen.error() in {code, "GRAPHQL_VALIDATION_FAILED"}
        citizen.say({"type": "ping"})
        assert citizen.hear() == {"type": "pong"}


def test_subscription_by_post_is_told_where_it_is_served(house: House) -> None:
    answer = house.ask("nav-caseworker", CASE, purpose="B101", id=house.case_of(EVA))
    assert answer.codes == ["SUBSCRIPTION_NOT_SERVED_HERE"]


def test_bank_has_no_events_of_cases_whatever_its_customer_has_agreed_to(house: House) -> None:
    with listening(house, "bank-system", "B103") as bank:
        bank.say({"type": "subscribe", "id": "1", "payload": {"query": CASE, "variables": {"id": house.case_of(EVA)}}})
        assert bank.error() == "GRAPHQL_VALIDATION_FAILED"
