"""Made-up cases, as many as one likes. Case number n is the same whatever the number of cases."""

from __future__ import annotations

from datetime import timedelta
from random import Random
from typing import Final

from hub.demo import follow_up, grounds, households, loans, tenancies
from hub.demo.households import Home
from hub.demo.numbers import NationalIds
from hub.demo.offices import BANK, ENFORCEMENT, ENFORCEMENT_UNIT, LANDLORD_COMPANY, OTHER_BANK, SYNTEVIK, TESTBY
from hub.demo.outcomes import Course, draw_course
from hub.demo.people import KNOWN
from hub.demo.rows import Rows
from hub.demo.scene import TODAY, Scene, at
from hub.demo.staff import WORKERS

# The fixed cases have the numbers before it.
_FIRST_NUMBER: Final = 101
_OPENED_WITHIN: Final = 500
_OWNERS: Final = 0.25
_MUNICIPAL_LANDLORD: Final = 0.6


class Generator:
    """Adds cases, one after the other. National ids are never given out twice."""

    def __init__(self, rows: Rows, seed: int) -> None:
        self._rows = rows
        self._seed = seed
        taken = {known.national_id for known in KNOWN} | {worker.person.national_id for worker in WORKERS}
        self._numbers = NationalIds(taken)

    def add_case(self, index: int) -> None:
        """The case with this index, with all that belongs to it."""
        rng = Random(f"{self._seed} {index}")
        place = TESTBY if rng.random() < 0.6 else SYNTEVIK
        home = households.add_household(self._rows, rng, self._numbers, place)
        ordinary = place.nav_unit if rng.random() < 0.65 else place.second_nav_unit
        unit = place.secure_unit if home.is_strict else ordinary
        opened = TODAY - timedelta(days=rng.randrange(10, _OPENED_WITHIN))
        scene = Scene.open(self._rows, rng, place, str(index), subject=home.members[0].id, opened=opened, nav_unit=unit)
        is_owner = rng.random() < _OWNERS
        course = draw_course(rng, opened, is_owner=is_owner)
        _add_people(scene, home)
        _add_participants(scene, course, is_owner=is_owner)
        (_add_owner if is_owner else _add_tenant)(scene, home, course, _FIRST_NUMBER + index)
        _add_work(scene, course)


def _add_people(scene: Scene, home: Home) -> None:
    adults = sum(member.role == "ADULT" for member in home.members)
    for member in home.members:
        share = 100 // adults if member.role == "ADULT" else None
        scene.member(member.id, member.relation, member.role, share)
    note = "Trenger ro rundt skolegangen" if home.under_18 and scene.rng.random() < 0.3 else None
    scene.household(home.children, home.under_18, note)


def _add_participants(scene: Scene, course: Course, *, is_owner: bool) -> None:
    """NAV always; the others as the case calls for them. Of a strictly protected case only the special unit knows."""
    place, rng = scene.place, scene.rng
    end = {"valid_to": course.closed_at} if course.closed_at else {}
    scene.participant(place.nav, scene.nav_unit, "CASEWORKER", "STL_17", **end)
    if scene.is_secure:
        return
    if is_owner or rng.random() < 0.4:
        scene.participant(place.debt_counsel, place.debt_unit, "DEBT_COUNSELLOR", "GJL_1_5", **end)
    if rng.random() < 0.6:
        scene.participant(place.housing, place.housing_unit, "HOUSING_CASEWORKER", "BOSL", **end)
    if not is_owner and rng.random() < 0.6:
        scene.participant(place.rent_collector, place.rent_unit, "RENT_OFFICER", "MUNI_ROUTINE", **end)
    if rng.random() < 0.2:
        scene.participant(place.housing_support, place.support_unit, "HOUSING_SUPPORT_WORKER", "HOL_FOLLOW_UP", **end)
    if course.phase == 3:
        scene.participant(ENFORCEMENT, ENFORCEMENT_UNIT, "ENFORCEMENT_OFFICER", "TVFBL_13_6", **end)


