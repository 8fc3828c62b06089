"""What a lender hears when it corrects or withdraws a default does not depend on what became of the default: whether it
reached a case, whose that is, whether the person is protected.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import pytest

from hub.demo.offices import BANK
from hub.store.ids import new_id
from tests.acceptance.test_amendments import CORRECT, WITHDRAW
from tests.intake.factory import row, startlan, strangers
from tests.noninterference.changes import Change, added, changed, rows
from tests.noninterference.questions import ABSENT_ID
from tests.noninterference.test_commands import WORLDS, known_person, submission
from tests.noninterference.trace import Question, Trace, Tracer, same

_KEYS = iter(range(1_000, 10_000))
_WHO = ("bank-system", "loan-manager-system")
_COMMANDS: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "correct": (CORRECT, {"reason": "WRONG_AMOUNT", "arrears": 77}),
    "withdraw": (WITHDRAW, {"reason": "WRONG_PERSON"}),
}
_STATISTICS = """{ submissionStatistics(from: "2020-01-01", to: "2999-12-31") {
    rows accepted late corrected rejected { code count } withdrawn { reason count } } }"""


def amendment(command: str, receipt: str) -> Question:
    text, given = _COMMANDS[command]
    key = f"amendment-{next(_KEYS)}"
    return Question(text=text, variables={"input": {"idempotencyKey": key, "receiptId": receipt, **given}}, makes=True)


def refusal(command: str, receipt: str) -> Question:
    """Nothing is made, and nothing is passed on."""
    one = amendment(command, receipt)
    return Question(text=one.text, variables=one.variables)


def sent(tracer: Tracer, who: str, number: str) -> str:
    """The receipt of a default that was accepted, and has reached its case."""
    made = (startlan if who == "loan-manager-system" else row)(number, loanRef=f"A-{next(_KEYS)}")
    tracer.ask(who, submission(who, made))
    return tracer.house.value(
        "SELECT id::text FROM hub.submitted_default WHERE debtor_national_id = $1 AND outcome = 'ACCEPTED'"
        " ORDER BY received_at DESC, id DESC LIMIT 1",
        number,
    )


def person_of(tracer: Tracer) -> tuple[str, UUID]:
    return known_person(tracer, has_consent=True)


@pytest.fixture(scope="module", autouse=True)
def _warm(tracer: Tracer) -> None:
    """A connection for commands, which says a few things to the database when it is new."""
    number, _ = person_of(tracer)
    tracer.ask("bank-system", amendment("withdraw", sent(tracer, "bank-system", number)))


@pytest.mark.parametrize("who", _WHO)
@pytest.mark.parametrize("command", _COMMANDS)
@pytest.mark.parametrize("name", [name for name, world in WORLDS.items() if world.has_consent])
def test_answer_is_the_same_whatever_becomes_of_the_person(tracer: Tracer, name: str, command: str, who: str) -> None:
    number, person = person_of(tracer)
    first, second = sent(tracer, who, number), sent(tracer, who, number)
    before = tracer.ask(who, amendment(command, first))
    with changed(tracer.house, Change(name=name, steps=tuple(WORLDS[name].steps(tracer.house, person)))):
        after = tracer.ask(who, amendment(command, second))
    assert b"MortgageDefaultChanged" in before.body
    same(before, after, f"{command}: {name}, asked by {who}")


@pytest.mark.parametrize("command", _COMMANDS)
def test_answer_is_the_same_for_a_default_that_never_reached_a_case(tracer: Tracer, command: str) -> None:
    number, _ = person_of(tracer)
    reached = sent(tracer, "bank-system", number)
    like = rows(tracer.house, "hub.submitted_default", "id = $1::text::uuid", reached)[0]
    other = {**like, "id": new_id(), "row_no": 99}
    # It stands in the ledger and was passed on to nobody.
    tracer.house.execute(*_inserting(other))
    tracer.house.execute("DELETE FROM hub.unrouted WHERE row_id = $1", other["id"])
    traces = [tracer.ask("bank-system", amendment(command, one)) for one in (reached, str(other["id"]))]
    assert b"MortgageDefaultChanged" in traces[0].body
    same(*traces, command)


@pytest.mark.parametrize("command", _COMMANDS)
def test_what_is_another_s_is_refused_like_what_is_not_there(tracer: Tracer, command: str) -> None:
    number, _ = person_of(tracer)
    another = sent(tracer, "loan-manager-system", number)
    rejected = tracer.house.value(
        "SELECT id::text FROM hub.submitted_default WHERE submitter_party = $1 AND outcome = 'REJECTED' LIMIT 1", BANK
    )
    traces = [tracer.ask("bank-system", refusal(command, one)) for one in (ABSENT_ID, another, rejected)]
    assert b'"NOT_FOUND"' in traces[0].body
    for trace in traces[1:]:
        same(traces[0], trace, command)


@pytest.mark.parametrize("who", _WHO)
def test_figures_are_the_same_whatever_becomes_of_the_persons(tracer: Tracer, who: str) -> None:
    number, person = person_of(tracer)
    sent(tracer, who, number)
    asked = Question(text=_STATISTICS, variables={})
    before = tracer.ask(who, asked)
    for name, world in WORLDS.items():
        with changed(tracer.house, Change(name=name, steps=tuple(world.steps(tracer.house, person)))):
            same(before, tracer.ask(who, asked), f"{name}, asked by {who}")


def test_figures_tell_one_row_more_of_one_s_own(tracer: Tracer) -> None:
    """Else the test above would compare nothing with nothing."""

    def told() -> Trace:
        return tracer.ask("bank-system", Question(text=_STATISTICS, variables={}))

    before = told()
    number, _ = person_of(tracer)
    sent(tracer, "bank-system", number)
    assert told().body != before.body
    (unknown,) = strangers(1)
    between = told()
    tracer.ask("loan-manager-system", submission("loan-manager-system", startlan(unknown)))
    same(between, told(), "what another has sent")


def _inserting(values: Mapping[str, Any]) -> tuple[Any, ...]:
    sql, arguments = added("hub.submitted_default", values).do
    return (sql, *arguments)
