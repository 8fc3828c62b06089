"""What a bank hears about a default that it sends in does not depend on what it may not know: no case, no consent
elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import pytest

from hub.demo.offices import BANK, OTHER_BANK, SYNTEVIK, TESTBY
from hub.demo.people import EVA
from hub.store.ids import new_id
from tests.acceptance.house import House
from tests.intake.factory import SUBMIT, add_consent, add_person, row, startlan, strangers
from tests.noninterference.changes import Change, Step, added, altered, changed, rows
from tests.noninterference.named import case_like
from tests.noninterference.sight import purpose_of
from tests.noninterference.trace import Question, Tracer, same

_KEYS = iter(range(1_000, 10_000))
_LOAN = "BL-1"
Steps = Callable[[House, UUID], list[Step]]


@dataclass(frozen=True, kw_only=True)
class World:
    """What becomes of the person that the bank tells of, and whether the bank has a consent."""

    steps: Steps
    has_consent: bool = True


def a_case(*, unit: str = TESTBY.nav_unit, party: str = TESTBY.nav, municipality: str = TESTBY.number) -> Steps:
    """A case, with the loan that the bank tells of."""

    def make(house: House, person: UUID) -> list[Step]:
        where = {"unit": unit, "party": party, "municipality": municipality}
        steps = case_like(house, EVA, subject=person, number="9901-2026-900003", **where)
        case = steps[0].undo[1][0]
        like = rows(house, "bank.mortgage_loan", "lender_party = $1", BANK)[0]
        passed_on = [("bank.mortgage_default", case), ("hub.signal", case)]
        return [
            *steps,
            added("bank.mortgage_loan", {**like, "id": new_id(), "case_id": case, "loan_ref": _LOAN}),
            *(
                Step(do=("SELECT 1", []), undo=(f"DELETE FROM {table} WHERE case_id = $1", [of]))
                for table, of in passed_on
            ),
        ]

    return make


def protected(**values: Any) -> Steps:
    return lambda house, person: [altered("nav.person", rows(house, "nav.person", "id = $1", person)[0], values)]


def consent_to(recipient: str, source: str, category: str) -> Steps:
    """A consent that is no concern of the bank's."""

    def make(house: House, person: UUID) -> list[Step]:
        like = rows(house, "hub.consent", "subject_id = $1 AND source_party = $2", EVA.id, BANK)[0]
        given = rows(house, "hub.consent_event", "consent_id = $1 AND kind = 'GIVEN'", like["id"])[0]
        other = {"recipient_party": recipient, "source_party": source, "categories": [category]}
        new = {**like, **other, "id": new_id(), "subject_id": person, "case_id": None}
        return [
            added("hub.consent", new),
            added("hub.consent_event", {**given, "id": new_id(), "consent_id": new["id"]}),
        ]

    return make


WORLDS: Mapping[str, World] = {
    "a case comes": World(steps=a_case()),
    "a case comes, and the bank has no consent": World(steps=a_case(), has_consent=False),
    "a case comes to the special unit": World(steps=a_case(unit=TESTBY.secure_unit)),
    "a case comes elsewhere": World(
        steps=a_case(unit=SYNTEVIK.nav_unit, party=SYNTEVIK.nav, municipality=SYNTEVIK.number)
    ),
    "the person is strictly protected": World(steps=protected(protection="STRENGT_FORTROLIG")),
    "the person is strictly protected, and the bank has no consent": World(
        steps=protected(protection="STRENGT_FORTROLIG"), has_consent=False
    ),
    "the person is shielded": World(steps=protected(shielded=True)),
    "the person has another name": World(steps=protected(first_name="X", last_name="Y", residential_line="Z")),
    "another bank gets a consent": World(steps=consent_to(TESTBY.nav, OTHER_BANK, "LOAN_DEFAULT")),
    "another bank gets a consent, and this has none": World(
        steps=consent_to(TESTBY.nav, OTHER_BANK, "LOAN_DEFAULT"), has_consent=False
    ),
    "this bank may see a plan": World(steps=consent_to(BANK, TESTBY.nav, "PLAN_STATUS"), has_consent=False),
}


