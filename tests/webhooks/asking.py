"""The commands and ways in of webhooks, as a bank's system sends them."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from tests.acceptance.house import House

REFUSED = "... on CommandRefused { code field text { nb en } }"
COMMANDS = {
    "registerWebhook": "... on WebhookRegistered { id secret }",
    "rotateWebhookSecret": "... on WebhookSecretRotated { id secret previousUntil }",
    "endWebhook": "... on WebhookEnded { id endedAt }",
    "resendDeadLetters": "... on DeadLettersResent { id }",
}
LISTED = """{ webhooks(first: 50) { totalCount nodes {
    id url kinds purpose createdAt previousSecretUntil endedAt endReason } } }"""
DEAD = "{ webhookDeadLetters(first: 50) { totalCount nodes { id webhookId eventId kind attempts lastResult diedAt } } }"


def command(name: str) -> str:
    kind = name[0].upper() + name[1:]
    return f"mutation($i: {kind}Input!) {{ {name}(input: $i) {{ __typename {COMMANDS[name]} {REFUSED} }} }}"


def send(house: House, who: str, name: str, *, purpose: str | None = None, key: str | None = None, **given: Any) -> Any:
    """The answer to one command."""
    given["idempotencyKey"] = key or uuid4().hex
    return house.ask(who, command(name), purpose=purpose, i=given).data[name]


def register(
    house: House, url: str, kinds: list[str], *, who: str = "bank-system", purpose: str | None = "B103"
) -> dict[str, str]:
    """A webhook that is registered."""
    answer = send(house, who, "registerWebhook", purpose=purpose, url=url, kinds=kinds)
    assert answer["__typename"] == "WebhookRegistered", answer
    return answer


def end_all(house: House, *whose: str) -> None:
    """Nobody is called any more."""
    for who in whose or ("bank-system", "other-bank-system", "loan-manager-system"):
        for one in house.ask(who, LISTED).data["webhooks"]["nodes"]:
            if one["endedAt"] is None:
                send(house, who, "endWebhook", webhookId=one["id"])
