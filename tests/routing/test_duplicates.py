"""The same claim, told more than once: each telling is a signal, linked to the first, and the claim stands once."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from tests.routing.town import stranger


async def told_twice(town, route, *, at_once: bool = False, **second):
    number, person, consent = await town.customer()
    first = await town.default(number, consent)
    if not at_once:
        await route()
    again = await town.default(number, consent, **second)
    await route()
    [case] = await town.cases_of(person)
    return [await town.signal_of(row) for row in (first, again)], await town.of_case(
        "bank.mortgage_default", case["id"]
    )


@pytest.mark.parametrize("at_once", [False, True])
async def test_same_default_sent_again_is_linked_and_calls_nobody(town, route, at_once):
    (first, again), [default] = await told_twice(town, route, at_once=at_once)
    assert (first["duplicates_of"], first["triage_status"]) == (None, "NEW")
    assert (again["duplicates_of"], again["triage_status"]) == (first["id"], "MERGED")
    assert default["signal_id"] == first["id"]
    told = await town.owner.fetch("SELECT signal_id FROM hub.message WHERE case_id = $1", first["case_id"])
    assert [message["signal_id"] for message in told] == [first["id"]]


@pytest.mark.parametrize("at_once", [False, True])
async def test_default_that_has_grown_is_linked_brought_up_to_date_and_seen(town, route, at_once):
    worse = {"arrears_ore": 3_018_750, "unpaid_terms": 3}
    (first, again), [default] = await told_twice(town, route, at_once=at_once, **worse)
    assert (again["duplicates_of"], again["triage_status"]) == (first["id"], "NEW")
    assert (default["arrears_ore"], default["unpaid_terms"], default["reported_at"]) == (
        3_018_750, 3, again["received_at"],
    )  # fmt: skip


async def test_other_term_unpaid_is_another_claim_on_the_one_default(town, route):
    (first, again), [default] = await told_twice(town, route, first_unpaid_due=date(2026, 11, 1))
    assert (first["duplicates_of"], again["duplicates_of"], again["triage_status"]) == (None, None, "NEW")
    assert (default["first_unpaid_due"], default["signal_id"]) == (date(2026, 11, 1), again["id"])


async def test_what_was_overtaken_on_the_way_changes_nothing(town, route):
    before = datetime.now(UTC) - timedelta(hours=3)
    (first, again), [default] = await told_twice(town, route, received_at=before, arrears_ore=1)
    assert (again["duplicates_of"], again["triage_status"], default["arrears_ore"]) == (
        first["id"],
        "MERGED",
        2_012_500,
    )


async def test_default_that_somebody_has_put_aside_is_seen_when_it_is_told_again(town, route):
    number, _person, consent = await town.customer()
    first = await town.default(number, consent)
    await route()
    await town.owner.execute(
        "UPDATE hub.signal SET triage_status = 'DISMISSED' WHERE id = $1", (await town.signal_of(first))["id"]
    )
    again = await town.default(number, consent)
    await route()
    assert (await town.signal_of(again))["triage_status"] == "NEW"


async def test_default_that_was_settled_is_told_as_a_new_one(town, route):
    number, person, consent = await town.customer()
    first = await town.default(number, consent)
    await route()
    [case] = await town.cases_of(person)
    await town.owner.execute("UPDATE bank.mortgage_default SET status = 'SETTLED' WHERE case_id = $1", case["id"])
    again = await town.default(number, consent)
    await route()
    assert (await town.signal_of(again))["duplicates_of"] is None
    statuses = [one["status"] for one in await town.of_case("bank.mortgage_default", case["id"])]
    assert (statuses, first != again) == (["SETTLED", "OPEN"], True)


async def test_default_in_the_case_of_before_there_were_links_is_linked_to_its_sender_s_signal(town, route):
    number, _person, consent = await town.customer()
    first = await town.default(number, consent)
    await route()
    await town.owner.execute("UPDATE bank.mortgage_default SET signal_id = NULL WHERE consent_id = $1", consent)
    again = await town.default(number, consent)
    await route()
    assert (await town.signal_of(again))["duplicates_of"] == (await town.signal_of(first))["id"]


async def test_two_debtors_of_one_loan_in_one_case_tell_of_one_default(town, route):
    from tests.intake.factory import add_consent

    number, person, consent = await town.customer()
    other, spouse = await town.person()
    case = await town.case(person)
    await town.member(case, spouse)
    theirs = await add_consent(town.owner, spouse)
    rows = [await town.default(number, consent), await town.default(other, theirs)]
    await route()
    first, second = [await town.signal_of(row) for row in rows]
    assert (first["case_id"], second["case_id"], second["duplicates_of"]) == (case, case, first["id"])
    assert len(await town.of_case("bank.mortgage_default", case)) == 1


async def test_strangers_do_not_share_a_claim(town, route):
    rows = [await town.default(stranger()) for _ in range(2)]
    await route()
    first, second = [await town.signal_of(row) for row in rows]
    assert (first["case_id"] != second["case_id"], second["duplicates_of"]) == (True, None)
