"""The cases of the others who rent: Ola, Nina, Ivan, Mona. What happened to them is fixed, to the øre and the day."""

from __future__ import annotations

from datetime import date

from hub.demo import filled_in, follow_up, grounds, tenancies
from hub.demo.offices import LANDLORD_COMPANY, SYNTEVIK, TESTBY
from hub.demo.people import GUNNAR, IVAN, LIV, MONA, NINA, OLA
from hub.demo.rows import Rows
from hub.demo.scene import Scene, at


def add_ola(rows: Rows) -> None:
    """Kode 6: only the special unit knows. No address stands anywhere, and the landlord is told nothing."""
    scene = Scene.story(rows, TESTBY, "ola", subject=OLA.id, opened=date(2026, 10, 5), nav_unit=TESTBY.secure_unit)
    flat = tenancies.add_dwelling(scene, line=None, owner=LANDLORD_COMPANY, source=LANDLORD_COMPANY)
    scene.case(2, track="TENANCY", phase=2, state="OVERVIEW", dwelling_id=flat)
    scene.member(OLA.id, "SELF", share=100)
    scene.household(0, 0)
    scene.participant(TESTBY.nav, TESTBY.secure_unit, "CASEWORKER", "STL_17", person_name="Dagny Øvemoen")
    lease = tenancies.add_lease(
        scene, flat, landlord=LANDLORD_COMPANY, is_municipal=False, rent_ore=1_320_000, start=date(2025, 6, 1)
    )
    unpaid = tenancies.months_unpaid(2, date(2026, 10, 1))
    tenancies.add_claims(scene, lease, unpaid, until=date(2026, 11, 1))
    tenancies.add_default(scene, lease, unpaid, date(2026, 10, 5))
    sent = at(date(2026, 10, 5), 9)
    signal = scene.signal("LANDLORD_NOTICE", LANDLORD_COMPANY, "HL_9_11", received=sent)
    filled_in.add_notice(
        scene, signal, LANDLORD_COMPANY, sent, 2_640_000, date(2026, 9, 1), petition=date(2026, 10, 19)
    )
    scene.contact(
        at(date(2026, 10, 8)), "Dagny Øvemoen", TESTBY.secure_unit, TESTBY.nav, channel="PHONE", outcome="REACHED",
        share_level="CITIZEN", note="Avtalt møte på nøytralt sted.",
    )  # fmt: skip


def add_nina(rows: Rows) -> None:
    """She works in the bank and is shielded: her own colleagues must not find her here."""
    scene = Scene.story(rows, TESTBY, "nina", subject=NINA.id, opened=date(2026, 9, 21), nav_unit=TESTBY.nav_unit)
    flat = tenancies.add_dwelling(scene, line="Bankbakken 7 H0301", owner=LANDLORD_COMPANY, source=LANDLORD_COMPANY)
    scene.case(3, track="TENANCY", phase=2, state="CONTACTING", dwelling_id=flat)
    scene.member(NINA.id, "SELF", share=100)
    scene.household(0, 0)
    scene.participant(TESTBY.nav, TESTBY.nav_unit, "CASEWORKER", "STL_17")
    lease = tenancies.add_lease(
        scene, flat, landlord=LANDLORD_COMPANY, is_municipal=False, rent_ore=1_490_000, start=date(2023, 8, 1)
    )
    unpaid = tenancies.months_unpaid(1, date(2026, 9, 1))
    tenancies.add_claims(scene, lease, unpaid, until=date(2026, 11, 1))
    tenancies.add_default(scene, lease, unpaid, date(2026, 9, 21))
    sent = at(date(2026, 9, 21), 9)
    signal = scene.signal("LANDLORD_NOTICE", LANDLORD_COMPANY, "HL_9_11", received=sent)
    filled_in.add_notice(scene, signal, LANDLORD_COMPANY, sent, 1_490_000, date(2026, 9, 1), petition=date(2026, 10, 5))


