"""Arrears, demands and petitions become signals: in the tenant's open case, one that is reopened, or a new one."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from hub.demo.offices import ENFORCEMENT, HOUSING_COMPANY, LANDLORD_COMPANY
from hub.store.ids import new_id
from tests.routing.town import REPORTS, SYNTEVIK, TESTBY, stranger

KINDS = tuple(REPORTS)
EACH = pytest.mark.parametrize("kind", KINDS)
TENANCY = {"track": "TENANCY", "lender": None}
A_MONTH_AGO = datetime.now(UTC) - timedelta(days=30)
# The table that each is kept in, and what Testby's third routine asks for.
KEPT = {
    "RENT_DEFAULT": "housing.rent_default",
    "RENT_DEMAND_COPY": "housing.rent_demand_copy",
    "EVICTION_NOTICE_COPY": "enforcement.eviction_petition",
}
TASKS = {
    "RENT_DEFAULT": ("Ta kontakt med leietakeren", date(2026, 11, 9)),
    "RENT_DEMAND_COPY": ("Ta kontakt med leietakeren", date(2026, 11, 5)),
    "EVICTION_NOTICE_COPY": ("Ring, og dra på hjemmebesøk hvis ingen svarer", date(2026, 11, 3)),
}
# What has grown when it is told again.
GROWN = {
    "RENT_DEFAULT": {"arrears": 3_435_000, "monthsInArrears": 3},
    "RENT_DEMAND_COPY": {"amount": 2_300_000},
    "EVICTION_NOTICE_COPY": {"status": "DATE_SET", "evictionDate": "2026-12-15"},
}


@EACH
async def test_tenant_without_a_case_gets_one(town, route, kind):
    number, person = await town.person()
    row = await town.report(kind, number, received_at=datetime(2026, 11, 2, 9, tzinfo=UTC))
    await route()
    [case] = await town.cases_of(person)
    signal = await town.signal_of(row)
    is_petition = kind == "EVICTION_NOTICE_COPY"
    assert (case["track"], case["municipality"], case["nav_unit"]) == ("TENANCY", "9901", "9901")
    assert (case["state"], case["phase"]) == (("ENFORCEMENT", 3) if is_petition else ("SIGNAL_RECEIVED", 1))
    assert (signal["case_id"], signal["kind"], signal["basis"]) == (case["id"], kind, REPORTS[kind][1])
    assert (signal["sender_party"], signal["source_party"]) == (REPORTS[kind][0], REPORTS[kind][0])
    assert (signal["task"], signal["due_on"]) == TASKS[kind]
    assert (signal["triage_status"], signal["duplicates_of"], signal["is_reserved"]) == ("NEW", None, False)
    [kept] = await town.of_case(KEPT[kind], case["id"])
    assert (kept["signal_id"], kept["source_party"]) == (signal["id"], REPORTS[kind][0])
    [message] = await town.owner.fetch("SELECT kind FROM hub.message WHERE person_id = $1", person)
    assert message["kind"] == "CASE_NEWS"


async def test_arrears_are_kept_as_they_were_told(town, route):
    number, person = await town.person()
    await town.report("RENT_DEFAULT", number)
    await route()
    [case] = await town.cases_of(person)
    [kept] = await town.of_case("housing.rent_default", case["id"])
    figures = ("arrears_ore", "months_in_arrears", "oldest_due_date", "fees_ore", "interest_ore")
    assert [kept[name] for name in figures] == [2_290_000, 2, date(2026, 9, 1), 7_000, 0]
    assert (kept["lease_ref"], kept["tenancy_id"], kept["discovery_source"]) == ("LEIE-1", None, "RENT_LEDGER")
    assert (kept["reported_by"], kept["basis"], kept["status"]) == (TESTBY.rent_collector, "MUNI_ROUTINE", "OPEN")


async def test_second_demand_is_copied_to_nav_as_the_routine_says(town, route):
    """Scenario: the first demand is not copied, the second is, and names the routine."""
    number, person = await town.person()
    await town.report("RENT_DEMAND_COPY", number)
    await route()
    [case] = await town.cases_of(person)
    [copy] = await town.of_case("housing.rent_demand_copy", case["id"])
    assert (copy["demand_no"], copy["kind"], copy["amount_ore"]) == (2, "SECOND_DEMAND", 2_290_000)
    assert (copy["routine_ref"], copy["delivered_to"], copy["document_ref"]) == ("rutine-v3", TESTBY.nav, "krav-2")
    assert copy["issued_at"] == datetime(2026, 10, 16, 10, tzinfo=UTC)
    offices = {one["party_id"] for one in await town.of_case("hub.participant", case["id"])}
    assert offices == {TESTBY.nav, TESTBY.housing}


async def test_petition_is_kept_with_its_last_day_for_objections(town, route):
    number, person = await town.person()
    await town.report("EVICTION_NOTICE_COPY", number, objection_deadline=date(2026, 11, 16))
    await route()
    [case] = await town.cases_of(person)
    [petition] = await town.of_case("enforcement.eviction_petition", case["id"])
    assert (petition["enforcement_case_no"], petition["status"]) == ("26-000123", "RECEIVED")
    assert (petition["objection_deadline"], petition["eviction_date"]) == (date(2026, 11, 16), None)
    assert (petition["petitioner_party"], petition["basis"]) == (HOUSING_COMPANY, "TVFBL_13_6")


async def test_petition_by_somebody_who_is_no_party_names_nobody(town, route):
    number, person = await town.person()
    await town.report("EVICTION_NOTICE_COPY", number, sent={"petitionerOrgnr": None})
    await route()
    [case] = await town.cases_of(person)
    [petition] = await town.of_case("enforcement.eviction_petition", case["id"])
    assert (petition["petitioner_party"], petition["objection_deadline"]) == (None, None)


@EACH
async def test_open_case_of_the_tenant_is_where_it_goes_and_its_unit_handles_it(town, route, kind):
    number, person = await town.person()
    case = await town.case(person, **TENANCY)
    row = await town.report(kind, number)
    await route()
    signal = await town.signal_of(row)
    assert (signal["case_id"], signal["unit_id"]) == (case, TESTBY.second_nav_unit)
    assert len(await town.cases_of(person)) == 1


@pytest.mark.parametrize("kind", ["RENT_DEFAULT", "RENT_DEMAND_COPY"])
async def test_rent_never_goes_to_the_case_of_an_owner(town, route, kind):
    number, person = await town.person()
    case = await town.case(person)
    row = await town.report(kind, number)
    await route()
    assert (await town.signal_of(row))["case_id"] != case


async def test_petition_goes_to_an_owner_s_case_only_where_there_is_none_of_a_tenant(town, route):
    number, person = await town.person()
    owned = await town.case(person)
    row = await town.report("EVICTION_NOTICE_COPY", number)
    await route()
    assert (await town.signal_of(row))["case_id"] == owned
    number, person = await town.person()
    owned, rented = await town.case(person), await town.case(person, **TENANCY)
    row = await town.report("EVICTION_NOTICE_COPY", number)
    await route()
    assert (await town.signal_of(row))["case_id"] == rented != owned


async def test_petition_takes_an_open_case_to_its_third_phase(town, route):
    number, person = await town.person()
    case = await town.case(person, **TENANCY)
    row = await town.report("EVICTION_NOTICE_COPY", number)
    await route()
    [found] = await town.cases_of(person)
    assert (found["phase"], found["state"]) == (3, "ENFORCEMENT")
    [change] = await town.of_case("hub.case_change", case)
    assert (change["kind"], change["phase_before"], change["signal_id"]) == (
        "PETITIONED", 2, (await town.signal_of(row))["id"],
    )  # fmt: skip


@EACH
async def test_case_that_was_closed_lately_is_reopened(town, route, kind):
    number, person = await town.person()
    closed = {"state": "CLOSED", "closed_at": A_MONTH_AGO, "close_reason": "CLAIM_MET"}
    case = await town.case(person, **TENANCY, **closed)
    row = await town.report(kind, number)
    await route()
    [found] = await town.cases_of(person)
    assert ((await town.signal_of(row))["case_id"], found["recidivism"], found["closed_at"]) == (case, True, None)


@EACH
async def test_told_again_with_the_same_it_is_linked_and_nobody_is_called(town, route, kind):
    number, person = await town.person()
    first = await town.report(kind, number)
    await route()
    again = await town.report(kind, number)
    await route()
    one, other = await town.signal_of(first), await town.signal_of(again)
    assert (other["duplicates_of"], other["triage_status"], other["case_id"]) == (one["id"], "MERGED", one["case_id"])
    assert len(await town.of_case(KEPT[kind], one["case_id"])) == 1
    assert len(await town.owner.fetch("SELECT FROM hub.message WHERE person_id = $1", person)) == 1


@EACH
async def test_told_again_with_more_it_is_linked_brought_up_to_date_and_new(town, route, kind):
    number, _ = await town.person()
    first = await town.report(kind, number)
    await route()
    again = await town.report(kind, number, sent=GROWN[kind])
    await route()
    one, other = await town.signal_of(first), await town.signal_of(again)
    assert (other["duplicates_of"], other["triage_status"]) == (one["id"], "NEW")
    [kept] = await town.of_case(KEPT[kind], one["case_id"])
    columns = {
        "RENT_DEFAULT": ("arrears_ore", 3_435_000),
        "RENT_DEMAND_COPY": ("amount_ore", 2_300_000),
        "EVICTION_NOTICE_COPY": ("eviction_date", date(2026, 12, 15)),
    }
    name, value = columns[kind]
    assert (kept[name], kept["signal_id"]) == (value, one["id"])


async def test_arrears_with_another_oldest_month_are_another_claim(town, route):
    number, _ = await town.person()
    first = await town.report("RENT_DEFAULT", number)
    later = await town.report("RENT_DEFAULT", number, sent={"oldestDueDate": "2026-11-01", "monthsInArrears": 1})
    await route()
    one, other = await town.signal_of(first), await town.signal_of(later)
    assert (other["duplicates_of"], other["triage_status"], other["case_id"]) == (None, "NEW", one["case_id"])
    [kept] = await town.of_case("housing.rent_default", one["case_id"])
    assert (kept["oldest_due_date"], kept["signal_id"]) == (date(2026, 11, 1), other["id"])


async def test_third_demand_is_another_demand(town, route):
    number, _ = await town.person()
    first = await town.report("RENT_DEMAND_COPY", number)
    other = await town.report("RENT_DEMAND_COPY", number, sent={"demandNo": 3, "kind": "COLLECTION_CLAIM"})
    await route()
    case = (await town.signal_of(first))["case_id"]
    assert (await town.signal_of(other))["duplicates_of"] is None
    assert {copy["demand_no"] for copy in await town.of_case("housing.rent_demand_copy", case)} == {2, 3}


async def test_two_leases_of_a_tenant_are_two_claims_in_one_case(town, route):
    number, person = await town.person()
    await town.report("RENT_DEFAULT", number)
    await town.report("RENT_DEFAULT", number, sent={"leaseRef": "GARASJE"})
    await route()
    [case] = await town.cases_of(person)
    claims = await town.of_case("housing.rent_default", case["id"])
    assert {claim["lease_ref"] for claim in claims} == {"LEIE-1", "GARASJE"}


@EACH
async def test_what_another_sender_told_under_the_same_reference_is_left_alone(town, route, kind):
    number, _ = await town.person()
    first = await town.report(kind, number, sender=SYNTEVIK.rent_collector)
    await route()
    other = await town.report(kind, number, sent=GROWN[kind])
    await route()
    one = await town.signal_of(first)
    assert (await town.signal_of(other))["duplicates_of"] is None
    kept = await town.of_case(KEPT[kind], one["case_id"])
    assert {row["source_party"] for row in kept} == {SYNTEVIK.rent_collector, REPORTS[kind][0]}


async def test_arrears_that_the_register_had_before_there_were_references_are_the_same_claim(town, route):
    number, person = await town.person()
    case = await town.case(person, **TENANCY)
    tenancy = await _lease(town, case)
    before = await town.owner.fetchval(
        "INSERT INTO housing.rent_default (case_id, tenancy_id, arrears_ore, months_in_arrears, oldest_due_date,"
        " fees_ore, interest_ore, reported_by, reported_at, basis, discovery_source, status, source_party)"
        " VALUES ($1, $2, 1, 1, '2026-09-01', 0, 0, $3, now() - interval '1 month', 'MUNI_ROUTINE', 'RENT_LEDGER',"
        " 'OPEN', $3) RETURNING id",
        case,
        tenancy,
        TESTBY.rent_collector,
    )
    await town.report("RENT_DEFAULT", number)
    await route()
    [kept] = await town.of_case("housing.rent_default", case)
    assert (kept["id"], kept["lease_ref"], kept["arrears_ore"]) == (before, "LEIE-1", 2_290_000)


async def test_claim_is_put_to_the_only_lease_from_that_landlord(town, route):
    number, person = await town.person()
    case = await town.case(person, **TENANCY)
    tenancy = await _lease(town, case)
    await _lease(town, case, landlord=LANDLORD_COMPANY)
    await town.report("RENT_DEFAULT", number)
    await route()
    [kept] = await town.of_case("housing.rent_default", case)
    assert kept["tenancy_id"] == tenancy


async def _lease(town, case, *, landlord=HOUSING_COMPANY):
    dwelling = await town.owner.fetchval(
        "INSERT INTO housing.dwelling (municipality, dwelling_type, source_party)"
        " VALUES ('9901', 'APARTMENT', '9901-housing') RETURNING id"
    )
    return await town.owner.fetchval(
        "INSERT INTO housing.tenancy (case_id, dwelling_id, landlord_party, start_date, term_type, monthly_rent_ore,"
        " due_day, contract_written, eviction_clause, signed_by_tenant, reserved_for_disadvantaged, status,"
        " source_party) VALUES ($1, $2, $3, '2024-01-01', 'FIXED', 1, 1, true, true, true, true, 'ACTIVE', $4)"
        " RETURNING id",
        case,
        dwelling,
        landlord,
        TESTBY.rent_collector,
    )


# --- ground, office, protection --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "sent"), [("RENT_DEFAULT", {"dunningLevel": 1}), ("RENT_DEMAND_COPY", {"kind": "SECOND_DEMAND"})]
)
async def test_what_the_routine_does_not_copy_any_more_reaches_no_case(town, route, kind, sent):
    """Syntevik copies from the collection claim on."""
    number, person = await town.person()
    row = await town.report(kind, number, sent=sent, municipality="9902", sender=SYNTEVIK.rent_collector)
    await route()
    assert (await town.outcome_of(row), await town.cases_of(person)) == ("NO_COPY", [])


@pytest.mark.parametrize("event", ["GIVEN", "WITHDRAWN"])
async def test_reservation_that_came_between_stops_a_landlord_s_notice(town, route, event):
    number, person = await town.person()
    row = await town.report("RENT_DEMAND_COPY", number, sender=LANDLORD_COMPANY, basis="HL_9_11")
    await _reserve(town, person, LANDLORD_COMPANY, "GIVEN", event)
    await route()
    expected = ("NO_GROUND", 0) if event == "GIVEN" else ("SIGNAL", 1)
    assert (await town.outcome_of(row), len(await town.cases_of(person))) == expected


async def test_reservation_against_the_municipal_landlord_marks_the_signal(town, route):
    number, _ = await town.person()
    row = await town.report("RENT_DEMAND_COPY", number, is_reserved=True)
    await route()
    assert (await town.signal_of(row))["is_reserved"]


async def _reserve(town, person, landlord, *events):
    reservation = new_id()
    await town.owner.execute(
        "INSERT INTO hub.reservation (id, tenant_id, landlord_party, given_at) VALUES ($1, $2, $3, now())",
        reservation,
        person,
        landlord,
    )
    for event in events:
        await town.owner.execute(
            "INSERT INTO hub.reservation_event (reservation_id, kind, effective_at, recorded_by)"
            " VALUES ($1, $2, now() - interval '1 second', 'test')",
            reservation,
            event,
        )


async def test_private_landlord_who_is_no_party_sends_it_as_nobody_and_the_office_keeps_it(town, route):
    number, _ = await town.person()
    row = await town.report("RENT_DEMAND_COPY", number, sender=str(new_id()), basis="HL_9_11")
    await route()
    signal = await town.signal_of(row)
    assert (signal["sender_party"], signal["source_party"]) == (None, TESTBY.nav)
    [copy] = await town.of_case("housing.rent_demand_copy", signal["case_id"])
    assert (copy["source_party"], copy["routine_ref"]) == (TESTBY.nav, None)


@EACH
async def test_strictly_protected_tenant_is_known_to_the_special_unit_alone(town, route, kind):
    number, person = await town.person(protection="STRENGT_FORTROLIG")
    row = await town.report(kind, number)
    await route()
    [case] = await town.cases_of(person)
    assert (case["nav_unit"], (await town.signal_of(row))["unit_id"]) == (TESTBY.secure_unit, TESTBY.secure_unit)
    assert {one["unit_id"] for one in await town.of_case("hub.participant", case["id"])} == {TESTBY.secure_unit}


@EACH
async def test_tenant_whom_nobody_knows_is_treated_as_strictly_protected(town, route, kind):
    number = stranger()
    row = await town.report(kind, number)
    await route()
    signal = await town.signal_of(row)
    assert signal["unit_id"] == TESTBY.secure_unit
    person = await town.owner.fetchrow("SELECT * FROM nav.person WHERE national_id = $1", number)
    assert (person["in_register"], person["first_name"]) == (False, None)


@EACH
async def test_rows_of_one_person_in_one_batch_come_to_one_case(town, route, kind):
    number, person = await town.person()
    for other in KINDS:
        await town.report(other, number)
    await town.report(kind, number)
    await route()
    [case] = await town.cases_of(person)
    assert len(await town.of_case("hub.signal", case["id"])) == 4


async def test_officer_does_not_get_into_the_case_by_what_it_sent(town, route):
    number, person = await town.person()
    await town.report("EVICTION_NOTICE_COPY", number)
    await route()
    [case] = await town.cases_of(person)
    assert ENFORCEMENT not in {one["party_id"] for one in await town.of_case("hub.participant", case["id"])}
