"""A bank sees to its webhooks itself, over HTTP: the ladder of who may, bad input, secrets, what is another's."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from hub.demo.offices import BANK
from hub.events.webhooks.registration import MOST
from hub.events.webhooks.signature import SIGNATURE, SignatureRefused, verify
from tests.acceptance.house import House
from tests.webhooks import happening
from tests.webhooks.asking import COMMANDS, DEAD, LISTED, command, register, send
from tests.webhooks.receiver import Receiver, Reply

URL = "https://bank.example/bofast"
ABSENT = "01980000-0000-7000-8000-000000000000"
GIVEN: dict[str, dict[str, Any]] = {
    "registerWebhook": {"url": URL, "kinds": ["PLAN"]},
    "rotateWebhookSecret": {"webhookId": ABSENT},
    "endWebhook": {"webhookId": ABSENT},
    "resendDeadLetters": {"webhookId": ABSENT},
}


@pytest.mark.parametrize("name", COMMANDS)
def test_nobody_without_a_token_commands_anything(hub: House, name: str):
    answer = hub.ask(None, command(name), i={"idempotencyKey": uuid4().hex, **GIVEN[name]})
    assert answer.codes == ["UNAUTHENTICATED"]


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize("who", ["nav-caseworker", "citizen-eva", "landlord-company", "privacy-officer"])
def test_command_does_not_exist_for_other_kinds_of_party(hub: House, name: str, who: str):
    answer = hub.ask(who, command(name), i={"idempotencyKey": uuid4().hex, **GIVEN[name]})
    assert answer.codes
    assert set(answer.codes) == {"GRAPHQL_VALIDATION_FAILED"}


@pytest.mark.parametrize("query", [LISTED, DEAD])
@pytest.mark.parametrize("who", ["nav-caseworker", "citizen-eva", "landlord-company", "privacy-officer"])
def test_lists_do_not_exist_for_other_kinds_of_party(hub: House, query: str, who: str):
    assert set(hub.ask(who, query).codes) == {"GRAPHQL_VALIDATION_FAILED"}


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("url", {"url": "http://bank.example/"}),
        ("url", {"url": "https://10.0.0.1/"}),
        ("url", {"url": "https://user@bank.example/"}),
        ("url", {"url": "https://169.254.169.254/"}),
        ("url", {"url": "https://bank.example/" + "a" * 500}),
        ("kinds", {"kinds": []}),
    ],
)
def test_bad_input_is_refused_with_the_field_and_words(hub: House, field: str, given: dict[str, Any]):
    before = hub.value("SELECT count(*) FROM hub.webhook")
    answer = send(hub, "bank-system", "registerWebhook", purpose="B103", **{**GIVEN["registerWebhook"], **given})
    assert (answer["__typename"], answer["code"], answer["field"]) == ("CommandRefused", "BAD_VALUE", field)
    assert answer["text"]["nb"].startswith("Oppgi ")
    assert answer["text"]["en"].startswith("State ")
    assert hub.value("SELECT count(*) FROM hub.webhook") == before


def test_without_a_purpose_nothing_is_registered(hub: House):
    answer = send(hub, "bank-system", "registerWebhook", **GIVEN["registerWebhook"])
    assert (answer["code"], answer["field"]) == ("BAD_VALUE", "behandlingsnummer")


def test_secret_is_shown_once_and_stands_nowhere(hub: House, receiver: Receiver):
    key = uuid4().hex
    given = {"url": receiver.url(), "kinds": ["PLAN", "CONSENT", "PLAN"]}
    first = send(hub, "bank-system", "registerWebhook", purpose="B103", key=key, **given)
    again = send(hub, "bank-system", "registerWebhook", purpose="B103", key=key, **given)
    assert first["secret"].startswith("whsec_")
    assert again == {**first, "secret": None}
    other = send(hub, "bank-system", "registerWebhook", purpose="B103", key=key, **{**given, "url": URL})
    assert other["code"] == "CONFLICT"
    [row] = hub.rows("SELECT * FROM hub.webhook WHERE id = $1::text::uuid", first["id"])
    assert first["secret"].removeprefix("whsec_") not in str(row)
    assert row["kinds"] == ["CONSENT", "PLAN"]
    [listed] = [one for one in hub.ask("bank-system", LISTED).data["webhooks"]["nodes"] if one["id"] == first["id"]]
    created = row["created_at"].isoformat(timespec="milliseconds").replace("+00:00", "Z")
    assert listed["createdAt"][:19] == created[:19]
    assert {name: value for name, value in listed.items() if name != "createdAt"} == {
        "id": first["id"],
        "url": receiver.url(),
        "kinds": ["CONSENT", "PLAN"],
        "purpose": "B103",
        "previousSecretUntil": None,
        "endedAt": None,
        "endReason": None,
    }


def test_registration_is_on_record_as_a_command_of_the_bank(hub: House, receiver: Receiver):
    given = {"idempotencyKey": uuid4().hex, "url": receiver.url(), "kinds": ["PLAN"]}
    answer = hub.ask("bank-system", command("registerWebhook"), purpose="B103", i=given)
    [event] = hub.rows("SELECT * FROM audit.event WHERE request_id = $1", answer.headers["x-request-id"])
    assert (event["kind"], event["actor_id"], event["entry_subjects"]) == ("COMMAND", BANK, b"")


@pytest.mark.parametrize("name", ["rotateWebhookSecret", "endWebhook", "resendDeadLetters"])
def test_another_partys_webhook_is_as_none(hub: House, receiver: Receiver, name: str):
    """The leak: whether a webhook exists that is another's, told by an answer, a note, or a write."""
    theirs = register(hub, receiver.url(), ["PLAN"])["id"]
    before = hub.rows("SELECT * FROM hub.webhook WHERE id = $1::text::uuid", theirs)
    answers = []
    for webhook in (theirs, ABSENT, "nothing"):
        given = {"idempotencyKey": uuid4().hex, "webhookId": webhook}
        answer = hub.ask("other-bank-system", command(name), i=given)
        notes = hub.rows(
            "SELECT kind, code, target FROM audit.security_event WHERE request_id = $1", answer.headers["x-request-id"]
        )
        answers.append((answer.content, answer.bare_headers, notes))
    assert answers[0] == answers[1] == answers[2]
    assert answers[0][2] == [{"kind": "gate:command:refused", "code": "NOT_FOUND", "target": name}]
    assert hub.rows("SELECT * FROM hub.webhook WHERE id = $1::text::uuid", theirs) == before
    for query in (LISTED, DEAD):
        [found] = hub.ask("other-bank-system", query).data.values()
        assert theirs not in str(found)


