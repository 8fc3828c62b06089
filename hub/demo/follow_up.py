"""What the offices do about a case: contact, plan, agreement, aid, petition."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from hub.demo.offices import ENFORCEMENT
from hub.demo.scene import Scene, at
from hub.store.tables import (
    CostComparison,
    DebtSettlement,
    EvictionPetition,
    FinancialAidApplication,
    PlanStep,
    ProgressPlan,
    RepaymentAgreement,
)


def add_plan(scene: Scene, chosen: str | None, state: str, created: date, **values: Any) -> UUID:
    """A plan. Agreed together with the citizen, unless it is only proposed."""
    is_agreed = state not in ("DRAFT", "PROPOSED")
    return scene.add(
        ProgressPlan,
        scene.place.nav,
        chosen=chosen,
        state=state,
        updated_at=at(created, 15),
        **{
            "version": 1,
            "created_by": scene.nav_unit,
            "alternatives": ["REPAYMENT_PLAN", "DEBT_COUNSELLING", "FINANCIAL_AID"],
            "agreed_by_citizen_at": at(created, 14) if is_agreed else None,
            "next_review": created + timedelta(days=30) if is_agreed else None,
            **values,
        },
    )


def add_step(scene: Scene, plan: UUID, order: int, what: str, *, responsible: str, due: date, **values: Any) -> None:
    """A step of the plan."""
    scene.add(
        PlanStep,
        scene.place.nav,
        plan_id=plan,
        ord=order,
        what=what,
        responsible=responsible,
        due_date=due,
        **{"status": "PLANNED", **values},
    )


def add_repayment(scene: Scene, creditor: str, creditor_type: str, total_ore: int, first: date, **values: Any) -> None:
    """An agreement on paying down in ten instalments."""
    scene.add(
        RepaymentAgreement,
        scene.place.nav,
        creditor_party=creditor,
        creditor_type=creditor_type,
        total_ore=total_ore,
        first_due=first,
        last_due=first + timedelta(days=275),
        **{
            "instalment_ore": -(-total_ore // 10),
            "day_of_month": first.day,
            "channel": "TENANT_PAYS",
            "signed_by": ["Leietaker", "Kreditor"],
            "breach_rule": "To manglende avdrag gir ny vurdering",
            "status": "ACTIVE",
            **values,
        },
    )


def add_aid(scene: Scene, purpose: str, amount_ore: int, applied: datetime, status: str, **values: Any) -> None:
    """An application for financial aid."""
    is_decided = status in ("GRANTED", "REFUSED")
    scene.add(
        FinancialAidApplication,
        scene.place.nav,
        purpose=purpose,
        amount_ore=amount_ore,
        status=status,
        applied_at=applied,
        **{
            "legal_ref": "STL_18",
            "decision_ref": f"vedtak-{scene.rng.randrange(10**6):06}" if is_decided else None,
            "decided_at": applied + timedelta(days=9) if is_decided else None,
            **values,
        },
    )


def add_comparison(scene: Scene, cover_ore: int, nights: int, new_home_ore: int, **values: Any) -> None:
    """Covering the arrears, against temporary housing and a new home."""
    per_night = 145_000
    scene.add(
        CostComparison,
        scene.place.nav,
        cover_costs_ore=cover_ore,
        temporary_housing_per_night_ore=per_night,
        nights=nights,
        new_home_ore=new_home_ore,
        **{
            "eviction_fees_ore": 0,
            "alternative_total_ore": nights * per_night + new_home_ore,
            "recommendation": "COVER_COSTS",
            "decided_by": "Enhetsleder",
            **values,
        },
    )


def add_petition(scene: Scene, petitioner: str, received: date, status: str, **values: Any) -> None:
    """A copy of the petition from the enforcement officer. Objections may come within two weeks."""
    scene.add(
        EvictionPetition,
        ENFORCEMENT,
        enforcement_case_no=f"{received.year}-{scene.rng.randrange(10**6):06}",
        petition_received_at=at(received - timedelta(days=1), 13),
        petitioner_party=petitioner,
        objection_deadline=received + timedelta(days=14),
        status=status,
        received_at=at(received, 10),
        basis="TVFBL_13_6",
        **values,
    )


def add_settlement(scene: Scene, kind: str, status: str, applied: date, **values: Any) -> None:
    """A debt settlement. Its opening is public, its content is not."""
    scene.add(DebtSettlement, ENFORCEMENT, kind=kind, status=status, applied_at=at(applied, 9), **values)
