"""Eva's case: she owns her home, and pays neither startlån nor bank loan. Each is known on a ground of its own."""

from __future__ import annotations

from datetime import date
from hashlib import sha256
from typing import Any
from uuid import UUID

from hub.demo import follow_up, loans
from hub.demo.offices import BANK, OTHER_BANK, TESTBY
from hub.demo.people import EVA
from hub.demo.rows import Rows
from hub.demo.scene import Scene, at, fixed_id
from hub.demo.tenancies import add_dwelling
from hub.store.tables import Routed, Submission, SubmittedDefault


def add_eva(rows: Rows) -> None:
    """Two loans in default, consents in every state, a plan that names the bank, an opened debt settlement."""
    scene = Scene.story(rows, TESTBY, "eva", subject=EVA.id, opened=date(2026, 9, 28), nav_unit=TESTBY.nav_unit)
    home = add_dwelling(
        scene,
        line="Eiersvingen 12",
        owner=None,
        source=TESTBY.housing,
        dwelling_type="TERRACED",
        cadastral="9901-56/78",
    )
    scene.case(7, track="OWNER", phase=2, state="PLAN_ACTIVE", dwelling_id=home, updated_at=at(date(2026, 11, 18), 12))
    scene.member(EVA.id, "SELF")
    scene.household(0, 0)
    place = TESTBY
    scene.participant(place.nav, place.nav_unit, "CASEWORKER", "STL_17", person_name="Anders Testnes")
    scene.participant(place.debt_counsel, place.debt_unit, "DEBT_COUNSELLOR", "GJL_1_5", person_name="Gard Diktevik")
    scene.participant(place.housing, place.housing_unit, "HOUSING_CASEWORKER", "BOSL", person_name="Hedda Skinnrud")
    given = _add_consents(scene)
    _add_loans(scene, given)
    _add_plan(scene)
    follow_up.add_settlement(
        scene,
        "VOLUNTARY",
        "OPENED",
        date(2026, 10, 12),
        opened_at=at(date(2026, 11, 9), 9),
        negotiation_ends=date(2027, 3, 9),
        claims_deadline=date(2026, 11, 30),
        registry_ref="LØS-2026-004711",
        content_summary="Forslag: fem år, 20 prosent dividende til usikrede kreditorer.",
    )


def _add_consents(scene: Scene) -> UUID:
    """To NAV and the debt counsellor from the bank, to the bank from NAV; beside them one withdrawn and one expired."""
    day = date(2026, 10, 1)
    loan = ["LOAN_DEFAULT", "LOAN_DETAILS"]
    secrecy = {"kind": "CONSENT_BANK_SECRECY"}
    to_nav = scene.consent(BANK, TESTBY.nav, "EVICTION_PREVENTION", loan, day, **secrecy)
    scene.consent(BANK, TESTBY.debt_counsel, "DEBT_COUNSELLING", [*loan, "DEBT_OVERVIEW"], day, **secrecy)
    scene.consent(TESTBY.nav, BANK, "REFINANCING", ["PLAN_STATUS"], day)
    scene.consent(TESTBY.nav, BANK, "REPAYMENT_AGREEMENT", ["AGREEMENT_TERMS"], day)
    withdrawn = scene.consent(TESTBY.nav, OTHER_BANK, "REFINANCING", ["PLAN_STATUS"], day)
    scene.consent_event(withdrawn, "WITHDRAWN", at(date(2026, 10, 20), 17))
    scene.consent(
        OTHER_BANK,
        TESTBY.nav,
        "EVICTION_PREVENTION",
        loan,
        date(2025, 3, 3),
        expires_at=at(date(2026, 3, 3)),
        **secrecy,
    )
    return to_nav


def _add_loans(scene: Scene, consent: UUID) -> None:
    start = loans.add_loan(scene, "STARTLAN", TESTBY.orgnr, principal_ore=62_000_000, status="DEFAULTED")
    bank = loans.add_loan(scene, "BANK_LOAN", BANK, principal_ore=241_500_000, status="DEFAULTED")
    told = scene.signal(
        "MORTGAGE_DEFAULT", TESTBY.loan_manager, "LOAN_MANAGER_AGREEMENT", received=at(date(2026, 11, 12), 6)
    )
    receipt = _submission(scene, TESTBY.loan_manager, "eva-startlan", date(2026, 11, 12), rows=1)
    loans.add_default(scene, start, date(2026, 11, 2), 1, date(2026, 11, 12), submission_id=receipt, signal_id=told)
    _submitted(scene, receipt, TESTBY.loan_manager, 1, loan=start, agreement_id=loans.agreement_id(TESTBY), signal=told)
    told = scene.signal("MORTGAGE_DEFAULT", BANK, "BANK_CUSTOMER_CONSENT", received=at(date(2026, 11, 10), 6))
    receipt = _submission(scene, BANK, "prove-2026-11", date(2026, 11, 10), rows=2)
    loans.add_default(
        scene, bank, date(2026, 9, 1), 2, date(2026, 11, 10), submission_id=receipt, consent_id=consent,
        notice_sent_at=at(date(2026, 10, 30), 8), signal_id=told,
    )  # fmt: skip
    _submitted(scene, receipt, BANK, 1, loan=bank, consent_id=consent, signal=told)
    _submitted(scene, receipt, BANK, 2, loan=None, code="NO_BASIS")


