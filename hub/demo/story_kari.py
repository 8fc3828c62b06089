"""Kari's case: two months unpaid in a municipal flat. What happened is fixed, to the øre and the day."""

from __future__ import annotations

from datetime import date
from typing import Final

from hub.demo import filled_in, follow_up, grounds, tenancies
from hub.demo.offices import ENFORCEMENT, ENFORCEMENT_UNIT, LANDLORD_COMPANY, TESTBY
from hub.demo.people import BARN, KARI
from hub.demo.rows import Rows
from hub.demo.scene import Scene, at

KARIS_RENT: Final = 1_145_000
_UNPAID: Final = (date(2026, 9, 1), date(2026, 10, 1))


def add_kari(rows: Rows) -> None:
    """Two months unpaid in a municipal flat; the second demand went to NAV, and a petition is in."""
    scene = Scene.story(rows, TESTBY, "kari", subject=KARI.id, opened=date(2026, 10, 16), nav_unit=TESTBY.nav_unit)
    flat = tenancies.add_dwelling(
        scene,
        line="Prøveveien 4 H0201",
        owner=tenancies.municipal_owner(scene),
        source=TESTBY.housing,
        cadastral="9901-12/34/0/7",
        kobo_id="KOBO-000412",
    )
    scene.case(1, track="TENANCY", phase=3, state="DATE_SET", dwelling_id=flat, updated_at=at(date(2026, 11, 20), 14))
    scene.member(KARI.id, "SELF", share=100)
    scene.member(BARN.id, "CHILD", "CHILD")
    scene.household(1, 1, "Skolebytte ville vært en stor belastning")
    _add_offices(scene)
    lease = tenancies.add_lease(
        scene,
        flat,
        landlord=TESTBY.housing,
        is_municipal=True,
        rent_ore=KARIS_RENT,
        start=date(2024, 3, 1),
        rent_account_no="15031234562",
    )
    tenancies.add_claims(scene, lease, _UNPAID, until=date(2026, 11, 1))
    arrears = tenancies.add_default(scene, lease, _UNPAID, date(2026, 10, 16))
    tenancies.add_demand_copy(scene, lease, arrears, date(2026, 10, 16))
    tenancies.add_notice(scene, lease, arrears, date(2026, 10, 16))
    tenancies.add_breach(
        scene,
        lease,
        "NOISE",
        date(2026, 8, 29),
        description="Naboer klaget på støy. Leietaker sier at hun sover dårlig etter et sykehusopphold.",
        measures=["Samtale", "Bo-oppfølging"],
        status="FOLLOW_UP",
    )
    follow_up.add_petition(scene, TESTBY.housing, date(2026, 11, 2), "DATE_SET", eviction_date=date(2026, 12, 15))
    for kind, sender, basis, day in (
        ("RENT_DEMAND_COPY", TESTBY.rent_collector, "MUNI_ROUTINE", date(2026, 10, 16)),
        ("EVICTION_NOTICE_COPY", ENFORCEMENT, "TVFBL_13_6", date(2026, 11, 2)),
        ("LEASE_BREACH", TESTBY.housing, "MUNI_ROUTINE", date(2026, 10, 20)),
    ):
        scene.signal(kind, sender, basis, received=at(day, 12))
    filled_in.add_concern(
        scene, at(date(2026, 10, 20), 13), TESTBY.housing, "Hun sier at hun ikke har åpnet posten siden i sommer."
    )
    _add_karis_contacts(scene)
    follow_up.add_aid(scene, "RENT_ARREARS", arrears, at(date(2026, 11, 4), 11), "GRANTED")
    follow_up.add_comparison(scene, 2_650_000, 60, 3_435_000)
    _add_karis_plan(scene, arrears)
    grounds.add_reservation(scene, LANDLORD_COMPANY, date(2026, 8, 20))


