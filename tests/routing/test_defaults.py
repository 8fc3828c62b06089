"""A default on a loan becomes a signal: in the open case of the debtor, in one that is reopened, or in a new one."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from tests.routing.town import AGREED, BANK, LOAN_MANAGER, OTHER_BANK, SYNTEVIK, TESTBY, add_consent_event, stranger

A_MONTH_AGO = datetime.now(UTC) - timedelta(days=30)
LONG_AGO = datetime.now(UTC) - timedelta(days=400)
STARTLAN = {"loan_type": "STARTLAN", "lender": TESTBY.orgnr, "servicer": LOAN_MANAGER}


async def test_debtor_without_a_case_gets_one(town, route):
    number, person, consent = await town.customer()
    row = await town.default(number, consent)
    await route()
    [case] = await town.cases_of(person)
    assert (case["state"], case["phase"], case["track"], case["municipality"]) == (
        "SIGNAL_RECEIVED",
        1,
        "OWNER",
        "9901",
    )
    assert (case["nav_unit"], case["responsible_unit"], case["recidivism"]) == ("9901", "9901", False)
    [member] = await town.of_case("hub.case_person", case["id"])
    assert (member["person_id"], member["relation"], member["role"]) == (person, "SELF", "ADULT")
    [nav] = await town.of_case("hub.participant", case["id"])
    assert (nav["party_id"], nav["unit_id"], nav["role"], nav["basis"], nav["granted_by"]) == (
        TESTBY.nav, "9901", "CASEWORKER", "STL_17", "rutine-v3",
    )  # fmt: skip
    [loan] = await town.of_case("bank.mortgage_loan", case["id"])
    assert (loan["loan_ref"], loan["lender_party"], loan["servicer_party"], loan["outstanding_ore"]) == (
        "REF", BANK, None, None,
    )  # fmt: skip
    [default] = await town.of_case("bank.mortgage_default", case["id"])
    signal = await town.signal_of(row)
    assert (default["loan_id"], default["consent_id"], default["signal_id"]) == (loan["id"], consent, signal["id"])
    assert (default["arrears_ore"], default["unpaid_terms"], default["status"]) == (2_012_500, 2, "OPEN")
    assert (signal["case_id"], signal["kind"], signal["unit_id"]) == (case["id"], "MORTGAGE_DEFAULT", "9901")
    assert (signal["sender_party"], signal["basis"], signal["triage_status"], signal["duplicates_of"]) == (
        BANK, "BANK_CUSTOMER_CONSENT", "NEW", None,
    )  # fmt: skip
    [change] = await town.of_case("hub.case_change", case["id"])
    assert (change["kind"], change["signal_id"], change["state_before"]) == ("OPENED", signal["id"], None)


async def test_task_and_its_day_are_those_of_the_routine(town, route):
    number, _, consent = await town.customer()
    row = await town.default(number, consent, received_at=datetime(2026, 11, 12, 23, 30, tzinfo=UTC))
    await route()
    signal = await town.signal_of(row)
    # Half past eleven in the evening of the 12th is the 13th in Oslo.
    assert (signal["task"], signal["due_on"]) == ("Ta kontakt med låntakeren", date(2026, 11, 20))


async def test_debtor_is_told_that_there_is_something_and_not_what(town, route):
    number, person, consent = await town.customer()
    row = await town.default(number, consent)
    await route()
    [message] = await town.owner.fetch("SELECT * FROM hub.message WHERE person_id = $1", person)
    signal = await town.signal_of(row)
    assert (message["kind"], message["case_id"], message["signal_id"]) == ("CASE_NEWS", signal["case_id"], signal["id"])


async def test_open_case_with_the_loan_is_where_it_goes_and_its_unit_handles_it(town, route):
    number, person, consent = await town.customer()
    case = await town.case(person)
    row = await town.default(number, consent)
    await route()
    signal = await town.signal_of(row)
    assert (signal["case_id"], signal["unit_id"]) == (case, TESTBY.second_nav_unit)
    assert len(await town.of_case("bank.mortgage_loan", case)) == len(await town.cases_of(person)) == 1
    assert await town.of_case("hub.case_change", case) == []


async def test_open_case_about_the_home_takes_a_loan_that_it_did_not_know(town, route):
    number, person, consent = await town.customer()
    case = await town.case(person, lender=OTHER_BANK)
    row = await town.default(number, consent)
    await route()
    assert (await town.signal_of(row))["case_id"] == case
    assert {loan["lender_party"] for loan in await town.of_case("bank.mortgage_loan", case)} == {BANK, OTHER_BANK}


@pytest.mark.parametrize(
    "claimed", [{"lender": OTHER_BANK}, {"servicer": LOAN_MANAGER}, {"loan_type": "GRUNNLAN"}], ids=str
)
async def test_sender_never_tells_of_a_loan_that_is_another_s(town, route, claimed):
    """A reference may be the same at two lenders: then it is another loan."""
    number, person, consent = await town.customer()
    case = await town.case(person, **claimed)
    await town.default(number, consent)
    await route()
    loans = await town.of_case("bank.mortgage_loan", case)
    [default] = await town.of_case("bank.mortgage_default", case)
    [own] = [
        loan
        for loan in loans
        if (loan["lender_party"], loan["servicer_party"], loan["loan_type"]) == (BANK, None, "BANK_LOAN")
    ]
    assert (len(loans), default["loan_id"]) == (2, own["id"])


OTHERS = {
    "dismissed": {"state": "DISMISSED"},
    "merged": {"state": "MERGED"},
    "of a tenant": {"track": "TENANCY", "lender": None},
    "elsewhere": {"municipality": "9902", "unit": SYNTEVIK.nav_unit},
    "as a child": {"role": "CHILD"},
    "closed long ago": {"state": "CLOSED", "closed_at": LONG_AGO, "close_reason": "CLAIM_MET"},
    "closed as an error": {"state": "CLOSED", "closed_at": A_MONTH_AGO, "close_reason": "ERROR"},
    "handed on": {"state": "CLOSED", "closed_at": A_MONTH_AGO, "close_reason": "TRANSFERRED"},
}


@pytest.mark.parametrize("other", OTHERS.values(), ids=OTHERS)
async def test_case_that_it_does_not_belong_to_is_left_alone_and_a_new_one_opened(town, route, other):
    number, person, consent = await town.customer()
    case = await town.case(person, **other)
    row = await town.default(number, consent)
    await route()
    signal = await town.signal_of(row)
    assert (signal["case_id"] != case, signal["unit_id"]) == (True, "9901")
    assert await town.of_case("hub.signal", case) == []
    [before] = [one for one in await town.cases_of(person) if one["id"] == case]
    assert before["state"] == other.get("state", "OPEN")


async def test_case_closed_within_twelve_months_is_reopened_and_what_it_was_is_kept(town, route):
    number, person, consent = await town.customer()
    case = await town.case(person, state="CLOSED", closed_at=A_MONTH_AGO, close_reason="AGREEMENT_KEPT", phase=3)
    row = await town.default(number, consent)
    await route()
    [found] = await town.cases_of(person)
    assert (found["state"], found["phase"], found["closed_at"], found["close_reason"]) == ("OPEN", 2, None, None)
    assert (found["recidivism"], (await town.signal_of(row))["case_id"]) == (True, case)
    [change] = await town.of_case("hub.case_change", case)
    assert (change["kind"], change["state_before"], change["phase_before"]) == ("REOPENED", "CLOSED", 3)
    assert (change["closed_at"], change["close_reason"]) == (A_MONTH_AGO, "AGREEMENT_KEPT")


async def test_open_case_goes_before_one_that_could_be_reopened(town, route):
    number, person, consent = await town.customer()
    await town.case(person, state="CLOSED", closed_at=A_MONTH_AGO, close_reason="CLAIM_MET")
    open_ = await town.case(person, lender=OTHER_BANK)
    row = await town.default(number, consent)
    await route()
    assert (await town.signal_of(row))["case_id"] == open_


async def test_consent_that_is_tied_to_a_case_reaches_that_case_alone(town, route):
    number, person, _ = await town.customer()
    tied, _ = await town.case(person), await town.case(person)
    consent = await add_tied(town, person, tied)
    row = await town.default(number, consent)
    await route()
    assert (await town.signal_of(row))["case_id"] == tied


async def test_consent_that_is_tied_to_a_case_that_is_over_reaches_nothing(town, route):
    number, person, _ = await town.customer()
    tied = await town.case(person, state="CLOSED", closed_at=LONG_AGO, close_reason="CLAIM_MET")
    row = await town.default(number, await add_tied(town, person, tied))
    await route()
    assert (await town.outcome_of(row), await town.signal_of(row)) == ("NO_GROUND", None)
    assert len(await town.cases_of(person)) == 1


async def add_tied(town: Any, person: Any, case: Any) -> Any:
    from tests.intake.factory import add_consent

    return await add_consent(town.owner, person, case_id=case)


async def test_consent_to_the_office_of_another_municipality_leads_there(town, route):
    number, person, consent = await town.customer(recipient=SYNTEVIK.nav)
    here = await town.case(person)
    row = await town.default(number, consent)
    await route()
    signal = await town.signal_of(row)
    assert (signal["case_id"] != here, signal["unit_id"]) == (True, SYNTEVIK.nav_unit)


async def test_startlan_comes_by_the_agreement_and_the_housing_office_takes_part(town, route):
    number, person = await town.person()
    row = await town.default(number)
    await route()
    [case] = await town.cases_of(person)
    [loan] = await town.of_case("bank.mortgage_loan", case["id"])
    assert (loan["lender_party"], loan["servicer_party"], loan["source_party"]) == (
        TESTBY.orgnr, LOAN_MANAGER, LOAN_MANAGER,
    )  # fmt: skip
    [default] = await town.of_case("bank.mortgage_default", case["id"])
    assert (default["agreement_id"], default["basis"]) == (AGREED, "LOAN_MANAGER_AGREEMENT")
    takes_part = {
        (one["unit_id"], one["role"], one["basis"]) for one in await town.of_case("hub.participant", case["id"])
    }
    assert takes_part == {("9901", "CASEWORKER", "STL_17"), (TESTBY.housing_unit, "HOUSING_CASEWORKER", "BOSL")}
    assert (await town.signal_of(row))["sender_party"] == LOAN_MANAGER


async def test_bank_loan_brings_nobody_else_into_the_case(town, route):
    number, person, consent = await town.customer()
    await town.default(number, consent)
    await route()
    [case] = await town.cases_of(person)
    assert [one["unit_id"] for one in await town.of_case("hub.participant", case["id"])] == ["9901"]


async def test_consent_that_is_withdrawn_before_it_is_passed_on_stops_it(town, route):
    number, person, consent = await town.customer()
    row = await town.default(number, consent)
    await add_consent_event(town.owner, consent, "WITHDRAWN")
    await route()
    assert (await town.outcome_of(row), await town.cases_of(person)) == ("NO_GROUND", [])


async def test_rejected_row_is_not_even_queued(town, route):
    _number, person = await town.person()
    submission = await town.submission("MORTGAGE_DEFAULT", BANK, datetime.now(UTC))
    row = await town.owner.fetchval(
        "INSERT INTO hub.submitted_default (submission_id, submitter_party, row_no, outcome, code, content_sha256)"
        " VALUES ($1, $2, 1, 'REJECTED', 'NO_BASIS', repeat('0', 64)) RETURNING id",
        submission,
        BANK,
    )
    assert await town.owner.fetchval("SELECT count(*) FROM hub.unrouted WHERE row_id = $1", row) == 0
    await route()
    assert (await town.outcome_of(row), await town.cases_of(person)) == (None, [])


async def test_unknown_person_goes_to_the_special_unit_and_nobody_else(town, route):
    number = stranger()
    row = await town.default(number)
    await route()
    person = await town.owner.fetchrow("SELECT * FROM nav.person WHERE national_id = $1", number)
    assert (person["protection"], person["in_register"], person["first_name"]) == ("STRENGT_FORTROLIG", False, None)
    [case] = await town.cases_of(person["id"])
    assert (case["nav_unit"], case["responsible_unit"]) == (TESTBY.secure_unit, TESTBY.secure_unit)
    assert [one["unit_id"] for one in await town.of_case("hub.participant", case["id"])] == [TESTBY.secure_unit]
    assert (await town.signal_of(row))["unit_id"] == TESTBY.secure_unit


@pytest.mark.parametrize("protection", ["STRENGT_FORTROLIG", "STRENGT_FORTROLIG_UTLAND"])
async def test_strictly_protected_debtor_goes_to_the_special_unit_and_nobody_else(town, route, protection):
    number, person = await town.person(protection=protection)
    await town.default(number)
    await route()
    [case] = await town.cases_of(person)
    assert [one["unit_id"] for one in await town.of_case("hub.participant", case["id"])] == [TESTBY.secure_unit]


@pytest.mark.parametrize("protection", ["UGRADERT", "FORTROLIG"])
async def test_debtor_who_lives_with_a_strictly_protected_person_goes_there_too(town, route, protection):
    number, person = await town.person(protection=protection)
    _, child = await town.person(protection="STRENGT_FORTROLIG")
    elsewhere = await town.case(person, track="TENANCY", lender=None)
    await town.member(elsewhere, child, "CHILD", "CHILD")
    row = await town.default(number)
    await route()
    assert (await town.signal_of(row))["unit_id"] == TESTBY.secure_unit


@pytest.mark.parametrize("marks", [{"protection": "FORTROLIG"}, {"shielded": True}], ids=str)
async def test_confidential_and_shielded_persons_go_to_the_usual_unit_where_policies_see_to_them(town, route, marks):
    number, _ = await town.person(**marks)
    row = await town.default(number)
    await route()
    assert (await town.signal_of(row))["unit_id"] == "9901"


async def test_open_case_of_one_who_is_strictly_protected_by_now_is_handed_over_whole(town, route):
    number, person = await town.person()
    case = await town.case(person, **STARTLAN)
    first = await town.default(number)
    await route()
    await town.owner.execute("UPDATE nav.person SET protection = 'STRENGT_FORTROLIG' WHERE id = $1", person)
    second = await town.default(number, arrears_ore=3_000_000)
    await route()
    [found] = await town.cases_of(person)
    assert (found["id"], found["nav_unit"], found["responsible_unit"]) == (case, TESTBY.secure_unit, TESTBY.secure_unit)
    working = await town.owner.fetch("SELECT unit_id FROM facts.participant WHERE case_id = $1", case)
    assert [one["unit_id"] for one in working] == [TESTBY.secure_unit]
    assert {(await town.signal_of(row))["unit_id"] for row in (first, second)} == {TESTBY.secure_unit}
    [change] = [one for one in await town.of_case("hub.case_change", case) if one["kind"] == "HANDED_OVER"]
    assert (change["unit_before"], change["unit_after"]) == (TESTBY.second_nav_unit, TESTBY.secure_unit)


async def test_protected_person_s_row_waits_where_there_is_no_special_unit(town, route, caplog):
    await town.owner.execute("UPDATE hub.unit SET secure = false WHERE id = $1", TESTBY.secure_unit)
    try:
        number, person = await town.person(protection="STRENGT_FORTROLIG")
        row = await town.default(number)
        await route()
        assert (await town.outcome_of(row), await town.cases_of(person)) == (None, [])
        waiting = await town.owner.fetchrow("SELECT * FROM hub.unrouted WHERE row_id = $1", row)
        assert (waiting["attempts"], waiting["due_at"] > datetime.now(UTC)) == (1, True)
    finally:
        await town.owner.execute("UPDATE hub.unit SET secure = true WHERE id = $1", TESTBY.secure_unit)
    assert number not in caplog.text
    await town.owner.execute("UPDATE hub.unrouted SET due_at = now() WHERE row_id = $1", row)
    await route()
    assert (await town.signal_of(row))["unit_id"] == TESTBY.secure_unit


async def test_case_numbers_tell_neither_how_many_there_are_nor_where(town, route):
    numbers = []
    for _ in range(3):
        number, person = await town.person()
        await town.default(number)
        await route()
        numbers += [case["case_no"] for case in await town.cases_of(person)]
    # After the year and the dash comes what is drawn.
    assert len({number[5:9] for number in numbers}) == 3
    assert not [number for number in numbers if "9901" in number]
