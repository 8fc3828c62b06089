"""Facts are true when they are said to be, to the instant and the legal day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import asyncpg
import pytest

from hub.demo import grounds, loans
from hub.demo.offices import BANK, BANK_UNIT, LANDLORD_COMPANY, TESTBY
from hub.demo.people import BARN, EVA, KARI, NINA, OLA, SIRI
from hub.demo.scene import Scene
from hub.store.ids import new_id
from hub.store.roles import Endpoints
from hub.store.tables import Agreement, AgreementEvent, MandateEvent
from tests.store.conftest import Town

NOW = datetime.now(UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


async def facts(town: Town, view: str, where: str, *args: object, columns: str = "*") -> list[tuple[object, ...]]:
    await town.save()
    return await town.ask(f"SELECT {columns} FROM facts.{view} WHERE {where}", *args)


@pytest.mark.parametrize(
    ("since", "until", "is_active"),
    [
        (NOW - HOUR, None, True),
        (NOW - HOUR, NOW + HOUR, True),
        (NOW + HOUR, None, False),
        (NOW - DAY, NOW - HOUR, False),
    ],
)
async def test_participant_counts_between_its_instants(
    town: Town, since: datetime, until: datetime | None, is_active: bool
) -> None:
    scene = town.case(KARI.id)
    scene.participant(TESTBY.nav, TESTBY.nav_unit, "CASEWORKER", "STL_17", valid_from=since, valid_to=until)
    expected = [(scene.case_id, TESTBY.nav, TESTBY.nav_unit)] if is_active else []
    assert await facts(town, "participant", "case_id = $1", scene.case_id) == expected
    relation = [(KARI.id, TESTBY.nav, TESTBY.nav_unit)] if is_active else []
    assert await facts(town, "person_relation", "person_id = $1", KARI.id) == relation


async def case_protection(town: Town, scene: Scene) -> tuple[object, ...]:
    (row,) = await facts(town, "protection", "case_id = $1", scene.case_id, columns="grade, shielded")
    return row


async def person_protection(town: Town, person: UUID) -> tuple[object, ...]:
    (row,) = await facts(town, "person_protection", "person_id = $1", person, columns="grade, shielded")
    return row


async def test_protection_of_a_case_is_the_highest_in_the_household(town: Town) -> None:
    alone, together = town.case(EVA.id), town.case(KARI.id)
    for person in (BARN.id, OLA.id, NINA.id):
        together.member(person, "OTHER", "OTHER")
    assert await case_protection(town, alone) == (0, False)
    assert await case_protection(town, together) == (2, True)


async def test_housemate_of_a_strictly_protected_person_in_another_case_does_not_give_the_address_away(
    town: Town,
) -> None:
    own, shared = town.case(KARI.id), town.case(EVA.id)
    shared.member(KARI.id, "COHABITANT")
    shared.member(OLA.id, "COHABITANT")
    assert await case_protection(town, shared) == (2, False)
    assert await case_protection(town, own) == (2, False)


async def test_protection_of_a_person_is_that_of_her_cases(town: Town) -> None:
    """Else what is hidden in her case could be had by her national id."""
    own, shared = town.case(BARN.id), town.case(EVA.id)
    own.member(KARI.id, "PARENT")
    shared.member(KARI.id, "COHABITANT")
    shared.member(OLA.id, "COHABITANT")
    assert await case_protection(town, own) == (2, False)
    assert await person_protection(town, BARN.id) == (2, False)
    assert await person_protection(town, KARI.id) == (2, False)


async def test_person_without_a_case_has_her_own_protection(town: Town) -> None:
    assert await person_protection(town, NINA.id) == (0, True)
    assert await person_protection(town, OLA.id) == (2, False)
    assert await person_protection(town, EVA.id) == (0, False)


async def test_person_of_the_demo_is_never_less_protected_than_her_case(demo_database: Endpoints) -> None:
    connection = await asyncpg.connect(demo_database.owner)
    assert not await connection.fetch(
        "SELECT 1 FROM hub.case_person m JOIN facts.protection c USING (case_id) "
        "JOIN facts.person_protection p USING (person_id) WHERE p.grade < c.grade OR c.shielded AND NOT p.shielded"
    )
    await connection.close()


async def test_every_person_and_every_case_has_a_known_protection(demo_database: Endpoints) -> None:
    connection = await asyncpg.connect(demo_database.owner)
    unknown = "f.grade IS NULL OR f.shielded IS NULL"
    for joined in (
        "nav.person p LEFT JOIN facts.person_protection f ON f.person_id = p.id",
        "hub.case c LEFT JOIN facts.protection f ON f.case_id = c.id",
    ):
        assert await connection.fetchval(f"SELECT count(*) FROM {joined} WHERE {unknown}") == 0
    await connection.close()


async def test_relatives_of_everybody_in_the_case_count(town: Town) -> None:
    scene = town.case(BARN.id)
    kin = await facts(town, "case_kin", "case_id = $1", scene.case_id, columns="relative_id")
    assert kin == [(KARI.id,)]
    scene.member(KARI.id, "PARENT")
    kin = await facts(town, "case_kin", "case_id = $1", scene.case_id, columns="relative_id")
    assert {relative for (relative,) in kin} == {KARI.id, BARN.id, SIRI.id}
    assert (SIRI.id, KARI.id) in await facts(town, "person_kin", "person_id = $1", SIRI.id)


async def test_own_employee_is_one_who_works_there_today(town: Town) -> None:
    scene = town.case(KARI.id)
    assert await facts(town, "own_employee", "case_id = $1", scene.case_id) == []
    scene.member(NINA.id, "COHABITANT")
    assert await facts(town, "own_employee", "case_id = $1", scene.case_id) == [(scene.case_id, BANK)]
    await town.connection.execute("UPDATE hub.employee SET valid_to = '2021-01-01' WHERE unit_id = $1", BANK_UNIT)
    assert await facts(town, "own_employee", "case_id = $1", scene.case_id) == []


async def test_municipality_of_a_person_is_that_of_the_cases(town: Town) -> None:
    town.case(KARI.id)
    assert await facts(town, "person_municipality", "person_id = $1", KARI.id) == [(KARI.id, "9901")]
    assert await facts(town, "person_municipality", "person_id = $1", EVA.id) == []


async def consented(town: Town, consent: UUID) -> set[object]:
    return {row for (row,) in await facts(town, "consent", "id = $1", consent, columns="category")}


async def status(town: Town, consent: UUID) -> object:
    return (await facts(town, "consent_status", "consent_id = $1", consent, columns="status"))[0][0]


async def test_consent_counts_per_category_from_giving_to_withdrawal(town: Town) -> None:
    scene = town.case(EVA.id)
    categories = ["LOAN_DETAILS", "LOAN_DEFAULT"]
    consent = scene.consent(BANK, TESTBY.nav, "EVICTION_PREVENTION", categories, scene.opened)
    assert await consented(town, consent) == set(categories)
    assert await status(town, consent) == "GIVEN"
    scene.consent_event(consent, "WITHDRAWN", NOW - HOUR)
    assert await consented(town, consent) == set()
    assert await status(town, consent) == "WITHDRAWN"
    scene.consent_given(consent, NOW - HOUR / 2, "RENEWED")
    assert await consented(town, consent) == set(categories)


async def test_withdrawal_that_takes_effect_tomorrow_does_not_close_today(town: Town) -> None:
    scene = town.case(EVA.id)
    consent = scene.consent(BANK, TESTBY.nav, "EVICTION_PREVENTION", ["BUDGET"], scene.opened)
    scene.consent_event(consent, "WITHDRAWN", NOW + DAY)
    assert await consented(town, consent) == {"BUDGET"}


async def test_withdrawal_on_paper_that_is_written_down_after_a_renewal_still_closes(town: Town) -> None:
    scene = town.case(EVA.id)
    consent = scene.consent(BANK, TESTBY.nav, "EVICTION_PREVENTION", ["BUDGET"], scene.opened)
    scene.consent_given(consent, NOW - HOUR, "RENEWED")
    scene.consent_event(consent, "WITHDRAWN", NOW - 2 * HOUR)
    assert await consented(town, consent) == set()


@pytest.mark.parametrize("kind", ["REQUESTED", "REFUSED", "LAPSED", "EXPIRED", "INVALIDATED", "SUPERSEDED"])
async def test_no_other_event_opens(town: Town, kind: str) -> None:
    scene = town.case(EVA.id)
    consent = scene.consent(BANK, TESTBY.nav, "EVICTION_PREVENTION", ["BUDGET"], scene.opened)
    scene.consent_event(consent, kind, NOW - HOUR)
    assert await consented(town, consent) == set()
    assert await status(town, consent) == kind


async def test_consent_without_events_opens_nothing(town: Town) -> None:
    scene = town.case(EVA.id)
    consent = scene.consent(BANK, TESTBY.nav, "EVICTION_PREVENTION", ["BUDGET"], (NOW + 2 * DAY).date())
    assert await consented(town, consent) == set()
    assert await status(town, consent) == "REQUESTED"


@pytest.mark.parametrize(
    ("since", "until", "is_open"),
    [(NOW - HOUR, NOW + HOUR, True), (NOW + HOUR, NOW + DAY, False), (NOW - DAY, NOW - HOUR, False)],
)
async def test_consent_counts_within_its_period(town: Town, since: datetime, until: datetime, is_open: bool) -> None:
    scene = town.case(EVA.id)
    consent = scene.consent(
        BANK, TESTBY.nav, "REFINANCING", ["BUDGET"], scene.opened, effective_at=since, expires_at=until
    )
    assert (await consented(town, consent) == {"BUDGET"}) is is_open


async def test_expired_consent_says_so_though_nobody_wrote_it_down(town: Town) -> None:
    scene = town.case(EVA.id)
    consent = scene.consent(BANK, TESTBY.nav, "REFINANCING", ["BUDGET"], scene.opened, expires_at=NOW - HOUR)
    assert await status(town, consent) == "EXPIRED"


def add_agreement(town: Town, first: date, last: date | None, *events: str) -> UUID:
    identifier = new_id()
    town.rows.add(
        Agreement,
        id=identifier,
        municipality="9901",
        lender_party=TESTBY.orgnr,
        loan_manager_party=TESTBY.loan_manager,
        loan_types=["STARTLAN", "GRUNNLAN"],
        notify_within_days=14,
        data_fields=[],
        valid_from=first,
        valid_to=last,
        signed_by="Kommunedirektøren",
        recorded_at=NOW,
    )
    for event in events:
        town.rows.add(
            AgreementEvent,
            id=new_id(),
            agreement_id=identifier,
            kind=event,
            effective_at=NOW - HOUR,
            recorded_at=NOW,
            recorded_by="x",
        )
    return identifier


async def oslo_day(town: Town) -> date:
    return await town.connection.fetchval("SELECT (now() AT TIME ZONE 'Europe/Oslo')::date")


@pytest.mark.parametrize(
    ("first", "last", "events", "is_open"),
    [
        (0, 0, ("SIGNED",), True),
        (-1, None, ("SIGNED",), True),
        (1, None, ("SIGNED",), False),
        (-9, -1, ("SIGNED",), False),
        (-9, None, ("SIGNED", "SUSPENDED"), False),
        (-9, None, ("SIGNED", "SUSPENDED", "RENEWED"), True),
        (-9, None, ("SIGNED", "TERMINATED"), False),
        (-9, None, (), False),
    ],
)
async def test_agreement_counts_on_legal_days_first_and_last_included(
    town: Town, first: int, last: int | None, events: tuple[str, ...], is_open: bool
) -> None:
    today = await oslo_day(town)
    agreement = add_agreement(town, today + first * DAY, None if last is None else today + last * DAY, *events)
    rows = await facts(town, "agreement", "id = $1", agreement, columns="loan_type")
    assert {row for (row,) in rows} == ({"STARTLAN", "GRUNNLAN"} if is_open else set())


async def test_legal_day_is_that_of_oslo_and_not_of_the_session(town: Town) -> None:
    """At any hour it is another day than in Oslo somewhere between these two."""
    today = await oslo_day(town)
    agreement = add_agreement(town, today, today, "SIGNED")
    for zone in ("Pacific/Kiritimati", "Etc/GMT+12"):
        await town.connection.execute(f"SET TIME ZONE '{zone}'")
        assert await facts(town, "agreement", "id = $1", agreement, columns="1")


async def test_mandate_counts_per_area_until_it_is_revoked(town: Town) -> None:
    today = await oslo_day(town)
    mandate = grounds.add_mandate(
        town.rows, "test", giver=KARI.id, holder=EVA.id, areas=["HOUSING", "ECONOMY"], first=today - DAY
    )
    rows = await facts(town, "mandate", "id = $1", mandate, columns="giver_id, holder_id, area, can_read")
    assert set(rows) == {(KARI.id, EVA.id, "HOUSING", True), (KARI.id, EVA.id, "ECONOMY", True)}
    town.rows.add(
        MandateEvent,
        id=new_id(),
        mandate_id=mandate,
        kind="REVOKED",
        effective_at=NOW,
        recorded_at=NOW,
        recorded_by="x",
    )
    assert await facts(town, "mandate", "id = $1", mandate) == []


async def test_mandate_to_act_alone_does_not_let_read(town: Town) -> None:
    today = await oslo_day(town)
    values = {"rights": ["CONSENT", "WITHDRAW"], "kind": "FULLMAKT"}
    mandate = grounds.add_mandate(
        town.rows, "test", giver=KARI.id, holder=EVA.id, areas=["HOUSING"], first=today - DAY, **values
    )
    assert await facts(town, "mandate", "id = $1", mandate, columns="can_read") == [(False,)]


async def test_mandate_ends_with_its_last_day(town: Town) -> None:
    today = await oslo_day(town)
    person = {"giver": KARI.id, "holder": EVA.id, "areas": ["HOUSING"], "first": today - 9 * DAY}
    over = grounds.add_mandate(town.rows, "over", **person, valid_to=today - DAY)
    last = grounds.add_mandate(town.rows, "last", **person, valid_to=today)
    assert await facts(town, "mandate", "id = $1", over) == []
    assert len(await facts(town, "mandate", "id = $1", last)) == 1


async def test_reservation_counts_until_it_is_withdrawn(town: Town) -> None:
    scene = town.case(KARI.id)
    grounds.add_reservation(scene, LANDLORD_COMPANY, date(2026, 3, 1))
    columns = "tenant_id, tenancy_id, landlord_party"
    assert await facts(town, "reservation", "true", columns=columns) == [(KARI.id, None, LANDLORD_COMPANY)]
    other = town.case(EVA.id)
    grounds.add_reservation(other, LANDLORD_COMPANY, date(2026, 3, 1), date(2026, 3, 9))
    assert await facts(town, "reservation", "tenant_id = $1", EVA.id) == []


async def test_loan_says_who_lends_and_who_services(town: Town) -> None:
    scene = town.case(EVA.id)
    loan = loans.add_loan(scene, "STARTLAN", TESTBY.orgnr, principal_ore=1_000_000_00)
    columns = "lender_party, servicer_party, loan_type"
    assert await facts(town, "loan", "id = $1", loan.id, columns=columns) == [
        (TESTBY.orgnr, TESTBY.loan_manager, "STARTLAN")
    ]
