"""No answer tells whether a person is known or has a case: neither its words nor what it takes to make it."""

from __future__ import annotations

import re
from typing import Any

import pytest

from hub.store.session import Sessions
from tests.intake.factory import EVA, KARI, add_consent, add_person, bank, loan_manager, row, startlan, strangers
from tests.statements import noted

_ID = re.compile(rb"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")
_MOMENT = re.compile(rb'"receivedAt":"[^"]+"')


def plain(body: bytes) -> bytes:
    """The answer without ids and times, each of which has one length."""
    return _MOMENT.sub(b'"receivedAt":"T"', _ID.sub(b"I", body))


@pytest.fixture
def watch(sessions: Sessions):
    """The statements of commands, while it lasts."""
    return lambda: noted(sessions)


async def _with_consent(owner: Any) -> str:
    (number,) = strangers(1)
    await add_consent(owner, await add_person(owner, number))
    return number


async def _known(owner: Any) -> str:
    (number,) = strangers(1)
    await add_person(owner, number)
    return number


async def test_rejected_customer_with_a_case_without_one_and_unknown_are_answered_alike(send, owner, watch):
    answers, statements = set(), set()
    for debtor in (KARI.national_id, await _known(owner), *strangers(1)):
        with watch() as seen:
            reply = await send(bank(), [row(debtor)])
        answers.add(plain(reply.answer.body))
        statements.add(tuple(seen))
    assert len(answers) == 1
    assert len(statements) == 1


async def test_accepted_customer_with_and_without_a_case_are_answered_alike(send, owner, watch, count, intake):
    loan = await owner.fetchval(
        'SELECT loan.loan_ref FROM bank.mortgage_loan AS loan JOIN hub."case" AS one ON one.id = loan.case_id'
        " WHERE one.subject_id = $1 AND loan.loan_type = 'BANK_LOAN'",
        EVA.id,
    )
    answers, statements, lengths, written, reached = set(), set(), set(), [], []
    for debtor in (EVA.national_id, await _with_consent(owner)):
        before = await count()
        with watch() as seen:
            reply = await send(bank(), [row(debtor, loanRef=loan)])
        after = await count()
        await intake.routing.settle()
        later = await count()
        answers.add(plain(reply.answer.body))
        lengths.add(len(reply.answer.body))
        statements.add(tuple(seen))
        written.append({table: after[table] - before[table] for table in before})
        reached.append(tuple(later[table] - after[table] for table in ("hub.signal", 'hub."case"')))
    assert reached == [(1, 0), (1, 1)], "one has a case, and for the other one is opened"
    assert written[0] == written[1]
    assert (written[0]["hub.unrouted"], written[0]["hub.signal"], written[0]['hub."case"']) == (1, 0, 0)
    assert (len(answers), len(lengths), len(statements)) == (1, 1, 1)


async def test_startlan_of_a_person_with_a_case_and_of_an_unknown_one_are_answered_alike(send, watch):
    answers, statements = set(), set()
    for debtor in (EVA.national_id, *strangers(1)):
        with watch() as seen:
            reply = await send(loan_manager(), [startlan(debtor)])
        answers.add(plain(reply.answer.body))
        statements.add(tuple(seen))
    assert (len(answers), len(statements)) == (1, 1)


async def test_only_what_has_a_say_for_the_sender_is_looked_up(send, watch):
    asked = []
    for sender, sent in ((bank(), row), (loan_manager(), startlan)):
        with watch() as seen:
            await send(sender, [sent(number) for number in strangers(1)])
        asked.append(["facts.consent" in " ".join(seen), "facts.agreement" in " ".join(seen)])
    assert asked == [[True, False], [False, True]]


async def test_the_number_of_statements_does_not_grow_with_the_rows(send, watch):
    counts = []
    for rows in (1, 50):
        with watch() as seen:
            await send(bank(), [row(number) for number in strangers(rows)])
        counts.append(len(seen))
    assert counts[0] == counts[1]


async def test_what_is_on_record_is_the_same_for_a_person_with_and_without_a_case(send, owner):
    kept = set()
    for debtor in (EVA.national_id, await _with_consent(owner)):
        reply = await send(bank(), [row(debtor)])
        event = await owner.fetchrow("SELECT * FROM audit.event WHERE id = $1", reply.answer.event.id)
        varying = {"id", "writer_id", "writer_seq", "occurred_at", "request_id"}
        kept.add(tuple((name, value) for name, value in event.items() if name not in varying))
    assert len(kept) == 1


async def test_neither_event_nor_log_holds_a_number_or_a_name(send, owner, caplog):
    caplog.set_level("DEBUG")
    reply = await send(bank(), [row(), row(KARI.national_id, debtorName={"first": "Kari", "last": "Testnes"})])
    event = await owner.fetchval("SELECT e::text FROM audit.event AS e WHERE id = $1", reply.answer.event.id)
    for secret in (EVA.national_id, KARI.national_id, "Testnes", "Eiersvingen"):
        assert secret not in event
        assert secret not in caplog.text
        assert secret.encode() not in reply.answer.body