def add_ivan(rows: Rows) -> None:
    """A D-number, a private landlord, no known address, and a guardian."""
    scene = Scene.story(rows, TESTBY, "ivan", subject=IVAN.id, opened=date(2026, 9, 14), nav_unit=TESTBY.nav_unit)
    room = tenancies.add_dwelling(scene, line=None, owner=str(LIV.id), source=str(LIV.id), dwelling_type="ROOM")
    scene.case(4, track="TENANCY", phase=2, state="PLAN_PROPOSED", dwelling_id=room)
    scene.member(IVAN.id, "SELF", share=100)
    scene.household(0, 0)
    scene.participant(TESTBY.nav, TESTBY.nav_unit, "CASEWORKER", "STL_17")
    scene.participant(TESTBY.debt_counsel, TESTBY.debt_unit, "DEBT_COUNSELLOR", "GJL_1_5")
    lease = tenancies.add_lease(
        scene, room, landlord=str(LIV.id), is_municipal=False, rent_ore=640_000, start=date(2026, 1, 15), due_day=15,
        contract_written=False, eviction_clause=False,
    )  # fmt: skip
    unpaid = tenancies.months_unpaid(2, date(2026, 9, 1))
    tenancies.add_claims(scene, lease, unpaid, until=date(2026, 11, 1), partly_ore=200_000)
    tenancies.add_default(scene, lease, unpaid, date(2026, 9, 14), arrears_ore=1_080_000)
    sent = at(date(2026, 9, 14), 20)
    signal = scene.signal("LANDLORD_NOTICE", str(LIV.id), "HL_9_11", received=sent, channel="FORM")
    filled_in.add_notice(scene, signal, str(LIV.id), sent, 1_080_000, date(2026, 8, 15), petition=date(2026, 9, 28))
    filled_in.add_deferral(scene, at(date(2026, 10, 1)), date(2027, 1, 15), "Trygden kommer i januar.")
    plan = follow_up.add_plan(scene, None, "PROPOSED", date(2026, 10, 12))
    follow_up.add_step(
        scene,
        plan,
        1,
        "Avtale nedbetaling med utleier",
        responsible="CITIZEN",
        due=date(2026, 12, 1),
        names_party=str(LIV.id),
    )
    follow_up.add_repayment(
        scene, str(LIV.id), "PRIVATE_LANDLORD", 1_080_000, date(2027, 1, 15), status="PROPOSED", signed_by=[]
    )
    mandate = grounds.add_mandate(
        rows, "ivan", giver=IVAN.id, holder=GUNNAR.id, areas=["HOUSING", "ECONOMY"], first=date(2026, 2, 1)
    )
    scene.consent(
        TESTBY.nav,
        str(LIV.id),
        "EVICTION_PREVENTION",
        ["PLAN_STATUS"],
        date(2026, 10, 13),
        given_by="GUARDIAN",
        mandate_id=mandate,
    )
    scene.consent(
        TESTBY.nav,
        str(LIV.id),
        "REPAYMENT_AGREEMENT",
        ["AGREEMENT_TERMS"],
        date(2026, 10, 13),
        given_by="GUARDIAN",
        mandate_id=mandate,
    )


def add_mona(rows: Rows) -> None:
    """She moved from one municipality to the other: a closed case in the first, an open one in the second."""
    before = Scene.story(
        rows, TESTBY, "mona before", subject=MONA.id, opened=date(2025, 2, 10), nav_unit=TESTBY.nav_unit
    )
    old = tenancies.add_dwelling(
        before, line="Gamleveien 9", owner=LANDLORD_COMPANY, source=LANDLORD_COMPANY, dwelling_type="HOUSE"
    )
    before.case(
        5, track="TENANCY", phase=2, state="CLOSED", dwelling_id=old, closed_at=at(date(2025, 5, 30)),
        close_reason="MOVED_VOLUNTARILY", updated_at=at(date(2025, 5, 30)),
    )  # fmt: skip
    before.member(MONA.id, "SELF", share=100)
    before.household(0, 0)
    before.participant(TESTBY.nav, TESTBY.nav_unit, "CASEWORKER", "STL_17", valid_to=at(date(2025, 8, 30)))
    lease = tenancies.add_lease(
        before, old, landlord=LANDLORD_COMPANY, is_municipal=False, rent_ore=1_210_000, start=date(2022, 5, 1),
        end_date=date(2025, 5, 31), status="ENDED",
    )  # fmt: skip
    tenancies.add_claims(before, lease, (date(2025, 1, 1),), until=date(2025, 5, 1))
    tenancies.add_default(before, lease, (date(2025, 1, 1),), date(2025, 2, 10), status="SETTLED")

    now = Scene.story(rows, SYNTEVIK, "mona now", subject=MONA.id, opened=date(2026, 8, 24), nav_unit=SYNTEVIK.nav_unit)
    flat = tenancies.add_dwelling(now, line="Syntesvingen 3", owner=SYNTEVIK.housing, source=SYNTEVIK.housing)
    now.case(6, track="TENANCY", phase=2, state="PLAN_ACTIVE", dwelling_id=flat)
    now.member(MONA.id, "SELF", share=100)
    now.household(0, 0)
    now.participant(SYNTEVIK.nav, SYNTEVIK.nav_unit, "CASEWORKER", "STL_17", person_name="Casper Syntelien")
    now.participant(SYNTEVIK.rent_collector, SYNTEVIK.rent_unit, "RENT_OFFICER", "MUNI_ROUTINE")
    lease = tenancies.add_lease(
        now, flat, landlord=SYNTEVIK.housing, is_municipal=True, rent_ore=985_000, start=date(2025, 6, 1)
    )
    unpaid = tenancies.months_unpaid(2, date(2026, 8, 1))
    tenancies.add_claims(now, lease, unpaid, until=date(2026, 11, 1))
    arrears = tenancies.add_default(now, lease, unpaid, date(2026, 8, 24))
    plan = follow_up.add_plan(now, "BENEFIT_DEDUCTION", "ACTIVE", date(2026, 9, 4))
    follow_up.add_step(now, plan, 1, "Frivillig trekk i ytelse", responsible="CASEWORKER_NAV", due=date(2026, 12, 15))
    follow_up.add_repayment(
        now, SYNTEVIK.housing, "MUNICIPALITY", arrears, date(2026, 10, 15), channel="BENEFIT_DEDUCTION"
    )
