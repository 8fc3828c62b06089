"""What persons fill in becomes a signal with a task in the right case, once, and stands there as it was filled in."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from hub.demo.people import IVAN, LIV
from hub.routing import files
from hub.routing.reports import filled_in
from tests.intake.factory import add_consent, add_consent_event
from tests.routing.town import TESTBY, stranger

KINDS = {
    "LANDLORD_NOTICE": "hub.landlord_notice",
    "CONCERN_REPORT": "hub.concern_report",
    "DEFERRAL_REQUEST": "hub.deferral_request",
    "FINANCIAL_AID_APPLICATION": "nav.financial_aid_application",
}
EACH = pytest.mark.parametrize("kind", KINDS)
PETITION = {"earliest_petition": date(2026, 11, 16)}
AT = datetime(2026, 11, 2, 9, tzinfo=UTC)


def further(kind: str) -> dict[str, object]:
    return PETITION if kind == "LANDLORD_NOTICE" else {}


@EACH
async def test_person_without_a_case_gets_one_with_the_signal_and_what_was_filled_in(town, route, kind):
    number, person = await town.person()
    row = await town.report(kind, number, **further(kind))
    await route()
    [case] = await town.cases_of(person)
    assert (case["track"], case["phase"], case["state"], case["municipality"]) == (
        "TENANCY", 1, "SIGNAL_RECEIVED", "9901",
    )  # fmt: skip
    signal = await town.signal_of(row)
    assert (signal["case_id"], signal["kind"], signal["channel"], signal["triage_status"]) == (
        case["id"], kind, "FORM", "NEW",
    )  # fmt: skip
    # Testby's routine sends worries to its second unit, and the rest to its first.
    unit = TESTBY.second_nav_unit if kind == "CONCERN_REPORT" else TESTBY.nav_unit
    assert (signal["unit_id"], case["nav_unit"]) == (unit, unit)
    assert signal["task"] is not None
    assert len(await town.of_case(KINDS[kind], case["id"])) == 1


@EACH
async def test_open_case_is_where_it_goes(town, route, kind):
    number, person = await town.person()
    case = await town.case(person, track="TENANCY", lender=None)
    row = await town.report(kind, number, **further(kind))
    await route()
    assert (await town.signal_of(row))["case_id"] == case
    assert len(await town.cases_of(person)) == 1


@pytest.mark.parametrize("track", ["OWNER", "TENANCY"])
async def test_home_that_is_stated_decides_the_case(town, route, track):
    number, person = await town.person()
    cases = {
        "OWNER": await town.case(person, track="OWNER", lender=None),
        "TENANCY": await town.case(person, track="TENANCY", lender=None),
    }
    row = await town.report("DEFERRAL_REQUEST", number, sent={"track": track})
    await route()
    assert (await town.signal_of(row))["case_id"] == cases[track]


async def test_application_that_states_no_home_goes_to_the_open_case_of_either(town, route):
    number, person = await town.person()
    case = await town.case(person, track="OWNER", lender=None)
    row = await town.report("FINANCIAL_AID_APPLICATION", number)
    await route()
    assert (await town.signal_of(row))["case_id"] == case


async def test_notice_stands_in_the_case_as_the_tenant_s_copy_and_the_tenant_is_told(town, route):
    number, person = await town.person()
    row = await town.report("LANDLORD_NOTICE", number, received_at=AT, **PETITION)
    await route()
    signal = await town.signal_of(row)
    [notice] = await town.of_case("hub.landlord_notice", signal["case_id"])
    assert (notice["landlord_party"], notice["arrears_ore"], notice["sent_at"], notice["earliest_petition"]) == (
        "315200318", 1_280_000, AT, date(2026, 11, 16),
    )  # fmt: skip
    assert notice["grounds_summary"] == "To måneder er ubetalt."
    [message] = await town.owner.fetch("SELECT * FROM hub.message WHERE person_id = $1", person)
    assert (message["kind"], message["signal_id"]) == ("CASE_NEWS", signal["id"])


async def test_address_that_a_landlord_writes_reaches_no_case(town, route):
    number, _ = await town.person()
    row = await town.report("LANDLORD_NOTICE", number, **PETITION)
    await route()
    case = (await town.signal_of(row))["case_id"]
    for table in (*KINDS.values(), "hub.signal"):
        assert "Hemmelig vei" not in str([dict(one) for one in await town.of_case(table, case)])
    assert await town.owner.fetchval('SELECT dwelling_id FROM hub."case" WHERE id = $1', case) is None


async def test_application_says_why_and_leaves_the_paragraph_to_the_office(town, route):
    number, person = await town.person()
    await town.report("FINANCIAL_AID_APPLICATION", number, received_at=AT)
    await route()
    [case] = await town.cases_of(person)
    [found] = await town.of_case("nav.financial_aid_application", case["id"])
    assert (found["purpose"], found["amount_ore"], found["status"], found["legal_ref"], found["reason"]) == (
        "RENT_ARREARS", 2_290_000, "RECEIVED", None, "Uten jobb.",
    )  # fmt: skip
    assert (found["applied_at"], found["source_party"]) == (AT, TESTBY.nav)


# --- a report of concern ---------------------------------------------------------------------------------------------


async def test_who_is_worried_stands_on_the_signal_alone_and_nobody_is_told(town, route):
    """The citizen's log names the source of what was looked at: for a worry that is the office, not who is worried."""
    number, person = await town.person()
    row = await town.report("CONCERN_REPORT", number)
    await route()
    signal = await town.signal_of(row)
    assert (signal["sender_party"], signal["source_party"]) == ("9901-support", TESTBY.nav)
    [report] = await town.of_case("hub.concern_report", signal["case_id"])
    assert report["source_party"] == TESTBY.nav
    assert "9901-support" not in str(dict(report))
    assert await town.owner.fetch("SELECT * FROM hub.message WHERE person_id = $1", person) == []
    parties = {one["party_id"] for one in await town.of_case("hub.participant", signal["case_id"])}
    assert parties == {TESTBY.nav}


