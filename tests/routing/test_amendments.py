"""What a sender corrects or withdraws is so in its case: marked and not taken away, once, and in the right order."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import asyncpg
import pytest

from hub.commands.locks import HOLD_PERSON
from tests.routing.town import BANK, LOAN_MANAGER, TESTBY, add_consent_event

YESTERDAY = datetime.now(UTC) - timedelta(days=1)
LAST_MONTH = datetime.now(UTC) - timedelta(days=30)
NEVER_WAS = ["WRONG_PERSON", "REPORTED_IN_ERROR"]


async def told(town, route, **changes):
    """A row that has become a signal in a case of its own: its id, the person, and the consent."""
    number, person, consent = await town.customer()
    row = await town.default(number, consent, **changes)
    await route()
    return row, person, consent


async def only_case(town, person):
    [case] = await town.cases_of(person)
    return case


async def claim_of(town, row):
    signal = await town.signal_of(row)
    [default] = await town.of_case("bank.mortgage_default", signal["case_id"])
    return default


async def messages(town, person):
    return await town.owner.fetchval("SELECT count(*) FROM hub.message WHERE person_id = $1", person)


async def test_correction_is_what_the_case_says_from_then_on(town, route):
    row, person, _ = await told(town, route)
    event = await town.event(row, arrears_ore=1_000, unpaid_terms=1)
    await route()
    default, signal = await claim_of(town, row), await town.signal_of(row)
    assert (default["arrears_ore"], default["unpaid_terms"], default["status"]) == (1_000, 1, "OPEN")
    recorded = await town.owner.fetchval("SELECT recorded_at FROM hub.submitted_default_event WHERE id = $1", event)
    assert default["corrected_at"] == signal["corrected_at"] == recorded
    assert (signal["triage_status"], signal["withdrawn_at"]) == ("NEW", None)
    assert (await town.outcome_of(event), await messages(town, person)) == ("APPLIED", 2)


async def test_correction_of_a_name_alone_says_nothing_new_to_the_case(town, route):
    row, person, _ = await told(town, route)
    event = await town.event(row, debtor_last_name="Annet")
    await route()
    default = await claim_of(town, row)
    assert (default["corrected_at"], await town.outcome_of(event), await messages(town, person)) == (None, "APPLIED", 1)


async def test_corrections_come_to_the_case_in_the_order_in_which_they_were_made(town, route):
    row, _, _ = await told(town, route)
    for arrears in (3, 2, 1):
        await town.event(row, arrears_ore=arrears)
    await route()
    assert (await claim_of(town, row))["arrears_ore"] == 1


async def test_correction_before_a_row_was_passed_on_is_passed_on_with_it(town, route):
    number, person, consent = await town.customer()
    row = await town.default(number, consent)
    event = await town.event(row, arrears_ore=7)
    await route()
    default = await claim_of(town, row)
    # The case never saw what was wrong.
    assert (default["arrears_ore"], default["corrected_at"], await messages(town, person)) == (7, None, 1)
    assert await town.outcome_of(event) == "APPLIED"


async def test_correction_of_a_row_that_was_overtaken_leaves_what_came_after_it(town, route):
    row, person, consent = await told(town, route, received_at=YESTERDAY)
    number = await town.owner.fetchval("SELECT national_id FROM nav.person WHERE id = $1", person)
    await town.default(number, consent, arrears_ore=5)
    await route()
    await town.event(row, arrears_ore=1)
    await route()
    assert (await claim_of(town, row))["arrears_ore"] == 5


async def test_correction_is_not_passed_on_once_the_consent_is_withdrawn(town, route):
    row, _, consent = await told(town, route)
    await add_consent_event(town.owner, consent, "WITHDRAWN")
    event = await town.event(row, arrears_ore=9_999_999)
    await route()
    assert (await claim_of(town, row))["arrears_ore"] == 2_012_500
    assert await town.outcome_of(event) == "NO_GROUND"


async def test_withdrawal_is_passed_on_though_the_consent_is_withdrawn_too(town, route):
    row, _, consent = await told(town, route)
    await add_consent_event(town.owner, consent, "WITHDRAWN")
    await town.event(row, "WITHDRAWN", "WRONG_PERSON")
    await route()
    assert (await claim_of(town, row))["status"] == "WITHDRAWN"


async def test_row_that_is_withdrawn_before_it_is_passed_on_reaches_nobody(town, route):
    number, person, consent = await town.customer()
    row = await town.default(number, consent)
    event = await town.event(row, "WITHDRAWN", "WRONG_PERSON")
    await route()
    assert (await town.outcome_of(row), await town.outcome_of(event)) == ("NO_GROUND", "NO_GROUND")
    assert (await town.cases_of(person), await messages(town, person)) == ([], 0)


async def test_default_that_is_paid_is_settled_and_the_case_is_the_office_s_to_close(town, route):
    row, person, _ = await told(town, route)
    event = await town.event(row, "WITHDRAWN", "PAID")
    await route()
    case, signal, default = await only_case(town, person), await town.signal_of(row), await claim_of(town, row)
    assert (default["status"], case["state"], case["closed_at"]) == ("SETTLED", "SIGNAL_RECEIVED", None)
    assert (signal["triage_status"], signal["withdrawal_reason"]) == ("WITHDRAWN", "PAID")
    [loan] = await town.of_case("bank.mortgage_loan", case["id"])
    assert (loan["status"], await town.outcome_of(event)) == ("ACTIVE", "APPLIED")


@pytest.mark.parametrize("reason", NEVER_WAS)
async def test_case_that_was_opened_for_nothing_else_is_closed_as_an_error(town, route, reason):
    row, person, _ = await told(town, route)
    await town.event(row, "WITHDRAWN", reason)
    await route()
    case, signal = await only_case(town, person), await town.signal_of(row)
    assert (case["state"], case["close_reason"], case["closed_at"] is not None) == ("CLOSED", "ERROR", True)
    # It stays on record, for those who may already have called.
    assert (signal["triage_status"], signal["withdrawal_reason"]) == ("WITHDRAWN", reason)
    default = await claim_of(town, row)
    assert (default["status"], default["arrears_ore"]) == ("WITHDRAWN", 2_012_500)
    changes = [one["kind"] for one in await town.of_case("hub.case_change", case["id"])]
    assert (changes, await messages(town, person)) == (["OPENED", "CLOSED"], 2)


async def test_loan_of_another_person_is_none_of_hers(town, route):
    row, person, _ = await told(town, route)
    await town.event(row, "WITHDRAWN", "WRONG_PERSON")
    await route()
    [loan] = await town.of_case("bank.mortgage_loan", (await only_case(town, person))["id"])
    assert loan["status"] == "WITHDRAWN"


async def test_loan_that_the_case_knew_before_stays(town, route):
    number, person, consent = await town.customer()
    case = await town.case(person)
    await town.owner.execute("UPDATE bank.mortgage_loan SET principal_ore = 1 WHERE case_id = $1", case)
    row = await town.default(number, consent)
    await route()
    await town.event(row, "WITHDRAWN", "WRONG_PERSON")
    await route()
    [loan] = await town.of_case("bank.mortgage_loan", case)
    assert (loan["status"], (await only_case(town, person))["state"]) == ("ACTIVE", "OPEN")


async def test_offices_that_took_part_by_routine_leave_a_case_that_never_was(town, route):
    number, person = await town.person()
    row = await town.default(number)
    await route()
    case = (await only_case(town, person))["id"]
    working = "SELECT unit_id FROM facts.participant WHERE case_id = $1"
    assert {one["unit_id"] for one in await town.owner.fetch(working, case)} == {"9901", TESTBY.housing_unit}
    await town.event(row, "WITHDRAWN", "WRONG_PERSON", submitter=LOAN_MANAGER)
    await route()
    assert [one["unit_id"] for one in await town.owner.fetch(working, case)] == ["9901"]


BEGUN = {
    "taken in hand": "UPDATE hub.signal SET triage_status = 'ASSIGNED' WHERE case_id = $1",
    "put aside": "UPDATE hub.signal SET triage_status = 'DISMISSED' WHERE case_id = $1",
    "further on": "UPDATE hub.\"case\" SET state = 'CONTACTING', phase = 2 WHERE id = $1",
    "called": """
        INSERT INTO hub.contact_log_entry (case_id, at, channel, by_name, by_unit, with_whom, outcome, share_level,
            source_party)
        VALUES ($1, now(), 'PHONE', 'A', '9901', 'B', 'NO_ANSWER', 'INTERNAL', '9901-nav')
    """,
}


@pytest.mark.parametrize("begun", BEGUN.values(), ids=BEGUN)
async def test_case_that_somebody_works_on_is_not_closed_under_their_hands(town, route, begun):
    row, person, _ = await told(town, route)
    await town.owner.execute(begun, (await only_case(town, person))["id"])
    before = (await town.signal_of(row))["triage_status"]
    await town.event(row, "WITHDRAWN", "WRONG_PERSON")
    await route()
    case, signal = await only_case(town, person), await town.signal_of(row)
    assert (case["closed_at"], signal["withdrawal_reason"]) == (None, "WRONG_PERSON")
    assert signal["triage_status"] == ("WITHDRAWN" if before == "NEW" else before)


async def test_case_with_another_signal_stays_open(town, route):
    row, person, _ = await told(town, route)
    number = await town.owner.fetchval("SELECT national_id FROM nav.person WHERE id = $1", person)
    other = await town.default(number)
    await route()
    await town.event(row, "WITHDRAWN", "WRONG_PERSON")
    await route()
    assert (await only_case(town, person))["closed_at"] is None
    assert (await town.signal_of(other))["withdrawn_at"] is None


async def test_case_with_a_default_that_was_paid_stays_open(town, route):
    row, person, _ = await told(town, route)
    number = await town.owner.fetchval("SELECT national_id FROM nav.person WHERE id = $1", person)
    other = await town.default(number)
    await route()
    await town.event(other, "WITHDRAWN", "PAID", submitter=LOAN_MANAGER)
    await town.event(row, "WITHDRAWN", "WRONG_PERSON")
    await route()
    assert (await only_case(town, person))["closed_at"] is None


@pytest.mark.parametrize("at_once", [True, False])
async def test_case_is_closed_when_the_last_of_several_rows_is_withdrawn(town, route, at_once):
    first, person, consent = await told(town, route, received_at=YESTERDAY)
    number = await town.owner.fetchval("SELECT national_id FROM nav.person WHERE id = $1", person)
    second = await town.default(number, consent)
    await route()
    for row in (first, second):
        await town.event(row, "WITHDRAWN", "WRONG_PERSON")
        if not at_once:
            await route()
    await route()
    case, default = await only_case(town, person), await claim_of(town, first)
    assert (case["close_reason"], default["status"]) == ("ERROR", "WITHDRAWN")


async def test_case_that_was_reopened_for_nothing_is_as_it_had_been(town, route):
    number, person, consent = await town.customer()
    case = await town.case(person, state="CLOSED", closed_at=LAST_MONTH, close_reason="AGREEMENT_KEPT", phase=3)
    row = await town.default(number, consent)
    await route()
    assert (await only_case(town, person))["recidivism"] is True
    await town.event(row, "WITHDRAWN", "WRONG_PERSON")
    await route()
    found = await only_case(town, person)
    assert (found["id"], found["state"], found["phase"]) == (case, "CLOSED", 3)
    assert (found["closed_at"], found["close_reason"], found["recidivism"]) == (LAST_MONTH, "AGREEMENT_KEPT", False)


async def test_what_was_said_before_holds_again_when_what_came_after_it_was_an_error(town, route):
    first, person, consent = await told(town, route, received_at=YESTERDAY, arrears_ore=100)
    number = await town.owner.fetchval("SELECT national_id FROM nav.person WHERE id = $1", person)
    second = await town.default(number, consent, arrears_ore=200, unpaid_terms=9)
    await route()
    await town.event(second, "WITHDRAWN", "REPORTED_IN_ERROR")
    await route()
    default, signal = await claim_of(town, first), await town.signal_of(first)
    assert (default["arrears_ore"], default["unpaid_terms"], default["status"]) == (100, 2, "OPEN")
    assert (default["reported_at"], signal["withdrawn_at"]) == (YESTERDAY, None)


async def test_what_repeated_a_withdrawn_signal_is_taken_in_hand_in_its_place(town, route):
    first, person, consent = await told(town, route, received_at=YESTERDAY)
    number = await town.owner.fetchval("SELECT national_id FROM nav.person WHERE id = $1", person)
    second = await town.default(number, consent)
    await route()
    assert (await town.signal_of(second))["triage_status"] == "MERGED"
    await town.event(first, "WITHDRAWN", "REPORTED_IN_ERROR")
    await route()
    assert (await town.signal_of(first))["triage_status"] == "WITHDRAWN"
    assert (await town.signal_of(second))["triage_status"] == "NEW"
    assert (await claim_of(town, second))["status"] == "OPEN"


async def test_default_that_is_sent_after_a_withdrawal_is_a_new_one(town, route):
    row, person, consent = await told(town, route)
    await town.event(row, "WITHDRAWN", "WRONG_PERSON")
    await route()
    number = await town.owner.fetchval("SELECT national_id FROM nav.person WHERE id = $1", person)
    again = await town.default(number, consent)
    await route()
    # Closed as an error it is no case to be reopened, and no relapse.
    before, after = await town.cases_of(person)
    signal = await town.signal_of(again)
    assert (before["close_reason"], after["state"], after["recidivism"]) == ("ERROR", "SIGNAL_RECEIVED", False)
    assert (signal["case_id"], signal["duplicates_of"], signal["triage_status"]) == (after["id"], None, "NEW")


async def test_default_of_hers_after_all_makes_the_loan_hers_again(town, route):
    number, person, consent = await town.customer()
    case = await town.case(person, lender=None)
    row = await town.default(number, consent)
    await route()
    await town.event(row, "WITHDRAWN", "WRONG_PERSON")
    await route()
    await town.default(number, consent, first_unpaid_due=date(2026, 10, 1))
    await route()
    [loan] = await town.of_case("bank.mortgage_loan", case)
    defaults = await town.of_case("bank.mortgage_default", case)
    assert (loan["status"], [one["status"] for one in defaults]) == ("DEFAULTED", ["WITHDRAWN", "OPEN"])


async def test_strictly_protected_person_s_case_is_corrected_where_it_is(town, route):
    number, _ = await town.person(protection="STRENGT_FORTROLIG")
    row = await town.default(number)
    await route()
    await town.event(row, arrears_ore=1, submitter=LOAN_MANAGER)
    await route()
    signal = await town.signal_of(row)
    assert ((await claim_of(town, row))["arrears_ore"], signal["unit_id"]) == (1, TESTBY.secure_unit)


async def test_event_waits_for_the_person_s_turn_and_then_comes_in_its_order(town, route, place):
    row, person, _ = await told(town, route)
    other = await asyncpg.connect(place.app)
    transaction = other.transaction()
    await transaction.start()
    await other.execute(HOLD_PERSON, str(person))
    event = await town.event(row, arrears_ore=1)
    await route()
    assert (await claim_of(town, row))["arrears_ore"] == 2_012_500
    await transaction.rollback()
    await other.close()
    await town.event(row, arrears_ore=2)
    # The one that had to wait is not due yet, and the one after it does not go before it.
    await route()
    assert ((await claim_of(town, row))["arrears_ore"], await town.outcome_of(event)) == (2_012_500, None)
    await town.owner.execute("UPDATE hub.unrouted SET due_at = now()")
    await route()
    assert (await claim_of(town, row))["arrears_ore"] == 2


async def test_number_of_statements_does_not_grow_with_events_on_different_persons(town, route, watch_statements):
    counts = []
    for persons in (1, 4):
        rows = [(await told(town, route))[0] for _ in range(persons)]
        for row in rows:
            await town.event(row, arrears_ore=1)
        with watch_statements() as seen:
            await route()
        counts.append(len(seen))
    assert counts[0] == counts[1]


async def test_event_cannot_be_somebody_else_s_nor_come_after_a_withdrawal(town, route):
    row, _, _ = await told(town, route)
    with pytest.raises(asyncpg.ForeignKeyViolationError):
        await town.event(row, arrears_ore=1, submitter=LOAN_MANAGER)
    await town.event(row, "WITHDRAWN", "PAID", submitter=BANK)
    with pytest.raises(asyncpg.UniqueViolationError):
        await town.event(row, "WITHDRAWN", "PAID")
    for change in ("UPDATE hub.submitted_default_event SET arrears_ore = 1", "DELETE FROM hub.submitted_default_event"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await town.owner.execute(change)