def _submission(scene: Scene, party: str, key: str, day: date, *, rows: int) -> UUID:
    submission = fixed_id(f"submission {key}")
    scene.rows.add(
        Submission,
        id=submission,
        submitter_party=party,
        actor=party,
        kind="MORTGAGE_DEFAULT",
        received_at=at(day, 6),
        idempotency_key=key,
        content_sha256=sha256(key.encode()).hexdigest(),
        row_count=rows,
    )
    return submission


def _submitted(
    scene: Scene,
    submission: UUID,
    party: str,
    row: int,
    *,
    loan: loans.Loan | None,
    code: str | None = None,
    signal: UUID | None = None,
    **values: Any,
) -> None:
    """The submitter's own payload, as it came, and the signal that it became. Of a rejected row only its number and
    digest are kept.
    """
    payload: dict[str, Any] = {} if loan is None else {
        "loan_type": loan.type,
        "loan_ref": loan.ref,
        "debtor_national_id": EVA.national_id,
        "debtor_first_name": EVA.first,
        "debtor_last_name": EVA.last,
        "debtor_address_line": "Eiersvingen 12",
        "debtor_postal_code": TESTBY.postal_code,
        "debtor_postal_place": TESTBY.place,
        "first_unpaid_due": date(2026, 11, 2) if loan.type == "STARTLAN" else date(2026, 9, 1),
        "unpaid_terms": 1 if loan.type == "STARTLAN" else 2,
        "arrears_ore": loan.term_ore * (1 if loan.type == "STARTLAN" else 2),
        "interest_accrued_ore": loan.term_ore // 50,
        "basis": "LOAN_MANAGER_AGREEMENT" if loan.type == "STARTLAN" else "BANK_CUSTOMER_CONSENT",
    }  # fmt: skip
    receipt = scene.new_id()
    if signal is not None:
        routed_at = at(date(2026, 11, 12), 6)
        scene.rows.add(
            Routed, id=receipt, kind="MORTGAGE_DEFAULT", outcome="SIGNAL", signal_id=signal, routed_at=routed_at
        )
    scene.rows.add(
        SubmittedDefault,
        id=receipt,
        submission_id=submission,
        submitter_party=party,
        row_no=row,
        received_at=at(date(2026, 11, 12), 6),
        outcome="REJECTED" if code else "ACCEPTED",
        code=code,
        content_sha256=sha256(f"{submission} {row}".encode()).hexdigest(),
        **payload,
        **values,
    )


def _add_plan(scene: Scene) -> None:
    plan = follow_up.add_plan(
        scene,
        "REFINANCING",
        "ACTIVE",
        date(2026, 10, 9),
        alternatives=["REFINANCING", "VOLUNTARY_DEBT_SETTLEMENT", "DEBT_COUNSELLING"],
    )
    unit = {"responsible_unit": TESTBY.debt_unit}
    follow_up.add_step(
        scene,
        plan,
        1,
        "Samle oversikt over gjeld",
        responsible="DEBT_COUNSELLOR",
        due=date(2026, 10, 23),
        status="DONE",
        **unit,
    )
    follow_up.add_step(
        scene,
        plan,
        2,
        "Be banken om avdragsfrihet",
        responsible="DEBT_COUNSELLOR",
        due=date(2026, 12, 4),
        names_party=BANK,
        **unit,
    )
    follow_up.add_step(
        scene, plan, 3, "Søke om refinansiering med startlån", responsible="CITIZEN", due=date(2026, 12, 18)
    )
    follow_up.add_repayment(scene, BANK, "BANK", 2_012_500, date(2027, 1, 20))
    scene.contact(
        at(date(2026, 10, 6), 10), "Anders Testnes", TESTBY.nav_unit, TESTBY.nav, channel="MEETING", outcome="REACHED",
        share_level="PARTICIPANTS", with_whom="Eva og gjeldsrådgiver", note="Vil beholde boligen.",
    )  # fmt: skip