async def test_worry_about_a_child_asks_for_the_duty_to_notify_child_welfare(town, route):
    number, _ = await town.person()
    row = await town.report("CONCERN_REPORT", number, sent={"childConcern": True})
    await route()
    assert (await town.signal_of(row))["task"].endswith("barnevernet (barnevernsloven § 13-2)")


async def test_consent_that_is_withdrawn_meanwhile_stops_the_report(town, route):
    number, person = await town.person()
    consent = await add_consent(town.owner, person, source="9901-support", categories=["HOUSING_SUPPORT_NOTES"])
    rows = [await town.report("CONCERN_REPORT", number, basis="HEALTH_CONSENT", consent_id=consent)]
    await route()
    assert await town.signal_of(rows[0]) is not None
    await add_consent_event(town.owner, consent, "WITHDRAWN")
    rows.append(await town.report("CONCERN_REPORT", number, basis="HEALTH_CONSENT", consent_id=consent))
    await route()
    assert await town.outcome_of(rows[1]) == "NO_GROUND"


# --- by when ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "changes", "due"),
    [
        # The routine's days, where they come before what the law allows.
        ("LANDLORD_NOTICE", PETITION, date(2026, 11, 5)),
        # A notice that was sent on paper long ago: before the petition.
        ("LANDLORD_NOTICE", {"earliest_petition": date(2026, 11, 4)}, date(2026, 11, 4)),
        ("CONCERN_REPORT", {}, date(2026, 11, 2)),
        ("CONCERN_REPORT", {"sent": {"danger": True}}, date(2026, 11, 2)),
        ("DEFERRAL_REQUEST", {}, date(2026, 11, 9)),
        ("FINANCIAL_AID_APPLICATION", {}, date(2026, 11, 16)),
    ],
)
async def test_task_is_due_as_the_routine_says_and_no_later_than_the_law(town, route, kind, changes, due):
    number, _ = await town.person()
    row = await town.report(kind, number, received_at=AT, **changes)
    await route()
    assert (await town.signal_of(row))["due_on"] == due


# --- the same again --------------------------------------------------------------------------------------------------


@EACH
@pytest.mark.parametrize("at_once", [False, True])
async def test_same_form_sent_again_is_linked_and_kept_once(town, route, kind, at_once):
    number, person = await town.person()
    first = await town.report(kind, number, **further(kind))
    if not at_once:
        await route()
    again = await town.report(kind, number, **further(kind))
    await route()
    signals = [await town.signal_of(row) for row in (first, again)]
    assert (signals[1]["duplicates_of"], signals[1]["triage_status"]) == (signals[0]["id"], "MERGED")
    [case] = await town.cases_of(person)
    assert len(await town.of_case(KINDS[kind], case["id"])) == 1


@pytest.mark.parametrize(
    ("kind", "changes"),
    [
        ("LANDLORD_NOTICE", {"arrears": 1_920_000}),
        ("DEFERRAL_REQUEST", {"requestedUntil": "2027-02-12"}),
        ("FINANCIAL_AID_APPLICATION", {"amount": 3_000_000}),
    ],
)
async def test_same_matter_with_something_new_is_linked_and_seen(town, route, kind, changes):
    number, person = await town.person()
    first = await town.report(kind, number, **further(kind))
    await route()
    again = await town.report(kind, number, sent=changes, **further(kind))
    await route()
    signals = [await town.signal_of(row) for row in (first, again)]
    assert (signals[1]["duplicates_of"], signals[1]["triage_status"]) == (signals[0]["id"], "NEW")
    [case] = await town.cases_of(person)
    assert len(await town.of_case(KINDS[kind], case["id"])) == 2


