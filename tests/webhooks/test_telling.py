"""What a bank is told, over a running hub: that something has changed that it may see, and nothing else at all."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from typing import Any

import pytest

from hub.demo.offices import BANK, OTHER_BANK
from hub.demo.people import EVA
from hub.events.webhooks.signature import SIGNATURE, SignatureRefused, verify
from tests.acceptance.house import House
from tests.webhooks import happening
from tests.webhooks.asking import register, send
from tests.webhooks.receiver import Receiver, Reply

A_MOMENT = 1.5
"""Seconds in which a call would have come: the hub looks several times a second."""
PERSONAL = "SELECT national_id, first_name, last_name, residential_line, postal_line FROM nav.person"


def do(hub: House, what: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
    return hub.runner.run(what(hub.owner, *arguments, **named))


@pytest.fixture
def case(hub: House) -> Any:
    return do(hub, happening.case_of_eva)


def waiting(hub: House) -> int:
    return hub.value("SELECT count(*) FROM hub.webhook_delivery")


def settled(hub: House) -> None:
    """Everything that has happened is in line, spread and told, or dropped."""
    over = time.monotonic() + 15
    sql = (
        "SELECT (SELECT count(*) FROM hub.outbox) + (SELECT count(*) FROM hub.webhook_delivery) + (SELECT count(*)"
        " FROM hub.webhook WHERE ended_at IS NULL AND position < (SELECT max(position) FROM hub.event))"
    )
    while hub.value(sql):
        assert time.monotonic() < over, "something is still on its way"
        time.sleep(0.05)


def test_change_of_a_plan_is_told_signed_and_without_a_word_of_anybody(hub: House, receiver: Receiver, case: Any):
    registered = register(hub, receiver.url("/hook?from=bofast"), ["PLAN"])
    do(hub, happening.plan_becomes, case, "BREACHED")
    [call] = receiver.until(1)
    consent = str(do(hub, happening.consent_of_eva))
    event_id = call.headers["webhook-id"]
    occurred = hub.value("SELECT occurred_at FROM hub.event WHERE id = $1::text::uuid", event_id)
    assert call.path == "/hook?from=bofast"
    assert call.headers["content-type"] == "application/cloudevents+json; charset=utf-8"
    assert call.event == {
        "specversion": "1.0",
        "id": event_id,
        "source": "urn:bofast:hub",
        "type": "no.bofast.plan.v1",
        "time": occurred.isoformat().replace("+00:00", "Z"),
        "subject": consent,
        "datacontenttype": "application/json",
        "data": {"fetch": "PLAN", "consentId": consent},
    }
    assert verify(call.headers, call.body, registered["secret"], now=time.time()) == event_id
    with pytest.raises(SignatureRefused):
        verify(call.headers, call.body + b" ", registered["secret"], now=time.time())
    # What it is told of it may ask for, and sees.
    query = "query($n: NationalId!) { personByNationalId(input: {nationalId: $n}) { case { plan { status } } } }"
    found = hub.ask("bank-system", query, purpose="B103", n=EVA.national_id)
    assert found.data["personByNationalId"]["case"]["plan"]["status"] == "BREACHED"


def test_what_is_told_is_on_record_as_a_look_up(hub: House, receiver: Receiver, case: Any):
    register(hub, receiver.url(), ["PLAN"])
    do(hub, happening.plan_becomes, case, "AGREED")
    [call] = receiver.until(1)
    [event] = hub.rows("SELECT * FROM audit.event WHERE request_id = $1", f"webhook-{call.headers['webhook-id']}")
    assert (event["kind"], event["operation_name"], event["actor_id"]) == ("QUERY", "WebhookPlan", BANK)
    assert EVA.id.bytes in event["entry_subjects"]
    [ground] = [one for one in json.loads(event["grounds"]) if "PLAN_STATUS" in one["categories"]]
    assert (ground["kind"], ground["recipient"], ground["basis"]) == (
        "LOOKED_UP",
        BANK,
        "CONSENT_LIFTS_CONFIDENTIALITY",
    )


def test_bodies_and_headers_hold_nothing_of_any_person(hub: House, receiver: Receiver, case: Any):
    register(hub, receiver.url(), ["AGREEMENT", "CONSENT", "PLAN"])
    do(hub, happening.plan_becomes, case, "PROPOSED")
    do(hub, happening.withdrawn, do(hub, happening.consent_of_eva, "REPAYMENT_AGREEMENT"))
    calls = receiver.until(2)
    settled(hub)
    # A signature is drawn by chance, as it were, and can hold any three letters.
    headers = [{name: value for name, value in call.headers.items() if name != SIGNATURE} for call in calls]
    sent = b"\n".join(call.body for call in calls).decode() + json.dumps(headers)
    words = set(re.split(r"\W+", sent))
    for person in hub.rows(PERSONAL):
        for value in filter(None, person.values()):
            assert value not in words
            assert len(value) < 4 or value not in sent
    for row in hub.rows('SELECT id, case_no, subject_id FROM hub."case"'):
        for value in row.values():
            assert str(value) not in sent, "a bank does not know a case by an id of the hub's"


def test_hidden_change_of_a_plan_is_not_told_leaving_no_trace(hub: House, receiver: Receiver, case: Any):
    """The leak: a step that another party is named in changes, and the bank learns that the plan is worked on."""
    register(hub, receiver.url(), ["PLAN"])
    do(hub, happening.plan_becomes, case, "ACTIVE")
    receiver.until(1)
    settled(hub)
    before = hub.value("SELECT count(*) FROM audit.event"), hub.value("SELECT count(*) FROM audit.security_event")
    do(hub, happening.hidden_step_changes, case)
    settled(hub)
    assert len(receiver.calls) == 1
    after = hub.value("SELECT count(*) FROM audit.event"), hub.value("SELECT count(*) FROM audit.security_event")
    assert after == before


def test_consent_withdrawn_before_it_is_sent_means_that_nothing_is_told(hub: House, receiver: Receiver, case: Any):
    """The leak: the call waits to be tried again, the consent is withdrawn, and the next attempt tells all the same."""
    refusing = {"now": True}
    receiver.reply = lambda _: Reply(status=500 if refusing["now"] else 204)
    consent = do(hub, happening.consent_of_eva)
    register(hub, receiver.url(), ["PLAN"])
    try:
        do(hub, happening.plan_becomes, case, "BREACHED")
        receiver.until(1)
        assert waiting(hub) == 1
        do(hub, happening.withdrawn, consent)
        refusing["now"] = False
        settled(hub)
        assert len(receiver.calls) == 1, "what was tried before the withdrawal, and nothing after it"
    finally:
        # What follows in this module needs a consent again.
        do(hub, give_again, consent)


async def give_again(owner: Any, consent: Any) -> None:
    await owner.execute("ALTER TABLE hub.consent_event DISABLE TRIGGER refuse_change")
    await owner.execute("DELETE FROM hub.consent_event WHERE consent_id = $1 AND kind = 'WITHDRAWN'", consent)
    await owner.execute("ALTER TABLE hub.consent_event ENABLE TRIGGER refuse_change")


def test_whoever_has_no_consent_is_told_nothing(hub: House, receiver: Receiver, case: Any):
    """Another bank, the same bank for another purpose, and a loan manager: each is registered, none is called."""
    for who, purpose in (("other-bank-system", "B103"), ("bank-system", "B104"), ("loan-manager-system", "B103")):
        register(hub, receiver.url(f"/{who}/{purpose}"), ["PLAN"], who=who, purpose=purpose)
    register(hub, receiver.url("/told"), ["PLAN"])
    do(hub, happening.plan_becomes, case, "ACTIVE")
    receiver.until(1)
    settled(hub)
    assert [call.path for call in receiver.calls] == ["/told"]


def test_withdrawal_is_told_to_both_its_parties_and_to_nobody_else(hub: House, receiver: Receiver):
    consent = do(hub, happening.consent_of_eva, recipient=OTHER_BANK)
    withdrawn = hub.value(
        "SELECT id FROM hub.consent WHERE recipient_party = $1 AND subject_id = $2 AND purpose = 'REPAYMENT_AGREEMENT'",
        BANK,
        EVA.id,
    )
    assert consent != withdrawn
    register(hub, receiver.url("/bank"), ["CONSENT"])
    register(hub, receiver.url("/other"), ["CONSENT"], who="other-bank-system")
    do(hub, happening.withdrawn, withdrawn)
    [call] = receiver.until(1)
    settled(hub)
    assert [(one.path, one.event["type"]) for one in receiver.calls] == [("/bank", "no.bofast.consent.v1")]
    assert call.event["subject"] == str(withdrawn)
    [found] = hub.ask(
        "bank-system",
        "query($i: ID!) { consents(first: 2, filter: {id: $i}) { nodes { id status } } }",
        purpose="B103",
        i=str(withdrawn),
    ).data["consents"]["nodes"]
    assert found == {"id": str(withdrawn), "status": "WITHDRAWN"}


def test_party_that_is_registered_no_longer_is_told_nothing(hub: House, receiver: Receiver, case: Any):
    register(hub, receiver.url(), ["PLAN"])
    hub.execute("UPDATE hub.registration SET valid_to = CURRENT_DATE - 1 WHERE party_id = $1", BANK)
    try:
        # The register is read anew every few seconds.
        time.sleep(16)
        do(hub, happening.plan_becomes, case, "BREACHED")
        settled(hub)
        assert receiver.calls == []
    finally:
        hub.execute("UPDATE hub.registration SET valid_to = NULL WHERE party_id = $1", BANK)
        time.sleep(16)


def test_address_that_is_gone_ends_the_webhook(hub: House, receiver: Receiver, case: Any):
    receiver.reply = lambda _: Reply(status=410)
    registered = register(hub, receiver.url(), ["PLAN"])
    do(hub, happening.plan_becomes, case, "AGREED")
    receiver.until(1)
    settled(hub)
    [row] = hub.rows("SELECT ended_at, end_reason FROM hub.webhook WHERE id = $1::text::uuid", registered["id"])
    assert row["end_reason"] == "GONE"
    do(hub, happening.plan_becomes, case, "ACTIVE")
    settled(hub)
    assert len(receiver.calls) == 1


def test_redirect_is_not_followed(hub: House, receiver: Receiver, case: Any):
    """The leak: an address that leads on to one that only the hub can reach."""
    receiver.reply = lambda call: Reply(status=307, headers={"location": receiver.url("/inside")})
    registered = register(hub, receiver.url("/front"), ["PLAN"])
    do(hub, happening.plan_becomes, case, "BREACHED")
    receiver.until(1)
    time.sleep(A_MOMENT)
    assert {call.path for call in receiver.calls} == {"/front"}
    assert waiting(hub) == 1
    send(hub, "bank-system", "endWebhook", webhookId=registered["id"])


def test_slow_address_keeps_no_other_waiting(hub: House, receiver: Receiver, case: Any):
    """Ten webhooks that take longer than a call may, and one that answers."""
    receiver.reply = lambda call: Reply(seconds=4 if call.path == "/slow" else 0)
    for _ in range(9):
        register(hub, receiver.url("/slow"), ["PLAN"])
    register(hub, receiver.url("/quick"), ["PLAN"])
    began = time.monotonic()
    do(hub, happening.plan_becomes, case, "AGREED")
    while not any(call.path == "/quick" for call in receiver.calls):
        assert time.monotonic() - began < 4
        time.sleep(0.02)
    settled(hub)


def test_answer_without_an_end_is_not_waited_for(hub: House, receiver: Receiver, case: Any):
    receiver.reply = lambda _: Reply(body=b"x" * 50_000_000)
    register(hub, receiver.url(), ["PLAN"])
    began = time.monotonic()
    do(hub, happening.plan_becomes, case, "ACTIVE")
    receiver.until(1)
    settled(hub)
    assert time.monotonic() - began < 8
