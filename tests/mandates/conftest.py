"""A hub of this room's own, and the commands as citizens send them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest

from hub.app import prepare_database
from hub.store.embedded import EmbeddedServer
from hub.store.roles import create_database
from tests.acceptance.house import Answer, House, open_house

_MANDATE = "... on MandateGranted { id validFrom validTo recordedAt }"
_RESERVATION = "... on ReservationRegistered { id givenAt recordedAt }"
DOCUMENTS = {
    "grantMandate": ("GrantMandateInput", _MANDATE),
    "endMandate": ("EndMandateInput", "... on MandateEnded { id endedAt }"),
    "registerReservation": ("RegisterReservationInput", _RESERVATION),
    "withdrawReservation": ("WithdrawReservationInput", "... on ReservationWithdrawn { id withdrawnAt }"),
}


@pytest.fixture(scope="module")
def house(server: EmbeddedServer, loaded_template: str) -> Iterator[House]:
    """One for each module."""
    name = f"mandates_{uuid4().hex}"
    server.execute(create_database(name, loaded_template))
    endpoints = server.endpoints(name)
    prepare_database(endpoints.owner)
    with open_house(endpoints) as opened:
        yield opened
    server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


Send = Callable[..., Answer]


@pytest.fixture
def send(house: House) -> Send:
    """A command by name, with a key of its own unless one is given."""

    def command(who: str, name: str, **given: object) -> Answer:
        kind, done = DOCUMENTS[name]
        refused = "... on CommandRefused { code field text { nb en } }"
        query = f"mutation Do($i: {kind}!) {{ {name}(input: $i) {{ {done} {refused} }} }}"
        return house.ask(who, query, i={"idempotencyKey": uuid4().hex, **given})

    return command


def said(answer: Answer) -> dict[str, Any]:
    """What one command was answered with."""
    (value,) = answer.data.values()
    return value


def refusal(answer: Answer) -> tuple[str, str | None]:
    found = said(answer)
    return found["code"], found["field"]