def _add_offices(scene: Scene) -> None:
    place = scene.place
    scene.participant(place.nav, scene.nav_unit, "CASEWORKER", "STL_17", person_name="Anders Testnes")
    scene.participant(place.debt_counsel, place.debt_unit, "DEBT_COUNSELLOR", "GJL_1_5", person_name="Gard Diktevik")
    scene.participant(place.housing, place.housing_unit, "HOUSING_CASEWORKER", "BOSL", person_name="Hedda Skinnrud")
    scene.participant(place.rent_collector, place.rent_unit, "RENT_OFFICER", "MUNI_ROUTINE")
    scene.participant(place.housing_support, place.support_unit, "HOUSING_SUPPORT_WORKER", "HOL_FOLLOW_UP")
    scene.participant(
        ENFORCEMENT, ENFORCEMENT_UNIT, "ENFORCEMENT_OFFICER", "TVFBL_13_6", valid_from=at(date(2026, 11, 2))
    )
    # Over: worked on the case for a week.
    scene.participant(
        place.nav,
        place.second_nav_unit,
        "COORDINATOR",
        "NAVL_16",
        valid_to=at(date(2026, 10, 23)),
    )


def _add_karis_contacts(scene: Scene) -> None:
    nav, unit, by = TESTBY.nav, TESTBY.nav_unit, "Anders Testnes"
    scene.contact(
        at(date(2026, 10, 19)), by, unit, nav, channel="LETTER", outcome="NO_ANSWER", share_level="PARTICIPANTS"
    )
    scene.contact(
        at(date(2026, 10, 22)), by, unit, nav, channel="PHONE", outcome="NO_ANSWER", share_level="INTERNAL",
        note="Svarer ikke. Prøver hjemmebesøk.",
    )  # fmt: skip
    scene.contact(
        at(date(2026, 10, 26)), by, unit, nav, channel="VISIT", outcome="REACHED", share_level="CITIZEN",
        note="Kari vil bli boende, og vil ha hjelp med økonomien.",
    )  # fmt: skip
    scene.contact(
        at(date(2026, 11, 5)), "Gard Diktevik", TESTBY.debt_unit, TESTBY.debt_counsel, channel="MEETING",
        outcome="REACHED", share_level="PARTICIPANTS", note="Gikk gjennom inntekter og utgifter.",
    )  # fmt: skip
    scene.contact(
        at(date(2026, 11, 11)), "Johanne Prøvebakken", TESTBY.support_unit, TESTBY.housing_support, channel="VISIT",
        outcome="REACHED", share_level="INTERNAL", note="Sover dårlig. Trenger oppfølging i hverdagen.",
    )  # fmt: skip


def _add_karis_plan(scene: Scene, arrears: int) -> None:
    plan = follow_up.add_plan(scene, "REPAYMENT_PLAN", "ACTIVE", date(2026, 11, 6))
    for order, (what, responsible, unit, due, status) in enumerate(
        (
            ("Sende inn søknad om økonomisk hjelp", "CITIZEN", None, date(2026, 11, 4), "DONE"),
            ("Sette opp budsjett", "DEBT_COUNSELLOR", TESTBY.debt_unit, date(2026, 11, 27), "PLANNED"),
            ("Dekke restansen", "CASEWORKER_NAV", TESTBY.nav_unit, date(2026, 12, 4), "PLANNED"),
            ("Ukentlig hjemmebesøk", "HOUSING_SUPPORT_WORKER", TESTBY.support_unit, date(2026, 12, 11), "PLANNED"),
            ("Trekke begjæringen når kravet er betalt", "HOUSING_CASEWORKER", TESTBY.housing_unit, date(2026, 12, 11),
             "PLANNED"),
        ),
        start=1,
    ):  # fmt: skip
        follow_up.add_step(
            scene, plan, order, what, responsible=responsible, due=due, responsible_unit=unit, status=status
        )
    follow_up.add_repayment(scene, TESTBY.housing, "MUNICIPALITY", arrears, date(2027, 1, 15))
