"""An accepted row reaches the open case that has the loan, and no other; a little later, and once."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID

import pytest

from tests.intake.factory import (
    BANK,
    EVA,
    LOAN_MANAGER,
    OTHER_BANK,
    SYNTEVIK,
    TESTBY,
    add_consent,
    add_consent_event,
    add_person,
    bank,
    loan_manager,
    row,
    startlan,
    strangers,
)


@pytest.fixture
def reached(owner, intake):
    """What a submission put into cases."""

    async def fetch(reply: Any) -> list[Any]:
        await intake.forwarding.settle()
        return await owner.fetch(
            "SELECT * FROM bank.mortgage_default WHERE submission_id = $1::text::uuid", reply.submitted["id"]
        )

    return fetch


async def add_case(owner: Any, person: UUID, **changes: Any) -> UUID:
    """A case of an owner with one loan, `REF`, of the bank."""
    values = {
        "municipality": "9901",
        "unit": "9901",
        "state": "OPEN",
        "closed": False,
        "role": "ADULT",
        "lender": BANK,
        "servicer": None,
        "loan_type": "BANK_LOAN",
        **changes,
    }
    async with owner.transaction():
        case = await owner.fetchval(
            """
            INSERT INTO hub."case" (case_no, municipality, nav_unit, subject_id, track, phase, state, responsible_unit,
                opened_at, updated_at, closed_at, source_party)
            VALUES (gen_random_uuid()::text, $1, $2, $3, 'OWNER', 1, $4, $2, now(), now(),
                CASE WHEN $5 THEN now() END, '9901-nav') RETURNING id
            """,
            values["municipality"],
            values["unit"],
            person,
            values["state"],
            values["closed"],
        )
        await owner.execute(
            """
            INSERT INTO hub.case_person (case_id, person_id, relation, role, source_party)
            VALUES ($1, $2, 'SELF', $3, '9901-nav')
            """,
            case,
            person,
            values["role"],
        )
        await owner.execute(
            """
            INSERT INTO bank.mortgage_loan (case_id, loan_type, lender_party, servicer_party, loan_ref, principal_ore,
                outstanding_ore, collateral, term_amount_ore, next_due, status, source_party)
            VALUES ($1, $2, $3, $4, 'REF', 1, 1, 'Pant', 1, '2026-12-01', 'ACTIVE', $3)
            """,
            case,
            values["loan_type"],
            values["lender"],
            values["servicer"],
        )
    return case


@pytest.fixture
async def customer(owner):
    (number,) = strangers(1)
    return number, await add_person(owner, number)


async def test_evas_bank_loan_and_startlan_reach_her_case(send, owner, reached):
    loans = {
        loan["loan_type"]: loan
        for loan in await owner.fetch(
            'SELECT loan.* FROM bank.mortgage_loan AS loan JOIN hub."case" AS one ON one.id = loan.case_id'
            " WHERE one.subject_id = $1",
            EVA.id,
        )
    }
    reply = await send(bank(), [row(loanRef=loans["BANK_LOAN"]["loan_ref"], interestAccrued=None)])
    (default,) = await reached(reply)
    assert default["loan_id"] == loans["BANK_LOAN"]["id"]
    assert (default["basis"], default["arrears_ore"], default["interest_accrued_ore"]) == (
        "BANK_CUSTOMER_CONSENT",
        2_012_500,
        0,
    )
    reply = await send(loan_manager(), [startlan(loanRef=loans["STARTLAN"]["loan_ref"])])
    (default,) = await reached(reply)
    assert (default["loan_id"], default["basis"]) == (loans["STARTLAN"]["id"], "LOAN_MANAGER_AGREEMENT")
    assert (default["source_party"], default["agreement_id"] is not None) == (LOAN_MANAGER, True)


async def test_the_office_of_the_case_gets_a_signal(send, owner, customer, intake):
    number, person = customer
    await add_consent(owner, person)
    case = await add_case(owner, person, unit=TESTBY.secure_unit)
    await send(bank(), [row(number, loanRef="REF")])
    await intake.forwarding.settle()
    (signal,) = await owner.fetch("SELECT * FROM hub.signal WHERE case_id = $1", case)
    assert (signal["kind"], signal["sender_party"], signal["basis"]) == (
        "MORTGAGE_DEFAULT",
        BANK,
        "BANK_CUSTOMER_CONSENT",
    )
    assert (signal["unit_id"], signal["triage_status"]) == (TESTBY.secure_unit, "NEW")


@pytest.mark.parametrize(
    ("consent", "case"),
    [
        ({}, {"closed": True}),
        ({}, {"state": "DISMISSED"}),
        ({}, {"state": "MERGED"}),
        ({}, {"lender": OTHER_BANK}),
        ({}, {"servicer": LOAN_MANAGER}),
        ({}, {"loan_type": "GRUNNLAN"}),
        ({}, {"role": "CHILD"}),
        ({}, {"municipality": "9902"}),
        ({"recipient": SYNTEVIK.nav}, {}),
    ],
    ids=str,
)
async def test_row_is_accepted_but_reaches_no_case_that_it_does_not_belong_to(
    send, owner, reached, customer, consent, case
):
    number, person = customer
    await add_consent(owner, person, **consent)
    await add_case(owner, person, **case)
    reply = await send(bank(), [row(number, loanRef="REF")])
    assert reply.codes == ["ACCEPTED"]
    assert await reached(reply) == []


async def test_consent_that_is_tied_to_a_case_covers_no_other(send, owner, reached, customer):
    number, person = customer
    case, _ = await add_case(owner, person), await add_case(owner, person)
    await add_consent(owner, person, case_id=case)
    reply = await send(bank(), [row(number, loanRef="REF")])
    assert [default["case_id"] for default in await reached(reply)] == [case]


async def test_agreement_of_one_municipality_reaches_no_case_of_another(send, owner, reached, customer):
    number, person = customer
    startlan_there = {"loan_type": "STARTLAN", "servicer": LOAN_MANAGER, "lender": TESTBY.orgnr}
    await add_case(owner, person, municipality="9902", **startlan_there)
    here = await add_case(owner, person, **startlan_there)
    reply = await send(loan_manager(), [startlan(number, loanRef="REF")])
    assert [default["case_id"] for default in await reached(reply)] == [here]


async def test_agreement_reaches_no_loan_of_another_lender(send, owner, reached, customer):
    number, person = customer
    await add_case(owner, person, loan_type="STARTLAN", servicer=LOAN_MANAGER, lender=OTHER_BANK)
    reply = await send(loan_manager(), [startlan(number, loanRef="REF")])
    assert (reply.codes, await reached(reply)) == (["ACCEPTED"], [])


async def test_rejected_rows_and_replays_reach_nothing(send, owner, reached, customer):
    number, person = customer
    await add_case(owner, person)
    rejected = await send(bank(), [row(number, loanRef="REF")], "rejected-1")
    assert await reached(rejected) == []
    await add_consent(owner, person)
    for _ in range(2):
        accepted = await send(bank(), [row(number, loanRef="REF")], f"accepted-{number}")
    assert len(await reached(accepted)) == 1


async def test_case_that_is_opened_later_is_not_reached(send, owner, reached, customer):
    number, person = customer
    await add_consent(owner, person)
    reply = await send(bank(), [row(number, loanRef="REF")])
    await add_case(owner, person)
    assert await reached(reply) == []


async def test_consent_that_is_withdrawn_before_it_is_passed_on_stops_it(send, owner, reached, customer):
    number, person = customer
    consent = await add_consent(owner, person)
    await add_case(owner, person)
    reply = await send(bank(), [row(number, loanRef="REF")])
    await add_consent_event(owner, consent, "WITHDRAWN")
    assert (reply.codes, await reached(reply)) == (["ACCEPTED"], [])


async def test_two_debtors_of_one_loan_reach_its_case_with_a_default_each(send, owner, reached, customer):
    (other,) = strangers(1)
    case = await add_case(owner, customer[1])
    spouse = await add_person(owner, other)
    await owner.execute(
        """
        INSERT INTO hub.case_person (case_id, person_id, relation, role, source_party)
        VALUES ($1, $2, 'SPOUSE', 'ADULT', '9901-nav')
        """,
        case,
        spouse,
    )
    for person in (customer[1], spouse):
        await add_consent(owner, person)
    reply = await send(bank(), [row(customer[0], loanRef="REF"), row(other, loanRef="REF")])
    assert [default["case_id"] for default in await reached(reply)] == [case, case]


async def test_what_was_not_passed_on_before_a_stop_is_passed_on_at_the_next_start_and_only_once(
    send, owner, make_intake, customer
):
    number, person = customer
    await add_consent(owner, person)
    case = await add_case(owner, person)
    await send(bank(), [row(number, loanRef="REF")], by=make_intake(pause=3600))
    defaults = "SELECT count(*) FROM bank.mortgage_default WHERE case_id = $1"
    signals = "SELECT count(*) FROM hub.signal WHERE case_id = $1"
    assert await owner.fetchval(defaults, case) == 0
    for _ in range(2):
        await make_intake().forwarding.start()
        assert (await owner.fetchval(defaults, case), await owner.fetchval(signals, case)) == (1, 1)


async def test_start_does_not_report_again_what_is_in_a_case_already(owner, make_intake):
    before = await owner.fetchval("SELECT count(*) FROM bank.mortgage_default WHERE submission_id IS NOT NULL")
    await make_intake().forwarding.start()
    await make_intake().forwarding.start()
    after = await owner.fetchval("SELECT count(*) FROM bank.mortgage_default WHERE submission_id IS NOT NULL")
    assert after == before


async def test_what_cannot_be_passed_on_is_tried_again_and_nobody_is_told(send, owner, make_intake, customer, caplog):
    number, person = customer
    await add_consent(owner, person)
    case = await add_case(owner, person)
    quick = make_intake(pause=0.01)
    await owner.execute("ALTER TABLE hub.signal ADD CONSTRAINT broken CHECK (channel <> 'API') NOT VALID")
    try:
        reply = await send(bank(), [row(number, loanRef="REF")], by=quick)
        assert reply.codes == ["ACCEPTED"]
        async with asyncio.timeout(5):
            while "not passed on yet" not in caplog.text:
                await asyncio.sleep(0.01)
    finally:
        await owner.execute("ALTER TABLE hub.signal DROP CONSTRAINT broken")
    async with asyncio.timeout(5):
        while not await owner.fetchval("SELECT count(*) FROM hub.signal WHERE case_id = $1", case):
            await asyncio.sleep(0.01)
    assert number not in caplog.text
    assert await owner.fetchval("SELECT count(*) FROM bank.mortgage_default WHERE case_id = $1", case) == 1