def _add_tenant(scene: Scene, home: Home, course: Course, number: int) -> None:
    rng, place = scene.rng, scene.place
    is_municipal = rng.random() < _MUNICIPAL_LANDLORD
    landlord = place.housing if is_municipal else LANDLORD_COMPANY
    source = place.housing if is_municipal else LANDLORD_COMPANY
    owner = tenancies.municipal_owner(scene) if is_municipal else LANDLORD_COMPANY
    kind = rng.choice(("APARTMENT", "APARTMENT", "APARTMENT", "TERRACED", "HOUSE", "ROOM"))
    dwelling = tenancies.add_dwelling(scene, line=home.line, owner=owner, source=source, dwelling_type=kind)
    scene.case(number, track="TENANCY", dwelling_id=dwelling, **course.columns())
    start = scene.opened - timedelta(days=rng.randrange(200, 2500))
    rent = rng.randrange(650_000, 1_900_000, 5_000)
    lease = tenancies.add_lease(
        scene, dwelling, landlord=landlord, is_municipal=is_municipal, rent_ore=rent, start=start.replace(day=1)
    )
    unpaid = tenancies.months_unpaid(rng.choice((1, 1, 2, 2, 3, 4)), scene.opened)
    tenancies.add_claims(scene, lease, unpaid, until=scene.opened, partly_ore=rng.choice((0, 0, rent // 3)))
    status = "SETTLED" if course.closed_at else "OPEN"
    arrears = tenancies.add_default(scene, lease, unpaid, scene.opened, status=status)
    if is_municipal:
        scene.signal("RENT_DEFAULT", lease.source, "MUNI_ROUTINE", received=scene.moment(0, 1))
    else:
        scene.signal("LANDLORD_NOTICE", lease.source, "HL_9_11", received=scene.moment(0, 1), channel="FORM")
    # A strictly protected case is left out of every automatic copy.
    if len(unpaid) > 1 and not scene.is_secure:
        tenancies.add_demand_copy(scene, lease, arrears, scene.day(0, 3))
    if rng.random() < 0.15:
        _add_breach(scene, lease)
    if course.phase == 3:
        tenancies.add_notice(scene, lease, arrears, scene.day(5, 20), status="EXPIRED")
        follow_up.add_petition(
            scene, landlord, scene.day(35, 60), course.petition_status, eviction_date=course.eviction_date
        )
    if rng.random() < 0.12:
        withdrawn = scene.day(5, 40) if rng.random() < 0.3 else None
        grounds.add_reservation(scene, landlord, scene.opened - timedelta(days=30), withdrawn)
    if course.has_plan and rng.random() < 0.5:
        creditor_type = "MUNICIPALITY" if is_municipal else "PRIVATE_LANDLORD"
        follow_up.add_repayment(scene, landlord, creditor_type, arrears, scene.day(30, 60))
    if rng.random() < 0.3:
        status = rng.choice(("RECEIVED", "IN_PROGRESS", "GRANTED", "GRANTED", "REFUSED"))
        follow_up.add_aid(scene, "RENT_ARREARS", arrears, scene.moment(5, 30), status)
    if rng.random() < 0.25:
        follow_up.add_comparison(scene, arrears + 360_000, rng.randrange(14, 90), 3 * rent)


def _add_breach(scene: Scene, lease: tenancies.Lease) -> None:
    kind = scene.rng.choice(("NOISE", "DISORDER", "HOUSE_RULES", "DAMAGE"))
    tenancies.add_breach(
        scene, lease, kind, scene.opened - timedelta(days=20), description="Klage fra naboer; se egen rapport."
    )


def _add_owner(scene: Scene, home: Home, course: Course, number: int) -> None:
    rng, place = scene.rng, scene.place
    dwelling = tenancies.add_dwelling(
        scene, line=home.line, owner=None, source=place.housing, dwelling_type=rng.choice(("HOUSE", "APARTMENT"))
    )
    scene.case(number, track="OWNER", dwelling_id=dwelling, **course.columns())
    has_start, has_bank = rng.random() < 0.6, rng.random() < 0.7
    if has_start or not has_bank:
        _add_loan(scene, course, "STARTLAN", place.orgnr)
    if has_bank:
        bank = BANK if rng.random() < 0.7 else OTHER_BANK
        _add_loan(scene, course, "BANK_LOAN", bank)
        _add_bank_consents(scene, bank)
    if rng.random() < 0.15:
        opened = scene.moment(20, 60)
        follow_up.add_settlement(scene, "VOLUNTARY", "OPENED", scene.opened, opened_at=opened)


def _add_loan(scene: Scene, course: Course, loan_type: str, lender: str) -> None:
    rng = scene.rng
    low, high = (20_000_000, 90_000_000) if loan_type == "STARTLAN" else (90_000_000, 420_000_000)
    status = "ACTIVE" if course.closed_at else "DEFAULTED"
    loan = loans.add_loan(scene, loan_type, lender, principal_ore=rng.randrange(low, high, 100_000), status=status)
    first = scene.opened - timedelta(days=rng.randrange(10, 90))
    consent = None
    if loan_type == "BANK_LOAN":
        # Without the customer's consent the bank may not tell; then the hub knows the loan, and no default on it.
        if rng.random() < 0.3:
            return
        categories = ["LOAN_DEFAULT", "LOAN_DETAILS"]
        kind = "CONSENT_BANK_SECRECY"
        consent = scene.consent(lender, scene.place.nav, "EVICTION_PREVENTION", categories, scene.day(0, 5), kind=kind)
        if rng.random() < 0.2:
            scene.consent_event(consent, "WITHDRAWN", at(scene.day(10, 60), 18))
    settled = "SETTLED" if course.closed_at else "OPEN"
    loans.add_default(scene, loan, first, rng.randrange(1, 5), scene.opened, consent_id=consent, status=settled)
    basis = "LOAN_MANAGER_AGREEMENT" if loan_type == "STARTLAN" else "BANK_CUSTOMER_CONSENT"
    scene.signal("MORTGAGE_DEFAULT", loan.source, basis, received=scene.moment(0, 2), channel="FILE")


def _add_bank_consents(scene: Scene, bank: str) -> None:
    """What the bank may be told, where the customer wants that."""
    rng, place = scene.rng, scene.place
    if rng.random() < 0.4:
        scene.consent(place.nav, bank, "REFINANCING", ["PLAN_STATUS"], scene.day(5, 20))
    if rng.random() < 0.3:
        scene.consent(bank, place.debt_counsel, "DEBT_COUNSELLING", ["LOAN_DETAILS", "LOAN_DEFAULT"], scene.day(5, 20))
    if rng.random() < 0.1:
        old = scene.opened - timedelta(days=800)
        scene.consent(bank, place.nav, "EVICTION_PREVENTION", ["BUDGET"], old, expires_at=at(scene.opened))


def _add_work(scene: Scene, course: Course) -> None:
    rng, place = scene.rng, scene.place
    for _ in range(rng.randrange(1, 5)):
        outcome = rng.choice(("REACHED", "NO_ANSWER", "NO_ANSWER", "REFUSED"))
        scene.contact(
            scene.moment(1, 120),
            "Saksbehandler",
            scene.nav_unit,
            place.nav,
            channel=rng.choice(("PHONE", "SMS", "LETTER", "VISIT", "MEETING", "DIGITAL")),
            outcome=outcome,
            share_level=rng.choice(("INTERNAL", "PARTICIPANTS", "CITIZEN")),
            note="Avtalt ny samtale" if outcome == "REACHED" else None,
        )
    if course.has_plan:
        plan = follow_up.add_plan(scene, course.solution, course.plan_state, scene.day(10, 40))
        for order in range(1, rng.randrange(2, 5)):
            follow_up.add_step(
                scene,
                plan,
                order,
                rng.choice(("Sette opp budsjett", "Kontakte kreditor", "Søke om bostøtte", "Avtale hjemmebesøk")),
                responsible=rng.choice(("CITIZEN", "CASEWORKER_NAV", "DEBT_COUNSELLOR")),
                due=scene.day(20, 90),
                responsible_unit=scene.nav_unit,
                status=rng.choice(("PLANNED", "DONE", "MISSED")),
            )
