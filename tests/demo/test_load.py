"""The demo's data: those who must be there are, and what was made up could be true."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date

import asyncpg
import pytest

from hub.demo.load import load
from hub.demo.offices import BANK, LANDLORD_COMPANY, MUNICIPALITIES, TESTBY
from hub.demo.people import EVA, IVAN, KARI, KNOWN, MONA, NINA, OLA
from hub.store.roles import Endpoints
from hub.store.tables.values import PROTECTIONS
from schema.identifiers import NationalId, OrganisationNumber
from tests.conftest import DEMO_CASES

_NUMBERS_OF_THE_BRIEF = {
    "15928741270": ("Kari", "Testnes"),
    "03847538057": ("Ola", "Hemmelig"),
    "22816823084": ("Eva", "Eier"),
    "11901482987": ("Barn", "Testnes"),
    "07957926899": ("Nina", "Ansatt"),
    "52879131057": ("Ivan", "D"),
}
_STORIES = 7


@pytest.fixture
async def demo(demo_database: Endpoints) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(demo_database.owner)
    yield connection
    await connection.close()


async def value(demo: asyncpg.Connection, sql: str, *args: object) -> object:
    return await demo.fetchval(sql, *args)


async def test_known_persons_have_their_numbers_and_names(demo: asyncpg.Connection) -> None:
    rows = await demo.fetch(
        "SELECT national_id, first_name, last_name FROM nav.person WHERE national_id = ANY ($1)",
        list(_NUMBERS_OF_THE_BRIEF),
    )
    assert {row[0]: (row[1], row[2]) for row in rows} == _NUMBERS_OF_THE_BRIEF


async def test_known_organisations_have_their_numbers(demo: asyncpg.Connection) -> None:
    known = ["312345005", "313800105", "314100204", "315200318", "316300405", "312346001"]
    assert await value(demo, "SELECT count(DISTINCT orgnr) FROM hub.party WHERE orgnr = ANY ($1)", known) == len(known)


async def test_every_number_is_valid_and_synthetic(demo: asyncpg.Connection) -> None:
    for (number,) in await demo.fetch("SELECT national_id FROM nav.person"):
        assert NationalId.parse(number).is_synthetic
    for (number,) in await demo.fetch("SELECT DISTINCT orgnr FROM hub.party WHERE orgnr IS NOT NULL"):
        assert OrganisationNumber.parse(number).is_synthetic


async def test_ids_tell_nothing_of_when_a_person_came(demo: asyncpg.Connection) -> None:
    assert await value(demo, "SELECT count(DISTINCT left(id::text, 13)) FROM nav.person") == 1


async def test_there_are_as_many_cases_as_asked_for_and_the_known_ones(demo: asyncpg.Connection) -> None:
    assert await value(demo, "SELECT count(*) FROM hub.case") == DEMO_CASES + _STORIES


async def test_each_municipality_has_every_kind_of_office(demo: asyncpg.Connection) -> None:
    for place in MUNICIPALITIES:
        kinds = await demo.fetch("SELECT kind FROM hub.party WHERE municipality = $1", place.number)
        assert {kind for (kind,) in kinds} == {
            "MUNICIPALITY", "NAV", "DEBT_COUNSEL", "HOUSING", "RENT_COLLECTOR", "HOUSING_SUPPORT",
        }  # fmt: skip
        units = await demo.fetch("SELECT secure FROM hub.unit WHERE party_id = $1", place.nav)
        assert sorted(secure for (secure,) in units) == [False, False, True]


async def test_every_case_has_its_subject_once_and_a_household(demo: asyncpg.Connection) -> None:
    assert not await demo.fetch(
        "SELECT c.id FROM hub.case c LEFT JOIN hub.case_person p ON p.case_id = c.id AND p.relation = 'SELF' "
        "LEFT JOIN hub.household h ON h.case_id = c.id GROUP BY c.id, c.subject_id "
        "HAVING count(p.id) <> 1 OR count(h.id) <> 1 OR min(p.person_id::text) <> c.subject_id::text"
    )
    assert not await demo.fetch(
        "SELECT 1 FROM hub.household h WHERE children_under18 <> (SELECT count(*) FROM hub.case_person p "
        "WHERE p.case_id = h.case_id AND p.role = 'CHILD')"
    )


async def test_family_ties_stand_in_both_directions(demo: asyncpg.Connection) -> None:
    assert not await demo.fetch(
        "SELECT 1 FROM nav.kinship a WHERE NOT EXISTS "
        "(SELECT FROM nav.kinship b WHERE b.person_id = a.relative_id AND b.relative_id = a.person_id)"
    )


async def test_all_grades_are_there_and_an_empty_address_says_nothing(demo: asyncpg.Connection) -> None:
    grades = await demo.fetch("SELECT DISTINCT protection FROM nav.person")
    assert {grade for (grade,) in grades} == set(PROTECTIONS)
    without = "SELECT count(*) FROM nav.person WHERE residential_line IS NULL AND grade {}"
    assert await value(demo, without.format("= 0")) > 0
    assert await value(demo, "SELECT count(*) FROM nav.person WHERE shielded") > 1


async def test_strictly_protected_case_is_with_the_special_unit_and_has_no_address(demo: asyncpg.Connection) -> None:
    strict = "FROM hub.case c JOIN facts.protection f ON f.case_id = c.id AND f.grade >= 2 "
    assert await value(demo, f"SELECT count(*) {strict}") > 1
    assert not await demo.fetch(f"SELECT 1 {strict} JOIN hub.unit u ON u.id = c.nav_unit WHERE NOT u.secure")
    assert not await demo.fetch(
        f"SELECT 1 {strict} JOIN hub.participant p ON p.case_id = c.id JOIN hub.unit u ON u.id = p.unit_id "
        "WHERE NOT u.secure"
    )
    assert not await demo.fetch(
        f"SELECT 1 {strict} JOIN housing.dwelling d ON d.id = c.dwelling_id "
        "WHERE num_nonnulls(d.address_line, d.postal_code, d.postal_place, d.cadastral, d.kobo_id) > 0"
    )
    assert not await demo.fetch(f"SELECT 1 {strict} JOIN housing.rent_demand_copy r ON r.case_id = c.id")
    # And no other case is there.
    assert not await demo.fetch(
        "SELECT 1 FROM hub.case c JOIN hub.unit u ON u.id = c.nav_unit AND u.secure "
        "JOIN facts.protection f ON f.case_id = c.id WHERE f.grade < 2"
    )


async def test_karis_arrears_are_two_rents_and_the_second_demand_says_so(demo: asyncpg.Connection) -> None:
    case = await value(demo, "SELECT id FROM hub.case WHERE subject_id = $1", KARI.id)
    claims = await demo.fetch(
        "SELECT due_date, amount_ore - paid_ore FROM housing.rent_claim WHERE case_id = $1 AND status <> 'PAID' "
        "ORDER BY due_date",
        case,
    )
    assert [tuple(claim) for claim in claims] == [(date(2026, 9, 1), 1_145_000), (date(2026, 10, 1), 1_145_000)]
    copies = await demo.fetch("SELECT demand_no, amount_ore FROM housing.rent_demand_copy WHERE case_id = $1", case)
    assert [tuple(copy) for copy in copies] == [(2, 2_290_000)]
    petition = await demo.fetchrow("SELECT * FROM enforcement.eviction_petition WHERE case_id = $1", case)
    assert (petition["objection_deadline"], petition["eviction_date"]) == (date(2026, 11, 16), date(2026, 12, 15))
    cost = await demo.fetchrow("SELECT * FROM hub.cost_comparison WHERE case_id = $1", case)
    assert (cost["cover_costs_ore"], cost["alternative_total_ore"]) == (2_650_000, 12_135_000)
    assert await value(
        demo, "SELECT landlord_party FROM facts.reservation WHERE tenant_id = $1", KARI.id
    ) == LANDLORD_COMPANY  # fmt: skip


async def test_olas_protection_reaches_his_case(demo: asyncpg.Connection) -> None:
    assert await value(demo, "SELECT grade FROM facts.person_protection WHERE person_id = $1", OLA.id) == 2
    assert await value(demo, "SELECT nav_unit FROM hub.case WHERE subject_id = $1", OLA.id) == TESTBY.secure_unit
    assert await value(demo, "SELECT postal_line FROM nav.person WHERE id = $1", OLA.id) == "SOT6, Postboks 2094 Vika"


async def test_evas_two_loans_are_known_on_two_grounds(demo: asyncpg.Connection) -> None:
    rows = await demo.fetch(
        "SELECT loan_type, basis, consent_id IS NOT NULL, agreement_id IS NOT NULL FROM bank.mortgage_default d "
        "JOIN hub.case c ON c.id = d.case_id WHERE c.subject_id = $1 ORDER BY 1",
        EVA.id,
    )
    assert [tuple(row) for row in rows] == [
        ("BANK_LOAN", "BANK_CUSTOMER_CONSENT", True, False),
        ("STARTLAN", "LOAN_MANAGER_AGREEMENT", False, True),
    ]
    consents = await demo.fetch(
        "SELECT status, count(*) FROM facts.consent_status s JOIN hub.consent c ON c.id = s.consent_id "
        "WHERE c.subject_id = $1 GROUP BY 1",
        EVA.id,
    )
    assert dict(consents) == {"GIVEN": 4, "WITHDRAWN": 1, "EXPIRED": 1}
    plan = await value(
        demo,
        "SELECT id FROM facts.consent WHERE subject_id = $1 AND recipient_party = $2 AND category = 'PLAN_STATUS'",
        EVA.id,
        BANK,
    )
    assert plan is not None


async def test_agreement_in_force_fits_every_startlan(demo: asyncpg.Connection) -> None:
    assert await value(demo, "SELECT count(*) FROM bank.mortgage_loan WHERE loan_type = 'STARTLAN'") > 3
    assert not await demo.fetch(
        "SELECT 1 FROM bank.mortgage_loan l JOIN hub.case c ON c.id = l.case_id WHERE l.loan_type = 'STARTLAN' "
        "AND NOT EXISTS (SELECT FROM facts.agreement a WHERE a.municipality = c.municipality "
        "AND a.lender_party = l.lender_party AND a.loan_manager_party = l.servicer_party AND a.loan_type = l.loan_type)"
    )


async def test_default_on_a_bank_loan_names_a_consent_of_that_bank(demo: asyncpg.Connection) -> None:
    assert not await demo.fetch(
        "SELECT 1 FROM bank.mortgage_default d LEFT JOIN hub.consent c ON c.id = d.consent_id "
        "WHERE d.loan_type = 'BANK_LOAN' AND (c.id IS NULL OR c.source_party <> d.source_party)"
    )


async def test_nina_is_shielded_and_works_in_the_bank(demo: asyncpg.Connection) -> None:
    row = await demo.fetchrow(
        "SELECT o.party_id, f.shielded FROM hub.case c JOIN facts.own_employee o ON o.case_id = c.id "
        "JOIN facts.protection f ON f.case_id = c.id WHERE c.subject_id = $1",
        NINA.id,
    )
    assert tuple(row) == (BANK, True)


async def test_ivan_has_a_guardian_a_private_landlord_and_no_known_address(demo: asyncpg.Connection) -> None:
    areas = await demo.fetch("SELECT area FROM facts.mandate WHERE giver_id = $1 AND can_read", IVAN.id)
    assert {area for (area,) in areas} == {"HOUSING", "ECONOMY"}
    landlord = await demo.fetchrow(
        "SELECT p.kind, p.sector, p.orgnr FROM housing.tenancy t JOIN hub.party p ON p.id = t.landlord_party "
        "JOIN hub.case c ON c.id = t.case_id WHERE c.subject_id = $1",
        IVAN.id,
    )
    assert tuple(landlord) == ("LANDLORD", "PRIVATE", None)
    assert await value(demo, "SELECT residential_line FROM nav.person WHERE id = $1", IVAN.id) is None


async def test_mona_moved_from_one_municipality_to_the_other(demo: asyncpg.Connection) -> None:
    cases = await demo.fetch("SELECT municipality, state FROM hub.case WHERE subject_id = $1 ORDER BY 1", MONA.id)
    assert [(row[0], row[1] == "CLOSED") for row in cases] == [("9901", True), ("9902", False)]
    parties = await demo.fetch("SELECT DISTINCT party_id FROM facts.person_relation WHERE person_id = $1", MONA.id)
    assert {party for (party,) in parties} == {"9902-nav", "9902-rent"}


async def test_both_tracks_and_all_grounds_are_there(demo: asyncpg.Connection) -> None:
    for table in (
        "enforcement.eviction_petition", "enforcement.debt_settlement", "nav.financial_aid_application",
        "hub.reservation", "hub.progress_plan", "hub.repayment_agreement", "hub.cost_comparison",
        "housing.lease_breach", "hub.submitted_default", "hub.contact_log_entry", "housing.rent_demand_copy",
    ):  # fmt: skip
        assert await value(demo, f"SELECT count(*) FROM {table}") > 1, table
    tracks = await demo.fetch("SELECT track, count(*) FROM hub.case GROUP BY 1")
    assert min(count for _, count in tracks) > 5
    # In force, and no longer.
    assert await value(demo, "SELECT count(DISTINCT status) FROM facts.consent_status") >= 3
    assert await value(demo, "SELECT count(*) FROM hub.agreement") > await value(
        demo, "SELECT count(DISTINCT id) FROM facts.agreement"
    )


async def test_closed_cases_say_why_and_open_ones_do_not(demo: asyncpg.Connection) -> None:
    assert not await demo.fetch(
        "SELECT 1 FROM hub.case WHERE (state = 'CLOSED') <> (closed_at IS NOT NULL) "
        "OR (closed_at IS NULL) <> (close_reason IS NULL) OR updated_at < opened_at"
    )


async def test_arrears_are_what_the_open_claims_come_to(demo: asyncpg.Connection) -> None:
    rows = await demo.fetch(
        "SELECT d.months_in_arrears, count(c.id) AS open FROM housing.rent_default d LEFT JOIN housing.rent_claim c "
        "ON c.tenancy_id = d.tenancy_id AND c.status <> 'PAID' WHERE d.status = 'OPEN' GROUP BY d.id"
    )
    assert all(row["months_in_arrears"] == row["open"] for row in rows)


async def test_second_load_does_nothing(database: Endpoints) -> None:
    assert await load(database.owner, cases=5) is False


async def test_interrupted_load_leaves_no_trace(empty_database: Endpoints) -> None:
    class Interrupted(Exception):
        pass

    def interrupt(done: int, _total: int) -> None:
        assert done == 3
        raise Interrupted

    with pytest.raises(Interrupted):
        await load(empty_database.owner, cases=3, progress=interrupt)
    told: list[tuple[int, int]] = []
    assert await load(empty_database.owner, cases=3, progress=lambda done, total: told.append((done, total))) is True
    assert told == [(3, 3)]


async def test_case_number_n_is_the_same_whatever_their_number(
    empty_database: Endpoints, demo: asyncpg.Connection
) -> None:
    await load(empty_database.owner, cases=7)
    few = await asyncpg.connect(empty_database.owner)
    for row, joined in {
        "c": "hub.case c",
        "p": "hub.case c JOIN nav.person p ON p.id = c.subject_id",
        "r": "hub.case c JOIN housing.rent_claim r ON r.case_id = c.id",
    }.items():
        sql = f"SELECT {row}::text FROM {joined} WHERE right(c.case_no, 6) <= '000107' ORDER BY 1"
        told = await few.fetch(sql)
        assert len(told) >= 13
        assert told == await demo.fetch(sql)
    await few.close()


async def test_known_persons_are_known_by_the_same_ids_each_time(demo: asyncpg.Connection) -> None:
    rows = await demo.fetch("SELECT id FROM nav.person WHERE id = ANY ($1)", [known.id for known in KNOWN])
    assert len(rows) == len(KNOWN)


async def test_some_household_is_protected_for_its_children_alone(empty_database: Endpoints) -> None:
    await load(empty_database.owner, cases=400)
    connection = await asyncpg.connect(empty_database.owner)
    grades = await connection.fetchval(
        "SELECT count(*) FROM hub.case c JOIN nav.person p ON p.id = c.subject_id AND p.grade = 0 "
        "JOIN facts.protection f ON f.case_id = c.id WHERE f.grade = 1"
    )
    await connection.close()
    assert grades > 0
