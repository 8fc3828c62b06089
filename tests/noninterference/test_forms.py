"""What somebody hears who fills in a form about a person does not depend on what may not be known: no case, no
protection, no consent or reservation that is another's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import pytest

from hub.demo.people import GUNNAR
from hub.store.ids import new_id
from tests.acceptance.filling_in import AID, CONCERN, DEFERRAL, NOTICE, Form
from tests.intake.factory import add_person, strangers
from tests.noninterference.changes import Change, changed
from tests.noninterference.sight import purpose_of
from tests.noninterference.test_commands import WORLDS, World
from tests.noninterference.test_handed_in import reserved_against_another
from tests.noninterference.trace import Question, Tracer, same

_ANSWER = """{ __typename ... on Submitted { id receivedAt acceptedCount rejectedCount rows { __typename
    ... on RowAccepted { rowNo receipt basis isLate earliestPetition }
    ... on RowRejected { rowNo code field text { nb en } } } }
    ... on CommandRefused { code field text { nb en } } }"""
_KEYS = iter(range(1_000, 100_000))


@dataclass(frozen=True, kw_only=True)
class Sender:
    """Who fills in which form, and how the form names whom it is about. `accepted` says what is heard."""

    form: Form
    who: str
    field: str
    accepted: bool
    has_mandate: bool = False


SENDERS: Mapping[str, Sender] = {
    "a landlord": Sender(form=NOTICE, who="landlord", field="tenantNationalId", accepted=True),
    "a company that lets": Sender(form=NOTICE, who="landlord-company", field="tenantNationalId", accepted=True),
    "a neighbour": Sender(form=CONCERN, who="citizen-kari", field="subjectNationalId", accepted=True),
    "the rent collector": Sender(form=CONCERN, who="rent-collector", field="subjectNationalId", accepted=True),
    "housing support": Sender(form=CONCERN, who="housing-support", field="subjectNationalId", accepted=False),
    "no guardian, deferral": Sender(form=DEFERRAL, who="guardian", field="onBehalfOf", accepted=False),
    "no guardian, aid": Sender(form=AID, who="citizen-eva", field="onBehalfOf", accepted=False),
    "a guardian, aid": Sender(form=AID, who="guardian", field="onBehalfOf", accepted=True, has_mandate=True),
}
EACH = pytest.mark.parametrize("sender", SENDERS.values(), ids=SENDERS)
OURS: Mapping[str, World] = {
    **{name: world for name, world in WORLDS.items() if world.has_consent and "bank" not in name},
    "the person has reserved against another landlord": World(steps=reserved_against_another()),
}


def submission(sender: Sender, number: str) -> Question:
    command = sender.form.command
    text = f"mutation Send($input: {command[0].upper()}{command[1:]}Input!) {{ {command}(input: $input) {_ANSWER} }}"
    filled_in = {**sender.form.row, sender.field: number}
    given = {"idempotencyKey": f"filled-in-{next(_KEYS)}", sender.form.field: filled_in}
    return Question(text=text, variables={"input": given}, purpose=purpose_of(sender.who), makes=True)


def known_person(tracer: Tracer, sender: Sender) -> tuple[str, UUID]:
    """Somebody without a case, who has let the guardian act if the sender is to be one."""
    (number,) = strangers(1)
    house = tracer.house
    person = house.runner.run(add_person(house.owner, number))
    if sender.has_mandate:
        mandate = new_id()
        house.execute(
            "INSERT INTO hub.mandate (id, kind, giver_id, holder_id, areas, rights, valid_from)"
            " VALUES ($1, 'FULLMAKT', $2, $3, ARRAY['ECONOMY'], ARRAY['READ', 'CONSENT'], '2026-01-01')",
            mandate,
            person,
            GUNNAR.id,
        )
        house.execute(
            "INSERT INTO hub.mandate_event (mandate_id, kind, effective_at, recorded_by)"
            " VALUES ($1, 'GRANTED', now() - interval '1 hour', 'test')",
            mandate,
        )
    return number, person


@pytest.fixture(scope="module", autouse=True)
def _warm(tracer: Tracer) -> None:
    """A connection for commands, which says a few things to the database when it is new."""
    for sender in SENDERS.values():
        tracer.ask(sender.who, submission(sender, strangers(1)[0]))


@EACH
@pytest.mark.parametrize("name", OURS)
def test_answer_is_the_same_whatever_becomes_of_the_person(tracer: Tracer, name: str, sender: Sender) -> None:
    number, person = known_person(tracer, sender)
    before = tracer.ask(sender.who, submission(sender, number))
    steps: tuple[Any, ...] = tuple(OURS[name].steps(tracer.house, person))
    with changed(tracer.house, Change(name=name, steps=steps)):
        after = tracer.ask(sender.who, submission(sender, number))
    assert (b'"acceptedCount":1' in before.body) is sender.accepted
    same(before, after, f"{name}, asked by {sender.who}")


@pytest.mark.parametrize("name", [name for name, sender in SENDERS.items() if not sender.has_mandate])
def test_answer_is_the_same_for_an_unknown_number(tracer: Tracer, name: str) -> None:
    sender = SENDERS[name]
    number, _ = known_person(tracer, sender)
    (unknown,) = strangers(1)
    same(*(tracer.ask(sender.who, submission(sender, one)) for one in (number, unknown)), name)


@EACH
@pytest.mark.parametrize("name", OURS)
def test_form_sent_again_is_answered_alike_whatever_becomes_of_the_person(
    tracer: Tracer, name: str, sender: Sender
) -> None:
    """To the byte, with its ids."""
    number, person = known_person(tracer, sender)
    first = submission(sender, number)
    again = replace(first, makes=False)
    tracer.ask(sender.who, first)
    before = tracer.ask(sender.who, again)
    steps = tuple(OURS[name].steps(tracer.house, person))
    with changed(tracer.house, Change(name=name, steps=steps)):
        same(before, tracer.ask(sender.who, again), f"{name}, sent again")