async def test_what_was_put_aside_is_seen_when_it_is_told_again(town, route):
    number, _ = await town.person()
    first = await town.report("LANDLORD_NOTICE", number, **PETITION)
    await route()
    signal = await town.signal_of(first)
    await town.owner.execute("UPDATE hub.signal SET triage_status = 'DISMISSED' WHERE id = $1", signal["id"])
    again = await town.report("LANDLORD_NOTICE", number, **PETITION)
    await route()
    assert (await town.signal_of(again))["triage_status"] == "NEW"


async def test_other_landlord_tells_of_another_default(town, route):
    number, _ = await town.person()
    await town.report("LANDLORD_NOTICE", number, **PETITION)
    row = await town.report("LANDLORD_NOTICE", number, sender=str(LIV.id), **PETITION)
    await route()
    assert (await town.signal_of(row))["duplicates_of"] is None


async def test_somebody_who_fills_in_the_same_again_and_again_costs_others_no_time(town, route, sessions, monkeypatch):
    number, person = await town.person()
    for amount in (1_000_000, 2_000_000, 3_000_000):
        await town.report("LANDLORD_NOTICE", number, sent={"arrears": amount}, **PETITION)
        await town.report("LANDLORD_NOTICE", number, sent={"arrears": amount}, sender=str(LIV.id), **PETITION)
    await route()
    read = []
    monkeypatch.setattr(files, "filled_in", lambda row: read.append(row) or filled_in(row))
    async with sessions() as session:
        [case] = (await files.files_of(session, [person]))[person]
    assert [row.payload["arrears"] for row in read] == [3_000_000, 3_000_000]
    assert len(case.forms) == 2


@pytest.mark.parametrize(("days", "is_linked"), [(29, True), (31, False)])
async def test_same_application_after_a_month_is_another(town, route, days, is_linked):
    number, _ = await town.person()
    await town.report("FINANCIAL_AID_APPLICATION", number, received_at=AT)
    await route()
    again = await town.report("FINANCIAL_AID_APPLICATION", number, received_at=AT + timedelta(days=days))
    await route()
    assert ((await town.signal_of(again))["duplicates_of"] is not None) is is_linked


# --- the tenant named by the lease, and who has reserved meanwhile ----------------------------------------------------


async def test_tenant_named_by_the_lease_is_found_and_the_ledger_does_not_hold_the_number(town, route):
    lease = await town.owner.fetchval("SELECT id FROM housing.tenancy WHERE landlord_party = $1", str(LIV.id))
    row = await town.report(
        "LANDLORD_NOTICE", None, sender=str(LIV.id), municipality=None, sent={"tenancyId": str(lease)}, **PETITION
    )
    await route()
    signal = await town.signal_of(row)
    case = await town.owner.fetchrow('SELECT * FROM hub."case" WHERE id = $1', signal["case_id"])
    assert case["subject_id"] == IVAN.id


async def test_reservation_that_is_given_meanwhile_stops_the_notice(town, route):
    number, person = await town.person()
    row = await town.report("LANDLORD_NOTICE", number, **PETITION)
    reservation = await town.owner.fetchval(
        "INSERT INTO hub.reservation (tenant_id, landlord_party, given_at) VALUES ($1, '315200318', now())"
        " RETURNING id",
        person,
    )
    await town.owner.execute(
        "INSERT INTO hub.reservation_event (reservation_id, kind, effective_at, recorded_by)"
        " VALUES ($1, 'GIVEN', now() - interval '1 minute', 'test')",
        reservation,
    )
    await route()
    assert await town.outcome_of(row) == "NO_GROUND"
    assert await town.cases_of(person) == []


# --- protected persons -----------------------------------------------------------------------------------------------


@EACH
async def test_strictly_protected_person_is_known_to_the_special_unit_alone(town, route, kind):
    number, person = await town.person(protection="STRENGT_FORTROLIG")
    row = await town.report(kind, number, **further(kind))
    await route()
    [case] = await town.cases_of(person)
    signal = await town.signal_of(row)
    assert (signal["unit_id"], case["nav_unit"]) == (TESTBY.secure_unit, TESTBY.secure_unit)
    units = {one["unit_id"] for one in await town.of_case("hub.participant", case["id"])}
    assert units == {TESTBY.secure_unit}


@EACH
async def test_person_whom_the_register_does_not_know_is_treated_as_strictly_protected(town, route, kind):
    row = await town.report(kind, stranger(), **further(kind))
    await route()
    assert (await town.signal_of(row))["unit_id"] == TESTBY.secure_unit