def submission(who: str, sent: Mapping[str, Any]) -> Question:
    given = {"idempotencyKey": f"a-new-batch-{next(_KEYS)}", "rows": [sent, {**sent, "unpaidTerms": 0}]}
    return Question(text=SUBMIT, variables={"input": given}, purpose=purpose_of(who), makes=True)


def known_person(tracer: Tracer, *, has_consent: bool) -> tuple[str, UUID]:
    """Somebody without a case."""
    (number,) = strangers(1)
    person = tracer.house.runner.run(add_person(tracer.house.owner, number))
    if has_consent:
        tracer.house.runner.run(add_consent(tracer.house.owner, person))
    return number, person


@pytest.fixture(scope="module", autouse=True)
def _warm(tracer: Tracer) -> None:
    """A connection for commands, which says a few things to the database when it is new."""
    (number,) = strangers(1)
    tracer.ask("bank-system", submission("bank-system", row(number)))


@pytest.mark.parametrize("who", ["bank-system", "other-bank-system", "loan-manager-system"])
@pytest.mark.parametrize("name", WORLDS)
def test_answer_to_a_submission_is_the_same_whatever_becomes_of_the_person(tracer: Tracer, name: str, who: str) -> None:
    if who == "other-bank-system" and name.startswith("another bank gets"):
        pytest.skip("this is that other bank")
    world = WORLDS[name]
    number, person = known_person(tracer, has_consent=world.has_consent)
    sent = startlan(number, loanRef=_LOAN) if who == "loan-manager-system" else row(number, loanRef=_LOAN)
    before = tracer.ask(who, submission(who, sent))
    with ExitStack() as stack:
        stack.enter_context(changed(tracer.house, Change(name=name, steps=tuple(world.steps(tracer.house, person)))))
        after = tracer.ask(who, submission(who, sent))
    assert before.status == 200
    same(before, after, f"{name}, asked by {who}")


@pytest.mark.parametrize("who", ["bank-system", "loan-manager-system"])
def test_answer_to_a_submission_is_the_same_for_an_unknown_number(tracer: Tracer, who: str) -> None:
    number, _ = known_person(tracer, has_consent=False)
    (unknown,) = strangers(1)
    make = startlan if who == "loan-manager-system" else row
    traces = [tracer.ask(who, submission(who, make(debtor))) for debtor in (number, unknown)]
    same(*traces, who)


@pytest.mark.parametrize("name", WORLDS)
def test_batch_sent_again_is_answered_alike_whatever_becomes_of_the_person(tracer: Tracer, name: str) -> None:
    """To the byte, with its ids: as the first time, and as a conflict where something else is sent under its key."""
    world = WORLDS[name]
    number, person = known_person(tracer, has_consent=world.has_consent)
    first = submission("bank-system", row(number, loanRef=_LOAN))
    given = first.variables["input"]
    other = {**given, "rows": given["rows"][:1]}
    again = [replace(first, variables={"input": one}, makes=False) for one in (given, other)]
    tracer.ask("bank-system", first)
    before = [tracer.ask("bank-system", one) for one in again]
    with changed(tracer.house, Change(name=name, steps=tuple(world.steps(tracer.house, person)))):
        for one, question in zip(before, again, strict=True):
            same(one, tracer.ask("bank-system", question), f"{name}, sent again")
    assert b'"CONFLICT"' in before[1].body


def test_accepted_and_refused_are_told_apart(tracer: Tracer) -> None:
    """Else the tests above would compare refusals only."""
    told = set()
    for has_consent in (True, False):
        number, _ = known_person(tracer, has_consent=has_consent)
        told.add(b'"acceptedCount":1' in tracer.ask("bank-system", submission("bank-system", row(number))).body)
    assert told == {True, False}