def test_party_has_so_many_webhooks_and_no_more(hub: House, receiver: Receiver):
    made = [register(hub, receiver.url(), ["PLAN"])["id"] for _ in range(MOST)]
    full = send(hub, "bank-system", "registerWebhook", purpose="B103", url=receiver.url(), kinds=["PLAN"])
    assert (full["code"], full["field"]) == ("LIMIT_EXCEEDED", "url")
    register(hub, receiver.url(), ["PLAN"], who="other-bank-system")
    send(hub, "bank-system", "endWebhook", webhookId=made[0])
    register(hub, receiver.url(), ["PLAN"])


def test_after_a_change_of_secret_calls_are_signed_with_both_for_a_day(hub: House, receiver: Receiver):
    case = hub.runner.run(happening.case_of_eva(hub.owner))
    registered = register(hub, receiver.url(), ["PLAN"])
    key = uuid4().hex
    rotated = send(hub, "bank-system", "rotateWebhookSecret", key=key, webhookId=registered["id"])
    again = send(hub, "bank-system", "rotateWebhookSecret", key=key, webhookId=registered["id"])
    assert again == {**rotated, "secret": None}
    secrets = [rotated["secret"], registered["secret"]]
    assert len(set(secrets)) == 2
    hub.runner.run(happening.plan_becomes(hub.owner, case, "BREACHED"))
    [call] = receiver.until(1)
    assert len(call.headers[SIGNATURE].split(" ")) == 2
    for secret in secrets:
        assert verify(call.headers, call.body, secret, now=time.time())
    hub.execute("UPDATE hub.webhook SET old_secret_until = now() WHERE id = $1::text::uuid", registered["id"])
    hub.runner.run(happening.plan_becomes(hub.owner, case, "ACTIVE"))
    last = receiver.until(2)[-1]
    assert verify(last.headers, last.body, secrets[0], now=time.time())
    with pytest.raises(SignatureRefused):
        verify(last.headers, last.body, secrets[1], now=time.time())


