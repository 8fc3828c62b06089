"""What a rent ledger, a landlord and the officer's system hear about what they hand in does not depend on what they may
not know: no case, no protection, no consent, and what others have told.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from tests.acceptance.handing_in import COMMANDS, Command
from tests.acceptance.house import House
from tests.intake.factory import add_person, strangers
from tests.noninterference.changes import Change, added, changed, rows
from tests.noninterference.sight import purpose_of
from tests.noninterference.test_commands import WORLDS, Steps, World
from tests.noninterference.trace import Question, Tracer, same

_ANSWER = """{ __typename ... on Submitted { id receivedAt acceptedCount rejectedCount rows { __typename
    ... on RowAccepted { rowNo receipt basis isLate earliestPetition objectionDeadline }
    ... on RowRejected { rowNo code field text { nb en } } } }
    ... on CommandRefused { code field text { nb en } } }"""
_KEYS = iter(range(1_000, 100_000))
EACH = pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)


def reserved_against_another() -> Steps:
    """A reservation against somebody else than any sender here."""

    def make(house: House, person: UUID) -> list[Any]:
        like = rows(house, "hub.reservation")[0]
        given = rows(house, "hub.reservation_event", "kind = 'GIVEN'")[0]
        new = {**like, "id": UUID(int=4711), "tenant_id": person, "tenancy_id": None, "landlord_party": "9902-housing"}
        event = {name: value for name, value in given.items() if name != "seq"}
        return [
            added("hub.reservation", new),
            added("hub.reservation_event", {**event, "id": UUID(int=4712), "reservation_id": new["id"]}),
        ]

    return make


OURS: Mapping[str, World] = {
    **{name: world for name, world in WORLDS.items() if world.has_consent and "bank" not in name},
    "the person has reserved against another landlord": World(steps=reserved_against_another()),
}


def submission(command: Command, tenant: str) -> Question:
    text = f"mutation Send($input: {command.type}!) {{ {command.name}(input: $input) {_ANSWER} }}"
    sent = command.sent(tenantNationalId=tenant)
    given = {"idempotencyKey": f"handed-in-{next(_KEYS)}", "rows": [sent, {**sent, "tenantNationalId": "1"}]}
    return Question(text=text, variables={"input": given}, purpose=purpose_of(command.who), makes=True)


def known_person(tracer: Tracer) -> tuple[str, UUID]:
    (number,) = strangers(1)
    return number, tracer.house.runner.run(add_person(tracer.house.owner, number))


@pytest.fixture(scope="module", autouse=True)
def _warm(tracer: Tracer) -> None:
    """A connection for commands, which says a few things to the database when it is new."""
    for command in COMMANDS.values():
        tracer.ask(command.who, submission(command, strangers(1)[0]))


@EACH
@pytest.mark.parametrize("name", OURS)
def test_answer_is_the_same_whatever_becomes_of_the_person(tracer: Tracer, name: str, command: Command) -> None:
    number, person = known_person(tracer)
    before = tracer.ask(command.who, submission(command, number))
    with ExitStack() as stack:
        steps = tuple(OURS[name].steps(tracer.house, person))
        stack.enter_context(changed(tracer.house, Change(name=name, steps=steps)))
        after = tracer.ask(command.who, submission(command, number))
    assert b'"acceptedCount":1' in before.body
    same(before, after, f"{name}, asked by {command.who}")


@EACH
def test_answer_is_the_same_for_an_unknown_number(tracer: Tracer, command: Command) -> None:
    number, _ = known_person(tracer)
    (unknown,) = strangers(1)
    same(*(tracer.ask(command.who, submission(command, tenant)) for tenant in (number, unknown)), command.who)


@EACH
@pytest.mark.parametrize("name", OURS)
def test_batch_sent_again_is_answered_alike_whatever_becomes_of_the_person(
    tracer: Tracer, name: str, command: Command
) -> None:
    """To the byte, with its ids."""
    number, person = known_person(tracer)
    first = submission(command, number)
    again = replace(first, makes=False)
    tracer.ask(command.who, first)
    before = tracer.ask(command.who, again)
    steps = tuple(OURS[name].steps(tracer.house, person))
    with changed(tracer.house, Change(name=name, steps=steps)):
        same(before, tracer.ask(command.who, again), f"{name}, sent again")
