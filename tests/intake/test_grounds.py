"""What a row can rest on: a consent for a bank's own loan, an agreement for a startlån."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from tests.intake.factory import (
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

NOW = datetime.now(UTC)
DAY = timedelta(days=1)
BY_CONSENT = {
    "code": "NO_BASIS",
    "field": "consentId",
    "text": {
        "nb": "Det er ikke noe samtykke i kraft som gir deg lov til å dele dette misligholdet.",
        "en": "There is no consent in force that lets you share this default.",
    },
}
BY_AGREEMENT = {
    "code": "NO_BASIS",
    "field": "loanType",
    "text": {
        "nb": "Det er ingen avtale i kraft for slike lån.",
        "en": "There is no agreement in force for such loans.",
    },
}


@pytest.fixture
async def customer(owner):
    (number,) = strangers(1)
    return number, await add_person(owner, number)


# --- consent ---------------------------------------------------------------------------------------------------------


async def test_nobody_has_consented_so_the_row_has_no_ground(send, customer):
    reply = await send(bank(), [row(customer[0])])
    assert {name: reply.rows[0][name] for name in ("code", "field", "text")} == BY_CONSENT


async def test_unknown_person_gets_the_same_words(send):
    (unknown,) = strangers(1)
    reply = await send(bank(), [row(unknown)])
    assert {name: reply.rows[0][name] for name in ("code", "field", "text")} == BY_CONSENT


async def test_consent_in_force_is_found_without_being_named(send, owner, customer, stored):
    consent = await add_consent(owner, customer[1])
    reply = await send(bank(), [row(customer[0])])
    assert reply.codes == ["ACCEPTED"]
    (line,) = await stored(reply.submitted["id"])
    assert (line["basis"], line["consent_id"]) == ("BANK_CUSTOMER_CONSENT", consent)


async def test_of_two_consents_the_named_one_is_what_the_row_rests_on(send, owner, customer, stored):
    named, newer = await add_consent(owner, customer[1]), await add_consent(owner, customer[1])
    reply = await send(bank(), [row(customer[0], consentId=str(named)), row(customer[0], loanRef="other")])
    assert [line["consent_id"] for line in await stored(reply.submitted["id"])] == [named, newer]


async def test_each_of_several_rows_of_one_customer_rests_on_its_own_ground(send, owner, customer, stored):
    older, newer = await add_consent(owner, customer[1]), await add_consent(owner, customer[1])
    (stranger,) = strangers(1)
    named = [None, str(older), str(older), None, "no such thing", str(newer)]
    rows = [row(customer[0], loanRef=f"BL-{number}", consentId=one) for number, one in enumerate(named)]
    reply = await send(bank(), [*rows, row(stranger), row(stranger, loanRef="another")])
    assert [line["consent_id"] for line in await stored(reply.submitted["id"])] == [
        newer, older, older, newer, None, newer, None, None,
    ]  # fmt: skip
    assert reply.codes == ["ACCEPTED"] * 4 + ["NO_BASIS", "ACCEPTED", "NO_BASIS", "NO_BASIS"]


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"source": OTHER_BANK}, id="given to another bank"),
        pytest.param({"recipient": TESTBY.debt_counsel}, id="for the debt counsellor"),
        pytest.param({"recipient": OTHER_BANK}, id="for a bank"),
        pytest.param({"recipient": "nav"}, id="for NAV as such, no office"),
        pytest.param({"purpose": "REFINANCING"}, id="for another purpose"),
        pytest.param({"categories": ["LOAN_DETAILS", "BUDGET"]}, id="to other data"),
        pytest.param({"effective_from": NOW + DAY}, id="from tomorrow on"),
        pytest.param({"expires_at": NOW - DAY}, id="expired"),
        pytest.param({"event": "REQUESTED"}, id="requested"),
        pytest.param({"event": "REFUSED"}, id="refused"),
        pytest.param({"event": "WITHDRAWN"}, id="withdrawn"),
        pytest.param({"event": None}, id="never given"),
    ],
)
async def test_consent_to_something_else_is_no_ground_whether_or_not_it_is_named(send, owner, customer, changes):
    consent = await add_consent(owner, customer[1], **changes)
    reply = await send(bank(), [row(customer[0]), row(customer[0], loanRef="other", consentId=str(consent))])
    assert reply.codes == ["NO_BASIS", "NO_BASIS"]


async def test_withdrawn_and_renewed_consent_is_a_ground_again(send, owner, customer):
    consent = await add_consent(owner, customer[1])
    await add_consent_event(owner, consent, "WITHDRAWN")
    assert (await send(bank(), [row(customer[0])])).codes == ["NO_BASIS"]
    await add_consent_event(owner, consent, "RENEWED")
    assert (await send(bank(), [row(customer[0])])).codes == ["ACCEPTED"]


async def test_consent_of_another_person_is_no_ground(send, owner, customer):
    consent = await add_consent(owner, EVA.id)
    assert (await send(bank(), [row(customer[0], consentId=str(consent))])).codes == ["NO_BASIS"]


@pytest.mark.parametrize(
    "named", ["019b7d4a-9b00-7dd2-8929-b42b27810000", "no such thing", "", "00000000-0000-0000-0000-000000000000"]
)
async def test_a_named_consent_that_does_not_exist_is_no_ground_though_there_is_another(send, named):
    assert (await send(bank(), [row(consentId=named)])).codes == ["NO_BASIS"]


async def test_grunnlan_of_a_bank_rests_on_consent_too(send):
    assert (await send(bank(), [row(loanType="GRUNNLAN")])).rows[0]["basis"] == "BANK_CUSTOMER_CONSENT"


# --- agreement -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reported", "is_late"),
    [(date(2026, 11, 12), False), (date(2026, 11, 16), False), (date(2026, 11, 17), True), (date(2026, 11, 20), True)],
)
async def test_loan_manager_reports_a_startlan_on_the_agreement_late_or_not(send, stored, reported, is_late):
    """Scenario 3: unpaid on 2 November, notice within 14 days. Late is told and stored, and no reason to reject."""
    reply = await send(loan_manager(), [startlan()], on=reported)
    (answered,) = reply.rows
    assert (answered["basis"], answered["isLate"]) == ("LOAN_MANAGER_AGREEMENT", is_late)
    (line,) = await stored(reply.submitted["id"])
    assert (line["submitter_party"], line["is_late"], line["consent_id"]) == (LOAN_MANAGER, is_late, None)
    assert line["agreement_id"] is not None


async def test_loan_manager_needs_no_consent_and_no_known_person(send):
    (unknown,) = strangers(1)
    assert (await send(loan_manager(), [startlan(unknown)])).codes == ["ACCEPTED"]


async def test_supplier_of_the_token_is_kept_with_the_submission(send, owner):
    reply = await send(loan_manager(), [startlan()])
    found = await owner.fetchrow(
        "SELECT supplier, actor FROM hub.submission WHERE id = $1::text::uuid", reply.submitted["id"]
    )
    assert (found["supplier"], found["actor"]) == (LOAN_MANAGER, LOAN_MANAGER)


@pytest.mark.parametrize("consumer", [SYNTEVIK.orgnr, LOAN_MANAGER, "999999999", None])
async def test_agreement_with_one_municipality_opens_nothing_on_behalf_of_another(send, consumer):
    reply = await send(loan_manager(consumer), [startlan()])
    assert {name: reply.rows[0][name] for name in ("code", "field", "text")} == BY_AGREEMENT


async def test_agreement_that_is_not_about_the_municipality_of_its_lender_is_no_ground(send, owner):
    manager = SYNTEVIK.loan_manager
    agreement = await owner.fetchval(
        """
        INSERT INTO hub.agreement (municipality, lender_party, loan_manager_party, loan_types, notify_within_days,
            data_fields, valid_from, signed_by)
        VALUES ('9902', $1, $2, ARRAY['STARTLAN'], 14, '{}', '2024-01-01', 'test') RETURNING id
        """,
        TESTBY.orgnr,
        manager,
    )
    await owner.execute(
        """
        INSERT INTO hub.agreement_event (agreement_id, kind, effective_at, recorded_by)
        VALUES ($1, 'SIGNED', now() - interval '1 day', 'test')
        """,
        agreement,
    )
    assert (await send(loan_manager(TESTBY.orgnr, manager), [startlan()])).codes == ["NO_BASIS"]


@pytest.mark.parametrize("loan_type", ["BANK_LOAN", "GRUNNLAN"])
async def test_loan_manager_cannot_report_loans_that_the_agreement_is_not_about(send, loan_type):
    assert (await send(loan_manager(), [startlan(loanType=loan_type)])).codes == ["NO_BASIS"]


async def test_loan_manager_cannot_report_a_bank_loan_even_with_the_customers_consent(send, owner, customer):
    await add_consent(owner, customer[1], source=LOAN_MANAGER)
    assert (await send(loan_manager(), [row(customer[0])])).codes == ["NO_BASIS"]


@pytest.mark.parametrize("event", ["SUSPENDED", "TERMINATED"])
async def test_agreement_that_has_ended_is_no_ground(send, owner, event):
    await _agreement_event(owner, event)
    assert (await send(loan_manager(), [startlan()])).codes == ["NO_BASIS"]
    await _agreement_event(owner, "RENEWED")
    assert (await send(loan_manager(), [startlan()])).codes == ["ACCEPTED"]


async def _agreement_event(owner, kind):
    await owner.execute(
        """
        INSERT INTO hub.agreement_event (agreement_id, kind, effective_at, recorded_by)
        SELECT id, $1, now() - interval '1 minute', 'test' FROM hub.agreement
        WHERE loan_manager_party = $2 AND valid_to IS NULL
        """,
        kind,
        LOAN_MANAGER,
    )


# --- purpose ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("purpose", [None, "B101", "B103"])
async def test_a_report_is_for_preventing_evictions_whatever_the_request_states(send, purpose):
    assert (await send(bank(), [row()], purpose=purpose)).codes == ["ACCEPTED"]
    assert (await send(loan_manager(), [startlan()], purpose=purpose)).codes == ["ACCEPTED"]