def test_webhook_that_has_ended_is_called_no_more_and_ends_once(hub: House, receiver: Receiver):
    case = hub.runner.run(happening.case_of_eva(hub.owner))
    webhook = register(hub, receiver.url(), ["PLAN"])["id"]
    ended = send(hub, "bank-system", "endWebhook", webhookId=webhook)
    assert send(hub, "bank-system", "endWebhook", webhookId=webhook) == ended
    for name in ("rotateWebhookSecret", "resendDeadLetters"):
        assert send(hub, "bank-system", name, webhookId=webhook)["code"] == "ALREADY_ENDED"
    hub.runner.run(happening.plan_becomes(hub.owner, case, "AGREED"))
    time.sleep(1.5)
    assert receiver.calls == []
    assert hub.value("SELECT count(*) FROM hub.webhook_delivery WHERE webhook_id = $1::text::uuid", webhook) == 0


@pytest.mark.parametrize("letters", [[], [ABSENT] * 101])
def test_dead_letters_are_named_or_all_of_them(hub: House, receiver: Receiver, letters: list[str]):
    webhook = register(hub, receiver.url(), ["PLAN"])["id"]
    answer = send(hub, "bank-system", "resendDeadLetters", webhookId=webhook, deadLetters=letters)
    assert (answer["code"], answer["field"]) == ("BAD_VALUE", "deadLetters")


def test_dead_letters_are_listed_and_sent_again_before_what_is_yet_to_be_sent(hub: House, receiver: Receiver):
    case = hub.runner.run(happening.case_of_eva(hub.owner))
    webhook = register(hub, receiver.url(), ["PLAN"])["id"]
    receiver.reply = lambda _: Reply(status=500)
    hub.runner.run(happening.plan_becomes(hub.owner, case, "BREACHED"))
    first = receiver.until(1)[0].headers["webhook-id"]
    # The last attempt but one has been made.
    almost = "UPDATE hub.webhook_delivery SET attempts = 15, due_at = now() WHERE webhook_id = $1::text::uuid"
    time.sleep(0.5)
    hub.execute(almost, webhook)
    receiver.until(2)
    [letter] = until(lambda: hub.ask("bank-system", DEAD).data["webhookDeadLetters"]["nodes"])
    assert {name: value for name, value in letter.items() if name not in ("id", "diedAt")} == {
        "webhookId": webhook,
        "eventId": first,
        "kind": "PLAN",
        "attempts": 16,
        "lastResult": "HTTP 500",
    }
    hub.runner.run(happening.plan_becomes(hub.owner, case, "AGREED"))
    receiver.until(3)
    receiver.reply = lambda _: Reply()
    key = uuid4().hex
    for _ in range(2):
        answer = send(
            hub, "bank-system", "resendDeadLetters", key=key, webhookId=webhook, deadLetters=[letter["id"], ABSENT]
        )
        assert answer == {"__typename": "DeadLettersResent", "id": webhook}
    again = receiver.until(4)[3]
    assert again.headers["webhook-id"] == first
    assert hub.ask("bank-system", DEAD).data["webhookDeadLetters"] == {"totalCount": 0, "nodes": []}


def test_dead_letter_of_what_may_not_be_seen_any_more_is_not_sent(hub: House, receiver: Receiver):
    """The leak: the consent ends, and what was given up before is sent again all the same."""
    case = hub.runner.run(happening.case_of_eva(hub.owner))
    webhook = register(hub, receiver.url(), ["PLAN"])["id"]
    receiver.reply = lambda _: Reply(status=500)
    hub.runner.run(happening.plan_becomes(hub.owner, case, "BREACHED"))
    receiver.until(1)
    time.sleep(0.5)
    hub.execute("UPDATE hub.webhook_delivery SET attempts = 15, due_at = now()")
    receiver.until(2)
    until(lambda: hub.ask("bank-system", DEAD).data["webhookDeadLetters"]["nodes"])
    hub.runner.run(happening.withdrawn(hub.owner, hub.runner.run(happening.consent_of_eva(hub.owner))))
    send(hub, "bank-system", "resendDeadLetters", webhookId=webhook)
    until(lambda: hub.value("SELECT count(*) FROM hub.webhook_delivery") == 0)
    assert hub.ask("bank-system", DEAD).data["webhookDeadLetters"]["totalCount"] == 0
    assert len(receiver.calls) == 2


def until(found: Callable[[], Any]) -> Any:
    """What it finds, once there is something."""
    over = time.monotonic() + 15
    while not (there := found()):
        assert time.monotonic() < over
        time.sleep(0.05)
    return there
